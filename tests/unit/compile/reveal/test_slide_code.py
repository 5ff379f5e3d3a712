"""Code panels."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.compile.html.pictures import DrawingContext, PictureSources
from quarterdeck.compile.reveal.slide import draw_code
from quarterdeck.model.content import LineSet
from quarterdeck.model.deck import Deck
from quarterdeck.model.placed import CodeToken, PlacedCode
from quarterdeck.model.theme import Box
from quarterdeck.theme.file import load_theme

CODE = PlacedCode(
    box=Box(0, 0, 400, 100),
    lines=(
        (CodeToken("if", "#aa0000", bold=True), CodeToken(" a < b:", "#000000")),
        (),
        (CodeToken("end", "#000000"),),
    ),
    size=16.0,
    line_height=20.0,
    padding=10.0,
    background="#eeeeee",
    color="#000000",
    language="python",
    highlight_color="#ffff00",
)


@pytest.fixture(scope="module")
def drawing() -> DrawingContext:
    """An empty deck being drawn."""
    theme = load_theme("harbour", Path())
    return DrawingContext(Deck("d", Path(), "D", ()), theme, {}, PictureSources(), theme.colors)


def test_lines_are_kept_for_copying(drawing: DrawingContext) -> None:
    """Copied code has its line ends, its empty lines and nothing else."""
    drawn = draw_code(CODE, drawing)
    code = re.search(r"<code>(.*)</code>", drawn, flags=re.DOTALL)
    assert code is not None
    assert re.sub(r"<[^>]*>", "", code[1]) == "if a &lt; b:\n\nend"


def test_tabs_are_copied(drawing: DrawingContext) -> None:
    """A tab stays a tab; its stops are where the panel has them."""
    html = draw_code(replace(CODE, lines=((CodeToken("\techo", "#000000"),),), tab=38.5), drawing)
    assert ">\techo</span>" in html
    assert "tab-size:38.5px" in html
    assert "tab-size" not in draw_code(CODE, drawing)


def test_numbers_stand_apart_from_the_code(drawing: DrawingContext) -> None:
    """Line numbers are a column of their own, that is neither copied nor read aloud."""
    drawn = draw_code(replace(CODE, number_width=30.0, first_number=9), drawing)
    assert '<div class="qd-numbers" aria-hidden="true">9\n10\n11</div>' in drawn


def test_each_line_step_has_its_bands_behind_the_code(drawing: DrawingContext) -> None:
    """The first set is there at once; the others come at their fragments, and end with the code."""
    steps = (LineSet(((1, 1),)), LineSet(((2, 2), (3, 9))), LineSet(()))
    drawn = draw_code(replace(CODE, highlights=steps, highlight_fragments=(4, 5)), drawing)
    layers = re.findall(r'class="qd-bands custom([^"]*)"( data-fragment-index="\d")?', drawn)
    assert layers == [("", ""), (" fragment", ' data-fragment-index="4"'), (" fragment", ' data-fragment-index="5"')]
    assert re.findall(r"top:([\d.]+)px;height:(\d+)px;background:#ffff00", drawn) == [
        ("12.72", "20"),
        ("32.72", "20"),
        ("52.72", "20"),
    ]
    assert drawn.index("qd-bands") < drawn.index("<pre")


def test_title_stands_above_the_code(drawing: DrawingContext) -> None:
    """The code and its bands begin below the title."""
    titled = replace(CODE, box=Box(0, 0, 400, 112), title="a<b.py", title_height=32.0)
    drawn = draw_code(replace(titled, highlights=(LineSet(((1, 1),)),)), drawing)
    assert 'class="qd-code-title" style="top:0;' in drawn
    assert ">a&lt;b.py</div>" in drawn
    assert "--title:32px" in drawn
    assert "top:44.72px;height:20px" in drawn


def test_lengths_that_are_summed_have_a_unit(drawing: DrawingContext) -> None:
    """Without numbers and title the code still keeps its distance from the panel's edge."""
    drawn = draw_code(CODE, drawing)
    assert "--numbers:0px" in drawn
    assert "--title:0px" in drawn
