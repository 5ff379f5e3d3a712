"""What ``rehearse`` prints: a line for each step while it runs, and a summary at the end."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from quarterdeck.project.rehearsal.rehearse import DemoResult, Progress, planned
from quarterdeck.project.rehearsal.reports import flaky_steps, slide_times

if TYPE_CHECKING:
    from quarterdeck.project.rehearsal.selection import Selection, Turn
    from quarterdeck.stage.events import StepFinished


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
