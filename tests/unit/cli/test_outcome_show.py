"""What a speaker reads after the show."""

from collections.abc import Callable

import click
import pytest

from quarterdeck.cli.outcome import lines
from quarterdeck.show.machine.plan import ShowPlan, plan_show
from quarterdeck.show.present import Summary
from quarterdeck.show.show import Performed
from support.scripted_stage import DECK

PLAN = plan_show(DECK, ())
PERFORMED = (
    Performed("first-demo", "hello", "step-1", "passed", 0.4),
    Performed("first-demo", "hello", "step-2", "failed", 2.25),
    Performed("first-demo", "hello", "step-2", "recorded", 1.0),
)
Sum = Callable[..., list[str]]


@pytest.fixture
def summed() -> Sum:
    """The lines without their colours."""

    def sum_up(performed: tuple[Performed, ...] = (), plan: ShowPlan = PLAN, **slides: float) -> list[str]:
        summary = Summary(performed, sum(slides.values()), slides, plan)
        return [click.unstyle(line) for line in lines(summary)]

    return sum_up


def test_time_against_plan(summed: Sum) -> None:
    """The whole, and each slide that was shown; what was on time has no remark."""
    assert summed(welcome=70.0, why=125.0, between=20.0) == [
        "The show took 3:35 of 6:00 planned",
        "     Slide      Time    Plan",
        "   1 Welcome    1:10    1:00",
        "   2 Why        2:05    1:00  1:05 over",
        "   4 Between    0:20    1:00  0:40 under",
    ]


def test_nothing_was_planned(summed: Sum) -> None:
    """Then times stand alone."""
    assert summed(plan=ShowPlan("A talk", PLAN.slides), end=61.0) == [
        "The show took 1:01",
        "     Slide    Time",
        "   6 End      1:01",
    ]


def test_steps_are_counted_and_faults_named(summed: Sum) -> None:
    """Live, from recordings, failed; what was 0 is left out."""
    assert summed(PERFORMED, welcome=1.0)[1:3] == [
        "Steps: 1 run live, 1 played from recordings, 1 failed",
        " ✗ hello, step-2: failed after 2.2 s",
    ]
    assert summed(PERFORMED[:1], welcome=1.0)[1] == "Steps: 1 run live"


def test_a_show_that_never_began(summed: Sum) -> None:
    """One line is enough."""
    assert summed() == ["The show ended before the first slide."]
