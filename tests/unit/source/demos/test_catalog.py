"""Demos are found by name, with those they continue."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.source.deck import load_deck, load_demo, load_demo_chain
from quarterdeck.source.demos.catalog import Catalog, demos_folder
from support.deck_folder import DeckFolder

DEMO = "---\ntitle: Hello\n---\nProse.\n\n```console\n$ true\n```\n"
AT = SourceSpan("deck.md", 4, 7, 4)


def test_demos_of_an_ancestor_and_of_a_named_folder(folder: DeckFolder) -> None:
    """Demos are found beside the deck, above it, or where it says."""
    folder.write("demos/hello.md", DEMO)
    folder.write("other/hello.md", DEMO.replace("Hello", "Other"))
    above = folder.write("decks/talk/deck.md", "---\n---\n---\ndemo: hello\n---\n# a")
    named = folder.write("decks/named/deck.md", "---\ndemos: ../../other\n---\n---\ndemo: hello\n---\n# a")
    assert load_deck(above).deck.demos["hello"].title == "Hello"
    assert load_deck(named).deck.demos["hello"].title == "Other"


def test_continued_demos_come_first(folder: DeckFolder) -> None:
    """A demo brings along those that it continues, and their change makes it stale."""
    folder.write("demos/hello.md", DEMO)
    script = folder.write("demos/more.md", "---\ncontinues: hello\n---\n```console\n$ ls\n```\n")
    deck = folder.load("---\n---\n---\ndemo: more\n---\n# a").deck
    assert list(deck.demos) == ["hello", "more"]
    assert [demo.name for demo in load_demo_chain(script)] == ["hello", "more"]
    before = load_demo(script).script_hash
    folder.write("demos/hello.md", DEMO.replace("$ true", "$ echo"))
    assert load_demo(script).script_hash != before


def test_a_demo_is_read_once(folder: DeckFolder) -> None:
    """However many slides show it."""
    folder.write("demos/hello.md", DEMO)
    found = Diagnostics()
    catalog = Catalog(folder.path / "demos", found)
    assert catalog.attach("hello", AT) is catalog.attach("hello", AT) is not None
    assert not found.items


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("helo", "there is no demo 'helo'", "did you mean 'hello'?"),
        ("../hello", "there is no demo '../hello'", "did you mean 'hello'?"),
        ("ring", "these demos continue each other: ring → round → ring", None),
    ],
)
def test_demos_that_cannot_be_had(folder: DeckFolder, name: str, message: str, hint: str | None) -> None:
    """Each is a fault, with what was meant."""
    folder.write("demos/hello.md", DEMO)
    folder.write("demos/hello.de.md", DEMO)
    folder.write("demos/ring.md", "---\ncontinues: round\n---\n```console\n$ true\n```\n")
    folder.write("demos/round.md", "---\ncontinues: ring\n---\n```console\n$ true\n```\n")
    found = Diagnostics()
    assert Catalog(folder.path / "demos", found).attach(name, AT) is None
    assert [(fault.message, fault.hint) for fault in found] == [(message, hint)]


def test_an_empty_catalog_says_so(folder: DeckFolder) -> None:
    """There is nothing to suggest."""
    found = Diagnostics()
    assert Catalog(folder.path / "demos", found).attach("hello", AT) is None
    assert [fault.hint for fault in found] == ["there are none in demos"]


def test_translations_of_scripts(folder: DeckFolder) -> None:
    """Other words are shown with the same recording; other commands need their own."""
    folder.write("demos/hello.md", DEMO)
    folder.write("demos/other.md", DEMO)
    folder.write("demos/hello.de.md", DEMO.replace("Hello", "Hallo"))
    folder.write("demos/other.de.md", DEMO.replace("true", "false"))
    catalog = Catalog(folder.path / "demos", Diagnostics(), "de")
    hello, other = catalog.attach("hello", AT), catalog.attach("other", AT)
    assert hello is not None and other is not None
    assert (hello.title, hello.cast_path.name, other.cast_path.name) == ("Hallo", "hello.cast", "other.de.cast")


def test_the_folder_of_demos(folder: DeckFolder) -> None:
    """The nearest one above the deck; where there is none, beside it."""
    deck = folder.path / "decks" / "talk"
    deck.mkdir(parents=True)
    assert demos_folder(deck) == deck / "demos"
    (folder.path / "demos").mkdir()
    assert demos_folder(deck) == folder.path / "demos"
