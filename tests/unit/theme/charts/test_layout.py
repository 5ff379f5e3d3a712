"""Where everything in a chart stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.model.content import Align, Chart, Series
from quarterdeck.model.placed import PlacedChart
from quarterdeck.model.theme import Box
from quarterdeck.theme.charts.lettering import Lettering
from quarterdeck.theme.colors import AA_LARGE, ratio
from quarterdeck.theme.elements.context import Context
from quarterdeck.theme.elements.figures import measured_chart
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.measure.fonts import Face
from support.placed_decks import context, placed, slide

TWO = Chart(
    "column",
    ("2024", "2025"),
    (Series("cold", (4.0, 2.0)), Series("warm", (1.0, 3.0))),
    title="Start-up time",
    across="Year",
    upright="Seconds",
)


def drawn(chart: Chart, width: float = 600.0, height: float = 400.0) -> PlacedChart:
    """A chart in a box."""
    block = measured_chart(chart, context(width))
    assert block.faults == ()
    (made,) = block.draw(Box(80, 160, width, height))
    assert isinstance(made, PlacedChart)
    return made


@pytest.mark.parametrize("kind", ["bar", "column", "line", "area", "scatter"])
@pytest.mark.parametrize("legend", ["bottom", "top", "right", "none", None])
def test_nothing_lies_on_anything_else(kind: str, legend: str | None) -> None:
    """Title, plot, titles of axes and legend are in the box, and apart from each other."""
    plan = drawn(replace(TWO, kind=kind, legend=legend)).plan
    assert plan.title is not None and plan.across is not None and plan.upright is not None
    boxes = [plan.title.box, plan.plot, plan.across.box, plan.upright.box]
    if legend != "none" and (kind not in ("line", "bar", "column") or legend is not None):
        assert plan.legend is not None
        assert plan.legend.side == (legend or "bottom")
        boxes.append(plan.legend.box)
    else:
        assert plan.legend is None
    for box in boxes:
        assert box.x >= 0 and box.y >= 0 and box.right <= 600.5 and box.bottom <= 400.5
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            beside = one.right <= other.x + 0.5 or other.right <= one.x + 0.5
            assert beside or one.bottom <= other.y + 0.5 or other.bottom <= one.y + 0.5


LINES = Chart("line", ("2023", "2024", "2025"), (Series("Bergen", (4.0, 2.0, 1.0)), Series("Antwerp", (1.0, 3.0, 5.0))))


def test_lines_have_their_names_at_their_ends() -> None:
    """Nobody looks up colours in a legend; there is room for the longest name beside the plot."""
    made = drawn(LINES)
    assert made.plan.legend is None
    last = made.plan.plot.right - made.plan.plot.width / 6
    assert 600 - last >= Lettering(Face("Arimo", bold=True), made.size, made.size).width("Antwerp")


@pytest.mark.parametrize(
    "chart",
    [
        replace(LINES, legend="top"),
        replace(LINES, labels="value"),
        replace(LINES, series=(LINES.series[0], Series("Oslo", (3.0, 1.0, 1.1)))),
        replace(LINES, series=(LINES.series[0], Series("Oslo", (3.0, 1.0, None)))),
        replace(LINES, series=(LINES.series[0], Series("Oslo, Filipstadkaia, quay 2", (3.0, 1.0, 5.0)))),
    ],
    ids=["asked for", "with values", "too near", "without an end", "too long"],
)
def test_lines_have_a_legend_where_names_have_no_place(chart: Chart) -> None:
    """Or where the author asks for one."""
    legend = drawn(chart).plan.legend
    assert legend is not None and len(legend.entries) == 2


BARS = Chart("bar", ("start", "build"), (Series("Docker", (4.0, 20.0)), Series("a machine", (9.0, 95.0))), unit="s")
PIE = Chart("pie", ("bulkers", "tankers", "others"), (Series("s", (40.0, 25.0, 35.0)),), labels="share")


@pytest.mark.parametrize("labels", [None, "value"])
def test_bars_have_names_at_their_ends_where_there_is_room(labels: str | None) -> None:
    """Of the first category whose bars leave room for them beside the plot."""
    plan = drawn(replace(BARS, labels=labels)).plan
    assert (plan.named, plan.legend) == (0, None)
    turned = replace(BARS, series=(Series("Docker", (4.0, 20.0)), Series("a machine", (100.0, 9.0))), labels=labels)
    assert drawn(turned, width=400.0).plan.named == 1


def test_columns_have_names_above_them_where_these_are_narrow_enough() -> None:
    """Of the first category in which no series is missing; the plot makes room for another line."""
    columns = replace(BARS, kind="column", labels="value")
    missing = replace(columns, series=(Series("Docker", (None, 20.0)), Series("VMs", (9.0, 95.0))))
    plan = drawn(missing).plan
    assert (plan.named, plan.legend) == (1, None)
    assert drawn(replace(missing, legend="none")).plan.plot.y == plan.plot.y - plan.line_height


def test_pieces_have_their_names_beside_them() -> None:
    """A pie is as large as the names at its sides let it be."""
    made = drawn(PIE)
    assert (made.plan.named, made.plan.legend) == (0, None)
    assert made.plan.plot.width > 300
    wide = Lettering(Face("Arimo", bold=True), made.size, made.size).width("bulkers 40%")
    narrow = drawn(PIE, width=520.0).plan
    assert narrow.named == 0
    assert 520 - narrow.plot.right >= wide - 0.1 * narrow.plot.width


@pytest.mark.parametrize(
    "chart",
    [
        replace(BARS, legend="bottom"),
        replace(BARS, stacked=True),
        replace(BARS, series=(BARS.series[0], Series("a machine", (None, None)))),
        replace(BARS, series=(BARS.series[0], Series("a machine", (-4.0, -20.0)))),
        replace(BARS, series=(Series("Docker", (95.0, 94.0)), Series("a virtual machine", (95.0, 94.0)))),
        replace(BARS, kind="column", series=(BARS.series[0], Series("virtual machines now", (9.0, 95.0)))),
        replace(PIE, legend="right"),
        replace(PIE, kind="doughnut"),
        replace(PIE, series=(Series("s", (96.0, 2.0, 2.0)),)),
        replace(PIE, series=(Series("s", (2.0, 96.0, 2.0)),)),
        replace(PIE, categories=("bulkers", "tankers", "all others together")),
    ],
    ids=[
        "asked for",
        "stacked",
        "missing",
        "below 0",
        "no room",
        "wide",
        "asked",
        "ring",
        "thin",
        "at top",
        "too long",
    ],
)
def test_bars_and_pies_have_a_legend_where_names_have_no_place(chart: Chart) -> None:
    """Or where the author asks for one."""
    made = drawn(chart, width=420.0)
    assert made.plan.named is None
    assert made.plan.legend is not None


def test_one_series_needs_no_legend() -> None:
    """A legend comes with the second name, or when it is asked for."""
    one = replace(TWO, series=TWO.series[:1])
    assert drawn(one).plan.legend is None
    assert drawn(replace(one, legend="bottom")).plan.legend is not None


def test_a_legend_beside_stacks_lists_them_as_they_stand() -> None:
    """From the top, as PowerPoint does; colours stay with their names."""
    legend = drawn(replace(TWO, stacked=True, legend="right")).plan.legend
    assert legend is not None
    assert [(entry.name, entry.index) for entry in legend.entries] == [("warm", 1), ("cold", 0)]


def test_a_long_legend_has_several_rows() -> None:
    """Names never run over the edge of the chart."""
    chart = replace(TWO, series=tuple(Series(f"series number {n}", (1.0, 2.0)) for n in range(9)))
    legend = drawn(chart).plan.legend
    assert legend is not None
    assert len({entry.y for entry in legend.entries}) > 1
    assert legend.box.x >= 0 and legend.box.right <= 600


def test_long_names_of_categories_are_broken() -> None:
    """They take more lines, and the plot gives way."""
    short, long = drawn(TWO).plan, drawn(replace(TWO, categories=("The year before last year, the first", "2025"))).plan
    assert len(long.categories[0]) > 1
    assert long.plot.bottom < short.plot.bottom


def test_a_curve_of_many_points_names_some_of_them() -> None:
    """As many labels as there is room for, evenly spaced; columns keep all of theirs."""
    names = tuple(f"January {year}" for year in range(1990, 2020))
    chart = Chart("line", names, (Series("s", tuple(map(float, range(30)))),))
    plan = drawn(chart).plan
    assert plan.every > 1
    assert all(len(lines) == 1 for lines in plan.categories)


@pytest.mark.parametrize("kind", ["pie", "doughnut"])
def test_a_pie_is_round(kind: str) -> None:
    """Its plot is a square beside the legend."""
    made = drawn(Chart(kind, ("a", "b"), (Series("s", (1.0, 2.0)),), legend="right", labels="share"))
    assert made.plan.plot.width == made.plan.plot.height
    assert made.plan.legend is not None
    assert made.plan.legend.box.x > made.plan.plot.right


def test_labels_shrink_before_they_are_a_fault() -> None:
    """Columns that are a little too narrow for their names get smaller names."""
    names = tuple(f"Containers{number}" for number in range(6))
    chart = Chart("column", names, (Series("s", (1.0,) * 6),))
    assert drawn(chart, 640.0).size < drawn(chart, 1100.0).size


@pytest.mark.parametrize(
    ("chart", "what"),
    [
        (Chart("column", ("w" * 30, "b"), (Series("s", (1.0, 2.0)),)), "the label"),
        (Chart("bar", ("w" * 60, "b"), (Series("s", (1.0, 2.0)),)), "the label"),
        (Chart("line", ("a",), (Series("w" * 90, (1.0,)), Series("b", (2.0,)))), "in the legend"),
        (Chart("line", ("a",), (Series("w" * 40, (1.0,)), Series("b", (2.0,))), legend="right"), "the legend"),
        (Chart("column", tuple("abcdefghij"), (Series("s", (1234567.5,) * 10),), labels="value"), "the value"),
    ],
)
def test_what_is_too_wide_is_a_fault(chart: Chart, what: str) -> None:
    """It says what, and by how much, rather than let labels run into each other."""
    (fault,) = measured_chart(chart, context(500.0)).faults
    assert fault.code == "chart-overflow"
    assert what in fault.message and "px too wide" in fault.message


def test_many_bars_need_their_height() -> None:
    """Thirty bars don't share the height of three."""
    names = tuple(f"name {number}" for number in range(30))
    assert [d.code for d in placed(slide(Chart("bar", names, (Series("s", (1.0,) * 30),)))).diagnostics] == [
        "text-overflow"
    ]


def test_a_slice_is_labelled_in_what_can_be_read_on_it() -> None:
    """White on dark colours, black on light ones."""
    theme = load_theme("night", Path())
    made = measured_chart(TWO, Context(theme, theme.colors, "body", Align.LEFT, 600.0)).draw(Box(0, 0, 600, 400))[0]
    assert isinstance(made, PlacedChart)
    for color, label in zip(made.colors, made.label_colors, strict=True):
        assert ratio(color, label) >= AA_LARGE
    assert "#000000" in made.label_colors
