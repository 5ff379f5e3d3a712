"""Measures any blocks: neighbouring text shares one text box, every other block gets its own box."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from msgspec.structs import replace

from quarterdeck.model.content import (
    Admonition,
    Align,
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
    Run,
    Table,
)
from quarterdeck.model.placed import Element, PlacedCode, PlacedMath, PlacedShape, PlacedTable, PlacedText
from quarterdeck.model.theme import Box
from quarterdeck.theme.elements.boxes import measured_admonition, measured_callout, measured_quote
from quarterdeck.theme.elements.code import measured_code
from quarterdeck.theme.elements.context import Context, MeasuredBlock
from quarterdeck.theme.elements.lists import Embedded, ListPosition, Mark, Marked, flow
from quarterdeck.theme.elements.pictures import measured_image, measured_media
from quarterdeck.theme.elements.stack import Stack, measured_rule
from quarterdeck.theme.elements.tables import measured_table, measured_terms, stand_in_rows
from quarterdeck.theme.elements.text import TextSpec, measured_footnotes, measured_text


def stack_blocks(blocks: Sequence[Block], context: Context) -> Stack:
    """Measure blocks, to be placed one below the other."""
    place = ListPosition(context.style, lists=context.body.lists)
    measured: list[MeasuredBlock] = []
    indents: list[float] = []
    text: list[TextSpec] = []
    marks: list[Mark] = []
    notes: list[Footnotes] = []

    def close_text() -> None:
        if text:
            add(measured_text(tuple(text), context), 0.0)
            text.clear()

    def add(block: MeasuredBlock, indent: float) -> None:
        measured.append(_marked(block, indent, marks, context) if marks else block)
        indents.append(0.0 if marks else indent)
        marks.clear()

    for each in chain.from_iterable(_flow(block, place, context) for block in blocks):
        part = each
        if isinstance(each, Marked):
            close_text()
            marks.extend(each.marks)
            part = each.part
        match part:
            case TextSpec():
                text.append(part)
            case Embedded(block=Footnotes() as footnotes):
                notes.append(footnotes)
            case Embedded():
                close_text()
                indent = sum(_pixels(part.steps, context))
                block = part.block if part.fragment is None else _appearing(part.block, part.fragment)
                add(_spaced(_measured(block, context.narrowed(indent)), context), indent)
    close_text()
    return Stack(tuple(measured), tuple(indents), _foot(notes, context))


def _flow(block: Block, place: ListPosition, context: Context) -> Iterator[TextSpec | Embedded | Marked]:
    """Paragraphs and other blocks; terms that have room beside their meanings stay together."""
    if isinstance(block, DefinitionList) and stand_in_rows(block, context):
        yield Embedded(block, (), block.fragment)
    else:
        yield from flow(block, place)


def _spaced(block: MeasuredBlock, context: Context) -> MeasuredBlock:
    """A block with as much space above it as paragraphs have, where these are set widely."""
    if context.air <= 1:
        return block
    style = context.theme.styles[context.style]
    return replace(
        block, before=max(block.before, float(round(context.size(style) * style.space_before * context.air)))
    )


def _pixels(steps: Sequence[float], context: Context) -> list[float]:
    """The px of each indentation."""
    return [float(round(step * context.em)) for step in steps]


def _marked(block: MeasuredBlock, indent: float, marks: Sequence[Mark], context: Context) -> MeasuredBlock:
    """A block with the marks of list items to its left, on the line where it begins."""
    lettered = [(_pixels(mark.steps, context), measured_text((_letters(mark, context),), context)) for mark in marks]

    def draw(box: Box) -> tuple[Element, ...]:
        drawn = block.draw(Box(box.x + indent, box.y, box.width - indent, box.height))
        beside: list[Element] = []
        for steps, letters in lettered:
            top = first_line(drawn, box.y, letters.height) - letters.height / 2
            beside += letters.draw(Box(box.x + sum(steps[:-1]), top, steps[-1], letters.height))
        return (*beside, *drawn)

    return replace(block, draw=draw, is_text=False, is_picture=False, in_flow=block.is_text)


def _letters(mark: Mark, context: Context) -> TextSpec:
    return TextSpec(
        (Run(mark.text),),
        context.style,
        level=mark.level,
        align=Align.LEFT,
        color="accent",
        fragment=mark.fragment,
    )


def first_line(elements: Sequence[Element], top: float, height: float) -> float:
    """The middle, in px from the slide's top, of the first line of what a block has drawn.

    Of a picture it is where the first line of text would be that is ``height`` px high.
    """
    for element in elements:
        match element:
            case PlacedShape():
                continue  # the bar or panel of a box
            case PlacedText(box=box, paragraphs=(first, *_)):
                return box.y + first.line_height / 2
            case PlacedCode(box=box):
                return box.y + element.padding + element.line_height / 2
            case PlacedTable(box=box, row_heights=(first_row, *_)):
                return box.y + first_row / 2
            case PlacedMath(box=box):
                return box.y + box.height / 2
            case _:
                return element.box.y + min(element.box.height, height) / 2
    return top + height / 2


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
        case DefinitionList():
            return measured_terms(block, context)
        case Paragraph() | Heading() | List() | Group():
            raise TypeError(f"text doesn't come embedded: {block!r}")
