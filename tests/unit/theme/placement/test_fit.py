"""Shrinking, and saying by how much something doesn't fit."""

import pytest
from msgspec.structs import replace

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import Code, Column, Row, Run, Table
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.model.placed import PlacedCode, PlacedText
from quarterdeck.theme.measure.fonts import Face, word_width
from quarterdeck.theme.placement.fit import shrink_steps
from support.placed_decks import HARBOUR, SENTENCE, bullets, elements, paragraph, placed, slide

BODY = HARBOUR.styles["body"]


def body_sizes(made: Slide) -> set[float]:
    """The sizes of the text below the title; the slide must fit."""
    result = placed(made)
    assert result.diagnostics == ()
    texts = (t for t in elements(result.slides[0], PlacedText) if t.role != "title")
    return {paragraph.size for text in texts for paragraph in text.paragraphs}


FIVE = tuple("a line that is long enough" for _ in range(5))


def test_text_that_fills_its_slide_keeps_its_size() -> None:
    """Type is neither shrunk nor enlarged without need."""
    assert body_sizes(slide(bullets(*FIVE, *FIVE[:2]))) == {BODY.size}


def test_short_text_grows_within_the_bounds() -> None:
    """A few words are set larger, and further apart, than a page of them; with `fit: error` they aren't."""
    assert body_sizes(slide(paragraph("Short"))) == {BODY.size * (1 + BODY.growth)}
    assert body_sizes(slide(bullets(*FIVE))) == {BODY.size * (1 + BODY.growth / 2)}
    assert body_sizes(slide(paragraph("Short"), fit="error")) == {BODY.size}


def test_type_grows_only_while_no_line_breaks_for_it() -> None:
    """An item that stands on one line stays on one line."""
    long = next(
        SENTENCE[:n] for n in range(len(SENTENCE), 0, -1) if len(body_lines(slide(paragraph(SENTENCE[:n])))) < 2
    )
    assert body_sizes(slide(paragraph(long))) == {BODY.size}


def test_columns_grow_together() -> None:
    """Two columns have type of one size, however little is in one of them; a picture follows the words beside it."""
    made = Slide("s", Layout.TWO_COLUMNS, (), {"left": (bullets(*FIVE, *FIVE[:2]),), "right": (bullets("short"),)})
    assert body_sizes(made) == {HARBOUR.styles["column-body"].size}


def test_the_parts_of_a_split_slide_are_set_alike() -> None:
    """The last one, which holds little, in no larger type than those before it."""
    result = placed(slide(bullets(*FIVE * 3), fit="split"))
    assert len(result.slides) > 1
    sizes = {
        p.size for made in result.slides for t in elements(made, PlacedText) if t.role == "body" for p in t.paragraphs
    }
    assert sizes == {BODY.size}


def body_lines(made: Slide) -> tuple[str, ...]:
    """The lines of the first paragraph below the title, at the theme's own size."""
    (body,) = (t for t in elements(placed(replace(made, fit="error")).slides[0], PlacedText) if t.role == "body")
    return body.paragraphs[0].lines


def test_long_text_shrinks_by_whole_points_within_the_bounds() -> None:
    """Sizes are whole points, and not under the theme's minimum."""
    (size,) = body_sizes(slide(bullets(*[SENTENCE * 2] * 5)))
    assert BODY.minimum <= size < BODY.size
    assert size * 0.75 == pytest.approx(round(size * 0.75))


def test_a_closing_title_is_set_smaller_so_that_sentences_have_lines_of_their_own() -> None:
    """By some points, and only where that helps: "machine? Then we'll" is no line to end a talk with."""

    def title(text: str) -> tuple[float, tuple[str, ...]]:
        result = placed(Slide("s", Layout.CLOSING, (Run(text),), {}))
        (shown,) = (t for t in elements(result.slides[0], PlacedText) if t.role == "title")
        return shown.paragraphs[0].size, shown.paragraphs[0].lines

    full = HARBOUR.styles["closing-title"].size
    size, lines = title("It works on my machine? Then we'll ship your machine.")
    assert lines[0] == "It works on my machine?"
    assert full * 0.85 <= size < full
    assert title("It works on my machine, so we'll ship my machine.")[0] == full


def test_columns_shrink_together() -> None:
    """Two columns have type of one size, even if only one of them is full."""
    made = Slide("s", Layout.TWO_COLUMNS, (), {"left": (bullets(*[SENTENCE] * 5),), "right": (bullets("short"),)})
    (size,) = body_sizes(made)
    assert size < BODY.size


def test_overflow_says_where_and_by_how_much() -> None:
    """The error stands at the first block that doesn't fit any more."""
    result = placed(slide(*(paragraph(SENTENCE * 2, line=10 + n) for n in range(12))))
    (found,) = result.diagnostics
    assert found.code == "text-overflow"
    assert found.message.startswith("'body' overflows by ")
    assert found.span is not None
    assert 14 <= found.span.line < 22
    assert found.hint is not None
    assert "fit: split" in found.hint
    texts = [t for t in elements(result.slides[0], PlacedText) if t.role == "body"]
    height = sum(p.line_height * len(p.lines) + p.space_before for p in texts[0].paragraphs)
    over = height - HARBOUR.layouts[Layout.CONTENT].slots["body"].box.height
    assert f"by {over:.0f} px" in found.message


