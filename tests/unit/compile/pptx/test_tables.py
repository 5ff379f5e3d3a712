"""Tables on a slide."""

from __future__ import annotations

from ooxml_lint import A
from pptx_deck import (
    first_slide,
    sized_table,
    texts,
)


def test_tables_are_tables() -> None:
    """Cells, alignment and widths can be edited in PowerPoint."""
    root = first_slide(sized_table(None, None))
    table = next(root.iter(f"{A}tbl"))
    assert [texts(row) for row in table.iter(f"{A}tr")] == [["Name", "Size"], ["row 0", "1 MB"], ["row 1", "1 MB"]]
    aligned = [p.get("algn") for p in table.iter(f"{A}pPr")]
    assert aligned == ["l", "r"] * 3
    assert table.find(f"{A}tblPr").get("firstRow") == "1"
