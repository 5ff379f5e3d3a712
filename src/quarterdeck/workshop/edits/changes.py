"""What someone changed in a file: edits of paragraphs that the deck gives, and what no edit of a paragraph can say."""

from __future__ import annotations

from msgspec import Struct, field

from quarterdeck.workshop.edits.pages import Page, PageParagraph, PageShape


class Place(Struct, frozen=True):
    """A paragraph of the deck as it is now."""

    slide: int
    """Index of the slide."""
    shape: int
    paragraph: int


class Edit(Struct, frozen=True):
    """A change of one paragraph that the deck still gives as it was built."""

    at: Place
    old: str
    new: str
    """Empty for one that was taken away."""
    is_table: bool = False
    added: tuple[PageParagraph, ...] = ()
    """Paragraphs that were added below it; ``new`` is ``old`` then."""
    above: bool = False
    """Whether they are above it instead."""
    edited: PageParagraph | None = None


class Refusal(Struct, frozen=True):
    """A change that can't be taken."""

    slide: int | None
    """Index of the deck's slide; None where it has none now."""
    what: str
    hint: str | None = None
    at: Place | None = None
    """The paragraph of the deck as it is now that it is about."""
    is_conflict: bool = False
    shape: PageShape | None = None
    """A shape that was added."""
    gone: int | None = None
    """Index of the deck's shape that was taken away."""


class Comparison(Struct):
    """All changes of a file."""

    edits: list[Edit] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    added: list[tuple[Page, int | None]] = field(default_factory=list)
    """New slides, each with the index of the deck's slide that it follows; None for the first."""
    doubtful: dict[int, int] = field(default_factory=dict)
    """In a file without names: new slides by their index, each with the deck's slide that it may be (``removed``)."""
    removed: list[int] = field(default_factory=list)
    """Indexes of the deck's slides that were taken out."""
    pairs: dict[int, int] = field(default_factory=dict)
    """The index of the edited slide for each of the deck's."""
    looks: list[Edit] = field(default_factory=list)
    """Paragraphs that say the same with other looks: bold, italic, underlined, struck through."""
    hidden: list[int] = field(default_factory=list)
    """Indexes of the deck's slides that are hidden in the file and not in the deck, or the other way round."""
    moved: list[tuple[int, int, int]] = field(default_factory=list)
    """Shapes with another place: the deck's slide, its shape, the shape of the edited slide."""
    known: float = 1.0
    """Share of the base's paragraphs that the deck still gives."""
