"""Demos whose engine is restarted, crashes, is stuck or has no room on its disk: nothing of them is left."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from conftest import missing
from quarterdeck.stage.docker.address import EngineAddress, parse_address
from quarterdeck.stage.requirements import why_not_started
from support.cycles import (
    LONGEST_SECONDS,
    RUN_SECONDS,
    Cycle,
    at_random_moments,
    begin,
    image_is_there,
    soak,
    wait_for_each,
    wait_until_gone,
)
from support.engines import OwnEngine, fill, own_engine, small_disk, why_no_engine
from support.presented import presented
from support.terminal import in_terminal

pytestmark = pytest.mark.own_engine
SECONDS = 120.0
"""How long an engine may take to answer."""
LONG_BUILD = """\
A build that is under way for a while.

```console
$ printf 'FROM busybox:1.35\\nENV a=NAME\\nRUN sleep 100' | DOCKER_BUILDKIT=0 docker build --tag NAME - 2>&1
...
```
"""


@pytest.fixture
def own(engine: EngineAddress) -> Iterator[OwnEngine]:
    """An engine that may be stopped: one for each test, so that a failure doesn't take others along."""
    if reason := why_no_engine():
        missing("engine", reason)
    image_is_there(engine)
    with own_engine(["--shutdown-timeout", "2"]) as started:
        started.take_image("busybox:1.35", engine.url)
        yield started


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_engine_that_is_restarted(number: signal.Signals, own: OwnEngine) -> None:
    """In the middle, in order or by a crash: the rehearsal ends by itself, and is cleaned up after."""

    def end(_: list[Cycle]) -> None:
        time.sleep(random.uniform(0, RUN_SECONDS))
        own.process.send_signal(number)
        own.process.wait(LONGEST_SECONDS)
        own.start()

    soak(parse_address(own.host), end)


@pytest.mark.parametrize("before_it", ["ENV a=NAME\\n", ""])
def test_engine_that_crashes_in_a_build(before_it: str, own: OwnEngine, tmp_path: Path) -> None:
    """It keeps the container of the step that it was in, which nobody has labelled, and with it an image of ours."""
    before = own.docker("images", "--all", "--quiet")
    script = LONG_BUILD.replace("ENV a=NAME\\n", before_it)
    cycle = begin(f"soak{os.getpid()}build", tmp_path, parse_address(own.host), script)
    try:
        while not _knows_its_step(cycle, own):
            assert cycle.process.poll() is None, cycle.process.communicate()
            time.sleep(0.1)
        own.process.kill()
        own.process.wait()
        own.start()
        wait_for_each([cycle])
    finally:
        cycle.process.kill()
        cycle.process.communicate()
    assert own.docker("ps", "--all", "--quiet") == ""
    assert own.docker("images", "--all", "--quiet") == before


def _knows_its_step(cycle: Cycle, engine: OwnEngine) -> bool:
    """Whether the long step runs, and the demo's clean room has read the answer that names its container."""
    steps = engine.docker("ps", "--no-trunc", "--format", "{{.ID}} {{.Command}}").splitlines()
    container = next((line[:12] for line in steps if "sleep 100" in line), None)
    journals = (cycle.folder / "state/quarterdeck/images").glob("*")
    return container is not None and any(container in journal.read_text() for journal in journals)


def test_engine_that_is_stuck(own: OwnEngine) -> None:
    """It is stopped in its tracks for some seconds: the rehearsal ends, and is cleaned up after once it goes on."""

    def end(_: list[Cycle]) -> None:
        time.sleep(random.uniform(0.5, RUN_SECONDS))
        own.process.send_signal(signal.SIGSTOP)
        time.sleep(5)
        own.process.send_signal(signal.SIGCONT)

    soak(parse_address(own.host), end)


def test_engine_without_its_bridge(own: OwnEngine) -> None:
    """It answers, and has the images: only a container that is started shows that its network is gone."""
    address = parse_address(own.host)
    assert why_not_started(address, "busybox:1.35", {}, SECONDS) is None
    subprocess.run(own.inside("ip", "link", "delete", "docker0"), check=True)
    assert "bridge" in str(why_not_started(address, "busybox:1.35", {}, SECONDS))
    assert own.docker("ps", "--all", "--quiet") == ""


def test_disk_that_is_full(own: OwnEngine) -> None:
    """That of the demo's folder, its journal and its recording: nothing is left, and no half of a file."""
    recordings: dict[Path, bytes] = {}

    @contextmanager
    def small(folder: Path) -> Iterator[None]:
        with small_disk(folder, "2m"):
            yield

    def end(cycles: list[Cycle]) -> None:
        for cycle in cycles:
            cast = cycle.folder / f"{cycle.name}.cast"
            cast.write_bytes(b"what was there before")
            recordings[cast] = cast.read_bytes()
        at_random_moments(cycles, lambda cycle: fill(cycle.folder))
        for cycle in cycles:
            cycle.process.wait(LONGEST_SECONDS)
            cast = cycle.folder / f"{cycle.name}.cast"
            whole = cast.read_bytes()
            assert whole == recordings[cast] or whole.endswith(b'"x", "0"]\n'), whole[-200:]
            assert sorted(path.suffix for path in cycle.folder.iterdir() if path.is_file()) == ["", ".cast", ".md"]

    soak(parse_address(own.host), end, small)


