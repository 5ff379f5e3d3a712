"""Shapes as SVG."""

import pytest
from lxml import etree

from quarterdeck.theme.template.geometry import PRESETS, Outline, outlines_of
from quarterdeck.theme.template.package import A, P


def custom(path: str, guides: str = "") -> list[Outline] | None:
    """The outlines of a custom geometry, 200 × 100 px."""
    xml = (
        f'<p:spPr xmlns:p="{P[1:-1]}" xmlns:a="{A[1:-1]}"><a:custGeom><a:gdLst>{guides}</a:gdLst><a:pathLst>{path}'
        "</a:pathLst></a:custGeom></p:spPr>"
    )
    return outlines_of(etree.fromstring(xml), 200, 100)


def test_points_are_counted_in_units_of_their_path() -> None:
    """A path of 10 × 10 fills the shape; curves have two more points."""
    path = (
        '<a:path w="10" h="10"><a:moveTo><a:pt x="0" y="10"/></a:moveTo><a:lnTo><a:pt x="5" y="0"/></a:lnTo>'
        '<a:cubicBezTo><a:pt x="6" y="1"/><a:pt x="7" y="2"/><a:pt x="10" y="10"/></a:cubicBezTo><a:close/></a:path>'
    )
    assert custom(path) == [
        Outline("M0.00 100.00L100.00 0.00C120.00 10.00 140.00 20.00 200.00 100.00Z"),
    ]


def test_guides_are_computed() -> None:
    """From the shape's own size and from each other."""
    guides = '<a:gd name="third" fmla="*/ w 1 3"/><a:gd name="more" fmla="+- third 10 0"/>'
    start = '<a:moveTo><a:pt x="third" y="vc"/></a:moveTo>'
    path = f'<a:path fill="none">{start}<a:lnTo><a:pt x="more" y="b"/></a:lnTo></a:path>'
    assert custom(path, guides) == [Outline("M66.67 50.00L76.67 100.00", filled=False)]


def test_a_whole_turn_is_drawn_in_two_arcs() -> None:
    """SVG draws nothing between two equal points."""
    path = (
        '<a:path w="200" h="100"><a:moveTo><a:pt x="0" y="50"/></a:moveTo>'
        '<a:arcTo wR="100" hR="50" stAng="10800000" swAng="21600000"/><a:close/></a:path>'
    )
    assert custom(path) == [
        Outline("M0.00 50.00A100.00 50.00 0 0 1 200.00 50.00A100.00 50.00 0 0 1 0.00 50.00Z"),
    ]


@pytest.mark.parametrize("formula", ["*/ 1 1 0", "sqrt -1 0 0", "unknown 1", "val nothing", ""])
def test_a_formula_that_makes_no_sense_is_zero(formula: str) -> None:
    """A damaged template still has its other shapes."""
    path = '<a:path><a:moveTo><a:pt x="odd" y="0"/></a:moveTo></a:path>'
    assert custom(path, f'<a:gd name="odd" fmla="{formula}"/>') == [Outline("M0.00 0.00")]


@pytest.mark.parametrize("name", PRESETS)
def test_presets_stay_in_their_box(name: str) -> None:
    """With their usual adjustments."""
    numbers = PRESETS[name](200, 100, ()).replace("M", " ").replace("L", " ").replace("Z", " ")
    if not any(letter in numbers for letter in "AHV"):
        places = [float(each) for each in numbers.split()]
        assert all(0 <= x <= 200 for x in places[::2])
        assert all(0 <= y <= 100 for y in places[1::2])
    else:
        assert "-" not in numbers
