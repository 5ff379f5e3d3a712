"""Makes the recording of a demo, a cast, from the events of its run; :mod:`quarterdeck.stage.replay` plays it."""

from __future__ import annotations

from quarterdeck.model.cast import Cast, CastEvent, event_code
from quarterdeck.model.demo import Demo
from quarterdeck.stage.events import Cleared, Outcome, Output, PageOpened, StageEvent, StepFinished, StepStarted, Typed
from quarterdeck.stage.shell.marks import PROMPT
from quarterdeck.stage.shell.typist import delays
from quarterdeck.terminal.buffer import USUAL, Grid

STEP_LIMIT = 128 * 1024
"""Characters of output kept from the beginning of a step."""
KEY_GAP = 0.008
"""A single character that comes this many seconds after the one before was typed out in the run itself."""
STEP_TAIL = 16 * 1024
"""Characters kept from the end of a longer one: what stays on the screen."""


class Recorder:
    """A listener that makes the cast of one demo.

    Only what happens within steps is kept.  The recording begins with a prompt, and each step's part
    begins after one and ends with one, so that any step can be played after any other.  A command
    that was typed all at once, as rehearsals do, is typed out in the recording.
    """

    def __init__(self, demo: Demo, grid: Grid | None = None) -> None:
        """``grid``: the size of the terminals; by default what the demo asks for."""
        self._demo = demo
        self._grid = grid or demo.terminal or USUAL
        self._events: list[CastEvent] = []
        self._clock = 0.0
        """Seconds in the recording."""
        self._gap = 0.0
        """Seconds between the last two events."""
        self._last: float | None = None
        """The time of the last event within the step under way, on the run's clock; None between steps."""
        self._expected_echo = ""
        self._size = 0
        self._tail: list[tuple[float, int, str]] = []
        self._tail_size = 0

    def __call__(self, event: StageEvent) -> None:
        """Record an event."""
        match event:
            case StepStarted(step=step, time=time):
                self._begin(step, time)
            case Typed(terminal=terminal, data=data, time=time) if self._advance(time):
                self._add(event_code("i", terminal), data)
                self._expected_echo = data.rstrip("\r")
            case Output(terminal=terminal, data=data, time=time) if self._advance(time):
                self._print(terminal, data)
            case PageOpened():
                return  # who records takes a picture of the page
            case StepFinished(step=step, outcome=outcome, time=time) if self._advance(time):
                self._end_tail()
                self._add("m", end_marker(step, outcome))
                self._last = None
            case Cleared():
                self._last = None

    def cast(self) -> Cast:
        """Return the recording so far."""
        events = (*self._events, CastEvent(round(self._clock, 3), "x", "0"))
        grid = self._grid
        return Cast(self._demo.name, self._demo.script_hash, events, grid.columns, grid.rows, self._demo.title)

    def _begin(self, step: str, time: float) -> None:
        if not self._events:
            for terminal in self._demo.terminals:
                self._add(event_code("o", terminal), PROMPT)
        self._last = time
        self._size = 0
        self._expected_echo = ""
        self._add("m", f"step:{step}")

    def _advance(self, time: float) -> bool:
        """Advance the recording's clock; False between steps, when nothing is kept."""
        if self._last is None:
            return False
        self._gap = max(0.0, time - self._last)
        self._clock += self._gap
        self._last = time
        return True

    def _print(self, terminal: int, data: str) -> None:
        code = event_code("o", terminal)
        if self._expected_echo:
            data = self._type_out(code, data)
        if not data:
            return
        if self._size >= STEP_LIMIT:
            self._tail.append((self._clock, terminal, data))
            self._tail_size += len(data)
            while self._tail_size - len(self._tail[0][2]) >= STEP_TAIL:
                self._tail_size -= len(self._tail.pop(0)[2])
            return
        self._size += len(data)
        self._add(code, data)

    def _type_out(self, code: str, data: str) -> str:
        """Record the echo of a command key by key, and return what was printed after it."""
        echo = self._expected_echo
        same = next((n for n, (a, b) in enumerate(zip(echo, data, strict=False)) if a != b), min(len(echo), len(data)))
        by_hand = len(data) == 1 and self._gap >= KEY_GAP
        for character, pause in zip(data[:same], delays(echo), strict=False):
            self._clock += 0.0 if by_hand else pause
            self._add(code, character)
        self._expected_echo = echo[same:] if same == len(data) else ""
        return data[same:]

    def _end_tail(self) -> None:
        for time, terminal, data in self._tail:
            self._events.append(CastEvent(round(time, 3), event_code("o", terminal), data))
        self._tail.clear()
        self._tail_size = 0

    def _add(self, code: str, data: str) -> None:
        self._events.append(CastEvent(round(self._clock, 3), code, data))


def end_marker(step: str, outcome: Outcome) -> str:
    """Return the text of the marker at a step's end."""
    return f"end:{step}:{outcome}"
