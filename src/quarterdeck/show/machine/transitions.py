"""How commands and facts change the state of a show: pure, without I/O.

Each effect has a turn; a fact about an earlier turn is about a run that the show has left behind,
and changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from quarterdeck.show.machine.commands import (
    Command,
    Effect,
    Ended,
    EngineChecked,
    Enter,
    Fact,
    FinishTyping,
    GoOn,
    Hold,
    Interrupt,
    Jump,
    Key,
    Leave,
    Open,
    Prepared,
    RunStep,
    Source,
    Unprepared,
)
from quarterdeck.show.machine.plan import Renamed, ShowPlan, renamed
from quarterdeck.show.machine.state import (
    ZOOM_LIMIT,
    Activity,
    Cover,
    Intent,
    Move,
    PageView,
    ShowState,
    StageState,
    can_type,
    intent_of,
    slide_of,
    terminal_after,
    terminals_of,
)
from quarterdeck.stage.events import Outcome


@dataclass(frozen=True, slots=True)
class Change:
    """A new state, and what has to be done on the stage."""

    state: ShowState
    effects: tuple[Effect, ...] = ()


def advance(plan: ShowPlan, state: ShowState, event: Command | Fact) -> Change:
    """The state after a command or fact, and what has to be done on the stage."""
    match event:
        case Key():
            return _press(plan, state, event)
        case Jump(slide):
            index = plan.index(slide)
            return Change(state) if index is None else _go(plan, state, index)
        case Open(demo):
            index = plan.stage_index(demo)
            here = slide_of(plan, state).demo == demo
            return Change(state) if index is None or here else _go(plan, state, index)
        case Prepared() | Unprepared() | Ended():
            return _take_fact(plan, state, event)
        case EngineChecked(fault):
            return _take_engine(plan, replace(state, engine_fault=fault))


def _press(plan: ShowPlan, state: ShowState, key: Key) -> Change:
    match key:
        case Key.BLANK:
            return _cover(state, Cover.BLACK)
        case Key.WHITE:
            return _cover(state, Cover.WHITE)
        case Key.NEXT:
            return _next(plan, state)
        case Key.BACK:
            return _back(plan, state)
        case Key.NEXT_SLIDE:
            return _go(plan, state, state.slide + 1)
        case Key.PREVIOUS_SLIDE:
            return _go(plan, state, state.slide - 1)
        case Key.FIRST:
            return _go(plan, state, 0)
        case Key.LAST:
            return _go(plan, state, len(plan.slides) - 1)
        case Key.RESET:
            return _reset(plan, state)
        case Key.RERUN:
            return _rerun(plan, state)
        case Key.RECORDING:
            return _play(plan, state)
        case Key.INTERRUPT:
            running = state.stage and state.stage.activity is Activity.RUNNING
            return _interrupted(state) if running else Change(state)
        case Key.HOLD:
            return _hold_or_go_on(state)
        case Key.TYPE:
            return Change(replace(state, typing=can_type(plan, state) and not state.typing))
        case Key.TERMINAL:
            return _turn_to_other_terminal(plan, state)
        case Key.LARGER:
            return Change(replace(state, zoom=min(ZOOM_LIMIT, state.zoom + 1)))
        case Key.SMALLER:
            return Change(replace(state, zoom=max(0, state.zoom - 1)))
        case Key.INVITE:
            return Change(replace(state, inviting=not state.inviting))
        case Key.PAGE:
            views = tuple(PageView)
            return Change(replace(state, page=views[(views.index(state.page) + 1) % len(views)]))


def _cover(state: ShowState, cover: Cover) -> Change:
    """Hide the slide from the audience; or show it again, when it is hidden so already."""
    return Change(replace(state, blank=None if state.blank is cover else cover))


def _next(plan: ShowPlan, state: ShowState) -> Change:
    match intent_of(plan, state):
        case Intent(Move.UNBLANK):
            return Change(replace(state, blank=None))
        case Intent(Move.GO_ON):
            return _hold_or_go_on(state)
        case Intent(Move.WAIT) if state.own_stage and state.own_stage.activity is Activity.RUNNING:
            return Change(state, (FinishTyping(),))
        case Intent(Move.FRAGMENT):
            return Change(replace(state, fragment=state.fragment + 1))
        case Intent(Move.STEP):
            return _run_next(plan, state)
        case Intent(Move.RECORDING):
            return _play(plan, state)
        case Intent(Move.QUEUE) if state.stage:
            return Change(replace(state, stage=replace(state.stage, queued=True)))
        case Intent(Move.SLIDE, index):
            return _go(plan, state, index)
        case _:
            return Change(state)


def _back(plan: ShowPlan, state: ShowState) -> Change:
    if state.blank:
        return Change(replace(state, blank=None))
    stage = state.own_stage
    if stage and stage.activity is Activity.RUNNING:
        return _enter(plan, state, stage.source)
    if stage and stage.queued:
        return Change(replace(state, stage=replace(stage, queued=False)))
    if state.steps:
        return _enter(plan, _undone(state, 1), stage.source if stage else Source.LIVE)
    if state.fragment:
        return Change(replace(state, fragment=state.fragment - 1))
    if state.slide == 0:
        return Change(state)
    return _return_to(plan, state, state.slide - 1)


def _go(plan: ShowPlan, state: ShowState, index: int) -> Change:
    """Go to the beginning of a slide; its demo, if it has one, starts again."""
    if not 0 <= index < len(plan.slides):
        return Change(replace(state, blank=None))
    fresh = index != state.slide and not state.outcomes[index] and _is_ready(state, index)
    moved = replace(_forgotten(state, index), slide=index, fragment=0, blank=None, typing=False, page=PageView.BESIDE)
    if plan.slides[index].steps and not fresh:
        return _enter(plan, moved, Source.LIVE)
    return _left_alone(moved)


def _return_to(plan: ShowPlan, state: ShowState, index: int) -> Change:
    """Backwards to the end of a slide, as it was left."""
    slide = plan.slides[index]
    moved = replace(state, slide=index, fragment=slide.fragments, typing=False, page=PageView.BESIDE)
    unfinished = len(state.outcomes[index]) < len(slide.steps)
    if unfinished and not _is_ready(state, index):
        return _enter(plan, moved, Source.LIVE)
    return _left_alone(moved)


def _left_alone(state: ShowState) -> Change:
    """Leave the demo on the stage, but end a step under way on a slide that was left."""
    stage = state.stage
    if stage and stage.slide != state.slide and stage.activity is Activity.RUNNING:
        return _interrupted(state)
    if stage and stage.slide != state.slide and stage.queued:
        return Change(replace(state, stage=replace(stage, queued=False)))
    return Change(state)


def _interrupted(state: ShowState) -> Change:
    """End the step under way, even if it is held."""
    stage = state.stage
    return Change(replace(state, stage=replace(stage, held=False)), (Interrupt(),)) if stage else Change(state)


def _hold_or_go_on(state: ShowState) -> Change:
    stage = state.own_stage
    if stage is None or stage.activity is not Activity.RUNNING:
        return Change(state)
    return Change(replace(state, stage=replace(stage, held=not stage.held)), (GoOn() if stage.held else Hold(),))


def _is_ready(state: ShowState, index: int) -> bool:
    stage = state.stage
    usable = (Activity.PREPARING, Activity.READY)
    return stage is not None and stage.slide == index and stage.activity in usable and not stage.queued


def _reset(plan: ShowPlan, state: ShowState) -> Change:
    if not slide_of(plan, state).steps:
        return Change(state)
    return _enter(plan, _forgotten(state, state.slide), Source.LIVE)


def _rerun(plan: ShowPlan, state: ShowState) -> Change:
    stage = state.own_stage
    if not state.steps or (stage and stage.activity is Activity.RUNNING):
        return Change(state)
    return _enter(plan, _undone(state, 1), Source.LIVE, queued=True)


def _play(plan: ShowPlan, state: ShowState) -> Change:
    """Go on from the recording: with the step under way, the one that failed, or the next one."""
    slide, stage = slide_of(plan, state), state.own_stage
    if not slide.recorded:
        return Change(state)
    idle = not (stage and stage.activity is Activity.RUNNING)
    if idle and state.failed:
        state = _undone(state, 1)
    if state.steps == len(slide.steps):
        return Change(state)
    return _enter(plan, state, Source.RECORDING, queued=True, fault=state.engine_fault if idle else "")


def _turn_to_other_terminal(plan: ShowPlan, state: ShowState) -> Change:
    stage, numbers = state.own_stage, terminals_of(plan, state)
    if stage is None:
        return Change(state)
    after = numbers.index(stage.terminal) + 1 if stage.terminal in numbers else 0
    return Change(replace(state, stage=replace(stage, terminal=numbers[after % len(numbers)])))


def _enter(plan: ShowPlan, state: ShowState, source: Source, *, queued: bool = False, fault: str = "") -> Change:
    """Put the slide's demo on the stage, as it is after the steps that are done; without an engine, its recording."""
    demo = slide_of(plan, state).demo
    if demo is None:
        return Change(state)
    if source is Source.LIVE and state.engine_fault and slide_of(plan, state).recorded:
        source, fault = Source.RECORDING, state.engine_fault
    turn = state.turn + 1
    terminal = terminal_after(plan, state, state.slide)
    stage = StageState(state.slide, turn, Activity.PREPARING, source, queued, terminal, fault)
    effect = Enter(turn, demo, state.steps, source)
    return Change(replace(state, stage=stage, turn=turn, typing=False, page=PageView.BESIDE), (effect,))


