"""``quarterdeck run EXERCISE``: an attendee's own stage."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from quarterdeck.cli.consent import agree
from quarterdeck.cli.terminal import read_keys, signals, size, write
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Demo
from quarterdeck.project.engines import reachable, seated_engine
from quarterdeck.project.outputs.attendee import without_solution
from quarterdeck.show.run.exercise import ALIASES, WORDS, Practice
from quarterdeck.stage.live import DockerEngine
from quarterdeck.stage.shell.program import Seat


def practise(exercise: Demo, before: Sequence[Demo], *, solution: bool, yes: bool) -> int:
    """Let an attendee do the exercise in this terminal; gives the exit status.

    Raises:
        QuarterdeckError: when there is no engine, nobody agrees, or there is no solution to be shown.

    """
    if solution and not exercise.shown_steps:
        raise QuarterdeckError.of(
            "this copy of the exercise has no solution", hint="the instructor's has it", code="no-solution"
        )
    address = asyncio.run(reachable())
    held = without_solution(exercise)
    agree((*before, held), yes)
    columns, rows = size()
    seat = Seat((*WORDS, *ALIASES), columns, rows)
    engine = seated_engine(address, (*before, held), seat)
    return asyncio.run(_practise(held, engine, exercise if solution else None))


async def _practise(exercise: Demo, engine: DockerEngine, solved: Demo | None) -> int:
    practice = Practice(exercise, engine, solved, write, lambda: size()[0])
    await engine.open()
    try:
        with signals(practice.leave, lambda: engine.resize(*size())):
            stop = read_keys(practice.press)
            try:
                await practice.give()
            finally:
                stop()
    finally:
        await engine.close()
    return int(not practice.done)
