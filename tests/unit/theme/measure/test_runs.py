"""Runs of text."""

import pytest
from msgspec.structs import replace

from quarterdeck.model.content import InlineMath, LineBreak, Run, WebLink
from quarterdeck.model.theme import FontFamily
from quarterdeck.theme.measure.fonts import Face, text_width, x_height
from quarterdeck.theme.measure.formulas import formula_size
from quarterdeck.theme.measure.runs import SCRIPT_FACTOR, code_factor, one_line, run_look, tokens, typefaces, widest
from support.placed_decks import HARBOUR

BODY = typefaces(HARBOUR, "body", bold=False, italic=False)


def test_a_word_of_several_runs_is_not_torn() -> None:
    """``docker``, bold and followed by a comma, stays on a line with it."""
    parts = tokens((Run("use "), Run("docker", bold=True), Run(", now")), BODY)
    assert [part.text for part in parts] == ["use ", "docker, ", "now"]
    assert parts[1].width == pytest.approx(
        text_width(Face("Arimo", bold=True), "docker") + text_width(Face("Arimo"), ",")
    )


def test_the_whole_is_as_wide_as_its_parts() -> None:
    """Cutting text into parts changes nothing about its width, kerning with spaces included."""
    text = "AVATAR Type WAVE To YouTube A quick Test"
    assert one_line(tokens((Run(text),), BODY)) == pytest.approx(text_width(Face("Arimo"), text))


def test_code_is_measured_in_the_mono_face() -> None:
    """Inline code takes 0.6 em a character."""
    assert one_line(tokens((Run("docker ps", code=True),), BODY)) == pytest.approx(9 * 0.6, abs=0.01)


CALIBRI = replace(HARBOUR, heading=FontFamily("Calibri", "Carlito"), body=FontFamily("Calibri", "Carlito"))


def test_inline_code_is_as_high_as_the_text_around_it() -> None:
    """Courier New's small letters are as high as Arial's, and higher than Calibri's: beside these it is set smaller."""
    assert [round(x_height(family), 3) for family in ("Arimo", "Cousine", "Carlito")] == [0.528, 0.528, 0.478]
    assert [code_factor(theme, font) for theme in (HARBOUR, CALIBRI) for font in ("body", "mono")] == [1, 1, 0.9, 1]
    code = (Run("docker ps", code=True),)
    faces = typefaces(CALIBRI, "body", bold=False, italic=False)
    assert one_line(tokens(code, faces)) == pytest.approx(9 * 0.6 * 0.9, abs=0.01)
    colors = CALIBRI.colors
    assert run_look(code[0], "body", False, False, colors, CALIBRI).code == 0.9
    assert run_look(Run("docker ps"), "body", False, False, colors, CALIBRI).code == 1.0


def test_raised_text_and_formulas_are_measured_at_their_size() -> None:
    """Superscripts are smaller, formulas as wide as their picture."""
    assert widest(tokens((Run("2", superscript=True),), BODY)) == pytest.approx(
        text_width(Face("Arimo"), "2") * SCRIPT_FACTOR
    )
    formula = InlineMath("x^2+y^2")
    assert widest(tokens((formula,), BODY)) == formula_size(formula.tex, inline=True).width > 1


def test_what_is_kept_together_has_its_spaces() -> None:
    """``in /var`` is one token, as wide as the text, that some renderers break after ``in``."""
    (token,) = tokens((Run("in /var"),), BODY)
    assert token.width == pytest.approx(text_width(Face("Arimo"), "in /var"))
    assert token.contested == pytest.approx(text_width(Face("Arimo"), "in"))


def test_a_comma_after_a_link_may_be_torn_off() -> None:
    """Some renderers end a line between them, so a line must have room for both; a space parts them anyway."""
    link = Run("localhost", link=WebLink("http://localhost"))
    at, whole, end = tokens(
        (
            Run("at "),
            link,
            Run(", in"),
        ),
        BODY,
    )
    assert (at.contested, end.contested, whole.text) == (None, None, "localhost, ")
    assert whole.contested == pytest.approx(text_width(Face("Arimo"), "localhost"))
    assert [part.contested for part in tokens((Run("at "), link, Run(" in")), BODY)] == [None] * 3


def test_line_breaks_are_forced() -> None:
    """A hard break ends the line."""
    parts = tokens((Run("one"), LineBreak(), Run("two")), BODY)
    assert [(part.text, part.forced) for part in parts] == [("one\n", True), ("two", False)]


def test_letter_spacing_counts() -> None:
    """A tracked title is measured as it is set."""
    tracked = typefaces(HARBOUR, "body", bold=False, italic=False, tracking=0.1)
    assert widest(tokens((Run("abc"),), tracked)) == pytest.approx(widest(tokens((Run("abc"),), BODY)) + 0.3)


def test_looks_of_runs() -> None:
    """Links are coloured and underlined, classes give colours, emphasis in italic text stands upright."""
    colors = HARBOUR.colors
    link = run_look(Run("x", link=WebLink("https://example.org")), "body", False, False, colors)
    assert (link.color, link.underline) == (colors["link"], True)
    accent = run_look(Run("x", classes=("accent",)), "body", False, False, colors)
    assert (accent.color, accent.underline) == (colors["accent"], False)
    assert run_look(Run("x", italic=True), "body", False, True, colors).italic is False
    assert run_look(Run("x", code=True), "body", True, False, colors).font == "mono"
    assert run_look(Run("x", subscript=True), "body", False, False, colors).rise < 0
