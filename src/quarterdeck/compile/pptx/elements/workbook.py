"""The workbook inside a chart: what PowerPoint opens for "Edit data"."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC, datetime

from quarterdeck.compile.pptx.package.ooxml import attribute, text
from quarterdeck.model.content import Chart

SHEET = "Sheet1"
_CREATED = datetime(1980, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""A fixed date, so that the same chart has the same bytes."""


def workbook(chart: Chart) -> bytes:
    """An XLSX with the categories in column A, and a column for each series."""
    import xlsxwriter

    buffer = io.BytesIO()
    with xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        book.set_properties({"created": _CREATED})
        sheet = book.add_worksheet(SHEET)
        for row, category in enumerate(chart.categories, start=1):
            sheet.write_string(row, 0, category)
        for column, series in enumerate(chart.series, start=1):
            sheet.write_string(0, column, series.name)
            for row, value in enumerate(series.values, start=1):
                if value is not None:
                    sheet.write_number(row, column, value)
    return buffer.getvalue()


def name_cell(place: int) -> str:
    """The cell with the name of a series."""
    return f"{SHEET}!${_column(place + 1)}$1"


def category_range(chart: Chart) -> str:
    """The cells with the categories."""
    return f"{SHEET}!$A$2:$A${len(chart.categories) + 1}"


def value_range(chart: Chart, place: int) -> str:
    """The cells with the values of a series."""
    column = _column(place + 1)
    return f"{SHEET}!${column}$2:${column}${len(chart.categories) + 1}"


def _column(number: int) -> str:
    """The letters of a column, 0 being A."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def strings(values: Sequence[str]) -> str:
    """The values of a reference's cells, for programs that don't open the workbook."""
    points = "".join(f'<c:pt idx="{place}"><c:v>{text(value)}</c:v></c:pt>' for place, value in enumerate(values))
    return f'<c:strCache><c:ptCount val="{len(values)}"/>{points}</c:strCache>'


def numbers(values: Sequence[float | None]) -> str:
    """The same for numbers; those that are missing leave a gap."""
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{attribute(f"{value:.15g}")}</c:v></c:pt>'
        for place, value in enumerate(values)
        if value is not None
    )
    return f'<c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numCache>'
