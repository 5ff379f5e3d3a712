"""Runs one step to its end, whatever it does, and brings its terminal back to a prompt.

A step is ended by Ctrl-C; then by SIGTERM, or by the quit key where keys are passed on to a container; then by killing
the foreground; at last by killing the shell, which is then replaced.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.demo import Command, Interaction, KeyPress, Keys, Step
from quarterdeck.stage.events import Answer, Outcome
from quarterdeck.stage.shell.session import Session
from quarterdeck.stage.shell.state import Phase
from quarterdeck.stage.shell.typist import Typing, Typist, longest_typing
from quarterdeck.stage.steps.course import (
    AtNestedPrompt,
    AtShellPrompt,
    Ending,
    InteractionKey,
    OnScreen,
    StepControl,
    TimeLimit,
)
from quarterdeck.stage.steps.expectation import WRONG_OUTPUT, compare, quoted
from quarterdeck.stage.steps.interaction import Deadline, HaltedError, UntypedError, perform
from quarterdeck.stage.steps.readiness import wait_if_begun, wait_ready

AFTER_KEY = 0.3
"""Seconds that Ctrl-C has to work."""
AFTER_TERM = 0.15
"""Seconds that SIGTERM, or Ctrl-\\, has to work."""
AFTER_KILL = 0.15
"""Seconds from killing the foreground to the shell's prompt."""
AFTER_SHELL = 0.15
"""Seconds from killing the shell to its end."""


async def bring_back(session: Session, nested_prompt: str | None = None) -> None:
    """End what runs in the foreground, and replace a shell that is stuck.

    ``nested_prompt``: the prompt of the program that the step types into, if any; coming back to that is enough.

    Raises:
        QuarterdeckError: when a new shell can't be started.

    """
    if session.state.phase is not Phase.PROMPT or session.state.line_begun:
        await _end_foreground(session, nested_prompt)
    if session.state.phase is Phase.DEAD:
        await session.reopen()


async def _end_foreground(session: Session, nested_prompt: str | None) -> None:
    state, activity, shell = session.state, session.activity, session.shell

    def back() -> float | None:
        if state.phase in (Phase.PROMPT, Phase.DEAD):
            return 0.0
        return session.output.screen.quiet_needed(nested_prompt) if nested_prompt else None

    async def within(seconds: float) -> bool:
        return await activity.settled(back, asyncio.get_running_loop().time() + seconds)

    session.press("C")
    if await within(AFTER_KEY):
        return
    if shell.raw:  # Ctrl-\ there is SIGQUIT where the program runs; here docker would print its stack
        session.press("\\")
    else:
        shell.terminate_foreground()
    if await within(AFTER_TERM):
        return
    session.kill_foreground()
    if await within(AFTER_KILL):
        return
    session.kill()
    while state.phase is not Phase.DEAD:
        if not await activity.changed(asyncio.get_running_loop().time() + AFTER_SHELL):
            break
    state.phase = Phase.DEAD


BEGUN_SECONDS = 5.0
"""How long a step waits for what an earlier one has started; then its commands are typed in any case."""
KEPT_SECONDS = 1.0
"""Seconds kept of the step's limit, at most half of it, to compare the output when it has not come as expected, and to
look at ``ready=`` all the same."""
REPLACED = 2
"""How often a step gets another shell because the one before ended, and nothing of the step was typed into it."""
READY_MARGIN = 0.05
"""Seconds before the step's limit at which waiting for readiness gives up, so that it can say why."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step went."""

    outcome: Outcome
    faults: tuple[Diagnostic, ...] = ()
    answers: tuple[Answer, ...] = ()
    """The output and status of each interaction, as far as they got."""


