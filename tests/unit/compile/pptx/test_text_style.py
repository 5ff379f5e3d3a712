"""What text inherits from a placeholder."""

from __future__ import annotations

from msgspec.structs import replace

from quarterdeck.compile.pptx.text_style import (
    LEVELS,
    TextDefaults,
    bullet_mark,
    bullet_number,
    list_levels,
    list_style,
    typeface,
)
from quarterdeck.compile.pptx.theme import Palette
from quarterdeck.model.content import Align, Run
from quarterdeck.model.placed import Bullet, PlacedParagraph
from support.placed_decks import HARBOUR

STYLE = HARBOUR.styles["body"]
DEFAULTS = TextDefaults.of_style(STYLE, HARBOUR.colors, "left")
PALETTE = Palette(HARBOUR)


def item(level: int, bullet: str) -> PlacedParagraph:
    """A list's item as the theme places it."""
    own = list_levels(STYLE, DEFAULTS, HARBOUR.colors, bullets=True)[level]
    return PlacedParagraph(
        (Run("x"),),
        size=own.defaults.size,
        line_height=own.defaults.line_height,
        color=HARBOUR.colors["text"],
        level=level,
        indent=own.indent,
        hanging=own.hanging,
        bullet=Bullet(bullet, own.bullet_color),
    )


def test_items_as_the_master_has_them_say_nothing() -> None:
    """Only then do they follow the master; another mark, or another place, is said."""
    levels = list_levels(STYLE, DEFAULTS, HARBOUR.colors, bullets=True)
    assert len(levels) == LEVELS
    assert levels[0].matches(item(0, "•"))
    assert levels[1].matches(item(1, "–"))
    assert not levels[0].matches(item(0, "☑"))
    assert not levels[0].matches(replace(item(0, "•"), indent=1.0))


def test_numbers_are_as_large_as_their_text() -> None:
    """Also in a placeholder whose bullets are smaller; a mark of the placeholder's size says none."""
    assert '<a:buSzPct val="100000"/><a:buFont' in bullet_number(1, ".", "#000000", PALETTE, 1.0)
    assert "buSz" not in bullet_mark("•", "#000000", PALETTE)
    small = replace(list_levels(STYLE, DEFAULTS, HARBOUR.colors, bullets=True)[0], bullet_scale=0.45)
    assert not small.matches(item(0, "•"))


def test_plain_text_has_neither_bullets_nor_indentation() -> None:
    """A placeholder for a line."""
    levels = list_levels(STYLE, DEFAULTS, HARBOUR.colors, bullets=False)
    assert {(level.indent, level.bullet) for level in levels} == {(0.0, "")}
    assert "<a:buNone/>" in list_style(levels[:1], HARBOUR, PALETTE)


def test_tracking_is_in_hundredths_of_a_point() -> None:
    """Beside size, weight and colour."""
    tracked = replace(STYLE, tracking=0.1, bold=True)
    written = TextDefaults.of_style(tracked, HARBOUR.colors, "center").level(1, HARBOUR, PALETTE)
    assert f'spc="{round(STYLE.size * 0.1 * 75)}"' in written
    assert f'sz="{round(STYLE.size * 75)}" b="1" i="0"' in written
    assert 'algn="ctr"' in written
    assert TextDefaults.of_style(tracked, HARBOUR.colors, "center").align is Align.CENTER


def test_fonts_follow_the_theme_but_for_code() -> None:
    """PowerPoint's themes have no font for it."""
    assert "+mj-lt" in typeface("heading", HARBOUR)
    assert "+mn-lt" in typeface("body", HARBOUR)
    assert f'typeface="{HARBOUR.mono.name}"' in typeface("mono", HARBOUR)
