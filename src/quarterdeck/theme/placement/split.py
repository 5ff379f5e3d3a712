"""The slides that one slide of the source is shown as.

With ``fit: split``, content that is too long continues on further slides.  A heading goes with what follows, and so
does a line that ends in a colon.  Each part of split code has the line steps that concern its lines.

If a layout has no place for a terminal, the demo follows on another slide with the same title, which stays where it is:
over the content it would hide it, in print and in PowerPoint.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from msgspec.structs import replace

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import (
    Align,
    Block,
    Code,
    Footnotes,
    Group,
    Heading,
    LineSet,
    List,
    Paragraph,
    Run,
    Table,
    plain_text,
)
from quarterdeck.model.deck import MORPH, SLOTS, Layout, Slide
from quarterdeck.model.demo import Demo
from quarterdeck.model.theme import Slot, Theme
from quarterdeck.model.walk import every, renumbered
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
    parts = split_slide(exhibit, theme.on(exhibit.layout), taken) if exhibit.fit == "split" else (exhibit,)
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
        transition=MORPH if slide.transition is None else None,
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
    stepped = {block.span: block for block in every(blocks) if isinstance(block, Code) and block.highlights}
    return tuple(
        _part(slide, tuple(_stepped(block, stepped) for block in _joined(part)), index, len(parts), taken)
        for index, part in enumerate(parts)
    )


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
        case Code():
            lines = block.text.split("\n")
            for start in range(0, len(lines), LEAST_CODE_LINES):
                part = "\n".join(lines[start : start + LEAST_CODE_LINES])
                first = block.first_number + start
                yield replace(block, text=part, first_number=first, highlights=(), highlight_fragments=())
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
            kept = _without_leads(parts[-1])
            following = (*parts[-1][kept:], unit)
            if kept and _fits(tuple(_joined(following)), slot, theme):
                parts[-1] = parts[-1][:kept]
                parts.append(following)
            else:
                parts.append((unit,))
        else:
            parts[-1] = grown
    return parts


def _without_leads(units: Sequence[Block]) -> int:
    """How many units are left without the headings and the like at the end, which announce what follows."""
    count = len(units)
    while count and _is_lead(units[count - 1]):
        count -= 1
    return count


def _is_lead(unit: Block) -> bool:
    match unit:
        case Heading():
            return True
        case Paragraph(inlines=inlines):
            return plain_text(inlines).rstrip().endswith((":", "\uff1a"))
        case Group(blocks=blocks):
            return bool(blocks) and all(map(_is_lead, blocks))
    return False


def _stepped(block: Block, stepped: Mapping[SourceSpan | None, Code]) -> Block:
    """The block, and if it is a part of code with line steps, those steps that concern its lines."""
    match block:
        case Group(blocks=blocks):
            return replace(block, blocks=tuple(_stepped(inner, stepped) for inner in blocks))
        case Code(span=span) if span in stepped:
            whole = stepped[span]
            first = block.first_number - whole.first_number + 1
            last = first + block.text.count("\n")
            if (first, last) == (1, whole.text.count("\n") + 1):
                return replace(block, highlights=whole.highlights, highlight_fragments=whole.highlight_fragments)
            return _with_steps(block, whole, first, last)
    return block


def _with_steps(part: Code, whole: Code, first: int, last: int) -> Code:
    """Code that is the lines ``first`` to ``last`` of other code, with the steps that change something there."""
    steps: list[tuple[LineSet, int | None]] = []
    for lines, fragment in zip(whole.highlights, (None, *whole.highlight_fragments), strict=False):
        own = tuple(
            (max(a, first) - first + 1, min(b, last) - first + 1) for a, b in lines.ranges if a <= last and b >= first
        )
        if (own or not lines.ranges) and (not steps or steps[-1][0].ranges != own):
            steps.append((LineSet(own), fragment))
    if all(not lines.ranges for lines, _ in steps):
        return part
    return replace(
        part,
        highlights=tuple(lines for lines, _ in steps),
        highlight_fragments=tuple(fragment for _, fragment in steps[1:] if fragment is not None),
    )


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
