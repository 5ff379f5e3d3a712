"""Fits blocks to their slots: type shrinks by whole points, within the theme's bounds.

In a slot with little content type grows instead, as long as no additional line breaks, and only in built-in themes:
short slides looked unfinished, but a company's template fixes its own sizes.  Slots of one slide with the same text
style shrink and grow together, so that columns match.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, SourceSpan
from quarterdeck.model.content import Align, Block
from quarterdeck.model.deck import Layout
from quarterdeck.model.theme import Slot, Theme
from quarterdeck.theme.elements.blocks import stack_blocks
from quarterdeck.theme.elements.context import POINT, Context
from quarterdeck.theme.elements.stack import FOOT_GAP, Stack

TOLERANCE = 0.5
"""px by which content may be taller than its slot: less than anyone sees."""
FULL = 0.85
"""Share of a slot's height that type may fill when it grows."""
GROWTH_SHARES = (1.0, 0.5, 0.0)
"""Shares of a style's growth to try: few sizes, so that the slides of a deck look alike."""
AIR = 1.5
"""If there is room, the space between paragraphs is this many times the theme's, at any size of type."""

SMALLER = 0.15
"""Share by which a title may be set smaller, so that no sentence ends within a line."""
HEADINGS = ("title", "eyebrow", "subtitle", "byline", "part", "left-heading", "right-heading", "caption", "attribution")
"""Slots for one or two lines."""
SPLIT_HINT = "this doesn't fit from here on: shorten it, split the slide, or use 'fit: split'"
DEMO_HINT = "a terminal leaves room for a line or two: shorten it, or use 'layout: content': the demo follows it"


class Filling(Struct, frozen=True):
    """A slot and the blocks to put into it."""

    name: str
    slot: Slot
    blocks: tuple[Block, ...]


class Fitted(Struct, frozen=True):
    """A slot whose blocks have been measured at some size of type."""

    filling: Filling
    stack: Stack
    step: int
    """By how many points of the slot's type it was shrunk."""
    fits: bool
    airy: bool = False
    """Whether it was set larger, or at least more widely, than the theme asks for."""

    @property
    def room(self) -> float:
        """The px of height that grown type may take."""
        return self.filling.slot.box.height * FULL


def shrink_steps(theme: Theme, style: str) -> tuple[float, ...]:
    """The shares of their size that a slot's styles are tried at: from 1 to where all are at their minimum."""
    return _steps(theme.styles[style].size, min(s.minimum / s.size for s in theme.styles.values()))


@lru_cache(maxsize=256)
def _steps(size: float, least: float) -> tuple[float, ...]:
    points = round(size / POINT)
    shares = [1 - step / points for step in range(points)]
    last = next((index for index, share in enumerate(shares) if share <= least), len(shares) - 1)
    return tuple(shares[: last + 1])


def fit_slots(
    fillings: Sequence[Filling], theme: Theme, colors: Mapping[str, str], *, shrink: bool
) -> tuple[Fitted, ...]:
    """Fill the slots of one slide; without ``shrink`` only at full size."""
    fitted = [_fit(filling, theme, colors, 0, shrink=shrink) for filling in fillings]
    steps: dict[str, int] = {}
    for each in fitted:
        style = each.filling.slot.style
        steps[style] = max(steps.get(style, 0), each.step)
    return tuple(
        each
        if each.step == steps[each.filling.slot.style]
        else _fit(each.filling, theme, colors, steps[each.filling.slot.style], shrink=shrink)
        for each in fitted
    )


def grow_slots(fitted: Sequence[Fitted], theme: Theme, colors: Mapping[str, str]) -> tuple[Fitted, ...]:
    """Enlarge the type of slots with little content; slots that had to shrink stay as they are."""
    grown = {
        style: _grown([each for each in fitted if each.filling.slot.style == style], theme, colors)
        for style in {each.filling.slot.style for each in fitted}
        if theme.styles[style].growth
    }
    larger = {each.filling.name: each for group in grown.values() for each in group}
    return tuple(larger.get(each.filling.name, each) for each in fitted)


