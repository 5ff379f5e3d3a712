"""Speaker notes of a foreign deck, as comments."""

from __future__ import annotations

from collections.abc import Iterable

from quarterdeck.workshop.importing.foreign import Line, Losses, NewSlide, Piece, PieceKind
from quarterdeck.workshop.importing.markup import without_html
from quarterdeck.workshop.importing.writing import plain_markdown


def add_notes(slide: NewSlide, lines: Iterable[Line], losses: Losses) -> None:
    """Append lines as speaker notes."""
    piece = Piece(PieceKind.TEXT, tuple(line for line in lines))
    if not piece.text.strip():
        return
    said = plain_markdown(without_html(piece, losses))
    first = said.lines[0]
    slide.add(first, "", "<!--")
    slide.lines += [line.saying(line.text.replace("-->", "→").replace("<!--", "")) for line in said.lines]
    slide.add(first, "-->")
