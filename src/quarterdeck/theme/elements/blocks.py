"""Measures any blocks: neighbouring text shares one text box, every other block gets its own box."""

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
from quarterdeck.theme.elements.boxes import measured_admonition, measured_callout, measured_quote
from quarterdeck.theme.elements.code import measured_code
from quarterdeck.theme.elements.context import Context, MeasuredBlock
from quarterdeck.theme.elements.lists import Embedded, ListPosition, flow
from quarterdeck.theme.elements.pictures import measured_image, measured_media
from quarterdeck.theme.elements.stack import Stack, measured_rule
from quarterdeck.theme.elements.tables import measured_table
from quarterdeck.theme.elements.text import TextSpec, measured_footnotes, measured_text


def stack_blocks(blocks: Sequence[Block], context: Context) -> Stack:
    """Measure blocks, to be placed one below the other."""
    place = ListPosition(context.style)
    measured: list[MeasuredBlock] = []
    indents: list[float] = []
    text: list[TextSpec] = []
    notes: list[Footnotes] = []

    def close_text() -> None:
        if text:
            measured.append(measured_text(tuple(text), context))
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
                size = context.size(context.body)
                indent = sum(float(round(step * size)) for step in part.steps)
                block = part.block if part.fragment is None else _appearing(part.block, part.fragment)
                measured.append(_measured(block, context.narrowed(indent)))
                indents.append(indent)
    close_text()
    return Stack(tuple(measured), tuple(indents), _foot(notes, context))


def _foot(notes: Sequence[Footnotes], context: Context) -> MeasuredBlock | None:
    """All footnotes of a slot as one block."""
    together = tuple(note for each in notes for note in each.notes)
    return measured_footnotes(replace(notes[0], notes=together), context) if together else None


def _appearing(block: Block, fragment: int) -> Block:
    return block if isinstance(block, Footnotes) else replace(block, fragment=fragment)


def _measured(block: Block, context: Context) -> MeasuredBlock:
    match block:
        case Code():
            return measured_code(block, context)
        case Table():
            return measured_table(block, context)
        case Image():
            return measured_image(block, context)
        case Diagram():
            from quarterdeck.theme.elements.figures import measured_diagram

            return measured_diagram(block, context)
        case Media():
            return measured_media(block, context)
        case Chart():
            from quarterdeck.theme.elements.figures import measured_chart

            return measured_chart(block, context)
        case Math():
            from quarterdeck.theme.elements.figures import measured_math

            return measured_math(block, context)
        case Quote():
            return measured_quote(block, context, stack_blocks)
        case Admonition():
            return measured_admonition(block, context, stack_blocks)
        case Callout():
            return measured_callout(block, context, stack_blocks)
        case Footnotes():
            return measured_footnotes(block, context)
        case Group(blocks=()):
            return measured_rule(block, context)
        case Paragraph() | Heading() | List() | DefinitionList() | Group():
            raise TypeError(f"text doesn't come embedded: {block!r}")
