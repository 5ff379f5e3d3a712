"""The lines above and below a demo in a terminal: where it is, what is going on, which keys there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quarterdeck.terminal.cells import CellRun
from quarterdeck.terminal.sgr import CellStyle
from quarterdeck.show.plan import ShowPlan
from quarterdeck.show.solo_keys import HINTS
from quarterdeck.show.solo_screen import BAND, FAULT, QUIET, STRONG
from quarterdeck.show.state import Activity, Move, ShowState, intent_of
from quarterdeck.show.views import badge, step_states
from quarterdeck.show.wording import intent_text, stage_text
from quarterdeck.stage.events import Outcome

ALWAYS = 2
"""The first of the keys, which always have room."""
DOTS = 24
"""Steps that are shown one by one."""
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
"""For each state of a step its mark, and the colour of that in xterm's palette."""
BADGES: Mapping[str, CellRun] = {
    "live": CellRun(" LIVE ", CellStyle(fg=231, bg=28, bold=True)),
    "recorded": CellRun(" RECORDED ", CellStyle(fg=16, bg=80, bold=True)),
    "typing": CellRun(" YOU TYPE ", CellStyle(fg=231, bg=127, bold=True)),
    "held": CellRun(" HELD ", CellStyle(fg=16, bg=221, bold=True)),
}


def title_line(plan: ShowPlan) -> Sequence[CellRun]:
    """What the demo is called."""
    return (CellRun(f" {plan.title} ", STRONG),)


def place_line(plan: ShowPlan, state: ShowState) -> Sequence[CellRun]:
    """A mark for each step, how many are done, and whether it is live."""
    states = step_states(plan, state)
    marks = [CellRun(f"{mark} ", CellStyle(fg=color, bg=BAND.bg)) for mark, color in map(MARKS.__getitem__, states)]
    count = CellRun(f" {state.steps}/{len(states)}  ", QUIET)
    stage = state.own_stage
    name = "typing" if state.typing else "held" if stage and stage.held else badge(plan, state)
    return [*(marks if len(marks) <= DOTS else ()), count, *([BADGES[name]] if name in BADGES else ())]


def words(plan: ShowPlan, state: ShowState, page: str | None) -> CellRun:
    """What is going on, and what the next key does; ``page`` is the one that the demo has opened."""
    stage = state.own_stage
    if state.typing:
        return CellRun(" the keys are the terminal's; F2 takes them back", STRONG)
    if stage and stage.held:
        return CellRun(" held; space goes on", STRONG)
    match intent_of(plan, state).move:
        case Move.WAIT:
            following = ""
        case Move.END:
            following = " · next: the end"
        case _:
            following = f" · next: {intent_text(plan, state)}"
    fault = stage.fault if stage and stage.activity in (Activity.READY, Activity.BROKEN) else ""
    if fault:
        return CellRun(f" {fault.splitlines()[0]}{following}", FAULT)
    opens = f" · o opens {page}" if page else ""
    return CellRun(f" {stage_text(plan, state)}{following}{opens}", BAND)


def bottom_line(said: CellRun, columns: int) -> Sequence[CellRun]:
    """What was said, cut where it must be, and the keys that there is room for."""
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
