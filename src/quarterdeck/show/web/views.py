"""A show's state and outline as messages for its pages."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from msgspec import structs

from quarterdeck.compile.html.blocks import write_notes
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import Command, Interaction, KeyPress, Keys, Step
from quarterdeck.show.addresses import qr_rows
from quarterdeck.show.desklink import Room
from quarterdeck.show.machine.labels import badge, caption_text, intent_text, stage_text, step_label, step_states
from quarterdeck.show.machine.plan import ShowPlan
from quarterdeck.show.machine.state import ShowState, intent_of, next_position, slide_of, terminal_in_front
from quarterdeck.show.show import Show
from quarterdeck.show.web.protocol import (
    ClockReading,
    ExerciseLine,
    Outline,
    OutlineSlide,
    OutlineStep,
    Position,
    Seats,
    SpeakerState,
    State,
    StepLine,
    Upcoming,
)
from quarterdeck.terminal.buffer import USUAL


def state_message(plan: ShowPlan, state: ShowState, revision: int = 0) -> State:
    """What every page gets; ``revision`` is the number of commands that the show has taken."""
    slide, stage = slide_of(plan, state), state.own_stage
    next_slide, next_fragment = next_position(plan, state)
    return State(
        slide=slide.id,
        index=state.slide,
        count=len(plan.slides),
        fragment=state.fragment,
        demo=slide.demo,
        steps=step_states(plan, state),
        status=stage_text(plan, state),
        caption=caption_text(plan, state),
        activity=stage.activity if stage else None,
        badge=badge(plan, state),
        blank=state.blank,
        held=stage is not None and stage.held,
        typing=state.typing,
        terminal=terminal_in_front(plan, state),
        revision=revision,
        zoom=state.zoom,
        inviting=state.inviting,
        page=state.page,
        next=Position(plan.slides[next_slide].id, next_fragment),
    )


def speaker_state(show: Show, pages: int) -> SpeakerState:
    """What the speaker's pages get; ``pages`` of the audience follow."""
    plan, state, reading = show.plan, show.state, show.reading()
    step_elapsed, step_recorded = show.step_time
    return SpeakerState(
        **structs.asdict(state_message(plan, state, show.revision)),
        intent=Upcoming(intent_of(plan, state).move, intent_text(plan, state)),
        fault=state.own_stage.fault if state.own_stage else "",
        step_elapsed=step_elapsed,
        step_recorded=step_recorded,
        served=bool(show.served),
        recorded=show.slide.recorded,
        notice=show.notices.text,
        invites=show.invites,
        pages=pages,
        engine=show.engine,
        columns=(show.grid or USUAL).columns,
        rows=(show.grid or USUAL).rows,
        clock=ClockReading(
            elapsed=reading.elapsed,
            running=reading.running,
            slide_elapsed=reading.slide_elapsed,
            slide_planned=reading.slide_planned,
            due=reading.due,
            planned=reading.planned,
            spent=show.clock.per_slide(plan),
        ),
    )


def seats_message(plan: ShowPlan, room: Room) -> Seats:
    """Where attendees get their seats, and how far they are, for the slides with exercises."""
    lines = tuple(ExerciseLine(each.id, room.standing(each.exercise)) for each in plan.slides if each.exercise)
    return Seats(room.address, room.code, qr_rows(f"{room.address}?code={quote(room.code)}"), lines)


def outline(deck: Deck, plan: ShowPlan) -> Outline:
    """The slides as the speaker's pages list them, with notes and steps."""
    notes = {slide.id: slide.notes for slide in deck.slides}
    return Outline(
        tuple(
            OutlineSlide(
                id=planned.id,
                title=planned.title,
                section=planned.section,
                fragments=planned.fragments,
                seconds=planned.seconds,
                notes=write_notes(notes[planned.id]),
                demo=planned.demo,
                steps=tuple(map(_step, planned.steps)),
            )
            for planned in plan.slides
        )
    )


def _step(step: Step) -> OutlineStep:
    return OutlineStep(
        id=step.id,
        label=step_label(step),
        narration=write_notes(step.narration),
        terminal=step.terminal,
        lines=tuple(line for interaction in step.interactions for line in _lines(interaction)),
    )


def _lines(interaction: Interaction) -> Iterator[StepLine]:
    match interaction:
        case Command(prompt=prompt, lines=lines, expected=expected):
            yield from (StepLine("typed", prompt if n == 0 else ">", text) for n, text in enumerate(lines))
        case KeyPress(text=text, expected=expected) | Keys(text=text, expected=expected):
            yield StepLine("typed", "", text)
    yield from (StepLine("expected", "", text) for text in expected.lines)
