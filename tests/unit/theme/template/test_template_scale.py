"""Masters and layouts of other sizes than ours."""

from __future__ import annotations

from lxml import etree

from quarterdeck.model.theme import EMU_PER_PX, HEIGHT, WIDTH
from quarterdeck.theme.template.package import A
from quarterdeck.theme.template.template import SlideScale, rescale

WIDE, HIGH = WIDTH * EMU_PER_PX, HEIGHT * EMU_PER_PX
FOUR_BY_THREE = SlideScale(9144000, 6858000)
NAMES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
)


def scaled(shape: str, x: int, width: int, scale: SlideScale = FOUR_BY_THREE, text: str = "") -> etree._Element:
    """A shape of half of the slide's height, scaled."""
    frame = f'<a:xfrm><a:off x="{x}" y="0"/><a:ext cx="{width}" cy="{scale.height // 2}"/></a:xfrm>'
    tree = f"<p:spTree><p:{shape}><p:spPr>{frame}</p:spPr>{text}</p:{shape}></p:spTree>"
    root = etree.fromstring(f"<p:sldLayout {NAMES}><p:cSld>{tree}</p:cSld></p:sldLayout>")
    rescale(root, scale)
    return root


def box(root: etree._Element) -> tuple[int, int]:
    """The left edge and the width of the shape."""
    offset, size = root.find(f".//{A}off"), root.find(f".//{A}ext")
    assert offset is not None
    assert size is not None
    return int(offset.get("x", "")), int(size.get("cx", ""))


def test_our_own_size_is_left_alone() -> None:
    """Only other sizes are scaled, only other proportions are told."""
    assert not SlideScale(WIDE, HIGH).changes
    assert FOUR_BY_THREE.changes and FOUR_BY_THREE.reshapes
    assert SlideScale(WIDE // 2, HIGH // 2).changes and not SlideScale(WIDE // 2, HIGH // 2).reshapes


def test_text_boxes_are_stretched_with_the_slide() -> None:
    """From edge to edge they stay so."""
    assert box(scaled("sp", 0, 9144000)) == (0, WIDE)


def test_a_logo_keeps_its_proportions_and_its_nearer_edge() -> None:
    """At the right it stays at the right, as in PowerPoint."""
    factor = min(FOUR_BY_THREE.x, FOUR_BY_THREE.y)
    left, width = box(scaled("pic", 8144000, 900000))
    assert width == round(900000 * factor)
    assert WIDE - left - width == round(100000 * factor)
    assert box(scaled("pic", 100000, 900000))[0] == round(100000 * factor)


def test_a_picture_across_the_slide_is_a_ground() -> None:
    """It still covers the slide."""
    assert box(scaled("pic", 0, 9144000)) == (0, WIDE)


def test_type_goes_by_the_height() -> None:
    """In whole points, and no smaller than one."""
    text = '<p:txBody><a:p><a:r><a:rPr sz="{}"/></a:r></a:p></p:txBody>'
    half = SlideScale(WIDE * 2, HIGH * 2)
    for size, expected in (("2400", "1200"), ("1900", "1000"), ("100", "100")):
        run = scaled("sp", 0, 9144000, half, text.format(size)).find(f".//{A}rPr")
        assert run is not None
        assert run.get("sz") == expected
