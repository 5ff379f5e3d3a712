"""A show: holds its state, carries the speaker's commands to the stage, and tells its listeners what happens.

Everything runs in one asyncio loop, and no method waits: a key press becomes a new state
(``machine/transitions.py``) and effects, which the director begins on the stage; facts and output come back through
``on_fact``, ``on_event`` and ``on_rewind``.  Who shows any of it, pages, console or bookmark, is a listener.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import last_pages
from quarterdeck.show.desklink import Room
from quarterdeck.show.director import Director
from quarterdeck.show.machine.clock import Clock, Reading
from quarterdeck.show.machine.commands import Command, EngineChecked, Fact, Given, Key, Precedence, Prepared, Source
from quarterdeck.show.machine.plan import PlannedSlide, Renamed, plan_show, renamed
from quarterdeck.show.machine.state import (
    Activity,
    Drawings,
    Ink,
    PageView,
    Point,
    is_live_under_way,
    slide_of,
    terminal_in_front,
)
from quarterdeck.show.machine.terminals import Terminals
from quarterdeck.show.machine.transitions import Change, advance, begin, replan
from quarterdeck.stage.events import (
    REPLAY,
    Cleared,
    Engine,
    Output,
    PageOpened,
    StageEvent,
    StepFinished,
    StepStarted,
    Typed,
)
from quarterdeck.terminal.buffer import Grid


@dataclass(frozen=True, slots=True)
class Performed:
    """A step that was run in the show, for the summary."""

    slide: str
    demo: str
    step: str
    outcome: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only a speaker can decide, while the show goes on."""

    text: str
    lines: tuple[tuple[str, str], ...]
    """What it is about: names of demos, and what they would do."""
    number: int = 0
    """Given by the show: an answer says which question it answers."""


class ShowListener:
    """Callbacks for what happens in a show; this base class ignores everything."""

    def on_state(self) -> None:
        """The state, the clock, or what the speaker should know has changed."""

    def on_output(self, demo: str, terminal: int, data: str) -> None:
        """A terminal printed something."""

    def on_terminals(self, demo: str) -> None:
        """A demo's terminals were emptied, or went back to what they had printed before."""

    def on_pages(self, demo: str) -> None:
        """A demo has opened a page, or its pages were closed."""

    def on_stroke(self, slide: str, stroke: str, ink: Ink, points: Sequence[Point]) -> None:
        """A stroke on a slide was begun, or became longer."""

    def on_erase(self, slide: str, stroke: str | None) -> None:
        """A stroke was removed from a slide; None: all of them."""

    def on_question(self) -> None:
        """The speaker is asked something, or no longer."""

    def on_invitation(self, address: str) -> None:
        """Others can follow the show at this address from now on."""

    def on_room(self, room: Room) -> None:
        """The desk of the seats says something new about the room."""

    def on_deck(self, names: Renamed) -> None:
        """The deck was replaced, and these of its slides and demos have other names now."""


