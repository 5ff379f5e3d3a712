"""Text properties that slides inherit from a placeholder: defaults, list levels and bullets."""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.compile.pptx.package.ooxml import attribute, centipoints, emu
from quarterdeck.compile.pptx.theme import Palette
from quarterdeck.model.content import Align
from quarterdeck.model.placed import PlacedParagraph
from quarterdeck.model.theme import TemplateLevel, TextStyle, Theme
from quarterdeck.theme.elements.context import line_height, whole_points
from quarterdeck.theme.elements.lists import BULLET_STEP, BULLETS, NESTED_GAP
from quarterdeck.theme.elements.text import NESTED_FACTOR

ALIGNMENTS: Mapping[Align, str] = {Align.LEFT: "l", Align.CENTER: "ctr", Align.RIGHT: "r"}
"""ST_TextAlignType (ECMA-376 part 1, 20.1.10.59)."""
KERNING = 100
"""Type of this size and more is kerned, in 1/100 pt: all of it, as it was measured."""


class TextDefaults(Struct, frozen=True):
    """The properties that a paragraph inherits from its placeholder; lengths in px."""

    size: float
    line_height: float
    color: str
    """``#rrggbb``."""
    font: str
    bold: bool = False
    italic: bool = False
    tracking: float = 0.0
    align: Align = Align.LEFT
    leading: float = 0.0
    """Line height as a multiple of the size, where it follows the size; 0 where it stays the same."""
    above: float = 0.0
    """Free px above a paragraph that isn't the first."""
    uppercase: bool = False
    """Whether the text is shown in capitals."""
    rtl: bool = False
    """Whether it runs from the right to the left."""

    def spaces(self, paragraph: PlacedParagraph) -> bool:
        """Whether a paragraph has just the line height that it would inherit."""
        own = line_height(paragraph.size, self.leading) if self.leading else self.line_height
        return paragraph.line_height == own

    @classmethod
    def of_style(cls, style: TextStyle, colors: Mapping[str, str], align: str) -> TextDefaults:
        """The defaults of a text style."""
        return cls(
            size=style.size,
            line_height=line_height(style.size, style.leading),
            color=colors[style.color],
            font=style.font,
            bold=style.bold,
            italic=style.italic,
            tracking=style.size * style.tracking,
            uppercase=style.uppercase,
            align=Align(align),
        )

    def run_defaults(self, theme: Theme, palette: Palette) -> str:
        """The ``a:defRPr`` of a list style."""
        capitals = ' cap="all"' if self.uppercase else ""
        tracking = f' spc="{centipoints(self.tracking)}"' if self.tracking else ""
        return (
            f'<a:defRPr sz="{centipoints(self.size)}" b="{int(self.bold)}" i="{int(self.italic)}" kern="{KERNING}"'
            f"{capitals}{tracking}>{palette.fill(self.color)}{typeface(self.font, theme)}</a:defRPr>"
        )

    def level(self, number: int, theme: Theme, palette: Palette, *, indent: str = "", bullet: str = "") -> str:
        """One level of a list style, 1 to 9: ``indent`` holds its attributes, ``bullet`` its elements."""
        spacing = f'{line_spacing(self.line_height)}<a:spcBef><a:spcPts val="{centipoints(self.above)}"/></a:spcBef>'
        return (
            f'<a:lvl{number}pPr{indent} algn="{ALIGNMENTS[self.align]}" rtl="0">{spacing}{bullet}'
            f"{self.run_defaults(theme, palette)}</a:lvl{number}pPr>"
        )


def line_spacing(px: float) -> str:
    """An exact line height; percentages would be taken of each font's own idea of a line."""
    return f'<a:lnSpc><a:spcPts val="{centipoints(px)}"/></a:lnSpc>'


def typeface(font: str, theme: Theme) -> str:
    """The typeface elements for ``heading``, ``body`` or ``mono``."""
    named = theme.template.typefaces.get(font) if theme.template is not None else None
    if named is not None and not named.startswith("+"):
        return f'<a:latin typeface="{attribute(named)}"/>'
    match {"+mj-lt": "heading", "+mn-lt": "body"}.get(named or "", font):
        case "heading":
            return '<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/><a:cs typeface="+mj-cs"/>'
        case "body":
            return '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/>'
        case _:
            name = attribute(theme.mono.name)
            return f'<a:latin typeface="{name}"/><a:cs typeface="{name}"/>'


LEVELS = 5
ROUNDING = 0.05
"""px by which lengths that were rounded may differ."""
UNLIKE_ANY = "\0"
"""In place of a template's bullet that is no character: ours are written."""
AUTOMATIC_NUMBERS = range(1, 32768)
"""The numbers that PowerPoint counts on from (ST_TextBulletStartAtNum); any other is a bullet like a dot."""
NO_BULLET = "<a:buNone/>"


