"""What ``present`` prints after the show: how long it took against the plan, and how the demos went."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from quarterdeck.show.machine.clock import clock_text
from quarterdeck.show.machine.labels import ENDINGS
from quarterdeck.stage.events import Outcome

if TYPE_CHECKING:
    from quarterdeck.show.machine.plan import PlannedSlide
    from quarterdeck.show.present import Summary
    from quarterdeck.show.show import Performed

TOLERANCE_SECONDS = 30.0
"""A slide that differs from its plan by less counts as on time."""
TITLE_WIDTH = 46


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
