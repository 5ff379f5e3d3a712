"""A show goes on with the deck as it was saved."""

import asyncio
import os
import stat
import time
from collections.abc import AsyncIterator, Collection
from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, Severity, SourceSpan
from quarterdeck.files.atomic import discard
from quarterdeck.model.deck import Deck
from quarterdeck.project.project import Project
from quarterdeck.project.watch import Edition
from quarterdeck.show.alerts import (
    HOURS,
    Bookmark,
    BookmarkListener,
    fault_text,
    find_bookmark,
    reload_on_save,
    watch_engine,
    write_bookmark,
)
from quarterdeck.show.machine.commands import Jump, Key
from quarterdeck.show.show import Question, Show
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.hub import Client, Role
from quarterdeck.stage.events import Outcome, Output, PageOpened
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support.scripted_stage import DECK, ScriptedEngine, replay_engine, slide

FAULT = QuarterdeckError([Diagnostic("no such picture", SourceSpan("deck.md", 3, 1)), Diagnostic("another")])


def edition(deck: Deck) -> Edition:
    """A deck as it was saved."""
    theme = load_theme(deck.theme, Path())
    return Edition(Project(deck, theme, place(deck, theme, {}).slides, {}), "page")


async def saves(*found: Edition | QuarterdeckError) -> AsyncIterator[Edition | QuarterdeckError]:
    """The saves of a deck, one after the other."""
    for each in found:
        yield each


class Taken:
    """Takes editions; no demo has a recording."""

    def __init__(self) -> None:
        self.editions: list[Edition] = []

    def __call__(self, edition: Edition) -> Collection[str]:
        """Take one."""
        self.editions.append(edition)
        return ()


async def test_the_show_takes_the_new_deck_and_stays_on_its_slide() -> None:
    """The slide is known by its id, wherever it stands now."""
    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    show.command(Jump("between"))
    taken = Taken()
    new = edition(replace(DECK, slides=(slide("brand-new"), *DECK.slides)))
    await reload_on_save(show, saves(FAULT, new), taken)
    assert taken.editions == [new]
    assert show.plan.slides[show.state.slide].id == "between"
    assert show.notices.text == ""
    await show.close()


async def test_a_fault_is_told_and_changes_nothing() -> None:
    """The speaker reads where it is; the last good deck goes on."""
    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    await reload_on_save(show, saves(FAULT), Taken())
    assert show.notices.text == "The deck as saved can't be shown: deck.md:3:1: no such picture (and 1 more)"
    assert show.deck is DECK
    await show.close()


def doubtful(edition: Edition) -> Question:
    """Every edition runs other commands."""
    return Question("It runs other commands", (("hello", f"echo {edition.project.deck.title}"),))


async def test_a_deck_with_other_commands_is_taken_when_the_speaker_agrees() -> None:
    """Until then the show is as it was, and nothing of the new deck runs; refused, it stays so."""
    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    taken = Taken()
    await reload_on_save(show, saves(edition(replace(DECK, title="Other"))), taken, doubtful)
    assert show.question is not None
    assert (show.question.lines, taken.editions, show.deck) == ((("hello", "echo Other"),), [], DECK)
    show.answer(show.question.number, yes=False)
    assert not show.question
    assert (taken.editions, show.deck) == ([], DECK)
    await reload_on_save(show, saves(edition(replace(DECK, title="Third"))), taken, doubtful)
    assert show.question is not None
    show.answer(show.question.number, yes=True)
    assert not show.question
    assert show.deck.title == "Third"
    await show.close()


async def test_an_answer_to_a_question_that_was_withdrawn_counts_for_nothing() -> None:
    """The deck was saved again while the speaker was reading: with other commands, or with a fault."""
    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    taken = Taken()
    first, second = (edition(replace(DECK, title=title)) for title in ("First", "Second"))
    await reload_on_save(show, saves(first), taken, doubtful)
    assert show.question is not None
    read = show.question.number
    await reload_on_save(show, saves(second), taken, doubtful)
    show.answer(read, yes=True)
    assert show.deck is DECK
    assert show.question is not None
    read = show.question.number
    await reload_on_save(show, saves(FAULT), taken, doubtful)
    assert show.question is None
    show.answer(read, yes=True)
    assert (show.deck, taken.editions) == (DECK, [])
    await show.close()


async def test_a_watch_that_breaks_is_told() -> None:
    """The show goes on without it."""

    async def broken() -> AsyncIterator[Edition | QuarterdeckError]:
        raise OSError("no space left on device")
        yield FAULT

    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    await reload_on_save(show, broken(), Taken())
    assert "no longer noticed: no space left" in show.notices.text
    await show.close()


