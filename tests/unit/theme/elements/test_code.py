"""Code panels."""

from pytest import approx

from quarterdeck.model.content import Code, LineSet
from quarterdeck.model.placed import PlacedCode
from quarterdeck.model.theme import Box
from quarterdeck.theme.elements.code import measured_code
from support.placed_decks import HARBOUR, context


def panel(code: Code) -> PlacedCode:
    """The panel of a code block on a wide slide."""
    block = measured_code(code, context())
    (made,) = block.draw(Box(80, 152, 1120, block.height))
    assert isinstance(made, PlacedCode)
    return made


def test_tokens_have_the_themes_colours() -> None:
    """Keywords, strings and comments are told apart; comments are italic."""
    (line,) = panel(Code('return "x"  # why', "python")).lines
    looks = {token.text.strip(): (token.color, token.italic) for token in line if token.text.strip()}
    syntax = HARBOUR.syntax
    assert looks == {
        "return": (syntax["Keyword"], False),
        '"x"': (syntax["Literal"], False),
        "# why": (syntax["Comment"], True),
    }


def test_no_character_of_the_code_is_lost() -> None:
    """Blank lines, indentation, tabs and trailing spaces stay."""
    text = "\n\tif x:\n\n    y  \n"
    for language in ("python", "brainfudge", None):
        lines = ["".join(token.text for token in line) for line in panel(Code(text, language)).lines]
        assert lines == text.split("\n")


def test_a_tab_ends_at_the_next_stop() -> None:
    """Every four columns, as the writers draw it; code without a tab needs no stops."""
    made = panel(Code("\ta\tb"))
    assert made.tab == approx(4 * 0.6001 * made.size, rel=0.01)
    assert panel(Code("a")).tab == 0
    tabbed, spaced = (f"{text}x" for text in ("ab\t" * 40, "ab  " * 40))
    faults = [measured_code(Code(text), context()).faults[0].message for text in (tabbed, spaced)]
    assert faults[0] == faults[1]


def test_the_panel_is_as_high_as_its_lines() -> None:
    """Writers find the lines by padding, title and line height."""
    made = panel(Code("a\nb\nc", "text", title="x.txt"))
    assert made.box.height == 3 * made.line_height + 2 * made.padding + made.title_height
    assert made.title_height > 0
    assert panel(Code("a", "text")).title_height == 0


def test_numbers_have_a_column_of_their_own() -> None:
    """Wide enough for the last number."""
    few, many = panel(Code("a", numbers=True)), panel(Code("a\nb", numbers=True, first_number=99))
    assert 0 < few.number_width < many.number_width
    assert panel(Code("a")).number_width == 0


def test_line_steps_are_handed_on() -> None:
    """Highlights reach the writers as the author gave them."""
    sets = (LineSet(((1, 1),)), LineSet(((2, 2),)))
    made = panel(Code("a\nb", "text", highlights=sets, highlight_fragments=(3,)))
    assert (made.highlights, made.highlight_fragments) == (sets, (3,))
