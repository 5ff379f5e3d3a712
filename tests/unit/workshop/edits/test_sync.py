"""Edits of a PPTX come back into the right place of the right file, or are reported."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
from pptx.util import Inches

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.options import Choices, Role
from support.edited_deck import DECK, DEMO, PART, EditedDeck, messages


def test_nothing_edited_is_nothing_to_do(deck: EditedDeck) -> None:
    """A file that was only saved again changes nothing."""
    found = deck.sync()
    assert (found.diff, found.taken, found.refused, found.outputs) == ("", (), (), ())


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("Ships and ", "Many ships and ", "# Many ships and *harbours*"),
        ("safe", "very safe", "- A ship needs a very **safe** harbour"),
        ("A harbour needs ", "A big harbour wants ", "- A big harbour wants `ships`"),
        ("The end", "The *end*", "- The \\*end\\*"),
        ("hello to everyone.", "hello to everybody here.", "Say: hello to everybody here."),
        ("Second line.", "The second line, at last.", "The second line, at last."),
        ("Rostock", "Rostock | Warnemünde", "| Rostock \\| Warnemünde | 12 |"),
        ("Everything for ACME and its friends", "All for ACME and its friends", "All for {{ client }} and its friends"),
        ("Look at this", "Look at $this", "Look at $this"),
    ],
)
def test_words(deck: EditedDeck, old: str, new: str, line: str) -> None:
    """Words change where they are written; markup and expressions stay, and nothing else changes."""
    deck.say(old, new)
    before = deck.read().split("\n")
    assert deck.taken().refused == ()
    after = deck.read().split("\n")
    assert [a for a, b in zip(after, before, strict=True) if a != b] == [line]


def test_the_second_of_two_equal_cells(deck: EditedDeck) -> None:
    """Equal texts are told apart by their order."""
    table = next(s for s in deck.presentation.slides[1].shapes if getattr(s, "has_table", False) and s.has_table).table
    table.cell(2, 1).text_frame.paragraphs[0].runs[0].text = "13"
    assert deck.taken().refused == ()
    assert "| Kiel | 12 |\n| Rostock | 13 |" in deck.read()


def test_includes_and_scripts_of_demos(deck: EditedDeck) -> None:
    """A text goes back into the file that it comes from: the bar of a terminal says its demo's title."""
    source = DECK.removesuffix("\nLook at this\n")
    deck.build(deck=source, part=PART, demos__greet=DEMO)
    deck.say("They stand", "They live")
    deck.say("A greeting", "A warm greeting")
    found = deck.taken()
    assert found.refused == ()
    assert deck.read() == source
    assert deck.read("part") == PART.replace("stand", "live")
    assert deck.read("demos__greet") == DEMO.replace("A greeting", "A warm greeting")
    assert "part.md\n" in found.diff


def test_line_ends_stay(deck: EditedDeck) -> None:
    """A file keeps its line ends and its byte-order mark."""
    path = deck.folder / "part.md"
    path.write_bytes(b"\xef\xbb\xbf" + PART.replace("\n", "\r\n").encode())
    deck.say("They stand", "They live")
    deck.taken()
    assert path.read_bytes() == b"\xef\xbb\xbf" + PART.replace("stand", "live").replace("\n", "\r\n").encode()


def test_paragraphs_come_and_go(deck: EditedDeck) -> None:
    """New items keep their bold words; one that is taken out leaves no line behind."""
    first = deck.paragraph("A harbour needs ships")
    new = copy.deepcopy(first._p)
    first._p.addnext(new)
    added = next(p for p in deck.paragraphs() if p._p is new)
    added.runs[0].text = "It "
    added.runs[0].font.bold = False
    added.runs[1].text = "floats"
    added.runs[1].font.name = "Arial"
    added.runs[1].font.bold = True
    gone = deck.paragraph("The end")._p
    gone.getparent().remove(gone)
    assert messages(deck.taken()) == []
    assert "- A harbour needs `ships`\n- It **floats**\n\n<!--" in deck.read()


