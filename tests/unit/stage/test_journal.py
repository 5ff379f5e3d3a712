"""The journal of a demo's images."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.stage.journal import ImageJournal, ImageState, default_folder, journal_file, read_all, write

BEFORE = ImageState({"web:latest": "w"}, ("w", "n"))
JOURNAL = ImageJournal("show", "demo", "unix:///x", BEFORE, ("o",), ("own:latest",), True)


def test_round_trip(tmp_path: Path) -> None:
    """What was written is read again, for its show and demo only."""
    file = journal_file(tmp_path / "deep", "show", "../a demo")
    assert file.parent == tmp_path / "deep"
    write(JOURNAL, file)
    assert list(read_all(file.parent)) == [(file, JOURNAL)]
    assert list(read_all(file.parent, "show", "demo")) == [(file, JOURNAL)]
    assert list(read_all(file.parent, "other")) == []
    assert [p.name for p in file.parent.iterdir()] == [file.name]


def test_broken_files_are_passed_over(tmp_path: Path) -> None:
    """A half-written journal doesn't stop a sweep."""
    (tmp_path / "a.json").write_text('{"show": "x"')
    (tmp_path / "b.json").write_text("[]")
    assert list(read_all(tmp_path)) == []
    assert list(read_all(tmp_path / "none")) == []


def test_state_of_a_list() -> None:
    """Untagged images count, their "tags" don't."""
    listed = [
        {"Id": "a", "RepoTags": ["x:1", "y:2"]},
        {"Id": "b", "RepoTags": ["<none>:<none>"]},
        {"Id": "c", "RepoTags": None},
    ]
    assert ImageState.of(listed) == ImageState({"x:1": "a", "y:2": "a"}, ("a", "b", "c"))


def test_new_images() -> None:
    """All that was not there before: new ids, new tags, moved tags."""
    now = ImageState({"web:latest": "w2", "new:1": "n"}, ("w", "n", "w2"))
    new = JOURNAL.with_new(now)
    assert new.ids == ("o", "w2")
    assert new.references == ("own:latest", "web:latest", "new:1")


def test_folder_is_xdgs() -> None:
    """The state folder of the user."""
    assert default_folder({"XDG_STATE_HOME": "/s", "HOME": "/h"}) == Path("/s/quarterdeck/images")
    assert default_folder({"HOME": "/h"}) == Path("/h/.local/state/quarterdeck/images")
