"""The files that a demo brings to its stage."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.files.folders import demo_files, is_leftover


def write(folder: Path, *names: str) -> None:
    """Write files, with their folders."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def test_what_a_demo_brings(tmp_path: Path) -> None:
    """All of its files, in the order of their paths, but its script in any language, recordings, and tools' folders."""
    write(tmp_path, "demo.md", "demo.de.md", "demo.cast", "demo.de.cast", "app.py", "sub/data.csv", "sub/demo.md")
    write(tmp_path, ".git/config", "sub/__pycache__/app.pyc", "demo.txt", ".dockerignore")
    names = [path.relative_to(tmp_path).as_posix() for path in demo_files(tmp_path, tmp_path / "demo.md")]
    assert names == [".dockerignore", "app.py", "demo.txt", "sub/data.csv", "sub/demo.md"]


def test_links_count_as_files(tmp_path: Path) -> None:
    """A link to a folder is a file of its own, and isn't followed: consent covers what is in the demo's folder."""
    write(tmp_path, "elsewhere/secret.txt", "demo/demo.md")
    (tmp_path / "demo" / "link").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "demo" / "broken").symlink_to(tmp_path / "nowhere")
    names = [path.name for path in demo_files(tmp_path / "demo", tmp_path / "demo" / "demo.md")]
    assert names == ["broken", "link"]


def test_a_demo_without_a_folder_brings_nothing(tmp_path: Path) -> None:
    """Nor does one whose folder can't be read: that is an error."""
    assert list(demo_files(None, tmp_path / "hello.md")) == []
    with pytest.raises(FileNotFoundError):
        list(demo_files(tmp_path / "gone", tmp_path / "gone" / "demo.md"))


@pytest.mark.parametrize(
    ("name", "leftover"),
    [("a.py~", 1), ("#a.py#", 1), (".#a.py", 1), ("sub/.a.py.swp", 1), ("a.orig", 1), ("a~b.py", 0), ("swp.py", 0)],
)
def test_what_editors_leave_behind(name: str, leftover: int) -> None:
    """Backups and swap files, by their names."""
    assert is_leftover(Path(name)) == bool(leftover)
