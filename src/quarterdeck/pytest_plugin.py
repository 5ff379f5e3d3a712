"""A pytest plugin: ``pytest decks/ --quarterdeck`` rehearses decks, one test per demo.

It is installed with the package (entry point ``pytest11``), and has no effect without ``--quarterdeck``: only then
anything beyond pytest is imported.  A rehearsal under pytest compares and writes nothing; recordings are made by
``quarterdeck rehearse``.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from quarterdeck.diagnostics import Diagnostic
    from quarterdeck.model.demo import Demo
    from quarterdeck.project.rehearsal.rehearse import DemoResult

REPLAY_SPEED = 1000.0
"""Recordings are only searched for their steps, so they are played as fast as possible."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """``--quarterdeck`` and ``--quarterdeck-engine``."""
    group = parser.getgroup("quarterdeck", "rehearsing decks")
    group.addoption(
        "--quarterdeck",
        action="store_true",
        help="Rehearse every deck (deck.md) and demo script (demos/*.md, demo.md) that is found; "
        "their commands run on this machine, against Docker.",
    )
    group.addoption(
        "--quarterdeck-engine",
        choices=["docker", "replay"],
        default="docker",
        help="Run the demos, or only check that each step has a recording.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker by which ``-m`` selects or leaves out rehearsals."""
    config.addinivalue_line("markers", "quarterdeck: a demo that is rehearsed (only with --quarterdeck)")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> Script | None:
    """Collect every deck, and demo scripts that are named or whose ``demos`` folder is; others belong to decks."""
    if file_path.suffix != ".md" or not parent.config.getoption("--quarterdeck"):
        return None
    folder = file_path.parent.parent if file_path.name == "demo.md" else file_path.parent
    named = parent.session.isinitpath(file_path) or (folder.name == "demos" and parent.session.isinitpath(folder))
    return Script.from_parent(parent, path=file_path) if named or file_path.name == "deck.md" else None


class Script(pytest.File):
    """A deck or a demo script."""

    def collect(self) -> Iterable[Rehearsal]:
        """One test for each demo."""
        from quarterdeck.diagnostics import QuarterdeckError
        from quarterdeck.project.rehearsal.selection import select

        try:
            selection = select([self.path])
        except QuarterdeckError as error:
            raise self.CollectError(said(error.diagnostics)) from None
        for demo in selection.demos:
            yield Rehearsal.from_parent(self, name=demo.name, demo=demo, all_demos=selection.all)


class Rehearsal(pytest.Item):
    """One demo, rehearsed."""

    def __init__(self, *, demo: Demo, all_demos: tuple[Demo, ...], **more: object) -> None:
        super().__init__(**more)  # type: ignore[arg-type]
        self.demo = demo
        self.all_demos = all_demos
        self.add_marker("quarterdeck")

    def runtest(self) -> None:
        """Run every step; fails with the faults of all, as the command line would print them."""
        import asyncio

        from quarterdeck.diagnostics import QuarterdeckError

        try:
            result = asyncio.run(self._rehearse())
        except QuarterdeckError as error:
            pytest.fail(said(error.diagnostics), pytrace=False)
        self.add_report_section("call", "steps", steps_of(result))
        if not result.passed:
            faults = [*result.fault, *(fault for step in result.steps for fault in step.finished.faults)]
            pytest.fail(said(faults), pytrace=False)

    async def _rehearse(self) -> DemoResult:
        from quarterdeck.diagnostics import Diagnostics
        from quarterdeck.project.engines import docker_engines
        from quarterdeck.project.project import load_casts
        from quarterdeck.project.rehearsal.rehearse import rehearse
        from quarterdeck.stage.events import Engine
        from quarterdeck.stage.replay import ReplayEngine
        from quarterdeck.stage.shell.typist import Typing

        engine: Engine
        if self.config.getoption("--quarterdeck-engine") == "docker":
            (engine,) = await docker_engines(1, self.all_demos, Typing.RECORDED)
        else:
            found = Diagnostics()
            casts = load_casts([self.demo], found)
            found.raise_errors()
            engine = ReplayEngine(casts, speed=REPLAY_SPEED)
        (result,) = await rehearse([self.demo], [engine])
        return result

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The place of the demo, and its name."""
        span = self.demo.span
        here = self.demo.path == self.path
        return self.path, span.line - 1 if span is not None and here else None, f"demo: {self.demo.name}"


def said(faults: Iterable[Diagnostic]) -> str:
    """The faults with their source lines and carets."""
    from quarterdeck.diagnostics import in_order, render

    return "\n".join(render(fault, _line_of) for fault in in_order(faults))


def steps_of(result: DemoResult) -> str:
    """A line for each step that ran."""
    return "\n".join(f"{s.finished.outcome:<11} {s.name}  {s.finished.duration:.1f} s" for s in result.steps)


def _line_of(file: str, line: int) -> str | None:
    try:
        lines = Path(file).read_text("utf-8-sig", errors="replace").splitlines()
    except OSError:
        return None
    return lines[line - 1] if 0 < line <= len(lines) else None
