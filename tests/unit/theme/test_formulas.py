"""Formulas."""

import pytest

from quarterdeck.theme.formulas import formula_size, formula_svg


def test_displayed_formulas_are_taller() -> None:
    """A fraction has room for itself when it is displayed."""
    displayed, inline = formula_size(r"\frac{a}{b}", inline=False), formula_size(r"\frac{a}{b}", inline=True)
    assert displayed.height > inline.height > 0.8
    assert 0 < displayed.depth < displayed.height


@pytest.mark.parametrize("tex", [r"\frac{a}", "{", r"\left( x", ""])
def test_broken_formulas_are_a_fault(tex: str) -> None:
    """What can't be read is said, not drawn."""
    found = formula_size(tex, inline=False)
    assert found.fault
    assert found.width == 0


def test_the_picture_has_size_and_colour() -> None:
    """The SVG is drawn in the slide's text colour."""
    svg = formula_svg("x^2", 28, "#10233B", inline=False)
    assert svg.startswith("<svg")
    assert "#10233B" in svg
