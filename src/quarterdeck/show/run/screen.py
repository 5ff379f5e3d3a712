"""The screen of a demo in a terminal: a line above, the demo's own terminals, a line below.

What a demo prints never reaches the terminal as it is: it would clear the whole screen, scroll the
lines away, or leave colours behind.  It goes to emulated terminals of the demo's own size, whose
lines are drawn, and of these only those that have changed.

The keys are those of the show (``show/keys.py``), decoded from what a terminal sends.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from quarterdeck.show.keys import RUN_HELP, Action, Local, Place, bound, caps, help_keys
from quarterdeck.show.machine.commands import Key
from quarterdeck.show.machine.labels import badge, intent_text, stage_text, step_states
from quarterdeck.show.machine.plan import ShowPlan
from quarterdeck.show.machine.state import Activity, Move, ShowState, intent_of
from quarterdeck.show.prose import notes_text
from quarterdeck.stage.events import Outcome
from quarterdeck.terminal.cells import PLAIN, CellRun, CellStyle, cell_width, graphic_rendition
from quarterdeck.terminal.emulator import Terminal

BAND = CellStyle(fg=252, bg=236)
"""The style of the lines above and below."""
STRONG = CellStyle(fg=231, bg=236, bold=True)
QUIET = CellStyle(fg=245, bg=236)
FAULT = CellStyle(fg=217, bg=236, bold=True)
RULE = CellStyle(fg=240)
"""The style of the line between two terminals."""
ENTER = "\x1b[?1049h\x1b[2J"
"""Switch to the alternate screen (xterm), so that the speaker's own is afterwards as it was before."""
LEAVE = "\x1b[0m\x1b[?25h\x1b[?1049l"
BEGIN_UPDATE, END_UPDATE = "\x1b[?2026h", "\x1b[?2026l"
"""Synchronised output: a frame appears whole; terminals that don't know it ignore it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What is on the screen, besides the terminals' contents."""

    left: Sequence[CellRun]
    """The left part of the line above."""
    right: Sequence[CellRun]
    """The right part of the line above; the left part is cut for it."""
    bottom: Sequence[CellRun]
    front: int
    """The terminal that has the cursor."""
    overlay: Sequence[str] = ()
    """Lines shown instead of the terminals."""
    narration: Sequence[str] = ()
    """Lines above the last one: what the speaker says at the next step."""
    alert: Sequence[str] = ()
    """Lines above those: what is wrong with the engine, and what can be done."""


class SoloScreen:
    """Draws frames to a terminal."""

    def __init__(self, write: Callable[[str], None], size: Callable[[], tuple[int, int]]) -> None:
        """``write`` prints to the terminal; ``size`` returns its columns and lines."""
        self._write = write
        self._size = size
        self._drawn: list[str] = []
        self._drawn_size = (0, 0)

    def enter(self) -> None:
        """Take over the terminal."""
        self._write(ENTER)

    def leave(self) -> None:
        """Give it back as it was."""
        self._write(LEAVE)

    def draw(self, frame: Frame, terminals: Mapping[int, Terminal]) -> None:
        """Draw the lines that have changed since the last frame."""
        columns, lines = size = self._size()
        said = [(line, FAULT) for line in frame.alert] + [(line, BAND) for line in frame.narration]
        above = [_band((CellRun(f" {line}", style),), (), columns) for line, style in said]
        body, cursor = _body(frame, terminals, columns, max(1, lines - 2 - len(above)))
        top, bottom = _band(frame.left, frame.right, columns), _band(frame.bottom, (), columns)
        rows = [top, *body, *above, bottom][-lines:]
        if size != self._drawn_size:
            self._drawn, self._drawn_size = [], size
            self._write("\x1b[0m\x1b[2J")
        before = self._drawn + [""] * (len(rows) - len(self._drawn))
        changed = "".join(
            f"\x1b[{number};1H\x1b[0m\x1b[K{row}"
            for number, (row, old) in enumerate(zip(rows, before, strict=True), start=1)
            if row != old
        )
        self._drawn = rows
        place = "\x1b[?25l" if cursor is None else f"\x1b[{cursor[0]};{cursor[1]}H\x1b[?25h"
        self._write(f"{BEGIN_UPDATE}\x1b[?25l{changed}{place}{END_UPDATE}")