def _run_next(plan: ShowPlan, state: ShowState) -> Change:
    slide, stage = slide_of(plan, state), state.own_stage
    if stage is None or slide.demo is None:
        return Change(state)
    turn = state.turn + 1
    terminal = slide.steps[state.steps].terminal
    running = replace(stage, turn=turn, activity=Activity.RUNNING, queued=False, terminal=terminal, fault="")
    return Change(replace(state, stage=running, turn=turn, typing=False), (RunStep(turn, slide.demo, state.steps),))


def _take_engine(plan: ShowPlan, state: ShowState) -> Change:
    """Without an engine, the recording takes over from a demo that is under way; one that is held waits in it."""
    stage = state.own_stage
    under_way = stage is not None and stage.activity in (Activity.RUNNING, Activity.PREPARING)
    if stage is None or not under_way or stage.source is not Source.LIVE or not state.engine_fault:
        return Change(state)
    if slide_of(plan, state).recorded:
        queued = stage.queued or (stage.activity is Activity.RUNNING and not stage.held)
        return _enter(plan, state, Source.RECORDING, queued=queued, fault=state.engine_fault)
    return _interrupted(state) if stage.activity is Activity.RUNNING else Change(state)


def _take_fact(plan: ShowPlan, state: ShowState, fact: Prepared | Unprepared | Ended) -> Change:
    stage = state.stage
    awaited = Activity.RUNNING if isinstance(fact, Ended) else Activity.PREPARING
    if stage is None or fact.turn != stage.turn or stage.activity is not awaited:
        return Change(state)
    match fact:
        case Prepared():
            ready = replace(state, stage=replace(stage, activity=Activity.READY))
            return _run_next(plan, ready) if stage.queued and state.own_stage else Change(ready)
        case Unprepared(_, reason):
            return _fall_back(plan, state, stage, reason)
        case Ended(_, outcome, reason):
            done = (*state.outcomes[stage.slide], outcome)
            live = stage.source is Source.LIVE
            why = state.engine_fault if live and outcome is not Outcome.PASSED else ""
            idle = replace(stage, activity=Activity.READY, fault=why or reason, held=False)
            return Change(replace(state, stage=idle, outcomes=_with(state.outcomes, stage.slide, done)))


