"""Records of what was built from what: inputs by content, files, and what they are good for."""

from __future__ import annotations

import time
from pathlib import Path, PurePosixPath

from quarterdeck.diagnostics import Diagnostic, Severity, SourceSpan
from quarterdeck.files.atomic import Output, write
from quarterdeck.model.options import Choices
from quarterdeck.project.project import load_project
from quarterdeck.workshop.build.records import (
    ABSENT,
    FOLDER,
    UNSETTLED,
    FileDigests,
    PlannedPart,
    Record,
    TalkFacts,
    WrittenFile,
    forget,
    inputs_of,
    program,
    read_record,
    read_records,
    remove_files,
    unchanged,
)


def written(folder: Path, name: str, data: bytes = b"data") -> WrittenFile:
    """A file that a build has written."""
    write([Output(folder / name, data)])
    return WrittenFile.of("html", PurePosixPath(name), folder, data)


def record(folder: Path, variant: str, *files: WrittenFile) -> Record:
    """A record with everything in it, stored."""
    warning = Diagnostic("too long", SourceSpan("deck.md", 3, 2, 5), "shorten it", "time-budget", Severity.WARNING)
    talk = TalkFacts("Ports", 3, 1, 600.0, None, (PlannedPart("9:00", "Start", 10, is_break=False),))
    made = Record(variant, "../workshop.yaml", "key", {"deck.md": "abc"}, files, talk, (warning,))
    write([made.output(folder)])
    return made


def test_a_record_comes_back_as_it_was(tmp_path: Path) -> None:
    """With its files, its agenda and its warnings; the same record gives the same bytes."""
    made = record(tmp_path, "lecture", written(tmp_path, "lecture/ports.html"))
    assert read_record(tmp_path, "lecture") == made
    assert read_records(tmp_path) == {"lecture": made}
    assert made.output(tmp_path) == made.output(tmp_path)
    forget(tmp_path, "lecture")
    assert read_record(tmp_path, "lecture") is None


def test_what_is_not_a_record_is_none(tmp_path: Path) -> None:
    """A damaged file, one of another version, or one that someone else wrote: the variant is built again."""
    made = record(tmp_path, "lecture")
    file = tmp_path / FOLDER / "lecture.json"
    whole = file.read_text()
    for damaged in (whole[:-20], whole.replace('"version": 2', '"version": 1'), "[]", '{"version": 2}', "\udcff"):
        file.write_bytes(damaged.encode("utf-8", "surrogateescape"))
        assert read_record(tmp_path, "lecture") is None, damaged
    file.write_text(whole)
    assert read_record(tmp_path, "lecture") == made


def test_only_files_of_ours_are_removed(tmp_path: Path) -> None:
    """Not what someone has changed since, not what is still written, and nothing outside; empty folders go too."""
    out = tmp_path / "out"
    gone, changed, still = (written(out, name) for name in ("a/gone.html", "b/changed.html", "c/still.html"))
    (out / "b" / "changed.html").write_text("mine")
    outside = tmp_path / "outside.html"
    outside.write_bytes(b"data")
    stranger = WrittenFile("html", "../outside.html", 4, outside.stat().st_mtime_ns, gone.sha256)
    assert remove_files(out, [gone, changed, still, stranger], ["c/still.html"]) == (
        ["a/gone.html"],
        ["b/changed.html"],
    )
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()) == [
        "out/b/changed.html",
        "out/c/still.html",
        "outside.html",
    ]
    assert not (out / "a").exists()


def test_a_file_is_ours_by_its_content(tmp_path: Path) -> None:
    """A touched file is; one of the same size with other bytes isn't."""
    file = written(tmp_path, "ports.html", b"data")
    path = tmp_path / "ports.html"
    path.touch()
    assert file.is_ours(tmp_path)
    path.write_bytes(b"DATA")
    assert not file.is_ours(tmp_path)
    path.unlink()
    assert not file.is_ours(tmp_path)


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
    (tmp_path / "deck.de.md").write_text("---\ntitle: Deck\n---\n\n---\nid: one\n---\n\n# Eins\n\nText\n")
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
