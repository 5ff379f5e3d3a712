"""Tables on a slide."""

from __future__ import annotations

from msgspec.structs import replace

from quarterdeck.model.content import Definition, DefinitionList, InlineMath, Paragraph, Row, Run
from support.ooxml_lint import MC, A
from support.pptx_deck import first_slide, sized_table, texts


def test_tables_are_tables() -> None:
    """Cells, alignment and widths can be edited in PowerPoint."""
    root = first_slide(sized_table(None, None))
    table = next(root.iter(f"{A}tbl"))
    assert [texts(row) for row in table.iter(f"{A}tr")] == [["Name", "Size"], ["row 0", "1 MB"], ["row 1", "1 MB"]]
    aligned = [p.get("algn") for p in table.iter(f"{A}pPr")]
    assert aligned == ["l", "r"] * 3
    assert table.find(f"{A}tblPr").get("firstRow") == "1"


def test_formulas_in_cells_are_editable() -> None:
    """A table with a formula is there twice: with the formula, and with its text for other programs."""
    formula = Row(((InlineMath("x^2"),), (Run("square"),)))
    root = first_slide(replace(sized_table(), rows=(formula,)))
    assert "x2" in texts(root.find(f".//{MC}Fallback//{A}tbl"))
    assert root.find(f".//{MC}Choice//{A}tbl") is not None


def test_terms_are_a_table_without_a_header() -> None:
    """PowerPoint doesn't set their first row apart: its rule is as thin as the others."""
    terms = DefinitionList(
        tuple(
            Definition((Run(term),), ((Paragraph((Run(said),)),),)) for term, said in (("Port", "left"), ("Mast", "up"))
        )
    )
    root = first_slide(terms)
    (table,) = root.iter(f"{A}tbl")
    assert [texts(row) for row in table.iter(f"{A}tr")] == [["Port", "left"], ["Mast", "up"]]
    assert table.find(f"{A}tblPr").get("firstRow") is None
    assert len({line.get("w") for line in table.iter(f"{A}lnB")}) == 1
