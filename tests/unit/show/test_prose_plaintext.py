"""Slides and speaker notes can be read in a terminal."""

from quarterdeck.model.content import Callout, Code, List, ListItem, Paragraph, Run
from quarterdeck.model.deck import Layout, Slide
from quarterdeck.show.prose import Line, notes_text, slide_lines


def paragraph(text: str) -> Paragraph:
    """A paragraph of plain text."""
    return Paragraph((Run(text),))


def test_paragraphs_lists_and_code_stay_apart() -> None:
    """Structure is kept with blank lines, bullets and indentation."""
    inner = List((ListItem((paragraph("deep"),)),))
    notes = (
        paragraph("First."),
        List((ListItem((paragraph("one"), inner)), ListItem((paragraph("two"),))), ordered=True, start=3),
        Code("docker ps\ndocker rm"),
    )
    assert notes_text(notes) == "First.\n\n3. one\n\n  • deep\n4. two\n\n  docker ps\n  docker rm"


def test_no_notes_are_no_text() -> None:
    """Nothing is made up."""
    assert notes_text(()) == ""


def test_a_slide_says_which_of_its_items_appears_when() -> None:
    """Nested items come with the one that they belong to, unless they have a turn of their own."""
    inner = List((ListItem((paragraph("with it"),)), ListItem((paragraph("later"),), fragment=1)))
    items = List((ListItem((paragraph("first"), inner), fragment=0), ListItem((paragraph("third"),), fragment=2)))
    slide = Slide("s", Layout.CONTENT, slots={"body": (paragraph("Always."), items)})
    assert slide_lines(slide) == (
        Line("Always."),
        Line(""),
        Line("• first", 0),
        Line("", 0),
        Line("  • with it", 0),
        Line("  • later", 1),
        Line("• third", 2),
    )


def test_a_callout_is_read_with_its_title() -> None:
    """And without one as it stands."""
    said = (paragraph("Closed."),)
    assert notes_text((Callout(said, (Run("Rule"),)), Callout(said))) == "Rule: Closed.\n\nClosed."
