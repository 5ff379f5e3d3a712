"""Decks of other tools: what they become, and what is told of the rest."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conftest import missing
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.outputs import write
from quarterdeck.model.content import Code, Image, List, Table
from quarterdeck.model.deck import Deck, Layout
from quarterdeck.project.check.rules import blocks
from quarterdeck.project.project import load_project
from quarterdeck.workshop.imports.deck import Dialect, dialect_of, import_deck
from support.imported_decks import EXAMPLES, imported, plain_notes, texts


def example(name: str, tmp_path: Path) -> tuple[Deck, dict[int, list[str]]]:
    """One of the example decks, with the pictures that Slidev looks for in ``public/``."""
    folder = tmp_path / "theirs" / "talk"
    folder.mkdir(parents=True)
    shutil.copytree(EXAMPLES.parent / "conformance" / "deck" / "img", tmp_path / "theirs/conformance/deck/img")
    (folder / "public").mkdir()
    shutil.copy(EXAMPLES.parent / "conformance" / "deck" / "img" / "harbour.png", folder / "public")
    shutil.copy(EXAMPLES / name, folder)
    return imported(folder / name, tmp_path / "ours")


def test_marp(tmp_path: Path) -> None:
    """Directives, backgrounds, fragmented lists, rulers, setext headings and HTML of a Marp deck."""
    deck, told = example("marp.md", tmp_path)
    assert texts(deck) == ["Harbour pilots", "What a pilot does", "The boat", "Tides"]
    first, pilot, boat, tides = deck.slides
    assert (deck.footer, first.layout) == ("Port authority", Layout.TITLE)
    assert "welcome" in plain_notes(first)
    assert pilot.background is not None and pilot.background.color == "#f5f5dc"
    (shoals,) = [block for block in blocks(pilot) if isinstance(block, List)]
    assert [item.fragment for item in shoals.items] == [0, 1, 2]
    assert "⚓" in str(shoals.items[2])
    assert boat.layout is Layout.TWO_COLUMNS
    assert {type(b) for b in boat.slots["right"]} == {Image}
    assert "{{ not a template }}" in str(boat.slots["left"])
    assert [type(b) for b in blocks(tides) if isinstance(b, Table | Code)] == [Table, Code]
    assert tides.demo is None
    assert {1: ["the theme was left out (theme)"]}.items() <= told.items()
    source = (EXAMPLES / "marp.md").read_text().split("\n")
    filtered = next(number for number, line in enumerate(source, 1) if "blur" in line)
    assert told[filtered] == ["a picture's filter was left out"]


def test_slidev(tmp_path: Path) -> None:
    """Front matter, layouts with slots, clicks, line steps and notes of a Slidev deck; components are told of."""
    deck, told = example("slidev.md", tmp_path)
    assert texts(deck) == ["Harbour pilots", "Two tasks", "Lights", "The boat"]
    first, tasks, lights, boat = deck.slides
    assert (deck.duration, first.layout, first.transition) == (20 * 60, Layout.TITLE, "push")
    assert tasks.layout is Layout.TWO_COLUMNS
    (code,) = [block for block in tasks.slots["right"] if isinstance(block, Code)]
    assert (code.language, len(code.highlights)) == ("ts", 2)
    assert "Now the second line" in plain_notes(tasks)
    assert "[click]" not in plain_notes(tasks)
    assert (lights.id, lights.hidden) == ("lights", True)
    (sides,) = [block for block in blocks(lights) if isinstance(block, List)]
    assert [item.fragment for item in sides.items] == [0, 1]
    assert boat.layout is Layout.TWO_COLUMNS and isinstance(boat.slots["left"][0], Image)
    said = [message for messages in told.values() for message in messages]
    assert "<Compass> was left out" in said
    assert "<style> was left out" in said
    assert "a Vue expression was left out" in said


def test_pandoc(tmp_path: Path) -> None:
    """Title block, slide level, notes, columns, quoted lists and fences of a pandoc deck."""
    deck, told = example("pandoc.md", tmp_path)
    assert texts(deck) == ["Harbour pilots", "Before the roads", "What a pilot does", "Two boats", "", "Setext too"]
    title, section, pilot, boats, untitled, _ = deck.slides
    assert (deck.author, title.layout, section.layout) == ("Ada Example, Ben Example", Layout.TITLE, Layout.SECTION)
    assert pilot.id == "pilot"
    assert "every shoal has a name" in plain_notes(pilot)
    assert boats.layout is Layout.TWO_COLUMNS
    (ship,) = [block for block in boats.slots["left"] if isinstance(block, Image)]
    assert "189" in str(ship.width)
    (numbered,) = [block for block in boats.slots["right"] if isinstance(block, List)]
    assert [item.fragment for item in numbered.items] == [0, 1]
    (code,) = [block for block in blocks(untitled) if isinstance(block, Code)]
    assert (code.language, code.numbers) == ("python", True)
    assert "content for one output format was left out" in [m for messages in told.values() for m in messages]


@pytest.mark.parametrize("name", ["marp", "slidev", "pandoc"])
def test_whose_deck_it_is(name: str) -> None:
    """The tool is told from the file."""
    assert dialect_of(EXAMPLES / f"{name}.md") == name


@pytest.mark.slow
def test_a_public_deck(tmp_path: Path) -> None:
    """The deck that Slidev gives its newcomers builds after it was taken over, with all its slides."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    installed = cache / "quarterdeck-dev" / "slidev" / "node_modules" / "create-slidev" / "template" / "slides.md"
    path = Path(os.environ.get("QUARTERDECK_SLIDEV") or installed)
    if not path.exists():
        missing("office", "Slidev's example deck isn't installed: run .ci/slidev")
    deck, told = imported(path, tmp_path)
    assert texts(deck)[0] == "Welcome to Slidev"
    assert len(deck.slides) >= path.read_text("utf-8").count("\n---\n\n# ")
    assert any("<Toc> was left out" in messages for messages in told.values())


