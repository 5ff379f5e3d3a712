"""A demo running for real: its terminals, its clean room, its steps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.demo import BACKSTAGE, IN_VIEW, Demo, Step, StepKind
from quarterdeck.stage.demo_run import Listener
from quarterdeck.stage.events import Asked, Cleared, Outcome, Output, PageOpened, StepFinished, StepStarted, Typed
from quarterdeck.stage.shell.program import Seat, ShellProgram, bash, bash_of, shell_in
from quarterdeck.stage.shell.secrets import secret_values
from quarterdeck.stage.shell.session import Session
from quarterdeck.stage.shell.typist import Typing
from quarterdeck.stage.steps.interaction import as_typed, endings
from quarterdeck.stage.steps.step import StepResult, StepRunner
from quarterdeck.stage.workspace import StageContainer, Workspace, stage_environment

CLEANUP_SECONDS = 15.0
"""The longest that one cleanup step may take: the stage removes everything anyway."""


class Room(Protocol):
    """What a run needs of the place in front of the engine."""

    @property
    def docker_host(self) -> str:
        """The ``DOCKER_HOST`` of the demo's shells."""

    async def end_foregrounds(self, processes: Iterable[int]) -> None:
        """End the containers that ran in the foreground of processes that were killed."""


OpenRoom: TypeAlias = Callable[[Path], AbstractAsyncContextManager[Room]]
"""Opens the clean room for a demo that works in a folder; leaving it removes all that the demo made."""


class Guardian(Protocol):
    """Cleans up when the show is killed; see :class:`quarterdeck.stage.cleanup.watchdog.Watchdog`."""

    def adopt_session(self, leader: int) -> None:
        """A session whose processes are to be killed then."""

    def adopt_folder(self, folder: Path) -> None:
        """A folder that is to be removed then."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What all live runs of a show have in common."""

    speaker: Mapping[str, str]
    """The speaker's environment."""
    guardian: Guardian
    typing: Typing = Typing.HUMAN
    """How shown steps are typed."""
    seat: Seat | None = None
    """Where an attendee types; None where the demo's steps do."""


