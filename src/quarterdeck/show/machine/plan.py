"""What a show goes through: its slides in order, as the state machine needs to know them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import accumulate

from quarterdeck.diagnostics import QuarterdeckError, suggestion
from quarterdeck.model.deck import Deck, Slide
from quarterdeck.model.demo import Step
from quarterdeck.source.agenda import planned_seconds
from quarterdeck.terminal.buffer import Grid


@dataclass(frozen=True, slots=True)
class PlannedSlide:
    """One slide of a show."""

    id: str
    title: str
    fragments: int = 0
    demo: str | None = None
    steps: tuple[Step, ...] = ()
    """The steps of its demo that take a key press each."""
    recorded: bool = False
    """Whether its demo has a recording to fall back on."""
    grids: tuple[Grid, ...] = ()
    """The size of its demo's terminals as placed, and at each level of larger type; empty where it isn't known."""
    exercise: str | None = None
    """The name of the exercise whose task it shows."""
    section: str | None = None
    seconds: float = 0.0
    """How long it should take; 0 when nobody planned."""
    script: str = ""
    """The hash of all that decides what its demo runs; wherever and under whatever name it stands, the same."""


@dataclass(frozen=True, slots=True)
class ShowPlan:
    """The slides of a show, hidden ones left out."""

    title: str
    slides: tuple[PlannedSlide, ...]
    starts: tuple[float, ...] = field(default=())
    """The planned seconds from the beginning to each slide, and to the end; all 0 when nobody planned."""
    live: bool = True
    """Whether demos run; otherwise every stage plays a recording, and there is nothing to type into."""

    @property
    def seconds(self) -> float:
        """How long the whole should take; 0 when nobody planned."""
        return self.starts[-1] if self.starts else 0.0

    def index(self, id: str) -> int | None:  # noqa: A002 - the deck's own word
        """The place of a slide, or None for an unknown one."""
        return next((i for i, slide in enumerate(self.slides) if slide.id == id), None)

    def stage_index(self, demo: str) -> int | None:
        """The place of the first slide that shows a demo, or None."""
        return next((i for i, slide in enumerate(self.slides) if slide.demo == demo), None)


def plan_show(deck: Deck, recorded: Collection[str], *, live: bool = True) -> ShowPlan:
    """The plan of a deck; ``recorded`` names the demos that have a recording, ``live`` says whether demos run.

    Raises:
        QuarterdeckError: when no slide is left to show.

    """
    shown = [slide for slide in deck.slides if not slide.hidden]
    if not shown:
        raise QuarterdeckError.of("there is no slide to show", hint="'hide: true' hides a slide", code="no-slide")
    seconds = planned_seconds(shown, deck)
    starts = [round(begin, 6) for begin in accumulate(seconds, initial=0.0)]  # or shares add up to just under 25:00
    slides = tuple(_planned(slide, deck, recorded, each) for slide, each in zip(shown, seconds, strict=True))
    return ShowPlan(deck.title, slides, tuple(starts), live)


@dataclass(frozen=True, slots=True)
class Renamed:
    """What has another name since a deck was changed: a slide's id comes from its title, and a demo's may from that."""

    slides: Mapping[str, str] = field(default_factory=dict)
    """The new id by the old one."""
    demos: Mapping[str, str] = field(default_factory=dict)
    """The new name by the old one."""

    def slide(self, id: str) -> str:  # noqa: A002 - the deck's own word
        """The id that a slide has now."""
        return self.slides.get(id, id)

    def demo(self, name: str) -> str:
        """The name that a demo has now."""
        return self.demos.get(name, name)


def renamed(old: ShowPlan, new: ShowPlan) -> Renamed:
    """Find the slides of a plan in that of the changed deck: those whose ids are gone, by their places and demos.

    Between two slides that are still there, one whose id is gone is the new one with the same demo; or, where as many
    are gone as have come, the one in its place.
    """
    slides: dict[str, str] = {}
    for gone, come in _gaps(old, new):
        rest = list(come)
        for slide in gone:
            found = next((each for each in rest if slide.script and each.script == slide.script), None)
            if found is None and len(gone) == len(come):
                place = come[gone.index(slide)]
                found = place if place in rest and bool(place.demo) == bool(slide.demo) else None
            if found is not None:
                rest.remove(found)
                slides[slide.id] = found.id
    demos = {}
    left = {slide.demo for slide in new.slides}
    for slide in old.slides:
        index = new.index(slides.get(slide.id, slide.id))
        now = new.slides[index] if index is not None else None
        if slide.demo is not None and slide.demo not in left and now is not None and now.script == slide.script:
            demos[slide.demo] = now.demo or slide.demo
    return Renamed(slides, demos)


def _gaps(old: ShowPlan, new: ShowPlan) -> Iterator[tuple[list[PlannedSlide], list[PlannedSlide]]]:
    """The slides of each plan that the other doesn't have, between slides that both have."""
    left, right = ({slide.id for slide in plan.slides} for plan in (old, new))
    gone: list[PlannedSlide] = []
    start = 0
    for slide in (*old.slides, None):
        if slide is not None and slide.id not in right:
            gone.append(slide)
            continue
        place = new.index(slide.id) if slide else None
        end = len(new.slides) if place is None else place
        if gone:
            yield gone, [each for each in new.slides[start:end] if each.id not in left]
            gone = []
        start = end + 1


def start_index(plan: ShowPlan, start: str | None) -> int:
    """The place of the slide that a show starts from (``--from``): an id, or a number from 1.

    Raises:
        QuarterdeckError: for an unknown slide.

    """
    if start is None:
        return 0
    found = plan.index(start)
    if found is None and start.isdecimal() and 1 <= int(start) <= len(plan.slides):
        found = int(start) - 1
    if found is None:
        hint = suggestion(start, [slide.id for slide in plan.slides])
        raise QuarterdeckError.of(f"there is no slide '{start}' to start from", hint=hint, code="unknown-slide")
    return found


def _planned(slide: Slide, deck: Deck, recorded: Collection[str], seconds: float) -> PlannedSlide:
    demo = deck.demos.get(slide.demo) if slide.demo else None
    return PlannedSlide(
        id=slide.id,
        title=slide.title_text or slide.id,
        fragments=slide.fragments,
        demo=demo.name if demo else None,
        steps=demo.shown_steps if demo else (),
        script=demo.script_hash if demo else "",
        recorded=demo is not None and demo.name in recorded,
        grids=slide.grids,
        exercise=None if demo else slide.exercise,
        section=slide.section,
        seconds=seconds,
    )
