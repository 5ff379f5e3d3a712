"""What every element needs to know about its deck and slide while it is drawn."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.compile.reveal.pictures import PictureNames, PictureSources
from quarterdeck.lazy import dataclass
from quarterdeck.model.cast import Cast
from quarterdeck.model.deck import Deck
from quarterdeck.model.theme import Theme


@dataclass(frozen=True, slots=True)
class Drawing:
    """A deck being drawn."""

    deck: Deck
    """What slides take from it is compared in :mod:`redrawing`, where a slide may be one that was drawn before."""
    theme: Theme
    casts: Mapping[str, Cast]
    """The recordings by demo; empty on the page of a running show, whose server plays them."""
    pictures: PictureSources | PictureNames
    colors: Mapping[str, str]
    """The colour tokens of the slide being drawn."""

    def family(self, font: str) -> str:
        """The CSS font stack for ``heading``, ``body`` or ``mono``: the embedded twin first."""
        family = self.theme.font(font)
        generic = "monospace" if font == "mono" else "sans-serif"
        return f"'{family.twin}','{family.name}',{generic}"
