"""Lists and definition lists, flattened into paragraphs and the other blocks inside them.

An item's mark (its bullet, number or check box) belongs to its first paragraph where it begins with one, so that
PowerPoint numbers it.  Otherwise (code, a picture, a list at once) the mark is a text of its own beside the first
line of the item: PowerPoint shows no bullet before an empty paragraph.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import (
    Block,
    DefinitionList,
    Group,
    Heading,
    List,
    ListItem,
    Paragraph,
    Quote,
    Run,
    plain_text,
)
from quarterdeck.model.theme import ListDepth
from quarterdeck.theme.elements.stack import is_rule
from quarterdeck.theme.elements.text import TextSpec

BULLETS = ("•", "–", "·")
"""The mark of each depth; deeper ones repeat the last."""
BULLET_STEP = 1.05
"""em from a bullet to its text."""
DIGIT_STEP = 0.56
"""em that each digit of a list's largest number takes."""
NUMBER_STEP = 0.62
"""em that the point after a number and the gap after it take."""
NESTED_GAP = 0.2
"""em above an item of a nested list."""
MEANING_STEP = 1.05
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
HEADING_STYLES = ("title", "cover-title", "section-title", "column-heading")
"""The text styles of slots that are made for a heading."""
ATTRIBUTION_GAP = 0.8
"""em above the attribution of a quotation."""
QUOTE_STYLE = "quote"
"""The text style of slots that are made for a quotation."""
DASH = "— "
CHECKED, UNCHECKED = "☑", "☐"


class Embedded(Struct, frozen=True):
    """A block in a list that isn't text: it gets its own box, indented."""

    block: Block
    steps: tuple[float, ...]
    """em of each indentation."""
    fragment: int | None


class Mark(Struct, frozen=True):
    """The bullet, number or check box of an item that doesn't begin with a paragraph."""

    text: str
    steps: tuple[float, ...]
    """em of each indentation; the last one holds the mark."""
    level: int
    fragment: int | None


class Marked(Struct, frozen=True):
    """The first part of an item, or of several nested ones, with their marks beside it from the outermost inwards."""

    part: TextSpec | Embedded
    marks: tuple[Mark, ...]


Flow: TypeAlias = TextSpec | Embedded | Marked


class ListPosition(Struct, frozen=True):
    """Where a block is in nested lists, and what it inherits there."""

    style: str
    steps: tuple[float, ...] = ()
    level: int = 0
    fragment: int | None = None
    classes: tuple[str, ...] = ()
    lists: tuple[ListDepth, ...] = ()
    """How a template sets lists; none for a built-in theme."""
    hanging: float | None = None
    """em from an item's mark to its text; None for the whole of its indentation."""
    factor: float = 1.0
    """The size of type, as a share of the style's."""

    @property
    def look(self) -> ListDepth | None:
        """How a template sets a list here."""
        return self.lists[min(len(self.steps), len(self.lists) - 1)] if self.lists else None


def flow(block: Block, place: ListPosition) -> Iterator[Flow]:
    """Flatten a block into paragraphs and embedded blocks, in reading order."""
    match block:
        case Paragraph():
            yield TextSpec(
                block.inlines,
                place.style,
                factor=place.factor,
                level=place.level,
                steps=place.steps,
                fragment=_fragment(block.fragment, place),
                classes=(*place.classes, *block.classes),
                span=block.span,
            )
        case Heading():
            yield TextSpec(
                block.inlines,
                place.style if place.style in HEADING_STYLES else "heading",
                tag=f"h{block.level}",
                level=place.level,
                steps=place.steps,
                fragment=_fragment(block.fragment, place),
                classes=(*place.classes, *block.classes),
                span=block.span,
            )
        case List():
            yield from _list(block, place)
        case DefinitionList():
            yield from _definitions(block, place)
        case Group() if not is_rule(block):
            inner = replace(place, fragment=_fragment(block.fragment, place), classes=(*place.classes, *block.classes))
            for part in block.blocks:
                yield from flow(part, inner)
        case Quote() if place.style == QUOTE_STYLE:
            yield from _quotation(block, place)
        case _:
            yield Embedded(block, place.steps, _fragment(getattr(block, "fragment", None), place))


