"""The parts of a deck: which section is the how many-th, and the row of lights that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.deck import Deck, Layout, Slide
from quarterdeck.model.placed import PlacedShape
from quarterdeck.model.theme import Box, Theme
from quarterdeck.theme.measure.lines import MARGIN
from quarterdeck.theme.measure.widths import Face, text_width

GAP = 8.0
"""px between two lights."""
LEAST_LIGHT = 8.0
"""px; a deck of so many parts that lights would be shorter shows none."""
AHEAD = 0.22
"""Opacity of the lights of parts that are still to come."""


class Part(Struct, frozen=True):
    """A section among all sections of its deck."""

    number: int
    """From 1."""
    count: int


def numbered_parts(slides: Sequence[Slide]) -> Mapping[str, Part]:
    """The sections that are shown, by the id of their slide; a single one is no part of anything."""
    sections = [slide.id for slide in slides if slide.layout is Layout.SECTION and not slide.hidden]
    if len(sections) < 2:
        return {}
    return {id_: Part(number, len(sections)) for number, id_ in enumerate(sections, start=1)}


def lights(part: Part, box: Box, colors: Mapping[str, str]) -> Iterator[PlacedShape]:
    """A light for each part side by side, those up to this one lit."""
    width = (box.width - GAP * (part.count - 1)) / part.count
    if width < LEAST_LIGHT:
        return
    for index in range(part.count):
        place = Box(box.x + index * (width + GAP), box.y, width, box.height)
        lit = index < part.number
        color, opacity = (colors["beacon"], 1.0) if lit else (colors["text"], AHEAD)
        yield PlacedShape(place, "rounded", color, opacity, box.height / 2)


def foot_faults(deck: Deck, theme: Theme) -> Iterator[Diagnostic]:
    """A footer or date that is wider than its place on some slide; each is reported once."""
    for name, text in (("footer", deck.footer), ("date", deck.date)):
        layouts = {slide.layout for slide in deck.slides}
        slots = [theme.layouts[layout].slots[name] for layout in layouts if name in theme.layouts[layout].slots]
        if not text or not slots:
            continue
        slot = min(slots, key=lambda slot: slot.box.width)
        style = theme.styles[slot.style]
        width = text_width(Face(theme.font(style.font).twin, style.bold, style.italic), text) * style.size
        over = ceil(width * (1 + MARGIN) - slot.box.width)
        if over > 0:
            yield Diagnostic(
                f"the {name} is {over} px wider than the {slot.box.width:.0f} px there are for it on a slide",
                deck.foot_spans.get(name),
                hint="shorten it",
                code="text-overflow",
            )
