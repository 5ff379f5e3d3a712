"""What was built from what, as it is stored."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from quarterdeck.diagnostics import Diagnostic, Severity, SourceSpan
from quarterdeck.files.outputs import Output, write
from quarterdeck.workshop.build.records import (
    FOLDER,
    PlannedPart,
    Record,
    TalkFacts,
    WrittenFile,
    forget,
    read_record,
    read_records,
    remove_files,
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
