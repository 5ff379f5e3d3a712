"""A slide with every element in its place: what both writers draw.

``theme/placement/place.py`` makes these from a deck and a theme.  All sizes, line heights and boxes are
decided here, in px on a slide of 1280 × 720, so that the PPTX and the HTML can't disagree: a
writer translates, it never measures or chooses.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.model.chart import ChartPlan
from quarterdeck.model.content import Align, Asset, Chart, Inline, LineBreak, LineSet, Link, Media, Run
from quarterdeck.model.deck import Slide
from quarterdeck.model.theme import Box
from quarterdeck.terminal.buffer import Grid


class Bullet(Struct, frozen=True):
    """The mark before a list item's first paragraph."""

    text: str
    """``•``, ``–``, ``1.``, ``1)``, ``☑``."""
    color: str
    number: int | None = None
    """The number, when the list is numbered, so that PowerPoint can number it itself."""
    scale: float = 1.0
    """Its size as a share of the text's."""

    @property
    def delimiter(self) -> str:
        """What follows the number."""
        return self.text.removeprefix(str(self.number))


class PlacedParagraph(Struct, frozen=True):
    """One paragraph, measured."""

    inlines: tuple[Inline, ...]
    size: float
    """px, a whole number of points."""
    line_height: float
    """px from baseline to baseline."""
    color: str
    """``#rrggbb``, for runs without a colour."""
    font: str = "body"
    """``heading``, ``body`` or ``mono``."""
    bold: bool = False
    italic: bool = False
    align: Align = Align.LEFT
    level: int = 0
    """Depth in lists, 0 for none or the first."""
    indent: float = 0.0
    """px from the box's left to the text."""
    hanging: float = 0.0
    """px from the bullet to the text."""
    bullet: Bullet | None = None
    space_before: float = 0.0
    """px above; 0 for the first paragraph of a box."""
    lines: tuple[str, ...] = ()
    """The text of each line, as measured."""
    rtl: bool = False
    fragment: int | None = None
    tag: str = "p"
    """Its kind: ``p``, ``li``, ``h1`` … ``h6``, ``dt``, ``dd``, ``td``, ``th``, ``blockquote``, ``caption`` …"""
    tracking: float = 0.0
    """px of letter spacing."""
    uppercase: bool = False
    """Whether it is drawn in capitals, except for code; ``inlines`` are as they were written."""

    @property
    def in_table(self) -> bool:
        """Whether it is a cell of a table, where code has no ground of its own."""
        return self.tag in ("td", "th")


class PlacedText(Struct, frozen=True):
    """A text box or a filled placeholder."""

    box: Box
    paragraphs: tuple[PlacedParagraph, ...]
    anchor: str = "top"
    inset_right: float = 0.0
    """px by which lines are narrowed, so that they break alike everywhere."""
    inset_bottom: float = 0.0
    """px of free space at the bottom; text anchored in the middle is higher by half of them."""
    placeholder: str | None = None
    """The layout's slot that this fills (``title``, ``body``, ``left``, …); None for a text box."""
    role: str = "text"
    """Its purpose: ``title``, ``body``, ``quote``, ``footer``, …; ``text`` for any other."""
    fragment: int | None = None


class CodeToken(Struct, frozen=True):
    """A stretch of code of one colour, within one line."""

    text: str
    color: str
    """``#rrggbb``."""
    bold: bool = False
    italic: bool = False


CODE_CORNER = 12.0
"""px of the corners of a code panel."""
CODE_TITLE = 14 * 4 / 3
"""px of the type in the bar with its title: 14 pt."""
LETTERS_SINK = 0.17
"""em from the middle of a line of code down to the middle of its letters."""


class PlacedCode(Struct, frozen=True):
    """A code panel."""

    box: Box
    """The panel; the text is inset by ``padding``."""
    lines: tuple[tuple[CodeToken, ...], ...]
    size: float
    line_height: float
    padding: float
    background: str
    color: str
    language: str | None = None
    number_width: float = 0.0
    """px for the line numbers' own column; 0 for none."""
    number_color: str = ""
    first_number: int = 1
    highlights: tuple[LineSet, ...] = ()
    highlight_fragments: tuple[int, ...] = ()
    highlight_color: str = ""
    title: str | None = None
    title_height: float = 0.0
    """px of the bar with the title on top of the panel; 0 without one."""
    bar: str = ""
    """``#rrggbb`` of that bar."""
    tab: float = 0.0
    """px between two tab stops; 0 if the code has no tab."""
    fragment: int | None = None

    def band(self, first: int, last: int) -> tuple[float, float]:
        """The band behind lines ``first`` to ``last``, counted from 1: px from the panel's top, and its height.

        In LibreOffice and PowerPoint letters are low in their line; the band is centred on the letters.
        """
        top = self.padding + self.title_height + (first - 1) * self.line_height + LETTERS_SINK * self.size
        return top, (last - first + 1) * self.line_height


