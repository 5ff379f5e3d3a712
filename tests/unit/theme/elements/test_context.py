"""The theme as it applies in one slot."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from quarterdeck.theme.elements.context import LEAST_SIZE, LEAST_WIDTH, POINT, line_height, whole_points
from support.placed_decks import HARBOUR, context


def test_sizes_are_whole_points_within_bounds() -> None:
    """However a slot is scaled: no smaller than the style allows, and never under 11 pt."""
    style = HARBOUR.styles["body"]
    for scale in (1.0, 0.93, 0.7, 0.1):
        size = replace(context(), scale=scale).size(style)
        assert size / POINT == pytest.approx(round(size / POINT))
        assert style.minimum <= size <= style.size
    assert context().size(style, 0.01) == LEAST_SIZE


def test_blocks_nested_too_deeply_keep_some_width() -> None:
    """What doesn't fit there is reported; nothing is measured in no width at all."""
    assert context(100.0).narrowed(40).width == 60
    assert context(100.0).narrowed(400).width == LEAST_WIDTH


@pytest.mark.parametrize(("size", "points"), [(16.0, 12), (15.9, 11), (16.0 - 1e-9, 12)])
def test_points_are_rounded_down(size: float, points: int) -> None:
    """But not for the rounding of floating point numbers."""
    assert whole_points(size) == pytest.approx(points * POINT)


def test_lines_are_whole_pixels_high() -> None:
    """In both outputs the same."""
    assert line_height(14.667, 1.3) == 19.0


def test_faces_are_those_of_the_theme() -> None:
    """The twin is measured."""
    assert context().face("mono", bold=True) == (HARBOUR.mono.twin, True, False)
