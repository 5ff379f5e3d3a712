"""The slides that one slide of the source is shown as.

With ``fit: split``, content that is too long continues on further slides.  If a layout has no place for a terminal, the
demo follows on another slide with the same title: over the content it would hide it, in print and in PowerPoint.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from msgspec.structs import replace

from quarterdeck.model.content import Align, Block, Code, Footnotes, Group, List, Run, Table
from quarterdeck.model.deck import SLOTS, Layout, Slide
from quarterdeck.model.demo import Demo
from quarterdeck.model.theme import Slot, Theme
from quarterdeck.model.walk import renumbered
from quarterdeck.theme.elements.blocks import stack_blocks
from quarterdeck.theme.elements.context import Context

SPLIT_SLOT = "body"
"""The slot that may continue on another slide; slides with several columns shrink instead."""
LEAST_CODE_LINES = 4
"""Code isn't cut into pieces of fewer lines."""


DEMO = "-demo"
"""The end of the id of a slide that shows another slide's demo."""


def shown_slides(slide: Slide, demo: Demo | None, theme: Theme, taken: Collection[str]) -> tuple[Slide, ...]:
    """The slides that the audience sees of one slide of the source; ``demo`` is its demo.

    ``taken`` are the ids of the deck's slides: new ones get others.
    """
    exhibit, *demos = _exhibit_and_demo(slide, demo, taken)
    parts = split_slide(exhibit, theme, taken) if exhibit.fit == "split" else (exhibit,)
    return (*parts, *demos)


def _exhibit_and_demo(slide: Slide, demo: Demo | None, taken: Collection[str]) -> tuple[Slide, ...]:
    """The slide alone, or its content and then its demo; both have its notes and half of its time."""
    if slide.demo is None or "terminal" in SLOTS[slide.layout]:
        return (slide,)
    half = None if slide.duration is None else slide.duration / 2
    title = slide.title or ((Run(demo.title),) if demo else ())
    shows_demo = replace(
        slide,
        id=_free_id(f"{slide.id}{DEMO}", taken),
        layout=Layout.DEMO,
        title=title,
        slots={},
        fragments=0,
        duration=half,
        background=None,
        transition=None,
    )
    return replace(slide, demo=None, duration=half), shows_demo


def split_slide(slide: Slide, theme: Theme, taken: Collection[str]) -> tuple[Slide, ...]:
    """The slide, or the slides that its body fills at full size; its notes stay with the first.

    ``taken`` are the ids of the deck's slides: the new ones get others.
    """
    slot = theme.layouts[slide.layout].slots.get(SPLIT_SLOT)
    blocks = slide.slots.get(SPLIT_SLOT, ())
    if slot is None or slide.demo is not None or _fits(blocks, slot, theme):
        return (slide,)
    feet = tuple(b for b in blocks if isinstance(b, Footnotes))
    parts = _filled([unit for block in blocks if block not in feet for unit in _units(block)], slot, theme)
    parts[-1] += feet
    return tuple(_part(slide, tuple(_joined(part)), index, len(parts), taken) for index, part in enumerate(parts))


def _fits(blocks: Sequence[Block], slot: Slot, theme: Theme) -> bool:
    context = Context(theme, theme.colors, slot.style, Align(slot.align), slot.box.width)
    return stack_blocks(blocks, context).least <= slot.box.height


def _units(block: Block) -> Iterator[Block]:
    """The smallest parts that a block may be cut into."""
    match block:
        case List():
            for index, item in enumerate(block.items):
                yield replace(block, items=(item,), start=block.start + index)
        case Table():
            yield from (replace(block, rows=(row,)) for row in block.rows) if block.rows else (block,)
        case Code() if not block.highlights:
            lines = block.text.split("\n")
            for start in range(0, len(lines), LEAST_CODE_LINES):
                part = "\n".join(lines[start : start + LEAST_CODE_LINES])
                yield replace(block, text=part, first_number=block.first_number + start)
        case Group() if block.blocks:
            yield from (replace(block, blocks=(unit,)) for part in block.blocks for unit in _units(part))
        case _:
            yield block


def _filled(units: Sequence[Block], slot: Slot, theme: Theme) -> list[tuple[Block, ...]]:
    """Fill each slide with as many units as fit; a unit that is too large gets a slide to itself."""
    parts: list[tuple[Block, ...]] = [()]
    for unit in units:
        grown = (*parts[-1], unit)
        if parts[-1] and not _fits(tuple(_joined(grown)), slot, theme):
            parts.append((unit,))
        else:
            parts[-1] = grown
    return parts


def _joined(units: Sequence[Block]) -> Iterator[Block]:
    """Join neighbouring parts of the same block."""
    held: Block | None = None
    for unit in units:
        match held, unit:
            case List(), List() if held.span == unit.span and held.start + len(held.items) == unit.start:
                held = replace(held, items=(*held.items, *unit.items))
            case Table(), Table() if held.span == unit.span:
                held = replace(held, rows=(*held.rows, *unit.rows))
            case Code(), Code() if held.span == unit.span:
                held = replace(held, text=f"{held.text}\n{unit.text}")
            case _:
                if held is not None:
                    yield held
                held = unit
    if held is not None:
        yield held


def _part(slide: Slide, blocks: tuple[Block, ...], index: int, count: int, taken: Collection[str]) -> Slide:
    shown, fragments = renumbered(blocks)
    numbered = (*slide.title, Run(f" ({index + 1}/{count})")) if slide.title else ()
    first = index == 0
    return replace(
        slide,
        id=slide.id if first else _free_id(f"{slide.id}-{index + 1}", taken),
        title=numbered,
        slots={**slide.slots, SPLIT_SLOT: shown},
        fragments=fragments,
        notes=slide.notes if first else (),
        duration=slide.duration if first else None,
    )


def _free_id(wanted: str, taken: Collection[str]) -> str:
    while wanted in taken:
        wanted += "-more"
    return wanted
