"""What the parts of the console show, as styled text."""

from __future__ import annotations

from rich.style import Style
from rich.text import Text

from quarterdeck.model.cells import CellRun
from quarterdeck.model.deck import Deck
from quarterdeck.model.styling import CellStyle
from quarterdeck.model.terminal import render
from quarterdeck.show.clock import Reading, clock_text
from quarterdeck.show.commands import Source
from quarterdeck.show.notes import notes_text
from quarterdeck.show.plan import ShowPlan
from quarterdeck.show.state import Activity, ShowState, slide_of
from quarterdeck.show.views import badge, step_states
from quarterdeck.show.wording import intent_text, stage_text, step_label

TAIL = 16 * 1024
"""Characters of a terminal's output that are drawn: more than a screen, less than a frame's work."""
LATE_SECONDS = 60
"""How far behind the plan the clock turns red."""

STEP_MARKS = {
    "passed": ("✓", "green"),
    "recorded": ("▶", "cyan"),
    "failed": ("✗", "bold red"),
    "timed-out": ("✗", "bold red"),
    "died": ("✗", "bold red"),
    "interrupted": ("■", "yellow"),
    "running": ("●", "bold yellow"),
    "next": ("›", "bold"),
    "waiting": ("·", "dim"),
}
"""The mark of each state of a step, and its style."""

ANSI = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")


def header_text(plan: ShowPlan, state: ShowState, reading: Reading, engine: str, pages: int, width: int) -> Text:
    """The top line: place in the deck, clock against plan, engine, pages of the audience."""
    left = Text.assemble((f" {state.slide + 1}/{len(plan.slides)} ", "bold reverse"), " ", pace_text(reading))
    right = Text()
    if state.blank:
        right.append(" BLANK ", "bold black on yellow").append(" ")
    if state.typing:
        right.append(" TYPING: F2 ends ", "bold white on magenta").append(" ")
    match badge(plan, state):
        case "live":
            right.append(" LIVE ", "bold white on dark_green")
        case "recorded":
            right.append(" RECORDED ", "bold black on cyan")
        case _:
            right.append(engine, "dim")
    right.append(f"  {pages} watching ", "dim")
    gap = width - left.cell_len - right.cell_len
    if gap < 1:
        return left
    return left.append(" " * gap).append(right)


def pace_text(reading: Reading) -> Text:
    """The clock, and how far it is off the plan."""
    if not reading.running:
        planned = f" of {clock_text(reading.planned)}" if reading.planned else ""
        return Text(f"0:00{planned}, starts with the first press", "dim")
    text = Text(clock_text(reading.elapsed), "bold")
    if not reading.planned:
        return text
    text.append(f" of {clock_text(reading.planned)}", "dim")
    behind = reading.behind
    if behind >= 1:
        text.append(f"  {clock_text(behind)} late", "bold red" if behind >= LATE_SECONDS else "yellow")
    elif behind <= -1:
        text.append(f"  {clock_text(-behind)} early", "green")
    else:
        text.append("  on time", "green")
    return text


def title_text(plan: ShowPlan, state: ShowState) -> Text:
    """The slide's title, and its section and fragments."""
    slide = slide_of(plan, state)
    text = Text(slide.title, "bold")
    about = [slide.section] if slide.section and slide.section != slide.title else []
    if slide.fragments:
        about.append(f"item {state.fragment} of {slide.fragments}")
    return text.append(f"  {' · '.join(about)}", "dim") if about else text


def steps_text(plan: ShowPlan, state: ShowState, rows: int) -> Text:
    """The demo's steps with their states, at most ``rows`` lines around the one at hand, and what went wrong."""
    slide = slide_of(plan, state)
    if not slide.steps:
        return Text()
    stage = state.own_stage
    text = Text(f"{slide.demo}: {stage_text(plan, state)}", "dim")
    first = max(0, min(state.steps - 1, len(slide.steps) - rows))
    states = step_states(plan, state)
    for step, state_name in list(zip(slide.steps, states, strict=True))[first : first + rows]:
        mark, style = STEP_MARKS[state_name]
        text.append(f"\n {mark} ", style).append(step_label(step), "dim" if state_name == "waiting" else "")
    if stage and stage.fault:
        text.append(f"\n {stage.fault}", "yellow" if stage.source is Source.RECORDING else "red")
    if stage and stage.activity is Activity.RUNNING:
        text.append("\n i interrupts" + (", v plays the recording" if slide.recorded else ""), "dim italic")
    return text


def notes_panel(deck: Deck, plan: ShowPlan, state: ShowState) -> Text:
    """The speaker notes of the slide."""
    slide = next(s for s in deck.slides if s.id == slide_of(plan, state).id)
    notes = notes_text(slide.notes)
    return Text(notes) if notes else Text("no notes", "dim italic")


def next_text(plan: ShowPlan, state: ShowState) -> Text:
    """The slide after this one."""
    if state.slide + 1 == len(plan.slides):
        return Text("last slide", "dim")
    return Text.assemble(("then   ", "dim"), plan.slides[state.slide + 1].title)


def intent_panel(plan: ShowPlan, state: ShowState) -> Text:
    """What *next* will do."""
    return Text.assemble(("Space ", "bold"), ("→ ", "dim"), (intent_text(plan, state), "bold"))


def terminal_text(data: str, rows: int) -> Text:
    """The last lines of a terminal."""
    tail = data[-TAIL:]
    tail = tail[tail.find("\n") + 1 :] if len(data) > TAIL else tail
    lines = [_line(line) for line in render(tail).visible()[-rows:]]
    return Text("\n", no_wrap=True, overflow="crop").join(lines)


def _line(runs: tuple[CellRun, ...]) -> Text:
    text = Text(no_wrap=True)
    for run in runs:
        text.append(run.text, _style(run.style))
    return text


def _style(style: CellStyle) -> Style:
    return Style(
        color=_color(style.fg),
        bgcolor=_color(style.bg),
        bold=style.bold,
        dim=style.dim,
        italic=style.italic,
        underline=style.underline,
        reverse=style.inverse,
        strike=style.strike,
    )


def _color(color: int | str | None) -> str | None:
    if isinstance(color, int):
        return f"{'bright_' if color > 7 else ''}{ANSI[color % 8]}" if color < 16 else f"color({color})"
    return color
