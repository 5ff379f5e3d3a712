"""Performing what a step says in a terminal: typing a command, and seeing when it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.demo import Command, Interaction, KeyPress, Step
from quarterdeck.model.execution import RUNNERS
from quarterdeck.stage.events import Answer, Outcome
from quarterdeck.stage.shell.session import Phase, Session
from quarterdeck.stage.shell.typist import paced
from quarterdeck.stage.steps.expectation import output_matches

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


CONTINUES_QUIET = 0.12
"""Seconds without output after which a nested program has taken in a line that isn't the command's last."""
UNEXPECTED_QUIET = 3.0
"""Seconds without output after which output that isn't as expected won't become so."""
UNKNOWN_QUIET = 1.0
"""Seconds without output after which a program of which nothing is expected has fallen quiet."""
UNKNOWN_LONGEST = 3.0
"""Seconds after which it has been seen enough, quiet or not."""
BACKGROUND_QUIET = 0.15
"""Seconds without output after which a command left in the background is seen to run."""
LOOK = 0.2
"""Seconds from one look at the output to the next."""

_AT_REST = (Phase.PROMPT, Phase.CONTINUATION, Phase.DEAD)


class HaltedError(Exception):
    """A step can't go on."""

    def __init__(self, outcome: Outcome, fault: Diagnostic) -> None:
        super().__init__(fault.message)
        self.outcome = outcome
        self.fault = fault


async def perform(session: Session, interaction: Interaction, ending: Ending, *, instantly: bool) -> Answer:
    """Type what the speaker would, wait until it is done, and give what came of it.

    Without a time limit of its own: the caller has one.

    Raises:
        HaltedError: when it can't be typed, or the shell doesn't take it as it is meant.

    """
    await _arrive(session, interaction)
    match interaction:
        case KeyPress(key=key):
            session.status = None
            session.press(key)
            await _end(session, interaction, ending)
            return Answer(tuple(session.lines_since_pressed(key)), session.status)
        case Command(nested=True):
            return await _perform_nested(session, interaction, ending, instantly)
        case Command():
            return await _perform_outer(session, interaction, ending, instantly)


async def _arrive(session: Session, interaction: Interaction) -> None:
    """Wait for the prompt at which the interaction is typed."""
    nested = interaction.prompt if _is_nested(interaction) else None
    if nested is None:
        if isinstance(interaction, Command):
            await session.settled(lambda: 0.0 if session.phase in _AT_REST else None)
            await session.clear_line()
        return
    await session.settled(lambda: 0.0 if session.phase in _AT_REST else session.watch.quiet_needed(nested))
    if session.phase in _AT_REST:
        raise HaltedError(
            Outcome.FAILED,
            Diagnostic(
                f"the program that shows the prompt '{nested}' has ended, so this can't be typed into it",
                interaction.span,
                hint="is '-it' missing where it is started?",
                code="nested-ended",
            ),
        )


def _is_nested(interaction: Interaction) -> bool:
    match interaction:
        case Command(nested=nested):
            return nested
        case KeyPress(prompt=prompt):
            return prompt not in ("", SHELL_PROMPT)


async def _perform_outer(session: Session, command: Command, ending: Ending, instantly: bool) -> Answer:
    session.begin()
    for place, (line, pauses) in enumerate(paced(command.lines)):
        await session.type(line, instantly=instantly, pauses=pauses)
        if place < len(command.lines) - 1:
            await session.settled(lambda: 0.0 if session.phase in _AT_REST else None)
    await _end(session, command, ending)
    if session.phase is Phase.CONTINUATION:
        raise HaltedError(
            Outcome.FAILED,
            Diagnostic(
                "the command isn't complete: the shell waits for more",
                command.span,
                hint="a quote, a bracket or a heredoc is left open",
                code="incomplete-command",
            ),
        )
    if session.phase is Phase.PROMPT and not session.ran:
        return _answer_of_nothing(session)
    if session.phase is Phase.PROMPT and session.status is None:
        raise HaltedError(
            Outcome.FAILED,
            Diagnostic(
                "the shell doesn't tell how the command ended",
                command.span,
                hint="does the demo change PROMPT_COMMAND?",
                code="no-status",
            ),
        )
    lines = tuple(session.printed_lines())
    if session.phase is Phase.RUNNING and isinstance(ending, AtNestedPrompt):
        lines = _before_prompt(lines)
    return Answer(lines, session.status)


