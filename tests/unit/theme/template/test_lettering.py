"""A template's typefaces and bullets."""

import pytest
from lxml import etree

from quarterdeck.theme.template.colors import Scheme
from quarterdeck.theme.template.lettering import Typefaces, bullet, family, line_metrics, read_typefaces
from quarterdeck.theme.template.package import A, P

SCHEME = Scheme({"tx1": "#000000", "accent1": "#336699"})


def level(inside: str) -> etree._Element:
    """A level of a list style."""
    return etree.fromstring(f'<a:lvl1pPr xmlns:a="{A[1:-1]}">{inside}</a:lvl1pPr>')


@pytest.mark.parametrize(
    ("inside", "mark"),
    [
        ('<a:buChar char="–"/>', "–"),
        ('<a:buFont typeface="Wingdings"/><a:buChar char="§"/>', "▪"),
        ('<a:buFont typeface="Wingdings"/><a:buChar char="&#xF0D8;"/>', "➢"),
        ('<a:buFont typeface="Symbol"/><a:buChar char="·"/>', "•"),
        ("<a:buNone/>", ""),
        ("", ""),
        ('<a:buAutoNum type="arabicPeriod"/>', None),
    ],
)
def test_bullets_of_symbol_fonts_are_shown(inside: str, mark: str | None) -> None:
    """By characters that fonts for text have."""
    assert bullet([level(inside)], SCHEME, "#000000")[0] == mark


def test_the_nearest_style_has_the_bullet() -> None:
    """What a layout takes away, the master doesn't give back; the colour may come from elsewhere."""
    colored = level('<a:buClr><a:schemeClr val="accent1"/></a:buClr><a:buChar char="•"/>')
    assert bullet([level("<a:buNone/>"), colored], SCHEME, "#000000") == ("", "#336699")
    assert bullet([level("<a:buClrTx/>"), colored], SCHEME, "#111111") == ("•", "#111111")


def test_families_are_those_that_the_master_sets() -> None:
    """Titles in the family for text are measured so."""
    theme = etree.fromstring(
        f'<a:theme xmlns:a="{A[1:-1]}"><a:themeElements><a:fontScheme><a:majorFont><a:latin typeface="Georgia"/>'
        '</a:majorFont><a:minorFont><a:latin typeface="Calibri"/></a:minorFont></a:fontScheme></a:themeElements>'
        "</a:theme>"
    )
    style = '<p:{0}><a:lvl1pPr><a:defRPr><a:latin typeface="{1}"/></a:defRPr></a:lvl1pPr></p:{0}>'
    master = etree.fromstring(
        f'<p:sldMaster xmlns:p="{P[1:-1]}" xmlns:a="{A[1:-1]}"><p:cSld><p:spTree/></p:cSld><p:txStyles>'
        f"{style.format('titleStyle', '+mn-lt')}{style.format('bodyStyle', 'Verdana')}</p:txStyles></p:sldMaster>"
    )
    found = read_typefaces(theme, master)
    assert found == Typefaces("Georgia", "Calibri", "Calibri", "Verdana")
    assert found.references == {"heading": "+mn-lt", "body": "Verdana"}
    assert found.named(None, heading=True) == ("Calibri", "heading")


def test_a_line_is_as_high_as_its_family_makes_it() -> None:
    """Carlito and Calibri alike; a family with Unicode in its name has no fixed width."""
    assert line_metrics("Calibri") == line_metrics("Carlito")
    assert family("Lucida Sans Unicode").twin == "Arimo"
    assert family("Lucida Console Mono").twin == "Cousine"
