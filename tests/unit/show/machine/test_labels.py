"""The speaker is always told what the next press does."""

from dataclasses import replace

import pytest

from quarterdeck.show.machine.commands import Ended, Key, Prepared
from quarterdeck.show.machine.labels import (
    LABEL_LENGTH,
    badge,
    caption_text,
    intent_text,
    stage_text,
    step_label,
)
from quarterdeck.show.machine.plan import plan_show
from quarterdeck.show.machine.transitions import advance, begin
from quarterdeck.stage.events import Outcome
from support.scripted_stage import DECK, step
from support.staged import keys
from support.staged import step as staged_step

PLAN = plan_show(DECK, {"hello"})


def test_the_label_of_a_step_is_its_first_command() -> None:
    """A long command is cut, and says so."""
    assert step_label(step("s", "docker ps")) == "docker ps"
    label = step_label(step("s", "docker run " + "x" * 200))
    assert label.endswith(" …")
    assert len(label) == LABEL_LENGTH + 2
    assert step_label(staged_step(keys("/port<Enter>"))) == "/port<Enter>"
    assert step_label(staged_step(keys("q"), "true")) == "q …"


def test_what_next_does_is_said_in_every_situation() -> None:
    """While the stage is prepared, queued, ready and running."""
    state = begin(PLAN, 2).state
    assert intent_text(PLAN, state) == "show item 1 of 1"
    state = advance(PLAN, state, Key.NEXT).state
    assert intent_text(PLAN, state) == "▶ echo hello, once the stage is ready"
    assert stage_text(PLAN, state) == "preparing the stage"
    queued = advance(PLAN, state, Key.NEXT).state
    assert intent_text(PLAN, queued) == "the step runs once the stage is ready"
    ready = advance(PLAN, state, Prepared(state.turn)).state
    assert intent_text(PLAN, ready) == "▶ echo hello"
    running = advance(PLAN, ready, Key.NEXT).state
    assert intent_text(PLAN, running) == "waits for this step"
    assert stage_text(PLAN, running) == "running step 1 of 2"
    assert intent_text(PLAN, advance(PLAN, running, Key.BLANK).state) == "show the slide again"


@pytest.mark.parametrize(("live", "expected"), [(True, "live"), (False, "recorded")])
def test_a_replayed_show_says_so_everywhere(live: bool, expected: str) -> None:
    """The badge depends on where the output comes from, not on what is played."""
    plan = replace(PLAN, live=live)
    state = begin(plan, 2).state
    assert badge(plan, state) == expected
    assert badge(plan, begin(plan, 0).state) == "none"
    taken_over = advance(plan, state, Key.RECORDING).state
    assert badge(plan, taken_over) == "recorded"


@pytest.mark.parametrize(
    ("outcome", "words"), [(Outcome.PASSED, "Done"), (Outcome.RECORDED, "Played from its recording")]
)
def test_captions_follow_a_step(outcome: Outcome, words: str) -> None:
    """Nothing before the first; the command while it runs; how it ended."""
    state = replace(begin(PLAN, 2).state, fragment=1)
    assert caption_text(PLAN, state) == ""
    ready = advance(PLAN, state, Prepared(state.turn)).state
    running = advance(PLAN, ready, Key.NEXT).state
    assert caption_text(PLAN, running) == "Running: echo hello"
    ended = advance(PLAN, running, Ended(running.turn, outcome)).state
    assert caption_text(PLAN, ended) == f"{words}: echo hello"
