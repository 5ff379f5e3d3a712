"""Transitions between slides (``p:transition``, ECMA-376 part 1, 19.3.1.50)."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.diagnostics import QuarterdeckError, suggestion
from quarterdeck.model.deck import Slide

TRANSITIONS: Mapping[str, str] = {
    "none": "",
    "fade": "<p:fade/>",
    "slide": '<p:push dir="l"/>',
    "push": '<p:push dir="l"/>',
    "wipe": '<p:wipe dir="l"/>',
    "cover": '<p:cover dir="l"/>',
    "uncover": '<p:pull dir="l"/>',
    "split": '<p:split orient="vert" dir="out"/>',
    "zoom": '<p:zoom dir="in"/>',
    "dissolve": "<p:dissolve/>",
    "convex": '<p:push dir="l"/>',
    "concave": '<p:push dir="l"/>',
}
"""By the name in the deck.  ``convex`` and ``concave`` are reveal.js's own; PowerPoint's nearest is a push."""


def transition_xml(slide: Slide) -> str:
    """The transition into a slide; raises :class:`QuarterdeckError` for one that isn't known."""
    if slide.transition is None:
        return ""
    effect = TRANSITIONS.get(slide.transition)
    if effect is None:
        raise QuarterdeckError.of(
            f"unknown transition '{slide.transition}'",
            slide.span,
            hint=suggestion(slide.transition, TRANSITIONS),
            code="unknown-transition",
        )
    return f'<p:transition spd="med">{effect}</p:transition>' if effect else ""
