"""When a typed command counts as done, which depends on what is typed next in the same terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from quarterdeck.model.demo import Command, Interaction, KeyPress, Step

SHELL_PROMPT = "$"


@dataclass(frozen=True, slots=True)
class AtShellPrompt:
    """Done when the stage's shell says so: it knows the status."""


@dataclass(frozen=True, slots=True)
class AtNestedPrompt:
    """Done when a program that reads commands itself shows its prompt."""

    prompt: str


@dataclass(frozen=True, slots=True)
class OnceSettled:
    """Goes on by itself, until a key ends it: done when the expected output is there, or when it falls quiet."""


@dataclass(frozen=True, slots=True)
class InBackground:
    """Done once it runs."""


Ending: TypeAlias = AtShellPrompt | AtNestedPrompt | OnceSettled | InBackground

InteractionKey: TypeAlias = tuple[str, int]
"""A step's id, and the place of an interaction in it."""


def endings(steps: Iterable[Step]) -> Mapping[InteractionKey, Ending]:
    """How each interaction ends.  ``steps`` come in the order in which they run."""
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
        case KeyPress(prompt=""):
            return OnceSettled()
        case KeyPress(prompt=prompt):
            return _at(prompt)
        case None:
            nested = isinstance(current, KeyPress) or current.nested
            return _at(current.prompt) if nested else AtShellPrompt()


def _at(prompt: str) -> Ending:
    return AtShellPrompt() if prompt in ("", SHELL_PROMPT) else AtNestedPrompt(prompt)
