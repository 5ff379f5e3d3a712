"""How lists are set in a placeholder: the levels that a paragraph can be demoted to.

The same steps as the theme measures lists with, so that a list on a slide says nothing of its own
and follows the master.
"""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.compile.pptx.markup import attribute, emu
from quarterdeck.compile.pptx.palette import Palette
from quarterdeck.compile.pptx.setting import Setting
from quarterdeck.lazy import dataclass, replace
from quarterdeck.model.placed import PlacedParagraph
from quarterdeck.model.theme import TextStyle, Theme
from quarterdeck.theme.elements.lists import BULLET_STEP, BULLETS
from quarterdeck.theme.elements.context import line_height, whole_points
from quarterdeck.theme.elements.text import NESTED_FACTOR

LEVELS = 5
AUTOMATIC_NUMBERS = range(1, 32768)
"""The numbers that PowerPoint counts on from (ST_TextBulletStartAtNum); any other is a bullet like a dot."""
NO_BULLET = "<a:buNone/>"


@dataclass(frozen=True, slots=True)
class ListLevel:
    """One level of a placeholder's lists."""

    setting: Setting
    indent: float
    """px from the placeholder's left to the text."""
    hanging: float
    """px that the bullet stands left of the text."""
    bullet: str
    """The mark; "" for a placeholder of plain text."""
    bullet_color: str

    def matches(self, paragraph: PlacedParagraph) -> bool:
        """Whether a paragraph's bullet and indentation are what the level has anyway."""
        bullet = paragraph.bullet
        if bullet is None:
            return not self.bullet and paragraph.indent == self.indent and paragraph.hanging == self.hanging
        own = (bullet.text, bullet.number, bullet.color, paragraph.indent, paragraph.hanging)
        return own == (self.bullet, None, self.bullet_color, self.indent, self.hanging)


def list_levels(
    style: TextStyle, setting: Setting, colors: Mapping[str, str], *, bullets: bool
) -> tuple[ListLevel, ...]:
    """The levels of a placeholder, from the outermost."""
    step = float(round(BULLET_STEP * style.size)) if bullets else 0.0
    nested_size = whole_points(style.size * NESTED_FACTOR)
    nested = replace(setting, size=nested_size, line_height=line_height(nested_size, style.leading))
    return tuple(
        ListLevel(
            setting=nested if level else setting,
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
        level.setting.level(
            number,
            theme,
            palette,
            indent=indentation(level.indent, level.hanging),
            bullet=bullet_mark(level.bullet, level.bullet_color, palette) if level.bullet else NO_BULLET,
        )
        for number, level in enumerate(levels, start=1)
    )


def indentation(indent: float, hanging: float) -> str:
    """The attributes that say where text and bullet begin."""
    return f' marL="{emu(indent)}" indent="{-emu(hanging)}"'


def bullet_mark(mark: str, color: str, palette: Palette) -> str:
    """A character as bullet, in the body's typeface."""
    return f'<a:buClr>{palette.color(color)}</a:buClr><a:buFont typeface="+mn-lt"/><a:buChar char="{attribute(mark)}"/>'


def bullet_number(start: int, color: str, palette: Palette) -> str:
    """A number that PowerPoint counts itself; ``start`` is that of the first item."""
    from_ = f' startAt="{start}"' if start != 1 else ""
    return (
        f'<a:buClr>{palette.color(color)}</a:buClr><a:buFont typeface="+mn-lt"/>'
        f'<a:buAutoNum type="arabicPeriod"{from_}/>'
    )
