"""An engine whose steps do what a test says, and a small deck for it: the show's logic without Docker."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.content import Paragraph, Run
from quarterdeck.model.deck import Deck, Layout, Slide
from quarterdeck.model.demo import Command, Demo, ExpectedOutput, Step, StepKind
from quarterdeck.stage.events import Cleared, Listener, Outcome, Output, PageOpened, StepFinished, StepStarted
from quarterdeck.terminal.buffer import Grid


def step(name: str, command: str, *output: str, open_url: str | None = None) -> Step:
    """A shown step of one command."""
    expected = ExpectedOutput(output, given=bool(output))
    return Step(name, StepKind.SHOWN, (Command("$", (command,), expected),), open_url=open_url)


def demo(name: str, *steps: Step) -> Demo:
    """A demo of these steps."""
    path = Path(f"demos/{name}.md")
    return Demo(name, name.title(), steps, path, path.with_suffix(".cast"), script_hash=name)


def slide(name: str, *, fragments: int = 0, attached: str | None = None, notes: str = "") -> Slide:
    """A slide; each fragment is a paragraph, and so are its notes."""
    items = tuple(Paragraph((Run(f"Item {n + 1}"),), fragment=n) for n in range(fragments))
    blocks = (Paragraph((Run(notes),)),) if notes else ()
    layout = Layout.DEMO if attached else Layout.CONTENT
    title = (Run(name.replace("-", " ").capitalize()),)
    return Slide(name, layout, title, {"body": items} if items else {}, blocks, attached, fragments, duration=60.0)


HELLO = demo("hello", step("step-1", "echo hello", "hello"), step("step-2", "echo again", "again"))
PORTS = demo("ports", step("run", "docker run nginx", open_url="http://localhost:8080"), step("curl", "curl localhost"))

DECK = Deck(
    name="sample",
    folder=Path("decks/sample"),
    title="A sample talk",
    slides=(
        slide("welcome", notes="Say who you are."),
        slide("why", fragments=2, notes="Three reasons."),
        slide("first-demo", fragments=1, attached="hello", notes="Type slowly."),
        slide("between"),
        slide("second-demo", attached="ports", notes="The port is 8080."),
        slide("end"),
    ),
    demos={"hello": HELLO, "ports": PORTS},
    duration=360.0,
)
"""Six slides, two of them with a demo of two steps."""


@dataclass(eq=False)
class ScriptedRun:
    """A run whose steps print their command and expected output."""

    demo: Demo
    listener: Listener
    engine: ScriptedEngine
    calls: list[str] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def start(self, done: Sequence[Step] = ()) -> None:
        """Print the first prompt."""
        self.engine.log.append(f"start {self.demo.name} {len(done)}")
        if self.engine.broken:
            raise QuarterdeckError.of("the engine is down")
        await self.engine.pause("start")
        self.listener(Cleared(0.0))
        self.listener(Output(1, "$ ", 0.0))

    async def run_step(self, step: Step) -> StepFinished:
        """Print what the step says, and end as the engine's script wants."""
        self.engine.log.append(f"run {step.id}")
        self.ended.clear()
        self.listener(StepStarted(self.demo.name, step.id, 0.0))
        command = step.interactions[0]
        assert isinstance(command, Command)
        self.listener(Output(1, f"{command.text}\r\n", 0.0))
        outcome = self.engine.outcomes.get(step.id, self.engine.outcome)
        if step.id in self.engine.hanging:
            await self.ended.wait()
            outcome = Outcome.INTERRUPTED
        for line in command.expected.lines:
            self.listener(Output(1, f"{line}\r\n", 0.0))
        if step.open_url:
            self.listener(PageOpened(step.open_url, 0.0))
        faults = () if outcome is not Outcome.FAILED else (Diagnostic("it printed something else"),)
        finished = StepFinished(self.demo.name, step.id, outcome, 0.0, 0.1, faults)
        self.listener(finished)
        self.listener(Output(1, "$ ", 0.0))
        return finished

    async def interrupt(self) -> None:
        """End a step that hangs, unless it is deaf."""
        self.engine.log.append("interrupt")
        if not self.engine.deaf:
            self.ended.set()

    def hold(self) -> None:
        """Say so."""
        self.engine.log.append("hold")

    def go_on(self) -> None:
        """Say so."""
        self.engine.log.append("go on")

    def finish_typing(self) -> None:
        """Say so."""
        self.engine.log.append("finish typing")

    async def write(self, data: bytes, terminal: int = 1) -> None:
        """Echo."""
        self.engine.log.append(f"write {data.decode()}")
        self.listener(Output(terminal, data.decode(), 0.0))

    def resize(self, grid: Grid) -> None:
        """Remember the size."""
        self.engine.grids.append(grid)

    async def stop(self) -> None:
        """Say that it stopped."""
        self.engine.log.append(f"stop {self.demo.name}")


@dataclass(eq=False)
class ScriptedEngine:
    """An engine that does what its fields say."""

    name: str = "docker"
    outcome: Outcome = Outcome.PASSED
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    """By a step's id, where it isn't ``outcome``."""
    hanging: set[str] = field(default_factory=set)
    """The ids of steps that don't end until they are interrupted."""
    deaf: bool = False
    """Whether interrupting does nothing."""
    broken: bool = False
    """Whether no demo can be started."""
    down: str | None = None
    """Why it says that it can't run demos."""
    pause: Callable[[str], asyncio.Future[None] | asyncio.Task[None]] = lambda what: asyncio.ensure_future(nothing())
    log: list[str] = field(default_factory=list)
    grids: list[Grid] = field(default_factory=list)
    """The sizes that terminals were given."""

    def run(self, demo: Demo, listener: Listener) -> ScriptedRun:
        """A run of a demo."""
        return ScriptedRun(demo, listener, self)

    def resize(self, grid: Grid) -> None:
        """Remember the size."""
        self.grids.append(grid)

    async def open(self) -> None:
        """Nothing to open."""
        self.log.append("open")

    async def fault(self) -> str | None:
        """What ``down`` says."""
        return self.down

    async def close(self) -> None:
        """Nothing to close."""
        self.log.append("close")


async def nothing() -> None:
    """Wait for nothing."""


def replay_engine() -> ScriptedEngine:
    """An engine that plays recordings."""
    return ScriptedEngine("replay", Outcome.RECORDED)
