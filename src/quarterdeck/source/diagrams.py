"""Diagrams drawn from text by tools of their own: Graphviz (``dot``) and Mermaid (``mmdc``)."""

from __future__ import annotations

import functools
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.lazy import dataclass
from quarterdeck.model.content import Asset, Diagram, Length
from quarterdeck.source.assets import svg_size
from quarterdeck.source.inlines import FRAGMENT
from quarterdeck.source.passages import Passage

KEYS = ("alt", "width", FRAGMENT)
SECONDS = 30
"""A tool that takes longer is stopped."""
_ERROR_LINE = re.compile(r"line (\d+)")


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a tool gave: a picture or its complaint."""

    svg: bytes = b""
    complaint: str = ""


@dataclass(frozen=True, slots=True)
class Tool:
    """A program that draws diagrams."""

    program: str
    draw: Callable[[str, str], Drawing]
    """From the program's path and the text."""
    install: str
    """How to get it."""


def read_diagram(
    body: Passage,
    language: str,
    alt: str,
    width: Length | None,
    fragment: int | None,
    span: SourceSpan,
    found: Diagnostics,
) -> Diagram | None:
    """The diagram in the lines of ``body``, drawn, or None after telling why it can't be."""
    tool = TOOLS[language]
    program = shutil.which(tool.program)
    if program is None:
        found.error(
            f"this diagram needs the program '{tool.program}', which isn't on the PATH",
            span,
            hint=tool.install,
            code="missing-tool",
        )
        return None
    drawing = tool.draw(program, body.text)
    size = svg_size(drawing.svg)
    if drawing.complaint or size is None:
        line = _ERROR_LINE.search(drawing.complaint)
        at = body.line_span(int(line[1]) - 1) if line else span
        found.error(
            f"{tool.program} can't draw this: {drawing.complaint or 'it gave no picture'}", at, code="bad-diagram"
        )
        return None
    picture = Asset(f"{span.file}:{span.line}.svg", "image/svg+xml", drawing.svg, *size)
    return Diagram(language, body.text, picture, alt, width, fragment, span)


@functools.lru_cache(maxsize=256)
def _dot(program: str, text: str) -> Drawing:
    return _run(
        [program, "-Tsvg", "-Gbgcolor=transparent", "-Nfontname=Arial", "-Efontname=Arial", "-Gfontname=Arial"], text
    )


@functools.lru_cache(maxsize=256)
def _mermaid(program: str, text: str) -> Drawing:
    import tempfile

    with tempfile.TemporaryDirectory(prefix="quarterdeck-") as folder:
        target = Path(folder, "diagram.svg")
        done = _run(
            [program, "--input", "-", "--output", str(target), "--backgroundColor", "transparent", "--quiet"], text
        )
        if done.complaint or not target.exists():
            return Drawing(complaint=done.complaint or "it wrote no file")
        return Drawing(target.read_bytes())


def _run(command: list[str], text: str) -> Drawing:
    import subprocess  # only diagrams need it

    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Drawing(complaint=f"it took longer than {SECONDS} s")
    except OSError as error:
        return Drawing(complaint=str(error.strerror))
    if done.returncode:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        return Drawing(
            complaint=lines[0].removeprefix("Error: ") if lines else f"it ended with status {done.returncode}"
        )
    return Drawing(done.stdout)


TOOLS: Mapping[str, Tool] = {
    "dot": Tool("dot", _dot, "install Graphviz: apt install graphviz, brew install graphviz"),
    "mermaid": Tool("mmdc", _mermaid, "install it: npm install -g @mermaid-js/mermaid-cli"),
}
"""By the language of the fence."""
