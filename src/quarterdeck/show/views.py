"""What pages get to see of a show: its state, and for the speaker the outline of the deck."""

from __future__ import annotations

from quarterdeck.compile.html.blocks import write_notes
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import Command, Interaction, KeyPress, Step
from quarterdeck.show.clock import Reading
from quarterdeck.show.commands import Source
from quarterdeck.show.plan import ShowPlan
from quarterdeck.show.state import Activity, ShowState, intent_of, next_position, slide_of, terminal_in_front
from quarterdeck.show.wording import caption_text, intent_text, stage_text, step_label
from quarterdeck.stage.events import Outcome


def state_view(plan: ShowPlan, state: ShowState) -> dict[str, object]:
    """What every page is told after each change."""
    slide, stage = slide_of(plan, state), state.own_stage
    next_slide, next_fragment = next_position(plan, state)
    return {
        "slide": slide.id,
        "index": state.slide,
        "count": len(plan.slides),
        "fragment": state.fragment,
        "demo": slide.demo,
        "steps": step_states(plan, state),
        "status": stage_text(plan, state),
        "caption": caption_text(plan, state),
        "activity": stage.activity if stage else None,
        "badge": badge(plan, state),
        "blank": state.blank,
        "held": stage is not None and stage.held,
        "typing": state.typing,
        "terminal": terminal_in_front(plan, state),
        "zoom": state.zoom,
        "inviting": state.inviting,
        "next": {"slide": plan.slides[next_slide].id, "fragment": next_fragment},
    }


def speaker_view(plan: ShowPlan, state: ShowState, reading: Reading, pages: int, engine: str) -> dict[str, object]:
    """What the speaker's pages are told besides."""
    return {
        "intent": {"move": intent_of(plan, state).move, "text": intent_text(plan, state)},
        "fault": state.own_stage.fault if state.own_stage else "",
        "pages": pages,
        "engine": engine,
        "clock": {
            "elapsed": reading.elapsed,
            "running": reading.running,
            "slideElapsed": reading.slide_elapsed,
            "slidePlanned": reading.slide_planned,
            "due": reading.due,
            "planned": reading.planned,
        },
    }


def step_states(plan: ShowPlan, state: ShowState) -> list[str]:
    """For each step of the slide's demo: its outcome, ``running``, ``next`` or ``waiting``."""
    outcomes: list[str] = [str(outcome) for outcome in state.outcomes[state.slide]]
    count = len(slide_of(plan, state).steps)
    if len(outcomes) < count:
        running = state.own_stage is not None and state.own_stage.activity is Activity.RUNNING
        outcomes.append("running" if running else "next")
    return outcomes + ["waiting"] * (count - len(outcomes))


def badge(plan: ShowPlan, state: ShowState) -> str:
    """``live`` or ``recorded`` for what the slide's terminal shows; ``none`` where there is no demo."""
    if not slide_of(plan, state).steps:
        return "none"
    if not plan.live or (state.own_stage and state.own_stage.source is Source.RECORDING):
        return "recorded"
    played = Outcome.RECORDED in state.outcomes[state.slide]
    return "recorded" if played and state.own_stage is None else "live"


def outline(deck: Deck, plan: ShowPlan) -> list[dict[str, object]]:
    """The slides as the speaker's pages list them, with notes and steps."""
    slides = {slide.id: slide for slide in deck.slides}
    return [
        {
            "id": planned.id,
            "title": planned.title,
            "section": planned.section,
            "fragments": planned.fragments,
            "seconds": planned.seconds,
            "notes": write_notes(slides[planned.id].notes),
            "demo": planned.demo,
            "steps": [_step(step) for step in planned.steps],
        }
        for planned in plan.slides
    ]


def _step(step: Step) -> dict[str, object]:
    return {
        "id": step.id,
        "label": step_label(step),
        "narration": write_notes(step.narration),
        "terminal": step.terminal,
        "lines": [line for interaction in step.interactions for line in _lines(interaction)],
    }


def _lines(interaction: Interaction) -> list[dict[str, str]]:
    match interaction:
        case Command(prompt=prompt, lines=lines, expected=expected):
            typed = [{"kind": "typed", "prompt": prompt if n == 0 else ">", "text": t} for n, t in enumerate(lines)]
        case KeyPress(key=key, expected=expected):
            typed = [{"kind": "typed", "prompt": "", "text": f"^{key}"}]
    return typed + [{"kind": "expected", "prompt": "", "text": text} for text in expected.lines]