def test_engine_whose_disk_is_full(engine: EngineAddress, tmp_path: Path) -> None:
    """The demo fails with the engine's message, and is cleaned up after all the same."""
    if reason := why_no_engine():
        missing("engine", reason)
    image_is_there(engine)
    with small_disk(tmp_path / "disk", "64m") as disk, own_engine(["--data-root", str(disk)]) as full:
        full.take_image("busybox:1.35", engine.url)
        fill(disk)
        refusal = why_not_started(parse_address(full.host), "busybox:1.35", {}, SECONDS)
        assert "no space left on device" in str(refusal), "the preflight finds it"
        cycle = begin(f"soak{os.getpid()}full", tmp_path / "demo", parse_address(full.host))
        try:
            out, _ = cycle.process.communicate(timeout=LONGEST_SECONDS)
            assert cycle.process.returncode == 1
            assert "no space left on device" in out
            assert "Traceback" not in out
            wait_until_gone(cycle)
        finally:
            cycle.process.kill()
            cycle.process.communicate()


STAYING = """\
A demo that is under way for a while, and needs its engine again then.

```console
$ docker run --rm busybox:1.35 sh -c 'echo begun; sleep 12; echo done'
begun
done
$ docker run --rm busybox:1.35 echo again
again
```
"""
NOISE = re.compile("rror|EOF|daemon|refused|panic|goroutine")
"""What docker's client says, when its engine is gone."""


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL, signal.SIGTERM])
async def test_a_show_goes_on_from_the_recording_by_itself(
    number: signal.Signals, own: OwnEngine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the middle of a step the engine freezes, crashes or is stopped: nobody presses a key, and no error is seen."""
    monkeypatch.setenv("DOCKER_HOST", own.host)
    deck = tmp_path / "deck"
    (deck / "demos").mkdir(parents=True)
    (deck / "demos" / "staying.md").write_text(STAYING)
    (deck / "deck.md").write_text("# One\n\n---\ndemo: staying\n---\n# Two\n")
    quarterdeck = [sys.executable, "-m", "quarterdeck", "rehearse", str(deck), "--yes"]
    await asyncio.to_thread(subprocess.run, quarterdeck, check=True, capture_output=True, timeout=LONGEST_SECONDS)
    with presented(deck, "--from", "two", "--yes", home=tmp_path) as show:
        address, _, token = show.addresses["presenter"].partition("#token=")
        origin = address.removesuffix("/presenter")
        async with (
            asyncio.timeout(LONGEST_SECONDS),
            connect(f"{origin.replace('http', 'ws')}/ws", origin=Origin(origin), proxy=None) as page,
        ):
            await page.send(json.dumps({"type": "hello", "page": "presenter", "token": token}))
            messages = heard(page)
            await anext(m async for m in messages if m.get("activity") == "ready")
            await page.send(json.dumps({"type": "key", "key": "next"}))
            await anext(m async for m in messages if "begun" in m.get("data", "").splitlines())
            own.process.send_signal(number)
            began = time.monotonic()
            printed = ""
            async for message in messages:
                printed += message.get("data", "")
                if message.get("badge") == "recorded" and message.get("activity") == "running":
                    break
            took = time.monotonic() - began
            async for message in messages:
                printed += message.get("data", "")
                if message.get("steps") == ["recorded"]:
                    break
    print(f"\n{number.name}: the recording played after {took:.1f} s")  # noqa: T201
    assert not NOISE.search(printed), printed


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL])
@pytest.mark.parametrize("recorded", [True, False])
def test_one_demo_in_a_terminal_says_that_the_engine_is_gone(
    number: signal.Signals, recorded: bool, own: OwnEngine, tmp_path: Path
) -> None:
    """``quarterdeck run``: in the middle of a step its recording takes over; without one, it says what can be done."""
    (tmp_path / "demos").mkdir()
    (tmp_path / "demos" / "staying.md").write_text(STAYING)
    environ = {"DOCKER_HOST": own.host, "XDG_STATE_HOME": str(tmp_path / "state")}
    if recorded:
        quarterdeck = [sys.executable, "-m", "quarterdeck", "rehearse", "demos/staying.md", "--yes"]
        subprocess.run(quarterdeck, check=True, cwd=tmp_path, env={**os.environ, **environ}, timeout=LONGEST_SECONDS)
    with in_terminal("run", "demos/staying.md", "--yes", cwd=tmp_path, environ=environ) as terminal:
        terminal.shows("not run yet", "LIVE")
        terminal.press(" ")
        terminal.shows("begun")
        own.process.send_signal(number)
        began = time.monotonic()
        terminal.shows("The Docker engine at")
        print(f"\n{number.name}: said after {time.monotonic() - began:.1f} s")  # noqa: T201
        if recorded:
            terminal.says("Until it answers again, the demo plays its recording.")
            terminal.shows("RECORDED", "step 1 of 1 played from its recording")
        else:
            terminal.says("This demo has no recording: when Docker answers again, press r to begin again.")
        terminal.press("q")
        assert terminal.ended() == (0 if recorded else 1)
        assert terminal.restored


async def heard(page: ClientConnection) -> AsyncIterator[dict[str, Any]]:
    """What a page is told."""
    async for frame in page:
        for line in str(frame).split("\n"):
            yield json.loads(line)
