"""Formulas."""

import time

import pytest

from quarterdeck.theme.measure.formulas import formula_size, formula_svg, formula_tree


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


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\frac{a}", "an argument is missing"),
        ("{", "it ends too early"),
        ("a & b", "a character isn't allowed there, such as '&' outside a table"),
        (r"\left( x", "extra left or missing right"),
    ],
)
def test_faults_are_told_in_words(tex: str, reason: str) -> None:
    """An author reads what is wrong, not the name of a class."""
    assert formula_size(tex, inline=True).fault == reason


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{aligned} a &= b \\ c &= d \end{aligned}",
        r"\begin{aligned}[t] a &= b \\ c &= d \end{aligned}",
        r"\begin{alignedat}{2} a &= b \\ c &= d \end{alignedat}",
        r"\begin{alignat*}{2} a &= b \\ c &= d \end{alignat*}",
        r"\begin{eqnarray} a &=& b \\ c &=& d \end{eqnarray}",
    ],
)
def test_lines_of_equations_are_a_table_in_both_outputs(tex: str) -> None:
    """What is drawn for the HTML can be read for PowerPoint too: two rows, the bracket of none left over."""
    one = formula_size("a = b", inline=False)
    both = formula_size(tex, inline=False)
    assert both.fault is None
    assert both.height > 1.8 * one.height
    tree = formula_tree(tex)
    assert [element.tag.rpartition("}")[2] for element in tree.iter()].count("mtr") == 2
    assert "".join(tree.itertext()).split() == ["a=bc=d"]


def test_the_picture_has_size_and_colour() -> None:
    """The SVG is drawn in the slide's text colour."""
    svg = formula_svg("x^2", 28, "#10233B", inline=False)
    assert svg.startswith("<svg")
    assert "#10233B" in svg


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{1}{" * 30 + "x" + "}" * 30,
        r"\frac{1}{" * 300 + "x" + "}" * 300,
        r"\sqrt{" * 500 + "x" + "}" * 500,
        "x^{" * 40 + "x" + "}" * 40,
        r"\left(" * 40 + "x" + r"\right)" * 40,
        "+".join(["x"] * 2400),
        "x" * 200_000,
        r"\newcommand{\a}{\a\a}\a",
    ],
    ids=lambda tex: tex[:8],
)
def test_what_would_take_too_long_is_a_fault(tex: str) -> None:
    """Before it is drawn: thirty fractions within each other would take a day."""
    began = time.process_time()
    fault = formula_size(tex, inline=False).fault or ""
    assert any(words in fault for words in ("too deeply", "too long", "characters"))
    assert time.process_time() - began < 5


def test_long_formulas_of_real_talks_are_drawn() -> None:
    """A continued fraction, a large matrix, a row of many terms."""
    matrix = r"\begin{pmatrix}" + r"\\".join(["&".join(["a"] * 12)] * 12) + r"\end{pmatrix}"
    for tex in (r"1+\cfrac{1}{" * 6 + "x" + "}" * 6, matrix, "+".join(["x_{1}^{2}"] * 40)):
        assert formula_size(tex, inline=False).fault is None