class Show:
    """A talk under way."""

    def __init__(
        self,
        deck: Deck,
        recorded: Collection[str],
        live: Engine,
        recordings: Engine,
        *,
        start: int = 0,
        clock: Clock | None = None,
        notice: str = "",
        step_seconds: Callable[[str, str], float] = lambda demo, step: 0.0,
    ) -> None:
        """``recorded`` names the demos with a recording, ``start`` is the place of the first slide shown.

        ``step_seconds`` returns how long a demo's step took when it was recorded, 0 if that is unknown.
        """
        self._step_seconds = step_seconds
        self._step_began: tuple[str, float] = ("", 0.0)
        """The step that was begun last, and when."""
        self.deck = deck
        self.edition = 0
        """How often the deck was replaced."""
        self.plan = plan_show(deck, recorded, live=live.name != REPLAY)
        self.engine = live.name
        self.clock = clock or Clock()
        self.notices = Notices(notice)
        self.question: Question | None = None
        """What the speaker is asked."""
        self._asked: Callable[[], None] = lambda: None
        self._questions = 0
        """How many there were."""
        self.address: str | None = None
        """Where others can follow the show; None if they can't."""
        self.room: Room | None = None
        """How far the room is with its exercises; None for no room, or while nobody knows."""
        self.terminals = Terminals()
        self.pages = OpenedPages()
        self.drawings = Drawings()
        self.performed: list[Performed] = []
        self.listeners: list[ShowListener] = []
        self._precedence = Precedence()
        self._director = Director(deck.demos, live, recordings, self)
        change = begin(self.plan, start)
        self.state = change.state
        self._apply(change)

    @property
    def slide(self) -> PlannedSlide:
        """The slide being shown."""
        return slide_of(self.plan, self.state)

    @property
    def revision(self) -> int:
        """How many commands were taken: what a command says that it was given for."""
        return self._precedence.revision

    @property
    def invites(self) -> bool:
        """Whether the audience can be shown an address: of the show, or of the seats at an exercise; or is already."""
        seats = self.room is not None and self.slide.exercise is not None
        return self.address is not None or seats or self.state.inviting

    @property
    def served(self) -> tuple[OpenedPage, ...]:
        """The pages that the slide's demo has opened."""
        return self.pages.of(self.slide.demo)

    @property
    def step_time(self) -> tuple[float, float]:
        """The seconds since the step under way began, and those that it took when it was recorded; 0 for neither."""
        stage = self.state.own_stage
        if stage is None or stage.activity is not Activity.RUNNING or self.slide.demo is None:
            return 0.0, 0.0
        step, began = self._step_began
        return time.monotonic() - began, self._step_seconds(self.slide.demo, step)

    @property
    def live_under_way(self) -> bool:
        """Whether a demo is being prepared, or a step runs, on the engine."""
        return is_live_under_way(self.state)

    def serves(self, demo: str) -> bool:
        """Whether a demo is live on the stage: only then do its containers answer."""
        stage = self.state.stage
        live = self.plan.live and stage is not None and stage.source is Source.LIVE
        return live and stage is not None and self.plan.slides[stage.slide].demo == demo

    def reading(self) -> Reading:
        """What the clock says."""
        return self.clock.read(self.plan, self.state.slide)

    # What the speaker does

    def command(self, command: Command, given: Given | None = None) -> None:
        """Do what a speaker says, unless another has said the same in this moment."""
        if (command is Key.INVITE and not self.invites) or (command is Key.PAGE and not self.served):
            return
        if not self._precedence.take(command, given, time.monotonic()):
            return
        if command is Key.NEXT or self.clock.began is not None:
            self.clock.start()
        self._apply(advance(self.plan, self.state, command))

    def type(self, data: str) -> None:
        """Type into the terminal in front, if the speaker has taken it over; otherwise nothing happens."""
        if self.state.typing:
            self._director.type(data.encode(), terminal_in_front(self.plan, self.state))

    def draw(self, slide: str, stroke: str, ink: Ink, points: Sequence[Point]) -> None:
        """Draw on a slide; beyond the bounds of drawings nothing is drawn."""
        if self.plan.index(slide) is not None and self.drawings.draw(slide, stroke, ink, points):
            for listener in self.listeners:
                listener.on_stroke(slide, stroke, ink, points)

    def erase(self, slide: str, *, whole: bool) -> None:
        """Remove the last stroke of a slide, or all."""
        stroke = None if whole else self.drawings.undo(slide)
        if stroke is not None or (whole and self.drawings.erase(slide)):
            for listener in self.listeners:
                listener.on_erase(slide, stroke)

    def restart_clock(self) -> None:
        """Count the talk's time from now."""
        self.clock.restart()
        self._publish()

    # What changes around the show

    def notify(self, notice: str) -> None:
        """Tell the speaker something; an empty text removes it."""
        self.notices.text = notice
        self._publish()

    def unnotify(self, notice: str) -> None:
        """Take back what the speaker was told, unless something else was told since."""
        if self.notices.text == notice:
            self.notify("")

    def ask(self, question: Question, agreed: Callable[[], None]) -> None:
        """Ask the speaker; ``agreed`` is called if the answer is yes.  What was asked before is withdrawn."""
        self._asked = agreed
        self._questions += 1
        self.question = replace(question, number=self._questions)
        self._tell_question()

    def answer(self, number: int, *, yes: bool) -> None:
        """Take the answer to the question of that number, unless it was withdrawn meanwhile."""
        if self.question is None or self.question.number != number:
            return
        agreed, self.question = self._asked, None
        self._tell_question()
        if yes:
            agreed()

    def withdraw(self) -> None:
        """Ask nothing any more."""
        if self.question is not None:
            self.answer(self.question.number, yes=False)

    def engine_checked(self, fault: str | None) -> None:
        """The engine was asked whether it can run demos: why not, or None if it can."""
        if self.notices.set_engine_fault(fault):
            self._apply(advance(self.plan, self.state, EngineChecked(fault or "")))

    def invite(self, address: str) -> None:
        """Let the speaker show the audience where to follow."""
        self.address = address
        for listener in self.listeners:
            listener.on_invitation(address)
        self._publish()

    def enter_room(self, room: Room) -> None:
        """Show at each exercise where attendees get their seats, and how far they are."""
        if room == self.room:
            return
        self.room = room
        for listener in self.listeners:
            listener.on_room(room)
        self._publish()

    def replace(self, deck: Deck, recorded: Collection[str]) -> None:
        """Continue with a deck that was changed during the show."""
        plan = plan_show(deck, recorded, live=self.plan.live)
        names = renamed(self.plan, plan)
        change = replan(self.plan, plan, self.state, names)
        self.deck, self.plan = deck, plan
        self.edition += 1
        self._director.replace(deck.demos, names.demos)
        self.clock.rename(names.slides)
        self.drawings.rename(names.slides)
        self.terminals.rename(names.demos)
        self.pages.rename(names.demos)
        self.performed = [
            replace(each, slide=names.slide(each.slide), demo=names.demo(each.demo)) for each in self.performed
        ]
        for listener in self.listeners:
            listener.on_deck(names)
        self._apply(change)
        self.drawings.keep([slide.id for slide in plan.slides])
        for demo in {name for name, _ in self.terminals.logs} - deck.demos.keys():
            self.terminals.clear(demo)
        self.pages.keep(deck.demos)

    async def close(self) -> None:
        """Clear the stage."""
        await self._director.close()

    # Callbacks of the director

    def on_fact(self, fact: Fact) -> None:
        """An effect has ended, or the engine was asked because a step went wrong."""
        if isinstance(fact, EngineChecked):
            self.engine_checked(fact.fault or None)
            return
        if isinstance(fact, Prepared):
            self._open_again(fact.turn)
        self._apply(advance(self.plan, self.state, fact))

    def on_event(self, demo: str, event: StageEvent) -> None:
        """Something happened on the stage."""
        match event:
            case Output(terminal, data):
                self.terminals.write(demo, terminal, data)
                for listener in self.listeners:
                    listener.on_output(demo, terminal, data)
            case StepStarted(_, step):
                self._step_began = (step, time.monotonic())
                self.terminals.mark(demo, self._step_index(demo, step))
            case PageOpened(url):
                stage = self.state.stage
                self._open_page(demo, len(self.state.outcomes[stage.slide]) if stage else 0, url)
                self.state = replace(self.state, page=PageView.BESIDE)
                self._publish()
            case Cleared():
                self.terminals.clear(demo)
                for listener in self.listeners:
                    listener.on_terminals(demo)
            case StepFinished(name, step, outcome, _, duration):
                self.performed.append(Performed(self.slide.id, name, step, outcome, duration))
            case Typed():
                pass  # it is echoed as output

    def on_rewind(self, demo: str, done: int) -> bool:
        """A demo's terminals go back to what they showed after ``done`` steps; whether that is known."""
        known = self.terminals.rewind(demo, done)
        if self.pages.rewind(demo, done):
            self._tell_pages(demo)
        for listener in self.listeners:
            listener.on_terminals(demo)
        return known

    @property
    def grid(self) -> Grid | None:
        """The size of the slide's terminals; None where it has none, or it isn't known."""
        grids = self.slide.grids
        return grids[min(self.state.zoom, len(grids) - 1)] if grids else None

    def _open_again(self, turn: int) -> None:
        """The steps done were run again: what they opened is loaded from the containers that are there now.

        If their recording was played instead, pictures take the place of what was open.
        """
        stage = self.state.stage
        if stage is None or stage.turn != turn:
            return
        slide = self.plan.slides[stage.slide]
        if slide.demo is None:
            return
        steps = slide.steps[: len(self.state.outcomes[stage.slide])]
        opened = [(n, step.open_url) for n, step in enumerate(steps) if step.open_url is not None]
        if not self.serves(slide.demo):
            opened = [(page.step, page.url) for page in self.pages.of(slide.demo)]
        for step, url in opened:
            self._open_page(slide.demo, step, url)

    def _open_page(self, demo: str, step: int, url: str) -> None:
        steps = self.deck.demos[demo].shown_steps if demo in self.deck.demos else ()
        self.pages.open(demo, step, url, steps[step].id if step < len(steps) else "")
        self._tell_pages(demo)

    def _tell_question(self) -> None:
        for listener in self.listeners:
            listener.on_question()
        self._publish()

    def _tell_pages(self, demo: str) -> None:
        for listener in self.listeners:
            listener.on_pages(demo)

    def _apply(self, change: Change) -> None:
        self.state = change.state
        self.clock.visit(self.slide.id)
        if self.grid is not None:
            self._director.resize(self.grid)
        for effect in change.effects:
            self._director.perform(effect)
        self._publish()

    def _publish(self) -> None:
        for listener in self.listeners:
            listener.on_state()

    def _step_index(self, demo: str, step: str) -> int:
        return next((i for i, s in enumerate(self.deck.demos[demo].shown_steps) if s.id == step), 0)


