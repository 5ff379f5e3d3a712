"""The theme part, and colours that follow it."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from quarterdeck.compile.pptx.theme import Palette, color_map, notes_theme_xml, theme_xml
from quarterdeck.model.theme import Theme
from quarterdeck.theme.file import load_theme
from support.ooxml_lint import A
from support.placed_decks import HARBOUR

NIGHT = load_theme("night", Path())


def test_colours_of_the_theme_are_named() -> None:
    """So that they change with it in PowerPoint; any other is written out."""
    palette = Palette(HARBOUR)
    assert palette.color(HARBOUR.colors["accent"]) == '<a:schemeClr val="accent1"/>'
    assert palette.color(HARBOUR.colors["accent"].lower()) == '<a:schemeClr val="accent1"/>'
    assert palette.color("#abc") == '<a:srgbClr val="AABBCC"/>'


def test_opacity_is_part_of_a_colour() -> None:
    """In 1/1000 %."""
    assert '<a:alpha val="25000"/>' in Palette(HARBOUR).fill("#000001", 0.25)
    assert "alpha" not in Palette(HARBOUR).fill("#000001")


def test_a_glow_ends_at_the_edge_of_its_ellipse() -> None:
    """PowerPoint's gradients go on to the corners: there would be a visible rim."""
    written = Palette(HARBOUR).glow("#102030", 0.5)
    stops = etree.fromstring(f'<a:x xmlns:a="{A[1:-1]}">{written}</a:x>')[0]
    found = [(stop.get("pos"), stop[0][0].get("val")) for stop in stops[0]]
    assert found == [("0", "50000"), ("70711", "0"), ("100000", "0")]


@pytest.mark.parametrize(("theme", "token"), [(HARBOUR, "text"), (NIGHT, "background")])
def test_the_first_dark_colour_is_dark(theme: Theme, token: str) -> None:
    """Office takes ``dk1`` for dark: on a dark theme the map of colours makes light text of ``lt1``."""
    scheme = etree.fromstring(theme_xml(theme).encode()).find(f".//{A}clrScheme")
    assert scheme is not None
    dark = scheme.find(f"{A}dk1/{A}srgbClr")
    assert dark is not None
    assert f"#{dark.get('val')}" == theme.colors[token].upper()
    assert ('tx1="dk1"' in color_map(theme)) == (not theme.dark)


def test_notes_are_black_on_white() -> None:
    """They are printed, whatever the slides look like; accents stay those of the theme."""
    scheme = etree.fromstring(notes_theme_xml(NIGHT).encode()).find(f".//{A}clrScheme")
    assert scheme is not None
    colors = {etree.QName(item).localname: item[0].get("val") for item in scheme}
    assert (colors["dk1"], colors["lt1"]) == ("000000", "FFFFFF")
    assert f"#{colors['accent1']}" == NIGHT.colors["accent"].upper()


def test_fonts_are_those_of_office() -> None:
    """The families that PowerPoint has, not their twins."""
    root = etree.fromstring(theme_xml(HARBOUR).encode())
    fonts = [root.find(f".//{A}{kind}Font/{A}latin") for kind in ("major", "minor")]
    names = [font.get("typeface") for font in fonts if font is not None]
    assert names == [HARBOUR.heading.name, HARBOUR.body.name]
