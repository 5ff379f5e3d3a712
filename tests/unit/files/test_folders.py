"""Where the program keeps its own files."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import platformdirs
import pytest

from quarterdeck.browser import DrawingBrowser
from quarterdeck.compile.pptx.package import media
from quarterdeck.files import folders
from quarterdeck.files.folders import (
    StageFolder,
    abandoned_stage_folders,
    bookmark_folder,
    cached_drawing,
    consent_folder,
    drawing_cache_folder,
    is_stage_folder,
    journal_folder,
    show_log,
)
from quarterdeck.model.content import Asset
from quarterdeck.theme.file import load_theme


def test_folders_are_xdgs(monkeypatch: pytest.MonkeyPatch) -> None:
    """State and cache go where the user wants them (XDG Base Directory Specification)."""
    monkeypatch.setenv("XDG_STATE_HOME", "/s")
    monkeypatch.setenv("XDG_CACHE_HOME", "/c")
    assert journal_folder() == Path("/s/quarterdeck/images")
    assert consent_folder() == Path("/s/quarterdeck/agreed")
    assert bookmark_folder() == Path("/s/quarterdeck/shows")
    assert show_log() == Path("/s/quarterdeck/log/show.log")
    assert drawing_cache_folder() == Path("/c/quarterdeck/drawings")


def test_folders_of_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without these variables they are in the home folder."""
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", "/h")
    assert journal_folder() == Path("/h/.local/state/quarterdeck/images")
    assert drawing_cache_folder() == Path("/h/.cache/quarterdeck/drawings")


def test_a_user_without_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is ever written to a folder called ``~`` below the working folder."""
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    assert journal_folder() == Path("/.local/state/quarterdeck/images")


def test_stage_folders_that_nobody_uses(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """One that is not locked and not new; never a folder of another name, a link, or one somewhere else."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    names = ("quarterdeck-abandon1", "quarterdeck-lockedup", "quarterdeck-draw-abc", "quarterdeck-backup")
    abandoned, locked, *others = (tmp_path / name for name in names)
    for folder in (abandoned, locked, *others, tmp_path / "deep" / "quarterdeck-abcdefgh"):
        folder.mkdir(parents=True)
        os.utime(folder, (0, 0))
    (tmp_path / "quarterdeck-linklink").symlink_to(abandoned)
    (tmp_path / "quarterdeck-newnewne").mkdir()
    descriptor = os.open(locked, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    found = [folder for folder in abandoned_stage_folders() if folder.parent == tmp_path]
    assert found == [abandoned]
    os.close(descriptor)
    assert locked in abandoned_stage_folders()
    assert is_stage_folder(locked)


END = b"IEND\xaeB`\x82"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that drawings are kept in."""
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / name))
    return tmp_path / "quarterdeck" / "drawings"


def _once(data: bytes) -> Callable[[], bytes]:
    """What draws once, and fails when it is asked again."""
    left: Iterator[bytes] = iter([data])
    return lambda: next(left)


@pytest.mark.usefixtures("folder")
def test_a_drawing_is_made_once() -> None:
    """The second time it comes from the folder; another description is another drawing."""
    draw = _once(b"ship" + END)
    assert cached_drawing("png", ["a", "bc"], draw) == cached_drawing("png", ["a", "bc"], draw) == b"ship" + END
    assert cached_drawing("png", ["ab", "c"], _once(b"boat" + END)) == b"boat" + END


def test_a_damaged_drawing_is_made_again(folder: Path) -> None:
    """A file that a full disk cut short isn't taken for a picture."""
    cached_drawing("png", ["a"], _once(b"ship" + END))
    (only,) = folder.iterdir()
    only.write_bytes(b"shi")
    assert cached_drawing("png", ["a"], _once(b"ship" + END)) == b"ship" + END
    assert only.read_bytes() == b"ship" + END


def test_without_a_folder_every_drawing_is_made(folder: Path) -> None:
    """Where nothing can be written, nothing is kept, and nothing fails."""
    folder.parent.parent.mkdir(exist_ok=True)
    folder.parent.write_bytes(b"a file where the folder should be")
    assert [cached_drawing("png", ["a"], _once(bytes([n]) + END)) for n in (1, 2)] == [b"\x01" + END, b"\x02" + END]


def test_what_was_not_used_for_longest_goes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder never holds more than it may; what was used lately stays."""
    monkeypatch.setattr(folders, "MOST_BYTES", 1000)
    for number in range(4):
        cached_drawing("png", [str(number)], _once(bytes(200) + END))
        for path in folder.iterdir():
            os.utime(path, ns=(path.stat().st_atime_ns - 10**9, path.stat().st_mtime_ns - 10**9))
    cached_drawing("png", ["0"], _once(b""))  # the oldest, used again
    cached_drawing("png", ["new"], _once(bytes(300) + END))
    assert sum(path.stat().st_size for path in folder.iterdir()) <= 1000
    assert cached_drawing("png", ["0"], _once(b"drawn again")) == bytes(200) + END
    assert cached_drawing("png", ["1"], _once(b"drawn again")) == b"drawn again"


def test_a_drawing_that_goes_meanwhile_stops_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program may have removed a drawing between the list of all and the look at it."""
    monkeypatch.setattr(folders, "MOST_BYTES", 1000)
    cached_drawing("png", ["first"], _once(bytes(600) + END))
    (folder / "gone.png").symlink_to("nowhere")
    cached_drawing("png", ["second"], _once(bytes(600) + END))
    assert sorted(path.stat().st_size for path in folder.iterdir() if path.exists()) == [600 + len(END)]


@pytest.mark.parametrize(
    ("inside", "kept_files"),
    [
        ('<rect width="9" height="9" fill="url(#a)"/>', 1),
        ("<text>Ahoy</text>", 1),
        ("<text>日本語</text>", 0),
        ('<image href="ship.png"/>', 0),
    ],
)
def test_only_what_depends_on_nothing_else_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, inside: str, kept_files: int
) -> None:
    """Fonts of the machine and files beside a drawing may change, so resvg draws what shows them each time."""
    monkeypatch.setattr(media, "browser_path", lambda: None)
    media._drawn.cache_clear()
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10">{inside}</svg>'
    asset, harbour = Asset("a.svg", "image/svg+xml", svg.encode(), 10, 10), load_theme("harbour", Path())
    first = media.rasterised(asset, harbour, DrawingBrowser())
    assert len(list(folder.iterdir()) if folder.exists() else []) == kept_files
    media._drawn.cache_clear()
    again = media.rasterised(asset, harbour, DrawingBrowser())
    assert first == again


def test_stage_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It is adopted before it is made, so that a show that is killed leaves nothing, and locked until it is removed."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    adopted: list[tuple[Path, bool]] = []
    folder = StageFolder(lambda path: adopted.append((path, path.exists())))
    assert adopted == [(folder.path, False)]
    assert is_stage_folder(folder.path)
    assert folder.path.stat().st_mode & 0o777 == 0o700
    os.utime(folder.path, (0, 0))
    assert folder.path not in abandoned_stage_folders()
    folder.remove()
    folder.remove()
    assert not folder.path.exists()