@dataclass(frozen=True, slots=True)
class OpenedPage:
    """A page that a step has opened."""

    step: int
    """The step's place among the shown ones, from 0."""
    url: str
    number: int
    """Which opening it was: one that is opened again is loaded again."""
    id: str = ""
    """The id of the step."""


@dataclass(slots=True)
class OpenedPages:
    """The pages of containers that demos have opened with ``open=``; a slide shows the last two of its demo."""

    opened: dict[str, tuple[OpenedPage, ...]] = field(default_factory=dict)
    """All by the demo's name, by their steps."""
    count: int = 0
    """How many were ever opened."""

    def of(self, demo: str | None) -> tuple[OpenedPage, ...]:
        """The pages of a demo that are shown."""
        return last_pages((page.url, page) for page in self.opened.get(demo or "", ()))

    def open(self, demo: str, step: int, url: str, id_: str = "") -> None:
        """Show a page; one at the same address is loaded again, at its place."""
        self.count += 1
        opened = (*self.opened.get(demo, ()), OpenedPage(step, url, self.count, id_))
        self.opened[demo] = tuple(sorted(opened, key=lambda page: page.step))

    def rewind(self, demo: str, done: int) -> bool:
        """Close what was opened after ``done`` steps; returns whether anything was."""
        before = self.of(demo)
        self.opened[demo] = tuple(page for page in self.opened.get(demo, ()) if page.step < done)
        return self.of(demo) != before

    def rename(self, demos: Mapping[str, str]) -> None:
        """Demos have other names from now on."""
        self.opened = {demos.get(demo, demo): pages for demo, pages in self.opened.items()}

    def keep(self, demos: Mapping[str, object]) -> None:
        """Forget all other demos."""
        self.opened = {demo: pages for demo, pages in self.opened.items() if demo in demos}


@dataclass(slots=True)
class Notices:
    """What the speaker should know besides the state."""

    text: str
    """Empty for nothing."""
    engine_fault: str | None = None
    """Why the engine can't run demos at present."""

    def set_engine_fault(self, fault: str | None) -> bool:
        """Say why the engine can't run demos, or that it can again; whether that is news."""
        if fault == self.engine_fault:
            return False
        own = "" if self.engine_fault is None else _without_engine(self.engine_fault)
        self.engine_fault = fault
        if fault is not None or self.text == own:
            self.text = "" if fault is None else _without_engine(fault)
        return True


def _without_engine(fault: str) -> str:
    return f"{fault[:1].upper()}{fault[1:]}; until it answers again, demos play their recordings"