def _quotation(block: Quote, place: ListPosition) -> Iterator[Flow]:
    """A quotation in a slot made for one: it gets no bar beside it."""
    inner = replace(place, fragment=_fragment(block.fragment, place))
    for part in block.blocks:
        for spec in flow(part, inner):
            yield replace(spec, tag="blockquote") if isinstance(spec, TextSpec) and spec.tag == "p" else spec
    for paragraph in attributed(block):
        yield TextSpec(
            paragraph.inlines, "attribution", before=ATTRIBUTION_GAP, fragment=inner.fragment, span=block.span
        )


def _fragment(own: int | None, place: ListPosition) -> int | None:
    return place.fragment if own is None else own


def _list(block: List, place: ListPosition) -> Iterator[Flow]:
    last = block.start + len(block.items) - 1
    step = len(str(last)) * DIGIT_STEP + NUMBER_STEP if block.ordered else BULLET_STEP
    look, depth = place.look, len(place.steps)
    inner = replace(place, level=depth, fragment=_fragment(block.fragment, place))
    if look is None:
        inner = replace(inner, steps=(*place.steps, step))
    else:
        hanging = max(look.hanging, step) if block.ordered else look.hanging
        step = max(0.0, look.indent - look.hanging + hanging - sum(place.steps))
        inner = replace(inner, steps=(*place.steps, step), hanging=hanging, factor=look.factor)
    for index, item in enumerate(block.items):
        number = block.start + index if block.ordered else None
        usual = BULLETS[min(depth, len(BULLETS) - 1)] if look is None else look.mark
        mark = f"{number}{block.delimiter}" if block.ordered else usual
        yield from _item(item, inner, mark, number, look, span=block.span)


def _item(
    item: ListItem,
    place: ListPosition,
    bullet: str,
    number: int | None,
    look: ListDepth | None,
    *,
    span: SourceSpan | None,
) -> Iterator[Flow]:
    place = replace(place, fragment=_fragment(item.fragment, place))
    gap = look.before if look is not None else NESTED_GAP if len(place.steps) > 1 else None
    if item.checked is not None:
        bullet, number = (CHECKED if item.checked else UNCHECKED), None
    parts = [part for block in item.blocks for part in flow(block, place)] or [*flow(Paragraph(()), place)]
    match parts[0]:
        case TextSpec(bullet=None, tag=tag) as first if tag != "dt":
            tag, before = (tag, first.before) if tag in HEADINGS else ("li", gap)
            color, scale = (look.color, look.scale) if look is not None else (None, 1.0)
            plain = number is not None or item.checked is not None
            yield replace(
                first,
                tag=tag,
                bullet=bullet,
                number=number,
                before=before,
                hanging=place.hanging,
                bullet_color=color,
                bullet_scale=1.0 if plain else scale,
            )
        case first if not bullet:
            yield first
        case first:
            part, marks = (first.part, first.marks) if isinstance(first, Marked) else (first, ())
            yield Marked(part, (Mark(bullet, place.steps, place.level, place.fragment), *marks))
    yield from parts[1:]


def _definitions(block: DefinitionList, place: ListPosition) -> Iterator[Flow]:
    for item in block.items:
        inner = replace(
            place, fragment=_fragment(item.fragment, replace(place, fragment=_fragment(block.fragment, place)))
        )
        yield TextSpec(
            item.term, place.style, tag="dt", bold=True, steps=place.steps, fragment=inner.fragment, span=block.span
        )
        inner = replace(inner, steps=(*place.steps, MEANING_STEP))
        for meaning in item.meanings:
            for part in meaning:
                for spec in flow(part, inner):
                    if isinstance(spec, TextSpec) and spec.tag == "p":
                        yield replace(spec, tag="dd", before=0.1)
                    else:
                        yield spec


def attributed(quote: Quote) -> tuple[Paragraph, ...]:
    """The attribution as a paragraph that begins with a dash; none for a quotation without one."""
    if not quote.attribution:
        return ()
    dash = () if plain_text(quote.attribution).startswith(("—", "–")) else (Run(DASH),)
    return (Paragraph((*dash, *quote.attribution), classes=("muted",), span=quote.span),)
