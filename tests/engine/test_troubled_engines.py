"""Demos whose engine is restarted, crashes, is stuck or has no room on its disk: nothing of them is left."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import missing
from quarterdeck.stage.docker.address import EngineAddress, parse_address
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

pytestmark = pytest.mark.own_engine
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


def test_engine_that_crashes_in_a_build(own: OwnEngine, tmp_path: Path) -> None:
    """It keeps the container of the step that it was in, which nobody has labelled, and with it our image."""
    before = own.docker("images", "--all", "--quiet")
    cycle = begin(f"soak{os.getpid()}build", tmp_path, parse_address(own.host), LONG_BUILD)
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
