"""Formulas as a line of text."""

from __future__ import annotations

from quarterdeck.compile.pptx.elements.formulas import LinearRun, linear_runs


def test_formula_as_text() -> None:
    """In a line, a formula reads well without being one."""
    assert linear_runs(r"e^{i\pi}+1") == (
        LinearRun("e", italic=True),
        LinearRun("iπ", italic=True, rise=1),
        LinearRun(" + 1"),
    )
    assert "".join(run.text for run in linear_runs(r"\frac{a+b}{2}")) == "(a + b)/2"
