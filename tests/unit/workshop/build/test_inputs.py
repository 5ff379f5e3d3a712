"""What a variant was made from, by content."""

from __future__ import annotations

import time
from pathlib import Path

from quarterdeck.model.options import Choices
from quarterdeck.project.project import load_project
from quarterdeck.workshop.build.inputs import ABSENT, UNSETTLED, FileDigests, inputs_of, program, unchanged


def test_digests_are_of_content(tmp_path: Path) -> None:
    """Of a file, and of a folder with all that is in it; each is computed once, until others are asked for."""
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_text("one")
    (tmp_path / "b").write_text("one")
    digests = FileDigests(tmp_path)
    assert digests.of("folder/a") == digests.of("b") != digests.of("folder")
    assert digests.of("none") == ABSENT
    before = digests.of("folder")
    (tmp_path / "folder" / "new").write_text("two")
    assert digests.of("folder") == before
    assert FileDigests(tmp_path).of("folder") != before


def test_every_file_counts(tmp_path: Path) -> None:
    """Includes and pictures, and a translation that isn't there yet; a file that changes meanwhile never matches."""
    (tmp_path / "deck.md").write_text('# One\n\n{% include "part.md" %}\n')
    (tmp_path / "part.md").write_text("Text\n")
    (tmp_path / "deck.de.md").write_text("---\nid: one\n---\n# Eins\n\nText\n")
    choices = Choices(language="de")
    project = load_project(tmp_path, choices)
    inputs = inputs_of(project, choices, FileDigests(tmp_path), time.time_ns() + 10**9)
    assert {"deck.md", "part.md", "deck.de.md", "part.de.md"} <= inputs.keys()
    assert inputs["part.de.md"] == ABSENT
    assert unchanged(inputs, FileDigests(tmp_path))
    (tmp_path / "part.de.md").write_text("Wort\n")
    assert not unchanged(inputs, FileDigests(tmp_path))
    hasty = inputs_of(project, choices, FileDigests(tmp_path), since=0)
    assert hasty["deck.md"] == UNSETTLED
    assert not unchanged({"deck.md": UNSETTLED}, FileDigests(tmp_path))


def test_the_program_counts() -> None:
    """The same program has the same hash."""
    assert program() == program()
    assert len(program()) == 64