def _grown(group: Sequence[Fitted], theme: Theme, colors: Mapping[str, str]) -> Sequence[Fitted]:
    """Slots of one style in the largest type in which none of them is full; pictures follow the words beside them."""
    words = [each for each in group if not each.stack.only_pictures]
    if not words or any(each.step or not each.fits or each.stack.has_pictures for each in words):
        return group
    growth = theme.styles[words[0].filling.slot.style].growth
    for scale in (1 + growth * share for share in GROWTH_SHARES):
        if all(each.stack.least * scale <= each.room for each in words):
            larger = [_scaled(each.filling, theme, colors, scale, AIR) for each in group]
            if all(_as_few_lines(now, before) for now, before in zip(larger, group, strict=True)):
                return larger
    return group


def _as_few_lines(now: Fitted, before: Fitted) -> bool:
    if before.stack.only_pictures:
        return now.fits
    return now.fits and now.stack.least <= now.room and now.stack.lines <= before.stack.lines


def _fit(filling: Filling, theme: Theme, colors: Mapping[str, str], first: int, *, shrink: bool) -> Fitted:
    slot = filling.slot
    shares = shrink_steps(theme, slot.style) if shrink else (1.0,)
    first = min(first, len(shares) - 1)
    tried = (replace(_scaled(filling, theme, colors, shares[step]), step=step) for step in range(first, len(shares)))
    best = next(tried)
    while not best.fits:
        smaller = next(tried, None)
        if smaller is None:
            return best
        best = smaller
    return _whole_sentences(best, shares, tried) if best.stack.torn else best


def _whole_sentences(best: Fitted, shares: Sequence[float], smaller: Iterator[Fitted]) -> Fitted:
    """The same a little smaller, if sentences then begin on lines of their own, and there are no more lines."""
    least = shares[best.step] * (1 - SMALLER)
    for each in smaller:
        if shares[each.step] < least:
            break
        if not each.stack.torn and each.fits and each.stack.lines <= best.stack.lines:
            return each
    return best


def _scaled(filling: Filling, theme: Theme, colors: Mapping[str, str], scale: float, air: float = 1.0) -> Fitted:
    slot = filling.slot
    context = Context(theme, colors, slot.style, Align(slot.align), slot.box.width, scale, air)
    stack = stack_blocks(filling.blocks, context)
    room = slot.box.height + slot.give + TOLERANCE
    return Fitted(filling, stack, 0, not stack.faults and stack.least <= room, air > 1)


def overflow(fitted: Fitted, owner: SourceSpan | None, layout: Layout) -> tuple[Diagnostic, ...]:
    """The errors of a slot whose content doesn't fit, even in the smallest type."""
    if fitted.fits:
        return ()
    stack, slot, name = fitted.stack, fitted.filling.slot, fitted.filling.name
    found = list(stack.faults)
    over = stack.least - slot.box.height - slot.give
    if over > TOLERANCE:
        room = slot.box.height - (stack.foot.height + FOOT_GAP if stack.foot else 0.0)
        places = [(bottom, span) for bottom, span in stack.marks if span is not None]
        last = places[-1][1] if places else owner
        span = next((span for bottom, span in places if bottom > room + TOLERANCE), last)
        found.append(
            Diagnostic(
                f"'{name}' overflows by {over:.0f} px: its content is {stack.least:.0f} px high "
                f"in the smallest type allowed, and {slot.box.height + min(0.0, slot.give):.0f} px are available",
                span,
                hint=_remedy(name, layout),
                code="text-overflow",
            )
        )
    return tuple(replace(d, span=owner) if d.span is None else d for d in found)


def _remedy(slot: str, layout: Layout) -> str:
    if slot in HEADINGS:
        return "shorten it"
    return DEMO_HINT if layout is Layout.DEMO else SPLIT_HINT
