"""The labels of charts: how numbers are written, and how wide words are."""

from __future__ import annotations

import pytest

from quarterdeck.theme.charts.lettering import Lettering, number_format
from quarterdeck.theme.measure.widths import Face

TYPE = Lettering(Face("Arimo"), 20.0, 28.0)


@pytest.mark.parametrize(
    ("values", "unit", "written"),
    [
        ((1.0, 2.5), "", ["1.0", "2.5"]),
        ((10.0,), "%", ["10%"]),
        ((10.0,), "$", ["$10"]),
        ((10.0,), "# €", ["10 €"]),
        ((10.0,), "MB", ["10\u00a0MB"]),
        ((0.12345,), "", ["0.123"]),
        ((), "", []),
    ],
)
def test_numbers_are_written_alike_with_their_unit(values: tuple[float, ...], unit: str, written: list[str]) -> None:
    """As many decimals as one of them needs, three at most; the unit where readers expect it."""
    format_ = number_format(values, unit)
    assert [format_.text(value) for value in values] == written


def test_words_are_wrapped_to_their_room() -> None:
    """No line is wider, and no word is lost."""
    words = "a label of several words"
    lines = TYPE.wrapped(words, 80.0)
    assert len(lines) > 1
    assert " ".join(line.strip() for line in lines) == words
    assert max(map(TYPE.width, lines)) <= 80.0
    assert TYPE.wrapped("", 80.0) == ("",)


def test_the_longest_word_bounds_a_column() -> None:
    """Narrower, it would have to break."""
    assert TYPE.longest_word("a longest b") == pytest.approx(TYPE.width("longest"))


def test_titles_are_bold_and_larger() -> None:
    """In the same face."""
    assert (TYPE.title.size, TYPE.title.face.bold, TYPE.title.face.family) == (28.0, True, "Arimo")
    assert TYPE.title.line_height > TYPE.line_height
