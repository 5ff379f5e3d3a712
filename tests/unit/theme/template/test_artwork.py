"""What masters and layouts draw."""

import pytest
from lxml import etree

from quarterdeck.model.theme import Artwork, Box, Decoration
from quarterdeck.theme.template.artwork import EFFECTS, PATTERNS, SHAPES, Drawer
from quarterdeck.theme.template.colors import Scheme
from quarterdeck.theme.template.package import A, Archive, P

PX = 9525
SCHEME = Scheme({"bg1": "#FFFFFF", "tx1": "#000000", "accent1": "#336699"})
USUAL = Box(10, 20, 100, 50)
RED = '<a:solidFill><a:srgbClr val="FF0000"/></a:solidFill>'


def drawn(shapes: str) -> tuple[list[Artwork], list[str]]:
    """What a master with these shapes shows, and what can't be drawn."""
    root = f'p:sldMaster xmlns:p="{P[1:-1]}" xmlns:a="{A[1:-1]}"'
    xml = f"<{root}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sldMaster>"
    archive = Archive("brand.pptx", {"master.xml": xml.encode()})
    drawer = Drawer(archive, "master.xml", etree.Element("theme"), SCHEME)
    return list(drawer.artwork()), drawer.undrawn


def shape(fill: str = RED, preset: str = "rect", frame: str = "", extra: str = "", box: Box = USUAL) -> str:
    """A shape on the master."""
    place = (
        f'<a:xfrm{frame}><a:off x="{box.x * PX:.0f}" y="{box.y * PX:.0f}"/>'
        f'<a:ext cx="{box.width * PX:.0f}" cy="{box.height * PX:.0f}"/></a:xfrm>'
    )
    return (
        '<p:sp><p:nvSpPr><p:cNvPr id="2" name="x"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr>'
        f'<p:spPr>{place}<a:prstGeom prst="{preset}"><a:avLst/></a:prstGeom>{fill}{extra}</p:spPr></p:sp>'
    )


def test_plain_shapes_are_drawn() -> None:
    """Rectangles, round ones with PowerPoint's usual radius, ellipses."""
    found, undrawn = drawn(shape() + shape(preset="roundRect") + shape(preset="ellipse"))
    box = Box(10, 20, 100, 50)
    assert found == [
        Decoration("rectangle", box, "#FF0000"),
        Decoration("rounded", box, "#FF0000", radius=8.33),
        Decoration("ellipse", box, "#FF0000"),
    ]
    assert undrawn == []


def test_a_shape_on_its_side_keeps_its_middle() -> None:
    """Turned by 90°, width and height change places."""
    (found,), _ = drawn(shape(frame=' rot="5400000"'))
    assert isinstance(found, Decoration)
    assert found.box == Box(35, -5, 50, 100)


def test_members_of_groups_stand_where_the_group_puts_them() -> None:
    """A group may count in units of its own."""
    group = (
        '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="9" name="g"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr><a:xfrm>'
        f'<a:off x="{100 * PX}" y="{200 * PX}"/><a:ext cx="{200 * PX}" cy="{100 * PX}"/>'
        f'<a:chOff x="{10 * PX}" y="{20 * PX}"/><a:chExt cx="{100 * PX}" cy="{50 * PX}"/></a:xfrm></p:grpSpPr>'
        f"{shape()}</p:grpSp>"
    )
    (found,), _ = drawn(group)
    assert isinstance(found, Decoration)
    assert found.box == Box(100, 200, 200, 100)


def test_straight_lines_become_thin_rectangles() -> None:
    """As thick as the line is."""
    line = '<a:ln w="19050"><a:solidFill><a:schemeClr val="accent1"/></a:solidFill></a:ln>'
    (found,), _ = drawn(shape("", "line", extra=line, box=Box(40, 60, 300, 0)))
    assert found == Decoration("rectangle", Box(40, 59, 300, 2), "#336699")


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (shape(preset="chevron"), SHAPES),
        (shape(frame=' rot="1200000"'), SHAPES),
        (shape(extra='<a:effectLst><a:glow rad="9525"/></a:effectLst>'), EFFECTS),
    ],
)
def test_what_is_left_out_is_said(made: str, said: str) -> None:
    """So that nobody wonders at the page."""
    assert drawn(made)[1] == [said]


def test_a_pattern_is_drawn_in_the_mean_of_its_colours() -> None:
    """And that is said."""
    colors = '<a:fgClr><a:srgbClr val="000000"/></a:fgClr><a:bgClr><a:srgbClr val="0080FE"/></a:bgClr>'
    (found,), undrawn = drawn(shape(f'<a:pattFill prst="lgGrid">{colors}</a:pattFill>'))
    assert isinstance(found, Decoration)
    assert (found.color, undrawn) == ("#00407F", [PATTERNS])


def test_hidden_shapes_stay_hidden() -> None:
    """Templates keep guides in them."""
    assert drawn(shape().replace('name="x"', 'name="x" hidden="1"')) == ([], [])
