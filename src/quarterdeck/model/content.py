"""The content of a slide: blocks, and the runs of text in them.

Text is a flat sequence of runs, as in DrawingML, not a tree: both writers and the text
measurement walk it once.  ``fragment`` is the place of a block in the order of appearance on its
slide, from 0; None means that it is there from the start.  The source assigns them, so that every
output shows the same fragments in the same order.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from msgspec import Struct

from quarterdeck.diagnostics import SourceSpan


class SlideLink(Struct, frozen=True):
    """A link to another slide of the deck."""

    slide: str
    """The id of the slide."""


class WebLink(Struct, frozen=True):
    """A link out of the deck: http, https or mailto."""

    url: str


Link: TypeAlias = SlideLink | WebLink


class Run(Struct, frozen=True):
    """A stretch of text that looks the same throughout."""

    text: str
    bold: bool = False
    italic: bool = False
    strike: bool = False
    code: bool = False
    superscript: bool = False
    subscript: bool = False
    link: Link | None = None
    link_title: str | None = None
    classes: tuple[str, ...] = ()
    """Classes from ``[text]{.accent}``: ``accent``, ``muted``, ``small`` and the like."""


class LineBreak(Struct, frozen=True):
    """A hard line break within a paragraph."""


class InlineMath(Struct, frozen=True):
    """A formula within a line, in TeX."""

    tex: str


Inline: TypeAlias = Run | LineBreak | InlineMath


def plain_text(inlines: tuple[Inline, ...]) -> str:
    """The text alone, with formulas as TeX."""
    parts = []
    for inline in inlines:
        match inline:
            case Run(text=text):
                parts.append(text)
            case LineBreak():
                parts.append("\n")
            case InlineMath(tex=tex):
                parts.append(tex)
    return "".join(parts)


class Align(StrEnum):
    """Horizontal alignment of text."""

    LEFT = "left"
    CENTER = "center"
    RIGHT = "right"


class Paragraph(Struct, frozen=True):
    """A paragraph of text."""

    inlines: tuple[Inline, ...]
    fragment: int | None = None
    classes: tuple[str, ...] = ()
    span: SourceSpan | None = None


class Heading(Struct, frozen=True):
    """A heading below the slide's title."""

    level: int
    """2 to 6, as written."""
    inlines: tuple[Inline, ...]
    fragment: int | None = None
    id: str | None = None
    classes: tuple[str, ...] = ()
    span: SourceSpan | None = None


class ListItem(Struct, frozen=True):
    """One item: its blocks, the first of them usually a paragraph."""

    blocks: tuple[Block, ...]
    checked: bool | None = None
    """The state of a task-list box; None when there is none."""
    fragment: int | None = None
    """When the item appears, with all that is nested in it that has no fragment of its own."""


class List(Struct, frozen=True):
    """A bulleted or numbered list."""

    items: tuple[ListItem, ...]
    ordered: bool = False
    start: int = 1
    delimiter: str = "."
    """What follows the numbers: ``.`` or ``)``; it tells a list from another right before it (CommonMark 0.31, 5.3)."""
    fragment: int | None = None
    span: SourceSpan | None = None


class LineSet(Struct, frozen=True):
    """The lines that one highlight step shows, 1-based and inclusive: ``{2-3,7|5}`` makes two of these."""

    ranges: tuple[tuple[int, int], ...]
    """Empty means all lines."""


class Code(Struct, frozen=True):
    """A code block."""

    text: str
    """Without a line end after the last line."""
    language: str | None = None
    numbers: bool = False
    """Whether lines are numbered."""
    first_number: int = 1
    highlights: tuple[LineSet, ...] = ()
    """Line steps; the first holds from the start."""
    highlight_fragments: tuple[int, ...] = ()
    """The fragment at which each of ``highlights[1:]`` takes over."""
    title: str | None = None
    fragment: int | None = None
    classes: tuple[str, ...] = ()
    span: SourceSpan | None = None
    fenced: bool = True
    """Whether ``span`` is the line above the first one: that of the fence."""


class Column(Struct, frozen=True):
    """One column of a table."""

    align: Align = Align.LEFT
    width: float | None = None
    """Share of the table's width, 0 to 1; None lets the content decide."""


class Row(Struct, frozen=True):
    """One row of a table: a cell's text for each column."""

    cells: tuple[tuple[Inline, ...], ...]
    fragment: int | None = None


class Table(Struct, frozen=True):
    """A table with one header row."""

    columns: tuple[Column, ...]
    header: Row
    rows: tuple[Row, ...]
    caption: tuple[Inline, ...] = ()
    fragment: int | None = None
    span: SourceSpan | None = None


class Asset(Struct, frozen=True):
    """A file that a deck takes in, as it was read."""

    path: str
    """As shown to the author."""
    media_type: str
    """``image/png``, ``image/svg+xml``, ``video/mp4``, …"""
    data: bytes
    width: float = 0.0
    """Natural size in CSS pixels; 0 for what has none."""
    height: float = 0.0

    def cut_to(self, ratio: float) -> tuple[float, float, float, float] | None:
        """The shares cut off evenly at the left, top, right and bottom, for width to height to be this ratio."""
        if not self.width or not self.height:
            return None
        natural = self.width / self.height
        if natural > ratio:
            cut = (1 - ratio / natural) / 2
            return (cut, 0.0, cut, 0.0) if cut > 0 else None
        cut = (1 - natural / ratio) / 2
        return (0.0, cut, 0.0, cut) if cut > 0 else None


class Length(Struct, frozen=True):
    """A length that an author asked for: ``60%`` of the slot, or ``320px`` of the 1280-px slide."""

    value: float
    unit: str
    """``%`` or ``px``."""


