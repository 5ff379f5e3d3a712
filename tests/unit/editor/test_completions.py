"""What can be written at a place."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.editor.completions import KEYS, about_demo, completions, explained, explanations
from quarterdeck.editor.cursor import Cursor, Place, cursor_at
from quarterdeck.editor.workspace import Kind, Workspace
from quarterdeck.source.deck import load_demo
from quarterdeck.source.demos.prompts import read_keys
from support.deck_folder import DeckFolder

DECK = "# One\n\n---\ndemo: hello\naudience: [developers]\nid: second\n---\n# Two\n"


@pytest.fixture
def workspace(folder: DeckFolder) -> Workspace:
    """A deck with a demo and a picture, checked."""
    folder.write("deck.md", DECK)
    folder.write("demos/hello.md", "---\ntitle: Hello\nimages: [nginx:1.22]\n---\n```console\n$ true\n```\n")
    folder.write("img/cat.svg", "<svg/>")
    folder.write("brand.yaml", "extends: harbour\n")
    made = Workspace()
    unit = made.unit((folder.path / "deck.md").resolve())
    assert unit is not None
    made.check(unit, {})
    return made


def offered(workspace: Workspace, file: Path, marked: str, kind: Kind = Kind.DECK) -> list[str]:
    """The labels of what is offered at the ``|`` of a text."""
    before, _, after = marked.partition("|")
    lines = before.split("\n")
    cursor = cursor_at(kind, (before + after).split("\n"), len(lines) - 1, len(lines[-1]))
    return [item.label for item in completions(workspace, file.resolve(), cursor)]


def test_a_keys_name_is_closed(workspace: Workspace, folder: DeckFolder) -> None:
    """What is put in after the ``<`` is a whole key."""
    cursor = Cursor(Place.PRESSED, "E")
    escape = next(item for item in completions(workspace, folder.path / "deck.md", cursor) if item.label == "Esc")
    assert read_keys(f"<{escape.insert_text}") == read_keys("<Esc>")


@pytest.mark.parametrize(
    ("marked", "some"),
    [
        ("---\n|", {"title", "theme", "duration"}),
        ("---\ntheme: |", {"harbour", "night", "brand.yaml"}),
        ("# A\n\n---\n|", {"id", "layout", "demo"}),
        ("# A\n\n---\nlayout: |", {"code", "two-columns"}),
        ("# A\n\n---\ndemo: |", {"hello"}),
        ("# A\n\n---\naudience: [|", {"developers"}),
        ("# A\n\n---\nbackground: |", {"accent", "img/"}),
        ("---\nimages: [|", {"nginx:1.22"}),
        ("# A\n\n[b](#|", {"one", "second"}),
        ("# A\n\n![b](img/|", {"img/cat.svg"}),
        ("# A\n\n::: |", {"left", "right", "tip"}),
        ("# A\n\n```console {|", {".setup", "ready", "static"}),
        ("# A\n\n```console\n$ less x\n^ <|", {"Esc", "Enter", "PageDown", "Ctrl-C", "F1", "lt"}),
        ("# A\n\n```python {|", {"numbers", "start"}),
        ("# A\n\n![b](c.svg){|", {"width", "decorative"}),
    ],
)
def test_decks(workspace: Workspace, folder: DeckFolder, marked: str, some: set[str]) -> None:
    """Keys, their values, ids, files and attributes, each where it belongs."""
    assert some <= set(offered(workspace, folder.path / "deck.md", marked))


def test_nothing_is_offered_in_running_text(workspace: Workspace, folder: DeckFolder) -> None:
    """Nor for a key that takes anything."""
    assert offered(workspace, folder.path / "deck.md", "# A\n\nSome te|xt") == []
    assert offered(workspace, folder.path / "deck.md", "---\ntitle: |") == []


def test_other_files(workspace: Workspace, folder: DeckFolder) -> None:
    """Scripts, themes, manifests."""
    script = folder.path / "demos" / "hello.md"
    assert "privileged" in offered(workspace, script, "---\nstage:\n  allow: [|", Kind.DEMO)
    assert "hello" in offered(workspace, script, "---\ncontinues: |", Kind.DEMO)
    assert "accent" in offered(workspace, folder.path / "brand.yaml", "colors:\n  |", Kind.THEME)
    assert "matrix" in offered(workspace, folder.path / "workshop.yaml", "|", Kind.MANIFEST)


def test_keys_come_with_what_the_guide_says(workspace: Workspace, folder: DeckFolder) -> None:
    """And with the colon that they need, in the guide's order."""
    cursor = cursor_at(Kind.DECK, ["---", ""], 1, 0)
    first, *_ = items = completions(workspace, folder.path / "deck.md", cursor)
    assert first.insert_text == "title: "
    assert [item.sort_text for item in items] == sorted(str(item.sort_text) for item in items)
    assert "`split`" in str(explained(Place.SLIDE_KEY, "fit"))
    assert explained(Place.SLIDE_KEY, "none-such") is None


UNSAID = {"terminal"}
"""Keys of a deck that the guide explains elsewhere."""


@pytest.mark.parametrize("place", [Place.DECK_KEY, Place.SLIDE_KEY, Place.DEMO_KEY, Place.MANIFEST_KEY])
def test_the_guide_explains_every_key(place: Place) -> None:
    """So a hover over any of them says something."""
    said = explanations(place)
    assert {key for key in KEYS[place, ""] if key not in said} <= UNSAID
    assert not any("|" in text for text in said.values())


def test_attributes_are_found_by_their_name() -> None:
    """Without dots, number signs and values."""
    said = explanations(Place.ATTRIBUTE)
    assert {"hide", "setup", "cleanup", "id", "ready", "timeout", "open"} <= set(said)
    assert explanations(Place.TEXT) == {}


def test_about_a_demo(folder: DeckFolder) -> None:
    """Its title, what it shows, its first commands; hidden steps are left out."""
    steps = "".join(f"```console\n$ echo {n}\n{n}\n```\n" for n in range(14))
    setup = "---\nsummary: Says it.\n---\n```console {.setup}\n$ prepare\n```\n"
    script = folder.write("demos/hello.md", setup + steps)
    said = about_demo(load_demo(script), None)
    assert said.startswith("**Hello**\n\nSays it.\n\n    echo 0\n    echo 1\n")
    assert "… 2 more" in said
    assert "prepare" not in said
    assert said.endswith("No recording yet.")
