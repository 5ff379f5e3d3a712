"""Seats have the workshop's images without loading them: their store is linked to one that the image holds."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from quarterdeck.seats.room.store import OPAQUE, fill, link

BASE, TOP = "base" * 8, "top" * 8
SHORT = {BASE: "BASEBASEBASEBASEBASEBASEBA", TOP: "TOPTOPTOPTOPTOPTOPTOPTOPTO"}
REMOVED = "OPTOPTOPTOPTOPTOPTOPTOPTOt"


def layer(data: Path, name: str, lower: str, files: dict[str, str]) -> Path:
    """A layer as Docker keeps it, with these files."""
    own = data / "overlay2" / name
    for path, text in files.items():
        (own / "diff" / path).parent.mkdir(parents=True, exist_ok=True)
        (own / "diff" / path).write_text(text)
    (own / "link").write_text(SHORT[name])
    (own / "committed").touch()
    if lower:
        (own / "lower").write_text(lower)
    return own / "diff"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The data of an engine with an image of two layers, of which the upper removes nothing."""
    data = tmp_path / "data"
    layer(data, BASE, "", {"etc/name": "base", "var/cache/old": "x"})
    layer(data, TOP, f"l/{SHORT[BASE]}", {"var/cache/new": "y", "bin/tool": "z"})
    (data / "overlay2" / "l").mkdir()
    (data / "image" / "overlay2").mkdir(parents=True)
    (data / "image" / "overlay2" / "repositories.json").write_text("{}")
    return data


def test_a_seat_reads_the_shared_layers(data: Path, tmp_path: Path) -> None:
    """The engine of a seat finds its images where it looks for them, and their files are not copied."""
    shared, own = tmp_path / "shared", tmp_path / "own"
    fill(data, shared)
    own.mkdir()
    link(shared, own)
    assert (own / "image/overlay2/repositories.json").read_text() == "{}"
    assert (own / "overlay2" / TOP / "lower").read_text() == f"l/{SHORT[BASE]}"
    assert (own / "overlay2" / TOP / "diff").resolve() == shared / "overlay2" / TOP / "diff"
    assert (own / "overlay2/l" / SHORT[BASE] / "etc/name").read_text() == "base"
    assert not (own / "overlay2" / BASE / "lower").exists()
    assert (own / "overlay2" / BASE / "committed").exists()


def test_a_seat_that_has_run_keeps_its_own(data: Path, tmp_path: Path) -> None:
    """A seat that is started again keeps what its attendee has made; one without shared images has an empty store."""
    shared, own = tmp_path / "shared", tmp_path / "own"
    link(shared, own)
    assert not own.exists()
    fill(data, shared)
    (own / "overlay2").mkdir(parents=True)
    link(shared, own)
    assert list(own.iterdir()) == [own / "overlay2"]


@pytest.mark.skipif(os.geteuid() != 0, reason="marks of removed files take root")
def test_what_a_layer_removes(data: Path, tmp_path: Path) -> None:
    """A file that an image has removed stays removed in seats, with the folder whose contents it has replaced."""
    top = data / "overlay2" / TOP / "diff"
    (top / "etc").mkdir()
    os.mknod(top / "etc/name", stat.S_IFCHR, os.makedev(0, 0))
    os.setxattr(top / "var/cache", OPAQUE[0], b"y")
    (top / "var/cache").chmod(0o750)
    shared, own = tmp_path / "shared", tmp_path / "own"
    fill(data, shared)
    assert not (shared / "overlay2" / TOP / "diff/etc/name").exists(), "it would hide files of the image of seats"
    own.mkdir()
    link(shared, own)
    assert (own / "overlay2" / TOP / "lower").read_text() == f"l/{REMOVED}:l/{SHORT[BASE]}"
    marks = own / "overlay2/l" / REMOVED
    assert stat.S_ISCHR((marks / "etc/name").stat().st_mode)
    assert (marks / "etc/name").stat().st_rdev == 0
    assert os.getxattr(marks / "var/cache", OPAQUE[0]) == b"y"
    assert stat.S_IMODE((marks / "var/cache").stat().st_mode) == 0o750
    assert sorted(each.name for each in marks.iterdir()) == ["etc", "var"]


@pytest.mark.skipif(os.geteuid() != 0, reason="owners and devices take root")
def test_files_stay_as_they_are(data: Path, tmp_path: Path) -> None:
    """Owners, modes, links and devices of an image's files are the same in seats."""
    top = data / "overlay2" / TOP / "diff"
    os.chown(top / "bin/tool", 70, 71)
    (top / "bin/tool").chmod(0o4755)
    os.link(top / "bin/tool", top / "bin/again")
    (top / "bin/soft").symlink_to("/nowhere")
    os.mknod(top / "null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
    fill(data, tmp_path / "shared")
    copy = tmp_path / "shared/overlay2" / TOP / "diff"
    found = (copy / "bin/tool").stat()
    assert (found.st_uid, found.st_gid, stat.S_IMODE(found.st_mode)) == (70, 71, 0o4755)
    assert found.st_ino == (copy / "bin/again").stat().st_ino
    assert str((copy / "bin/soft").readlink()) == "/nowhere"
    assert (copy / "null").stat().st_rdev == os.makedev(1, 3)
