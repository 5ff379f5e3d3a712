"""A theme: the design tokens that the PPTX theme, master and layouts and the CSS are made from.

Lengths are CSS pixels on a slide of 1280 × 720; 1 px = 9525 EMU = 0.75 pt.  All parts of a company's template are
scaled to that size when they are read, so that nothing else has to know how large its slides were.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.content import Asset
from quarterdeck.model.deck import Layout

WIDTH = 1280
HEIGHT = 720
EMU_PER_PX = 9525


class Box(Struct, frozen=True):
    """A rectangle on the slide, in px from its top left."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The bottom edge."""
        return self.y + self.height


class FontFamily(Struct, frozen=True):
    """A family named in the PPTX, and its metric-compatible twin that the HTML embeds."""

    name: str
    """``Arial``, ``Calibri``, ``Courier New``, ``Georgia``."""
    twin: str
    """``Arimo``, ``Carlito``, ``Cousine``, ``Gelasio``: measured, and embedded in the HTML."""


class ListDepth(Struct, frozen=True):
    """How a template sets one depth of lists; lengths in em of the style's full size."""

    indent: float
    """From the box's left to the text."""
    hanging: float
    """From the mark to the text."""
    mark: str
    """The bullet; "" for a template whose lists have none."""
    color: str
    """``#rrggbb`` of the bullet."""
    factor: float
    """The size of its type, as a share of the style's."""
    before: float
    """Above an item, in em of the item's size."""
    scale: float = 1.0
    """The size of the mark, as a share of its text's."""


class TextStyle(Struct, frozen=True):
    """How a kind of text is set."""

    size: float
    """px; a multiple of 4/3, so that it is a whole number of points."""
    minimum: float
    """The least size it may be shrunk to, px."""
    leading: float
    """Line height as a multiple of the size."""
    color: str
    """The name of a colour token."""
    font: str = "body"
    """``heading``, ``body`` or ``mono``."""
    bold: bool = False
    italic: bool = False
    space_before: float = 0.0
    """Share of the size left free above a paragraph that isn't the first."""
    tracking: float = 0.0
    """Letter spacing, as a share of the size."""
    uppercase: bool = False
    growth: float = 0.0
    """Share of the size by which it may be larger where a slot has much more room than its content takes."""
    balanced: bool = False
    """Whether its lines are as long as each other, and rather end with clauses (``theme/measure/balance.py``)."""
    lists: tuple[ListDepth, ...] = ()
    """A template's lists, by depth; a built-in theme has the usual ones."""


class Slot(Struct, frozen=True):
    """Where a layout puts a kind of content."""

    box: Box
    style: str
    """The name of a text style."""
    anchor: str = "top"
    """``top``, ``middle`` or ``bottom``."""
    align: str = "left"
    alone: Box | None = None
    """Its box where a slide has nothing in the slot that goes with it: a picture's caption, a statement's subtitle."""
    give: float = 0.0
    """px by which its text may be higher than the box: a template's placeholder has insets, and always a line.  Less
    than 0 where something stands on the placeholder's lower edge."""
    card: str | None = None
    """The colour token of a tinted card behind its content and the heading above that; None for none."""


class Decoration(Struct, frozen=True):
    """A drawn shape that belongs to the layout: a band, a rule, a block of colour."""

    shape: str
    """``rectangle``, ``rounded``, ``ellipse``, ``glow``, an ellipse that fades out from its middle to
    its edge, or ``quote``, a quotation mark."""
    box: Box
    color: str
    """The name of a colour token, or ``#rrggbb`` in a template."""
    opacity: float = 1.0
    radius: float = 0.0
    """px, of the corners of a ``rounded`` shape."""


