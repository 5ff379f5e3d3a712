"""Native charts."""

from __future__ import annotations

import io
import zipfile

import pytest

from ooxml_lint import C
from pptx_deck import (
    Chart,
    Series,
    opened,
    slide,
)


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
    chart = Chart("bar", ("a",), (Series("x", (1.0,)), Series("y", (2.0,))), options=(("stacked", "true"),))
    root = opened(slide(chart)).xml("ppt/charts/chart1.xml")
    assert root.find(f".//{C}grouping").get("val") == "stacked"
    assert root.find(f".//{C}overlap").get("val") == "100"
