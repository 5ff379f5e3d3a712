"""Files that an author wrote: read whatever their encoding marks and line ends, or refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.text import source_file
from quarterdeck.text.source_file import (
    is_file,
    is_folder,
    is_translation,
    presentable,
    read_source,
    shown_path,
    translation_of,
    unsaved,
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder that the command is given in."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("data", [b"a\nb\n", b"\xef\xbb\xbfa\r\nb\r\n", b"a\rb\r"])
def test_line_ends(here: Path, data: bytes) -> None:
    """Windows' and old Macs' line ends, and a byte-order mark, make no difference."""
    (here / "deck.md").write_bytes(data)
    assert read_source(here / "deck.md", Diagnostics()) == "a\nb\n"


@pytest.mark.parametrize(
    ("data", "code", "place"),
    [
        ("# ä\n\nfür".encode("latin-1"), "not-utf-8", "deck.md:1:3"),
        ("ok\nü".encode() + b"\xff", "not-utf-8", "deck.md:2:2"),
        (b"ab\x07", "control-character", "deck.md:1:3"),
        ("x\n\u2028".encode(), "control-character", "deck.md:2:1"),
    ],
)
def test_what_no_slide_can_show(here: Path, data: bytes, code: str, place: str) -> None:
    """The place of the first wrong byte, or of each character."""
    (here / "deck.md").write_bytes(data)
    found = Diagnostics()
    text = read_source(here / "deck.md", found)
    assert [(fault.code, str(fault.span)) for fault in found] == [(code, place)]
    assert text is None or "\ufffd" in text


def test_files_that_cannot_be_read(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The fault is where the file is named, if it is."""
    at = SourceSpan("deck.md", 3, 5)
    found = Diagnostics()
    assert read_source(here / "none.md", found, at) is None
    assert read_source(here / "none.md", found) is None
    monkeypatch.setattr(source_file, "MAX_BYTES", 3)
    (here / "big.md").write_text("four")
    assert read_source(here / "big.md", found, at) is None
    assert [fault.span for fault in found] == [at, SourceSpan("none.md"), at]
    assert {fault.code for fault in found} == {"unreadable-file"}


def test_paths_as_authors_see_them(here: Path) -> None:
    """Relative to where the command was given, if they are below it."""
    assert shown_path(here / "a" / ".." / "deck.md") == "deck.md"
    assert shown_path(here.parent / "x.md") == str(here.parent / "x.md")


def test_translations(here: Path) -> None:
    """A file beside the original, with the language before its ending."""
    original = here / "deck.md"
    translation = translation_of(original, "pt-BR")
    assert translation == here / "deck.pt-BR.md"
    assert not is_translation(translation)
    original.touch()
    assert is_translation(translation)
    assert not is_translation(original)


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_names_that_no_file_can_have(here: Path, name: str) -> None:
    """They name nothing, and raise nothing."""
    assert not is_file(here / name)
    assert not is_folder(here / name)
    assert is_folder(here)


def test_presentable() -> None:
    """Characters that no output can hold are replaced; tabs, line ends and emoji stay."""
    assert presentable("a\tb\n👩\u200d💻\x00\U00100000") == "a\tb\n👩\u200d💻\ufffd\ufffd"


def test_an_editors_text_is_read_instead_of_the_file(here: Path) -> None:
    """Until it is saved or given up; other files are what they are."""
    deck, other = here / "deck.md", here / "other.md"
    deck.write_text("saved")
    other.write_text("other")
    found = Diagnostics()
    with unsaved({deck.resolve(): "typed\r\nlines"}):
        assert read_source(here / "." / "deck.md", found) == "typed\nlines"
        assert read_source(other, found) == "other"
    assert read_source(deck, found) == "saved"
    assert not found.items