CARD_PADDING = (36.0, 24.0, 36.0)
"""px from a card's edge to its content: at the sides, at the top, at the bottom."""
QUOTE_MARK = (
    *("M44 0 C16 6 0 30 0 62 L0 100 L40 100 L40 56 L22 56 C22 34 30 22 44 16 Z",),
    *("M98 0 C70 6 54 30 54 62 L54 100 L94 100 L94 56 L76 56 C76 34 84 22 98 16 Z",),
)
"""The two strokes of the shape ``quote``, as paths (SVG 2, 9.3) in a box of 98 × 100."""

SLIDE_NUMBER, SLIDE_DATE = "\ufdd0", "\ufdd1"
"""In a layout's text: where it shows the slide's number and the deck's date.  No text has these characters (Unicode,
23.7)."""


class LayoutPicture(Struct, frozen=True):
    """A picture of a template's master or layout: a logo, a photograph behind everything, a shape that is drawn."""

    box: Box
    asset: Asset
    crop: tuple[float, float, float, float] | None = None
    """Shares cut off at the left, top, right and bottom."""
    color: str | None = None
    """``#rrggbb`` of a shape that is drawn as a picture; None for any other picture."""
    opacity: float = 1.0
    """Of that colour."""


class LayoutText(Struct, frozen=True):
    """A line that a template's master or layout shows on every slide: a claim, a classification."""

    box: Box
    text: str
    size: float
    """px."""
    color: str
    """``#rrggbb``."""
    font: str = "body"
    bold: bool = False
    align: str = "left"
    anchor: str = "top"


Artwork: TypeAlias = Decoration | LayoutPicture | LayoutText
"""A shape, picture or text that a template draws behind the content of a slide."""


class LayoutTokens(Struct, frozen=True):
    """One layout of the theme."""

    layout: Layout
    slots: Mapping[str, Slot]
    """``title`` and the layout's slots; also ``footer``, ``date`` and ``number`` where it has them."""
    background: str = "background"
    """The name of a colour token, or ``#rrggbb`` in a template."""
    decorations: tuple[Decoration, ...] = ()
    progress: Box | None = None
    """Where a section shows, by a row of lights, how many there are and which one it is."""
    inverse: bool = False
    """Whether its text uses the colours for a strong ground: ``text`` becomes ``on-accent`` and so on."""
    artwork: tuple[Artwork, ...] = ()
    """The artwork of a template's master and layout, from back to front; in the PPTX it comes with their parts."""
    backdrop: LayoutPicture | None = None
    """A template's background picture; a background of the slide's own takes its place."""
    colors: Mapping[str, str] = field(default_factory=dict)
    """``#rrggbb`` of tokens that this layout of a template sets otherwise."""
    styles: Mapping[str, TextStyle] = field(default_factory=dict)
    """The text styles that this layout of a template sets otherwise."""


class TemplatePart(Struct, frozen=True):
    """A part of the package that is copied: a master, a layout, their themes and media, or relationships."""

    name: str
    """Without a slash at the start: ``ppt/slideMasters/slideMaster1.xml``."""
    content_type: str
    data: bytes


class TemplateLevel(Struct, frozen=True):
    """What a slide's text inherits on one level of a template's placeholder, through layout and master; px."""

    size: float
    color: str
    """``#rrggbb``."""
    font: str
    """``heading`` or ``body``; the nearest of them for any other family."""
    bold: bool
    italic: bool
    uppercase: bool
    align: str
    leading: float
    """Line height as a multiple of the size."""
    exact: bool
    """Whether the line height stays the same in another size."""
    above: float
    """Free space above a paragraph that isn't the first."""
    indent: float
    """From the box's left to the text."""
    hanging: float
    """From the bullet to the text."""
    bullet: str | None
    """The bullet, "" for none; None for one that is no character."""
    bullet_color: str
    """``#rrggbb``."""
    bullet_scale: float = 1.0
    """The size of the bullet, as a share of the text's."""
    rtl: bool = False
    """Whether paragraphs run from the right to the left where they don't say otherwise."""


