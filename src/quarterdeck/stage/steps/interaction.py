"""Doing in a terminal what a step says: typing a command or pressing a key, and waiting until it is done."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeAlias

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.demo import RUNNERS, Command, Interaction, Key, KeyPress, Keys, Step
from quarterdeck.stage.events import Answer, Outcome
from quarterdeck.stage.shell.session import Session
from quarterdeck.stage.shell.state import Phase
from quarterdeck.stage.shell.typist import Typist, paced
from quarterdeck.stage.steps.course import (
    SHELL_PROMPT,
    AtNestedPrompt,
    AtShellPrompt,
    Ending,
    InBackground,
    OnceSettled,
    OnScreen,
)
from quarterdeck.stage.steps.expectation import may_become, output_matches, quoted

CONTINUES_QUIET = 0.12
"""Seconds without output after which a nested program has read a line that isn't the command's last."""
UNEXPECTED_QUIET = 3.0
"""Seconds without output after which output that isn't as expected won't become so, unless there is a deadline."""
UNKNOWN_QUIET = 1.0
"""Seconds without output after which a program without expected output has fallen quiet."""
UNKNOWN_LONGEST = 3.0
"""Seconds after which such a program counts as done, quiet or not."""
BACKGROUND_QUIET = 0.15
"""Seconds without output after which a command left in the background is seen to run."""
LOOK = 0.2
"""Seconds from one comparison of the output to the next."""
STILL = 0.25
"""Seconds without output after which a full-screen program has drawn its screen."""
MATCHED_STILL = 0.15
"""The same where the screen is as expected: the keys before, Escape above all, must have had their effect."""
MATCHED_LONGEST = 1.0
"""Seconds after which a screen that is as expected counts, still or not."""
SCREEN_LONGEST = 10.0
"""Seconds that a screen has to become as expected, unless there is a deadline."""
ESCAPE = "\x1b"
ESCAPE_BEFORE = 0.5
"""Seconds without output after which what comes before Escape has been drawn: what is drawn next follows from it."""
ESCAPE_AFTER = 0.25
"""Seconds without output after what Escape has drawn.  With what follows sooner, programs take it for another key: vim
waits 0.1 s (ttimeoutlen); busybox's vi 0.05 s, and then forgets all of it.
"""
DRAWN_LONGEST = 3.0
"""Seconds in which a program, perhaps on a busy engine, shows what it was told before Escape."""
ESCAPE_LONGEST = 1.0
"""Seconds after which Escape has had no effect that is seen."""


class UntypedError(Exception):
    """The shell ended before a command was typed, or waits for a further line of another: the command has not run."""


class HaltedError(Exception):
    """A step can't continue."""

    def __init__(self, outcome: Outcome, fault: Diagnostic) -> None:
        super().__init__(fault.message)
        self.outcome = outcome
        self.fault = fault


Deadline: TypeAlias = Callable[[], float]
"""Returns the loop's time until which it is worth waiting; later each time while the step is held."""


async def perform(typist: Typist, interaction: Interaction, ending: Ending, deadline: Deadline | None = None) -> Answer:
    """Type what the speaker would, wait until it is done, and return its output and status.

    It has no time limit; the caller sets one.  ``deadline``: how long a command that keeps running is given for output
    that so far is only the beginning of what is expected; by default 3 s of quiet.

    Raises:
        UntypedError: when there is no prompt (any more) at which a command could be typed.
        HaltedError: when it can't be typed, or the shell doesn't read it as it is meant.

    """
    session, state = typist.session, typist.session.state
    await _await_prompt(session, interaction)
    match interaction:
        case KeyPress(key=key):
            state.status = None
            session.press(key)
            await _await_end(session, interaction, ending, lambda: state.lines_since_pressed(key), deadline)
            lines = tuple(state.lines_since_pressed(key))
            at_prompt = state.phase is Phase.RUNNING and isinstance(ending, AtNestedPrompt)
            return Answer(_before_prompt(lines) if at_prompt else lines, state.status)
        case Keys():
            return await _press_all(typist, interaction, ending, deadline)
        case Command(nested=True):
            return await _perform_nested(typist, interaction, ending, deadline)
        case Command():
            return await _perform_outer(typist, interaction, ending, deadline)


async def _press_all(typist: Typist, keys: Keys, ending: Ending, deadline: Deadline | None) -> Answer:
    session, state = typist.session, typist.session.state
    session.begin_keys()
    pressed = 0.0
    for key in keys.keys:
        if state.at_rest:
            raise _no_program(session, keys)
        if key.sends == ESCAPE and pressed:
            await _until_drawn(session, pressed, ESCAPE_BEFORE, DRAWN_LONGEST)
        await typist.press(key, partial(_until_taken, session, key))
        pressed = asyncio.get_running_loop().time()
    await _await_end(session, keys, ending, session.screen_lines, deadline)
    return Answer(tuple(session.screen_lines()), state.status)


