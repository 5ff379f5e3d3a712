"""Running one step to its end, whatever it does."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.demo import Command, Interaction, KeyPress, Step
from quarterdeck.stage.events import Answer, Outcome
from quarterdeck.stage.shell.session import Phase, Session
from quarterdeck.stage.shell.typist import LONGEST, Typing
from quarterdeck.stage.steps.expectation import WRONG_OUTPUT, compare
from quarterdeck.stage.steps.interaction import (
    AtNestedPrompt,
    AtShellPrompt,
    Ending,
    HaltedError,
    InteractionKey,
    perform,
)
from quarterdeck.stage.steps.readiness import wait_if_begun, wait_ready
from quarterdeck.stage.steps.time_limit import TimeLimit

AFTER_KEY = 0.3
"""Seconds for Ctrl-C to work."""
AFTER_TERM = 0.15
AFTER_KILL = 0.15
AFTER_SHELL = 0.15


async def bring_back(session: Session, nested_prompt: str | None = None) -> None:
    """End what runs in the foreground.

    ``nested_prompt``: the prompt of the program that commands are typed into, if the step does so;
    coming back to it is enough.  A shell that is stuck itself is replaced.

    Raises:
        QuarterdeckError: when a new shell can't be started.

    """
    if session.phase is not Phase.PROMPT or session.typing:
        await _end_foreground(session, nested_prompt)
    if session.phase is Phase.DEAD:
        await session.reopen()


async def _end_foreground(session: Session, nested_prompt: str | None) -> None:
    def back() -> float | None:
        if session.phase in (Phase.PROMPT, Phase.DEAD):
            return 0.0
        return session.watch.quiet_needed(nested_prompt) if nested_prompt else None

    async def within(seconds: float) -> bool:
        return await session.settled(back, asyncio.get_running_loop().time() + seconds)

    session.press("C")
    if await within(AFTER_KEY):
        return
    if session.passes_keys_on:  # Ctrl-\ there is SIGQUIT where the program runs; here docker would print its stack
        session.press("\\")
    else:
        session.terminate_foreground()
    if await within(AFTER_TERM):
        return
    session.kill_foreground()
    if await within(AFTER_KILL):
        return
    session.kill()
    while session.phase is not Phase.DEAD:
        if not await session.changed(asyncio.get_running_loop().time() + AFTER_SHELL):
            break
    session.phase = Phase.DEAD


BEGUN_SECONDS = 5.0
"""How long a step waits for what an earlier one has started; then its commands are typed all the same."""
READY_MARGIN = 0.05
"""Seconds before the step's limit at which waiting for readiness gives up, so that it can say why."""


@dataclass(frozen=True, slots=True)
class StepResult:
    """How a step went."""

    outcome: Outcome
    faults: tuple[Diagnostic, ...] = ()
    answers: tuple[Answer, ...] = ()
    """What each interaction gave, as far as they got."""


class StepRunner:
    """One step under way in a terminal."""

    def __init__(
        self,
        session: Session,
        step: Step,
        endings: Mapping[InteractionKey, Ending],
        seconds: float,
        typing: Typing,
    ) -> None:
        """``seconds``: its time limit, beyond what typing takes."""
        self._session = session
        self._step = step
        self._endings = endings
        self._seconds = seconds
        self._instantly = typing is Typing.INSTANT or step.instant
        self._limit: TimeLimit | None = None
        self._interrupted = False
        self._current: Interaction | None = None
        self._answers: list[Answer] = []

    def interrupt(self) -> None:
        """End it at once, or as soon as it begins."""
        self._interrupted = True
        if self._limit is not None:
            self._limit.expire()

    def hold(self) -> None:
        """Type nothing more until :meth:`go_on`; its time limit stands still."""
        self._session.going.clear()
        if self._limit is not None:
            self._limit.hold()

    def go_on(self) -> None:
        """Type on."""
        self._session.going.set()
        if self._limit is not None:
            self._limit.go_on()

    async def run(self) -> StepResult:
        """Run it to its end; a terminal that is left in the middle of something is brought back first.

        Raises:
            QuarterdeckError: when there is no shell, and none can be started.

        """
        try:
            await self._session.give_back()
            if self._session.phase in (Phase.DEAD, Phase.SENT, Phase.CONTINUATION):
                await bring_back(self._session)
            async with TimeLimit(0.0 if self._interrupted else self._seconds) as self._limit:
                if not self._session.going.is_set():
                    self._limit.hold()
                result = await self._perform_all(self._limit)
        except TimeoutError:
            result = self._interrupted_result() if self._interrupted else self._timed_out_result()
        except HaltedError as halt:
            result = self._result(halt.outcome, halt.fault)
        finally:
            self._limit = None
            self._session.going.set()
        left_over = result.outcome not in (Outcome.PASSED, Outcome.FAILED) or self._session.phase not in (
            Phase.PROMPT,
            Phase.RUNNING,
        )
        if left_over:
            try:
                await bring_back(self._session, self._nested_prompt())
            except QuarterdeckError as error:
                return self._result(Outcome.DIED, *result.faults, *error.diagnostics)
        return result

    async def _perform_all(self, limit: TimeLimit) -> StepResult:
        step, session = self._step, self._session
        last = len(step.interactions) - 1
        differences: list[Diagnostic] = []
        if step.ready is not None:
            await wait_if_begun(step.ready, BEGUN_SECONDS)
        for place, interaction in enumerate(step.interactions):
            self._current = interaction
            if not self._instantly:
                limit.extend(LONGEST)
            ending = self._endings.get((step.id, place), AtShellPrompt())
            answer = await perform(session, interaction, ending, instantly=self._instantly)
            self._answers.append(answer)
            faults = compare(interaction, answer, any_failure=step.expect_failure and place == last)
            if session.phase is Phase.DEAD and (faults or place < last):
                return self._result(Outcome.DIED, self._died(interaction, answer), *differences, *faults)
            differences += faults
            if any(fault.code != WRONG_OUTPUT for fault in faults):
                break
        if step.ready is not None and all(fault.code == WRONG_OUTPUT for fault in differences):
            deadline = limit.end - READY_MARGIN
            if fault := await wait_ready(step.ready, session.printed_lines, deadline):
                differences.append(fault)
        return self._result(Outcome.FAILED if differences else Outcome.PASSED, *differences)

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
        printed = self._session.since_sent.lines()[-5:]
        shown = "".join(f"\n  | {line}" for line in printed)
        match ending:
            case AtNestedPrompt(prompt=prompt):
                message = f"the prompt '{prompt}' did not appear within {self._seconds:g} s; the terminal shows{shown}"
                hint = "a prompt that changes can be written with [..]; other prompts are named in 'prompts:'"
            case _:
                message = f"not done within {self._seconds:g} s; the terminal shows{shown}"
                hint = "'timeout=60s' on the step gives it more time; 'background' lets it run on"
        return self._result(Outcome.TIMED_OUT, Diagnostic(message, interaction.span, hint, "timed-out"))

    @staticmethod
    def _died(interaction: Interaction, answer: Answer) -> Diagnostic:
        return Diagnostic(f"the shell ended, with status {answer.status}", interaction.span, code="shell-ended")

    def _nested_prompt(self) -> str | None:
        match self._current:
            case Command(nested=True, prompt=prompt):
                return prompt
            case KeyPress(prompt=prompt) if prompt:
                return prompt
            case _:
                return None
