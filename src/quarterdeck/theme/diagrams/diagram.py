"""A diagram as a picture: drawn once by its program, and cached."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic, SourceSpan
from quarterdeck.model.content import Asset, Diagram
from quarterdeck.model.image_size import svg_size
from quarterdeck.theme.diagrams.tools import DiagramError, DiagramLook, draw_dot, draw_mermaid
from quarterdeck.theme.drawing_cache import cached_drawing


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
    tool = TOOLS[diagram.language]
    program = shutil.which(tool.program)
    if program is None:
        return Diagnostic(
            f"this diagram needs the program '{tool.program}', which isn't on the PATH",
            diagram.span,
            hint=tool.install,
            code="missing-tool",
        )
    try:
        svg = _drawn(program, _version(program), diagram.language, diagram.text, look)
    except DiagramError as error:
        return _fault(diagram, tool, str(error))
    size = svg_size(svg)
    if size is None:
        return _fault(diagram, tool, "it wrote no picture")
    name = f"{diagram.span.file}:{diagram.span.line}.svg" if diagram.span else f"{diagram.language}.svg"
    return Asset(name, "image/svg+xml", svg, *size)


@lru_cache(maxsize=256)
def _drawn(program: str, version: str, language: str, text: str, look: DiagramLook) -> bytes:
    return cached_drawing(
        "svg", (program, version, language, text, repr(look)), lambda: TOOLS[language].draw(program, text, look)
    )


def _version(program: str) -> str:
    """A text that changes when another version of the program is installed."""
    about = Path(program).resolve().stat()
    return f"{about.st_size} {about.st_mtime_ns}"


def _fault(diagram: Diagram, tool: DiagramTool, complaint: str) -> Diagnostic:
    """The program's complaint, at the line that it names."""
    return Diagnostic(f"{tool.program} can't draw this: {complaint}", _place(diagram, complaint), code="bad-diagram")


def _place(diagram: Diagram, complaint: str) -> SourceSpan | None:
    match = _ERROR_LINE.search(complaint)
    if match is None or not diagram.lines:
        return diagram.span
    return diagram.lines[max(0, min(int(match[1]), len(diagram.lines)) - 1)]