def test_what_a_slide_cannot_show_is_kept_in_its_notes(tmp_path: Path) -> None:
    """A diagram whose program is missing, and a formula that is none, don't stop the deck from building."""
    source = tmp_path / "deck.md"
    source.write_text("# One\n\n$$\\frac{$$\n\nafter\n\n---\n\n# Two\n\n" + "| w" * 60 + " |\n" + "|---" * 60 + "|\n")
    deck, told = imported(source, tmp_path / "ours", Dialect.PANDOC)
    assert texts(deck) == ["One", "Two"]
    assert any("moved to the notes" in message for messages in told.values() for message in messages)


_SNIPPETS = st.sampled_from(
    [
        *("# T", "---", "***", "- a", "* b", "1) c", "<div>", "</div>", "<v-click>", "::right::", "::: notes", ":::"),
        *("```js", "```", "{{ x }}", "{% if %}", "![bg](x.png)", "![a](b c.png){width=3cm}", "<!-- class: x -->"),
        *("<!--", "-->", "$$", "| a | b |", "|---|---|", "layout: two-cols", "> - q", "text\n===", '<img src="a">'),
        *("[x](y", "`a", "+--+", "% t", ". . .", "<<< @/x", "{.cls}", "    code", "\t", "[^1]: n", "~~~ {.py}"),
        *("![](<x>)", "&amp; <b>b</b>", "<script>", "&nbsp;", "\\", "* * *", "<a href=x>", "</a>"),
    ]
)


@pytest.mark.slow
@settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(lines=st.lists(_SNIPPETS | st.text(max_size=20), max_size=25), dialect=st.sampled_from([*Dialect][:3]))
def test_any_text_is_taken_over(lines: list[str], dialect: Dialect, tmp_path: Path) -> None:
    """Whatever is in a file, the new deck builds, or the file itself is refused with a message."""
    source = tmp_path / "any.md"
    source.write_text("\n".join(lines), "utf-8", errors="replace")
    try:
        outputs, _ = import_deck(source, tmp_path / "new", dialect)
    except QuarterdeckError as error:
        codes = {fault.code for fault in error.diagnostics}
        assert codes <= {"empty-deck", "control-character", "not-utf-8", "not-imported"}, error.diagnostics
        return
    write(outputs)
    load_project(tmp_path / "new")
