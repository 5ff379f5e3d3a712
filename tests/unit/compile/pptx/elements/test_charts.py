"""Native charts."""

from __future__ import annotations

import io
import zipfile

import pytest
from msgspec.structs import replace

from quarterdeck.model.content import Chart, Series
from support.ooxml_lint import A, C, Element
from support.pptx_deck import opened, slide


def test_charts_are_charts() -> None:
    """A chart can be restyled in PowerPoint, and "Edit data" opens its numbers."""
    chart = Chart("column", ("2025", "2026"), (Series("Docker", (1.5, None)), Series("VMs", (3.0, -4.0))), alt="Growth")
    pptx = opened(slide(chart))
    root = pptx.xml("ppt/charts/chart1.xml")
    assert [v.text for v in root.iter(f"{C}v")] == ["Docker", "2025", "2026", "1.5", "VMs", "2025", "2026", "3", "-4"]
    book = pptx.related("ppt/charts/chart1.xml", "package")[0]
    with zipfile.ZipFile(io.BytesIO(pptx.parts[book])) as workbook:
        assert b"Docker" in workbook.read("xl/sharedStrings.xml")


@pytest.mark.parametrize("kind", ["bar", "column", "line", "area", "pie", "doughnut", "scatter"])
def test_every_kind_of_chart_has_its_own_element(kind: str) -> None:
    """PowerPoint names the chart as the author did."""
    elements = {"bar": "barChart", "column": "barChart"}
    chart = Chart(kind, ("1", "2"), (Series("a", (1.0, 2.0)),), title="T")
    root = opened(slide(chart)).xml("ppt/charts/chart1.xml")
    assert root.find(f".//{C}{elements.get(kind, f'{kind}Chart')}") is not None


def test_stacked_bars_stand_on_each_other() -> None:
    """``stacked`` is PowerPoint's stacked chart."""
    chart = Chart("bar", ("a",), (Series("x", (1.0,)), Series("y", (2.0,))), stacked=True)
    root = opened(slide(chart)).xml("ppt/charts/chart1.xml")
    assert root.find(f".//{C}grouping").get("val") == "stacked"
    assert root.find(f".//{C}overlap").get("val") == "100"


def root_of(chart: Chart) -> Element:
    """The part of a chart on a slide."""
    return opened(slide(chart)).xml("ppt/charts/chart1.xml")


def values(root: Element, name: str) -> list[str | None]:
    """The values of all elements with a name."""
    return [element.get("val") for element in root.iter(f"{C}{name}")]


@pytest.mark.parametrize(("kind", "stacked", "seams"), [("pie", False, 2), ("bar", True, 1), ("bar", False, 0)])
def test_pieces_are_parted_by_the_ground(kind: str, stacked: bool, seams: int) -> None:
    """A line of 2 px around each slice, and around what is stacked; bars that stand apart have none."""
    root = root_of(Chart(kind, ("a", "b"), (Series("x", (1.0, 2.0)),), stacked=stacked))
    lines = [line for part in root.iter(f"{C}ser") for line in part.iter(f"{A}ln") if line.get("w") == "19050"]
    assert len(lines) == seams


TWO = (Series("a", (12.0, 30.0)), Series("b", (7.5, 20.0)))


def test_the_axis_ends_where_the_author_says() -> None:
    """``min``, ``max`` and ``unit`` are PowerPoint's own settings of the axis."""
    root = root_of(Chart("line", ("x", "y"), TWO, low=5.0, high=40.0, unit="ms"))
    assert (values(root, "min"), values(root, "max")) == (["5"], ["40"])
    formats = [element.get("formatCode") for element in root.iter(f"{C}numFmt")]
    assert '#,##0"\u00a0ms"' in formats


@pytest.mark.parametrize(("legend", "position"), [("bottom", "b"), ("top", "t"), ("right", "r")])
def test_the_legend_stands_where_it_should(legend: str, position: str) -> None:
    """Its side and its place are in the file."""
    root = root_of(Chart("line", ("x", "y"), TWO, legend=legend))
    assert values(root, "legendPos") == [position]
    assert root.find(f"{C}chart/{C}legend/{C}layout") is not None
    assert values(root_of(Chart("line", ("x", "y"), TWO, legend="none")), "legendPos") == []