async def _until_taken(session: Session, key: Key) -> None:
    """Wait until the program has read a key; else, after a second, the next one is pressed, and read after it."""
    if key.sends == ESCAPE:
        await _until_drawn(session, asyncio.get_running_loop().time(), ESCAPE_AFTER, ESCAPE_LONGEST)
        return
    await session.wait_until_read()


async def _until_drawn(session: Session, pressed: float, still: float, longest: float) -> None:
    """Wait until the program has drawn something since a key was pressed, and has been still for so many seconds.

    ``longest``: after so many it has drawn nothing, and won't.
    """
    activity = session.activity
    await activity.settled(lambda: still if activity.last_output > pressed else None, pressed + longest)


def _no_program(session: Session, interaction: Command | Keys) -> HaltedError:
    said = quoted(session.state.printed_lines() if isinstance(interaction, Command) else session.screen_lines())
    if isinstance(interaction, Command):
        message = f"'{interaction.lines[0]}' has ended, so no keys can be pressed in it"
    else:
        message = f"the program in which '{interaction.text}' should be pressed has ended"
    message += f"; it printed{said}" if said else ""
    hint = "keys are pressed in a program that runs until one of them ends it, as vi does"
    return HaltedError(Outcome.FAILED, Diagnostic(message, interaction.span, hint=hint, code="no-program"))


async def _await_prompt(session: Session, interaction: Interaction) -> None:
    """Wait for the prompt at which the interaction is typed."""
    nested = interaction.prompt if _is_nested(interaction) else None
    if nested is None:
        if isinstance(interaction, Command):
            await session.wait_for_line()
            if session.state.phase is not Phase.PROMPT:
                raise UntypedError
        return
    await _settled_at(session, nested)
    if session.state.at_rest:
        said = quoted(session.state.printed_lines())
        message = f"the program that shows the prompt '{nested}' has ended, so this can't be typed into it"
        hint = "is '-it' missing where it is started?"
        if said:
            message += f"; it printed{said}"
            hint += " If it needs a server, 'ready=' on the step that starts the server waits for that."
        raise HaltedError(Outcome.FAILED, Diagnostic(message, interaction.span, hint=hint, code="nested-ended"))


def _is_nested(interaction: Interaction) -> bool:
    match interaction:
        case Command(nested=nested):
            return nested
        case KeyPress(prompt=prompt):
            return prompt not in ("", SHELL_PROMPT)
        case Keys():
            return False


async def _settled_at(session: Session, prompt: str) -> None:
    """Wait for a nested program's prompt, or for the shell's: the program has ended then."""
    state, screen = session.state, session.output.screen
    await session.activity.settled(lambda: 0.0 if state.at_rest else screen.quiet_needed(prompt))


async def _perform_outer(typist: Typist, command: Command, ending: Ending, deadline: Deadline | None) -> Answer:
    session, state = typist.session, typist.session.state
    state.begin_command()
    for place, (line, pauses) in enumerate(paced(command.lines)):
        if not await typist.type(line, pauses) and place == 0:
            await session.wait_for_line()
            raise UntypedError
        if place < len(command.lines) - 1:
            await session.activity.settled(state.quiet_at_rest)
    await _await_end(session, command, ending, state.printed_lines, deadline)
    if isinstance(ending, OnScreen):
        if state.at_rest:
            raise _no_program(session, command)
        return Answer(tuple(_seen(session, command)))
    if state.phase is Phase.CONTINUATION:
        raise HaltedError(
            Outcome.FAILED,
            Diagnostic(
                "the command isn't complete: the shell waits for more",
                command.span,
                hint="a quote, a bracket or a heredoc is left open",
                code="incomplete-command",
            ),
        )
    if state.phase is Phase.PROMPT and not state.ran:
        # a comment leaves the status alone, a syntax error prints something
        printed = tuple(state.lines_since_sent())
        return Answer(printed, state.status if printed else 0)
    if state.phase is Phase.PROMPT and state.status is None:
        raise HaltedError(
            Outcome.FAILED,
            Diagnostic(
                "the shell doesn't report how the command ended",
                command.span,
                hint="does the demo change PROMPT_COMMAND?",
                code="no-status",
            ),
        )
    lines = tuple(state.printed_lines())
    if state.phase is Phase.RUNNING and isinstance(ending, AtNestedPrompt):
        lines = _before_prompt(lines)
    return Answer(lines, state.status)