class TemplatePlaceholder(Struct, frozen=True):
    """A placeholder of a template's layout (``p:ph``, ECMA-376 part 1, 19.3.1.36), with what slides inherit from it."""

    kind: str
    """Its ``type``; "" for one that takes any content."""
    index: int | None
    """Its ``idx``, if it has one."""
    box: Box
    """Of its text, within the insets."""
    insets: tuple[float, float, float, float]
    """px at the left, top, right and bottom."""
    anchor: str
    usual: bool
    """Whether its text runs across, wraps, and has one column."""
    levels: tuple[TemplateLevel, ...]
    """From the outermost."""
    first: int = 0
    """The level of the outermost lists; text that is in no list has the outermost level."""
    grows: bool = False
    """Whether PowerPoint makes it as high as its text."""


class TemplateLayout(Struct, frozen=True):
    """The layout of the template that one of our layouts uses."""

    part: str
    name: str
    """As PowerPoint shows it."""
    placeholders: Mapping[str, TemplatePlaceholder]
    """By our slots; a slot that isn't here becomes a text box."""
    substitute: bool = False
    """Whether the template lacks such a layout, and another one with a title replaces it."""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Its own map of colours, if it has one (``a:overrideClrMapping``, 20.1.6.8); slides on it must repeat it."""
    scheme: Mapping[str, str] = field(default_factory=dict)
    """``#rrggbb`` by the names that slides use, through that map."""


class Template(Struct, frozen=True):
    """A company's PowerPoint template: its parts, which the PPTX keeps, and how our layouts fit on its own."""

    file: str
    """As shown to the author."""
    parts: tuple[TemplatePart, ...]
    masters: tuple[tuple[int, str], ...]
    """Id and part of each slide master, in the template's order."""
    theme: str
    """The theme part of the first master, which is the presentation's too."""
    scheme: Mapping[str, str]
    """``#rrggbb`` by the names that slides use, ``tx1``, ``accent1``, …: the first master's, through its colour map."""
    layouts: Mapping[Layout, TemplateLayout]
    typefaces: Mapping[str, str]
    """How slides name the families for ``heading`` and ``body``: ``+mj-lt``, ``+mn-lt``, or by their names."""
    diagnostics: tuple[Diagnostic, ...] = ()
    """Warnings: fonts without a twin, shapes that the HTML can't draw, proportions that were changed."""


class Theme(Struct, frozen=True):
    """All design tokens."""

    name: str
    title: str
    """As PowerPoint names it."""
    dark: bool
    colors: Mapping[str, str]
    """``#rrggbb`` by name; at least background, surface, text, muted, accent, accent-2 … accent-6, on-accent,
    rule, code-background, code-text, terminal-background, terminal-text, link, and note, tip, warning, danger."""
    syntax: Mapping[str, str]
    """``#rrggbb`` by Pygments token name, ``Keyword``, ``Name.Function``; the nearest parent counts."""
    terminal: tuple[str, ...]
    """The 16 ANSI colours of terminals, ``#rrggbb``."""
    heading: FontFamily
    body: FontFamily
    mono: FontFamily
    styles: Mapping[str, TextStyle]
    """``title``, ``cover-title``, ``subtitle``, ``body``, ``heading``, ``quote``, ``code``, ``caption``,
    ``footer``, ``table``, ``terminal``, ``small``, ``label``."""
    layouts: Mapping[Layout, LayoutTokens]
    spacing: float
    """The base distance of the grid, px."""
    template: Template | None = None
    """The PowerPoint template that it was read from: the PPTX is then written on the template's own masters."""

    def on(self, layout: Layout) -> Theme:
        """The theme as it holds on slides with a layout."""
        own = self.layouts[layout].styles
        return replace(self, styles={**self.styles, **own}) if own else self

    def font(self, name: str) -> FontFamily:
        """The family for ``heading``, ``body`` or ``mono``."""
        return {"heading": self.heading, "body": self.body, "mono": self.mono}[name]
