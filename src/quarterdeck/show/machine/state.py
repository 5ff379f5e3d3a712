"""The state of a show, what *next* will do, and the speaker's drawings on slides: pure, without I/O.

A position is a slide, the number of fragments visible on it, and the number of steps of its demo that are done.
``transitions`` says how commands and facts change a state.

Drawings are stored for pages that join late and for coming back to a slide.  They are bounded, so that a page that
joins late gets little: a stroke that is too long ends, and drawings that are too many leave no room for another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from quarterdeck.show.machine.commands import Source
from quarterdeck.show.machine.plan import PlannedSlide, ShowPlan
from quarterdeck.stage.events import Outcome

ZOOM_LIMIT = 3
"""The levels of type above the placed one: the whole slide, and then fewer columns of it."""
OWN_TERMINAL = 2
"""A terminal that the speaker may type into besides the first, whether or not the demo uses it."""


class Activity(StrEnum):
    """What the stage is doing."""

    PREPARING = "preparing"
    READY = "ready"
    RUNNING = "running"
    BROKEN = "broken"
    """It could not be made ready, and there is no recording to fall back on."""


class Cover(StrEnum):
    """What the audience sees instead of the slide."""

    BLACK = "black"
    WHITE = "white"


class PageView(StrEnum):
    """How the slide shows the pages that its demo has opened; each press of the key goes on to the next."""

    BESIDE = "beside"
    """Over a part of the terminal."""
    LARGE = "large"
    """Over the whole slide."""
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class StageState:
    """The demo on the stage.  It stays there while slides without a demo are shown."""

    slide: int
    """The slide whose demo it is."""
    turn: int
    """The turn of the latest effect; facts about any other are ignored."""
    activity: Activity = Activity.PREPARING
    source: Source = Source.LIVE
    queued: bool = False
    """Whether to run the next step as soon as the stage is ready."""
    terminal: int = 1
    """The terminal in front, from 1."""
    fault: str = ""
    """What went wrong last, for the speaker."""
    held: bool = False
    """Whether the speaker holds the step under way."""


@dataclass(frozen=True, slots=True)
class ShowState:
    """Where a show is."""

    slide: int
    outcomes: tuple[tuple[Outcome, ...], ...]
    """For each slide, how each step of its demo that is done ended."""
    fragment: int = 0
    """How many fragments of the slide are visible."""
    stage: StageState | None = None
    blank: Cover | None = None
    typing: bool = False
    """Whether the speaker has taken over the terminal."""
    zoom: int = 0
    """How much larger than placed the terminals' type is: a level up to ``ZOOM_LIMIT``."""
    inviting: bool = False
    """Whether the audience is shown where to follow."""
    page: PageView = PageView.BESIDE
    turn: int = 0
    """The turn of the latest effect of all."""
    engine_fault: str = ""
    """Why the engine can't run demos at present; empty if it can."""

    @property
    def steps(self) -> int:
        """How many steps of this slide's demo are done."""
        return len(self.outcomes[self.slide])

    @property
    def failed(self) -> bool:
        """Whether the last step of this slide's demo failed: the show then offers its recording."""
        return any(outcome.bad for outcome in self.outcomes[self.slide][-1:])

    @property
    def own_stage(self) -> StageState | None:
        """The stage, when this slide's demo is on it."""
        return self.stage if self.stage and self.stage.slide == self.slide else None


def can_type(plan: ShowPlan, state: ShowState) -> bool:
    """Whether there is a terminal on the slide that takes what the speaker types."""
    stage = state.own_stage
    usable = (Activity.READY, Activity.RUNNING)
    return plan.live and stage is not None and stage.source is Source.LIVE and stage.activity in usable


def terminal_in_front(plan: ShowPlan, state: ShowState) -> int:
    """The terminal of the slide's demo that is in front, from 1."""
    if state.own_stage:
        return state.own_stage.terminal
    return terminal_after(plan, state, state.slide)


def terminal_after(plan: ShowPlan, state: ShowState, slide: int) -> int:
    """The terminal that the last step done of a slide's demo ran in."""
    done = len(state.outcomes[slide])
    return plan.slides[slide].steps[done - 1].terminal if done else 1


def terminals_of(plan: ShowPlan, state: ShowState) -> tuple[int, ...]:
    """The terminals that can be brought to the front."""
    used = {1} | {step.terminal for step in slide_of(plan, state).steps}
    return tuple(sorted(used | {OWN_TERMINAL} if can_type(plan, state) else used))


class Move(StrEnum):
    """What *next* would do."""

    UNBLANK = "unblank"
    FRAGMENT = "fragment"
    STEP = "step"
    QUEUE = "queue"
    """Run the step as soon as the stage is ready."""
    WAIT = "wait"
    """Nothing: a step is running."""
    GO_ON = "go-on"
    """Go on with the step that is held."""
    RECORDING = "recording"
    """Play the recording of the step that failed, or of the next one when the engine is gone."""
    SLIDE = "slide"
    END = "end"
    """Nothing: this is the end."""


