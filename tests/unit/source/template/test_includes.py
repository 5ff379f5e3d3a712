"""Files are included by paths, within the project only."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.source.template.includes import IncludeLoader
from quarterdeck.source.template.jinja import Templates
from quarterdeck.text.passage import Passage
from support.deck_folder import DeckFolder

AT = SourceSpan("deck.md", 5, 13, 8)


def render(text: str, folder: Path, found: Diagnostics) -> Passage | None:
    """Render a text that begins at line 5."""
    return Templates({"name": "Docker"}, folder, folder, found).render(Passage.of_file(text, "deck.md", 5))


def test_blank_line_after_include(tmp_path: Path) -> None:
    """Text after an include doesn't run into the included paragraph."""
    (tmp_path / "part.md").write_text("included\n")
    passage = render("{% include 'part.md' %}\n\nafter", tmp_path, Diagnostics())
    assert passage is not None
    assert passage.text == "included\n\nafter"


def test_include_of_itself(tmp_path: Path) -> None:
    """Files that include each other are a fault, not a crash."""
    (tmp_path / "a.md").write_text("{% include 'b.md' %}")
    (tmp_path / "b.md").write_text("{% include 'a.md' %}")
    found = Diagnostics()
    assert render("{% include 'a.md' %}", tmp_path, found) is None
    assert "without end" in found.errors[0].message


def test_include_relative_to_module(tmp_path: Path) -> None:
    """A module includes what stands beside it."""
    (tmp_path / "modules").mkdir()
    (tmp_path / "modules/outer.md").write_text("{% include 'inner.md' %}")
    (tmp_path / "modules/inner.md").write_text("inner")
    passage = render("{% include 'modules/outer.md' %}", tmp_path, Diagnostics())
    assert passage is not None
    assert passage.text.strip() == "inner"


def test_included_slides(folder: DeckFolder) -> None:
    """Slides of an included file are slides of the deck, and the file is watched."""
    folder.write("modules/two.md", "---\nid: two\n---\n# Two\n\n---\n\n# Three\n")
    deck = folder.load("# One\n\n{% include 'modules/two.md' %}\n\n---\n\n# Four\n").deck
    assert [slide.id for slide in deck.slides] == ["one", "two", "three", "four"]
    assert folder.path / "modules/two.md" in deck.sources


@pytest.mark.parametrize(
    ("wanted", "message", "hint"),
    [
        ("brokn.md", "'brokn.md' can't be included: there is no such file", "did you mean 'broken.md'?"),
        ("zzz.md", "'zzz.md' can't be included: there is no such file", "paths are from the deck's folder"),
        ("../out.md", "'../out.md' lies outside of the project", "files below . can be included"),
    ],
)
def test_why_not(folder: DeckFolder, wanted: str, message: str, hint: str) -> None:
    """An include that isn't found is explained at its place."""
    folder.write("broken.md", "x")
    found = Diagnostics()
    loader = IncludeLoader(folder.path, folder.path, found)
    assert loader.resolve(wanted, "deck.md") == wanted
    loader.explain(wanted, AT)
    assert [(fault.message, fault.hint, fault.span) for fault in found] == [(message, hint, AT)]


def test_translated_includes(folder: DeckFolder) -> None:
    """They are taken in the language, where there are any."""
    folder.write("part.md", "hello")
    folder.write("part.de.md", "hallo")
    folder.write("other.md", "x")
    loader = IncludeLoader(folder.path, folder.path, Diagnostics(), "de")
    assert [loader.resolve(name, "deck.md") for name in ("part.md", "other.md")] == ["part.de.md", "other.md"]


def test_the_folder_of_the_project_is_searched_last(folder: DeckFolder) -> None:
    """Modules that decks share are in its root."""
    folder.write("shared.md", "root")
    folder.write("talk/own.md", "own")
    folder.write("own.md", "root")
    loader = IncludeLoader(folder.path / "talk", folder.path, Diagnostics())
    assert [loader.resolve(name, "deck.md") for name in ("shared.md", "own.md")] == ["shared.md", "talk/own.md"]
