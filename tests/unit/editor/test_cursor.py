"""What stands at a place, while it is being typed."""

from __future__ import annotations

import pytest

from quarterdeck.editor.cursor import Cursor, Place, cursor_at
from quarterdeck.editor.workspace import Kind

DECK = "---\ntitle: T\nvars:\n  x: 1\n---\n\n# One\n\n---\nlayout: code\n---\n\n# Two\n"
DEMO = "---\ntitle: T\nstage:\n  image: x\n---\nProse.\n"


def at(kind: Kind, marked: str) -> Cursor:
    """What stands at the ``|`` of a text."""
    before, _, after = marked.partition("|")
    lines = before.split("\n")
    return cursor_at(kind, (before + after).split("\n"), len(lines) - 1, len(lines[-1]))


@pytest.mark.parametrize(
    ("marked", "place", "word", "key"),
    [
        ("---\nti|\n---\n# One\n", Place.DECK_KEY, "ti", ""),
        ("---\n|", Place.DECK_KEY, "", ""),
        ("---\ntheme: ni|\n---\n# One\n", Place.VALUE, "ni", "theme"),
        ("---\ntheme:|\n---\n# One\n", Place.VALUE, "", "theme"),
        ("---\nvars:\n  x|\n---\n# One\n", Place.DECK_KEY, "x", "vars"),
        ("# One\n\n---\n|\n\n# Two\n\n---\n\n# Three\n", Place.SLIDE_KEY, "", ""),
        ("# One\n\n---\nlay|\n\n# Two\n", Place.SLIDE_KEY, "lay", ""),
        ("# One\n\n---\nid: a\nlayout: |\n---\n# Two\n", Place.VALUE, "", "layout"),
        ("# One\n\n---\nid: a\n---\n# Two\n\nte|xt", Place.TEXT, "", ""),
        ("# One\n\n---\nid: a\n---\n|", Place.TEXT, "", ""),
        ("# One\n\n---\naudience:\n  - |\n---\n# Two\n", Place.VALUE, "", "audience"),
        ("# One\n\n```\n---\nid: |\n```\n", Place.TEXT, "", ""),
        ("# One\n\n```console\n$ vi x\n^ :wq<En|", Place.PRESSED, "En", ""),
        ("# One\n\n```console {#a}\n$ vi x\n^ a<Esc><|\n```\n", Place.PRESSED, "", ""),
        ("# One\n\n```console\n$ cat <En|", Place.TEXT, "", ""),
        ("# One\n\n```text\n^ <En|", Place.TEXT, "", ""),
        ("# One\n\n```console {.se|", Place.ATTRIBUTE, ".se", ""),
        ("# One\n\n```console {#a rea|", Place.ATTRIBUTE, "rea", ""),
        ("# One\n\n::: le|", Place.DIV, "le", ""),
        ("# One\n\nSee [it](#tw|", Place.LINK, "tw", ""),
        ("# One\n\n![A cat](img/c|", Place.PICTURE, "img/c", ""),
        ('# One\n\n{% include "part|', Place.INCLUDE, "part", ""),
    ],
)
def test_decks(marked: str, place: Place, word: str, key: str) -> None:
    """Keys and values of front matter, whether it is closed or not; what begins in the text."""
    cursor = at(Kind.DECK, marked)
    assert (cursor.place, cursor.word, cursor.key) == (place, word, key)


def test_other_files() -> None:
    """Scripts have one front matter; themes and manifests are mappings as a whole."""
    assert at(Kind.DEMO, "---\nstage:\n  al|").key == "stage"
    assert at(Kind.DEMO, "---\nstage:\n  allow: [pri|").key == "stage.allow"
    assert at(Kind.DEMO, "---\ntitle: a\n---\n\n---\nti|").place is Place.TEXT
    assert at(Kind.THEME, "extends: harbour\ncolors:\n  acc|") == Cursor(Place.THEME_KEY, "acc", "colors")
    assert at(Kind.MANIFEST, "matrix:\n  form: |") == Cursor(Place.VALUE, "", "matrix.form", Place.MANIFEST_KEY)


def test_attributes_belong_to_what_has_them() -> None:
    """A step's are not a picture's."""
    assert at(Kind.DECK, "```console {|").language == "console"
    assert at(Kind.DECK, "```{|").language == "text"
    assert at(Kind.DECK, "![a](b.png){|").language == "picture"
    assert at(Kind.DECK, "::: left {|").language == "div"
