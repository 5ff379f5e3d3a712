"""Any blocks → a stack: neighbouring text is set in one box, everything else in a piece of its own."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from quarterdeck.model.content import (
    Admonition,
    Block,
    Callout,
    Chart,
    Code,
    DefinitionList,
    Diagram,
    Footnotes,
    Group,
    Heading,
    Image,
    List,
    Math,
    Media,
    Paragraph,
    Quote,
    Table,
)
from quarterdeck.theme.elements.boxes import admonition_piece, callout_piece, quote_piece
from quarterdeck.theme.elements.code import code_piece
from quarterdeck.theme.elements.context import Piece, Setting
from quarterdeck.theme.elements.lists import Embedded, Place, flow
from quarterdeck.theme.elements.pictures import image_piece, media_piece
from quarterdeck.theme.elements.stack import Stack, rule_piece
from quarterdeck.theme.elements.tables import table_piece
from quarterdeck.theme.elements.text import TextSpec, footnotes_piece, text_piece


def stack_blocks(blocks: Sequence[Block], setting: Setting) -> Stack:
    """Build blocks one under the other."""
    place = Place(setting.style)
    pieces: list[Piece] = []
    indents: list[float] = []
    text: list[TextSpec] = []
    notes: list[Footnotes] = []

    def close_text() -> None:
        if text:
            pieces.append(text_piece(tuple(text), setting))
            indents.append(0.0)
            text.clear()

    for part in (part for block in blocks for part in flow(block, place)):
        match part:
            case TextSpec():
                text.append(part)
            case Embedded(block=Footnotes() as footnotes):
                notes.append(footnotes)
            case Embedded():
                close_text()
                size = setting.size(setting.body)
                indent = sum(float(round(step * size)) for step in part.steps)
                block = part.block if part.fragment is None else _appearing(part.block, part.fragment)
                pieces.append(_piece(block, setting.narrowed(indent)))
                indents.append(indent)
    close_text()
    return Stack(tuple(pieces), tuple(indents), _foot(notes, setting))


def _foot(notes: Sequence[Footnotes], setting: Setting) -> Piece | None:
    """All footnotes of a slot in one piece."""
    together = tuple(note for each in notes for note in each.notes)
    return footnotes_piece(replace(notes[0], notes=together), setting) if together else None


def _appearing(block: Block, fragment: int) -> Block:
    return block if isinstance(block, Footnotes) else replace(block, fragment=fragment)


def _piece(block: Block, setting: Setting) -> Piece:
    match block:
        case Code():
            return code_piece(block, setting)
        case Table():
            return table_piece(block, setting)
        case Image():
            return image_piece(block, setting)
        case Diagram():
            from quarterdeck.theme.elements.figures import diagram_piece

            return diagram_piece(block, setting)
        case Media():
            return media_piece(block, setting)
        case Chart():
            from quarterdeck.theme.elements.figures import chart_piece

            return chart_piece(block, setting)
        case Math():
            from quarterdeck.theme.elements.figures import math_piece

            return math_piece(block, setting)
        case Quote():
            return quote_piece(block, setting, stack_blocks)
        case Admonition():
            return admonition_piece(block, setting, stack_blocks)
        case Callout():
            return callout_piece(block, setting, stack_blocks)
        case Footnotes():
            return footnotes_piece(block, setting)
        case Group(blocks=()):
            return rule_piece(block, setting)
        case Paragraph() | Heading() | List() | DefinitionList() | Group():
            raise TypeError(f"text doesn't come embedded: {block!r}")
