"""Widths of text."""

import pytest
import uharfbuzz

from quarterdeck.theme.measure.fonts import (
    FALLBACK_LETTER,
    FALLBACK_SYMBOL,
    Face,
    font_files,
    space_kerning,
    text_width,
    word_width,
)

ARIMO = Face("Arimo")
COUSINE = Face("Cousine")


def test_widths_are_those_of_the_font() -> None:
    """``hamburg`` in Arial's metrics: the advances in its horizontal metrics table, per 2048 em."""
    advances = [1139, 1139, 1706, 1139, 1139, 682, 1139]
    assert word_width(ARIMO, "hamburg") == pytest.approx(sum(advances) / 2048, abs=0.001)


def test_kerning_counts() -> None:
    """``AV`` is narrower than its letters, as in browsers and in Office."""
    assert word_width(ARIMO, "AV") < word_width(ARIMO, "A") + word_width(ARIMO, "V") - 0.05


def test_kerning_with_spaces_counts() -> None:
    """A line's width includes the kerning on both sides of a space."""
    assert space_kerning(ARIMO, "A") < 0
    separate = word_width(ARIMO, "to") + text_width(ARIMO, " ") + word_width(ARIMO, "A")
    assert text_width(ARIMO, "to A") == pytest.approx(separate + space_kerning(ARIMO, "A"))


def test_a_line_is_the_sum_of_its_words_and_spaces() -> None:
    """Double spaces count twice."""
    space = text_width(COUSINE, " ")
    assert space == pytest.approx(0.6, abs=0.001)
    assert text_width(COUSINE, "a  b") == pytest.approx(4 * space)


def test_bold_is_wider_and_every_subset_is_found() -> None:
    """Greek and Cyrillic letters have widths of their own, not a guess."""
    assert word_width(Face("Arimo", bold=True), "wide") > word_width(ARIMO, "wide")
    for word in ("Ωμέγα", "Привет", "Łódź"):
        assert word_width(COUSINE, word) == pytest.approx(0.6 * len(word), abs=0.01)


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("漢字", 2 * FALLBACK_SYMBOL),
        ("🐳", FALLBACK_SYMBOL),
        ("שלום", 4 * FALLBACK_LETTER),
        ("☑\ufe0f", FALLBACK_SYMBOL),
    ],
)
def test_characters_without_a_font_are_taken_to_be_wide(text: str, width: float) -> None:
    """Text in other scripts is measured by a stated rule, so that it doesn't overflow."""
    assert word_width(ARIMO, text) == pytest.approx(width)


@pytest.mark.parametrize("text", ["AVATAR Type", "To You", " A", "A ", "Type WAVE To A"])
def test_measuring_word_by_word_gives_what_shaping_the_line_gives(text: str) -> None:
    """The cached words and the kerning with spaces add up to HarfBuzz's own result for the whole."""
    file = next(f for f in font_files() if (f.family, f.subset, f.weight, f.style) == ("Arimo", "latin", 400, "normal"))
    face = uharfbuzz.Face(uharfbuzz.Blob(file.read_ttf()))
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(uharfbuzz.Font(face), buffer, {"kern": True})
    whole = sum(glyph.x_advance for glyph in buffer.glyph_positions) / face.upem
    assert text_width(ARIMO, text) == pytest.approx(whole)
