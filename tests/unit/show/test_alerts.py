"""A show goes on with the deck as it was saved."""

from collections.abc import AsyncIterator
from pathlib import Path

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, SourceSpan
from quarterdeck.model.deck import Deck
from quarterdeck.project.project import Project
from quarterdeck.project.watch import Edition
from quarterdeck.show.alerts import fault_text, reload_on_save
from quarterdeck.show.machine.commands import Jump
from quarterdeck.show.show import Show
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.hub import Client, Role
from quarterdeck.stage.events import Output, PageOpened
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


async def test_the_show_takes_the_new_deck_and_stays_on_its_slide() -> None:
    """The slide is known by its id, wherever it stands now."""
    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    show.command(Jump("between"))
    taken: list[Edition] = []
    new = edition(replace(DECK, slides=(slide("brand-new"), *DECK.slides)))
    await reload_on_save(show, saves(FAULT, new), taken.append)
    assert taken == [new]
    assert show.plan.slides[show.state.slide].id == "between"
    assert show.notices.text == ""
    await show.close()


async def test_a_fault_is_told_and_changes_nothing() -> None:
    """The speaker reads where it is; the last good deck goes on."""
    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    await reload_on_save(show, saves(FAULT), lambda edition: None)
    assert show.notices.text == "The deck as saved can't be shown: deck.md:3:1: no such picture (and 1 more)"
    assert show.deck is DECK
    await show.close()


async def test_a_watch_that_breaks_is_told() -> None:
    """The show goes on without it."""

    async def broken() -> AsyncIterator[Edition | QuarterdeckError]:
        raise OSError("no space left on device")
        yield FAULT

    show = Show(DECK, (), ScriptedEngine(), replay_engine())
    await reload_on_save(show, broken(), lambda edition: None)
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


def test_hints_are_part_of_what_is_told() -> None:
    """A fault comes with its remedy."""
    assert fault_text(QuarterdeckError.of("bad", hint="mend it")).endswith("bad; mend it")
