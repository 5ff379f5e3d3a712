"""What masters and layouts draw."""

import pytest
from lxml import etree

from quarterdeck.model.theme import SLIDE_DATE, SLIDE_NUMBER, Artwork, Box, Decoration, LayoutPicture, LayoutText
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
        (shape(preset="cloudCallout"), SHAPES),
        (shape(extra='<a:effectLst><a:glow rad="9525"/></a:effectLst>'), EFFECTS),
    ],
)
def test_what_is_left_out_is_said(made: str, said: str) -> None:
    """So that nobody wonders at the page."""
    assert drawn(made)[1] == [said]


@pytest.mark.parametrize(
    ("made", "box", "inside"),
    [
        (shape(preset="chevron"), USUAL, b'd="M0.00 0.00L75.00 0.00L100.00 25.00L75.00 50.00L0.00 50.00L25.00 25.00Z"'),
        (shape(frame=' rot="1800000"'), Box(4.2, -1.65, 111.6, 93.3), b"rotate(30.000)"),
        (shape(frame=' flipH="1"', preset="rtTriangle"), USUAL, b"scale(-1 1)"),
        (shape(extra=f'<a:ln w="19050">{RED}</a:ln>'), Box(8, 18, 104, 54), b'stroke="#FF0000" stroke-width="2"'),
        (shape("", "line", extra=f"<a:ln>{RED}</a:ln>"), Box(9, 19, 102, 52), b'd="M0 0L100.00 50.00" fill="none"'),
    ],
)
def test_what_css_can_not_draw_is_drawn_as_svg(made: str, box: Box, inside: bytes) -> None:
    """Other shapes, turned and mirrored ones, outlines, lines across."""
    (found,), undrawn = drawn(made)
    assert isinstance(found, LayoutPicture)
    assert undrawn == []
    assert [getattr(found.box, side) for side in ("x", "y", "width", "height")] == pytest.approx(
        [box.x, box.y, box.width, box.height], abs=0.1
    )
    assert inside in found.asset.data


def test_gradients_run_as_in_powerpoint() -> None:
    """From the top down at 90°; what is drawn on them counts with their mean."""
    stops = '<a:gs pos="0"><a:srgbClr val="000000"/></a:gs><a:gs pos="100000"><a:srgbClr val="0080FE"/></a:gs>'
    fill = f'<a:gradFill><a:gsLst>{stops}</a:gsLst><a:lin ang="5400000" scaled="0"/></a:gradFill>'
    (found,), undrawn = drawn(shape(fill))
    assert isinstance(found, LayoutPicture)
    assert (found.color, undrawn) == ("#00407F", [])
    assert b'x1="50.00" y1="0.00" x2="50.00" y2="50.00"' in found.asset.data


def test_fields_show_the_number_and_the_date() -> None:
    """The HTML puts them into the text of each slide."""
    fields = (
        '<a:fld type="slidenum"><a:rPr sz="900"/><a:t>9</a:t></a:fld><a:fld type="datetime1"><a:t>1.1.</a:t></a:fld>'
    )
    text = f"<p:txBody><a:bodyPr/><a:p><a:r><a:t>Page </a:t></a:r>{fields}</a:p></p:txBody>"
    (found,), _ = drawn(shape("").replace("</p:sp>", f"{text}</p:sp>"))
    assert isinstance(found, LayoutText)
    assert found.text == f"Page {SLIDE_NUMBER}{SLIDE_DATE}"
    assert found.size == 12


def test_a_pattern_is_drawn_in_the_mean_of_its_colours() -> None:
    """And that is said."""
    colors = '<a:fgClr><a:srgbClr val="000000"/></a:fgClr><a:bgClr><a:srgbClr val="0080FE"/></a:bgClr>'
    (found,), undrawn = drawn(shape(f'<a:pattFill prst="lgGrid">{colors}</a:pattFill>'))
    assert isinstance(found, Decoration)
    assert (found.color, undrawn) == ("#00407F", [PATTERNS])


def test_hidden_shapes_stay_hidden() -> None:
    """Templates keep guides in them."""
    assert drawn(shape().replace('name="x"', 'name="x" hidden="1"')) == ([], [])
