"""Layouts as contracts: which layout a slide has, and which slot takes what.

Nothing is ever dropped: content that fits no slot is a fault at its place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, SourceSpan, suggestion
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
    Run,
    Table,
)
from quarterdeck.model.deck import SLOTS, Layout

DASHES = ("—", "–", "―", "--")
_INFERRED = (Layout.TWO_COLUMNS, Layout.COMPARISON, Layout.IMAGE, Layout.QUOTE)
"""The layouts that are chosen for the slots which a slide names, the first that has them all."""
_FEET = ("body", "right", "caption", "attribution", "subtitle")
"""Where footnotes go: the first of these that the layout has."""
TERMINAL = "terminal"


class Entry(Struct, frozen=True):
    """A block of a slide, and the slot that its author put it in."""

    block: Block
    slot: str | None = None
    at: SourceSpan | None = None
    """The div that names the slot."""

    @property
    def span(self) -> SourceSpan | None:
        """The place of the block in the source."""
        return self.block.span


def default_layout(number: int, title_level: int | None, entries: Sequence[Entry], *, has_demo: bool) -> Layout:
    """The layout of a slide that names none; ``number`` counts slides from 0."""
    if has_demo:
        return Layout.DEMO
    named = {entry.slot for entry in entries if entry.slot is not None}
    if named:
        return next((layout for layout in _INFERRED if named <= set(SLOTS[layout])), Layout.CONTENT)
    if title_level == 1 and number == 0 and len(entries) <= 2 and all(_is_subtitle(e.block) for e in entries):
        return Layout.TITLE
    if title_level == 1 and not entries:
        return Layout.SECTION if number else Layout.TITLE
    return Layout.CONTENT


def fill_slots(layout: Layout, entries: Sequence[Entry], found: Diagnostics) -> dict[str, tuple[Block, ...]]:
    """The blocks of each slot."""
    slots: dict[str, list[Block]] = {}
    for entry in entries:
        name = entry.slot if entry.slot is not None else _slot_for(layout, entry, slots)
        if name is None:
            _misfit(layout, entry, found)
        elif name not in SLOTS[layout] or name == TERMINAL:
            _no_such_slot(layout, name, entry, found)
        else:
            slots.setdefault(name, []).append(entry.block)
    _take_out(layout, slots)
    return {name: tuple(slots[name]) for name in SLOTS[layout] if slots.get(name)}


def _slot_for(layout: Layout, entry: Entry, slots: Mapping[str, Sequence[Block]]) -> str | None:
    """The slot for a block that the source puts into none."""
    block = entry.block
    if isinstance(block, Footnotes):
        return next(name for name in _FEET if name in SLOTS[layout])
    if isinstance(block, Image) and block.full_bleed:
        return SLOTS[layout][0]
    match layout:
        case Layout.CONTENT | Layout.CODE | Layout.DEMO | Layout.BLANK:
            return "body"
        case Layout.TITLE | Layout.SECTION | Layout.STATEMENT:
            return "subtitle" if _is_subtitle(block) else None
        case Layout.IMAGE:
            if isinstance(block, Image | Media | Diagram | Chart):
                return None if "image" in slots else "image"
            return "caption" if isinstance(block, Paragraph | Heading) else None
        case Layout.CLOSING:
            return "image" if isinstance(block, Image) and "image" not in slots else "body"
        case Layout.QUOTE:
            if isinstance(block, Quote):
                return "quote"
            if isinstance(block, Paragraph):
                quoted = slots.get("quote", ())
                marked = bool(quoted) and isinstance(quoted[-1], Quote)  # what follows is no longer quoted
                return "attribution" if marked or (quoted and _names_someone(block)) else "quote"
            return None
        case Layout.TWO_COLUMNS | Layout.COMPARISON:
            return None


def _take_out(layout: Layout, slots: dict[str, list[Block]]) -> None:
    """Move what a slot's content holds for another one: column headings, and who is quoted."""
    if layout is Layout.COMPARISON:
        for side in ("left", "right"):
            blocks = slots.get(side, [])
            heading = next((block for block in blocks if isinstance(block, Heading)), None)
            if heading is not None and f"{side}-heading" not in slots:
                slots[f"{side}-heading"] = [heading]
                blocks.remove(heading)
    if layout is Layout.QUOTE:
        for number, block in enumerate(slots.get("quote", [])):
            if isinstance(block, Quote) and block.attribution:
                slots["quote"][number] = replace(block, attribution=())
                line = Paragraph((Run(f"{DASHES[0]} "), *block.attribution), block.fragment, span=block.span)
                slots.setdefault("attribution", []).append(line)


def _is_subtitle(block: Block) -> bool:
    match block:
        case Paragraph() | Heading() | Footnotes():
            return True
        case Group(blocks=blocks):
            return all(map(_is_subtitle, blocks))
    return False


def _names_someone(paragraph: Paragraph) -> bool:
    first = paragraph.inlines[0] if paragraph.inlines else None
    return isinstance(first, Run) and first.text.startswith(DASHES)


def _misfit(layout: Layout, entry: Entry, found: Diagnostics) -> None:
    kind = KIND_NAMES[type(entry.block)]
    slots = SLOTS[layout]
    match layout:
        case Layout.TITLE | Layout.SECTION | Layout.STATEMENT:
            hint = "it holds a title and a subtitle; 'layout: content' holds more"
        case Layout.IMAGE:
            hint = "it holds one picture and a caption; 'layout: content' holds more"
        case Layout.QUOTE:
            hint = "it holds a quotation and who said it; 'layout: content' holds more"
        case _:
            hint = f"put it in a slot: ::: {slots[0]}, or ::: {slots[-1]}"
    found.error(f"{kind} fits no slot of the layout '{layout}'", entry.span, hint=hint, code="no-slot")


def _no_such_slot(layout: Layout, name: str, entry: Entry, found: Diagnostics) -> None:
    if name == TERMINAL:
        found.error(
            "the terminal is filled by the demo", entry.at, hint="write 'demo: NAME' for the slide", code="no-slot"
        )
        return
    having = [other.value for other in Layout if name in SLOTS[other]]
    hint = f"it is a slot of {' and '.join(having)}" if having else suggestion(name, SLOTS[layout])
    found.error(f"the layout '{layout}' has no slot '{name}'", entry.at, hint=hint, code="no-slot")


KIND_NAMES: Mapping[type[Block], str] = {
    Paragraph: "this text",
    Heading: "this heading",
    List: "this list",
    Code: "this code",
    Table: "this table",
    Image: "this picture",
    Media: "this video or sound",
    Quote: "this quotation",
    Admonition: "this remark",
    Callout: "this callout",
    DefinitionList: "this list",
    Math: "this formula",
    Chart: "this chart",
    Diagram: "this diagram",
    Group: "this group",
    Footnotes: "this footnote",
}
"""Blocks as faults name them."""