def _fall_back(plan: ShowPlan, state: ShowState, stage: StageState, reason: str) -> Change:
    """A stage that can't be made ready plays the recording, and says why."""
    if state.own_stage is None:
        return Change(replace(state, stage=None), (Leave(),))
    if stage.source is Source.LIVE and slide_of(plan, state).recorded:
        return _enter(plan, state, Source.RECORDING, queued=stage.queued, fault=reason)
    broken = replace(stage, activity=Activity.BROKEN, queued=False, fault=reason)
    return Change(replace(state, stage=broken, typing=False))


def _undone(state: ShowState, count: int) -> ShowState:
    kept = state.outcomes[state.slide][: state.steps - count]
    return replace(state, outcomes=_with(state.outcomes, state.slide, kept))


def _forgotten(state: ShowState, index: int) -> ShowState:
    return replace(state, outcomes=_with(state.outcomes, index, ()))


def _with(
    outcomes: tuple[tuple[Outcome, ...], ...], index: int, value: tuple[Outcome, ...]
) -> tuple[tuple[Outcome, ...], ...]:
    return (*outcomes[:index], value, *outcomes[index + 1 :])


def replan(old: ShowPlan, new: ShowPlan, state: ShowState, names: Renamed | None = None) -> Change:
    """The state after the deck was changed during the show: the same slide, whatever its id is now.

    A slide whose demo runs what it ran keeps its steps and its place on the stage.  ``names`` is :func:`renamed`'s.
    """
    names = names or renamed(old, new)

    def found(index: int) -> int | None:
        return new.index(names.slide(old.slides[index].id))

    def kept(index: int) -> int | None:
        place = found(index)
        slide = old.slides[index]
        now = new.slides[place] if place is not None else None
        same = now is not None and slide.demo is not None and now.demo == names.demo(slide.demo)
        return place if same and now is not None and now.script == slide.script else None

    outcomes: list[tuple[Outcome, ...]] = [()] * len(new.slides)
    for index, done in enumerate(state.outcomes):
        place = kept(index)
        if place is not None:
            outcomes[place] = done
    here = found(state.slide)
    slide = min(state.slide, len(new.slides) - 1) if here is None else here
    fragment = min(state.fragment, new.slides[slide].fragments) if here is not None else 0
    moved = replace(state, slide=slide, fragment=fragment, outcomes=tuple(outcomes), stage=None, typing=False)
    stage_place = kept(state.stage.slide) if state.stage else None
    if state.stage and stage_place is not None:
        return Change(replace(moved, stage=replace(state.stage, slide=stage_place), typing=state.typing))
    if new.slides[slide].steps:
        return _enter(new, moved, Source.LIVE)
    return Change(moved, (Leave(),) if state.stage else ())


def begin(plan: ShowPlan, index: int) -> Change:
    """The beginning of a show, at the slide with that index."""
    return _go(plan, ShowState(slide=index, outcomes=((),) * len(plan.slides)), index)
