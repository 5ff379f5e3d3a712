"""Slides are read again only where something of them changed."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.source.deck import LoadedDeck, SourceMemo, load_deck
from quarterdeck.source.demos import script
from quarterdeck.source.slides import slide
from quarterdeck.source.slides.slide import read_slide
from quarterdeck.text.fields import parse_fields
from support.deck_folder import DeckFolder

DECK = "# One\n\n![p](p.svg)\n\n---\n\n# Two\n\ntext\n"


class Reader:
    """Reads a deck again and again with one memo."""

    def __init__(self, folder: DeckFolder, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.read = 0
        self._memo = SourceMemo()

        def counted(*arguments: object, **named: object) -> object:
            self.read += 1
            return read_slide(*arguments, **named)  # type: ignore[arg-type]

        monkeypatch.setattr(slide, "read_slide", counted)

    def load(self, text: str) -> tuple[LoadedDeck, int]:
        """The deck, and how many slides were read for it."""
        self.read = 0
        self.folder.write("deck.md", text)
        return load_deck(self.folder.path, memo=self._memo), self.read


@pytest.fixture
def reader(folder: DeckFolder, monkeypatch: pytest.MonkeyPatch) -> Reader:
    """A reader of a folder with a picture."""
    folder.write("p.svg", "<svg/>")
    return Reader(folder, monkeypatch)


def test_only_changed_slides_are_read(reader: Reader) -> None:
    """A word on one of them."""
    first, count = reader.load(DECK)
    assert count == 2
    again, count = reader.load(DECK)
    assert (again, count) == (first, 0)
    assert reader.load(DECK.replace("text", "word"))[1] == 1


def test_a_slide_that_moves_is_read(reader: Reader) -> None:
    """Its lines are others, and its faults would be."""
    reader.load(DECK)
    assert reader.load(f"# Zero\n\n---\n\n{DECK}")[1] == 3


def test_another_picture_is_seen(reader: Reader) -> None:
    """Though the slide's text is the same; the file is watched all the same."""
    before, _ = reader.load(DECK)
    reader.folder.write("p.svg", "<svg width='9' height='9'/>")
    after, count = reader.load(DECK)
    assert count == 1
    assert before.deck.slides[0].slots != after.deck.slides[0].slots
    assert reader.load(DECK)[0].deck.sources == after.deck.sources
    assert reader.folder.path / "p.svg" in after.deck.sources


def test_faults_are_reported_each_time(reader: Reader) -> None:
    """A slide with a fault is read again, since its fix may be in another file."""
    text = DECK.replace("text", "![q](q.svg)")
    for _ in range(2):
        with pytest.raises(QuarterdeckError, match=r"no file 'q\.svg'"):
            reader.load(text)
    reader.folder.write("q.svg", "<svg/>")
    assert reader.load(text)[1] == 1


def test_demos_are_read_again_when_they_or_their_pictures_change(
    reader: Reader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with the faults and the hash that it has now."""
    read: list[str] = []

    def counted(*given: object) -> object:
        read.append(str(given[2]))
        return parse_fields(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(script, "parse_fields", counted)
    demo = "---\ntitle: Hello\n---\n![p](../p.svg)\n\n```console\n$ true\n```\n"
    deck = "---\n---\n---\ndemo: hello\n---\n# One\n"
    reader.folder.write("demos/hello.md", demo)
    first, _ = reader.load(deck)
    assert len(read) == 1
    assert reader.load(deck)[0] == first
    assert len(read) == 1
    reader.folder.write("p.svg", "<svg width='9' height='9'/>")
    reader.load(deck)
    assert len(read) == 2
    reader.folder.write("demos/hello.md", demo.replace("true", "false"))
    assert reader.load(deck)[0].deck.demos["hello"].script_hash != first.deck.demos["hello"].script_hash
    reader.folder.write("demos/hello.md", demo.replace("../p.svg", "../q.svg"))
    for _ in range(2):
        with pytest.raises(QuarterdeckError, match=r"no file '\.\./q\.svg'"):
            reader.load(deck)
