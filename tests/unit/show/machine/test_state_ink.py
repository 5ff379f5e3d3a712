"""Drawings are kept within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.show.machine.state import SHOW_POINTS, SLIDE_STROKES, STROKE_POINTS, Drawings, Ink, Stroke

DOT = ((0.5, 0.5),)


def test_strokes_grow_and_go_in_the_order_they_were_begun() -> None:
    """Undo takes the last one away, erase the slide's whole drawing."""
    drawings = Drawings()
    for stroke in ("a", "b", "a"):
        assert drawings.draw("one", stroke, Ink.PEN, DOT)
    drawings.draw("two", "c", Ink.PEN, DOT)
    assert list(drawings.all()) == [
        Stroke("one", "a", Ink.PEN, DOT * 2),
        Stroke("one", "b", Ink.PEN, DOT),
        Stroke("two", "c", Ink.PEN, DOT),
    ]
    assert drawings.undo("one") == "b"
    assert drawings.erase("one")
    assert not drawings.erase("one")
    assert drawings.undo("one") is None
    assert list(drawings.all()) == [Stroke("two", "c", Ink.PEN, DOT)]


def test_a_slide_without_its_drawing_makes_room() -> None:
    """Beyond the bounds nothing is drawn, until something is erased."""
    drawings = Drawings()
    assert all(drawings.draw("one", str(n), Ink.PEN, DOT) for n in range(SLIDE_STROKES))
    assert not drawings.draw("one", "more", Ink.PEN, DOT)
    assert drawings.draw("one", "0", Ink.PEN, DOT)
    assert not drawings.draw("two", "long", Ink.PEN, DOT * (STROKE_POINTS + 1))
    full = SHOW_POINTS // STROKE_POINTS
    assert [drawings.draw("two", str(n), Ink.PEN, DOT * STROKE_POINTS) for n in range(full)] == [True] * (full - 1) + [
        False
    ]
    drawings.keep(["two"])
    assert drawings.draw("two", "last", Ink.PEN, DOT * STROKE_POINTS)


actions = st.tuples(st.sampled_from("due"), st.sampled_from("xy"), st.sampled_from("abc"), st.integers(1, 3))


@pytest.mark.slow
@given(st.lists(actions))
def test_the_size_is_that_of_all_strokes(done: list[tuple[str, str, str, int]]) -> None:
    """Whatever is drawn, undone and erased: no room is lost."""
    drawings = Drawings()
    for action, slide, stroke, points in done:
        match action:
            case "d":
                drawings.draw(slide, stroke, Ink.PEN, DOT * points)
            case "u":
                drawings.undo(slide)
            case "e":
                drawings.erase(slide)
    assert drawings.size == sum(len(stroke.points) for stroke in drawings.all())
