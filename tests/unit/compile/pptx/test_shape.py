"""Shapes as slides, layouts and masters have them."""

from __future__ import annotations

import re

import pytest

from quarterdeck.compile.pptx.shape import geometry, group, properties, rounded_top, text_box
from quarterdeck.model.theme import EMU_PER_PX, Box


@pytest.mark.parametrize(
    ("box", "radius", "share"),
    [(Box(0, 0, 200, 100), 10, 10000), (Box(0, 0, 8, 200), 100, 50000), (Box(0, 0, 0, 9), 4, 0)],
)
def test_a_radius_is_a_share_of_the_shorter_side(box: Box, radius: float, share: int) -> None:
    """Half of it at most: then the end is a half circle.  A box without a side has no corners."""
    assert f'fmla="val {share}"' in geometry("rounded", box, radius)
    assert f'name="adj1" fmla="val {share}"' in rounded_top(box, radius)


def test_a_quotation_mark_is_two_closed_strokes() -> None:
    """Each a path of its own: PowerPoint draws what is between two strokes of one path otherwise."""
    drawn = geometry("quote", Box(0, 0, 98, 100), 0)
    assert drawn.count("<a:path ") == drawn.count("<a:close/>") == 2
    assert '<a:moveTo><a:pt x="44" y="0"/></a:moveTo><a:cubicBezTo><a:pt x="16" y="6"/>' in drawn


def test_unknown_shapes_are_refused() -> None:
    """A theme's file is checked before; this is a mistake of ours."""
    with pytest.raises(ValueError, match="star"):
        geometry("star", Box(0, 0, 1, 1), 0)


def test_screen_readers_hear_what_a_shape_is() -> None:
    """Its description; nothing for decoration, which they skip; its own text where that is enough."""
    assert 'descr="A &quot;ship&quot;"' in properties(2, "Picture", 'A "ship"')
    assert "decorative" in properties(2, "Bar", "")
    assert properties(2, "Text") == '<p:cNvPr id="2" name="Text"/>'


def test_members_of_a_group_keep_their_places() -> None:
    """The coordinates inside are those of the slide."""
    made = group(3, "Demo", None, Box(10, 20, 30, 40), "<members/>")
    places = re.findall(r'<a:(off|chOff) x="(\d+)" y="(\d+)"', made)
    sizes = re.findall(r'<a:(ext|chExt) cx="(\d+)" cy="(\d+)"', made)
    corner, size = (str(10 * EMU_PER_PX), str(20 * EMU_PER_PX)), (str(30 * EMU_PER_PX), str(40 * EMU_PER_PX))
    assert places == [("off", *corner), ("chOff", *corner)]
    assert sizes == [("ext", *size), ("chExt", *size)]
    assert made.endswith("<members/></p:grpSp>")


def test_lines_of_a_text_box_never_wrap() -> None:
    """Code and terminals keep theirs, whatever the program measures."""
    made = text_box(2, "Code", Box(0, 0, 10, 10), "<a:p/>", right=4)
    assert 'wrap="none"' in made
    assert f'rIns="{4 * EMU_PER_PX}"' in made