def test_overflow_of_code_and_tables_is_at_the_line() -> None:
    """Not at the fence or the table's first line; and where only a panel's padding has no room, at its last line."""
    place = SourceSpan("deck.md", 10)
    code = Code("\n".join("x" * 40), "text", span=place)
    (found,) = placed(slide(code)).diagnostics
    assert found.span is not None
    assert 25 < found.span.line < 40
    (found,) = placed(slide(replace(code, fenced=False))).diagnostics
    assert found.span == place
    rows = tuple(Row(((Run(f"row {n}"),),)) for n in range(30))
    (found,) = placed(slide(Table((Column(),), Row(((Run("Head"),),)), rows, span=place))).diagnostics
    assert found.span is not None
    assert 15 < found.span.line < 40
    (found,) = placed(slide(Code("x\n" + "y" * 150, "text", span=place))).diagnostics
    assert found.span is not None
    assert (found.code, found.span.line) == ("code-overflow", 12)
    wide = Table((Column(),), Row(((Run("Head"),),)), (Row(((Run("y" * 150),),)),), span=place)
    (found,) = placed(slide(wide)).diagnostics
    assert found.span is not None
    assert (found.code, found.span.line) == ("table-overflow", 12)


def test_code_one_line_too_long_is_at_its_last_line() -> None:
    """Where no line is below the slide's edge, but the panel is."""
    lines = []
    for count in range(8, 24):
        code = Code("\n".join(["key: value"] * count), "yaml", span=SourceSpan("deck.md", 10))
        for found in placed(slide(code, fit="error")).diagnostics:
            assert found.span is not None
            lines.append((found.span.line, count))
    assert lines
    assert all(10 < line <= 10 + count for line, count in lines)
    assert (10 + lines[0][1]) == lines[0][0]


def test_overflow_beside_a_terminal_says_what_has_room() -> None:
    """A table above a terminal never fits; the layout that shows it whole does."""
    made = Slide("s", Layout.DEMO, (), {"body": (paragraph(SENTENCE * 9),)}, demo="hello")
    (found,) = placed(made).diagnostics
    assert found.hint is not None
    assert "layout: content" in found.hint


def test_fit_error_shrinks_nothing() -> None:
    """An author who wants full size gets an error instead of smaller type."""
    made = slide(bullets(*[SENTENCE * 2] * 5))
    assert placed(made).diagnostics == ()
    result = placed(replace(made, fit="error"))
    assert [d.code for d in result.diagnostics] == ["text-overflow"]


def test_a_long_title_shrinks_then_is_an_error_at_the_title() -> None:
    """Titles obey their own bounds."""
    result = placed(slide(paragraph("x"), title="A title of two lines " * 5))
    (title,) = (t for t in elements(result.slides[0], PlacedText) if t.role == "title")
    assert HARBOUR.styles["title"].minimum <= title.paragraphs[0].size < HARBOUR.styles["title"].size
    (found,) = placed(slide(paragraph("x"), title="A title without end " * 20)).diagnostics
    assert (found.hint, str(found.span)) == ("shorten it", "deck.md:5:1")


def test_a_word_wider_than_its_box_is_an_error() -> None:
    """It would stick out in both outputs."""
    (found,) = placed(slide(paragraph("x" * 150, line=9))).diagnostics
    assert "px too wide: there are 1120 px for it" in found.message
    assert found.span is not None
    assert found.span.line == 9


def test_a_wide_word_shrinks_first() -> None:
    """A word that fits in smaller type is made smaller."""
    (size,) = body_sizes(slide(paragraph("x" * 90)))
    assert size < BODY.size


def test_code_shrinks_to_its_longest_line() -> None:
    """Long lines make code smaller, and leave the text around it alone."""
    result = placed(slide(paragraph("Look:"), Code("x" * 95, "text"), fit="error"))
    assert result.diagnostics == ()
    (code,) = elements(result.slides[0], PlacedCode)
    assert code.size < HARBOUR.styles["code"].size
    body = next(t for t in elements(result.slides[0], PlacedText) if t.role == "body")
    assert body.paragraphs[0].size == BODY.size


def test_code_too_wide_says_how_many_characters_fit() -> None:
    """The hint is a number an author can use."""
    (found,) = placed(slide(Code("\n".join(["x", "y" * 150]), "text"))).diagnostics
    assert found.message.startswith("line 2 of this code is ")
    assert found.hint == "break the line: 122 characters fit"
    assert placed(slide(Code("y" * 122, "text"))).diagnostics == ()


def test_steps_go_from_full_size_to_every_minimum() -> None:
    """The last step is small enough for each style to be at its minimum."""
    steps = shrink_steps(HARBOUR, "body")
    assert steps[0] == 1
    assert list(steps) == sorted(steps, reverse=True)
    assert all(style.size * steps[-1] <= style.minimum + 4 / 3 for style in HARBOUR.styles.values())


def test_a_word_that_only_just_fits_shrinks() -> None:
    """Renderers differ by a hundredth: a word that fills its box to the last px would be torn in some of them."""
    wide = word_width(Face("Arimo"), "i" * 100) * BODY.size / 100
    (size,) = body_sizes(slide(paragraph("i" * int(1120 / wide))))
    assert size < BODY.size
    assert body_sizes(slide(paragraph("i" * int(1120 / wide * 0.98)))) == {BODY.size}
