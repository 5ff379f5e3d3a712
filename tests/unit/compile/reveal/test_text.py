"""Text boxes."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.compile.html.pictures import DrawingContext, PictureSources
from quarterdeck.compile.reveal.text import draw_paragraph, draw_table, draw_text, nested_lists
from quarterdeck.model.content import Align, LineBreak, Run, SlideLink, WebLink
from quarterdeck.model.deck import Deck
from quarterdeck.model.placed import Bullet, PlacedCell, PlacedParagraph, PlacedTable, PlacedText
from quarterdeck.model.theme import Box, FontFamily
from quarterdeck.theme.file import load_theme


@pytest.fixture(scope="module")
def drawing() -> DrawingContext:
    """An empty deck being drawn."""
    theme = load_theme("harbour", Path())
    return DrawingContext(Deck("d", Path(), "D", ()), theme, {}, PictureSources(), theme.colors)


def paragraph(*inlines: Run | LineBreak, **changes: object) -> PlacedParagraph:
    """A paragraph of 24 px."""
    return PlacedParagraph(inlines, 24.0, 32.0, "#123456", **changes)  # type: ignore[arg-type]


def test_paragraph_has_its_measured_size_and_place(drawing: DrawingContext) -> None:
    """The writer takes sizes as they were measured, and moves the baseline to where Office has it."""
    drawn = draw_paragraph(paragraph(Run("Hi"), align=Align.CENTER, space_before=8.0), drawing)
    assert "font-size:24px;line-height:32px;top:calc(16px - 0.5465em);color:#123456" in drawn
    assert "text-align:center" in drawn
    assert "margin-top:8px" in drawn


def test_capitals_are_a_look(drawing: DrawingContext) -> None:
    """The page shows capitals, but what is copied or read aloud is as it was written; code keeps its letters."""
    drawn = draw_paragraph(paragraph(Run("Hi "), Run("ls", code=True), uppercase=True), drawing)
    assert ";text-transform:uppercase" in drawn
    assert ">Hi <code" in drawn
    assert 'text-transform:none">ls</code>' in drawn
    assert "text-transform" not in draw_paragraph(paragraph(Run("Hi "), Run("ls", code=True)), drawing)


def test_text_is_escaped(drawing: DrawingContext) -> None:
    """What looks like markup in a deck is shown as it was written."""
    assert "&lt;b&gt; &amp; c" in draw_paragraph(paragraph(Run("<b> & c")), drawing)


@pytest.mark.parametrize(
    ("run", "expected"),
    [
        (Run("x", bold=True), "<strong>x</strong>"),
        (Run("x", italic=True), "<em>x</em>"),
        (Run("x", code=True), ">x</code>"),
        (Run("x", strike=True), "<s>x</s>"),
        (Run("x", superscript=True), ">x</sup>"),
        (Run("x", subscript=True), ">x</sub>"),
        (Run("x", link=SlideLink("a&b")), '<a href="#/a&amp;b"'),
        (
            Run("x", link=WebLink("https://e.org/?a&b")),
            '<a href="https://e.org/?a&amp;b" target="_blank" rel="noopener',
        ),
    ],
)
def test_runs_have_their_elements(drawing: DrawingContext, run: Run, expected: str) -> None:
    """Emphasis, code and links mean the same to a screen reader as to the eye."""
    assert expected in draw_paragraph(paragraph(run), drawing)


def test_code_in_running_text_is_tinted(drawing: DrawingContext) -> None:
    """With the colour of panels; in headings it isn't, where it would shout."""
    tinted = f'<code style="background:{drawing.colors["surface"]}">'
    assert tinted in draw_paragraph(paragraph(Run("x", code=True)), drawing)
    assert "<code>x</code>" in draw_paragraph(paragraph(Run("x", code=True), font="heading"), drawing)


def test_code_beside_calibri_is_smaller_and_its_line_as_high(drawing: DrawingContext) -> None:
    """As it was measured; without a line height of its own it would move the lines below."""
    theme = replace(drawing.theme, body=FontFamily("Calibri", "Carlito"))
    drawn = draw_paragraph(paragraph(Run("x", code=True)), replace(drawing, theme=theme))
    assert "font-size:90%;line-height:0" in drawn


def test_class_gives_the_slides_own_colour(drawing: DrawingContext) -> None:
    """``[x]{.accent}`` has the accent that holds on this slide."""
    assert f"color:{drawing.colors['accent']}" in draw_paragraph(paragraph(Run("x", classes=("accent",))), drawing)


def test_fragment_has_its_place_in_the_order(drawing: DrawingContext) -> None:
    """reveal.js shows it in the deck's order, not in that of the elements."""
    assert 'class="qd-p fragment" data-fragment-index="3"' in draw_paragraph(paragraph(Run("x"), fragment=3), drawing)


