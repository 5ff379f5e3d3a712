"""Speaker notes can be read in a terminal."""

from quarterdeck.model.content import Code, List, ListItem, Paragraph, Run
from quarterdeck.show.notes import notes_text


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