async def test_a_demo_that_is_gone_is_forgotten() -> None:
    """Pages are not told of demos that their deck doesn't have."""
    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    broadcast = Broadcast(show, lambda: "")
    show.on_event("ports", Output(1, "hello", 0.0))
    show.on_event("ports", PageOpened("http://localhost:8080", 0.0))
    show.replace(replace(DECK, slides=DECK.slides[:4], demos={"hello": DECK.demos["hello"]}), ())
    assert not [
        message for message in broadcast.snapshot(Client(Role.FOLLOWER, "audience", True)) if "ports" in message
    ]
    await show.close()


def test_a_fault_is_told_by_its_error_not_by_a_warning_before_it() -> None:
    """What stops the deck is what the speaker must fix; warnings beside it are not counted either."""
    small = Diagnostic("small type", SourceSpan("deck.md", 2, 1), severity=Severity.WARNING)
    error = QuarterdeckError([small, Diagnostic("no such picture", SourceSpan("deck.md", 3, 1)), small])
    assert fault_text(error) == "The deck as saved can't be shown: deck.md:3:1: no such picture"


async def test_the_engine_is_asked_often_while_a_step_runs() -> None:
    """However seldom otherwise: the recording takes over by itself."""
    live = ScriptedEngine(hanging={"step-1"})
    show = Show(DECK, {"hello"}, live, replay_engine())
    watching = asyncio.create_task(watch_engine(show, live, 3600))
    show.command(Jump("first-demo"))
    show.command(Key.NEXT)  # its item
    show.command(Key.NEXT)
    async with asyncio.timeout(60):
        while "run step-1" not in live.log:
            await asyncio.sleep(0)
        live.down = "Docker is gone"
        while show.state.steps == 0:
            await asyncio.sleep(0.01)
    assert show.state.outcomes[2] == (Outcome.RECORDED,)
    assert show.notices.text == "Docker is gone; until it answers again, demos play their recordings"
    watching.cancel()
    await show.close()


def test_hints_are_part_of_what_is_told() -> None:
    """A fault comes with its remedy."""
    assert fault_text(QuarterdeckError.of("bad", hint="mend it")).endswith("bad; mend it")


def test_a_bookmark_is_read_back_and_only_the_speaker_can(tmp_path: Path) -> None:
    """Until it is taken away."""
    file = tmp_path / "shows" / "one"
    write_bookmark(file, Bookmark("secret", "first"))
    write_bookmark(file, Bookmark("secret", "second", 1234.5, {"first": 2.0}))
    assert find_bookmark(file) == Bookmark("secret", "second", 1234.5, {"first": 2.0})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    discard(file)
    assert find_bookmark(file) is None


NO_TIMES = '{"token": "t", "slide": "s", "began": 1, "spent": []}'


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"token": "t"}', NO_TIMES, "\udcff"])
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
    """From its first one on, and when its clock begins; not again while it stays."""
    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    file = tmp_path / "one"
    show.listeners.append(BookmarkListener(show, file, "secret"))
    assert find_bookmark(file) == Bookmark("secret", "welcome", None)
    show.command(Key.NEXT)
    found = find_bookmark(file)
    assert found is not None
    assert found.slide == "why"
    assert found.began == pytest.approx(time.time(), abs=60)
    file.unlink()
    show.command(Key.NEXT)  # an item of the same slide
    assert not file.exists()
    show.restart_clock()
    assert file.exists()
    await show.close()


async def test_the_clock_goes_on_while_the_show_is_away() -> None:
    """The talk has lasted since it began; the time since its last slide is that slide's."""
    minutes_ago = time.time() - 600
    clock = Bookmark("secret", "why", minutes_ago, {"welcome": 60.0}).clock()
    show = Show(DECK, (), ScriptedEngine(), replay_engine(), start=1, clock=clock)
    assert show.reading().elapsed == pytest.approx(600, abs=60)
    assert show.reading().slide_elapsed == pytest.approx(540, abs=60)
    assert show.clock.per_slide(show.plan)[0] == 60.0
    await show.close()


def test_a_talk_that_had_not_begun_has_no_time() -> None:
    """A speaker who was waiting for the room isn't late."""
    assert Bookmark("secret", "welcome").clock().began is None
    assert Bookmark("secret", "welcome", time.time() + 3600).clock().began is not None