def test_right_to_left_text_says_so(drawing: DrawingContext) -> None:
    """Hebrew is laid out from the right, its indentation too."""
    drawn = draw_paragraph(paragraph(Run("שלום"), rtl=True, indent=20.0), drawing)
    assert 'dir="rtl"' in drawn
    assert "padding-inline-start:20px" in drawn


def test_title_is_a_heading(drawing: DrawingContext) -> None:
    """A screen reader's list of headings is the list of slides."""
    drawn = draw_text(PlacedText(Box(0, 0, 10, 10), (paragraph(Run("T")),), role="title"), drawing)
    assert "<h2 " in drawn


def test_terms_and_meanings_make_a_definition_list(drawing: DrawingContext) -> None:
    """Both stand in one ``dl``."""
    parts = (paragraph(Run("T"), tag="dt"), paragraph(Run("M"), tag="dd", indent=20.0), paragraph(Run("after")))
    drawn = draw_text(PlacedText(Box(0, 0, 10, 10), parts), drawing)
    assert drawn.count("<dl>") == drawn.count("</dl>") == 1
    assert drawn.index("<dt") < drawn.index("<dd") < drawn.index("</dl>") < drawn.index("after")


def test_box_is_narrowed_so_that_lines_break_as_measured(drawing: DrawingContext) -> None:
    """The inset is inside the box, which keeps its place."""
    drawn = draw_text(PlacedText(Box(1, 2, 300, 40), (paragraph(Run("x")),), "bottom", inset_right=12.5), drawing)
    assert "left:1px;top:2px;width:300px;height:40px;justify-content:flex-end;padding-right:12.5px" in drawn


DASH = Bullet("–", "#000000")


def item(level: int, bullet: Bullet | None = DASH, indent: float = 20.0) -> PlacedParagraph:
    """An item, or without a bullet a paragraph in one."""
    return PlacedParagraph((), 20.0, 28.0, "#000000", level=level, bullet=bullet, indent=indent)


def number(n: int) -> Bullet:
    """A numbered item's mark."""
    return Bullet(f"{n}.", "#000000", n)


def test_an_empty_item_is_as_high_as_measured(drawing: DrawingContext) -> None:
    """Its bullet alone would take no line."""
    assert draw_paragraph(item(0), drawing).endswith("–</span><br></p>")
    assert "<br>" not in draw_paragraph(item(0, None), drawing)


def test_a_smaller_bullet_stands_on_the_line_of_its_text(drawing: DrawingContext) -> None:
    """Its size is that of a span within the place of the bullet, whose own type is as large as the text's."""
    small = draw_paragraph(item(0, Bullet("●", "#000000", scale=0.45)), drawing)
    assert '<span style="font-size:9px">●</span></span>' in small


UL = '<ul role="list">'
OL = '<ol role="list">'
paren = Bullet("1)", "#000000", 1)


@pytest.mark.parametrize(
    ("paragraphs", "expected"),
    [
        ([item(0), item(0)], f"{UL}<li>0</li><li>1</li></ul>"),
        ([item(0), item(1), item(0)], f"{UL}<li>0{UL}<li>1</li></ul></li><li>2</li></ul>"),
        ([item(0), item(0, None), item(0)], f"{UL}<li>01</li><li>2</li></ul>"),
        ([item(0), item(0, None, indent=0.0)], f"{UL}<li>0</li></ul>1"),
        ([item(0), item(0, number(1))], f'{UL}<li>0</li></ul><ol role="list"><li>1</li></ol>'),
        ([item(0, number(1)), item(0, paren)], f"{OL}<li>0</li></ol>{OL}<li>1</li></ol>"),
        ([item(0, number(7))], '<ol role="list" start="7"><li>0</li></ol>'),
        ([item(2)], f"{UL}<li>{UL}<li>{UL}<li>0</li></ul></li></ul></li></ul>"),
        ([item(0), item(2), item(1)], f"{UL}<li>0{UL}<li>{UL}<li>1</li></ul></li><li>2</li></ul></li></ul>"),
        ([item(0, None, indent=0.0)], "0"),
    ],
)
def test_lists_nest_as_written(paragraphs: list[PlacedParagraph], expected: str) -> None:
    """Screen readers count the items of each list, and say how deep they are."""
    assert "".join(nested_lists((p, str(index)) for index, p in enumerate(paragraphs))) == expected


def test_terms_are_the_headers_of_their_rows(drawing: DrawingContext) -> None:
    """A list of terms in two columns has no row of headers; a table has one."""
    cells = tuple(PlacedCell(paragraph(Run(word), tag=tag)) for word, tag in (("Port", "th"), ("left", "td")))
    terms = PlacedTable(Box(0, 0, 90, 40), (30, 60), (40,), (cells,), (None,), (8, 4), None, "#DAD1C1")
    drawn = draw_table(terms, drawing)
    assert drawn.count('<th scope="row">') == drawn.count("<td>") == 1
    assert "<thead>" not in drawn
    assert '<thead><tr style="height:40px"><th scope="col"' in draw_table(
        replace(terms, header_rule="#F2694C"), drawing
    )
