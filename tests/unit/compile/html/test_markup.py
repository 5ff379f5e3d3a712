"""The smallest pieces of markup."""

from __future__ import annotations

import pytest

from quarterdeck.compile.html.markup import classes, draw_decoration, draw_shape, place, px
from quarterdeck.model.placed import PlacedShape
from quarterdeck.model.theme import Box, Decoration


@pytest.mark.parametrize(
    ("length", "written"), [(12.0, "12px"), (0.1 + 0.2, "0.3px"), (-0.0001, "0"), (0.0, "0"), (1 / 3, "0.333px")]
)
def test_lengths_are_short(length: float, written: str) -> None:
    """At most three decimals, and a zero without a unit."""
    assert px(length) == written


def test_a_box_is_placed_by_its_edges() -> None:
    """As the slide counts them, from its top left."""
    assert place(Box(80, 160.5, 1120, 484)) == "left:80px;top:160.5px;width:1120px;height:484px"


def test_names_of_classes_cant_leave_their_attribute() -> None:
    """They come from authors."""
    assert classes('a"b', "c") == ' class="a&quot;b c"'
    assert classes() == ""
    assert classes("a", fragment=2) == ' class="a fragment" data-fragment-index="2"'


def test_shapes_shine_through_by_their_colour() -> None:
    """Not by ``opacity``, which makes fragments appear."""
    shape = PlacedShape(Box(0, 0, 10, 10), "ellipse", "#102030", 0.5, fragment=0)
    drawn = draw_shape(shape)
    assert "background:#10203080" in drawn
    assert "opacity" not in drawn
    assert "border-radius:50%" in drawn
    assert 'aria-hidden="true"' in drawn


def test_a_quotation_mark_is_drawn_in_its_box() -> None:
    """With the colour of the slide, and not read aloud: the words are marked up as a quotation."""
    drawn = draw_shape(PlacedShape(Box(10, 20, 98, 100), "quote", "#102030"))
    assert drawn.startswith("<svg ")
    assert "left:10px;top:20px" in drawn
    assert 'fill="#102030"' in drawn
    assert 'aria-hidden="true"' in drawn


def test_a_glow_fades_out_to_its_edge() -> None:
    """Only its part on the slide is drawn: in print the rest would be a page of its own."""
    drawn = draw_shape(PlacedShape(Box(1000, -20, 400, 400), "glow", "#102030", 0.5))
    assert "left:1000px;top:0;width:280px;height:380px" in drawn
    assert "radial-gradient(200px 200px at 200px 180px,#10203080,#10203000)" in drawn


def test_decorations_have_the_colours_of_their_slide() -> None:
    """A token's, or the one that a template names itself."""
    for color, drawn in (("accent", "#AA0000"), ("#123456", "#123456")):
        decoration = Decoration("rounded", Box(0, 0, 10, 10), color, radius=4)
        assert f"background:{drawn};border-radius:4px" in draw_decoration(decoration, {"accent": "#AA0000"})