class LiveRun:
    """Implements :class:`quarterdeck.stage.demo_run.DemoRun`."""

    def __init__(
        self, demo: Demo, listener: Listener, open_room: OpenRoom, setting: Setting, before: Sequence[Demo] = ()
    ) -> None:
        """``before``: the demos that this one continues, the earliest first."""
        self.demo = demo
        self._before = tuple(before)
        self._listener = listener
        self._open_room = open_room
        self._setting = setting
        self._endings = endings(running_order(demo))
        self._open = AsyncExitStack()
        self._sessions: dict[tuple[int, str | None], Session] = {}
        self._room: Room | None = None
        self._ending: set[asyncio.Task[None]] = set()
        """Containers whose command was killed are being ended."""
        self._new_program: Callable[[str | None], ShellProgram] | None = None
        self._secrets: tuple[str, ...] = ()
        self._began = 0.0
        self._done: set[str] = set()
        self._runner: StepRunner | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._interrupting = False
        self._holding = False
        self._stopped = False
        self._turn = asyncio.Lock()
        """Starting and stopping wait for each other."""

    async def start(self, done: Sequence[Step] = ()) -> None:
        """Open the terminals and run what comes before the first shown step; see ``DemoRun``.

        Raises:
            QuarterdeckError: when the stage can't be set up, or a step before the first shown one fails.

        """
        self._began = asyncio.get_running_loop().time()
        self._listener(Cleared(0.0))
        async with self._turn:
            try:
                await self._set_up()
                for earlier in self._before:
                    await self._run_silently(earlier, running_order(earlier, cleanup=False))
                for number in self.demo.terminals:
                    await self._session(number, None)
                await self._run_silently(self.demo, [s for s in self.demo.steps if s.kind is StepKind.SETUP])
                for step in done:
                    await self._run_again(step)
                self._check_wanted()
            except BaseException:
                self._sessions.clear()
                await self._open.aclose()
                raise

    async def run_step(self, step: Step) -> StepFinished:
        """Run one step to its end; see ``DemoRun``."""
        began = self._now()
        self._listener(StepStarted(self.demo.name, step.id, began))
        self._idle.clear()
        try:
            result = await self._run_shown(step)
        except QuarterdeckError as error:
            result = StepResult(Outcome.FAILED, error.diagnostics)
        finally:
            self._idle.set()
            self._interrupting = self._holding = False
        if step.open_url is not None and result.outcome is Outcome.PASSED:
            self._listener(PageOpened(step.open_url, self._now()))
        now = self._now()
        finished = StepFinished(
            self.demo.name, step.id, result.outcome, now, now - began, result.faults, result.answers
        )
        self._listener(finished)
        return finished

    async def interrupt(self) -> None:
        """End the step under way; within 1 s."""
        if self._runner is not None:
            self._runner.interrupt()
        self._interrupting = not self._idle.is_set()
        await self._idle.wait()

    def hold(self) -> None:
        """Type nothing more until :meth:`go_on`, also where the step is only about to begin."""
        self._holding = not self._idle.is_set()
        if self._runner is not None:
            self._runner.hold()

    def go_on(self) -> None:
        """Type on."""
        self._holding = False
        if self._runner is not None:
            self._runner.go_on()

    async def write(self, data: bytes, terminal: int = 1) -> None:
        """Type into a terminal, as the speaker who has taken it over."""
        session = await self._session(terminal, None)
        await session.write(data)

    def resize(self, columns: int, rows: int) -> None:
        """Give the first terminal another size."""
        if session := self._sessions.get((1, None)):
            session.resize(columns, rows)

    async def stop(self) -> None:
        """Run the cleanup steps, then remove everything; see ``DemoRun``."""
        self._stopped = True
        await self.interrupt()
        async with self._turn:
            if self._sessions:
                for step in self.demo.steps:
                    if step.kind is StepKind.CLEANUP:
                        await self._try_cleanup(step)
            self._sessions.clear()
            await self._open.aclose()

    # Setting up

    async def _set_up(self) -> None:
        speaker = self._setting.speaker
        demos = (*self._before, self.demo)
        secrets: dict[str, str] = {}
        extra: dict[str, str] = {}
        for demo in demos:
            secrets |= secret_values(demo, speaker)
            extra |= demo.env
        self._secrets = tuple(secrets.values())
        workspace = Workspace(demos, speaker, self._setting.guardian.adopt_folder)
        self._open.callback(workspace.remove)
        room = self._room = await self._open.enter_async_context(self._open_room(workspace.folder))
        environment = stage_environment(
            speaker,
            home=workspace.home,
            docker_config=workspace.docker_config,
            docker_host=room.docker_host,
            extra={**extra, **secrets},
        )
        inside: str | None = None
        if self.demo.stage_image is not None:
            container = StageContainer(self.demo.stage_image, environment, workspace.folder, {**extra, **secrets})
            inside = await container.start()

        def program(service: str | None) -> ShellProgram:
            where, seat = service or inside, self._setting.seat
            if where is not None:
                return shell_in(where, environment, workspace.folder)
            if seat is not None:
                return bash_of(seat, environment, workspace.folder)
            return bash(environment, workspace.folder)

        self._new_program = program

    async def _session(self, terminal: int, service: str | None) -> Session:
        session = self._sessions.get((terminal, service))
        if session is None:
            new_program = self._new_program
            if new_program is None:
                raise RuntimeError("the run was not started")
            session = Session(lambda: new_program(service), _Relay(self, terminal), self._secrets)
            session.muted = service is not None or terminal == BACKSTAGE
            try:
                await session.open()
            finally:
                session.muted = terminal == BACKSTAGE
            self._open.push_async_callback(session.close)
            self._sessions[terminal, service] = session
        return session

    # Running steps

    async def _run_shown(self, step: Step) -> StepResult:
        for hidden in hidden_before(self.demo, step):
            if hidden.id not in self._done:
                result = await self._run(hidden, muted=True)
                if result.outcome is not Outcome.PASSED:
                    return result
        return await self._run(step, muted=not step.in_view)

    async def _run_again(self, step: Step) -> None:
        """Run a step that was shown before, at once; what becomes of it was told then."""
        for hidden in (*hidden_before(self.demo, step), step):
            await self._run(hidden, muted=not hidden.in_view, typing=Typing.INSTANT)

    async def _run_silently(self, demo: Demo, steps: Sequence[Step]) -> None:
        for step in steps:
            result = await self._run(step, demo=demo, muted=True)
            if result.outcome is not Outcome.PASSED:
                what = "its setup" if demo is self.demo else f"'{demo.name}', which it continues,"
                head = Diagnostic(
                    f"the demo '{self.demo.name}' can't begin: {what} failed", step.span, code="setup-failed"
                )
                raise QuarterdeckError((head, *result.faults))

    async def _run(
        self, step: Step, *, demo: Demo | None = None, muted: bool, typing: Typing | None = None
    ) -> StepResult:
        if step.kind is not StepKind.CLEANUP:
            self._check_wanted()
        if self._ending:
            await asyncio.wait(self._ending)
        demo = demo or self.demo
        typed = as_typed(step)
        session = await self._session(step.terminal, step.service)
        session.muted = muted
        session.begin_step()
        how = Typing.INSTANT if muted else typing or self._setting.typing
        limit = step.timeout or demo.timeout
        if step.kind is StepKind.CLEANUP:
            limit = min(limit, CLEANUP_SECONDS)
        ends = self._endings if demo is self.demo else endings(running_order(demo))
        self._runner = StepRunner(session, typed, ends, limit, how)
        if self._interrupting:
            self._runner.interrupt()
        elif self._holding:
            self._runner.hold()
        try:
            result = await self._runner.run()
        finally:
            self._runner = None
            session.muted = step.terminal == BACKSTAGE
        if demo is self.demo:
            self._done.add(step.id)
        return result

    async def _try_cleanup(self, step: Step) -> None:
        """Run a cleanup step.  Whether it works is no matter: all that the demo made is removed after it."""
        try:
            await self._run(step, muted=True)
        except QuarterdeckError:
            return

    def _check_wanted(self) -> None:
        """A run that was stopped meanwhile goes no further."""
        if self._stopped:
            raise QuarterdeckError.of(f"the demo '{self.demo.name}' was left", self.demo.span, code="left")

    def _now(self) -> float:
        return asyncio.get_running_loop().time() - self._began

    def tell_output(self, terminal: int, text: str) -> None:
        """A terminal printed something."""
        self._listener(Output(terminal, text, self._now()))

    def tell_typed(self, terminal: int, text: str) -> None:
        """Something was typed."""
        self._listener(Typed(terminal, text, self._now()))

    def tell_asked(self, word: str) -> None:
        """An attendee asks for something."""
        self._listener(Asked(word))

    def tell_started(self, leader: int) -> None:
        """A shell was started, with a session of its own."""
        self._setting.guardian.adopt_session(leader)

    def tell_killed(self, processes: Sequence[int]) -> None:
        """Processes were killed because they would not end."""
        if self._room is not None:
            task = asyncio.create_task(self._room.end_foregrounds(processes))
            self._ending.add(task)
            task.add_done_callback(self._ending.discard)


