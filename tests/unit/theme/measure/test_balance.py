"""The lines of titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.content import Run
from quarterdeck.theme.measure.balance import break_evenly, pauses
from quarterdeck.theme.measure.fonts import Face
from quarterdeck.theme.measure.lines import Broken, MeasuredParagraph, Token, break_stably
from quarterdeck.theme.measure.runs import Typefaces, broken_at, measured_paragraph

FACES = Typefaces(Face("Arimo", bold=True), Face("Cousine", bold=True), -0.03)


def title(text: str, size: float = 80) -> list[MeasuredParagraph]:
    """A title in large type."""
    return [measured_paragraph((Run(text),), FACES, size)]


def lines(text: str, width: float) -> tuple[str, ...]:
    """Its lines in a box of so many px."""
    return break_evenly(title(text), width).texts[0]


def test_lines_of_a_title_are_as_long_as_each_other() -> None:
    """No word stands alone on the last line, where a narrower box has as many lines."""
    words = [Token(f"{word} ", 2, 0.25) for word in "abcde"]
    box = [MeasuredParagraph(words, 10)]
    assert break_stably(box, 95).texts == (("a b c d", "e"),)
    even = break_evenly(box, 95)
    assert even.texts == (("a b c", "d e"),)
    assert break_stably(box, 95 - even.inset).texts == even.texts
    assert break_evenly(box, 200).inset == 0


@pytest.mark.parametrize(
    ("text", "width", "wanted"),
    [
        (
            "It works on my machine? Then we'll ship your machine.",
            1000,
            ("It works on my machine?", "Then we'll ship", "your machine."),
        ),
        ("Build, ship, run: one image for every machine", 1100, ("Build, ship, run:", "one image for every machine")),
        ("A virtual machine brings a system, a container a program", 1400, None),
        ("Docker, from racks to containers", 600, ("Docker,", "from racks", "to containers")),
        ("Containers share one kernel", 700, ("Containers", "share one kernel")),
    ],
)
def test_lines_end_where_one_would_pause(text: str, width: float, wanted: tuple[str, ...] | None) -> None:
    """A sentence that begins at the end of a line is read with the one before it."""
    wanted = wanted or ("A virtual machine brings a system,", "a container a program")
    assert lines(text, width) == wanted


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("Why? Because it runs the same bytes everywhere you take it", 1100),
        ("In 2013, everything changed for the people who run servers", 1100),
    ],
)
def test_lines_do_not_get_ragged_for_a_pause(text: str, width: float) -> None:
    """Two short words over a long line look like a mistake."""
    broken = break_evenly(title(text), width)
    assert broken.breaks == ()
    longest = max(broken.texts[0], key=len)
    assert all(len(line) > len(longest) / 2 for line in broken.texts[0])


def test_a_sentence_that_ends_within_a_line_is_counted() -> None:
    """Slightly smaller type may give it a line of its own."""
    text = "It works on my machine? Then we'll ship your machine."
    assert break_evenly(title(text), 800).torn == 1
    assert break_evenly(title(text), 1000).torn == 0
    assert break_evenly(title(text), 3000).torn == 0


def test_a_hard_break_stays_the_only_one() -> None:
    """Whoever breaks lines by hand wants them so."""
    tokens = [Token("a, ", 3, 0.25), Token("b\n", 3, forced=True), Token("c", 6)]
    broken = break_evenly([MeasuredParagraph(tokens, 10)], 200)
    assert broken.texts == (("a, b", "c"),)
    assert broken.breaks == ()


@pytest.mark.parametrize(
    ("text", "worth"),
    [
        ("One. Two", [0.6, 0]),
        ("see e.g. two", [0, 0, 0]),
        ("Why? then", [0.3, 0]),
        ("a; b", [0.3, 0]),
        ("a, b", [0.22, 0]),
        ("(one), two", [0.22, 0]),
        ("“One.” Two", [0.6, 0]),
        ("one – two", [0, 0.3, 0]),
        ("well-known", [0, 0]),
        ("終。始", [0.6, 0]),
    ],
)
def test_pauses_are_where_marks_say_so(text: str, worth: list[float]) -> None:
    """An abbreviation or a hyphen is no pause."""
    assert list(pauses(title(text)[0].tokens)) == worth


@given(
    st.lists(
        st.tuples(st.floats(0.2, 6), st.floats(0, 0.5), st.sampled_from(["", "", "", ",", ".", ":"])),
        min_size=1,
        max_size=60,
    ),
    st.floats(8, 60),
)
def test_even_lines_are_never_more(parts: list[tuple[float, float, str]], room: float) -> None:
    """Whatever the title: its box would be too low for another line, and its lines keep within the box."""
    tokens = [Token(f"{index}{mark} ", width, space) for index, (width, space, mark) in enumerate(parts)]
    column = [MeasuredParagraph(tokens, 20)]
    usual, even = break_stably(column, room * 20), break_evenly(column, room * 20)
    assert len(even.texts[0]) == len(usual.texts[0])
    assert even.unsettled <= usual.unsettled
    assert even.inset >= 0
    assert " ".join(even.texts[0]) == " ".join(usual.texts[0])
    _holds(even, column, room * 20)


def _holds(even: Broken, column: list[MeasuredParagraph], width: float) -> None:
    """Renderers, which know only the width and the line breaks, end lines there."""
    places = even.breaks[0] if even.breaks else ()
    reach = 0
    broken = []
    for token in column[0].tokens:
        reach += len(token.text)
        broken.append(Token(token.text, token.width, token.space, reach in places))
    again = break_stably([MeasuredParagraph(broken, 20)], width - even.inset)
    assert again.texts == even.texts


def test_a_line_break_is_put_where_letters_are_counted() -> None:
    """Code and capitals keep their place; the words stay apart for who reads the text alone."""
    broken = broken_at((Run("Straße, "), Run("bold, x", bold=True)), (9, 15), uppercase=True)
    assert [getattr(part, "text", "|") for part in broken] == ["Straße, ", "|", "bold, ", "|", "x"]
    assert broken_at((Run("a"),), ()) == (Run("a"),)
