"""New slides come into the deck where they are in the file."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from pptx.util import Inches

from support.edited_deck import EditedDeck, messages


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
