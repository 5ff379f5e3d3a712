"""The placeholders of each layout: which slot is which in PowerPoint.

Types are those of ST_PlaceholderType (ECMA-376 part 1, 19.7.10).  A slide's placeholder finds its
layout's by ``idx``, so the same slot has the same ``idx`` in both.
"""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.lazy import dataclass
from quarterdeck.model.deck import Layout
from quarterdeck.model.theme import LayoutTokens

FOOTERS: Mapping[str, tuple[str, int]] = {"date": ("dt", 10), "footer": ("ftr", 11), "number": ("sldNum", 12)}
"""Type and ``idx`` of what stands at the foot, as PowerPoint numbers them."""
_PLACEHOLDER_TYPES: Mapping[str, str] = {
    "subtitle": "body",
    "byline": "body",
    "part": "body",
    "left-heading": "body",
    "right-heading": "body",
    "quote": "body",
    "attribution": "body",
    "caption": "body",
    "image": "pic",
}
"""Types of slots; any other slot takes text, tables, pictures and charts alike, and has no type."""
_FIRST_INDEX = 13
"""Above those of the foot."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One placeholder of a layout."""

    slot: str
    kind: str
    """Its type; "" for one that takes any content."""
    index: int | None
    """Its ``idx``; None for the title."""

    @property
    def name(self) -> str:
        """As PowerPoint's selection pane shows it."""
        return {"number": "Slide Number"}.get(self.slot, self.slot.replace("-", " ").title())

    @property
    def reference(self) -> str:
        """The ``p:ph`` element, the same in the layout and in its slides."""
        kind = f' type="{self.kind}"' if self.kind else ""
        size = {"dt": ' sz="half"', "ftr": ' sz="quarter"', "sldNum": ' sz="quarter"'}.get(self.kind, "")
        index = "" if self.index is None else f' idx="{self.index}"'
        return f"<p:ph{kind}{size}{index}/>"


def placeholders(tokens: LayoutTokens) -> dict[str, Placeholder]:
    """The placeholders of a layout by slot."""
    made: dict[str, Placeholder] = {}
    index = _FIRST_INDEX
    cover = tokens.layout is Layout.TITLE
    for slot in tokens.slots:
        if slot == "title":
            made[slot] = Placeholder(slot, "ctrTitle" if cover else "title", None)
        elif slot in FOOTERS:
            made[slot] = Placeholder(slot, *FOOTERS[slot])
        elif slot == "subtitle" and cover:
            made[slot] = Placeholder(slot, "subTitle", 1)
        else:
            made[slot] = Placeholder(slot, _PLACEHOLDER_TYPES.get(slot, ""), index)
            index += 1
    return made
