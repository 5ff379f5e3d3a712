"""The journal of a demo's images."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.stage.cleanup.image_journal import (
    ImageJournal,
    ImageState,
    MovedTag,
    journal_file,
    others,
    read_all,
    write,
)

JOURNAL = ImageJournal(
    "show",
    "demo",
    "unix:///x",
    ids=("o",),
    tags={"web:latest": MovedTag("w", ("o",))},
    making=("new:1", "team/app:*"),
    known=("w",),
)


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


def test_rest_of_an_answer() -> None:
    """Images and containers that the engine names are the demo's, but for those that were there before the build."""
    told = b"""7d\r
{"stream":"Step 2/3 : ENV a=b\\n"}\r
{"stream":" ---\\u003e Running in 0123456789ab\\n"}\r
{"stream":" ---\\u003e aaaaaaaaaaaa\\n"}{"stream":" ---\\u003e bbbbbbbbbbbb\\n"}\r
{"stream":" ---\\u003e cccccccc"""
    before = f"sha256:{'b' * 64}"
    journal = ImageJournal("show", "demo", "unix:///x", ids=("o",), known=(before,)).heard(told)
    assert journal.ids == ("o", "sha256:aaaaaaaaaaaa")
    assert journal.containers == ("0123456789ab",)
    made = f"sha256:{'a' * 64}"
    assert journal.settled(ImageState({}, (before, made)), {}).ids == (made,)
    complete = ImageJournal("show", "demo", "unix:///x")
    assert complete.heard(told) == complete


def test_state_of_a_list() -> None:
    """Untagged images count, their "tags" don't."""
    listed: list[dict[str, Any]] = [
        {"Id": "a", "RepoTags": ["x:1", "y:2"]},
        {"Id": "b", "RepoTags": ["<none>:<none>"]},
        {"Id": "c", "RepoTags": None, "ParentId": "a"},
    ]
    state = ImageState.of(listed)
    assert state == ImageState({"x:1": "a", "y:2": "a"}, ("a", "b", "c"), {"c": "a"})


def test_journals_of_other_demos(tmp_path: Path) -> None:
    """Those of the same engine, but for one's own."""
    own, other, elsewhere = (journal_file(tmp_path, "show", name) for name in ("own", "other", "elsewhere"))
    for file, engine in ((own, "unix:///x"), (other, "unix:///x"), (elsewhere, "unix:///y")):
        write(ImageJournal("show", file.stem, engine), file)
    assert [journal.demo for journal in others(own, "unix:///x")] == ["show+other"]


def test_full_disk_leaves_no_half_written_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The journal that was there is whole, and nothing lies beside it."""
    file = journal_file(tmp_path, "show", "demo")
    write(JOURNAL, file)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        with pytest.raises(OSError, match="No space"):
            write(ImageJournal("show", "demo", "unix:///x"), file)
    assert list(read_all(tmp_path)) == [(file, JOURNAL)]
    assert list(tmp_path.iterdir()) == [file]


def test_killed_while_images_were_made() -> None:
    """What is new and has a tag that was being set is the demo's, and what was built on the demo's images."""
    references = {"web:latest": "w", "new:1": "n", "team/app:2": "a", "bystander:1": "b"}
    parents = {"step": "o", "next": "step", "elsewhere": "w", "b": "o"}
    now = ImageState(references, ("w", "o", "n", "a", "b", "step", "next", "elsewhere"), parents)
    settled = JOURNAL.settled(now, {})
    assert set(settled.ids) == {"o", "n", "a", "step", "next"}
    assert settled.tags["new:1"] == MovedTag("", ("n",))
    assert settled.tags["team/app:2"] == MovedTag("", ("a",))
    assert "bystander:1" not in settled.tags
    assert not settled.under_way


def test_killed_in_a_step() -> None:
    """A classic build tells of its steps by shortened ids."""
    journal = ImageJournal("s", "d", "e", ids=("sha256:12",), known=())
    assert journal.settled(ImageState({}, ("sha256:123", "sha256:3")), {}).ids == ("sha256:123",)


def test_killed_before_a_step_told_of_its_image() -> None:
    """What was made of the container of such a step is the demo's, and what was built on that; nothing else is."""
    journal = ImageJournal("s", "d", "e", known=("w",), containers=("c1",))
    now = ImageState({"web:1": "t"}, ("w", "x", "y", "z", "t"), {"x": "w", "y": "x", "z": "w", "t": "w"})
    origins = {"w": "c1", "x": "c1ef", "z": "c2ef", "y": "", "t": "c1"}
    assert journal.unexplained(now) == ["x", "y", "z"]
    assert journal.settled(now, origins).ids == ("x", "y")
