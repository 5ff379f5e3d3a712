"""Formulas as PowerPoint has them."""

from __future__ import annotations

import pytest
from lxml import etree

from quarterdeck.compile.pptx.elements.omml import office_math, tex_of
from quarterdeck.model.content import Math
from support.ooxml_lint import MC, A
from support.pptx_deck import first_slide, opened, slide

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"


def test_displayed_formulas_are_editable_with_a_picture_beside() -> None:
    """PowerPoint gets the formula, other programs its picture."""
    root = first_slide(Math(r"\frac{a}{b}"))
    assert root.find(f".//{MC}Choice//{M}f") is not None
    assert root.find(f".//{MC}Fallback//{A}blip") is not None


@pytest.mark.parametrize(
    ("tex", "element"),
    [
        (r"\frac{a}{b}", "f"),
        (r"\sqrt{x}", "rad"),
        (r"\sqrt[3]{x}", "rad"),
        ("x^2", "sSup"),
        ("x_i", "sSub"),
        ("x_i^2", "sSubSup"),
        (r"\sum_{i=0}^n x_i", "nary"),
        (r"\int_0^1 f", "nary"),
        (r"\hat{x}", "acc"),
        (r"\overline{ab}", "bar"),
        (r"\underbrace{ab}_n", "groupChr"),
        (r"\left(\begin{matrix}1&2\\3&4\end{matrix}\right)", "d"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "m"),
        (r"\lim_{n\to\infty} a_n", "limLow"),
        (r"\binom{n}{k}", "f"),
        (r"\begin{cases} 1 & x>0 \\ 0 & x\le 0 \end{cases}", "d"),
    ],
)
def test_constructs_of_tex(tex: str, element: str) -> None:
    """Fractions, roots, scripts, sums, accents, brackets and matrices are what they are in PowerPoint."""
    root = opened(slide(Math(tex))).xml("ppt/slides/slide1.xml")
    assert root.find(f".//{M}{element}") is not None


def test_sums_hold_what_they_sum() -> None:
    """The operand of a sum ends at the relation after it."""
    formula = office_math(r"\sum_{i=0}^n x_i = 1", "")
    assert formula.index("</m:nary>") < formula.rindex(">=<")


@pytest.mark.parametrize(
    "tex",
    [
        r"\frac{a}{b}",
        r"\sqrt[3]{x}",
        "x_i^2",
        r"\sum_{i=0}^n x_i",
        r"\int_0^1 f",
        r"\hat{x}",
        r"\overline{ab}",
        r"\underbrace{ab}_n",
        r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
        r"\lim_{n\to\infty} a_n",
        r"\binom{n}{k}",
        r"\begin{cases} 1 & x>0 \\ 0 & x\le 0 \end{cases}",
        r"\text{for all } x \in \mathbb{R}",
        r"\sin x + \log_2 n",
        r"50\,\%",
    ],
)
def test_the_way_back(tex: str) -> None:
    """The TeX that is made of a formula in PowerPoint gives the same formula."""
    math = office_math(tex, "")
    assert office_math(tex_of(etree.fromstring(math)), "") == math
