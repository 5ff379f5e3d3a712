"""Writing what a user asked for: all of it, or nothing."""

import errno
import os
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.outputs import Output, write


def test_files_are_written_with_their_folders_and_usual_permissions(tmp_path: Path) -> None:
    """A new output folder is made, and others can read the files."""
    write([Output(tmp_path / "a" / "deck.html", b"page")])
    assert (tmp_path / "a" / "deck.html").read_bytes() == b"page"
    mask = os.umask(0o022)
    os.umask(mask)
    assert (tmp_path / "a" / "deck.html").stat().st_mode & 0o777 == 0o666 & ~mask


def test_a_file_that_would_not_change_is_left_alone(tmp_path: Path) -> None:
    """Its time of change still says when it changed."""
    file = tmp_path / "deck.html"
    write([Output(file, b"page")])
    os.utime(file, (1, 1))
    write([Output(file, b"page")])
    assert file.stat().st_mtime == 1


@pytest.mark.parametrize(
    ("fault", "remedy"), [(errno.ENOSPC, "free some disk space"), (errno.EACCES, "make this one writable")]
)
def test_the_hint_is_for_the_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int, remedy: str) -> None:
    """A full disk isn't fixed by permissions."""

    def fail(*_: object) -> None:
        raise OSError(fault, os.strerror(fault))

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(QuarterdeckError) as caught:
        write([Output(tmp_path / "deck.html", b"page")])
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.hint is not None
    assert diagnostic.hint.endswith(remedy)


def test_when_one_file_cannot_be_written_none_is_replaced(tmp_path: Path) -> None:
    """The old outputs stay, nothing is left beside them, and the fault names the file."""
    good = tmp_path / "deck.html"
    good.write_bytes(b"old")
    (tmp_path / "blocked").write_bytes(b"a file where a folder should be")
    with pytest.raises(QuarterdeckError, match=r"can't write .*blocked/deck\.pptx"):
        write([Output(good, b"new"), Output(tmp_path / "blocked" / "deck.pptx", b"new")])
    assert good.read_bytes() == b"old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["blocked", "deck.html"]


def test_a_disk_that_fails_in_the_middle_loses_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk shows at fsync; the old file is still there."""
    file = tmp_path / "deck.html"
    file.write_bytes(b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(QuarterdeckError, match="No space left"):
        write([Output(file, b"new")])
    assert file.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["deck.html"]
