"""The open files: what belongs together, and what is wrong with it before it is saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.editor.workspace import Kind, Unit, Workspace, decks_above, front_matter, original
from support.deck_folder import DeckFolder

DEMO = "---\ntitle: Hello\n---\n```console\n$ true\n```\n"


@pytest.fixture
def folder(folder: DeckFolder) -> DeckFolder:
    """A deck that takes in a file, with a demo."""
    folder.write("deck.md", "# One\n\n{% include 'part.md' %}\n\n---\ndemo: hello\n---\n# Two\n")
    folder.write("part.md", "text\n")
    folder.write("demos/hello.md", DEMO)
    return folder


def checked(workspace: Workspace, file: Path) -> dict[str, list[str]]:
    """The messages about what a file belongs to, by the names of their files."""
    unit = workspace.unit(file)
    assert unit is not None
    found = workspace.check(unit, workspace.texts)
    return {path.name: [fault.message for fault in faults] for path, faults in found.items() if faults}


def test_files_belong_to_decks(folder: DeckFolder) -> None:
    """An included file to the deck that takes it in, even before that was opened; a translation to its original."""
    workspace, path = Workspace(), folder.path
    assert workspace.unit(path / "deck.md") == Unit(Kind.DECK, path / "deck.md")
    assert workspace.unit(path / "part.md") == Unit(Kind.DECK, path / "deck.md")
    assert workspace.unit(path / "demos" / "hello.md") == Unit(Kind.DEMO, path / "demos" / "hello.md")
    folder.write("deck.de.md", "# Eins\n")
    assert original(path / "deck.de.md") == path / "deck.md"
    assert workspace.unit(path / "deck.de.md") == Unit(Kind.DECK, path / "deck.md")
    assert list(decks_above(path / "a" / "b.md")) == [path / "deck.md"]


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("README.md", "# Read me\n\nA text.\n", None),
        ("post.md", "---\ntitle: A post\n---\nText\n", None),
        ("post.md", "---\nlayout: post\ntheme: minima\nmy_duration: 5m\n---\nText\n", None),
        ("post.md", "---\ntitle: A post\n---\nText\n\nduration: 5m\n", None),
        ("talk.md", "---\ntitle: T\nduration: 5m\n---\n# One\n", Kind.DECK),
        ("talk.md", "---\ntheme: night\n---\n# One\n", Kind.DECK),
        ("talk.md", "---\ntheme: ../brand.yaml\n---\n# One\n", Kind.DECK),
        ("demos/new.md", "", Kind.DEMO),
        ("demos/new.md", "---\nti", Kind.DEMO),
        ("demos/new.md", "---\nimages: [busybox]\n---\n", Kind.DEMO),
        ("demos/new.md", "# A title\n\n```console\n$ true\n```\n", Kind.DEMO),
        ("demos/new.md", "Text\n\n~~~ python {run}\nprint()\n~~~\n", Kind.DEMO),
        ("demos/README.md", "# Our demos\n\n```js\nrun()\n```\n", None),
        ("brand.yaml", "extends: harbour\n", Kind.THEME),
        ("brand.yaml", "extends: \n", Kind.THEME),
        ("brand.yaml", "title: All of it\nfonts: {}\ncolors: {}\n", Kind.THEME),
        ("colors.yaml", "my_fonts: a\ncolors: {}\n", None),
        ("lint.yaml", "extends: eslint:recommended\n", None),
        ("other.yaml", "a: b\n", None),
        ("workshop.yaml", "", Kind.MANIFEST),
        ("main.py", "", None),
    ],
)
def test_only_our_files_are_checked(folder: DeckFolder, name: str, text: str, kind: Kind | None) -> None:
    """A Markdown file of another name needs a key that only decks have; other tools' pages are left alone."""
    unit = Workspace().unit(folder.write(name, text))
    assert (unit.kind if unit is not None else None) == kind


def test_faults_of_text_that_is_not_saved(folder: DeckFolder) -> None:
    """In the file where each is, and gone when it is mended; the outline is there even with faults."""
    workspace, deck, part = Workspace(), folder.path / "deck.md", folder.path / "part.md"
    assert checked(workspace, deck) == {"hello.md": ["the demo 'hello' has no recording yet"]}
    workspace.texts[part] = "::: lefty\ntext\n:::\n"
    assert any("lefty" in message for message in checked(workspace, part)["part.md"])
    workspace.texts[deck] = deck.read_text().replace("demo: hello", "demo: helo").replace("# One", "# First")
    assert "there is no demo 'helo'" in checked(workspace, deck)["deck.md"]
    known = workspace.deck(part)
    assert known is not None
    assert known.slides[0].title_text == "First"
    assert workspace.projects[deck].deck.slides[0].title_text == "One"
    workspace.texts.clear()
    assert "deck.md" not in checked(workspace, deck)


def test_faults_of_other_files(folder: DeckFolder) -> None:
    """Scripts, themes and manifests, each by itself."""
    workspace = Workspace()
    script = folder.write("demos/bad.md", DEMO.replace("title", "titel"))
    assert "unknown key 'titel'" in checked(workspace, script)["bad.md"][0]
    theme = folder.write("brand.yaml", "extends: harbour\ncolors: {acent: '#ffffff'}\n")
    assert "acent" in checked(workspace, theme)["brand.yaml"][0]
    manifest = folder.write("workshop.yaml", "titel: x\n")
    assert "titel" in checked(workspace, manifest)["workshop.yaml"][0]


def test_demos_folder(folder: DeckFolder) -> None:
    """The one that a deck names, else the nearest; a script's own."""
    workspace, path = Workspace(), folder.path
    assert workspace.demos_folder(path / "deck.md") == path / "demos"
    assert workspace.demos_folder(path / "demos" / "hello.md") == path / "demos"
    assert workspace.demos_folder(path / "demos" / "one" / "demo.md") == path / "demos"
    workspace.texts[path / "deck.md"] = "---\ndemos: other\n---\n# One\n"
    assert workspace.demos_folder(path / "deck.md") == path / "other"


def test_front_matter() -> None:
    """What is between the first two lines of hyphens."""
    assert front_matter("---\na: b\n---\n# T") == "a: b"
    assert front_matter("# T\n---\na: b\n---") == ""
    assert front_matter("--- \na: b\n---x\n---\n# T") == "a: b\n---x", "only a line of hyphens alone ends it"
    assert front_matter("---\nNo key.\n---\n") == "", "this is text between two separators"