async def _perform_nested(typist: Typist, command: Command, ending: Ending, deadline: Deadline | None) -> Answer:
    session, state = typist.session, typist.session.state
    state.begin_command()
    lines: list[str] = []

    def read() -> float | None:
        return 0.0 if state.at_rest else (CONTINUES_QUIET if state.since_sent.newlines else None)

    for place, (line, pauses) in enumerate(paced(command.lines)):
        await typist.type(line, pauses)
        if place < len(command.lines) - 1:
            await session.activity.settled(read)
        else:
            await _await_end(session, command, ending, state.lines_since_sent, deadline)
        if isinstance(ending, OnScreen):
            return Answer(tuple(_seen(session, command)))
        printed = tuple(state.lines_since_sent())
        at_prompt = state.phase is Phase.RUNNING and not isinstance(ending, OnceSettled | InBackground)
        lines += _before_prompt(printed) if at_prompt else printed
    return Answer(tuple(lines), state.status)


def _before_prompt(lines: Sequence[str]) -> tuple[str, ...]:
    """Return the output before a program's prompt, as always without empty lines at its end."""
    end = len(lines) - 1
    while end > 0 and not lines[end - 1]:
        end -= 1
    return tuple(lines[: max(0, end)])


async def _await_end(
    session: Session,
    interaction: Interaction,
    ending: Ending,
    read: Callable[[], Sequence[str]],
    deadline: Deadline | None,
) -> None:
    """Wait until what was typed is done; ``read`` returns what it has printed so far."""
    state = session.state

    def running() -> float | None:
        return 0.0 if state.at_rest else (BACKGROUND_QUIET if state.phase is Phase.RUNNING else None)

    match ending:
        case AtShellPrompt():
            await session.activity.settled(state.quiet_at_rest)
        case AtNestedPrompt(prompt=prompt):
            await _settled_at(session, prompt)
        case OnScreen():
            await _await_screen(session, interaction, deadline)
        case InBackground() if not interaction.expected.given:
            await session.activity.settled(running, asyncio.get_running_loop().time() + UNKNOWN_QUIET)
        case InBackground() | OnceSettled():
            await _await_output(session, interaction, read, deadline)


async def _await_screen(session: Session, interaction: Interaction, deadline: Deadline | None) -> None:
    """Wait until the screen is as expected; without an expectation, until the program has drawn it and is still."""
    loop = asyncio.get_running_loop()
    state, expected = session.state, interaction.expected
    sent, matched = loop.time(), math.inf
    while not state.at_rest:
        now = loop.time()
        last = deadline() if deadline is not None else sent + SCREEN_LONGEST
        quiet = now - max(sent, session.activity.last_output)
        if not expected.given:
            done = _still(session, interaction, sent)
        elif output_matches(expected.pattern, _seen(session, interaction)):
            matched = min(matched, now)
            done = quiet >= MATCHED_STILL or now - matched >= MATCHED_LONGEST
        else:
            matched, done = math.inf, False
        if done or now >= last:
            return
        await session.activity.changed(now + LOOK / 2)


def _seen(session: Session, interaction: Interaction) -> list[str]:
    """The screen of a full-screen program; as long as that may still begin, only what its command has printed."""
    if isinstance(interaction, Keys) or session.output.screen.alternate:
        return session.screen_lines()
    return session.state.since_sent.lines()


def _still(session: Session, interaction: Interaction, sent: float) -> bool:
    """Whether a program has drawn its screen, or waits for a line; ``sent``: when it was started, or keys were pressed.

    A full-screen program reads single keys; so does the client of a container's terminal, which prints nothing before
    the program in the container does.
    """
    now = asyncio.get_running_loop().time()
    quiet = now - max(sent, session.activity.last_output)
    if session.shell.by_line and now - sent >= UNKNOWN_LONGEST:
        return True
    if quiet < (UNKNOWN_QUIET if session.shell.by_line else STILL):
        return False
    return isinstance(interaction, Keys) or session.state.printed_since_sent


async def _await_output(
    session: Session, interaction: Interaction, read: Callable[[], Sequence[str]], deadline: Deadline | None
) -> None:
    """Wait until the output is as expected, or won't become so; without expected output, until it falls quiet."""
    loop = asyncio.get_running_loop()
    sent = loop.time()
    expected = interaction.expected
    while not session.state.at_rest:
        await session.activity.settled(lambda: LOOK, loop.time() + LOOK)
        quiet = loop.time() - session.activity.last_output
        if expected.given:
            lines = read()
            if output_matches(expected.pattern, lines) or (deadline is not None and loop.time() >= deadline()):
                return
            if quiet >= UNEXPECTED_QUIET and (deadline is None or not may_become(expected.pattern, lines)):
                return
        elif quiet >= UNKNOWN_QUIET or loop.time() - sent >= UNKNOWN_LONGEST:
            return
        await session.activity.changed(loop.time() + LOOK)


def as_typed(step: Step) -> Step:
    """Return the step with its program as a command for the shell; the reader of demos has checked the language."""
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