_WAITING = (
    (
        re.compile(r":|\(END\)|--More--.*|lines \d+-\d+\b.*|.*\(press h for help or q to quit\)|~"),
        "it waits for a key: press it on a line that begins with '^ ', such as '^ q'; or turn a pager off with "
        "'| cat', '--no-pager' or 'env: {PAGER: cat}', in psql with '\\pset pager off'",
    ),
    (
        re.compile(r".*(?:\[[yY]/[nN]\]|\([yY](?:es)?/[nN]o?\b[^)]*\)|(?i:passw\w*|passphrase)\b[^:]*:|\?)"),
        "it waits for an answer: give it as an option ('--yes', '--force') or on its standard input",
    ),
    (
        re.compile(r"\w[\w.-]*[-'\"(*^!$][#>]|\.\.\.|\s*[-'\"`/*]+>"),
        "the statement isn't complete: is a ';', a quote or an empty line missing?",
    ),
)
"""Last lines of a terminal in which a program waits for a key or a line, and what helps."""
_STILL_RUNS = "the program still runs: do the keys end it, as '^ q' or '^ :q!<Enter>' would?"
_NEEDS_KEYS = (
    "a full-screen program runs: press its keys on lines that begin with '^ ', such as '^ q' ('quarterdeck help demos')"
)
_A_PROMPT = re.compile(r"(?:\S.{0,60})?(?:[#$>]|In \[\d+\]:)")
_IGNORED_KEY = (
    "the program ignores Ctrl-C: the first process of a container does, unless it handles the signal itself; "
    "'docker run --init' passes it on"
)
_NO_PROMPT = "a prompt that changes can be written with [..]; other prompts are named in 'prompts:'"
_MORE_TIME = "'timeout=60s' on the step gives it more time; 'background' lets it keep running"


def timeout_hint(interaction: Interaction, ending: Ending, last: str, *, full_screen: bool = False) -> str:
    """What helps where a step took too long; ``last`` is the last line of its terminal."""
    if isinstance(interaction, Keys):
        return _STILL_RUNS
    if full_screen:
        return _NEEDS_KEYS
    for pattern, hint in _WAITING:
        if pattern.fullmatch(last.rstrip()):
            return hint
    match interaction, ending:
        case KeyPress(key="C"), AtShellPrompt():
            return _IGNORED_KEY
        case _, AtNestedPrompt():
            return _NO_PROMPT
    if _A_PROMPT.fullmatch(last.rstrip()):
        return f"the program waits at its prompt '{last.strip()}': type into it in the transcript, or end it with ^D"
    return _MORE_TIME


