"""Whatever ends a show, nothing of it stays on the engine."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex

import pytest

from conftest import missing
from quarterdeck.stage.cleanup.image_journal import ImageJournal, journal_file, write
from quarterdeck.stage.cleanup.image_restore import EngineImages
from quarterdeck.stage.cleanup.labels import new_prefix, owner_of
from quarterdeck.stage.cleanup.sweep import sweep
from quarterdeck.stage.cleanup.watchdog import Watchdog
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.client import engine_client
from support.commands import quarterdeck
from support.engine_api import ask
from support.engines import small_disk
from support.waiting import wait_until

pytestmark = pytest.mark.engine
IMAGE = "busybox:1.35"
GONE_SECONDS = 120.0
"""Ten are promised, of a machine that is not busy with other tests too."""

SHOW = """
import asyncio, os, subprocess, sys, time
from pathlib import Path
from quarterdeck.stage.cleanroom.image_request import ImageRequest
from quarterdeck.stage.cleanroom.server import CleanRoom
from quarterdeck.stage.docker.address import find_engine
from quarterdeck.stage.cleanup.watchdog import Watchdog

async def main(show, journals, folder, script):
    address = find_engine(os.environ)
    if "DEAF" in os.environ:
        ImageRequest.read = lambda request, line: time.sleep(1000)
    watchdog = Watchdog(address, show, journals=Path(journals))
    watchdog.start()
    watchdog.adopt_folder(Path(folder))
    async with CleanRoom(address, show=show, demo="demo", folder=Path(folder), journals=Path(journals),
                         hear=watchdog.hear) as room:
        environ = {**os.environ, "DOCKER_HOST": room.docker_host}
        shell = subprocess.Popen(["sh", "-c", script], env=environ, start_new_session=True, stdout=subprocess.DEVNULL)
        watchdog.adopt_process(shell.pid)
        print(watchdog.pid, shell.pid, flush=True)
        await asyncio.to_thread(shell.wait)
        print("ran", flush=True)
        await asyncio.sleep(1000)

asyncio.run(main(*sys.argv[1:]))
"""


@dataclass
class Show:
    """A show in a process of its own."""

    process: subprocess.Popen[str]
    engine: EngineAddress
    name: str
    journals: Path
    folder: Path
    watchdog: int
    shell: int

    def wait_until_ran(self) -> None:
        """Wait for the script's end."""
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ran\n"

    def leftovers(self) -> list[str]:
        """What is left of the show, on the engine and on the machine."""
        filters = json.dumps({"label": [f"quarterdeck.show={self.name}"]})
        left = [
            c["Names"][0]
            for c in ask(self.engine, "GET", "/containers/json", query={"all": "1", "filters": filters}).json()
        ]
        left += [n["Name"] for n in ask(self.engine, "GET", "/networks", query={"filters": filters}).json()]
        volumes = ask(self.engine, "GET", "/volumes", query={"filters": filters}).json()["Volumes"]
        left += [v["Name"] for v in volumes or ()]
        left += [f"process {pid}" for pid in (self.watchdog, self.shell) if alive(pid)]
        left += [str(file) for file in (self.folder, *self.journals.glob(f"{self.name}*")) if file.exists()]
        return left


