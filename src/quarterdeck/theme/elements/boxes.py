"""Quotations, admonitions and callouts: other blocks, set off by a bar or a box."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from quarterdeck.model.content import Admonition, Block, Callout, Group, Inline, Quote, Run
from quarterdeck.model.placed import Element, PlacedShape
from quarterdeck.model.theme import Box
from quarterdeck.theme.colors import AA_TEXT, mixed, ratio
from quarterdeck.theme.elements.context import Context, MeasuredBlock
from quarterdeck.theme.elements.lists import attributed
from quarterdeck.theme.elements.stack import Stack
from quarterdeck.theme.elements.text import TextSpec, measured_text

Build: TypeAlias = Callable[[Sequence[Block], Context], Stack]
"""Stacks the blocks inside a box; they are measured like those of a slot."""

BEFORE = 20.0
BAR = 4.0
"""px of the bar beside a quotation."""
BAR_GAP = 24.0
PADDING = 24.0
"""px left and right within an admonition or a callout."""
ABOVE, BELOW = 14.0, 22.0
"""px above and below the text of a box; letters are low in their lines, so these look equal."""
RADIUS = 14.0
TINT = 0.1
"""Share of the colour of its kind in the ground of a box."""
TITLE_GAP = 4.0
"""px between the title of a box and what it says."""
CALLOUT_BAR, ADMONITION_BAR = 8.0, 4.0
"""px of the bar within a callout, and within an admonition."""
CALLOUT_STYLE = "callout"
KINDS = {
    "note": "note",
    "info": "note",
    "tip": "tip",
    "warning": "warning",
    "caution": "warning",
    "important": "accent",
    "exercise": "accent",
    "danger": "danger",
}
"""The colour token of each kind of admonition."""


def measured_quote(quote: Quote, context: Context, build: Build) -> MeasuredBlock:
    """A quotation with its attribution, beside a bar."""
    inner = context.narrowed(BAR + BAR_GAP)
    stack = build([Group((*quote.blocks, *attributed(quote)), fragment=quote.fragment)], inner)

    def draw(box: Box) -> tuple[Element, ...]:
        inside = stack.draw(Box(box.x + BAR + BAR_GAP, box.y, inner.width, box.height))
        beside, color = Box(box.x, box.y, BAR, box.height), context.colors["accent"]
        bar = PlacedShape(beside, "rounded", color, 1.0, BAR / 2, quote.fragment, "Quotation", len(inside))
        return (bar, *inside)

    return MeasuredBlock(stack.height, draw, stack.least, BEFORE, stack.faults, stack.marks, stack.lines)


def measured_admonition(admonition: Admonition, context: Context, build: Build) -> MeasuredBlock:
    """A remark in a box; bar and title have the colour of its kind."""
    inner = _inside(context, ADMONITION_BAR)
    color = KINDS.get(admonition.kind, "note")
    title = admonition.title or (Run(admonition.kind.capitalize()),)
    label = tuple(replace(run, bold=True) if isinstance(run, Run) else run for run in title)
    stack = build([Group(admonition.blocks, fragment=admonition.fragment)], inner)
    stack = _titled(stack, label, color, admonition, inner)
    return _boxed(stack, inner, color, ADMONITION_BAR, admonition.fragment, admonition.kind.capitalize())


def measured_callout(callout: Callout, context: Context, build: Build) -> MeasuredBlock:
    """A statement in larger type in a box, its title small above it."""
    inner = replace(_inside(context, CALLOUT_BAR), style=CALLOUT_STYLE)
    stack = build([Group(callout.blocks, fragment=callout.fragment)], inner)
    if callout.title:
        stack = _titled(stack, callout.title, "accent", callout, inner)
    return _boxed(stack, inner, "accent", CALLOUT_BAR, callout.fragment, "Callout")


def _titled(
    stack: Stack, title: tuple[Inline, ...], color: str, block: Admonition | Callout, context: Context
) -> Stack:
    """A stack below a small title, which belongs to what is said and isn't louder."""
    heading = TextSpec(title, "label", color=color, fragment=block.fragment, span=block.span)
    said = (replace(stack.blocks[0], before=TITLE_GAP), *stack.blocks[1:]) if stack.blocks else ()
    return replace(stack, blocks=(measured_text((heading,), context), *said), indents=(0.0, *stack.indents))


def _inside(context: Context, bar: float) -> Context:
    return context.narrowed(2 * PADDING + bar + BAR_GAP)


def _boxed(stack: Stack, inner: Context, color: str, bar: float, fragment: int | None, name: str) -> MeasuredBlock:
    """A stack in a panel, beside a bar of so many px; in PowerPoint it is one group of that name."""

    def draw(box: Box) -> tuple[Element, ...]:
        edge = (ABOVE + BELOW) / 2
        beside = Box(box.x + PADDING, box.y + edge, bar, box.height - 2 * edge)
        line = PlacedShape(beside, "rounded", inner.colors[color], 1.0, bar / 2, fragment)
        left = box.x + PADDING + bar + BAR_GAP
        inside = Box(left, box.y + ABOVE, inner.width, box.height - ABOVE - BELOW)
        content = stack.draw(inside)
        tint = mixed(inner.colors[color], inner.colors["background"], TINT)
        if min(ratio(inner.colors[name], tint) for name in (color, "text")) < AA_TEXT:
            tint = inner.colors["surface"]  # on a ground of the author's
        panel = PlacedShape(box, "rounded", tint, 1.0, RADIUS, fragment, name, members=1 + len(content))
        return (panel, line, *content)

    marks = tuple((ABOVE + bottom, span) for bottom, span in stack.marks)
    return MeasuredBlock(
        stack.height + ABOVE + BELOW, draw, stack.least + ABOVE + BELOW, BEFORE, stack.faults, marks, stack.lines
    )
