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

CYCLES = int(os.environ.get("QUARTERDECK_SOAK", "1"))
AT_ONCE = int(os.environ.get("QUARTERDECK_SOAK_JOBS", "2"))
GONE_SECONDS = 60.0
"""Ten are promised, of a machine that is not busy with other tests too."""
WATCHED_SECONDS = 60.0
"""The watchdog has ended by then."""
LONGEST_SECONDS = 120.0
"""A rehearsal whose engine went away has ended by then."""
RUN_SECONDS = 5.0
"""About what the demo below takes, with the start of Python."""

DEMO = """\
A demo that makes one of everything.

```console
$ docker network create lan
[..]
$ docker run --detach --name one --network lan --volume data:/data busybox:1.35 sleep 600
[..]
$ docker run --detach --name two --volume /anonymous busybox:1.35 sleep 600
[..]
```

```console
$ printf 'FROM busybox:1.35\\nENV a=NAME\\nRUN touch /x' | DOCKER_BUILDKIT=0 docker build --quiet --tag NAME - 2>&1
...
$ docker run --rm NAME ls /x
/x
$ sleep 1
```
"""


@dataclass(frozen=True)
class Cycle:
    """One demo in a process of its own, with its own state and temporary folders."""

    name: str
    """Of the demo, and so in the labels of all that it makes; of its image, too."""
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
        left += [str(n["Name"]) for kind in ("/networks", "/volumes") for n in listed(kind)]
        images = ask(self.engine, "GET", "/images/json", query={"all": "1"}).json()
        return left + [tag for image in images for tag in image.get("RepoTags") or () if tag.startswith(self.name)]

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


def soak(engine: EngineAddress, end: End, tend: Callable[[Path], AbstractContextManager[object]] = nullcontext) -> None:
    """Begin some demos at once, end them somehow, and see that nothing is left; as often as it takes.

    ``tend`` is in effect on a demo's folder for as long as it is needed.
    """
    seconds: list[float] = []
    while len(seconds) < CYCLES:
        with ExitStack() as stack:
            cycles = []
            for _ in range(min(AT_ONCE, CYCLES - len(seconds))):
                folder = Path(tempfile.mkdtemp(prefix="qd-soak-"))
                stack.callback(shutil.rmtree, folder, ignore_errors=True)
                stack.enter_context(tend(folder))
                cycles.append(begin(f"soak{os.getpid()}x{random.randrange(10**9)}", folder, engine))
                stack.callback(cycles[-1].process.communicate)
                stack.callback(cycles[-1].process.kill)
            end(cycles)
            seconds += wait_for_each(cycles)
    print(f"\n{CYCLES} cycles, the longest took {max(seconds):.1f} s to clean up")  # noqa: T201  # the figure is the point


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
    if ask(engine, "GET", "/images/busybox:1.35/json").status != 200:
        missing("engine", "the image busybox:1.35 is not there")
