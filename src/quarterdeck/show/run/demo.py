"""One demo in a terminal, one key per step: for those who present with PowerPoint.

The same state machine and director as a whole show, on a plan of one slide.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from quarterdeck.model.demo import Demo
from quarterdeck.show.alerts import watch_engine
from quarterdeck.show.director import Director
from quarterdeck.show.keys import Local
from quarterdeck.show.machine.commands import Ended, EngineChecked, Fact, Key
from quarterdeck.show.machine.plan import PlannedSlide, ShowPlan
from quarterdeck.show.machine.state import Move, ShowState, intent_of, is_live_under_way, terminal_in_front
from quarterdeck.show.machine.terminals import Terminals
from quarterdeck.show.machine.transitions import Change, advance, begin
from quarterdeck.show.run.screen import (
    BAND,
    HELP,
    KEYS,
    TYPING_KEYS,
    Frame,
    SoloScreen,
    alert_lines,
    bottom_line,
    narration_lines,
    place_line,
    title_line,
    words,
)
from quarterdeck.stage.events import (
    REPLAY,
    Cleared,
    Engine,
    Outcome,
    Output,
    PageOpened,
    StageEvent,
    StepFinished,
    StepStarted,
)
from quarterdeck.terminal.buffer import COLUMNS, COLUMNS_ALLOWED, Grid
from quarterdeck.terminal.cells import CellRun
from quarterdeck.terminal.emulator import Terminal

FRAME = 1 / 60
"""The least number of seconds from one drawing to the next."""
LOOK_SECONDS = 1.0
"""From one look at the engine to the next."""
SCROLLBACK = 500
"""Lines kept of a terminal, for windows that are taller than it."""


class Solo:
    """A demo under way in this terminal.  Everything happens in one asyncio loop."""

    def __init__(
        self,
        demo: Demo,
        live: Engine,
        recordings: Engine,
        *,
        recorded: bool,
        write: Callable[[str], None],
        size: Callable[[], tuple[int, int]],
        browse: Callable[[str], object] = lambda url: None,
    ) -> None:
        """``write`` prints to the terminal, ``size`` returns its columns and lines, ``browse`` opens a page."""
        self.demo = demo
        self._size = size
        self._browse = browse
        slide = PlannedSlide(demo.name, demo.title, 0, demo.name, demo.shown_steps, recorded)
        self.plan = ShowPlan(demo.title, (slide,), live=live.name != REPLAY)
        self.ended = asyncio.Event()
        self.failed = False
        """Whether the last step that ended did not do what it should."""
        self._helping = False
        self._page: str | None = None
        """The address of the page that the demo opened last."""
        self._log = Terminals()
        self._grid = self._fitting_grid()
        self._terminals: dict[int, Terminal] = {}
        self._blank()
        self._screen = SoloScreen(write, size)
        self._next_frame = 0.0
        self._frame: asyncio.TimerHandle | None = None
        self._director = Director({demo.name: demo}, live, recordings, self)
        self._director.resize(self._grid)
        self._screen.enter()
        change = begin(self.plan, 0)
        self.state: ShowState = change.state
        self._apply(change)

    # What the speaker wants

    def press(self, key: bytes) -> None:
        """Take a key of the speaker: a command, or input for the terminal while the speaker types."""
        if self._helping:
            self._helping = False
            self.draw()
            return
        match (TYPING_KEYS if self.state.typing else KEYS).get(key):
            case None if self.state.typing:
                self._director.type(key, terminal_in_front(self.plan, self.state))
            case Local.END:
                self.ended.set()
            case Local.HELP:
                self._helping = True
                self.draw()
            case Local.OPEN_PAGE if self._page:
                self._browse(self._page)
            case Key() as command:
                self._do(command)
            case _:
                pass

    def _do(self, command: Key) -> None:
        if command is Key.NEXT and intent_of(self.plan, self.state).move is Move.END:
            self.ended.set()
        else:
            self._apply(advance(self.plan, self.state, command))

    # What happens on the stage

    @property
    def live_under_way(self) -> bool:
        """Whether the demo is being prepared, or a step runs, on the engine."""
        return is_live_under_way(self.state)

    def engine_checked(self, fault: str | None) -> None:
        """The engine was asked whether it can run demos: why not, or None if it can."""
        if fault and self.live_under_way and not self.plan.slides[0].recorded:
            self.failed = True  # whenever the speaker ends it
        if (fault or "") != self.state.engine_fault:
            self._apply(advance(self.plan, self.state, EngineChecked(fault or "")))

    def on_fact(self, fact: Fact) -> None:
        """An effect has ended, or the engine was asked because a step went wrong."""
        if isinstance(fact, EngineChecked):
            self.engine_checked(fact.fault or None)
            return
        if isinstance(fact, Ended):
            cut_off = self.state.engine_fault != "" and fact.outcome is Outcome.INTERRUPTED
            self.failed = fact.outcome.bad or cut_off
        self._apply(advance(self.plan, self.state, fact))

    def on_event(self, demo: str, event: StageEvent) -> None:
        """Something happened on the stage."""
        match event:
            case Output(terminal, data):
                self._log.write(demo, terminal, data)
                self._terminal(terminal).feed(data)
            case StepStarted(_, step):
                self._log.mark(demo, [s.id for s in self.demo.shown_steps].index(step))
            case PageOpened(url):
                self._page = url
            case Cleared():
                self._log.clear(demo)
                self._blank()
            case StepFinished():
                pass  # the fact that follows says how it ended, even of a step that the director gave up
        self.draw()

    def on_rewind(self, demo: str, done: int) -> bool:
        """Put the terminals back to what they showed after ``done`` steps; return whether that is known."""
        known = self._log.rewind(demo, done)
        self._page = None
        self._blank()
        for text in self._log.of(demo):
            self._terminal(text.terminal).feed(text.data)
        self.draw()
        return known

    async def close(self) -> None:
        """Clear the stage, and give the terminal back."""
        self._note("leaving the stage")
        await self._director.close()
        if self._frame is not None:
            self._frame.cancel()
        self._screen.leave()

    def summary(self) -> str:
        """Return how far the demo came, in one line."""
        done = self.state.outcomes[0]
        bad = [step.id for step, outcome in zip(self.demo.shown_steps, done, strict=False) if outcome.bad]
        failed = f", failed: {', '.join(bad)}" if bad else ""
        return f"{self.demo.title}: {len(done)} of {len(self.demo.shown_steps)} steps done{failed}"

    def _apply(self, change: Change) -> None:
        self.state = change.state
        for effect in change.effects:
            self._director.perform(effect)
        self.draw()

    def _blank(self) -> None:
        self._terminals = {number: self._new_terminal() for number in self.demo.terminals}

    def _terminal(self, number: int) -> Terminal:
        return self._terminals.setdefault(number, self._new_terminal())

    def _new_terminal(self) -> Terminal:
        return Terminal(self._grid.columns, self._grid.rows, scrollback=SCROLLBACK)

    def _fitting_grid(self) -> Grid:
        """The size that the demo asks for, else the usual one, as far as it is seen here: no line is ever cut."""
        return self.demo.terminal or Grid(max(COLUMNS_ALLOWED[0], min(COLUMNS, self._size()[0])))

    def resized(self) -> None:
        """Take the new size of the speaker's own terminal."""
        self._grid = self._fitting_grid()
        self._director.resize(self._grid)
        for terminal in self._terminals.values():
            terminal.resize(self._grid.columns, self._grid.rows)
        self.draw()

    # What is seen

    def draw(self) -> None:
        """Draw at once, or as soon as the terminal has had time for the frame before."""
        now = asyncio.get_running_loop().time()
        if now >= self._next_frame:
            self._draw()
        elif self._frame is None:
            self._frame = asyncio.get_running_loop().call_at(self._next_frame, self._draw)

    def _draw(self) -> None:
        if self._frame is not None:
            self._frame.cancel()
            self._frame = None
        plan, state = self.plan, self.state
        front = terminal_in_front(plan, state)
        columns, lines = self._size()
        bottom = bottom_line(words(plan, state, self._page), columns)
        overlay = HELP if self._helping else ()
        narration = narration_lines(plan, state, columns, lines)
        alert = alert_lines(plan, state, columns)
        frame = Frame(title_line(plan), place_line(plan, state), bottom, front, overlay, narration, alert)
        self._screen.draw(frame, self._in_view(front))
        self._next_frame = asyncio.get_running_loop().time() + FRAME

    def _in_view(self, front: int) -> Mapping[int, Terminal]:
        """Return the terminal in front, and those that a step has run in."""
        used = {step.terminal for step in self.demo.shown_steps[: self.state.steps]}
        return {number: terminal for number, terminal in self._terminals.items() if number in used | {front}}

    def _note(self, text: str) -> None:
        frame = Frame(title_line(self.plan), (), (CellRun(f" {text}", BAND),), 0)
        self._screen.draw(frame, self._in_view(terminal_in_front(self.plan, self.state)))


async def play(solo: Solo, keys: Callable[[Callable[[bytes], None]], Callable[[], None]], engine: Engine) -> None:
    """Run the demo until the speaker ends it; ``engine`` is watched meanwhile.

    ``keys`` begins to read keys, calls its argument with each, and returns a function that stops it.
    """
    stop = keys(solo.press)
    watching = asyncio.create_task(watch_engine(solo, engine, LOOK_SECONDS))
    try:
        await solo.ended.wait()
    finally:
        watching.cancel()
        stop()
        await solo.close()
