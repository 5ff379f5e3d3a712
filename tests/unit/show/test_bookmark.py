"""A show resumes at the bookmark of one that was cut off, and at no other."""

import os
import stat
import time
from pathlib import Path

import pytest

from quarterdeck.files.atomic import discard
from quarterdeck.show.bookmark import HOURS, Bookmark, BookmarkListener, find_bookmark, write_bookmark
from quarterdeck.show.machine.commands import Key
from quarterdeck.show.show import Show
from support.scripted_stage import DECK, ScriptedEngine, replay_engine


def test_a_bookmark_is_read_back_and_only_the_speaker_can(tmp_path: Path) -> None:
    """Until it is taken away."""
    file = tmp_path / "shows" / "one"
    write_bookmark(file, Bookmark("secret", "first"))
    write_bookmark(file, Bookmark("secret", "second"))
    assert find_bookmark(file) == Bookmark("secret", "second")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    discard(file)
    assert find_bookmark(file) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"token": "t"}', "\udcff"])
def test_anything_else_is_no_bookmark(tmp_path: Path, text: str) -> None:
    """Whatever the file has come to."""
    file = tmp_path / "one"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert find_bookmark(file) is None


def test_an_old_bookmark_is_none(tmp_path: Path) -> None:
    """Yesterday's show is over."""
    file = tmp_path / "one"
    write_bookmark(file, Bookmark("secret", "first"))
    old = time.time() - HOURS * 3600 - 60
    os.utime(file, (old, old))
    assert find_bookmark(file) is None


def test_a_show_goes_on_where_no_bookmark_can_be_kept(tmp_path: Path) -> None:
    """No fault is raised."""
    (tmp_path / "shows").write_text("in the way")
    write_bookmark(tmp_path / "shows" / "one", Bookmark("secret", "first"))


async def test_a_show_writes_down_each_slide_that_it_comes_to(tmp_path: Path) -> None:
    """From its first one on, and not again while it stays."""
    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    file = tmp_path / "one"
    show.listeners.append(BookmarkListener(show, file, "secret"))
    assert find_bookmark(file) == Bookmark("secret", "welcome")
    show.command(Key.NEXT)
    assert find_bookmark(file) == Bookmark("secret", "why")
    file.unlink()
    show.command(Key.NEXT)  # an item of the same slide
    assert not file.exists()
    await show.close()
