"""What several rehearsals of the same demos tell: which steps pass only sometimes."""

from __future__ import annotations

from collections.abc import Iterable

from quarterdeck.lazy import dataclass
from quarterdeck.project.rehearsing import DemoResult


@dataclass(frozen=True, slots=True)
class Flaky:
    """A step that passed in some rounds and not in others."""

    demo: str
    step: str
    passed: int
    """Rounds in which it passed."""
    ran: int
    """Rounds in which it ran: in others a step before it had failed."""


def flaky_steps(results: Iterable[DemoResult]) -> tuple[Flaky, ...]:
    """The flaky steps, in the order in which they ran first."""
    outcomes: dict[tuple[str, str], list[bool]] = {}
    for result in results:
        for step in result.steps:
            outcomes.setdefault((result.demo.name, step.name), []).append(step.passed)
    return tuple(
        Flaky(demo, step, sum(passed), len(passed))
        for (demo, step), passed in outcomes.items()
        if any(passed) and not all(passed)
    )
