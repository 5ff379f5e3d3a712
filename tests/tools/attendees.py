"""Attendees without a screen: they join a desk that is open, and solve all exercises through its pages.

    python tests/tools/attendees.py http://127.0.0.1:7700 TIDE-42 --count 30 --demos demos --cut ".ci/hosts cut 1"

They come within ten seconds of each other.  When all have a seat, all type at the same time.  Then each types the
solutions of the scripts in ``--demos``, and presses *verify*; somebody who is moved to another seat begins the exercise
again.  ``--cut`` is run when half of all exercises are solved, ``--type`` stops before the first one.  Prints how long
they waited for a seat, how fast keys came back, how many were moved, how long they were away, and how many finished.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import shlex
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from quarterdeck.model.demo import Command, Demo
from quarterdeck.seats.messages import Begin, Input, SeatPageMessage, Size, Word
from quarterdeck.source.deck import load_demo_chain
from quarterdeck.source.demos.catalog import find_script
from support.desk import Browser, Page

PROMPT = "$\x1b[0m "
ARRIVAL_SECONDS = 10.0
DOOR_SECONDS = 600.0
"""How long somebody waits in the queue for a seat."""
STEP_SECONDS = 90.0
ATTEMPTS = 6
KEYS = 30


@dataclass
class Room:
    """All attendees, and what is measured."""

    base: str
    code: str
    demos: Path
    count: int
    cut: str
    only_type: bool
    seated: asyncio.Barrier
    """All have a seat."""
    waited: list[float] = field(default_factory=list)
    echoes: list[float] = field(default_factory=list)
    moved: int = 0
    away: list[float] = field(default_factory=list)
    """Seconds from the loss of a seat to the next answer of another one."""
    solved: int = 0
    finished: int = 0
    wanted: int = 0
    """Exercises of one attendee."""

    async def count_solved(self) -> None:
        """Another exercise is solved; at the half, a host is cut off."""
        self.solved += 1
        if self.cut and self.wanted and 2 * self.solved >= self.wanted * self.count:
            command, self.cut = shlex.split(self.cut), ""
            sys.stdout.write(f"{self.solved} solved: {shlex.join(command)}\n")
            await (await asyncio.create_subprocess_exec(*command)).wait()


class MovedError(Exception):
    """The seat was away, or is another one now."""


class Attendee:
    """One attendee, with one page."""

    def __init__(self, room: Room, page: Page) -> None:
        self.room, self.page = room, page
        self.out = ""
        self.status: dict[str, Any] | None = None
        self.away: float | None = None
        """Since when the seat is away."""

    async def until(self, condition: Any, seconds: float = STEP_SECONDS) -> None:
        """Take messages until something is so; raises MovedError."""
        async with asyncio.timeout(seconds):
            while not condition():
                message = json.loads(await self.page.socket.recv())
                match message["type"]:
                    case "output":
                        self.out = (self.out + message["data"])[-20_000:]
                    case "status":
                        self.status = message
                        if self.away is not None:
                            self.room.away.append(time.monotonic() - self.away)
                            self.away = None
                            raise MovedError
                    case "away":
                        self.away = self.away or time.monotonic()  # what is said now, nobody hears
                    case "moved":
                        self.room.moved += 1
                        self.away = self.away or time.monotonic()

    async def wait_for_all(self) -> None:
        """Take messages until all have a seat."""
        waiting = asyncio.create_task(self.room.seated.wait())
        try:
            async with asyncio.timeout(DOOR_SECONDS):
                while not waiting.done():
                    with contextlib.suppress(TimeoutError, MovedError):
                        await self.until(waiting.done, 1.0)
        finally:
            waiting.cancel()

    async def say(self, message: SeatPageMessage) -> None:
        """Send a message; what the seat was like before is forgotten."""
        self.status = None
        await self.page.say(message)

    def idle(self) -> bool:
        """Whether the seat can be asked something."""
        return self.status is not None and self.status["exercise"] is not None and not self.status["busy"]

    async def measure_keys(self) -> None:
        """How long a key takes to come back."""
        await self.until(lambda: self.out.endswith(PROMPT))
        for _ in range(KEYS):
            self.out = ""
            began = time.perf_counter()
            await self.page.say(Input("x"))
            await self.until(lambda: "x" in self.out)
            self.room.echoes.append(time.perf_counter() - began)
            await asyncio.sleep(0.05)
        await self.page.say(Input("\x15"))

    async def verify(self, name: str) -> bool:
        """Press the button; whether all checks pass."""
        await self.say(Word("verify"))
        await self.until(lambda: self.idle() and name in (self.status or {})["progress"])
        assert self.status is not None
        return bool(self.status["progress"][name]["done"])

    async def solve(self, name: str, demo: Demo) -> bool:
        """Begin an exercise, type its solution, and have it checked."""
        self.out = ""
        await self.say(Begin(name))
        await self.until(lambda: self.idle() and (self.status or {})["exercise"] == name)
        await self.until(lambda: self.out.endswith(PROMPT))
        for step in demo.shown_steps:
            for interaction in step.interactions:
                if not isinstance(interaction, Command):
                    continue
                *first, last = interaction.lines
                for line in first:
                    await self.page.say(Input(f"{line}\r"))
                    await asyncio.sleep(0.3)  # a here-document has no prompt of the shell's to wait for
                self.out = ""
                await self.page.say(Input(f"{last}\r"))
                await self.until(lambda: PROMPT in self.out)
        for _ in range(5):
            if await self.verify(name):
                return True
            await asyncio.sleep(2)  # a server that was just started
        return False


async def attend(room: Room, number: int) -> None:
    """Join, and solve everything."""
    await asyncio.sleep(ARRIVAL_SECONDS * number / room.count)
    browser = Browser(room.base)
    began = time.monotonic()
    await browser.join(f"Attendee {number + 1}", room.code)
    async with browser.page() as page:
        attendee = Attendee(room, page)
        await page.say(Size(100, 30))
        await attendee.until(attendee.idle, DOOR_SECONDS)
        room.waited.append(time.monotonic() - began)
        assert attendee.status is not None
        names = [] if room.only_type else [exercise["name"] for exercise in attendee.status["exercises"]]
        room.wanted = len(names)
        await attendee.wait_for_all()
        await attendee.measure_keys()
        done = 0
        for name in names:
            script = find_script(room.demos, name)
            if script is None:
                raise SystemExit(f"there is no script of {name} in {room.demos}")
            demo = load_demo_chain(script.path)[-1]
            for _ in range(ATTEMPTS):
                try:
                    solved = await attendee.solve(name, demo)
                except MovedError:
                    continue
                except TimeoutError:
                    sys.stdout.write(f"attendee {number + 1}, {name}: {attendee.out[-300:]!r} {attendee.status}\n")
                    continue
                if solved:
                    done += 1
                    await room.count_solved()
                    break
        room.finished += done == len(names)


async def run(room: Room) -> None:
    """Have all attendees come, and print what was measured."""
    began = time.monotonic()
    results = await asyncio.gather(*(attend(room, number) for number in range(room.count)), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException):
            sys.stdout.write(f"an attendee is lost: {result!r}\n")
    waited, echoes = sorted(room.waited), sorted(room.echoes)
    if waited:
        sys.stdout.write(f"seat: median {statistics.median(waited):.2f}, max {waited[-1]:.2f} s of {len(waited)}\n")
    if echoes:
        p95 = echoes[int(0.95 * len(echoes))]
        sys.stdout.write(f"key echo: median {1000 * statistics.median(echoes):.1f}, p95 {1000 * p95:.1f} ms\n")
    if room.away:
        sys.stdout.write(f"away: median {statistics.median(room.away):.1f}, max {max(room.away):.1f} s\n")
    sys.stdout.write(
        f"{room.finished} of {room.count} finished, {room.solved} exercises, {room.moved} moved, "
        f"{time.monotonic() - began:.0f} s\n"
    )


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("desk", help="its address")
    parser.add_argument("code")
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--demos", type=Path, default=Path("demos"), help="where the exercises' scripts are")
    parser.add_argument("--cut", default="", help="a command that cuts a host off")
    parser.add_argument("--type", action="store_true", help="type, and solve nothing")
    given = parser.parse_args()
    asyncio.run(
        run(
            Room(
                given.desk.rstrip("/"),
                given.code,
                given.demos,
                given.count,
                given.cut,
                given.type,
                asyncio.Barrier(given.count),
            )
        )
    )


if __name__ == "__main__":
    main()
