"""Demos that run in processes of their own, are ended at random moments, and leave nothing: how to see that.

``QUARTERDECK_SOAK=200`` runs as many cycles of each kind, ``QUARTERDECK_SOAK_JOBS`` as many at once, and
prints the longest time that cleaning up took.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from conftest import missing
from quarterdeck.stage.docker.address import EngineAddress
from support.engine_api import ask
from support.engines import changed, holdings

CYCLES = int(os.environ.get("QUARTERDECK_SOAK", "1"))
AT_ONCE = int(os.environ.get("QUARTERDECK_SOAK_JOBS", "2"))
GONE_SECONDS = 120.0
"""Ten are promised, of a machine that is not busy with other tests too."""
WATCHED_SECONDS = 120.0
"""The watchdog has ended by then."""
LONGEST_SECONDS = 300.0
"""A rehearsal whose engine went away has ended by then."""
RUN_SECONDS = 9.0
"""About what the demo below takes, with the start of Python."""
IMAGE = "busybox:1.35"

DEMO = """\
A demo that makes one of everything, and moves a tag of somebody else's.

```console
$ docker network create lan
[..]
$ docker run --detach --name one --network lan --volume data:/data busybox:1.35 sleep 600
[..]
$ docker run --detach --name two --volume /anonymous busybox:1.35 sleep 600
[..]
```

```console
$ printf 'FROM busybox:1.35\\nENV a=NAME\\nRUN sleep 1; touch /x' | DOCKER_BUILDKIT=0 docker build --quiet --tag NAME -
...
$ docker run --rm NAME ls /x
/x
$ printf 'FROM NAME\\nRUN sleep 1; touch /y' | DOCKER_BUILDKIT=1 BUILDKIT build --quiet --tag NAME:kit -
...
$ docker run --rm NAME:kit ls /y
/y
```
""".replace("BUILDKIT build", f"{'/usr/bin/docker' if Path('/usr/bin/docker').exists() else 'docker'} build")
"""Newer clients need a plugin for BuildKit, which Debian 12 hasn't."""


@dataclass(frozen=True)
class Cycle:
    """One demo in a process of its own, with its own state and temporary folders."""

    name: str
    """Of the demo, and so in the labels of all that it makes; of the image that it moves, too."""
    folder: Path
    engine: EngineAddress
    process: subprocess.Popen[str]

    def on_engine(self) -> list[str]:
        """What is left of it there."""
        filters = json.dumps({"label": [f"quarterdeck.demo={self.name}"]})

        def listed(path: str, **query: str) -> list[dict[str, object]]:
            answer = ask(self.engine, "GET", path, query={"filters": filters, **query}).json()
            return list((answer["Volumes"] if path == "/volumes" else answer) or ())

        left = [str(c["Names"]) for c in listed("/containers/json", all="1")]
        return left + [str(n["Name"]) for kind in ("/networks", "/volumes") for n in listed(kind)]

    def on_machine(self) -> list[str]:
        """Its temporary folders, journals and processes; the watchdog stays until it has found nothing for a while."""
        left = [str(path) for kind in ("tmp", "state/quarterdeck/images") for path in (self.folder / kind).glob("*")]
        return left + [f"process {pid}" for pid in processes_of(self.folder)]


def processes_of(folder: Path) -> list[int]:
    """Processes whose environment names a folder; but for zombies, which have none."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(folder).encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def begin(name: str, folder: Path, engine: EngineAddress, script: str = DEMO) -> Cycle:
    """Begin to rehearse a demo."""
    for part in ("tmp", "state", "home"):
        (folder / part).mkdir(parents=True)
    (folder / f"{name}.md").write_text(script.replace("NAME", name))
    environ = {
        **os.environ,
        "DOCKER_HOST": engine.url,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "XDG_STATE_HOME": str(folder / "state"),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "quarterdeck", "rehearse", f"{name}.md", "--yes"],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    return Cycle(name, folder, engine, process)


def wait_until_gone(cycle: Cycle) -> float:
    """Seconds until nothing is left on the engine; then wait for the watchdog's end."""
    begun = time.monotonic()
    while left := cycle.on_engine():
        assert time.monotonic() - begun < GONE_SECONDS, left
        time.sleep(0.1)
    seconds = time.monotonic() - begun
    while left := cycle.on_machine():
        assert time.monotonic() - begun < WATCHED_SECONDS, left
        time.sleep(0.1)
    assert not cycle.on_engine()
    return seconds


End: TypeAlias = Callable[[list[Cycle]], object]
"""Ends the demos of a round, or makes that they end by themselves."""


def soak(
    engine: EngineAddress,
    end: End,
    tend: Callable[[Path], AbstractContextManager[object]] = nullcontext,
    least: int = 1,
) -> None:
    """Begin some demos at once, end them somehow, and see that the engine has what it had; as often as it takes.

    ``tend`` is in effect on a demo's folder for as long as it is needed; ``least`` cycles are run, all at once.
    """
    seconds: list[float] = []
    cycles, at_once = max(CYCLES, least), max(AT_ONCE, least)
    while len(seconds) < cycles:
        with ExitStack() as stack:
            round_: list[Cycle] = []
            names = [f"soak{os.getpid()}x{random.randrange(10**9)}" for _ in range(min(at_once, cycles - len(seconds)))]
            for name in names:
                stack.callback(ask, engine, "DELETE", f"/images/{name}")
                assert ask(engine, "POST", f"/images/{IMAGE}/tag", query={"repo": name}).status == 201
            before = holdings(engine.url)
            for name in names:
                folder = Path(tempfile.mkdtemp(prefix="qd-soak-"))
                stack.callback(shutil.rmtree, folder, ignore_errors=True)
                stack.enter_context(tend(folder))
                round_.append(begin(name, folder, engine))
                stack.callback(round_[-1].process.communicate)
                stack.callback(round_[-1].process.kill)
            end(round_)
            seconds += wait_for_each(round_)
            left = changed(engine.url, before)
            assert not left, left
    print(f"\n{cycles} cycles, the longest took {max(seconds):.1f} s to clean up")  # noqa: T201  # the figure is the point


def wait_for_each(cycles: list[Cycle]) -> list[float]:
    """Wait for the end of demos; how long cleaning up after each took."""

    def wait(cycle: Cycle) -> float:
        out, _ = cycle.process.communicate(timeout=LONGEST_SECONDS)
        assert "Traceback" not in out, out
        return wait_until_gone(cycle)

    with ThreadPoolExecutor(len(cycles)) as pool:
        return list(pool.map(wait, cycles))


def at_random_moments(cycles: list[Cycle], act: Callable[[Cycle], object]) -> None:
    """Do something to each demo, when it has perhaps not begun, perhaps ended, and mostly in between."""
    begun = time.monotonic()
    for moment, cycle in sorted(((random.uniform(0, RUN_SECONDS), c) for c in cycles), key=lambda pair: pair[0]):
        time.sleep(max(0.0, begun + moment - time.monotonic()))
        act(cycle)


def image_is_there(engine: EngineAddress) -> None:
    """The demo needs one."""
    if ask(engine, "GET", f"/images/{IMAGE}/json").status != 200:
        missing("engine", f"the image {IMAGE} is not there")
