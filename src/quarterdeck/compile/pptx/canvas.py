"""The state of a slide being written (``Canvas``), and of the whole deck (``Production``)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import assert_never
from urllib.parse import quote

from msgspec import Struct, field

from quarterdeck.compile.pptx.animation import Timeline
from quarterdeck.compile.pptx.layouts import LayoutPart, Placeholder
from quarterdeck.compile.pptx.package.media import Files
from quarterdeck.compile.pptx.package.ooxml import JUMP, LINK_COLOR, LINK_COLOR_EXTENSION, Relationship, attribute
from quarterdeck.compile.pptx.package.opc import Package, Relationships
from quarterdeck.compile.pptx.theme import Palette
from quarterdeck.model.content import Link, SlideLink, WebLink
from quarterdeck.model.deck import Deck, Layout
from quarterdeck.model.theme import Theme


class Production(Struct, frozen=True):
    """What all slides of a deck need while they are written."""

    deck: Deck
    """The parts of it that slides use are compared in ``slide.py``, which reuses slides written before."""
    theme: Theme
    palette: Palette
    layouts: Mapping[Layout, LayoutPart]
    slide_parts: Mapping[str, str]
    """The name of each slide's part by the slide's id."""
    files: Files
    package: Package
    show_url: str
    """The address of a show of this deck, without a slash at the end.

    Its port is fixed when the deck is built; a show listens at its own port alone, because one that listened at a
    second one would be in the way of a demo or of another show.
    """

    def live_url(self, demo: str) -> str:
        """The show's page for a demo."""
        return f"{self.show_url}/stage/{quote(demo, safe='')}"


class Canvas(Struct):
    """One slide being written: its shapes, animations and relationships so far."""

    production: Production
    layout: LayoutPart
    colors: Mapping[str, str]
    """The colour tokens as they hold on this slide."""
    relationships: Relationships
    shapes: list[str] = field(default_factory=list)
    timeline: Timeline = field(default_factory=Timeline)
    linked: dict[str, str] = field(default_factory=dict)
    """The parts of the slides that it links to, by their ids."""
    _filled: set[str] = field(default_factory=set)
    _last_id: int = 1

    def new_id(self) -> int:
        """An id for a shape; 1 is the slide's own tree of shapes."""
        self._last_id += 1
        return self._last_id

    def link(self, slide: str) -> str:
        """The id of the relationship to another slide; raises KeyError for one that isn't there."""
        self.linked[slide] = part = self.production.slide_parts[slide]
        return self.relationships.to(Relationship.SLIDE, part)

    def fill_placeholder(self, slot: str | None, kinds: Collection[str] | None = None) -> Placeholder | None:
        """Return the layout's placeholder for a slot the first time, then None: a placeholder is filled once.

        ``kinds`` are the types that the content may fill; None for text, which fills any.
        """
        placeholder = self.layout.placeholders.get(slot) if slot is not None else None
        if placeholder is None or placeholder.slot in self._filled:
            return None
        if kinds is not None and placeholder.kind not in kinds:
            return None
        self._filled.add(placeholder.slot)
        return placeholder


_OWN_COLOR = (
    f'<a:extLst><a:ext uri="{LINK_COLOR_EXTENSION}">'
    f'<ahyp:hlinkClr xmlns:ahyp="{LINK_COLOR}" val="tx"/></a:ext></a:extLst>'
)
"""Lets a link keep the colour of its run instead of the theme's one for links."""


def click(canvas: Canvas, link: Link, title: str | None = None, *, of_text: bool = True) -> str:
    """The element that makes a run or a shape a link; raises KeyError for a slide that isn't there."""
    tip = f' tooltip="{attribute(title)}"' if title else ""
    match link:
        case SlideLink(slide=slide):
            start = f'<a:hlinkClick r:id="{canvas.link(slide)}" action="{JUMP}"{tip}'
        case WebLink(url=url):
            start = f'<a:hlinkClick r:id="{canvas.relationships.outside(Relationship.HYPERLINK, url)}"{tip}'
        case _:
            assert_never(link)
    return f"{start}>{_OWN_COLOR}</a:hlinkClick>" if of_text else f"{start}/>"