class PlacedCell(Struct, frozen=True):
    """One cell of a table."""

    paragraph: PlacedParagraph
    inset_right: float = 0.0


class PlacedTable(Struct, frozen=True):
    """A table; its first row is the header, unless it has none."""

    box: Box
    column_widths: tuple[float, ...]
    row_heights: tuple[float, ...]
    rows: tuple[tuple[PlacedCell, ...], ...]
    row_fragments: tuple[int | None, ...]
    padding: tuple[float, float]
    """px left and right, px above and below, within each cell."""
    header_rule: str | None
    """``#rrggbb`` of the rule below the header; None for a table without one."""
    rule_color: str
    stripe: str | None = None
    fragment: int | None = None
    placeholder: str | None = None
    """The layout's slot that this fills, if its placeholder takes tables."""


class PlacedImage(Struct, frozen=True):
    """A picture, a drawn diagram, or a formula drawn as one."""

    box: Box
    asset: Asset
    alt: str
    crop: tuple[float, float, float, float] | None = None
    link: Link | None = None
    fragment: int | None = None
    placeholder: str | None = None


class PlacedMath(Struct, frozen=True):
    """A displayed formula."""

    box: Box
    tex: str
    size: float
    color: str
    fragment: int | None = None


class PlacedChart(Struct, frozen=True):
    """A chart."""

    box: Box
    chart: Chart
    plan: ChartPlan
    """The places of everything in it."""
    colors: tuple[str, ...]
    """Of the series, or of a pie's pieces; from the first again where there are more of those."""
    label_colors: tuple[str, ...]
    """The colours of labels on each of ``colors``."""
    size: float
    """px of its labels."""
    title_size: float
    text_color: str
    rule_color: str
    ground_color: str
    """The colour behind it, which separates slices and stacked bars."""
    fragment: int | None = None
    placeholder: str | None = None
    """The layout's slot that this fills, if its placeholder takes charts."""


class PlacedMedia(Struct, frozen=True):
    """A video or sound."""

    box: Box
    media: Media
    fragment: int | None = None


class PlacedShape(Struct, frozen=True):
    """A drawn shape that carries no content: the bar of a quotation, the box of an admonition or callout."""

    box: Box
    shape: str
    """``rectangle``, ``rounded`` or ``ellipse``."""
    fill: str
    """``#rrggbb``."""
    opacity: float = 1.0
    radius: float = 0.0
    fragment: int | None = None
    name: str = "Shape"
    """As PowerPoint's selection pane shows it, or the group that it begins."""
    members: int = 0
    """How many of the elements after it belong to it: PowerPoint moves them as one group."""


class TerminalRun(Struct, frozen=True):
    """Cells of one line of a terminal that look the same."""

    text: str
    color: str
    """``#rrggbb``."""
    background: str | None = None
    bold: bool = False
    italic: bool = False
    underline: bool = False


class TerminalType(Struct, frozen=True):
    """A size of type in a terminal, and the cells that the terminal has then."""

    size: float
    """px of its type."""
    line_height: float
    columns: int
    rows: int


class PlacedScreen(Struct, frozen=True):
    """One terminal of a demo's panel."""

    terminal: int
    """Its number in the demo."""
    box: Box
    """Its cells, on the slide."""
    lines: tuple[tuple[TerminalRun, ...], ...]


BAR_TEXT = 13 * 4 / 3
"""px of the type in a panel's title bar: 13 pt."""
HEADER_RULE = 3.0
"""px of the rule below a table's header."""
PAGES_TOP = 0.5
"""Where the pages of containers begin, in shares of the panel's height; the terminal scrolls above them."""
PAGES_EDGE = 8.0
"""px around each of them."""
ADDRESS = 30.0
"""px of the bar with a page's address."""
ADDRESS_TEXT, ADDRESS_GROUND = "#1C2733", "#E6E9EE"
"""Its colours, in every theme: those of a browser's window."""
_USUAL_PANEL = Box(0, 0, 1200, 596)
"""A panel as built-in themes have it under a title alone."""


PICTURE_SCALE = 2
"""Pixels of a picture for each px of the page."""


def page_boxes(panel: Box, count: int) -> tuple[Box, ...]:
    """The places of so many pages in a demo's panel, side by side, each with the bar of its address."""
    top = panel.y + panel.height * PAGES_TOP
    width = (panel.width - PAGES_EDGE * (count + 1)) / max(1, count)
    height = panel.bottom - PAGES_EDGE - top
    return tuple(Box(panel.x + PAGES_EDGE + n * (width + PAGES_EDGE), top, width, height) for n in range(count))


def page_size(count: int) -> tuple[int, int]:
    """Px of one of so many pages, without the bar of its address: what pictures of pages are taken in."""
    box, *_ = page_boxes(_USUAL_PANEL, count)
    return round(box.width), round(box.height - ADDRESS)


