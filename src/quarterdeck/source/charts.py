"""Charts: a ``chart`` fence over a table of numbers.

The first line names the series, the first column the categories::

    ```chart {type=column title="Start-up time, s"}
    |        | cold | warm |
    | VM     | 42   | 31   |
    | Docker | 1.2  | 0.4  |
    ```
"""

from __future__ import annotations

import re

from quarterdeck.diagnostics import Diagnostics, suggestion
from quarterdeck.model.content import Chart, Series
from quarterdeck.source.attributes import Attributes
from quarterdeck.source.inlines import FRAGMENT
from quarterdeck.source.passages import Passage

KINDS = ("bar", "column", "line", "area", "pie", "doughnut", "scatter")
KEYS = ("type", "title", "alt", "stacked", "min", "max", "unit", "legend", "labels", "x", "y", FRAGMENT)
_RULE = re.compile(r"[\s|:+-]+\Z")
_CELL = re.compile(r"(?:\\.|[^|\\])*")
_NUMBER = re.compile(r"[+-]?(?:\d[\d ,_]*)?(?:\.\d+)?(?:[eE][+-]?\d{1,2})?\Z")


def read_chart(
    body: Passage, attributes: Attributes, fence: Passage, fragment: int | None, found: Diagnostics
) -> Chart | None:
    """The chart that the lines of ``body`` describe; ``fence`` is its opening line."""
    span = fence.line_span(0)
    kind = attributes.values.get("type", "column")
    if kind not in KINDS:
        found.error(
            f"'{kind}' is no type of chart", fence.find(kind), hint=suggestion(kind, KINDS), code="unknown-chart"
        )
        return None
    rows = [(n, cells_of(line)) for n, line in enumerate(body.lines) if line.strip() and not _RULE.match(line)]
    if len(rows) < 2 or len(rows[0][1]) < 2:
        found.error(
            "a chart needs a table: a line that names the series, and a line for each category",
            span,
            hint="| | 2024 | 2025 |, then | Docker | 12 | 18 |",
            code="bad-chart",
        )
        return None
    names = [text for _, text in rows[0][1][1:]]
    columns: list[list[float | None]] = [[] for _ in names]
    before = len(found.errors)
    for number, cells in rows[1:]:
        values = cells[1:]
        if len(values) != len(names):
            found.error(
                f"this line has {len(values)} values, and there are {len(names)} series",
                body.line_span(number),
                code="bad-chart",
            )
            continue
        for column, (offset, text) in zip(columns, values, strict=True):
            column.append(_number(text, body, number, offset, found))
    if len(found.errors) > before:
        return None
    if kind in ("pie", "doughnut") and len(names) != 1:
        found.error(f"a {kind} chart shows one series, and there are {len(names)}", span, code="bad-chart")
        return None
    return Chart(
        kind,
        categories=tuple(cells[0][1] for _, cells in rows[1:]),
        series=tuple(Series(name, tuple(values)) for name, values in zip(names, columns, strict=True)),
        title=attributes.values.get("title"),
        alt=attributes.values.get("alt", ""),
        options=tuple((k, v) for k, v in attributes.values.items() if k not in ("type", "title", "alt", FRAGMENT)),
        fragment=fragment,
        span=span,
    )


def cells_of(line: str) -> list[tuple[int, str]]:
    """The cells of a line of a pipe table, each with its offset."""
    start = len(line) - len(line.lstrip())
    at = start + 1 if line.startswith("|", start) else start
    end = len(line.rstrip())
    cells: list[tuple[int, str]] = []
    while at <= end:
        match = _CELL.match(line, at, end)
        raw = match[0] if match else ""
        cells.append((at + len(raw) - len(raw.lstrip()), raw.strip().replace("\\|", "|")))
        at += len(raw) + 1
    if cells and not cells[-1][1] and line.rstrip().endswith("|"):
        cells.pop()
    return cells


def _number(text: str, body: Passage, line: int, offset: int, found: Diagnostics) -> float | None:
    bare = text.strip().rstrip("%").strip()
    if bare in ("", "-", "–"):
        return None
    if _NUMBER.match(bare) and any(c.isdigit() for c in bare):
        return float(re.sub(r"[ ,_]", "", bare))
    found.error(
        f"'{text}' is no number",
        body.span(line, offset, len(text)),
        hint="leave the cell empty for none",
        code="bad-chart",
    )
    return None
