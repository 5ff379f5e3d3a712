"""Diagrams that other programs draw from text: Graphviz' ``dot`` and Mermaid's ``mmdc``.

:func:`picture_of` turns a ``Diagram`` into an SVG picture in the theme's colours and font, or into a diagnostic with
the program's complaint at its line.  Diagrams are drawn while slides are placed, because only then are colours and
font known.  A drawing takes up to two seconds, so it is kept in the user's cache (``files/folders.py``).

``mmdc`` uses the browser on the machine.

``dot`` gets the theme as defaults, which the author's graph overrides.  Nodes are filled only with ``style=filled``:
a fill would also be drawn behind nodes that are tables.

Labels of Mermaid's diagrams are SVG text and not HTML, because no program but a browser shows HTML within an SVG
(mermaid.js.org/config/schema-docs).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic, SourceSpan
from quarterdeck.files.folders import cached_drawing
from quarterdeck.installed import browser_path, program_version
from quarterdeck.model.content import Asset, Diagram
from quarterdeck.model.theme import Theme
from quarterdeck.theme.colors import luminance, mixed, readable_on

TINT = 0.22
"""Share of a strong colour in an area that carries text."""


class DiagramLook(Struct, frozen=True):
    """Colours as ``#rrggbb``, and the font's name."""

    font: str
    twin: str
    """The free font that the first one is measured with."""
    text: str
    line: str
    """Of arrows."""
    edge: str
    """Around nodes."""
    fill: str
    """Of nodes that are filled."""
    ground: str
    """Behind the diagram."""
    rule: str
    """Around groups."""
    series: tuple[str, ...]
    """Colours that tell things apart."""
    dark: bool

    @property
    def fonts(self) -> str:
        """The font and its substitutes, as a CSS list of families."""
        return f"{self.font}, {self.twin}, sans-serif"

    def tint(self, index: int) -> str:
        """A light shade of a series' colour, that text can be read on."""
        return mixed(self.series[index % len(self.series)], self.ground, TINT)


def diagram_look(theme: Theme, colors: Mapping[str, str]) -> DiagramLook:
    """The look in a theme, with the colours that hold on a slide or a sheet of paper."""
    ground = colors["background"]
    series = tuple(colors[name] for name in ("accent-2", "accent", "accent-3", "accent-4", "accent-5", "accent-6"))
    return DiagramLook(
        font=theme.body.name,
        twin=theme.body.twin,
        text=colors["text"],
        line=colors["muted"],
        edge=series[0],
        fill=mixed(series[0], ground, TINT),
        ground=ground,
        rule=colors["rule"],
        series=series,
        dark=luminance(ground) < luminance(colors["text"]),
    )


SECONDS = 60
"""A program that runs longer is stopped."""


class DiagramError(Exception):
    """Why a program couldn't draw a diagram, in its own words."""


def output_of(command: Sequence[str], text: str, environment: Mapping[str, str]) -> bytes:
    """Run a program with the diagram's text as its input, and return what it prints.

    It also ends after so many seconds of processor time, if this process is killed before.

    Raises:
        DiagramError: when it fails, or takes too long.

    """
    import subprocess  # only diagrams need it
    from subprocess import PIPE

    from quarterdeck.processes import kill_session

    try:
        limited = ("/bin/sh", "-c", f'ulimit -t {SECONDS}; exec "$@"', "sh", *command)
        with subprocess.Popen(
            limited, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment, start_new_session=True
        ) as process:
            try:
                drawn, said = process.communicate(text.encode(), SECONDS)
            except BaseException:  # Ctrl-C too, which doesn't reach another session
                kill_session(process.pid)
                raise
    except subprocess.TimeoutExpired:
        raise DiagramError(f"it took longer than {SECONDS} s") from None
    except OSError as error:
        raise DiagramError(str(error.strerror)) from None
    if process.returncode in (-signal.SIGKILL, -signal.SIGXCPU):
        raise DiagramError(f"it took longer than {SECONDS} s")
    if process.returncode:
        reason = _reason(said.decode("utf-8", "replace"))
        raise DiagramError(reason or f"it ended with status {process.returncode}")
    return drawn


def _reason(said: str) -> str:
    """The first paragraph of a program's complaint, in one line: stacks of calls follow it."""
    lines: list[str] = []
    for line in said.strip().splitlines():
        if not line.strip() or line.lstrip().startswith("at ") or "://" in line:
            break
        lines.append(line.strip())
    return " ".join(lines).removeprefix("Error: ")


LINE_WIDTH = "1.4"
"""pt."""
ARROW = "0.8"
"""Of an arrow's head, as a share of Graphviz' own."""

ROUND = {"style": "rounded"}
"""Boxes have the corners of the theme's cards."""


def draw_dot(program: str, text: str, look: DiagramLook) -> bytes:
    """Draw a diagram with this program; returns SVG, raises :class:`DiagramError`."""
    font = {"fontname": look.font, "fontcolor": look.text}
    line = {"penwidth": LINE_WIDTH}
    defaults = {
        "G": {"bgcolor": "transparent", "color": look.rule, **font},
        "N": {"color": look.edge, "fillcolor": look.fill, "margin": "0.22,0.12", **ROUND, **line, **font},
        "E": {"color": look.line, "arrowsize": ARROW, **line, **font},
    }
    options = [f"-{kind}{name}={value}" for kind, values in defaults.items() for name, value in values.items()]
    # With SERVER_NAME set, dot reads no files that a graph names.
    environment = {**os.environ, "SERVER_NAME": "quarterdeck"}
    svg = output_of([program, "-Tsvg", *options], text, environment).decode("utf-8", "replace")
    return svg.replace(f'font-family="{look.font}"', f'font-family="{look.fonts}"').encode()


