"""Where names lead, and how they are renamed."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, SourceSpan
from quarterdeck.editor.names import definition, name_at, outline, renaming, replacement, slide_at
from quarterdeck.editor.workspace import Workspace
from support.deck_folder import DeckFolder

DECK = """# One

See [two](#second), [two](#second) and [three](#three).

{% include 'part.md' %}

---
demo: hello
id: second
---
# Two

```
demo: hello
```

---

# Three {#three}

![A cat](img/cat.svg)
"""


@pytest.fixture
def path(folder: DeckFolder) -> Path:
    """A folder with a deck, what it takes in, and a manifest."""
    folder.write("deck.md", DECK)
    folder.write("part.md", "and [again](#second)\n")
    folder.write("img/cat.svg", "<svg/>")
    folder.write("demos/hello.md", "```console\n$ true\n```\n")
    folder.write("demos/hello.de.md", "```console\n$ true\n```\n")
    folder.write("demos/hello.cast", "")
    folder.write("demos/hello-more.md", "---\ncontinues: hello\n---\n```console\n$ true\n```\n")
    folder.write("workshop.yaml", "forms:\n  short:\n    exclude: [second, other]\n    title: second\n")
    return folder.path.resolve()


@pytest.fixture
def workspace(path: Path) -> Workspace:
    """The folder, with its deck read."""
    made = Workspace()
    unit = made.unit(path / "deck.md")
    assert unit is not None
    made.check(unit, {})
    return made


@pytest.mark.parametrize(
    ("place", "leads_to"),
    [
        ((8, 8), "demos/hello.md:1"),
        ((3, 12), "deck.md:11"),
        ((3, 50), "deck.md:19"),
        ((5, 14), "part.md:1"),
        ((21, 12), "img/cat.svg:1"),
        ((1, 3), None),
    ],
)
def test_definitions(workspace: Workspace, path: Path, place: tuple[int, int], leads_to: str | None) -> None:
    """A demo's script, a link's slide, a file."""
    found = definition(workspace, path / "deck.md", *place)
    shown = f"{Path(found.file).relative_to(path)}:{found.line}" if found is not None else None
    assert shown == leads_to


def applied(path: Path, places: tuple[SourceSpan, ...], new: str) -> dict[str, str]:
    """The lines that edits change, by file and number."""
    lines: dict[tuple[str, int], str] = {}
    for span in sorted(places, reverse=True):
        key = (span.file, span.line)
        text = lines.get(key) or Path(span.file).read_text().split("\n")[span.line - 1]
        lines[key] = text[: span.column - 1] + new + text[span.column - 1 + span.length :]
    return {f"{Path(file).relative_to(path)}:{line}": text for (file, line), text in sorted(lines.items())}


def test_renaming_a_slide(workspace: Workspace, path: Path) -> None:
    """Its id, all links to it, and where the manifest selects it; not a title that reads the same."""
    named = name_at(workspace, path / "deck.md", 9, 6)
    assert named is not None
    made = renaming(workspace, path / "deck.md", named, "next")
    assert applied(path, made.places, "next") == {
        "deck.md:3": "See [two](#next), [two](#next) and [three](#three).",
        "deck.md:9": "id: next",
        "part.md:1": "and [again](#next)",
        "workshop.yaml:3": "    exclude: [next, other]",
    }
    assert made.files == ()


def test_renaming_a_demo(workspace: Workspace, path: Path) -> None:
    """Its script, translations, recording and pictures get another name; code that reads the same doesn't change."""
    (path / "demos" / "hello.step-2.jpg").touch()
    (path / "demos" / "hello-more.step-2.jpg").touch()
    named = name_at(workspace, path / "deck.md", 8, 1)
    assert named is not None
    made = renaming(workspace, path / "deck.md", named, "bye")
    assert applied(path, made.places, "bye") == {"deck.md:8": "demo: bye", "demos/hello-more.md:2": "continues: bye"}
    assert [(old.name, new.name) for old, new in made.files] == [
        ("hello.cast", "bye.cast"),
        ("hello.de.md", "bye.de.md"),
        ("hello.md", "bye.md"),
        ("hello.step-2.jpg", "bye.step-2.jpg"),
    ]


@pytest.mark.parametrize(
    ("place", "new", "why"),
    [
        ((9, 6), "three", "there is a slide 'three' already"),
        ((9, 6), "a b", "can't be a name"),
        ((8, 8), "hello-more", "there is a demo 'hello-more' already"),
    ],
)
def test_names_that_cannot_be(workspace: Workspace, path: Path, place: tuple[int, int], new: str, why: str) -> None:
    """Taken ones, and those that no slide can have."""
    named = name_at(workspace, path / "deck.md", *place)
    assert named is not None
    with pytest.raises(QuarterdeckError, match=why):
        renaming(workspace, path / "deck.md", named, new)


def test_an_id_made_from_a_title_is_the_titles(workspace: Workspace, path: Path) -> None:
    """Links to it can't be renamed without it."""
    workspace.texts[path / "deck.md"] = DECK.replace("[three](#three)", "[one](#one)")
    named = name_at(workspace, path / "deck.md", 3, 48)
    assert named is not None
    assert named.name == "one"
    with pytest.raises(QuarterdeckError, match="comes from the slide's title"):
        renaming(workspace, path / "deck.md", named, "first")


def test_outline(workspace: Workspace, path: Path) -> None:
    """The slides of each file, and the one at a line."""
    deck = workspace.deck(path / "deck.md")
    assert deck is not None
    assert [slide.id for slide, _ in outline(deck, path / "deck.md")] == ["one", "second", "three"]
    assert list(outline(deck, path / "part.md")) == []
    for line, expected in ((1, "one"), (5, "one"), (12, "second"), (99, "three")):
        slide = slide_at(deck, path / "deck.md", line)
        assert slide is not None
        assert slide.id == expected


def test_quick_fixes() -> None:
    """The word that the hint names, where the mark is on the one that it replaces."""
    span = SourceSpan("deck.md", 2, 7, 4)
    assert replacement(Diagnostic("no demo", span, "did you mean 'hello'?"), "demo: helo") == "hello"
    assert replacement(Diagnostic("no demo", span, "there are none"), "demo: helo") is None
    assert replacement(Diagnostic("no demo", span, "did you mean 'zip'?"), "demo: helo") is None
    assert replacement(Diagnostic("no demo", None, "did you mean 'hello'?"), "demo: helo") is None
