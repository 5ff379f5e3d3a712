"""The order in which the steps of a demo run, and what follows from it: how the end of each interaction is seen.

The order is not that of the script: setup comes first, cleanup last.  An interaction is done when the next one in the
same terminal can begin, so its ending depends on what that is typed into.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from quarterdeck.model.demo import IN_VIEW, Command, Demo, Interaction, KeyPress, Keys, Step, StepKind


def running_order(demo: Demo, *, cleanup: bool = True) -> list[Step]:
    """Return the steps in the order in which they run: setup, those in the script's order, verify, cleanup.

    Without ``cleanup`` neither verify nor cleanup steps are included.
    """
    kinds = set(StepKind) if cleanup else {StepKind.SETUP, StepKind.HIDDEN, *IN_VIEW}
    order = {StepKind.SETUP: 0, StepKind.VERIFY: 2, StepKind.CLEANUP: 3}
    return sorted((s for s in demo.steps if s.kind in kinds), key=lambda step: order.get(step.kind, 1))


def hidden_before(demo: Demo, step: Step) -> list[Step]:
    """Return the hidden steps that run together with a shown one: those between it and the shown one before it.

    The first verify step runs those after the last shown one.
    """
    found: list[Step] = []
    for other in running_order(demo):
        if other.id == step.id:
            return found
        if other.kind is StepKind.HIDDEN:
            found.append(other)
        elif other.in_view:
            found = []
    return []


SHELL_PROMPT = "$"


@dataclass(frozen=True, slots=True)
class AtShellPrompt:
    """Done when the stage's shell marks its prompt; the status is known then."""


@dataclass(frozen=True, slots=True)
class AtNestedPrompt:
    """Done when a program that reads commands itself, a REPL say, shows its prompt."""

    prompt: str


@dataclass(frozen=True, slots=True)
class OnceSettled:
    """Runs until a key ends it (``tail -f``): done when the expected output is there, or when it falls quiet."""


@dataclass(frozen=True, slots=True)
class OnScreen:
    """Takes the whole screen until a key ends it: done when the screen is as expected, or still."""


@dataclass(frozen=True, slots=True)
class InBackground:
    """Done once it runs."""


Ending: TypeAlias = AtShellPrompt | AtNestedPrompt | OnceSettled | OnScreen | InBackground

InteractionKey: TypeAlias = tuple[str, int]
"""A step's id, and the place of an interaction in it."""


def endings(steps: Iterable[Step]) -> Mapping[InteractionKey, Ending]:
    """Return how each interaction ends; ``steps`` are in the order in which they run."""
    found: dict[InteractionKey, Ending] = {}
    next_in: dict[tuple[int, str | None], Interaction] = {}
    for step in reversed(tuple(steps)):
        terminal = (step.terminal, step.service)
        for place in range(len(step.interactions) - 1, -1, -1):
            interaction = step.interactions[place]
            last = place == len(step.interactions) - 1
            if step.background and last:
                found[step.id, place] = InBackground()
            else:
                found[step.id, place] = _before(next_in.get(terminal), interaction)
            next_in[terminal] = interaction
    return found


def _before(following: Interaction | None, current: Interaction) -> Ending:
    match following:
        case Command(nested=True, prompt=prompt):
            return AtNestedPrompt(prompt)
        case Command():
            return AtShellPrompt()
        case Keys():
            return OnScreen()
        case None | KeyPress(prompt="") if isinstance(current, Keys):
            return OnScreen()
        case KeyPress(prompt=""):
            return OnceSettled()
        case KeyPress(prompt=prompt):
            return _at(prompt)
        case None:
            return _at(current.prompt)


def _at(prompt: str) -> Ending:
    return AtShellPrompt() if prompt in ("", SHELL_PROMPT) else AtNestedPrompt(prompt)