def test_the_deck_has_changed_since(deck: EditedDeck) -> None:
    """What one side changed is taken, what both changed is a conflict, and what both say is settled."""
    deck.say("The end", "The very end")
    deck.say("Kiel", "Kiel-Holtenau")
    deck.say("Second line.", "Line two.")
    changed = DECK.replace("The end", "The bitter end").replace("Second line.", "Line two.")
    deck.write("deck", changed.replace("# Ships", "# New ships"))
    found = deck.taken()
    assert messages(found) == [
        "deck.md:9 both were changed: the file says 'The very end', the deck says 'The bitter end'"
    ]
    assert found.refused[0].code == "edit-conflict"
    assert deck.read() == changed.replace("# Ships", "# New ships").replace("Kiel", "Kiel-Holtenau")


def test_what_cannot_be_taken_has_its_place(deck: EditedDeck) -> None:
    """Expressions, recordings, moved shapes, new text boxes, slides taken out: reported, and nothing is changed."""
    deck.say("Figures for ACME", "Figures for Zebra")
    deck.say("ahoy", "AHOY")
    title = deck.slide("ships-and-harbours").shapes.title
    title.left, title.top, title.width, title.height = Inches(1), Inches(1), Inches(5), Inches(1)
    box = deck.slide("last").shapes.add_textbox(0, 0, Inches(2), Inches(1))
    box.text_frame.text = "Confidential"
    found = deck.taken()
    assert found.taken == ()
    assert deck.read() == DECK
    assert messages(found) == [
        "deck.md:5 'Ships and harbours' was moved or resized",
        "deck.md:19 this changes what an expression of the template prints ('Figures for ACME' → 'Figures for Zebra')",
        "deck.md:36 a text box was added: 'Confidential'",
        "greet.md:1 this is a demo's terminal ('$ echo ahoy' → '$ echo AHOY')",
    ]


def test_attendees_copies(tmp_path: Path) -> None:
    """A file that was built for attendees is compared with what attendees get."""
    deck = EditedDeck(tmp_path, Choices(role=Role.ATTENDEE))
    deck.build(deck=DECK, part=PART, demos__greet=DEMO)
    deck.say("The end", "The very end")
    assert deck.taken().refused == ()
    assert deck.read() == DECK.replace("The end", "The very end")


def test_files_without_a_base(deck: EditedDeck) -> None:
    """Files of others, or saved by LibreOffice: it says so; with the file as it was built it goes on."""
    for relation in list(deck.presentation.part.rels.values()):
        if relation.reltype.endswith("/customXml"):
            deck.presentation.part.rels.pop(relation.rId)
    deck.say("The end", "The very end")
    with pytest.raises(QuarterdeckError) as caught:
        deck.sync()
    assert caught.value.diagnostics[0].code == "no-base"
    assert "--base FILE" in (caught.value.diagnostics[0].hint or "")
    assert "+- The very end" in deck.sync(deck.folder / "built.pptx").diff


def test_another_deck(deck: EditedDeck) -> None:
    """A file that was built from another deck, or in another language, is refused as a whole."""
    deck.write("deck", "# Something else\n\nEntirely\n")
    with pytest.raises(QuarterdeckError) as caught:
        deck.sync()
    assert caught.value.diagnostics[0].code == "other-deck"


def test_looks_and_hidden_slides_are_reported(deck: EditedDeck) -> None:
    """A word made bold, and a slide that is hidden, are no text: they are told with their place."""
    deck.paragraph("The end").runs[0].font.bold = True
    deck.slide("last")._element.set("show", "0")
    found = deck.sync()
    assert found.diff == ""
    assert messages(found) == [
        "deck.md:9 words look different: 'The end'",
        "deck.md:36 the slide 'Live' is hidden in one and shown in the other: the file and the deck",
    ]
