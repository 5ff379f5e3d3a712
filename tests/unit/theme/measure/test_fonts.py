"""Fonts."""

from quarterdeck.theme.measure.fonts import TWINS, faces, font_files
from support.placed_decks import HARBOUR


def test_every_family_has_four_faces() -> None:
    """Regular, bold and both italics can be measured for each family that a theme may name."""
    there = {(file.family, file.weight, file.style) for file in font_files() if file.subset == "latin"}
    assert there >= {(twin, w, s) for twin in TWINS.values() for w in (400, 700) for s in ("normal", "italic")}


def test_a_theme_embeds_its_own_families_only() -> None:
    """Calibri's twin isn't shipped in a deck set in Arial."""
    made = faces(HARBOUR)
    assert {face.family for face in made} == {"Arimo", "Cousine"}
    assert all(face.woff2.startswith(b"wOF2") and face.unicode_range.startswith("U+") for face in made)
    assert len({(f.family, f.weight, f.style, f.unicode_range) for f in made}) == len(made)