def _answer_of_nothing(session: Session) -> Answer:
    """What a line gave that ran nothing: a comment leaves the status alone, a syntax error prints something."""
    printed = tuple(session.lines_since_sent())
    return Answer(printed, session.status if printed else 0)


async def _perform_nested(session: Session, command: Command, ending: Ending, instantly: bool) -> Answer:
    session.begin()
    lines: list[str] = []
    for place, (line, pauses) in enumerate(paced(command.lines)):
        await session.type(line, instantly=instantly, pauses=pauses)
        if place < len(command.lines) - 1:
            await session.settled(
                lambda: 0.0 if session.phase in _AT_REST else (CONTINUES_QUIET if session.since_sent.newlines else None)
            )
        else:
            await _end(session, command, ending)
        printed = tuple(session.lines_since_sent())
        at_prompt = session.phase is Phase.RUNNING and not isinstance(ending, OnceSettled | InBackground)
        lines += _before_prompt(printed) if at_prompt else printed
    return Answer(tuple(lines), session.status)


def _before_prompt(lines: Sequence[str]) -> tuple[str, ...]:
    """The output before a program's prompt; as in all output, empty lines at its end don't count."""
    end = len(lines) - 1
    while end > 0 and not lines[end - 1]:
        end -= 1
    return tuple(lines[: max(0, end)])


async def _end(session: Session, interaction: Interaction, ending: Ending) -> None:
    """Wait until what was typed is done."""
    match ending:
        case AtShellPrompt():
            await session.settled(lambda: 0.0 if session.phase in _AT_REST else None)
        case AtNestedPrompt(prompt=prompt):
            await session.settled(lambda: 0.0 if session.phase in _AT_REST else session.watch.quiet_needed(prompt))
        case InBackground() if interaction.expected.given:
            await _settle(session, interaction)
        case InBackground():
            started = asyncio.get_running_loop().time() + UNKNOWN_QUIET
            await session.settled(_once_running(session), started)
        case OnceSettled():
            await _settle(session, interaction)


def _once_running(session: Session) -> Callable[[], float | None]:
    def needed() -> float | None:
        if session.phase in _AT_REST:
            return 0.0
        return BACKGROUND_QUIET if session.phase is Phase.RUNNING else None

    return needed


async def _settle(session: Session, interaction: Interaction) -> None:
    loop = asyncio.get_running_loop()
    sent = loop.time()
    expected = interaction.expected
    while session.phase not in _AT_REST:
        await session.settled(lambda: LOOK, loop.time() + LOOK)
        quiet = loop.time() - session.last_output
        if expected.given:
            if quiet >= UNEXPECTED_QUIET:
                return
            if output_matches(expected.lines, session.printed_lines()):
                return
        elif quiet >= UNKNOWN_QUIET or loop.time() - sent >= UNKNOWN_LONGEST:
            return


def as_typed(step: Step) -> Step:
    """The step with its program as a command for the shell; the source has seen to it that the language is known."""
    if step.runner is None:
        return step
    runner = RUNNERS[step.runner]
    return replace(step, interactions=tuple(_heredoc(runner, i) for i in step.interactions))


def _heredoc(runner: str, interaction: Interaction) -> Interaction:
    if not isinstance(interaction, Command):
        return interaction
    end = "END"
    while end in interaction.lines:
        end += "_"
    program, *then = runner.split(" && ")
    first = " && ".join((f"{program} <<'{end}'", *then))
    return replace(interaction, prompt=SHELL_PROMPT, lines=(first, *interaction.lines, end), nested=False)
