"""Readers see the old file or the new one."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files import atomic
from quarterdeck.files.atomic import PART, PRIVATE, Output, remove_parts, replace_file, write, write_beside


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    """Nothing stays beside it, and who has the old one open still reads the old one."""
    file = tmp_path / "state.json"
    replace_file(file, b"old")
    with file.open("rb") as reader:
        replace_file(file, b"new and longer")
        assert reader.read() == b"old"
    assert file.read_bytes() == b"new and longer"
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


def test_private_files_are_their_owners_alone(tmp_path: Path) -> None:
    """From the first byte on: there is no moment in which another user could open it."""
    replace_file(tmp_path / "token", b"secret", mode=PRIVATE)
    assert (tmp_path / "token").stat().st_mode & 0o777 == PRIVATE
    assert write_beside(tmp_path / "token", b"secret", mode=PRIVATE).stat().st_mode & 0o777 == PRIVATE


def test_a_rename_that_fails_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And removes the new one."""
    file = tmp_path / "state.json"
    file.write_bytes(b"old")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="No space left"):
        replace_file(file, b"new")
    assert file.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["state.json"]


@pytest.mark.parametrize(("durable", "synced"), [(True, ["file", "folder"]), (False, [])])
def test_durable_files_survive_a_power_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, durable: bool, synced: list[str]
) -> None:
    """The data reach the disk before the rename, and the rename after it; a cache waits for neither."""
    seen: list[str] = []

    def sync(descriptor: int) -> None:
        is_folder = Path(f"/proc/self/fd/{descriptor}").resolve() == tmp_path.resolve()
        assert (tmp_path / "file").exists() == is_folder
        seen.append("folder" if is_folder else "file")

    monkeypatch.setattr("os.fsync", sync)
    replace_file(tmp_path / "file", b"data", durable=durable)
    assert seen == synced


def test_what_a_killed_command_left_is_removed(tmp_path: Path) -> None:
    """Of this file only, whatever characters its name has."""
    left = write_beside(tmp_path / "a[1].html", b"half")
    other = write_beside(tmp_path / "a1.html", b"half")
    assert left.name.endswith(PART)
    remove_parts(tmp_path / "a[1].html")
    assert [path.name for path in tmp_path.iterdir()] == [other.name]


def test_no_other_module_renames_locks_or_looks_for_folders() -> None:
    """One atomic write, one lock, one state folder: the rest of the code goes through this room."""
    package = Path(atomic.__file__).parents[1]
    words = ("os.replace", "os.rename", ".fsync(", "mkstemp", "NamedTemporaryFile", "flock(", "import platformdirs")
    found = {
        f"{path.relative_to(package)}: {word}"
        for path in package.rglob("*.py")
        if path.parent != package / "files"
        for word in words
        if word in path.read_text("utf-8")
    }
    assert found == {"workshop/pack/format.py: .fsync("}, "a pack grows in place, so that it can be continued"


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