def alive(pid: int) -> bool:
    """Whether a process runs; a zombie doesn't."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def show(engine: EngineAddress, tmp_path: Path) -> Iterator[Callable[[str], Show]]:
    """Starts a show whose demo is a shell script."""
    if ask(engine, "GET", f"/images/{IMAGE}/json").status != 200:
        missing("engine", f"the image {IMAGE} is not there")
    shows: list[Show] = []

    def start(script: str, **more: str) -> Show:
        name = f"test-{token_hex(4)}"
        folder = Path(tempfile.mkdtemp(prefix="quarterdeck-"))
        command = [sys.executable, "-c", SHOW, name, str(tmp_path), str(folder), script]
        environ = {**os.environ, "DOCKER_HOST": engine.url, **more}
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True, env=environ)
        assert process.stdout is not None
        watchdog, shell = map(int, process.stdout.readline().split())
        shows.append(Show(process, engine, name, tmp_path, folder, watchdog, shell))
        return shows[-1]

    yield start
    for each in shows:
        each.process.kill()
        each.process.wait()
        assert each.process.stdout is not None
        each.process.stdout.close()
        sweep(engine, each.name, journals=tmp_path)


def assert_gone(*shows: Show) -> None:
    """Soon after the end nothing is left, the watchdog included."""
    deadline = time.monotonic() + GONE_SECONDS
    while left := [name for show in shows for name in show.leftovers()]:
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


MANY = "for i in 1 2 3 4 5; do docker run -d -v v$i:/x busybox:1.35 sleep 1000; done; docker network create n"


def test_killed_show_leaves_nothing(show: Callable[[str], Show]) -> None:
    """The whole process group is killed: containers, networks, volumes, folders and shells are gone soon after."""
    signals = (signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    running = [show(MANY) for _ in signals]
    for each in running:
        each.wait_until_ran()
        assert each.leftovers()
    for number, each in zip(signals, running, strict=True):
        os.killpg(each.process.pid, number)
        each.process.wait(GONE_SECONDS)
    assert_gone(*running)


def test_show_killed_in_the_middle_of_creates(show: Callable[[str], Show]) -> None:
    """Containers that were being made when the show was killed are gone too."""
    running: list[Show] = []
    for moment in (0.0, 0.1, 0.2, 0.4, 0.8):
        running.append(show("for i in 1 2 3 4 5 6; do docker run -d busybox:1.35 sleep 1000 & done; wait; sleep 1000"))
        time.sleep(moment)
        os.killpg(running[-1].process.pid, signal.SIGKILL)
        running[-1].process.wait(GONE_SECONDS)
    assert_gone(*running)


def test_images_of_a_killed_show(show: Callable[[str], Show], engine: EngineAddress) -> None:
    """Images that the demo made are removed, and a tag that it moved is given back."""
    name = f"speaker{token_hex(4)}"
    assert ask(engine, "POST", f"/images/{IMAGE}/tag", query={"repo": name, "tag": "latest"}).status == 201
    before = ask(engine, "GET", f"/images/{name}/json").json()["Id"]
    try:
        build = "printf 'FROM busybox:1.35\\nENV a=%s\\n' NAME | DOCKER_BUILDKIT=0 docker build -t NAME -t NAME-2 -"
        running = show(build.replace("NAME", name))
        running.wait_until_ran()
        made = ask(engine, "GET", f"/images/{name}/json").json()["Id"]
        assert made != before
        os.killpg(running.process.pid, signal.SIGKILL)
        running.process.wait(GONE_SECONDS)
        assert_gone(running)
        assert ask(engine, "GET", f"/images/{name}/json").json()["Id"] == before
        assert ask(engine, "GET", f"/images/{made}/json").status == 404
        assert ask(engine, "GET", f"/images/{name}-2/json").status == 404
    finally:
        ask(engine, "DELETE", f"/images/{name}")


def test_build_under_way_when_killed(show: Callable[[str], Show], engine: EngineAddress) -> None:
    """A build in the middle leaves no container and no image."""
    name = f"slow{token_hex(4)}"
    before = {image["Id"] for image in ask(engine, "GET", "/images/json", query={"all": "1"}).json()}
    command = (
        "printf 'FROM busybox:1.35\\nENV a=NAME\\nRUN sleep 1; touch /x\\nRUN sleep 1000\\n' | docker build -t NAME -"
    )
    running = show("DOCKER_BUILDKIT=0 " + command.replace("NAME", name))

    def building() -> bool:
        return any("sleep 1000" in c["Command"] for c in ask(engine, "GET", "/containers/json").json())

    deadline = time.monotonic() + GONE_SECONDS
    while not building():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(running.process.pid, signal.SIGKILL)
    running.process.wait(GONE_SECONDS)
    assert_gone(running)
    assert not building()
    history = [
        image for image in ask(engine, "GET", "/images/json", query={"all": "1"}).json() if image["Id"] not in before
    ]
    assert not [i for i in history if name in json.dumps(ask(engine, "GET", f"/images/{i['Id']}/json").json())]


def test_killed_before_it_read_what_the_engine_said(show: Callable[..., Show], engine: EngineAddress) -> None:
    """A show is killed before it has read a build's first steps: the watchdog reads the rest, and removes their images.

    A bystander's image without a name, made at the same time, stays.
    """
    name = f"unheard{token_hex(4)}"
    build = f"printf 'FROM {IMAGE}\\nENV a=%s\\n{{}}' {name} | DOCKER_BUILDKIT=0 docker build -q -"
    before = EngineImages(engine).state().ids
    running = show(build.format("RUN sleep 1000\\n"), DEAF="yes")

    def in_its_step() -> bool:
        return any("sleep 1000" in c["Command"] for c in ask(engine, "GET", "/containers/json").json())

    wait_until(in_its_step, GONE_SECONDS)
    environ = {**os.environ, "DOCKER_HOST": engine.url}
    bystander = build.replace("ENV a", "ENV b").format("")
    image = subprocess.run(["sh", "-c", bystander], env=environ, check=True, capture_output=True, text=True).stdout
    try:
        assert len(set(EngineImages(engine).state().ids) - set(before)) == 2
        running.process.kill()
        running.process.wait(GONE_SECONDS)
        assert_gone(running)
        assert set(EngineImages(engine).state().ids) - set(before) == {image.strip()}
        assert not in_its_step()
    finally:
        ask(engine, "DELETE", f"/images/{image.strip()}")


def test_killed_before_a_step_told_of_its_image(engine: EngineAddress, tmp_path: Path) -> None:
    """The image of a build's first step is removed by the container that it was made of; a bystander's stays.

    Engines with containerd's image store don't name the container: there both stay.
    """
    before = EngineImages(engine).state().ids
    environ = {**os.environ, "DOCKER_HOST": engine.url, "DOCKER_BUILDKIT": "0"}

    def build() -> tuple[str, str]:
        steps = f"printf 'FROM {IMAGE}\\nRUN touch /{token_hex(4)}\\n' | docker build -q -"
        image = subprocess.run(["sh", "-c", steps], env=environ, check=True, capture_output=True, text=True)
        with engine_client(engine) as client:
            found = client.inspect_image(image.stdout.strip())
        return found["Id"], found.get("Container", "")

    image, container = build()
    bystanders, _ = build()
    journal = ImageJournal("killed", "demo", engine.url, known=before, containers=(container[:12] or "0" * 12,))
    write(journal, journal_file(tmp_path, "killed", "demo"))
    try:
        assert sweep(engine, "killed", journals=tmp_path).images == ((image,) if container else ())
        left = EngineImages(engine).state().ids
        assert (image in left) == (not container)
        assert bystanders in left
    finally:
        for made in (image, bystanders):
            ask(engine, "DELETE", f"/images/{made}")


def test_orderly_end_leaves_no_process(engine: EngineAddress, tmp_path: Path) -> None:
    """The watchdog ends with the show, and its lock is gone."""
    watchdog = Watchdog(engine, f"test-{token_hex(4)}", journals=tmp_path)
    watchdog.start()
    pid = watchdog.pid
    assert pid is not None
    watchdog.close()
    wait_until(lambda: not alive(pid))
    assert not list(tmp_path.iterdir())


def test_show_that_is_killed_while_the_watchdog_starts(engine: EngineAddress, tmp_path: Path) -> None:
    """Nobody hears that it is ready: it sweeps all the same, and leaves no file."""
    watchdog = Watchdog(engine, f"test-{token_hex(4)}", journals=tmp_path)
    command, ready = watchdog.command(), os.pipe()
    os.close(ready[0])
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=ready[1], start_new_session=True) as process:
        os.close(ready[1])
        assert process.wait(GONE_SECONDS) == 0
    assert not list(tmp_path.iterdir())


def test_watchdog_is_small_and_starts_fast(engine: EngineAddress, tmp_path: Path) -> None:
    """A show waits only for what it needs to be ready: the Docker SDK is loaded after that; it takes few megabytes."""
    watchdog = Watchdog(engine, f"test-{token_hex(4)}", journals=tmp_path)
    command = [part.replace("main(sys.argv[1])", "print(*sys.modules)") for part in watchdog.command()]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert "quarterdeck.stage.cleanup.watchdog" in loaded
    assert not {"docker", "requests", "urllib3", "email", "http.client"} & set(loaded)
    watchdog.start()
    try:
        status = Path(f"/proc/{watchdog.pid}/status").read_text()
        resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
        assert resident < 32_000
    finally:
        watchdog.close()


def test_engine_that_comes_back(tmp_path: Path, engine: EngineAddress) -> None:
    """While the engine is away the watchdog waits, and sweeps when it is back."""
    name, away = f"test-{token_hex(4)}", tmp_path / "engine.sock"
    labels = {"Image": IMAGE, "Cmd": ["sleep", "1000"], "Labels": {"quarterdeck.show": name}}
    made = ask(engine, "POST", "/containers/create", query={"name": f"{new_prefix()}web"}, body=labels)
    assert made.status == 201
    identity = made.json()["Id"]
    moved = EngineAddress(f"unix://{away}", engine.kind, path=str(away))
    watchdog = Watchdog(moved, name, journals=tmp_path)
    watchdog.start()
    process = watchdog._process
    assert process is not None
    watchdog._let_go(process)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(6)
    assert ask(engine, "GET", f"/containers/{identity}/json").status == 200
    away.symlink_to(engine.path)
    process.wait(GONE_SECONDS)
    assert ask(engine, "GET", f"/containers/{identity}/json").status == 404


@pytest.fixture
def make(engine: EngineAddress) -> Iterator[Callable[..., str]]:
    """Makes a container, a volume and a network with labels and one name, as a show's."""
    made: list[str] = []

    def one_of_each(show: str, **labels: str) -> str:
        name = f"{new_prefix()}test"
        body = {
            "Name": name,
            "Labels": {"quarterdeck.show": show, **{f"quarterdeck.{k}": v for k, v in labels.items()}},
        }
        ask(engine, "POST", "/containers/create", query={"name": name}, body={"Image": IMAGE, "Labels": body["Labels"]})
        for kind in ("volumes", "networks"):
            ask(engine, "POST", f"/{kind}/create", body=body)
        made.append(name)
        return name

    yield one_of_each
    for name in made:
        for kind in ("containers", "volumes", "networks"):
            ask(engine, "DELETE", f"/{kind}/{name}", query={"force": "1"} if kind != "networks" else {})


