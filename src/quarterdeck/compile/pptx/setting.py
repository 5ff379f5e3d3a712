"""How the text of a placeholder is set before anything on a slide changes it."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.compile.pptx.markup import attribute, centipoints
from quarterdeck.compile.pptx.palette import Palette
from quarterdeck.lazy import dataclass
from quarterdeck.model.content import Align
from quarterdeck.model.theme import TextStyle, Theme
from quarterdeck.theme.elements.context import line_height

ALIGNMENTS: Mapping[Align, str] = {Align.LEFT: "l", Align.CENTER: "ctr", Align.RIGHT: "r"}
"""ST_TextAlignType (ECMA-376 part 1, 20.1.10.59)."""
KERNING = 100
"""Type of this size and more is kerned, in 1/100 pt: all of it, as it was measured."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What a paragraph takes from its placeholder when it says nothing itself; lengths in px."""

    size: float
    line_height: float
    color: str
    """``#rrggbb``."""
    font: str
    bold: bool = False
    italic: bool = False
    tracking: float = 0.0
    align: Align = Align.LEFT

    @classmethod
    def of_style(cls, style: TextStyle, colors: Mapping[str, str], align: str) -> Setting:
        """The setting of a text style."""
        return cls(
            size=style.size,
            line_height=line_height(style.size, style.leading),
            color=colors[style.color],
            font=style.font,
            bold=style.bold,
            italic=style.italic,
            tracking=style.size * style.tracking,
            align=Align(align),
        )

    def run_defaults(self, theme: Theme, palette: Palette) -> str:
        """The ``a:defRPr`` of a list style."""
        tracking = f' spc="{centipoints(self.tracking)}"' if self.tracking or theme.template else ""
        plain = ' cap="none" u="none" strike="noStrike" baseline="0"' if theme.template else ""
        return (
            f'<a:defRPr sz="{centipoints(self.size)}" b="{int(self.bold)}" i="{int(self.italic)}" kern="{KERNING}"'
            f"{tracking}{plain}>{palette.fill(self.color)}{typeface(self.font, theme)}</a:defRPr>"
        )

    def level(self, number: int, theme: Theme, palette: Palette, *, indent: str = "", bullet: str = "") -> str:
        """One level of a list style, 1 to 9: ``indent`` holds its attributes, ``bullet`` its elements."""
        return (
            f'<a:lvl{number}pPr{indent} algn="{ALIGNMENTS[self.align]}" rtl="0">{line_spacing(self.line_height)}'
            f'<a:spcBef><a:spcPts val="0"/></a:spcBef>{bullet}{self.run_defaults(theme, palette)}</a:lvl{number}pPr>'
        )


def line_spacing(px: float) -> str:
    """An exact line height; percentages would be taken of each font's own idea of a line."""
    return f'<a:lnSpc><a:spcPts val="{centipoints(px)}"/></a:lnSpc>'


def typeface(font: str, theme: Theme) -> str:
    """The typeface elements for ``heading``, ``body`` or ``mono``."""
    match font:
        case "heading":
            return '<a:latin typeface="+mj-lt"/><a:ea typeface="+mj-ea"/><a:cs typeface="+mj-cs"/>'
        case "body":
            return '<a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/><a:cs typeface="+mn-cs"/>'
        case _:
            name = attribute(theme.mono.name)
            return f'<a:latin typeface="{name}"/><a:cs typeface="{name}"/>'
