"""New slides come into the deck where they are in the file."""

from __future__ import annotations

import copy
from pathlib import Path

from PIL import Image
from pptx.util import Inches

from support.edited_deck import DEMO, EditedDeck, messages


def test_new_slides(deck: EditedDeck) -> None:
    """They are imported, with pictures and notes, after the slide that they follow."""
    layout = next(layout for layout in deck.presentation.slide_layouts if layout.name == "Content")
    slide = deck.presentation.slides.add_slide(layout)
    slide.shapes.title.text = "Where to find us"
    body = next(s for s in slide.placeholders if s.placeholder_format.type.name in ("BODY", "OBJECT"))
    body.text_frame.text = "Room 7"
    slide.notes_slide.notes_text_frame.text = "Point at the map."
    Image.new("RGB", (40, 30), "teal").save(deck.folder / "map.png")
    slide.shapes.add_picture(str(deck.folder / "map.png"), Inches(1), Inches(4))
    ids = deck.presentation.slides._sldIdLst
    entry = ids[-1]
    ids.remove(entry)
    ids.insert(1, entry)
    found = deck.taken()
    assert messages(found) == []
    new = "# Where to find us\n\n- Room 7\n\n![map.png](<img/picture.png>)\n\n<!--\nPoint at the map.\n-->"
    assert f"-->\n\n---\n\n{new}\n\n---\n\n# Figures" in deck.read()
    assert (deck.folder / "img" / "picture.png").exists()


def new_slide(deck: EditedDeck, title: str, place: int) -> None:
    """Add a slide with that title at a place, counted from 0."""
    layout = next(layout for layout in deck.presentation.slide_layouts if layout.name == "Content")
    deck.presentation.slides.add_slide(layout).shapes.title.text = title
    ids = deck.presentation.slides._sldIdLst
    entry = ids[-1]
    ids.remove(entry)
    ids.insert(place, entry)


def test_new_slides_after_a_slide_and_after_its_demo(tmp_path: Path) -> None:
    """Both are the same slide of the source: the new ones follow it, in the order of the file."""
    deck = EditedDeck(tmp_path)
    columns = "::: left\nOne\n:::\n\n::: right\nTwo\n:::\n"
    source = f"---\ntitle: T\n---\nid: a\ndemo: greet\nlayout: two-columns\n---\n\n# The title\n\n{columns}"
    deck.build(deck=source, demos__greet=DEMO)
    new_slide(deck, "Where to find us", 1)
    new_slide(deck, "When to find us", 3)
    assert messages(deck.taken()) == []
    assert "# Where to find us\n\n---\n\n# When to find us\n" in deck.read()


def test_a_new_slide_below_an_edit_of_the_last_line(tmp_path: Path) -> None:
    """Where both end in one place the edit is taken, and the slide reported; nothing is mixed up."""
    deck = EditedDeck(tmp_path)
    deck.build(deck="# One\n\n- first\n- last")
    item = deck.paragraph("last")._p
    item.addnext(copy.deepcopy(item))
    next(p for p in deck.paragraphs() if p._p is item.getnext()).runs[0].text = "very last"
    new_slide(deck, "Where to find us", 1)
    found = deck.taken()
    assert messages(found) == [
        "deck.md:1 the new slide 2 ('Where to find us') was not taken: "
        "an edit of the slide before it ends in the same place"
    ]
    assert deck.read() == "# One\n\n- first\n- last\n- very last"


def test_a_slide_that_may_be_one_of_the_decks(tmp_path: Path) -> None:
    """LibreOffice drops the names: what stands for a slide that isn't found is reported, not taken beside it."""
    deck = EditedDeck(tmp_path)
    source = "# One\n\n- first\n\n---\n\n# Two\n\n- second\n\n---\n\n# Three\n\n- third\n"
    deck.build(deck=source)
    for slide in deck.presentation.slides:
        slide._element.cSld.attrib.pop("name")
    deck.say("Two", "Quite")
    deck.say("second", "another")
    found = deck.sync(deck.folder / "built.pptx")
    assert (found.taken, found.diff) == ((), "")
    assert messages(found) == [
        "deck.md:1 the new slide 2 ('Quite') was not taken: it may be 'Two', which is not found in the file",
        "deck.md:7 the slide 'Two' was taken out",
    ]


def test_a_new_slide_before_slides_of_another_form(tmp_path: Path) -> None:
    """It goes before the template's tag that leaves them out, not among them."""
    deck = EditedDeck(tmp_path)
    other = "---\n# Other\n\nNot in this form\n"
    deck.build(
        deck=f'---\ntitle: T\n---\n# One\n\nText\n\n{{% if form == "x" %}}\n{other}{{% endif %}}\n---\n# Two\n\nMore\n'
    )
    layout = next(layout for layout in deck.presentation.slide_layouts if layout.name == "Content")
    slide = deck.presentation.slides.add_slide(layout)
    slide.shapes.title.text = "Where to find us"
    ids = deck.presentation.slides._sldIdLst
    entry = ids[-1]
    ids.remove(entry)
    ids.insert(1, entry)
    assert deck.taken().refused == ()
    source = deck.read()
    assert source.index("Text") < source.index("Where to find us") < source.index("{% if")
