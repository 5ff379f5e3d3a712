"""The workbook inside a chart."""

from __future__ import annotations

import io
import zipfile

import pytest

from quarterdeck.compile.pptx.elements.charts import (
    category_range,
    name_cell,
    numbers,
    strings,
    value_range,
    workbook,
)
from quarterdeck.model.content import Chart, Series

CHART = Chart("bar", ("=1+1", "b"), (Series("One", (1.5, None)), Series("Two", (2.0, 3.0))))


def sheet(data: bytes) -> str:
    """The XML of the workbook's one sheet."""
    return zipfile.ZipFile(io.BytesIO(data)).read("xl/worksheets/sheet1.xml").decode()


def test_the_same_chart_gives_the_same_bytes() -> None:
    """Also in another second."""
    assert workbook(CHART) == workbook(CHART)


def test_a_missing_value_is_an_empty_cell() -> None:
    """Not a zero, when someone edits the data."""
    cells = sheet(workbook(CHART))
    assert 'r="B2"><v>1.5</v>' in cells
    assert 'r="B3"' not in cells
    assert 'r="C3"><v>3</v>' in cells


def test_a_category_that_looks_like_a_formula_is_text() -> None:
    """Nothing that an author writes is computed."""
    assert "<f>" not in sheet(workbook(CHART))


@pytest.mark.parametrize(("place", "cell"), [(0, "$B$1"), (24, "$Z$1"), (25, "$AA$1"), (701, "$AAA$1")])
def test_columns_after_z_have_two_letters(place: int, cell: str) -> None:
    """A chart of many series still finds its names."""
    assert name_cell(place) == f"Sheet1!{cell}"


def test_ranges_cover_all_categories() -> None:
    """From the second row: the first has the names."""
    assert category_range(CHART) == "Sheet1!$A$2:$A$3"
    assert value_range(CHART, 1) == "Sheet1!$C$2:$C$3"


def test_values_are_in_the_chart_too() -> None:
    """For programs that don't open workbooks; gaps keep their place."""
    assert '<c:ptCount val="2"/><c:pt idx="0"><c:v>1.5</c:v></c:pt></c:numCache>' in numbers((1.5, None))
    assert '<c:pt idx="1"><c:v>a &lt; b</c:v></c:pt>' in strings(("x", "a < b"))
