"""Line breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.theme.measure.lines import (
    MARGIN,
    MeasuredParagraph,
    Token,
    break_lines,
    break_stably,
    contested,
    opportunities,
)


def cut(text: str, *, loose: bool = True) -> list[str]:
    """The text, cut wherever a line may end."""
    ends = opportunities(text, loose=loose)
    return [text[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("two words", ["two ", "words"]),
        ("two  spaces", ["two  ", "spaces"]),
        ("e-mail", ["e-", "mail"]),
        ("10-20", ["10-", "20"]),
        ("run --detach", ["run ", "--", "detach"]),
        ("what?yes", ["what?", "yes"]),
        ("why? (x)", ["why? ", "(x)"]),
        ("a/b/c:d", ["a/b/c:d"]),
        ("word—word", ["word", "—", "word"]),
        ("1990–2000", ["1990–", "2000"]),
        ("one\ntwo", ["one\n", "two"]),
        ("漢字です。", ["漢", "字", "で", "す。"]),
        ("「引用」", ["「引", "用」"]),
        ("x漢", ["x", "漢"]),
        ("non\u00a0breaking", ["non\u00a0breaking"]),
    ],
)
def test_lines_may_end_where_every_renderer_agrees(text: str, parts: list[str]) -> None:
    """The rules hold, one by one."""
    assert cut(text) == parts


def test_options_can_be_kept_whole() -> None:
    """``--detach`` and ``-it`` aren't torn where there is another way; words with hyphens may be."""
    assert cut("run --detach -it e-mail", loose=False) == ["run ", "--detach ", "-it ", "e-", "mail"]
    assert contested("--rm a/b") == {1, 2, 7}


def test_marks_stay_with_what_is_before_them() -> None:
    """LibreOffice begins no line with ``/``, so neither does anyone else if it can be helped."""
    text = 'in /var of .env "so" (x) a (b)'
    assert cut(text, loose=False) == ["in /var ", "of .env ", '"so" (x) ', "a ", "(b)"]
    assert cut(text) == ["in ", "/var ", "of ", ".env ", '"so" ', "(x) ", "a ", "(b)"]


def test_a_line_takes_what_fits_without_its_last_spaces() -> None:
    """The space at the end of a line hangs over its edge."""
    tokens = [Token("aa ", 2, 1), Token("bb ", 2, 1), Token("c", 1)]
    assert break_lines(tokens, 5).text(tokens) == ("aa bb", "c")
    assert break_lines(tokens, 4.9).text(tokens) == ("aa", "bb c")


def test_forced_breaks_end_lines() -> None:
    """A hard break at the very end leaves an empty line, as renderers do."""
    tokens = [Token("a\n", 1, forced=True), Token("b\n", 1, forced=True)]
    assert break_lines(tokens, 9).text(tokens) == ("a", "b", "")


def test_a_box_is_narrowed_away_from_a_close_call() -> None:
    """A word that nearly fits could jump in another renderer, so the box is made narrower."""
    tokens = [Token("a ", 5, 0.25), Token("b", 4.8)]
    close = MeasuredParagraph(tokens, 10)
    broken = break_stably([close], 100)
    assert broken.texts == (("a", "b"),)
    assert 100 - broken.inset < 10.05 * 10 / (1 + MARGIN)
    assert break_stably([close], 120).inset == 0


def test_no_box_is_narrowed_below_its_longest_word() -> None:
    """A line that can't be settled is better than a word torn in two."""
    close = [Token("a ", 5, 0.25), Token("b", 4.8)]
    long = [Token("a", 9.8)]
    broken = break_stably([MeasuredParagraph(close, 10), MeasuredParagraph(long, 10)], 100)
    assert 100 - broken.inset >= 98 * (1 + MARGIN)
    assert broken.unsettled == 1


def test_all_paragraphs_of_a_box_share_one_width() -> None:
    """PowerPoint has one inset for a whole text box."""
    calm = [Token("a", 1)]
    close = [Token("a ", 5, 0.25), Token("b", 4.8)]
    broken = break_stably([MeasuredParagraph(calm, 10), MeasuredParagraph(close, 10)], 100)
    assert broken.inset > 0
    assert len(broken.texts) == 2


def test_an_option_is_torn_only_if_no_width_avoids_it() -> None:
    """Agreement between the outputs comes first, whole options second."""
    whole = [Token("a ", 5, 0.25), Token("--long", 6, contested=1)]
    loose = [Token("a ", 5, 0.25), Token("--", 1), Token("long", 5)]
    assert break_stably([MeasuredParagraph(whole, 10, loosen=lambda: loose)], 100).texts == (("a --", "long"),)
    tight = [Token("a ", 9, 0.25), Token("--long", 6, contested=1)]
    assert break_stably([MeasuredParagraph(tight, 10, loosen=lambda: loose)], 100).texts == (("a", "--long"),)


@given(
    st.lists(st.tuples(st.floats(0.2, 6), st.floats(0, 0.5)), min_size=1, max_size=60),
    st.floats(8, 60),
)
def test_settled_lines_stay_the_same_within_the_margin(parts: list[tuple[float, float]], room: float) -> None:
    """Whatever the text: if the breaks are called settled, 1.2 % wider or narrower type doesn't move them."""
    tokens = [Token(f"{index} ", width, space) for index, (width, space) in enumerate(parts)]
    broken = break_stably([MeasuredParagraph(tokens, 20)], room * 20)
    if broken.unsettled:
        return
    width = room * 20 - broken.inset
    for scale in (1 - MARGIN + 0.0005, 1.0, 1 + MARGIN - 0.0005):
        scaled = [Token(t.text, t.width * scale, t.space * scale) for t in tokens]
        assert break_lines(scaled, width / 20).text(scaled) == broken.texts[0]


@given(st.text(max_size=80))
def test_any_text_is_cut_without_loss(text: str) -> None:
    """No character gets lost between two lines."""
    if text:
        assert "".join(cut(text)) == text
        assert "".join(cut(text, loose=False)) == text