def _body(
    frame: Frame, terminals: Mapping[int, Terminal], columns: int, height: int
) -> tuple[list[str], tuple[int, int] | None]:
    """Return the rows between the two lines, and the cursor's row and column in the terminal, from 1."""
    if frame.overlay:
        shown = list(frame.overlay)[:height]
        return [_drawn([CellRun(line)], columns) for line in shown] + [""] * (height - len(shown)), None
    if frame.front in terminals and terminals[frame.front].alternate:
        terminals = {frame.front: terminals[frame.front]}  # a full-screen program has the screen to itself
    rows: list[str] = []
    cursor: tuple[int, int] | None = None
    each, more = divmod(height, max(1, len(terminals)))
    for place, (number, terminal) in enumerate(sorted(terminals.items())):
        own = each + (1 if place < more else 0)
        if len(terminals) > 1:
            rows.append(_drawn([CellRun(f"── terminal {number} ".ljust(columns, "─"), RULE)], columns))
            own -= 1
        lines, line = terminal.view(max(1, own))
        if number == frame.front and terminal.cursor_shown:
            cursor = (len(rows) + line + 2, min(terminal.cursor_column, columns - 1) + 1)
        rows += [_drawn(row.runs(), columns) for row in lines] + [""] * (own - len(lines))
    return rows[:height], cursor


def _band(left: Iterable[CellRun], right: Sequence[CellRun], columns: int) -> str:
    """A line from edge to edge; its left part is cut where there is no room for both."""
    width = sum(_width(run.text) for run in right)
    if width > columns:
        right, width = (), 0
    cut = list(_cut(left, columns - width))
    gap = columns - width - sum(_width(run.text) for run in cut)
    return _drawn([*cut, CellRun(" " * gap, BAND), *right], columns)


def _drawn(runs: Iterable[CellRun], columns: int) -> str:
    """Return the runs as they are sent to the terminal, cut to ``columns`` cells."""
    return "".join(
        run.text if run.style == PLAIN else f"{graphic_rendition(run.style)}{run.text}\x1b[0m"
        for run in _cut(runs, columns)
    )


def _cut(runs: Iterable[CellRun], columns: int) -> Iterable[CellRun]:
    for run in runs:
        width = _width(run.text)
        if width > columns:
            yield CellRun(_head(run.text, columns), run.style)
            return
        columns -= width
        yield run


def _head(text: str, columns: int) -> str:
    taken = 0
    for at, character in enumerate(text):
        taken += cell_width(character)
        if taken > columns:
            return text[:at]
    return text


def _width(text: str) -> int:
    return len(text) if text.isascii() else sum(map(cell_width, text))


NARRATION = 4
"""Lines of narration, at most."""
NARRATED_LINES = 20
"""Lines of the window from which there is room for it."""
ALWAYS = 2
"""How many of the first keys are always shown."""
DOTS = 24
"""The most steps that are shown one by one."""
MARKS: Mapping[str, tuple[str, int]] = {
    Outcome.PASSED: ("●", 114),
    Outcome.RECORDED: ("▶", 80),
    Outcome.FAILED: ("✗", 203),
    Outcome.TIMED_OUT: ("✗", 203),
    Outcome.DIED: ("✗", 203),
    Outcome.INTERRUPTED: ("■", 221),
    "running": ("◉", 221),
    "next": ("○", 252),
    "waiting": ("○", 242),
}
"""For each state of a step its mark, and the mark's colour in xterm's palette."""
BADGES: Mapping[str, CellRun] = {
    "live": CellRun(" LIVE ", CellStyle(fg=231, bg=28, bold=True)),
    "recorded": CellRun(" RECORDED ", CellStyle(fg=16, bg=80, bold=True)),
    "typing": CellRun(" YOU TYPE ", CellStyle(fg=231, bg=127, bold=True)),
    "held": CellRun(" HELD ", CellStyle(fg=16, bg=221, bold=True)),
}


def title_line(plan: ShowPlan) -> Sequence[CellRun]:
    """Return the demo's title, for the line above."""
    return (CellRun(f" {plan.title} ", STRONG),)


def place_line(plan: ShowPlan, state: ShowState) -> Sequence[CellRun]:
    """Return a mark for each step, how many are done, and whether the demo is live."""
    states = step_states(plan, state)
    shown = [MARKS[name] for name in states]
    marks = [CellRun(f"{mark} ", CellStyle(fg=color, bg=BAND.bg)) for mark, color in shown]
    count = CellRun(f" {state.steps}/{len(states)}  ", QUIET)
    stage = state.own_stage
    name = "typing" if state.typing else "held" if stage and stage.held else badge(plan, state)
    return [*(marks if len(marks) <= DOTS else ()), count, *([BADGES[name]] if name in BADGES else ())]


def narration_lines(plan: ShowPlan, state: ShowState, columns: int, lines: int) -> Sequence[str]:
    """What the speaker says at the step at hand; nothing where the window is low or every step is done."""
    steps = plan.slides[0].steps
    if lines < NARRATED_LINES or state.steps >= len(steps):
        return ()
    paragraphs = notes_text(steps[state.steps].narration).split("\n")
    wrapped = [line for text in paragraphs for line in textwrap.wrap(text, max(20, columns - 2))]
    return (
        wrapped
        if len(wrapped) <= NARRATION
        else [*wrapped[: NARRATION - 1], f"{wrapped[NARRATION - 1][: columns - 4]} …"]
    )


