"""Charts."""

from __future__ import annotations

import re

import pytest
from msgspec.structs import replace

from quarterdeck.compile.html.charts import category_middle, draw_chart
from quarterdeck.compile.html.markup import font_stack
from quarterdeck.model.content import Chart, Series
from quarterdeck.model.placed import PlacedChart
from quarterdeck.model.theme import Box
from quarterdeck.theme.elements.figures import measured_chart
from support.placed_decks import HARBOUR, context

SERIES = (Series("VMs", (3.0, None, -2.0)), Series("Containers", (7.0, 9.0, 1.0)))


FAMILY = font_stack(HARBOUR, "body")


def placed(chart: Chart) -> PlacedChart:
    """A chart in a box."""
    made = measured_chart(chart, context(600.0)).draw(Box(0, 0, 600, 400))[0]
    assert isinstance(made, PlacedChart)
    return made


def chart_of(kind: str, series: tuple[Series, ...] = SERIES) -> Chart:
    """A chart over three years."""
    return Chart(kind, ("2024", "2025", "2026"), series, title="Use", alt="Use by year")


@pytest.mark.parametrize(
    ("kind", "shape", "count"),
    [
        ("column", "rect", 5),
        ("bar", "rect", 5),
        ("line", "polyline", 3),
        ("area", "polygon", 2),
        ("scatter", "circle", 5),
    ],
)
def test_each_value_is_drawn_once(kind: str, shape: str, count: int) -> None:
    """A missing value leaves a gap; the legend's two swatches are besides."""
    swatches = 2 if shape == "rect" else 0
    assert (
        len(re.findall(f"<{shape} ", draw_chart(placed(replace(chart_of(kind), legend="top")), FAMILY)))
        == count + swatches
    )


@pytest.mark.parametrize(("kind", "stacked", "seams"), [("pie", False, 3), ("column", True, 5), ("column", False, 0)])
def test_pieces_are_parted_by_the_ground(kind: str, stacked: bool, seams: int) -> None:
    """Slices, and what is stacked; bars that stand apart need no seam."""
    drawn = draw_chart(placed(replace(chart_of(kind), stacked=stacked)), FAMILY)
    outline = f'stroke="{HARBOUR.colors["background"]}" stroke-width="2"'
    assert drawn.count(outline) == seams


@pytest.mark.parametrize("kind", ["pie", "doughnut"])
def test_pieces_say_their_share(kind: str) -> None:
    """Each piece has its percentage."""
    drawn = draw_chart(
        placed(replace(chart_of(kind, (Series("a", (1.0, 1.0, 2.0)),)), labels="share", legend="top")), FAMILY
    )
    assert re.findall(r">(\d+%)<", drawn) == ["25%", "25%", "50%"]


def test_chart_has_a_name_for_screen_readers() -> None:
    """The chart is one image with the author's alternative text."""
    assert 'role="img" aria-label="Use by year"' in draw_chart(placed(chart_of("column")), FAMILY)


def test_chart_without_values_is_still_drawn() -> None:
    """A table of zeros gives an empty frame, not a failure."""
    for kind in ("column", "line", "pie"):
        assert "<svg" in draw_chart(placed(chart_of(kind, (Series("a", (0.0, 0.0, None)),))), FAMILY)


def test_scatter_points_stand_at_their_numbers() -> None:
    """Categories that are numbers are places along the axis, as in PowerPoint, not numbers of points."""
    chart = Chart("scatter", ("0", "1", "10"), (Series("a", (1.0, 1.0, 1.0)),))
    drawn = draw_chart(placed(chart), FAMILY)
    first, second, last = (float(x) for x in re.findall(r'<circle cx="([\d.]+)"', drawn))
    assert (second - first) / (last - first) == pytest.approx(0.1, abs=0.01)


def test_stacked_areas_stand_on_each_other() -> None:
    """The lower edge of the second area is the upper edge of the first."""
    flat = Series("a", (1.0, 1.0, 1.0))
    drawn = draw_chart(placed(replace(chart_of("area", (flat, flat)), stacked=True)), FAMILY)
    first, second = re.findall(r'<polygon points="([^"]*)"', drawn)
    assert first.split()[:3] == second.split()[:2:-1]


