"""Charts."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from quarterdeck.compile.reveal.charts import draw_chart
from quarterdeck.compile.reveal.drawing import Drawing
from quarterdeck.compile.reveal.pictures import PictureSources
from quarterdeck.compile.reveal.plot import frame, label
from quarterdeck.model.content import Chart, Series
from quarterdeck.model.deck import Deck
from quarterdeck.model.placed import PlacedChart
from quarterdeck.model.theme import Box
from quarterdeck.theme.loading import load_theme

SERIES = (Series("VMs", (3.0, None, -2.0)), Series("Containers", (7.0, 9.0, 1.0)))


STACKED = (("stacked", "true"),)


@pytest.fixture(scope="module")
def drawing() -> Drawing:
    """An empty deck being drawn."""
    theme = load_theme("harbour", Path())
    return Drawing(Deck("d", Path(), "D", ()), theme, {}, PictureSources(), theme.colors)


def placed(kind: str, series: tuple[Series, ...] = SERIES, options: tuple[tuple[str, str], ...] = ()) -> PlacedChart:
    """A chart over three years."""
    chart = Chart(kind, ("2024", "2025", "2026"), series, title="Use", alt="Use by year", options=options)
    return PlacedChart(Box(0, 0, 600, 400), chart, ("#111111", "#222222"), 16.0, "#000000", "#cccccc")


@pytest.mark.parametrize(
    ("kind", "shape", "count"),
    [
        ("column", "rect", 5),
        ("bar", "rect", 5),
        ("line", "polyline", 2),
        ("area", "polygon", 2),
        ("scatter", "circle", 5),
    ],
)
def test_each_value_is_drawn_once(drawing: Drawing, kind: str, shape: str, count: int) -> None:
    """A missing value leaves a gap; the legend's two swatches are besides."""
    swatches = 2 if shape == "rect" else 0
    assert len(re.findall(f"<{shape} ", draw_chart(placed(kind), drawing))) == count + swatches


@pytest.mark.parametrize("kind", ["pie", "doughnut"])
def test_pieces_say_their_share(drawing: Drawing, kind: str) -> None:
    """Each piece has its percentage."""
    drawn = draw_chart(placed(kind, (Series("a", (1.0, 1.0, 2.0)),)), drawing)
    assert re.findall(r">(\d+%)<", drawn) == ["25%", "25%", "50%"]


def test_chart_has_a_name_for_screen_readers(drawing: Drawing) -> None:
    """The chart is one image with the author's alternative text."""
    assert 'role="img" aria-label="Use by year"' in draw_chart(placed("column"), drawing)


def test_scale_covers_all_values_and_zero() -> None:
    """Bars begin at zero, and the highest value is within the frame."""
    plotted = frame(placed("column"), Box(0, 0, 600, 400))
    assert (plotted.scale.low, plotted.scale.high) == (-2.5, 10.0)
    assert 0.0 in plotted.scale.ticks


def test_stacked_series_add_up() -> None:
    """The scale of a stacked chart reaches the sum."""
    plotted = frame(placed("column", options=STACKED), Box(0, 0, 600, 400))
    assert plotted.scale.high >= 10.0


def test_chart_without_values_is_still_drawn(drawing: Drawing) -> None:
    """A table of zeros gives an empty frame, not a failure."""
    for kind in ("column", "line", "pie"):
        assert "<svg" in draw_chart(placed(kind, (Series("a", (0.0, 0.0, None)),)), drawing)


@pytest.mark.parametrize(("value", "text"), [(1234.0, "1,234"), (2.5, "2.5"), (0.1 + 0.2, "0.3")])
def test_labels_are_readable(value: float, text: str) -> None:
    """No rounding noise at the axis."""
    assert label(value) == text


def test_scatter_points_stand_at_their_numbers(drawing: Drawing) -> None:
    """Categories that are numbers are places along the axis, as in PowerPoint, not numbers of points."""
    chart = Chart("scatter", ("0", "1", "10"), (Series("a", (1.0, 1.0, 1.0)),))
    drawn = draw_chart(PlacedChart(Box(0, 0, 600, 400), chart, ("#111111",), 16.0, "#000000", "#cccccc"), drawing)
    first, second, last = (float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn))
    assert (second - first) / (last - first) == pytest.approx(0.1, abs=0.01)


def test_stacked_areas_stand_on_each_other(drawing: Drawing) -> None:
    """The lower edge of the second area is the upper edge of the first."""
    drawn = draw_chart(placed("area", (Series("a", (1.0, 1.0, 1.0)), Series("b", (1.0, 1.0, 1.0))), STACKED), drawing)
    first, second = re.findall(r'<polygon points="([^"]*)"', drawn)
    assert first.split()[:3] == second.split()[:2:-1]
