"""DrawingML colours."""

import pytest
from lxml import etree

from quarterdeck.theme.template.colors import Paint, Scheme
from quarterdeck.theme.template.package import A

SCHEME = Scheme({"tx1": "#000000", "accent1": "#4472C4"})


def ink(color: str, own: str | None = None) -> Paint | None:
    """The colour of a solid fill."""
    return SCHEME.ink(etree.fromstring(f'<a:solidFill xmlns:a="{A[1:-1]}">{color}</a:solidFill>'), own)


@pytest.mark.parametrize(
    ("color", "seen"),
    [
        ('<a:srgbClr val="0a0B0c"/>', "#0A0B0C"),
        ('<a:sysClr val="windowText" lastClr="112233"/>', "#112233"),
        ('<a:prstClr val="white"/>', "#FFFFFF"),
        ('<a:schemeClr val="accent1"/>', "#4472C4"),
        # As PowerPoint 2016 shows them: "Text 1, lighter 25 %" of old templates, and "Accent 1, darker 25 %".
        ('<a:schemeClr val="tx1"><a:tint val="75000"/></a:schemeClr>', "#898989"),
        ('<a:schemeClr val="accent1"><a:lumMod val="75000"/></a:schemeClr>', "#2F5496"),
        ('<a:schemeClr val="tx1"><a:lumMod val="65000"/><a:lumOff val="35000"/></a:schemeClr>', "#595959"),
    ],
)
def test_colours_are_what_powerpoint_shows(color: str, seen: str) -> None:
    """By value, by name, and changed; a unit of rounding apart."""
    found = ink(color)
    assert found is not None
    pairs = zip(bytes.fromhex(found.color[1:]), bytes.fromhex(seen[1:]), strict=True)
    assert all(abs(one - other) <= 1 for one, other in pairs), found.color


def test_opacity_is_kept() -> None:
    """A veil stays a veil."""
    assert ink('<a:srgbClr val="000000"><a:alpha val="40000"/></a:srgbClr>') == Paint("#000000", 0.4)


def test_theme_fills_take_the_colour_of_who_uses_them() -> None:
    """``phClr`` is that of the reference."""
    assert ink('<a:schemeClr val="phClr"/>', "#123456") == Paint("#123456")


def test_no_colour_is_none() -> None:
    """An unknown name gives nothing rather than black."""
    assert ink('<a:schemeClr val="nothing"/>') is None
