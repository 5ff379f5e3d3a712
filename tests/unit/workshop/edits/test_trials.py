"""An edit is taken if the deck then says what the file says, and nothing else changes."""

from __future__ import annotations

from pathlib import Path

from support.edited_deck import DEMO, EditedDeck, messages


def test_edits_that_break_the_deck(deck: EditedDeck) -> None:
    """An edit after which the deck can't be built is reported with the reason; the others are taken."""
    deck.say("The end", "The very end")
    deck.say("Look at this", "Look at this " + "and this " * 400)
    found = deck.taken()
    assert [taken.what for taken in found.taken] == ["The very end"]
    assert "deck.md:38" in messages(found)[0]
    assert "overflows" in messages(found)[0]


def test_what_is_written_once_and_shown_twice(tmp_path: Path) -> None:
    """A loop makes several slides of one text: an edit of one of them is not taken for all."""
    deck = EditedDeck(tmp_path)
    deck.build(deck="{% for n in range(2) %}\n# Slide {{ n }}\n\nThe same words\n\n---\n{% endfor %}\n\n# End\n")
    deck.say("The same words", "Other words")
    found = deck.sync()
    assert found.taken == ()
    assert "it is written once, and shown on the slide 'Slide 1' too" in messages(found)[0]


def test_a_slide_and_that_of_its_demo(tmp_path: Path) -> None:
    """One slide of the source may be shown as two: an edit of either is taken, two different ones are a conflict."""
    deck = EditedDeck(tmp_path)
    columns = "::: left\nOne\n:::\n\n::: right\nTwo\n:::\n"
    source = f"---\nid: a\ndemo: greet\nlayout: two-columns\n---\n\n# The title\n\n{columns}"
    deck.build(deck=f"---\ntitle: T\n{source}", demos__greet=DEMO)
    deck.slide("a-demo").shapes.title.text_frame.paragraphs[0].runs[0].text = "Another title"
    assert "# Another title" in deck.sync().diff
    deck.slide("a").shapes.title.text_frame.paragraphs[0].runs[0].text = "A third title"
    found = deck.sync()
    assert (found.diff, len(found.refused)) == ("", 2)
    assert found.refused[0].code == "edit-conflict"


def test_a_footer_is_one_text(tmp_path: Path) -> None:
    """It is changed for all slides if it was changed on all, as PowerPoint does; on one slide alone it is not taken."""
    deck = EditedDeck(tmp_path)
    slides = "# One\n\ntext\n\n---\n\n# Two\n\nmore\n\n---\n\n# Three\n\nlast\n"
    deck.build(deck=f"---\ntitle: T\nfooter: Port of Kiel\n---\n{slides}")
    feet = [p for p in deck.paragraphs() if "".join(r.text for r in p.runs) == "Port of Kiel"]
    assert len(feet) == 2
    feet[0].runs[0].text = "Port of Rostock"
    assert "it is written once" in messages(deck.sync())[0]
    feet[1].runs[0].text = "Port of Rostock"
    assert "+footer: Port of Rostock\n" in deck.sync().diff


def test_the_title_of_a_section(tmp_path: Path) -> None:
    """It is taken, though the section's slides show it in capitals, too; what those say is made, not written."""
    deck = EditedDeck(tmp_path)
    deck.build(deck="# Talk\n\n---\n\n# To the sea\n\n---\n\n## A ship\n\nIt sails\n")
    deck.say("To the sea", "To the port")
    assert deck.taken().refused == ()
    assert "# To the port" in deck.read()
    deck.build()
    eyebrow = [run for p in deck.paragraphs() for run in p.runs if run.text == "To the port"][-1]
    eyebrow.text = "Away"
    assert [m.partition(" (")[0] for m in messages(deck.sync())] == [
        "deck.md:9 this text is not written in the deck as it is"
    ]
