"""Drawings are kept within bounds."""

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.show.drawings import SHOW_POINTS, SLIDE_STROKES, STROKE_POINTS, Drawings, Stroke

DOT = ((0.5, 0.5),)


def test_strokes_grow_and_go_in_the_order_they_were_begun() -> None:
    """Undo takes the last one away, erase the slide's whole drawing."""
    drawings = Drawings()
    for stroke in ("a", "b", "a"):
        assert drawings.draw("one", stroke, DOT)
    drawings.draw("two", "c", DOT)
    assert list(drawings.all()) == [Stroke("one", "a", DOT * 2), Stroke("one", "b", DOT), Stroke("two", "c", DOT)]
    assert drawings.undo("one") == "b"
    assert drawings.erase("one")
    assert not drawings.erase("one")
    assert drawings.undo("one") is None
    assert list(drawings.all()) == [Stroke("two", "c", DOT)]


def test_a_slide_without_its_drawing_makes_room() -> None:
    """Beyond the bounds nothing is drawn, until something is erased."""
    drawings = Drawings()
    assert all(drawings.draw("one", str(n), DOT) for n in range(SLIDE_STROKES))
    assert not drawings.draw("one", "more", DOT)
    assert drawings.draw("one", "0", DOT)
    assert not drawings.draw("two", "long", DOT * (STROKE_POINTS + 1))
    full = SHOW_POINTS // STROKE_POINTS
    assert [drawings.draw("two", str(n), DOT * STROKE_POINTS) for n in range(full)] == [True] * (full - 1) + [False]
    drawings.keep(["two"])
    assert drawings.draw("two", "last", DOT * STROKE_POINTS)


actions = st.tuples(st.sampled_from("due"), st.sampled_from("xy"), st.sampled_from("abc"), st.integers(1, 3))


@given(st.lists(actions))
def test_the_size_is_that_of_all_strokes(done: list[tuple[str, str, str, int]]) -> None:
    """Whatever is drawn, undone and erased: no room is lost."""
    drawings = Drawings()
    for action, slide, stroke, points in done:
        match action:
            case "d":
                drawings.draw(slide, stroke, DOT * points)
            case "u":
                drawings.undo(slide)
            case "e":
                drawings.erase(slide)
    assert drawings.size == sum(len(stroke.points) for stroke in drawings.all())