class _Relay:
    """Tells a run what one of its terminals does."""

    def __init__(self, run: LiveRun, terminal: int) -> None:
        self._run = run
        self._terminal = terminal

    def printed(self, text: str) -> None:
        self._run.tell_output(self._terminal, text)

    def typed(self, text: str) -> None:
        self._run.tell_typed(self._terminal, text)

    def started(self, leader: int) -> None:
        self._run.tell_started(leader)

    def killed(self, processes: Sequence[int]) -> None:
        self._run.tell_killed(processes)

    def asked(self, word: str) -> None:
        self._run.tell_asked(word)


def running_order(demo: Demo, *, cleanup: bool = True) -> list[Step]:
    """The steps in the order in which they run: setup, those in the script's order, verify, cleanup."""
    kinds = set(StepKind) if cleanup else {StepKind.SETUP, StepKind.HIDDEN, *IN_VIEW}
    order = {StepKind.SETUP: 0, StepKind.VERIFY: 2, StepKind.CLEANUP: 3}
    return sorted((s for s in demo.steps if s.kind in kinds), key=lambda step: order.get(step.kind, 1))


def hidden_before(demo: Demo, step: Step) -> list[Step]:
    """The hidden steps that run together with a shown one: those between it and the shown one before it.

    With the first verify step, those after the last shown one.
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