class ListLevel(Struct, frozen=True):
    """One level of a placeholder's lists."""

    defaults: TextDefaults
    indent: float
    """px from the placeholder's left to the text."""
    hanging: float
    """px from the bullet to the text."""
    bullet: str
    """The mark; "" for a placeholder of plain text."""
    bullet_color: str
    bullet_scale: float = 1.0
    """The size of the mark, as a share of the text's."""

    @classmethod
    def inherited(cls, level: TemplateLevel, style: TextStyle) -> ListLevel:
        """A level of a template's placeholder; ``style`` is how its text was measured."""
        slack = (style.leading - level.leading) * level.size
        as_measured = -ROUNDING <= slack < 1 + ROUNDING
        defaults = TextDefaults(
            size=level.size,
            line_height=line_height(level.size, style.leading) if as_measured else 0.0,
            color=level.color,
            font=level.font,
            bold=level.bold,
            italic=level.italic,
            align=Align(level.align),
            leading=style.leading if as_measured and not level.exact else 0.0,
            above=float(ceil(level.above - ROUNDING)),
            uppercase=level.uppercase,
            rtl=level.rtl,
        )
        bullet = UNLIKE_ANY if level.bullet is None else level.bullet
        return cls(
            defaults,
            indent=float(round(level.indent)),
            hanging=float(max(0, round(level.hanging))),
            bullet=bullet,
            bullet_color=level.bullet_color,
            bullet_scale=level.bullet_scale,
        )

    def matches(self, paragraph: PlacedParagraph) -> bool:
        """Whether a paragraph has just the bullet and indentation that it would inherit."""
        bullet = paragraph.bullet
        if bullet is None:
            return not self.bullet and paragraph.indent == self.indent and paragraph.hanging == self.hanging
        own = (bullet.text, bullet.number, bullet.color, bullet.scale, paragraph.indent, paragraph.hanging)
        return own == (self.bullet, None, self.bullet_color, self.bullet_scale, self.indent, self.hanging)


def list_levels(
    style: TextStyle, defaults: TextDefaults, colors: Mapping[str, str], *, bullets: bool
) -> tuple[ListLevel, ...]:
    """The levels of a placeholder, from the outermost."""
    step = float(round(BULLET_STEP * style.size)) if bullets else 0.0
    nested_size = whole_points(style.size * NESTED_FACTOR)
    nested = replace(defaults, size=nested_size, line_height=line_height(nested_size, style.leading))
    if bullets:  # as far apart as the items of slides, so that what someone adds is so too
        defaults = replace(defaults, above=float(round(style.size * style.space_before)))
        nested = replace(nested, above=float(round(style.size * NESTED_GAP)))
    return tuple(
        ListLevel(
            defaults=nested if level else defaults,
            indent=step * (level + 1),
            hanging=step,
            bullet=BULLETS[min(level, len(BULLETS) - 1)] if bullets else "",
            bullet_color=colors["accent"],
        )
        for level in range(LEVELS)
    )


def list_style(levels: tuple[ListLevel, ...], theme: Theme, palette: Palette) -> str:
    """The content of an ``a:lstStyle``, or of a master's ``p:bodyStyle`` (ECMA-376 part 1, 21.1.2.4.12)."""
    return "".join(
        level.defaults.level(
            number,
            theme,
            palette,
            indent=indentation(level.indent, level.hanging),
            bullet=bullet_mark(level.bullet, level.bullet_color, palette) if level.bullet else NO_BULLET,
        )
        for number, level in enumerate(levels, start=1)
    )


def indentation(indent: float, hanging: float) -> str:
    """The attributes for the places of text and bullet."""
    return f' marL="{emu(indent)}" indent="{-emu(hanging)}"'


def bullet_mark(mark: str, color: str, palette: Palette, scale: float | None = None) -> str:
    """A character as bullet, in the body's typeface; without ``scale`` in the size it inherits."""
    return f'{_bullet_look(color, palette, scale)}<a:buChar char="{attribute(mark)}"/>'


def bullet_number(start: int, delimiter: str, color: str, palette: Palette, scale: float | None = None) -> str:
    """A number that PowerPoint counts itself; ``start`` is that of the first item."""
    return f"{_bullet_look(color, palette, scale)}{automatic_number(start, delimiter)}"


def _bullet_look(color: str, palette: Palette, scale: float | None) -> str:
    size = f'<a:buSzPct val="{min(_LARGEST, max(_SMALLEST, round(scale * 100_000)))}"/>' if scale is not None else ""
    return f'<a:buClr>{palette.color(color)}</a:buClr>{size}<a:buFont typeface="+mn-lt"/>'


_SMALLEST, _LARGEST = 25_000, 400_000
"""The bounds of a bullet's size (ST_TextBulletSizePercent, 20.1.10.61)."""


NUMBER_FORMATS = {".": "arabicPeriod", ")": "arabicParenR", "": "arabicPlain"}
"""Values of ST_TextAutonumberScheme by what follows the number.

PowerPoint counts on from one list to the next right below it if both have the same scheme, so these tell them apart.
"""


def automatic_number(start: int, delimiter: str) -> str:
    """The element of a paragraph that is numbered (``a:buAutoNum``, 21.1.2.4.1)."""
    from_ = f' startAt="{start}"' if start != 1 else ""
    return f'<a:buAutoNum type="{NUMBER_FORMATS[delimiter]}"{from_}/>'
