"""What ``rehearse`` and ``present`` print: a line for each step of a rehearsal, and a summary at the end of either."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from quarterdeck.project.rehearsal.rehearse import DemoResult, Progress, planned
from quarterdeck.project.rehearsal.reports import flaky_steps, slide_times
from quarterdeck.show.machine.clock import clock_text
from quarterdeck.show.machine.labels import ENDINGS
from quarterdeck.stage.events import Outcome

if TYPE_CHECKING:
    from quarterdeck.project.rehearsal.selection import Selection, Turn
    from quarterdeck.show.machine.plan import PlannedSlide
    from quarterdeck.show.present import Summary
    from quarterdeck.show.show import Performed
    from quarterdeck.stage.events import StepFinished

TOLERANCE_SECONDS = 30.0
"""A slide that differs from its plan by less counts as on time."""
TITLE_WIDTH = 46


class PrintedProgress(Progress):
    """Prints a line for each step that has ended; on a terminal, also the steps that are running.

    The lines come in the order of the deck even if demos run at the same time: those of a later demo wait until
    the earlier ones have ended.
    """

    def __init__(self) -> None:
        self._results: dict[int, DemoResult] = {}
        self._held: dict[int, list[str]] = {}
        self._running: dict[int, str] = {}
        self._first = 0
        """The first turn that hasn't ended."""
        self._tty = sys.stdout.isatty()

    @property
    def results(self) -> tuple[DemoResult, ...]:
        """The results of the demos that have ended, in order."""
        return tuple(result for _, result in sorted(self._results.items()))

    def step_began(self, turn: Turn, step: str) -> None:
        """Show the step as running."""
        self._running[turn.place] = f"{turn.demo.name}/{step}"
        self._print(())

    def step_ended(self, turn: Turn, step: str, finished: StepFinished) -> None:
        """Print the line of the step, or hold it back until its turn."""
        self._running.pop(turn.place, None)
        self._held.setdefault(turn.place, []).append(_line(turn.demo.name, step, finished))
        self._print(self._due())

    def demo_ended(self, turn: Turn, result: DemoResult) -> None:
        """Store the result, and print the lines that waited for it."""
        self._results[turn.place] = result
        self._print(self._due())

    def stop(self) -> None:
        """Print the lines of the demos that have ended, and leave the cursor at the start of a line."""
        self._running.clear()
        self._print([line for place in sorted(self._held) if place in self._results for line in self._held[place]])

    def _due(self) -> list[str]:
        lines = self._held.pop(self._first, [])
        while self._first in self._results:
            self._first += 1
            lines += self._held.pop(self._first, [])
        return lines

    def _print(self, lines: Sequence[str]) -> None:
        if not self._tty:
            for line in lines:
                click.echo(line)
            return
        width = shutil.get_terminal_size().columns
        running = f"   …  {', '.join(name for _, name in sorted(self._running.items()))}"[: width - 1]
        click.echo("\r\x1b[K" + "".join(f"{line}\n" for line in lines) + (running if self._running else ""), nl=False)


def _line(demo: str, step: str, finished: StepFinished) -> str:
    good = finished.outcome.good
    word = "ok" if good else str(finished.outcome)
    mark = click.style(f"{word:>4}", fg="green" if good else "red", bold=not good)
    return f"{mark}  {demo}/{step}  {finished.duration:.1f} s"


def summary(selection: Selection, results: Sequence[DemoResult], rounds: int) -> Iterator[str]:
    """The lines of the summary: each slide's time against its plan, flaky steps, how many demos passed."""
    for time in slide_times(selection.plans, results):
        line = f"slide {time.slide}: its demo takes {time.seconds:.0f} s, {time.planned:.0f} s are planned"
        yield click.style(line, fg="yellow") if time.over else line
    for step in flaky_steps(results):
        yield f"flaky: {step.demo}/{step.step} passed {step.passed} of {step.ran} times"
    demos = {result.demo.cast_path for result in results}
    steps = sum(len(result.steps) for result in results)
    how_often = f", {rounds} times" if rounds > 1 else ""
    counted = f"{_count(steps, 'step')} of {_count(len(demos), 'demo')}{how_often}"
    failed = dict.fromkeys(result.demo.name for result in results if not result.passed)
    left_out = sum(len(planned(result.demo)) - len(result.steps) for result in results)
    unrun = f"; {_count(left_out, 'step')} did not run" if left_out else ""
    yield f"{counted}, " + (f"failed: {', '.join(failed)}{unrun}" if failed else "none failed")
    if missing := len(selection.demos) * rounds - len(results):
        yield f"stopped: {_count(missing, 'demo')} did not run to the end"


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'s' * (number != 1)}"


def sum_up(summary: Summary) -> None:
    """Print the summary of a show."""
    for line in lines(summary):
        click.echo(line)


def lines(summary: Summary) -> Iterator[str]:
    """The summary, line by line."""
    if not summary.seconds:
        yield "The show ended before the first slide."
        return
    yield from _time(summary)
    yield from _steps(summary)
    yield from _slides(summary)
    if summary.fault_log:
        yield f"Quarterdeck itself had a fault during the show; see {summary.fault_log}"


def _time(summary: Summary) -> Iterator[str]:
    planned = summary.plan.seconds
    text = f"The show took {clock_text(summary.seconds)}"
    yield click.style(f"{text} of {clock_text(planned)} planned" if planned else text, bold=True)


def _steps(summary: Summary) -> Iterator[str]:
    if not summary.performed:
        return
    outcomes = [Outcome(step.outcome) for step in summary.performed]
    parts = [
        f"{outcomes.count(Outcome.PASSED)} run live",
        f"{outcomes.count(Outcome.RECORDED)} played from recordings",
        f"{sum(outcome.bad for outcome in outcomes)} failed",
        f"{outcomes.count(Outcome.INTERRUPTED)} interrupted",
    ]
    yield "Steps: " + ", ".join(part for part in parts if not part.startswith("0 "))
    for step, outcome in zip(summary.performed, outcomes, strict=True):
        if not outcome.good:
            yield _fault(step, outcome)


def _fault(step: Performed, outcome: Outcome) -> str:
    mark = click.style("✗", fg="red", bold=True)
    return f" {mark} {step.demo}, {step.step}: {ENDINGS[outcome].lower()} after {step.seconds:.1f} s"


def _slides(summary: Summary) -> Iterator[str]:
    """The slides that were shown, each with its time, and its plan where there is one."""
    shown = [(n, slide) for n, slide in enumerate(summary.plan.slides, start=1) if summary.slides.get(slide.id)]
    width = min(TITLE_WIDTH, max(map(len, ("Slide", *(slide.title for _, slide in shown)))))
    head = f"{'':>4} {'Slide':<{width}} {'Time':>7}" + (f" {'Plan':>7}" if summary.plan.seconds else "")
    yield click.style(head, dim=True)
    for number, slide in shown:
        title = slide.title if len(slide.title) <= width else f"{slide.title[: width - 1]}…"
        spent = summary.slides[slide.id]
        row = f"{number:>4} {title:<{width}} {clock_text(spent):>7}"
        yield row + _against_plan(slide, spent) if summary.plan.seconds else row


def _against_plan(slide: PlannedSlide, spent: float) -> str:
    off = spent - slide.seconds
    text = f" {clock_text(slide.seconds):>7}"
    if abs(off) < TOLERANCE_SECONDS:
        return text
    side, color = ("over", "yellow") if off > 0 else ("under", "green")
    return text + click.style(f"  {clock_text(abs(off))} {side}", fg=color)