def test_a_line_has_its_name_at_its_end() -> None:
    """In its own colour, on the height of its last point, to the right of it."""
    chart = Chart("line", ("a", "b"), (Series("Bergen", (4.0, 1.0)), Series("Oslo", (1.0, 5.0))))
    made = placed(chart)
    svg = draw_chart(made, "Arimo")
    for index, name in enumerate(("Bergen", "Oslo")):
        (x, color) = re.findall(rf'<text x="([\d.]+)"[^>]* fill="(#\w+)" font-weight="700">{name}<', svg)[0]
        assert float(x) > category_middle(made, 1)
        assert color == made.colors[index]


@pytest.mark.parametrize(("kind", "labels"), [("bar", None), ("bar", "value"), ("column", None), ("column", "value")])
def test_bars_have_their_names_at_their_ends(kind: str, labels: str | None) -> None:
    """In their colours, at the bars of one category; with the values where these are written."""
    made = placed(Chart(kind, ("a", "b"), (Series("Oslo", (4.0, 9.0)), Series("Bergen", (1.0, 5.0))), labels=labels))
    svg = draw_chart(made, "Arimo")
    for index, name in enumerate(("Oslo", "Bergen")):
        said = re.findall(rf'fill="{made.colors[index]}" font-weight="700">([^<]*)<', svg)
        value = ("4", "1")[index]
        beside = [f"{name}\u2002{value}"] if kind == "bar" else [name, value]
        assert said == ([name] if labels is None else beside)


def test_pieces_have_their_names_beside_them() -> None:
    """To the right of those at the right, and to the left of those at the left."""
    made = placed(Chart("pie", ("east", "west"), (Series("s", (50.0, 50.0)),), labels="share"))
    svg = draw_chart(made, "Arimo")
    plot = made.plan.plot
    ((east, anchor),) = re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="(\w+)"[^>]*>east\u2002 ?50%<', svg)
    assert float(east) > plot.right and anchor == "start"
    ((west, anchor),) = re.findall(r'<text x="([\d.]+)"[^>]*text-anchor="(\w+)"[^>]*>west\u2002 ?50%<', svg)
    assert float(west) < plot.x and anchor == "end"


def test_a_missing_value_leaves_a_gap() -> None:
    """A line isn't drawn over what was not measured."""
    drawn = draw_chart(placed(Chart("line", tuple("abcd"), (Series("s", (1.0, None, 3.0, 2.0)),))), FAMILY)
    assert [len(points.split()) for points in re.findall(r'<polyline points="([^"]*)"', drawn)] == [1, 2]


@pytest.mark.parametrize("kind", ["column", "bar"])
def test_values_at_bars_stand_in_place_of_the_axis(kind: str) -> None:
    """Nobody reads the same number twice: there is no grid but the line where bars begin."""
    chart = Chart(kind, ("1", "2"), (Series("s", (12.0, 7.0)),))
    assert draw_chart(placed(chart), FAMILY).count("<line") > 2
    bare = draw_chart(placed(replace(chart, labels="value")), FAMILY)
    assert bare.count("<line") == 1
    assert ">0<" not in bare


@pytest.mark.parametrize("kind", ["column", "bar", "line", "scatter", "pie", "doughnut"])
def test_values_are_written_with_their_unit(kind: str) -> None:
    """``labels`` puts each value at its bar, point or piece."""
    chart = Chart(kind, ("1", "2"), (Series("s", (12.0, 7.5)),), unit="ms", labels="value", legend="none")
    drawn = draw_chart(placed(chart), FAMILY)
    assert ">12\u00a0ms<" in drawn
    assert ">7.5\u00a0ms<" in drawn


def test_titles_of_axes_are_written() -> None:
    """One lies below, the other stands at the left."""
    drawn = draw_chart(placed(replace(chart_of("line"), across="Year", upright="Tons")), FAMILY)
    assert ">Year<" in drawn
    assert re.search(r"rotate\(-90 [^)]*\)\">Tons<", drawn)


def test_bars_begin_at_the_end_that_the_author_gives() -> None:
    """With ``min=10`` a bar of 15 reaches from 10 to 15 and not from below the frame."""
    made = placed(Chart("column", ("a",), (Series("s", (15.0,)),), low=10.0, high=20.0))
    ((y, height),) = re.findall(
        r'<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)"', draw_chart(made, FAMILY)
    )
    plot = made.plan.plot
    assert float(y) + float(height) == pytest.approx(plot.bottom, abs=0.1)
    assert float(height) == pytest.approx(plot.height / 2, abs=0.1)