SIZE = 16
"""px of Mermaid's type, before the diagram is scaled to its slot."""
_VIEW = re.compile(r'\bviewBox="[-\d.]+ [-\d.]+ ([\d.]+) ([\d.]+)"')
_FONT_SIZE = re.compile(r"""\bfont-size\s*[=:]\s*["']?([\d.]+)(?:px)?(?=[\s"';}])""")
_OUTER = re.compile(r"<svg\b[^>]*>")
_OF_SCREEN = re.compile(r'\s(?:width="100%"|height="100%"|style="max-width:[^"]*")')


def draw_mermaid(program: str, text: str, look: DiagramLook) -> bytes:
    """Draw a diagram with this program; returns SVG, raises :class:`DiagramError`."""
    with tempfile.TemporaryDirectory(prefix="quarterdeck-diagram-") as folder:
        target, config, browser = (Path(folder, name) for name in ("diagram.svg", "config.json", "browser.json"))
        config.write_text(json.dumps(_config(look)), "utf-8")
        browser.write_text(json.dumps(_browser()), "utf-8")
        command = [program, "--input", "-", "--output", str(target), "--configFile", str(config)]
        command += ["--puppeteerConfigFile", str(browser), "--backgroundColor", "transparent", "--quiet"]
        output_of(command, text, {**os.environ, "TMPDIR": folder})  # Chromium leaves folders in it
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
    """Give the SVG its own size instead of the width of a page."""
    outer, view = _OUTER.search(svg), _VIEW.search(svg)
    if outer is None or view is None:
        return svg
    tag = _OF_SCREEN.sub("", outer[0]).replace("<svg", f'<svg width="{view[1]}" height="{view[2]}"', 1)
    return svg[: outer.start()] + tag + svg[outer.end() :]


class DiagramTool(Struct, frozen=True):
    """A program that draws diagrams of one language."""

    program: str
    draw: Callable[[str, str, DiagramLook], bytes]
    """From the program's path, the text and the look; raises :class:`DiagramError`."""
    install: str
    """How to get it."""


TOOLS: Mapping[str, DiagramTool] = {
    "dot": DiagramTool("dot", draw_dot, "install Graphviz: apt install graphviz, brew install graphviz"),
    "mermaid": DiagramTool(
        "mmdc",
        draw_mermaid,
        "PUPPETEER_SKIP_DOWNLOAD=1 npm install --global @mermaid-js/mermaid-cli installs it",
    ),
}
"""By the language of the fence."""
_ERROR_LINE = re.compile(r"\bline (\d+)")


def picture_of(diagram: Diagram, look: DiagramLook) -> Asset | Diagnostic:
    """The diagram as an SVG, or the diagnostic that says why it couldn't be drawn."""
    from quarterdeck.model.svg import svg_size  # decks without diagrams do without

    tool = TOOLS[diagram.language]
    program = shutil.which(tool.program)
    if program is None:
        return Diagnostic(
            f"this diagram needs the program '{tool.program}', which isn't on the PATH",
            diagram.span,
            hint=tool.install,
            code="missing-tool",
        )
    svg = _drawn(program, program_version(program), diagram.language, diagram.text, look)
    if isinstance(svg, str):
        return _fault(diagram, tool, svg)
    size = svg_size(svg)
    if size is None:
        return _fault(diagram, tool, "it wrote no picture")
    name = f"{diagram.span.file}:{diagram.span.line}.svg" if diagram.span else f"{diagram.language}.svg"
    return Asset(name, "image/svg+xml", svg, *size)


def label_size(picture: Asset) -> float | None:
    """The px of most of a diagram's labels, at the picture's own size; None if it has none."""
    svg = picture.data.decode("utf-8", "replace")
    sizes = Counter(float(match[1]) for match in _FONT_SIZE.finditer(svg))
    view = _VIEW.search(svg)
    if not sizes or view is None or not float(view[1]):
        return None
    size, _ = max(sizes.items(), key=lambda counted: (counted[1], counted[0]))
    return size * picture.width / float(view[1])


@lru_cache(maxsize=256)
def _drawn(program: str, version: str, language: str, text: str, look: DiagramLook) -> bytes | str:
    """The SVG, or the program's complaint, kept too: a slide is measured often, and none may take a minute again."""
    try:
        return cached_drawing(
            "svg", (program, version, language, text, repr(look)), lambda: TOOLS[language].draw(program, text, look)
        )
    except DiagramError as error:
        return str(error)


def _fault(diagram: Diagram, tool: DiagramTool, complaint: str) -> Diagnostic:
    """The program's complaint, at the line that it names."""
    return Diagnostic(f"{tool.program} can't draw this: {complaint}", _place(diagram, complaint), code="bad-diagram")


def _place(diagram: Diagram, complaint: str) -> SourceSpan | None:
    match = _ERROR_LINE.search(complaint)
    if match is None or not diagram.lines:
        return diagram.span
    return diagram.lines[max(0, min(int(match[1]), len(diagram.lines)) - 1)]
