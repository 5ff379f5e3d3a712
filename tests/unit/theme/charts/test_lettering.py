"""The labels of charts: how numbers are written, and how wide words are."""

from __future__ import annotations

import pytest

from quarterdeck.model.content import Chart, Series
from quarterdeck.theme.charts.lettering import (
    Lettering,
    category_places,
    category_scale,
    label_format,
    number_format,
    value_scale,
)
from quarterdeck.theme.measure.fonts import Face

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


def test_whole_values_stand_alone_without_decimals() -> None:
    """42 s beside 1.2 s, as anyone would write it; thousands keep their commas."""
    format_ = label_format((42.0, 1.2, 0.0), "s")
    assert [format_.text(value) for value in (42.0, 1.2, 0.0)] == ["42\u00a0s", "1.2\u00a0s", "0\u00a0s"]
    assert format_.code.startswith("General")
    assert label_format((1200.0, 1.5), "").text(1200.0) == "1,200.0"


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


SERIES = (Series("VMs", (3.0, None, -2.0)), Series("Containers", (7.0, 9.0, 1.0)))
YEARS = ("2024", "2025", "2026")


def test_scale_covers_all_values_and_zero() -> None:
    """Bars begin at zero, and the highest value is within the frame."""
    scale = value_scale(Chart("column", YEARS, SERIES))
    assert (scale.low, scale.high) == (-2.5, 10.0)
    assert 0.0 in scale.ticks


def test_stacked_series_add_up() -> None:
    """The scale of a stacked chart reaches the sum."""
    assert value_scale(Chart("column", YEARS, SERIES, stacked=True)).high >= 10.0


@pytest.mark.parametrize(
    ("low", "high", "ends"), [(None, 12.0, (-2.4, 12.0)), (-4.0, None, (-4.0, 11.0)), (-10.0, 10.0, (-10.0, 10.0))]
)
def test_the_author_sets_the_ends(low: float | None, high: float | None, ends: tuple[float, float]) -> None:
    """``min`` and ``max`` are the ends of the axis, exactly; what isn't given follows the values."""
    scale = value_scale(Chart("column", YEARS, SERIES, low=low, high=high))
    assert scale.low == ends[0] if low is not None else scale.low <= -2.0
    assert scale.high == ends[1] if high is not None else scale.high >= 9.0
    assert scale.ticks[0] == scale.low
    assert scale.ticks[-1] <= scale.high + 1e-9


def test_a_given_end_leaves_no_broken_interval() -> None:
    """From 0 to 100 the grid lines are round and evenly spaced, the last of them at 100."""
    scale = value_scale(Chart("line", ("a",), (Series("s", (87.0,)),), low=0.0, high=100.0))
    assert scale.ticks[-1] == 100.0


def test_labels_above_get_headroom() -> None:
    """A value with its label over it stays below the upper edge."""
    chart = Chart("column", ("a",), (Series("s", (100.0,)),), labels="value")
    assert value_scale(chart).high > 100.0


@pytest.mark.parametrize("values", [(0.0, 0.0), (5.0, 5.0), (-3.0,), (1e-9,), (5e-324,), (1e12, -1e12)])
def test_any_values_give_a_scale(values: tuple[float, ...]) -> None:
    """Equal, tiny and huge values have an axis with at least one interval."""
    scale = value_scale(Chart("line", tuple("abcdef"[: len(values)]), (Series("s", values),)))
    assert scale.low < scale.high
    assert 2 <= len(scale.ticks) < 20


def test_places_of_a_scatter_chart_are_numbers() -> None:
    """Categories that are numbers are places along the axis; else they are counted."""
    assert category_places(Chart("scatter", ("0", "1", "1,000"), ())) == [0.0, 1.0, 1000.0]
    assert category_places(Chart("scatter", ("a", "1"), ())) == [1.0, 2.0]
    assert category_scale([2.0, 10.0]).low == 2.0


@pytest.mark.parametrize(
    ("value", "unit", "text", "code"),
    [
        (1234.0, "", "1,234", "#,##0"),
        (2.5, "ms", "2.5\u00a0ms", '#,##0.0"\u00a0ms"'),
        (0.1 + 0.2, "%", "0.3%", '#,##0.0"%"'),
        (20.0, "$", "$20", '"$"#,##0'),
        (20.0, "# €", "20 €", '#,##0" €"'),
        (-0.0, "", "0", "#,##0"),
        (5.0, '"', '5\u00a0"', '#,##0"\u00a0"\\"""'),
    ],
)
def test_numbers_have_their_unit_in_both_outputs(value: float, unit: str, text: str, code: str) -> None:
    """No rounding noise, no trailing point, and the unit where readers expect it."""
    made = number_format([value], unit)
    assert made.text(value) == text
    assert made.code == code
