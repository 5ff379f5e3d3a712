"""Diagrams in Mermaid's language, drawn by ``mmdc`` with the browser on the machine.

Labels are SVG text and not HTML, so that everything that shows SVG shows them (mermaid.js.org/config/schema-docs).
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from pathlib import Path

from quarterdeck.browser import browser_path
from quarterdeck.theme.colors import readable_on
from quarterdeck.theme.diagrams.style import DiagramLook
from quarterdeck.theme.diagrams.tool import DiagramError, output_of

SIZE = 16
"""px of type, before the diagram is scaled to its slot."""
_VIEW = re.compile(r'\bviewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')
_OUTER = re.compile(r"<svg\b[^>]*>")
_OF_SCREEN = re.compile(r'\s(?:width="100%"|height="100%"|style="max-width:[^"]*")')


def draw_mermaid(program: str, text: str, look: DiagramLook) -> bytes:
    """The SVG; raises :class:`DiagramError`."""
    with tempfile.TemporaryDirectory(prefix="quarterdeck-") as folder:
        target, config, browser = (Path(folder, name) for name in ("diagram.svg", "config.json", "browser.json"))
        config.write_text(json.dumps(_config(look)), "utf-8")
        browser.write_text(json.dumps(_browser()), "utf-8")
        command = [program, "--input", "-", "--output", str(target), "--configFile", str(config)]
        command += ["--puppeteerConfigFile", str(browser), "--backgroundColor", "transparent", "--quiet"]
        output_of(command, text, os.environ)
        if not target.exists():
            raise DiagramError("it wrote no file")
        return _sized(target.read_text("utf-8")).encode()


def _browser() -> dict[str, object]:
    """Which browser Puppeteer starts: the author's own choice, the one on the machine, or the one it came with."""
    arguments = ["--js-flags=--random-seed=1"]  # Mermaid makes up ids; the same diagram gives the same bytes
    if os.name == "posix" and os.geteuid() == 0:
        arguments.append("--no-sandbox")
    found: dict[str, object] = {"args": arguments}
    if "PUPPETEER_EXECUTABLE_PATH" not in os.environ and (path := browser_path()) is not None:
        found["executablePath"] = path
    return found


def _config(look: DiagramLook) -> dict[str, object]:
    numbered = {f"pie{index + 1}": color for index, color in enumerate(look.series)}
    numbered |= {f"git{index}": color for index, color in enumerate(look.series)}
    numbered |= {f"gitBranchLabel{index}": readable_on(color) for index, color in enumerate(look.series)}
    numbered |= {f"cScale{index}": look.tint(index) for index in range(len(look.series))}
    numbered |= {f"cScaleLabel{index}": look.text for index in range(len(look.series))}
    variables = {
        "darkMode": look.dark,
        "fontFamily": look.fonts,
        "fontSize": f"{SIZE}px",
        "background": look.ground,
        "textColor": look.text,
        "titleColor": look.text,
        "lineColor": look.line,
        "primaryColor": look.fill,
        "primaryTextColor": look.text,
        "primaryBorderColor": look.edge,
        "secondaryColor": look.tint(1),
        "secondaryTextColor": look.text,
        "secondaryBorderColor": look.series[1],
        "tertiaryColor": look.tint(2),
        "tertiaryTextColor": look.text,
        "tertiaryBorderColor": look.series[2],
        "clusterBkg": look.ground,
        "clusterBorder": look.rule,
        "edgeLabelBackground": look.ground,
        "noteBkgColor": look.tint(2),
        "noteTextColor": look.text,
        "noteBorderColor": look.series[2],
        "signalColor": look.line,
        "signalTextColor": look.text,
        "pieOpacity": "1",
        "pieSectionTextColor": readable_on(look.series[0]),
        "pieStrokeColor": look.ground,
        "pieOuterStrokeWidth": "0px",
        "pieLegendTextColor": look.text,
        "pieTitleTextColor": look.text,
        **numbered,
    }
    return {
        "theme": "base",
        "htmlLabels": False,
        "flowchart": {"htmlLabels": False},
        "class": {"htmlLabels": False},
        "fontFamily": look.fonts,
        "themeVariables": variables,
        "deterministicIds": True,
    }


def _sized(svg: str) -> str:
    """The drawing with a size of its own in place of that of a page's width."""
    outer, view = _OUTER.search(svg), _VIEW.search(svg)
    if outer is None or view is None:
        return svg
    tag = _OF_SCREEN.sub("", outer[0]).replace("<svg", f'<svg width="{view[1]}" height="{view[2]}"', 1)
    return svg[: outer.start()] + tag + svg[outer.end() :]