def alert_lines(plan: ShowPlan, state: ShowState, columns: int) -> Sequence[str]:
    """Why the engine can't run the demo at present, and what can be done; nothing while it can."""
    if not state.engine_fault:
        return ()
    remedy = (
        "Until it answers again, the demo plays its recording."
        if plan.slides[0].recorded
        else "This demo has no recording: when Docker answers again, press r to begin again."
    )
    fault = f"{state.engine_fault[:1].upper()}{state.engine_fault[1:]}"
    return textwrap.wrap(f"{fault}. {remedy}", max(20, columns - 2))


def words(plan: ShowPlan, state: ShowState, page: str | None) -> CellRun:
    """Return what is going on, and what the next key does; ``page`` is the address that the demo has opened."""
    stage = state.own_stage
    if state.typing:
        return CellRun(" every key goes to the terminal; F2 ends typing", STRONG)
    if stage and stage.held:
        return CellRun(" held; space continues", STRONG)
    match intent_of(plan, state).move:
        case Move.WAIT:
            following = ""
        case Move.END:
            following = " · next: the end"
        case _:
            following = f" · next: {intent_text(plan, state)}"
    fault = stage.fault if stage and stage.activity in (Activity.READY, Activity.BROKEN) else ""
    if fault and not state.engine_fault:  # an engine that is gone has lines of its own
        return CellRun(f" {fault.splitlines()[0]}{following}", FAULT)
    opens = f" · o opens {page}" if page else ""
    return CellRun(f" {stage_text(plan, state)}{following}{opens}", BAND)


def bottom_line(said: CellRun, columns: int) -> Sequence[CellRun]:
    """Return the line below: the text, cut where it must be, and the keys that there is room for."""
    widths = [len(f"  {key} {what}") for key, what in HINTS]
    room = max(0, columns - sum(widths[:ALWAYS]) - 1)
    text = said.text if len(said.text) <= room else f"{said.text[: max(0, room - 1)]}…"
    left = columns - len(text) - 1
    hints: list[CellRun] = []
    for (key, what), width in zip(HINTS, widths, strict=True):
        if width > left:
            break
        left -= width
        hints += [CellRun(f"  {key}", STRONG), CellRun(f" {what}", QUIET)]
    return [CellRun(text, said.style), CellRun(" " * max(0, left), BAND), *hints]


SEQUENCES: Mapping[str, tuple[bytes, ...]] = {
    " ": (b" ",),
    "Enter": (b"\r", b"\n"),
    "Backspace": (b"\x7f", b"\x08"),
    "ArrowUp": (b"\x1b[A", b"\x1bOA"),
    "ArrowDown": (b"\x1b[B", b"\x1bOB"),
    "ArrowRight": (b"\x1b[C", b"\x1bOC"),
    "ArrowLeft": (b"\x1b[D", b"\x1bOD"),
    "PageUp": (b"\x1b[5~",),
    "PageDown": (b"\x1b[6~",),
    "F1": (b"\x1bOP", b"\x1b[11~"),
    "F2": (b"\x1bOQ", b"\x1b[12~"),
}
"""What terminals send for keys that aren't a character (xterm, in both modes of the cursor keys)."""


def sequences(key: str) -> tuple[bytes, ...]:
    """What a terminal sends for a key: a character as it is, with Ctrl as a control character (ECMA-48)."""
    if key.startswith("Ctrl+"):
        return (bytes([ord(key[-1].upper()) - 64]),)
    return SEQUENCES.get(key) or (key.encode("ascii"),)


KEYS: Mapping[bytes, Action] = {data: action for key, action in bound(Place.RUN) for data in sequences(key)}
TYPING_KEYS: Mapping[bytes, Action] = {
    data: action for key, action in bound(Place.RUN, typing=True) for data in sequences(key)
}
"""Those that count while the speaker types; programs in the terminal get all others."""

_HINTS: tuple[tuple[Action, str], ...] = (
    (Key.NEXT, "next"),
    (Local.END, "quit"),
    (Key.BACK, "back"),
    (Key.TYPE, "type"),
    (Local.HELP, "keys"),
    (Key.INTERRUPT, "interrupt"),
    (Key.RECORDING, "recording"),
    (Key.HOLD, "hold"),
    (Key.RESET, "reset"),
)
HINTS = tuple((caps(action, Place.RUN)[0].lower(), meaning) for action, meaning in _HINTS)
"""The most needed first: those that the terminal is too narrow for are left out."""
HELP = (
    "",
    *(f"   {help_keys(line, Place.RUN):<24} {line.text}" for line in RUN_HELP),
    "",
    "   any key closes this",
)