@pytest.mark.parametrize(
    ("kind", "position"),
    [("column", ["outEnd"] * 2), ("bar", ["outEnd"] * 2), ("line", ["t"] * 2), ("scatter", ["t"] * 2)],
)
def test_values_stand_at_their_points(kind: str, position: list[str]) -> None:
    """``labels`` shows the values as PowerPoint's own data labels."""
    root = root_of(Chart(kind, ("1", "2"), TWO, labels="value", legend="top"))
    assert values(root, "dLblPos") == position
    assert values(root, "showVal") == ["1", "1"]


def test_a_line_has_its_name_at_its_last_point() -> None:
    """As a label of the native chart, so that it follows when the numbers are edited."""
    chart = Chart("line", ("a", "b"), (Series("Bergen", (4.0, 1.0)), Series("Oslo", (1.0, 5.0))), alt="x")
    root = root_of(chart)
    labels = list(root.iter(f"{C}dLbl"))
    assert [[each.get("val") for each in label.iter(f"{C}idx", f"{C}showSerName")] for label in labels] == 2 * [
        ["1", "1"]
    ]
    assert root.find(f".//{C}legend") is None


@pytest.mark.parametrize("kind", ["column", "bar"])
def test_values_at_bars_stand_in_place_of_the_axis(kind: str) -> None:
    """PowerPoint's chart has neither grid nor labels at that axis then, as the HTML's."""
    chart = Chart(kind, ("1", "2"), TWO)
    for given, grids, labels in ((chart, 1, "nextTo"), (replace(chart, labels="value"), 0, "none")):
        root = root_of(given)
        assert len(list(root.iter("{*}majorGridlines"))) == grids
        assert values(root, "tickLblPos")[-1] == labels


def test_pieces_show_share_or_value() -> None:
    """A pie shows percentages unless it is asked for values."""
    one = TWO[:1]
    assert set(values(root_of(Chart("pie", ("x", "y"), one, labels="share")), "showPercent")) == {"1"}
    assert set(values(root_of(Chart("doughnut", ("x", "y"), one, labels="value")), "showVal")) == {"1"}
    assert values(root_of(Chart("pie", ("x", "y"), one, legend="top")), "showPercent") == []


@pytest.mark.parametrize("kind", ["bar", "column"])
def test_bars_have_their_names_at_one_of_them(kind: str) -> None:
    """As labels of the native chart, with the value under the name or after it."""
    root = root_of(Chart(kind, ("x", "y"), (Series("a", (None, 30.0)), TWO[1]), labels="value"))
    for label in root.iter(f"{C}dLbl"):
        shown = {each.tag.removeprefix(C): each.get("val") for each in label if each.get("val")}
        assert shown | {"idx": "1", "showSerName": "1", "showVal": "1", "dLblPos": "outEnd"} == shown
    assert len(list(root.iter(f"{C}dLbl"))) == 2
    assert [each.text for each in root.iter(f"{C}separator")] == 2 * ["\n" if kind == "column" else "\u2002"]
    assert root.find(f".//{C}legend") is None


def test_pieces_have_their_names_beside_them() -> None:
    """With their shares; PowerPoint knows both from its numbers."""
    root = root_of(Chart("pie", ("x", "y"), TWO[:1], labels="share"))
    assert values(root, "showCatName") == values(root, "showPercent") == ["1"]
    assert values(root, "dLblPos") == ["outEnd"]
    assert root.find(f".//{C}legend") is None


def test_titles_of_axes_are_titles_of_axes() -> None:
    """They can be edited in PowerPoint; bars that lie have them the other way round."""
    for kind, below in (("column", "catAx"), ("bar", "valAx")):
        root = root_of(Chart(kind, ("x", "y"), TWO, across="Below", upright="Beside"))
        axis = root.find(f".//{C}{below}")
        assert "".join(axis.find(f"{C}title").itertext()) == "Below"
        assert [t.text for t in root.iter(f"{A}t")].count("Beside") == 1


def test_a_curve_shows_every_nth_label() -> None:
    """PowerPoint leaves out as many labels as the HTML does."""
    names = tuple(f"January {year}" for year in range(1990, 2020))
    root = root_of(Chart("line", names, (Series("s", (1.0,) * 30),)))
    assert int(values(root, "tickLblSkip")[0] or 0) > 1
    assert root.find(f".//{C}catAx/{C}txPr/{A}bodyPr").get("rot") == "1"  # or LibreOffice tears them
