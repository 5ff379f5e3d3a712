"""The foot of slides: whether the deck's footer and date fit it."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.deck import Deck
from quarterdeck.model.theme import Theme
from quarterdeck.theme.breaking import MARGIN
from quarterdeck.theme.metrics import Face, text_width


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
