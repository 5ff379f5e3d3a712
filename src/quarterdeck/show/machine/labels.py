"""Labels and texts for the speaker, the same on every page, in the console and in ``run``."""

from __future__ import annotations

from typing import Literal, TypeAlias

from quarterdeck.model.demo import Command, KeyPress, Keys, Step
from quarterdeck.show.machine.commands import Source
from quarterdeck.show.machine.plan import ShowPlan
from quarterdeck.show.machine.state import (
    Activity,
    Move,
    ShowState,
    intent_of,
    slide_of,
)
from quarterdeck.stage.events import Outcome

StepProgress: TypeAlias = Outcome | Literal["running", "next", "waiting"]
"""The state of a step: how it ended, or that it has not."""
Badge: TypeAlias = Literal["live", "recorded", "none"]
"""Where the output of a demo comes from."""

LABEL_LENGTH = 70
"""Characters of a command in a label."""
ENDINGS = {
    Outcome.PASSED: "Done",
    Outcome.FAILED: "Failed",
    Outcome.TIMED_OUT: "Took too long",
    Outcome.INTERRUPTED: "Interrupted",
    Outcome.DIED: "Ended too early",
    Outcome.RECORDED: "Played from its recording",
}
"""What the captions call the end of a step."""
PROGRESS = {
    Outcome.PASSED: "done",
    Outcome.FAILED: "failed",
    Outcome.TIMED_OUT: "took too long",
    Outcome.INTERRUPTED: "interrupted",
    Outcome.DIED: "ended too early",
    Outcome.RECORDED: "played from its recording",
}
"""The same, after the number of a step."""


def step_label(step: Step) -> str:
    """A step in one line: its first command, shortened."""
    for interaction in step.interactions:
        match interaction:
            case Command(lines=lines):
                text = lines[0]
                more = len(step.interactions) > 1 or len(lines) > 1
            case KeyPress(text=text) | Keys(text=text):
                more = len(step.interactions) > 1
        return f"{text[:LABEL_LENGTH]} …" if more or len(text) > LABEL_LENGTH else text
    return step.id


def intent_text(plan: ShowPlan, state: ShowState) -> str:
    """What *next* will do."""
    slide = slide_of(plan, state)
    intent = intent_of(plan, state)
    match intent.move:
        case Move.UNBLANK:
            return "show the slide again"
        case Move.FRAGMENT:
            return f"show item {intent.index + 1} of {slide.fragments}"
        case Move.STEP:
            return f"▶ {step_label(slide.steps[intent.index])}"
        case Move.QUEUE:
            return f"▶ {step_label(slide.steps[intent.index])}, once the stage is ready"
        case Move.GO_ON:
            return f"continue {step_label(slide.steps[intent.index])}"
        case Move.WAIT:
            return "waits for this step" if _running(state) else "the step runs once the stage is ready"
        case Move.RECORDING:
            return f"play its recording: {step_label(slide.steps[intent.index])}"
        case Move.SLIDE:
            return f"go to slide {intent.index + 1}: {plan.slides[intent.index].title}"
        case Move.END:
            return "end of the talk"


def stage_text(plan: ShowPlan, state: ShowState) -> str:
    """What the stage is doing."""
    slide, stage = slide_of(plan, state), state.own_stage
    if not slide.steps:
        return "no demo on this slide"
    done = _progress_text(plan, state)
    if stage is None:
        return done
    match stage.activity:
        case Activity.PREPARING:
            return "preparing the stage"
        case Activity.RUNNING:
            held = ", held" if stage.held else ""
            return f"running step {state.steps + 1} of {len(slide.steps)}{held}"
        case Activity.BROKEN:
            return "the stage is not ready"
        case Activity.READY:
            played = state.outcomes[state.slide][-1:] == (Outcome.RECORDED,)
            return f"{done}, from the recording" if stage.source is Source.RECORDING and not played else done


def _progress_text(plan: ShowPlan, state: ShowState) -> str:
    """How far a demo is, and how its last step ended."""
    count, done = len(slide_of(plan, state).steps), state.outcomes[state.slide]
    if not done:
        return f"{count} steps, none run yet" if count > 1 else "1 step, not run yet"
    return f"step {len(done)} of {count} {PROGRESS[done[-1]]}"


def caption_text(plan: ShowPlan, state: ShowState) -> str:
    """The command being run, or how the last one ended; empty before the first."""
    slide, done = slide_of(plan, state), state.outcomes[state.slide]
    if _running(state) and state.steps < len(slide.steps):
        return f"Running: {step_label(slide.steps[state.steps])}"
    return f"{ENDINGS[done[-1]]}: {step_label(slide.steps[len(done) - 1])}" if done else ""


def terminal_title(state: ShowState, demo: str, front: int, count: int) -> str:
    """The title of a demo's terminals in the console; ``front`` is the number of the one that takes the keys."""
    if not state.typing:
        return f"Terminal of {demo}" if count <= 1 else f"Terminals of {demo}; {front} is in front"
    return f"You type into terminal {front} of {demo}" if count > 1 else f"You type into the terminal of {demo}"


def _running(state: ShowState) -> bool:
    return state.own_stage is not None and state.own_stage.activity is Activity.RUNNING


def step_states(plan: ShowPlan, state: ShowState) -> tuple[StepProgress, ...]:
    """The state of each step of the slide's demo."""
    outcomes: list[StepProgress] = list(state.outcomes[state.slide])
    count = len(slide_of(plan, state).steps)
    if len(outcomes) < count:
        outcomes.append("running" if _running(state) else "next")
    outcomes += ["waiting"] * (count - len(outcomes))
    return tuple(outcomes)


def badge(plan: ShowPlan, state: ShowState) -> Badge:
    """``live`` or ``recorded`` for what the slide's terminal shows; ``none`` where there is no demo."""
    if not slide_of(plan, state).steps:
        return "none"
    if not plan.live or (state.own_stage and state.own_stage.source is Source.RECORDING):
        return "recorded"
    played = Outcome.RECORDED in state.outcomes[state.slide]
    return "recorded" if played and state.own_stage is None else "live"