class Image(Struct, frozen=True):
    """A picture."""

    asset: Asset
    alt: str
    """Empty for a picture marked decorative."""
    caption: tuple[Inline, ...] = ()
    width: Length | None = None
    height: Length | None = None
    crop: tuple[float, float, float, float] | None = None
    """Shares cut off left, top, right and bottom, 0 to 1."""
    full_bleed: bool = False
    link: Link | None = None
    fragment: int | None = None
    classes: tuple[str, ...] = ()
    span: SourceSpan | None = None


class Media(Struct, frozen=True):
    """A video or a sound."""

    asset: Asset
    alt: str
    poster: Asset | None = None
    width: Length | None = None
    autoplay: bool = False
    loop: bool = False
    fragment: int | None = None
    span: SourceSpan | None = None


class Quote(Struct, frozen=True):
    """A quotation, and who said it."""

    blocks: tuple[Block, ...]
    attribution: tuple[Inline, ...] = ()
    fragment: int | None = None
    span: SourceSpan | None = None


EXERCISE = "exercise"
"""The kind of the boxed remark that holds an exercise's task."""


class Admonition(Struct, frozen=True):
    """A boxed remark, as messages and the guide call it."""

    kind: str
    """``note``, ``tip``, ``warning``, ``danger``, …"""
    title: tuple[Inline, ...]
    blocks: tuple[Block, ...]
    fragment: int | None = None
    span: SourceSpan | None = None


class Callout(Struct, frozen=True):
    """A short statement that the slide is about, boxed, in larger type."""

    blocks: tuple[Block, ...]
    title: tuple[Inline, ...] = ()
    """A word above it, such as *Rule*; empty for none."""
    fragment: int | None = None
    span: SourceSpan | None = None


class Definition(Struct, frozen=True):
    """A term and what it means."""

    term: tuple[Inline, ...]
    meanings: tuple[tuple[Block, ...], ...]
    fragment: int | None = None


class DefinitionList(Struct, frozen=True):
    """Terms and their meanings."""

    items: tuple[Definition, ...]
    fragment: int | None = None
    span: SourceSpan | None = None


class Footnotes(Struct, frozen=True):
    """The footnotes of a slide, at its foot; numbered from 1 on each slide."""

    notes: tuple[tuple[Inline, ...], ...]
    span: SourceSpan | None = None


class Math(Struct, frozen=True):
    """A displayed formula, in TeX."""

    tex: str
    fragment: int | None = None
    span: SourceSpan | None = None


ROUND_CHARTS = ("pie", "doughnut")
"""The kinds of charts that show the parts of a whole, and have no axes."""


class Series(Struct, frozen=True):
    """One series of a chart."""

    name: str
    values: tuple[float | None, ...]


class Chart(Struct, frozen=True):
    """A chart over a table of numbers."""

    kind: str
    """``bar``, ``column``, ``line``, ``area``, ``pie``, ``doughnut`` or ``scatter``."""
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    title: str | None = None
    alt: str = ""
    stacked: bool = False
    """Whether the series are stacked."""
    low: float | None = None
    """Where the axis of values begins; None lets the values decide."""
    high: float | None = None
    unit: str = ""
    """What is written at each value; ``#`` in it is replaced by the number."""
    legend: str | None = None
    """``bottom``, ``top``, ``right`` or ``none``; None for one at the bottom where there is more than one name."""
    labels: str | None = None
    """What is written at each value in the chart: ``value``, ``share`` of a pie, or None for nothing."""
    emphasis: str | None = None
    """The name of the series, or of the piece, that alone has a colour; None for a colour for each."""
    across: str = ""
    """The title of the horizontal axis."""
    upright: str = ""
    """The title of the vertical axis."""
    fragment: int | None = None
    span: SourceSpan | None = None

    @property
    def is_round(self) -> bool:
        """Whether it shows the parts of a whole, and has no axes."""
        return self.kind in ROUND_CHARTS

    @property
    def names(self) -> tuple[str, ...]:
        """What has a colour of its own: its series, or the pieces of a round one."""
        return self.categories if self.is_round else tuple(series.name for series in self.series)

    @property
    def is_bare(self) -> bool:
        """Whether its values are written at its bars, and not a second time at an axis with a grid."""
        return self.labels is not None and self.kind in ("column", "bar") and not self.stacked

    @property
    def reach(self) -> tuple[float, ...]:
        """The values that must be in view: of a stacked chart, where its stacks end."""
        columns = list(zip(*(series.values for series in self.series), strict=True))
        known = [[value for value in column if value is not None] for column in columns]
        if not self.stacked:
            return tuple(value for column in known for value in column)
        ends = ((sum(v for v in column if v >= 0), sum(v for v in column if v < 0)) for column in known if column)
        return tuple(end for pair in ends for end in pair)


class Diagram(Struct, frozen=True):
    """A diagram drawn by a tool of its own from source text."""

    language: str
    """``dot`` or ``mermaid``."""
    text: str
    alt: str = ""
    width: Length | None = None
    fragment: int | None = None
    span: SourceSpan | None = None
    lines: tuple[SourceSpan, ...] = ()
    """Where each line of the text was written, for what the tool complains of."""


class Group(Struct, frozen=True):
    """Blocks that belong together: a fenced div that is not a slot (``::: {.fragment}``)."""

    blocks: tuple[Block, ...]
    classes: tuple[str, ...] = ()
    fragment: int | None = None
    span: SourceSpan | None = None


Block: TypeAlias = (
    Paragraph
    | Heading
    | List
    | Code
    | Table
    | Image
    | Media
    | Quote
    | Admonition
    | Callout
    | DefinitionList
    | Footnotes
    | Math
    | Chart
    | Diagram
    | Group
)
