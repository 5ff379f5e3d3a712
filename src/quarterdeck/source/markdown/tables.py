"""Tables: GFM pipe tables, with widths, captions and rows that appear one by one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.model.content import Align, Column, Inline, Row, Run, Table, plain_text
from quarterdeck.source.markdown.attributes import Attributes
from quarterdeck.source.markdown.context import Fragments
from quarterdeck.source.markdown.inlines import FRAGMENT, InlineReader
from quarterdeck.source.markdown.parser import Node
from quarterdeck.text.passage import Passage

_NUMBER = re.compile(r"[+\-−±~≈<>≤≥]?\s?[$€£¥]?\d[\d.,'\u00a0\u202f]*\s?[%‰$€£¥]?")
"""A figure, with its sign, its marks between thousands, and a percent sign or a currency."""
KEYS = ("widths", "caption", "incremental", FRAGMENT)


class TableReader(Struct):
    """Turns table nodes of one passage into tables."""

    passage: Passage
    inlines: InlineReader
    fragments: Fragments
    found: Diagnostics

    def read(self, node: Node, attributes: Attributes, around: int | None) -> Table:
        """The table; pictures in its cells are faults."""
        step_by_step = attributes.has("incremental")
        fragment = None if step_by_step else self.fragments.place(around, own=attributes.has(FRAGMENT))
        rows = [row for part in node.children for row in part.children]
        header, *others = [tuple(self._cells(row)) for row in rows]
        columns = tuple(
            Column(_align(cell, [cells[place] for cells in others])) for place, cell in enumerate(rows[0].children)
        )
        table = Table(
            columns,
            Row(header),
            tuple(Row(cells, self.fragments.place(around, own=True) if step_by_step else None) for cells in others),
            fragment=fragment,
            span=self.passage.line_span(node.first),
        )
        return self.dressed(table, attributes, node.first)

    def dressed(self, table: Table, attributes: Attributes, line: int, caption: tuple[Inline, ...] = ()) -> Table:
        """The table with widths and a caption."""
        attributes.report_unknown(KEYS, lambda name: self.passage.find(name, line), self.found, "of a table")
        if "widths" in attributes.values:
            table = replace(table, columns=self._widths(table, attributes.values["widths"], line))
        if not caption and attributes.values.get("caption"):
            caption = (Run(attributes.values["caption"]),)
        return replace(table, caption=caption) if caption else table

    def _widths(self, table: Table, text: str, line: int) -> tuple[Column, ...]:
        words = text.replace(",", " ").replace("%", " ").split()
        try:
            shares = [float(word) for word in words]
        except ValueError:
            shares = []
        if len(shares) != len(table.columns) or not all(0 < share < 10000 for share in shares):
            self.found.error(
                f"'{text}' doesn't give the widths of {len(table.columns)} columns",
                self.passage.find(text, line),
                hint='one number for each column, as shares of the whole: widths="30 70"',
                code="wrong-type",
            )
            return table.columns
        whole = sum(shares)
        return tuple(replace(c, width=share / whole) for c, share in zip(table.columns, shares, strict=True))

    def _cells(self, row: Node) -> Iterator[tuple[Inline, ...]]:
        for cell in row.children:
            inline = cell.children[0].token if cell.children else None
            line = self.inlines.read(inline, row.first, row.end, takes_attributes=False)
            for picture in line.pictures:
                self.found.error(
                    "a cell of a table can't hold a picture",
                    picture.span,
                    hint="put it beside the table, in '::: left' or '::: right'",
                    code="no-slot",
                )
            yield line.inlines


def _align(header: Node, cells: Sequence[tuple[Inline, ...]]) -> Align:
    """A column as its author wants it; by default numbers are on the right, and all else on the left."""
    style = str(header.token.attrs.get("style", ""))
    if style:
        return Align(style.removeprefix("text-align:"))
    texts = [plain_text(cell).strip() for cell in cells]
    numbers = any(texts) and all(_NUMBER.fullmatch(text) for text in texts if text)
    return Align.RIGHT if numbers else Align.LEFT
