"""A client's edits made again on the deck as it is now."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from PIL import Image
from pptx import Presentation
from pptx.util import Inches

from support.edited_deck import EditedDeck, messages
from support.ooxml_lint import lint

DECK = """\
---
title: Harbour
---
layout: section
---

# Part one

---
id: ships
---

# Ships

- A ship needs a **safe** harbour
- The end

<!-- Say hello. -->

---

# Steps

::: incremental
- one
- two
:::

---

# Links

See [the ships](#ships) and [the web](https://example.org/)
"""


@pytest.fixture
def deck(tmp_path: Path) -> EditedDeck:
    """A deck with a section, notes, steps and links."""
    made = EditedDeck(tmp_path)
    made.build(deck=DECK)
    return made


def test_edits_are_made_again(deck: EditedDeck) -> None:
    """Words with their looks, moved shapes, text boxes, pictures, notes and new slides; the sources stay."""
    run = deck.paragraph("The end").runs[0]
    run.text, run.font.italic = "The very end", True
    deck.say("Say hello.", "Say good morning.")
    slide = deck.slide("ships")
    title = slide.shapes.title
    title.left, title.top, title.width, title.height = Inches(1), Inches(2), Inches(5), Inches(1)
    slide.shapes.add_textbox(0, 0, Inches(2), Inches(1)).text_frame.text = "Confidential"
    Image.new("RGB", (40, 30), "teal").save(deck.folder / "logo.png")
    slide.shapes.add_picture(str(deck.folder / "logo.png"), 0, 0)
    deck.say("the web", "our site")
    new = deck.presentation.slides.add_slide(slide.slide_layout)
    new.shapes.title.text = "New"
    new.notes_slide.notes_text_frame.text = "About it"
    changed = DECK.replace("# Ships", "# Big ships").replace("- A ship", "- Every ship")
    deck.write("deck", changed)
    merged, texts = deck.merge()
    assert messages(merged) == []
    assert deck.read() == changed
    assert "Big ships" in texts[1]
    assert "Every ship needs a safe harbour" in texts[1]
    assert {"The very end", "Say good morning.", "Confidential"} <= set(texts[1])
    assert "See the ships and our site" in texts[3]
    assert texts[4] == ["New", "About it"]
    assert lint(merged.pptx) == []
    read = Presentation(io.BytesIO(merged.pptx))
    moved = read.slides[1].shapes.title
    assert (moved.left, moved.top) == (Inches(1), Inches(2))
    assert [shape.shape_type for shape in read.slides[1].shapes][-1] == 13
    ends = [r for s in read.slides[1].shapes if s.has_text_frame for p in s.text_frame.paragraphs for r in p.runs]
    assert next(r for r in ends if r.text == "The very end").font.italic
    links = [r for s in read.slides[3].shapes if s.has_text_frame for p in s.text_frame.paragraphs for r in p.runs]
    assert next(r for r in links if r.text == "our site").hyperlink.address == "https://example.org/"


def test_what_both_changed_stays_as_the_deck_has_it(deck: EditedDeck) -> None:
    """A conflict is listed, with the slide's place in the source."""
    deck.say("The end", "The very end")
    deck.write("deck", DECK.replace("The end", "The bitter end"))
    merged, texts = deck.merge()
    assert "The bitter end" in texts[1]
    said = "both were changed: the file says 'The very end', the deck says 'The bitter end'"
    assert messages(merged) == [f"deck.md:13 {said}"]


def test_slides_taken_out(deck: EditedDeck) -> None:
    """One goes, with its entry in the section; one that another links to stays, and is listed."""
    ids = deck.presentation.slides._sldIdLst
    for entry in list(ids)[1:3]:
        deck.presentation.part.drop_rel(entry.rId)
        ids.remove(entry)
    merged, texts = deck.merge()
    assert [text[0] for text in texts] == ["Part one", "Ships", "Links"]
    assert "the slide 'Links' links to it" in messages(merged)[0]
    assert lint(merged.pptx) == []


def test_paragraphs_that_appear_one_by_one(deck: EditedDeck) -> None:
    """Animations count paragraphs: none is added or taken out where they do."""
    gone = deck.paragraph("one")._p
    gone.getparent().remove(gone)
    deck.say("two", "too")
    merged, texts = deck.merge()
    assert {"one", "too"} <= set(texts[2])
    assert "appear one by one" in messages(merged)[0]


def test_looks_and_hidden_slides(deck: EditedDeck) -> None:
    """A word made bold is bold again, and a hidden slide hidden."""
    deck.paragraph("The end").runs[0].font.bold = True
    deck.slide("steps")._element.set("show", "0")
    merged, _ = deck.merge()
    assert messages(merged) == []
    read = Presentation(io.BytesIO(merged.pptx))
    assert [slide._element.get("show") for slide in read.slides] == [None, None, "0", None]
    runs = [r for x in read.slides[1].shapes if x.has_text_frame for p in x.text_frame.paragraphs for r in p.runs]
    assert next(run for run in runs if run.text == "The end").font.bold


def test_merging_twice_gives_the_same_file(deck: EditedDeck) -> None:
    """The same files give the same bytes, and the result is a base for edits to come."""
    deck.say("The end", "The very end")
    first, _ = deck.merge()
    assert deck.merge()[0].pptx == first.pptx
    deck.file.write_bytes(first.pptx)
    deck.presentation = Presentation(str(deck.file))
    assert [taken.what for taken in deck.sync().taken] == ["The very end"]