def shown_address(url: str) -> str:
    """An address without what browsers leave out too."""
    return url.removeprefix("http://").removesuffix("/")


class PlacedPage(Struct, frozen=True):
    """The picture of a page that a step opens; it is as wide as its place, and what is too high is cut off below."""

    step: str
    url: str
    picture: Asset
    box: Box | None = None
    """Its place at the end of the demo, with the bar of its address; None if it isn't shown then."""

    @property
    def address(self) -> str:
        """The address as it is shown."""
        return shown_address(self.url)


class PlacedTerminal(Struct, frozen=True):
    """The panel of a slide's demo.

    The HTML puts live terminals or the recording here; the PPTX writes ``screens`` as native text.
    """

    box: Box
    demo: str
    title: str
    """What the bar says: what the slide says of the demo, else the demo's title."""
    type: TerminalType
    """The size of type and the number of cells of each terminal."""
    larger: tuple[TerminalType, ...]
    """What the terminals have at each level of larger type, when the panel takes the whole slide."""
    padding: float
    bar: float
    """px of the title bar on top."""
    screens: tuple[PlacedScreen, ...]
    """The screen of each terminal after the last step: from the recording, else from the transcript."""
    recorded: bool
    """Whether ``screens`` come from a recording."""
    background: str
    color: str
    """Of commands, and of the bar."""
    output_color: str
    """Of what programs print, where they choose no colour: a little softer."""
    pages: tuple[PlacedPage, ...] = ()
    """The pages that its steps open, as far as the recording has pictures of them."""
    page_count: int = 0
    """How many pages are shown side by side at the end, with or without pictures."""

    @property
    def rules(self) -> tuple[Box, ...]:
        """The lines between the terminals, in the middle of the space that is left there."""
        return tuple(_between(first.box, second.box) for first, second in itertools.pairwise(self.screens))


RULE = 2.0
"""px of the line between two terminals."""


def _between(first: Box, second: Box) -> Box:
    if second.x > first.x:
        return Box((first.right + second.x - RULE) / 2, first.y, RULE, first.height)
    return Box(first.x, (first.bottom + second.y - RULE) / 2, first.width, RULE)


Element: TypeAlias = (
    PlacedText
    | PlacedCode
    | PlacedTable
    | PlacedImage
    | PlacedMath
    | PlacedChart
    | PlacedMedia
    | PlacedShape
    | PlacedTerminal
)


class TabStop(Struct, frozen=True):
    """Where text continues after a tab."""

    place: float
    """px from the left edge of the page's text."""
    align: Align
    """On which side of the place the text is."""


class NotesParagraph(Struct, frozen=True):
    """A paragraph of speaker notes on the page that PowerPoint has for them."""

    inlines: tuple[Run | LineBreak, ...]
    depth: int = 0
    """Steps of indentation: one for each list around it."""
    bold: bool = False
    bullet: str = ""
    """The mark that hangs one step left of the text, or ""."""
    start: int | None = None
    """The number at which its list begins, where it is an item of a numbered one."""
    delimiter: str = "."
    """What follows such numbers: ``.``, ``)`` or nothing."""
    tabs: tuple[TabStop, ...] = ()
    """Of a row of a table, whose cells are parted by tabs."""


class PlacedSlide(Struct, frozen=True):
    """One slide, ready to be drawn."""

    slide: Slide
    elements: tuple[Element, ...]
    """From back to front; in reading order too, but for decoration."""
    foot: tuple[PlacedText, ...]
    """Footer, date and number where the layout has them; in front of everything, and read last."""
    number: int
    """1-based place in the deck."""
    background: str
    """``#rrggbb`` behind everything."""
    colors: Mapping[str, str]
    """The colour tokens as they hold on this slide, after the layout's inversion."""
    notes: tuple[NotesParagraph, ...] = ()
    """The speaker notes, as paragraphs of their page."""
    notes_points: int = 12
    """Size of type, in pt, in which the speaker notes fit their page."""
    leads: bool = False
    """Whether the next slide that is shown morphs from this one."""

    @property
    def as_shown(self) -> Slide:
        """The slide with the sizes that its demo's terminals have."""
        terminal = next((element for element in self.elements if isinstance(element, PlacedTerminal)), None)
        if terminal is None:
            return self.slide
        types = (terminal.type, *terminal.larger)
        return replace(self.slide, grids=tuple(Grid(type_.columns, type_.rows) for type_ in types))

    @property
    def backdrop(self) -> PlacedImage | None:
        """The slide's own background picture, its first element; it is behind the layout's shapes, too."""
        background = self.slide.background
        match self.elements:
            case (PlacedImage(asset=asset) as picture, *_) if background is not None and asset is background.image:
                return picture
            case _:
                return None

    @property
    def foreground(self) -> tuple[Element, ...]:
        """All elements but the backdrop."""
        return self.elements if self.backdrop is None else self.elements[1:]