def test_sweep_of_one_show(make: Callable[..., str], engine: EngineAddress) -> None:
    """What a show made is found by its label, and listed."""
    show = f"test-{token_hex(4)}"
    name = make(show)
    report = sweep(engine, show)
    assert (report.containers, report.networks, report.volumes) == ((name,), (name,), (name,))
    assert not sweep(engine, show)


def test_clean_removes_what_nobody_needs(make: Callable[..., str], engine: EngineAddress, tmp_path: Path) -> None:
    """Of one's own shows that are gone, of others' what has expired; a running show's stays."""
    running, gone = f"test-{token_hex(4)}", f"test-{token_hex(4)}"
    soon, past = str(int(time.time()) + 1000), str(int(time.time()) - 1000)
    journals = tmp_path / "quarterdeck" / "images"
    owner = owner_of(journals)
    left = make(gone, owner=owner, expires=soon)
    forgotten = make(gone, owner="elsewhere", expires=past)
    kept = [make(gone, owner="elsewhere", expires=soon), make(running, owner=owner, expires=past), make(gone)]
    watchdog = Watchdog(engine, running, journals=journals)
    watchdog.start()
    try:
        environ = {"XDG_STATE_HOME": str(tmp_path), "DOCKER_HOST": engine.url}
        ran = quarterdeck("clean", cwd=tmp_path, environ=environ)
        assert ran.status == 0, ran.err
        for name in (left, forgotten):
            for kind in ("container", "volume", "network"):
                assert f"removed {kind} {name}\n" in ran.out
        assert "1 show still running, left alone" in ran.out
        for name in kept:
            assert name not in ran.out
            assert ask(engine, "GET", f"/containers/{name}/json").status == 200
    finally:
        watchdog.close()
    assert ask(engine, "GET", f"/containers/{kept[1]}/json").status == 404, "the watchdog removes it in the end"


@pytest.mark.skipif(os.geteuid() != 0, reason="a folder that stays needs a mount in it")
def test_clean_says_which_folders_stay(engine: EngineAddress, tmp_path: Path) -> None:
    """One is removed; one that can't be is named with what removes it."""
    folders = [Path(tempfile.mkdtemp(prefix="quarterdeck-")) for _ in range(2)]
    removed, stays = folders
    environ = {"XDG_STATE_HOME": str(tmp_path), "DOCKER_HOST": engine.url}
    try:
        with small_disk(stays / "mounted", "1m"):
            for folder in folders:
                os.utime(folder, (0, 0))
            ran = quarterdeck("clean", cwd=tmp_path, environ=environ)
        assert ran.status == 1
        assert f"removed folder {removed}\n" in ran.out
        assert f"{stays} could not be removed" in ran.err
        assert f"sudo rm -r {stays}" in ran.err
    finally:
        shutil.rmtree(stays, ignore_errors=True)