class StepRunner:
    """One run of a step in a terminal."""

    def __init__(
        self,
        session: Session,
        step: Step,
        endings: Mapping[InteractionKey, Ending],
        seconds: float,
        typing: Typing,
        control: StepControl,
    ) -> None:
        """``seconds``: its time limit, in addition to what typing takes."""
        self._session = session
        self._step = step
        self._endings = endings
        self._seconds = seconds
        self._typist = Typist(session, control.going, control.hurried, Typing.INSTANT if step.instant else typing)
        self._control = control
        self._current: Interaction | None = None
        self._answers: list[Answer] = []

    async def run(self) -> StepResult:
        """Run the step to its end.

        A shell that ends before the step's first command is typed into it, because a speaker who took over ended it,
        is replaced; once Enter was pressed the command may have run, and is never typed again.

        Raises:
            QuarterdeckError: when there is no shell, and none can be started.

        """
        result = await self._run_in_shell()
        for _ in range(REPLACED):
            result = result or await self._run_in_shell()
        result = result or self._died(self._step.interactions[0])
        state = self._session.state
        ended = result.outcome in (Outcome.PASSED, Outcome.FAILED)
        runs_on = state.phase is Phase.RUNNING or (state.phase is Phase.SENT and self._leaves_running())
        if not ended or not (state.phase is Phase.PROMPT or runs_on):
            try:
                await bring_back(self._session, self._nested_prompt())
            except QuarterdeckError as error:
                return self._result(Outcome.DIED, *result.faults, *error.diagnostics)
        return result

    async def _run_in_shell(self) -> StepResult | None:
        """Run it in the terminal's shell, brought back first if it was left in the middle of something.

        None: the shell ended, or was left so again, before anything of the step was typed.
        """
        await self._session.wait_for_answers()
        state = self._session.state
        if state.phase in (Phase.DEAD, Phase.CONTINUATION) or (state.phase is Phase.SENT and not self._continues()):
            await bring_back(self._session)
        limit: TimeLimit | None = None
        try:
            async with self._control.limited(self._seconds) as limit:
                return await self._perform_all(limit)
        except TimeoutError:
            return self._interrupted_result() if limit and limit.expired else self._timed_out_result()
        except HaltedError as halt:
            return self._result(halt.outcome, halt.fault)
        except UntypedError:
            return self._died(self._current) if self._answers and self._current else None

    async def _perform_all(self, limit: TimeLimit) -> StepResult:
        step, state = self._step, self._session.state
        last = len(step.interactions) - 1
        differences: list[Diagnostic] = []
        if step.ready is not None:
            await wait_if_begun(step.ready, BEGUN_SECONDS)
        for place, interaction in enumerate(step.interactions):
            self._current = interaction
            if self._typist.typing is Typing.HUMAN or isinstance(interaction, Keys):
                limit.extend(longest_typing(interaction))
            self._control.hurried.clear()
            ending = self._endings.get((step.id, place), AtShellPrompt())
            answer = await perform(self._typist, interaction, ending, self._output_deadline(limit))
            self._answers.append(answer)
            faults = compare(interaction, answer, any_failure=step.expect_failure and place == last)
            if state.phase is Phase.DEAD and (faults or place < last):
                return self._died(interaction, *differences, *faults)
            differences += faults
            if any(fault.code != WRONG_OUTPUT for fault in faults):
                break
        if step.ready is not None and all(fault.code == WRONG_OUTPUT for fault in differences):
            deadline = limit.end - READY_MARGIN
            own_program = step.background or step.ready.kind == "output"  # else the command may have started another
            if fault := await wait_ready(
                step.ready, state.printed_lines, deadline, lambda: own_program and state.at_rest
            ):
                differences.append(fault)
        return self._result(Outcome.FAILED if differences else Outcome.PASSED, *differences)

    def _output_deadline(self, limit: TimeLimit) -> Deadline | None:
        """Until when a command that keeps running is given to print what is expected.

        Where the author says that it takes its time; else a difference is reported after 3 s of quiet, since a show
        waits for it.
        """
        step = self._step
        if step.ready is None and not step.background and step.timeout is None:
            return None
        kept = min(KEPT_SECONDS, self._seconds / 2)
        return lambda: limit.end - kept

    def _result(self, outcome: Outcome, *faults: Diagnostic) -> StepResult:
        return StepResult(outcome, faults, tuple(self._answers))

    def _interrupted_result(self) -> StepResult:
        span = self._current.span if self._current else self._step.span
        return self._result(Outcome.INTERRUPTED, Diagnostic("interrupted", span, code="interrupted"))

    def _timed_out_result(self) -> StepResult:
        interaction = self._current
        if interaction is None:
            return self._result(Outcome.TIMED_OUT, Diagnostic("the step took too long", self._step.span))
        ending = self._endings.get((self._step.id, len(self._answers)), AtShellPrompt())
        full_screen = self._session.output.screen.alternate
        on_screen = full_screen or isinstance(interaction, Keys)
        printed = self._session.screen_lines() if on_screen else self._session.state.since_sent.lines()
        shown = f"{self._seconds:g} s; the terminal shows{quoted(printed)}"
        match ending:
            case AtNestedPrompt(prompt=prompt):
                message = f"the prompt '{prompt}' did not appear within {shown}"
            case _:
                message = f"not done within {shown}"
        hint = timeout_hint(interaction, ending, printed[-1] if printed else "", full_screen=full_screen)
        return self._result(Outcome.TIMED_OUT, Diagnostic(message, interaction.span, hint, "timed-out"))

    def _died(self, interaction: Interaction, *faults: Diagnostic) -> StepResult:
        status = self._session.state.status
        message = "the shell ended" if status is None else f"the shell ended, with status {status}"
        return self._result(Outcome.DIED, Diagnostic(message, interaction.span, code="shell-ended"), *faults)

    def _continues(self) -> bool:
        """Whether it begins in a program that an earlier step has started; POSIX shells don't mark that one runs."""
        first = self._step.interactions[0]
        return isinstance(first, Keys) or (isinstance(first, Command) and first.nested)

    def _leaves_running(self) -> bool:
        """Whether it leaves a program running in which a later step types or presses keys."""
        ending = self._endings.get((self._step.id, len(self._step.interactions) - 1))
        return isinstance(ending, OnScreen | AtNestedPrompt)

    def _nested_prompt(self) -> str | None:
        match self._current:
            case Command(nested=True, prompt=prompt):
                return prompt
            case KeyPress(prompt=prompt) if prompt:
                return prompt
            case _:
                return None
