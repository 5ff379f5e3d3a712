"""A deck and its slides, after everything in the source was resolved."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from msgspec import Struct, field

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import Asset, Block, Inline, plain_text
from quarterdeck.model.demo import Demo
from quarterdeck.model.options import Agenda, Role
from quarterdeck.terminal.buffer import Grid

DEFAULT_LANG = "en"
"""The language of a deck that names none (BCP 47)."""
DEFAULT_THEME = "harbour"
"""The theme of a deck that names none."""

MORPH = "morph"
"""The transition in which what two slides have in common stays, or moves to its new place."""


class Layout(StrEnum):
    """The layouts.  Each is also a contract: see ``SLOTS``."""

    TITLE = "title"
    SECTION = "section"
    CONTENT = "content"
    TWO_COLUMNS = "two-columns"
    COMPARISON = "comparison"
    CODE = "code"
    IMAGE = "image"
    STATEMENT = "statement"
    QUOTE = "quote"
    CLOSING = "closing"
    DEMO = "demo"
    BLANK = "blank"


SLOTS: Mapping[Layout, tuple[str, ...]] = {
    Layout.TITLE: ("subtitle",),
    Layout.SECTION: ("subtitle",),
    Layout.CONTENT: ("body",),
    Layout.TWO_COLUMNS: ("left", "right"),
    Layout.COMPARISON: ("left-heading", "left", "right-heading", "right"),
    Layout.CODE: ("body",),
    Layout.IMAGE: ("image", "caption"),
    Layout.STATEMENT: ("subtitle",),
    Layout.QUOTE: ("quote", "attribution"),
    Layout.CLOSING: ("body", "image"),
    Layout.DEMO: ("body", "beside", "terminal"),
    Layout.BLANK: ("body",),
}
"""The slots of each layout besides ``title``, which all but ``blank`` have.  ``terminal`` holds the demo's panel;
``beside``, which themes needn't place, has words or code to its left.

The source sorts content into slots: blocks in ``::: left`` go there, the rest goes where the
layout's contract says (``body``; the first heading of a comparison's column is its heading; the one
picture of an image slide is its ``image`` and the other text its ``caption``).
"""
OPTIONAL_SLOTS = frozenset({"beside"})
"""Slots that a theme needn't place."""


class Background(Struct, frozen=True):
    """The background of a slide: a colour of the theme or ``#rrggbb``, or a picture that fills it."""

    color: str | None = None
    image: Asset | None = None


class Slide(Struct, frozen=True):
    """One slide."""

    id: str
    """Unique in the deck; from ``id:``, else made from the title."""
    layout: Layout
    title: tuple[Inline, ...] = ()
    slots: Mapping[str, tuple[Block, ...]] = field(default_factory=dict)
    """The blocks in each filled slot; the keys are those of ``SLOTS[layout]``."""
    notes: tuple[Block, ...] = ()
    demo: str | None = None
    """The name of the attached demo, a key of ``Deck.demos``."""
    fragments: int = 0
    """How many fragments appear one by one."""
    duration: float | None = None
    """Planned seconds."""
    audience: tuple[str, ...] = ()
    role: Role | None = None
    """Whose it is alone; None for everybody's."""
    classes: tuple[str, ...] = ()
    background: Background | None = None
    transition: str | None = None
    """``none``, ``fade``, ``push``, ``wipe``, …; ``MORPH``."""
    hidden: bool = False
    fit: str = "shrink"
    """``shrink``, ``split`` or ``error``: what to do with text that doesn't fit."""
    exercise: str | None = None
    """The name of the exercise whose task it shows, a key of ``Deck.exercises``; with a demo, whose solution."""
    section: str | None = None
    """The title of the section slide that this one belongs to, whether that is shown or not."""
    section_id: str | None = None
    """The id of that slide."""
    grids: tuple[Grid, ...] = ()
    """The size of its demo's terminals as they are placed, and at each level of larger type; empty before that."""
    span: SourceSpan | None = None
    title_span: SourceSpan | None = None

    @property
    def title_text(self) -> str:
        """The title as plain text."""
        return plain_text(self.title)


class Deck(Struct, frozen=True):
    """A whole deck."""

    name: str
    """The name of its folder or file, used for output files."""
    folder: Path
    """Where its source is."""
    title: str
    slides: tuple[Slide, ...]
    demos: Mapping[str, Demo] = field(default_factory=dict)
    """The demos that its slides attach, in their order; an exercise only where a slide runs its solution."""
    exercises: Mapping[str, Demo] = field(default_factory=dict)
    """The exercises that its slides set, in their order."""
    subtitle: str | None = None
    author: str | None = None
    date: str | None = None
    lang: str = DEFAULT_LANG
    role: Role | None = None
    """Whose copy it is; an attendee's has no notes."""
    theme: str = DEFAULT_THEME
    """The name of a built-in theme, or the path of a theme file or PowerPoint template."""
    theme_span: SourceSpan | None = None
    """Where the deck names it; None where a command or manifest does."""
    duration: float | None = None
    """Planned seconds."""
    images: tuple[str, ...] = ()
    """Docker images that the talk needs besides those that its demos name."""
    footer: str | None = None
    foot_spans: Mapping[str, SourceSpan] = field(default_factory=dict)
    """Where ``footer`` and ``date`` are said."""
    agenda: Agenda = field(default_factory=Agenda)
    """When each section begins."""
    sources: tuple[Path, ...] = ()
    """Every file that was read to make it; what ``--watch`` watches."""

    @property
    def scripts(self) -> Mapping[str, Demo]:
        """Every demo that belongs to it, the exercises too."""
        return {**self.demos, **self.exercises}
