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
from collections.abc import Sequence

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, suggestion
from quarterdeck.model.content import ROUND_CHARTS, Chart, Series
from quarterdeck.source.markdown.attributes import Attributes
from quarterdeck.source.markdown.inlines import FRAGMENT
from quarterdeck.text.passage import Passage

KINDS = ("bar", "column", "line", "area", "pie", "doughnut", "scatter")
KEYS = ("type", "title", "alt", "stacked", "min", "max", "unit", "legend", "labels", "emphasis", "x", "y", FRAGMENT)
LEGENDS = ("bottom", "top", "right", "none")
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
            f"unknown chart type '{kind}'", fence.find(kind), hint=suggestion(kind, KINDS), code="unknown-chart"
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
    options = _Options(attributes, fence, kind, found)
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
    if kind in ROUND_CHARTS and len(names) != 1:
        found.error(f"a {kind} chart shows one series, and there are {len(names)}", span, code="bad-chart")
        return None
    percent = all(text.rstrip().endswith("%") for _, cells in rows[1:] for _, text in cells[1:] if text.strip())
    low, high = options.number("min"), options.number("max")
    chart = Chart(
        kind,
        categories=tuple(cells[0][1] for _, cells in rows[1:]),
        series=tuple(Series(name, tuple(values)) for name, values in zip(names, columns, strict=True)),
        title=attributes.values.get("title"),
        alt=attributes.values.get("alt", ""),
        stacked=options.flag("stacked"),
        low=low,
        high=high,
        unit=attributes.values.get("unit", "%" if percent else ""),
        legend=options.legend(),
        labels=options.labels(),
        emphasis=attributes.values.get("emphasis"),
        across=attributes.values.get("x", ""),
        upright=attributes.values.get("y", ""),
        fragment=fragment,
        span=span,
    )
    options.fit(chart)
    return None if len(found.errors) > before else chart


class _Options(Struct, frozen=True):
    """What the fence says besides its kind and title."""

    attributes: Attributes
    fence: Passage
    kind: str
    found: Diagnostics

    def flag(self, name: str) -> bool:
        """Whether an option is set; ``stacked=no`` says that it isn't."""
        value = self.attributes.values.get(name)
        if value not in (None, "", "true", "yes", "false", "no"):
            self._fault(name, f"'{value}' says neither yes nor no", f"write {name} alone, or leave it out")
        return self.attributes.has(name) or value == "yes"

    def number(self, name: str) -> float | None:
        """An end of the axis of values."""
        text = self.attributes.values.get(name)
        if text is None:
            return None
        if self.kind in ROUND_CHARTS:
            self._fault(name, f"a {self.kind} chart has no axis to give a '{name}'", None)
            return None
        bare = text.strip().rstrip("%").strip()
        if _NUMBER.match(bare) and any(c.isdigit() for c in bare):
            return float(re.sub(r"[ ,_]", "", bare))
        self._fault(name, f"'{text}' is not a number", f"{name}=100")
        return None

    def legend(self) -> str | None:
        """The side of the plot that the legend is on."""
        return self._one_of("legend", LEGENDS, bare="bottom")

    def labels(self) -> str | None:
        """The labels at each value."""
        known = ["none"] if self.kind == "area" else ["none", "value"]
        if self.kind in ROUND_CHARTS:
            known.append("share")
        labels = self._one_of("labels", known, bare="value")
        if labels is None and self.kind in ROUND_CHARTS:
            return "share"
        return None if labels == "none" else labels

    def fit(self, chart: Chart) -> None:
        """Report axes that a round chart doesn't have, and ends of the axis that the values don't fit."""
        if chart.emphasis is not None and chart.emphasis not in chart.names:
            hint = suggestion(chart.emphasis, chart.names)
            self._fault("emphasis", f"there is no '{chart.emphasis}' in this chart to be emphasised", hint)
        for name in ("x", "y", "stacked"):
            if name in self.attributes.values and chart.is_round:
                self._fault(name, f"a {self.kind} chart has no axes: '{name}' means nothing here", None)
        if chart.low is not None and chart.high is not None and chart.low >= chart.high:
            self._fault("max", f"the axis would end at {chart.high:g}, and begin at {chart.low:g}", None)
            return
        for value in chart.reach:
            name = "min" if chart.low is not None and value < chart.low else "max"
            if name == "min" or (chart.high is not None and value > chart.high):
                self._fault(name, f"the value {value:g} lies outside of the axis", f"change '{name}', or leave it out")
                return

    def _one_of(self, name: str, known: Sequence[str], *, bare: str) -> str | None:
        value = self.attributes.values.get(name)
        if value is None:
            return None
        value = bare if value == "" else value
        if value not in known:
            message = f"'{value}' is nothing that '{name}' of a chart of type {self.kind} can be"
            self._fault(name, message, suggestion(value, known))
            return None
        return value

    def _fault(self, name: str, message: str, hint: str | None) -> None:
        brace = max(0, self.fence.lines[0].find("{"))
        span = self.fence.span(0, brace + self.attributes.offsets[name], len(name))
        self.found.error(message, span, hint=hint, code="bad-chart")


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
        f"'{text}' is not a number",
        body.span(line, offset, len(text)),
        hint="leave the cell empty for none",
        code="bad-chart",
    )
    return None
