"""Short ways to say what stands on a slide, for tests of placing."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import Align, Block, Inline, List, ListItem, Paragraph, Run
from quarterdeck.model.deck import Deck, Layout, Slide
from quarterdeck.model.placed import PlacedSlide
from quarterdeck.theme.elements.context import Context
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import Placed, place

T = TypeVar("T")
HARBOUR = load_theme("harbour", Path())
SENTENCE = "A container is a process of the host, started with a view of its own of files and network. "


def paragraph(*parts: str | Inline, line: int = 1) -> Paragraph:
    """A paragraph written on a line of ``deck.md``."""
    inlines = tuple(Run(part) if isinstance(part, str) else part for part in parts)
    return Paragraph(inlines, span=SourceSpan("deck.md", line))


def bullets(*items: str, ordered: bool = False) -> List:
    """A list of one-paragraph items, the first of them on line 1."""
    made = (ListItem((paragraph(item, line=number),)) for number, item in enumerate(items, start=1))
    return List(tuple(made), ordered=ordered, span=SourceSpan("deck.md"))


def slide(*body: Block, layout: Layout = Layout.CONTENT, title: str = "A title", fit: str = "shrink") -> Slide:
    """A slide with something in its body."""
    return Slide("a-slide", layout, (Run(title),), {"body": body}, fit=fit, span=SourceSpan("deck.md", 5))


def deck_of(*slides: Slide) -> Deck:
    """A deck of some slides."""
    return Deck("talk", Path("talk"), "Talk", slides)


def placed(*slides: Slide) -> Placed:
    """Slides, placed with the default theme."""
    return place(deck_of(*slides), HARBOUR, {})


def elements(made: PlacedSlide, kind: type[T]) -> list[T]:
    """The elements of one kind on a slide."""
    return [element for element in made.elements if isinstance(element, kind)]


def context(width: float = 1120.0, style: str = "body") -> Context:
    """A slot of the default theme."""
    return Context(HARBOUR, HARBOUR.colors, style, Align.LEFT, width)
