"""How long demos take on stage, against the plan of the slides that show them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from quarterdeck.lazy import dataclass
from quarterdeck.model.demo import Command
from quarterdeck.project.rehearsing import DemoResult, StepResult
from quarterdeck.project.scripts import SlidePlan
from quarterdeck.stage.shell.typist import delays


@dataclass(frozen=True, slots=True)
class SlideTime:
    """A slide's demo against the slide's plan."""

    slide: str
    demo: str
    seconds: float
    """What its shown steps take, with the time to type them out."""
    planned: float
    """The slide's ``duration``, in seconds."""

    @property
    def over(self) -> bool:
        """Whether the demo alone takes longer than its slide should."""
        return self.seconds > self.planned


def slide_times(plans: Iterable[SlidePlan], results: Iterable[DemoResult]) -> tuple[SlideTime, ...]:
    """The slides that have a demo which passed, in the deck's order; of several rounds the slowest counts."""
    measured: dict[object, float] = {}
    for result in results:
        if result.passed:
            path = result.demo.cast_path
            measured[path] = max(measured.get(path, 0.0), seconds_on_stage(result.steps))
    return tuple(
        SlideTime(plan.slide, plan.demo.name, measured[plan.demo.cast_path], plan.seconds)
        for plan in plans
        if plan.demo.cast_path in measured
    )


def seconds_on_stage(steps: Sequence[StepResult]) -> float:
    """What the shown steps took, and would take to be typed out: a rehearsal types at once."""
    shown = [step for step in steps if step.step.in_view]
    typing = sum(
        sum(delays(interaction.text))
        for step in shown
        if not step.step.instant
        for interaction in step.step.interactions
        if isinstance(interaction, Command)
    )
    return typing + sum(step.finished.duration for step in shown)
