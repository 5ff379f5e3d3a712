"""Diagrams: the text in a ``dot`` or ``mermaid`` fence; the theme has it drawn."""

from __future__ import annotations

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import Diagram, Length
from quarterdeck.source.inlines import FRAGMENT
from quarterdeck.text.passage import Passage

DIAGRAM_KEYS = ("alt", "width", FRAGMENT)


def read_diagram(
    body: Passage, language: str, alt: str, width: Length | None, fragment: int | None, span: SourceSpan
) -> Diagram:
    """The diagram in the lines of ``body``."""
    lines = tuple(body.line_span(index) for index in range(len(body.lines)))
    return Diagram(language, body.text, alt, width, fragment, span, lines)