@dataclass(frozen=True, slots=True)
class Intent:
    """What *next* would do, and to which fragment, step or slide (counted from 0)."""

    move: Move
    index: int = 0


def is_live_under_way(state: ShowState) -> bool:
    """Whether a demo is being prepared, or a step runs, on the engine."""
    stage = state.stage
    under_way = stage is not None and stage.activity in (Activity.PREPARING, Activity.RUNNING)
    return stage is not None and under_way and stage.source is Source.LIVE


def slide_of(plan: ShowPlan, state: ShowState) -> PlannedSlide:
    """The slide being shown."""
    return plan.slides[state.slide]


def intent_of(plan: ShowPlan, state: ShowState) -> Intent:
    """What *next* would do now."""
    slide = slide_of(plan, state)
    if state.blank:
        return Intent(Move.UNBLANK)
    if state.fragment < slide.fragments:
        return Intent(Move.FRAGMENT, state.fragment)
    stage = state.own_stage
    if stage and slide.steps:
        if stage.activity is Activity.RUNNING:
            return Intent(Move.GO_ON if stage.held else Move.WAIT, state.steps)
        if stage.activity is Activity.PREPARING and state.steps < len(slide.steps):
            return Intent(Move.WAIT if stage.queued else Move.QUEUE, state.steps)
        if stage.activity is Activity.READY:
            if slide.recorded and state.failed:
                return Intent(Move.RECORDING, state.steps - 1)
            if state.steps < len(slide.steps):
                gone = state.engine_fault and stage.source is Source.LIVE and slide.recorded
                return Intent(Move.RECORDING if gone else Move.STEP, state.steps)
    if state.slide + 1 < len(plan.slides):
        return Intent(Move.SLIDE, state.slide + 1)
    return Intent(Move.END)


def next_position(plan: ShowPlan, state: ShowState) -> tuple[int, int]:
    """The slide and fragment that *next* would show, for the speaker's preview."""
    match intent_of(plan, state):
        case Intent(Move.FRAGMENT, index):
            return state.slide, index + 1
        case Intent(Move.SLIDE, index):
            return index, 0
        case _ if state.slide + 1 < len(plan.slides):
            return state.slide + 1, 0
        case _:
            return state.slide, state.fragment


Point: TypeAlias = tuple[float, float]
"""A place on a slide, in shares of its width and height."""

STROKE_POINTS = 2_000
"""Points of one stroke: more than a minute without lifting the pen."""
SLIDE_STROKES = 200
SHOW_POINTS = 40_000
"""Points of all strokes of a show: about 600 KB for a page that joins late."""


class Ink(StrEnum):
    """What is drawn with."""

    PEN = "pen"
    HIGHLIGHTER = "highlighter"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line drawn without lifting the pen."""

    slide: str
    """The slide's id."""
    id: str
    """The name that its page gave it."""
    ink: Ink
    points: tuple[Point, ...]


@dataclass(slots=True)
class GrowingStroke:
    """A stroke that may still become longer."""

    ink: Ink
    points: list[Point] = field(default_factory=list)


@dataclass(slots=True)
class Drawings:
    """The drawings of a show."""

    slides: dict[str, dict[str, GrowingStroke]] = field(default_factory=dict)
    """By the slide's id and the stroke's, in the order they were begun."""
    size: int = 0
    """Points in all."""

    def draw(self, slide: str, stroke: str, ink: Ink, points: Sequence[Point]) -> bool:
        """Begin a stroke or extend it; returns whether there was room for that."""
        strokes = self.slides.setdefault(slide, {})
        line = strokes.get(stroke) or GrowingStroke(ink)
        fits = len(line.points) + len(points) <= STROKE_POINTS and self.size + len(points) <= SHOW_POINTS
        if not fits or (not line.points and len(strokes) >= SLIDE_STROKES):
            return False
        line.points.extend(points)
        strokes[stroke] = line
        self.size += len(points)
        return True

    def undo(self, slide: str) -> str | None:
        """Remove the last stroke of a slide; returns its id, or None if there was none."""
        strokes = self.slides.get(slide)
        if not strokes:
            return None
        stroke, line = strokes.popitem()
        self.size -= len(line.points)
        return stroke

    def erase(self, slide: str) -> bool:
        """Remove all strokes of a slide; returns whether there were any."""
        strokes = self.slides.pop(slide, {})
        self.size -= sum(len(line.points) for line in strokes.values())
        return bool(strokes)

    def rename(self, ids: Mapping[str, str]) -> None:
        """Slides have other ids from now on."""
        self.slides = {ids.get(slide, slide): strokes for slide, strokes in self.slides.items()}

    def keep(self, slides: Collection[str]) -> None:
        """Remove the drawings on all other slides."""
        for slide in self.slides.keys() - set(slides):
            self.erase(slide)

    def all(self) -> Iterator[Stroke]:
        """Every stroke of the show."""
        for slide, strokes in self.slides.items():
            for stroke, line in strokes.items():
                yield Stroke(slide, stroke, line.ink, tuple(line.points))
