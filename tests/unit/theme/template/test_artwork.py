"""What masters and layouts draw."""

import io

import pytest
from lxml import etree
from PIL import Image as Pixels

from quarterdeck.model.theme import SLIDE_DATE, SLIDE_NUMBER, Artwork, Box, Decoration, LayoutPicture, LayoutText
from quarterdeck.theme.template.artwork import EFFECTS, PATTERNS, SHAPES, Drawer
from quarterdeck.theme.template.colors import Scheme
from quarterdeck.theme.template.package import A, Archive, P, R

PX = 9525
SCHEME = Scheme({"bg1": "#FFFFFF", "tx1": "#000000", "accent1": "#336699"})
USUAL = Box(10, 20, 100, 50)
RED = '<a:solidFill><a:srgbClr val="FF0000"/></a:solidFill>'


def green() -> bytes:
    """A picture of 40 × 20 px."""
    buffer = io.BytesIO()
    Pixels.new("RGB", (40, 20), (0, 128, 0)).save(buffer, "PNG")
    return buffer.getvalue()


def drawn(shapes: str) -> tuple[list[Artwork], list[str]]:
    """What a master with these shapes and a picture shows, and what can't be drawn."""
    root = f'p:sldMaster xmlns:p="{P[1:-1]}" xmlns:a="{A[1:-1]}" xmlns:r="{R[1:-1]}"'
    xml = f"<{root}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sldMaster>"
    packages = "http://schemas.openxmlformats.org/package/2006"
    relation = f'<Relationship Id="rId1" Type="{R[1:-1]}/image" Target="green.png"/>'
    parts = {
        "master.xml": xml,
        "_rels/master.xml.rels": f'<Relationships xmlns="{packages}/relationships">{relation}</Relationships>',
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types">'
        '<Default Extension="png" ContentType="image/png"/></Types>',
    }
    archive = Archive("brand.pptx", {name: part.encode() for name, part in parts.items()} | {"green.png": green()})
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


def grouped(shapes: str, attributes: str) -> str:
    """A group of 200 × 100 px that is turned."""
    place = f'<a:{{}}ff x="{100 * PX}" y="{200 * PX}"/><a:{{}}xt cx="{200 * PX}" cy="{100 * PX}"/>'
    return (
        '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="9" name="g"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr>'
        f"<a:xfrm {attributes}>{place.format('o', 'e')}{place.format('chO', 'chE')}</a:xfrm></p:grpSpPr>{shapes}"
        "</p:grpSp>"
    )


def test_members_of_a_turned_group_turn_about_its_middle() -> None:
    """Upside down, what was at its upper left is at its lower right; a quarter turn lays a bar on its side."""
    member = shape(box=Box(100, 200, 40, 20))
    (turned,), _ = drawn(grouped(member, 'rot="10800000"'))
    assert turned.box == Box(260, 280, 40, 20)
    (quarter,), _ = drawn(grouped(member, 'rot="5400000"'))
    assert quarter.box == Box(230, 150, 20, 40)
    (twice,), _ = drawn(grouped(grouped(member, 'rot="10800000"'), 'rot="10800000"'))
    assert twice.box == Box(100, 200, 40, 20)


def test_a_mirrored_group_turns_its_members_the_other_way() -> None:
    """As in a mirror; a logo of two slanted bars would not meet at its tip."""
    (found,), _ = drawn(grouped(shape(frame=' rot="1800000"', box=Box(100, 200, 40, 20)), 'flipH="1"'))
    assert isinstance(found, LayoutPicture)
    assert found.box.x + found.box.width / 2 == pytest.approx(280, abs=0.01)
    assert b"rotate(330.000) scale(-1 1)" in found.asset.data


def textured(how: str, attributes: str = "", *, faint: str = "") -> str:
    """A shape that is filled with the picture."""
    fill = f'<a:blipFill><a:blip r:embed="rId1">{faint}</a:blip>{how}</a:blipFill>'
    return shape(fill, frame=attributes)


STRETCHED = "<a:stretch><a:fillRect/></a:stretch>"


def test_a_picture_is_repeated_where_the_template_repeats_it() -> None:
    """At its own size, from the corner that the template names, and in the colours' mean where text stands on it."""
    (found,), undrawn = drawn(textured('<a:tile tx="0" ty="9525" sx="50000" sy="100000" flip="none" algn="tr"/>'))
    assert isinstance(found, LayoutPicture)
    assert (found.box, found.color, undrawn) == (USUAL, "#008000", [])
    assert b'patternUnits="userSpaceOnUse" x="80.00" y="1.00" width="20.00" height="20.00"' in found.asset.data


def test_a_turned_or_faint_picture_is_drawn_so() -> None:
    """One that just stands there stays a plain picture."""
    (plain,), _ = drawn(textured(STRETCHED))
    (turned,), _ = drawn(textured(STRETCHED, ' rot="5400000"'))
    (faint,), _ = drawn(textured(STRETCHED, faint='<a:alphaModFix amt="40000"/>'))
    assert isinstance(plain, LayoutPicture) and plain.asset.media_type == "image/png"
    assert isinstance(turned, LayoutPicture) and b"rotate(90.000)" in turned.asset.data
    assert turned.box == Box(35, -5, 50, 100)
    assert isinstance(faint, LayoutPicture) and b'opacity="0.4"' in faint.asset.data


def test_an_embedded_logo_is_drawn() -> None:
    """In old templates it is an object of another program, with a picture of it, that its frame places."""
    look = f'<p:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{PX}" cy="{PX}"/></a:xfrm></p:spPr>'
    image = f'<p:pic><p:blipFill><a:blip r:embed="rId1"/>{STRETCHED}</p:blipFill>{look}</p:pic>'
    frame = f'<p:xfrm><a:off x="{10 * PX}" y="{20 * PX}"/><a:ext cx="{100 * PX}" cy="{50 * PX}"/></p:xfrm>'
    data = f"<a:graphic><a:graphicData><p:oleObj>{image}</p:oleObj></a:graphicData></a:graphic>"
    (found,), undrawn = drawn(f"<p:graphicFrame><p:nvGraphicFramePr/>{frame}{data}</p:graphicFrame>")
    assert (found.box, undrawn) == (USUAL, [])


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
