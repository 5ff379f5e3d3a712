"""Demos against a real Docker engine, through the clean room."""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from quarterdeck.model.demo import Demo, ExpectedOutput, Ready, Step
from quarterdeck.stage.docker.address import AddressKind, EngineAddress
from quarterdeck.stage.events import Outcome, PageOpened, StageEvent
from quarterdeck.stage.live import DockerEngine
from quarterdeck.stage.shell.typist import Typing
from support.ports import free_port
from support.staged import Staged, demo_of, key, step, typed

pytestmark = pytest.mark.engine
SH = "docker run -it --rm --hostname box busybox:1.35 sh"


def labelled(engine: EngineAddress, show: str) -> list[str]:
    """The containers of a show that there are."""
    command = ["docker", "-H", engine.url, "ps", "-aq", "--filter", f"label=quarterdeck.show={show}"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


@asynccontextmanager
async def show(engine: EngineAddress, *demos: Demo, typing: Typing = Typing.INSTANT) -> AsyncIterator[DockerEngine]:
    """A show's engine, with nothing left of it in the end."""
    name = f"test-{secrets.token_hex(4)}"
    live = DockerEngine(engine, show=name, environ=os.environ, demos=demos, typing=typing)
    await live.open()
    try:
        yield live
    finally:
        await live.close()
    assert labelled(engine, name) == []


@asynccontextmanager
async def staged(engine: EngineAddress, demo: Demo, others: Sequence[Demo] = ()) -> AsyncIterator[Staged]:
    """A started run of a demo, stopped in the end."""
    events: list[StageEvent] = []
    async with show(engine, demo, *others) as live:
        run = live.run(demo, events.append)
        await run.start()
        yield Staged(run, events)


async def passes(engine: EngineAddress, *steps: Step, **more: Any) -> Staged:
    """Run a demo of which every step must pass."""
    async with staged(engine, demo_of(*steps, timeout=60.0, **more)) as stage:
        for finished in await stage.play():
            assert finished.outcome is Outcome.PASSED, (finished, stage.screen())
        return stage


async def test_a_shell_in_a_container(engine: EngineAddress) -> None:
    """Lines for a container's shell are typed once its prompt is there, over several steps."""
    stage = await passes(
        engine,
        step(typed(SH), id="a"),
        step(typed("hostname", "box", prompt="/ #"), typed("cat <<END\n1\nEND", "1", prompt="/ #"), id="b"),
        step(typed("exit 3", prompt="/ #", status=3), typed("echo out", "out"), id="c"),
    )
    assert stage.screen()[-10:-3] == ["/ # hostname", "box", "/ # cat <<END", "> 1", "> END", "1", "/ # exit 3"]
    assert stage.screen()[-3:] == ["$ echo out", "out", "$"]


async def test_a_line_editor_that_redraws(engine: EngineAddress) -> None:
    """redis-cli draws its line anew at every key; its prompt is seen all the same."""
    await passes(
        engine,
        step(
            "docker run --detach --name store redis:7",
            "until docker exec store redis-cli ping; do sleep 0.2; done",
            id="a",
        ),
        step(typed("docker exec -it store redis-cli"), id="b"),
        step(
            typed("set word ahoy", "OK", prompt="127.0.0.1:6379>"),
            typed("get word", '"ahoy"', prompt="127.0.0.1:6379>"),
            key("D", "127.0.0.1:6379>"),
            id="c",
        ),
    )


async def test_python_in_a_container(engine: EngineAddress) -> None:
    """A Python prompt takes several lines of a block, and an empty one that ends it."""
    await passes(
        engine,
        step(
            typed("docker run -it --rm python:3.11-slim python3"),
            typed("for n in (1, 2):\n    print(n)\n", "1", "2", prompt=">>>"),
            typed("exit()", prompt=">>>"),
        ),
    )


async def test_a_published_port_is_waited_for_and_shown(engine: EngineAddress) -> None:
    """A web server's step is done when its page answers, and the page is then opened."""
    url = f"http://localhost:{free_port()}"
    run = f"docker run --detach --name web --publish {url.rpartition(':')[2]}:80 nginx:1.22"
    stage = await passes(
        engine,
        step(run, id="a", ready=Ready("url", url), open_url=url),
        step(typed("docker ps --format '{{.Names}} {{.Image}}'", "web nginx:1.22"), id="b"),
    )
    assert [e.url for e in stage.events if isinstance(e, PageOpened)] == [url]


@pytest.mark.parametrize("image", ["busybox:1.35", "debian:bookworm-slim"])
async def test_steps_inside_a_service(engine: EngineAddress, image: str) -> None:
    """``in=SERVICE`` types into a shell of the container, which keeps its state and tells statuses."""
    stage = await passes(
        engine,
        step(f"docker run --detach --name box --hostname box {image} sleep 1000", id="a"),
        step(typed("word=ahoy; hostname", "box"), typed("false", status=1), id="b", service="box"),
        step(typed("echo $word", "ahoy"), typed("cat <<END\nx\nEND", "x"), id="c", service="box"),
        step(typed("echo .$word", "."), id="d"),
    )
    assert stage.screen()[2:6] == ["$ word=ahoy; hostname", "box", "$ false", "$ echo $word"]


async def test_a_stage_in_an_image(engine: EngineAddress, tmp_path: Path) -> None:
    """``stage: {image: …}`` gives the container's own tools, with the demo's files and environment."""
    (tmp_path / "app.py").write_text("import os, sys\nprint(sys.version_info[:2], os.environ['WORD'])\n")
    await passes(
        engine,
        step(typed("python3 app.py", "(3, 11) ahoy"), typed("pwd", "/stage")),
        stage_image="python:3.11-slim",
        files=tmp_path,
        env={"WORD": "ahoy"},
    )


@pytest.mark.parametrize("options", ["", "-it --rm "])
async def test_a_container_that_hangs_is_ended(engine: EngineAddress, options: str) -> None:
    """One in the foreground that ignores every key and signal holds nothing up, and doesn't run on."""
    deaf = "sh -c 'trap \"\" INT QUIT TERM; while :; do sleep 1; done'"
    gone = "until ! docker ps --format '{{.Names}}' | grep deaf; do sleep 0.1; done"
    demo = demo_of(step(f"docker run {options}--name deaf busybox:1.35 {deaf}", id="a", timeout=1), step(gone, id="b"))
    async with staged(engine, demo) as stage:
        hung, after = await stage.play()
        assert (hung.outcome, after.outcome) == (Outcome.TIMED_OUT, Outcome.PASSED)


async def test_a_container_that_was_detached_from_runs_on(engine: EngineAddress) -> None:
    """Ctrl-P Ctrl-Q, or a killed ``docker attach``, is no reason to end it."""
    run = "docker run -it --detach-keys ctrl-z --name stays busybox:1.35 cat"
    script = f"import pty, os; pid, fd = pty.fork(); pid or os.execvp('sh', ['sh', '-c', '{run}'])"
    wait = "until docker top stays; do sleep 0.1; done"
    detach = f"python3 -c \"{script}; os.system('{wait}'); os.write(fd, bytes([26])); os.waitpid(pid, 0)\""
    killed = "timeout --signal=KILL 0.5 docker attach --no-stdin stays; sleep 0.5; docker ps --format '{{.Names}}'"
    await passes(engine, step(detach, typed("docker ps --format '{{.Names}}'", "stays"), typed(killed, "...", "stays")))


async def test_what_hangs_in_a_service_is_ended_in_the_container(engine: EngineAddress) -> None:
    """Killing docker exec alone would leave it there; the next step has a new shell, without a word of its start."""
    demo = demo_of(
        step("docker run --detach --name box busybox:1.35 sleep 1000", id="a"),
        step("trap '' INT QUIT TERM; sleep 77", id="b", service="box", timeout=1),
        step(
            typed("while docker top box | grep --quiet 'sleep 77'; do sleep 0.1; done"),
            typed("echo fine", "fine"),
            id="c",
        ),
        step(typed("hostname >/dev/null && echo new", "new"), id="d", service="box"),
    )
    async with staged(engine, demo) as stage:
        finished = await stage.play()
        assert [f.outcome for f in finished[1:]] == [Outcome.TIMED_OUT, Outcome.PASSED, Outcome.PASSED], stage.screen()
        assert not any("BusyBox" in line or "goroutine" in line for line in stage.screen())
        assert [line for line in stage.screen() if line.startswith("$ ")][2].startswith("$ while")


async def test_quiet_builds_are_the_demos_own(engine: EngineAddress) -> None:
    """They are listed, run and removed as others; one that fails says what it said."""
    before = images(engine)
    two_stages = "FROM busybox:1.35 AS first\nRUN echo ahoy > /word\nFROM busybox:1.35\nCOPY --from=first /word /own"
    await passes(
        engine,
        step(
            f"printf '%s\n' '{two_stages}' > Dockerfile",
            typed("docker build --quiet --tag own:1 . 2>/dev/null", "sha256:[..]"),
            typed("docker image ls --format '{{.Repository}}:{{.Tag}}' own", "own:1"),
            typed("docker run --rm $(docker build -q . 2>/dev/null) cat /own", "ahoy"),
            "echo 'RUN echo why; false' >> Dockerfile",
            typed("docker build --quiet . 2>&1 | grep --only-matching ^why", "why"),
        ),
    )
    assert images(engine) == before


def images(engine: EngineAddress) -> list[str]:
    """Every image, those that builds leave between steps too."""
    command = ["docker", "-H", engine.url, "image", "ls", "--all", "--quiet", "--no-trunc"]
    return sorted(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


async def test_entering_a_demo_clears_the_stage(engine: EngineAddress) -> None:
    """Two demos may use the same name and port: entering one removes what the other made."""
    port = free_port()
    run = f"docker run --detach --name web --publish {port}:80 nginx:1.22"
    first, second = demo_of(step(run), name="first"), demo_of(step(run), name="second")
    async with show(engine, first, second) as live:
        for demo in (first, second, first):
            stage = live.run(demo, lambda event: None)
            await stage.start()
            finished = await stage.run_step(demo.steps[0])
            assert finished.outcome is Outcome.PASSED, finished.faults


async def test_a_continued_demo_has_its_containers(engine: EngineAddress) -> None:
    """``continues`` begins with what the earlier demo made."""
    first = demo_of(step("docker run --detach --name kept busybox:1.35 sleep 1000"), name="first")
    second = demo_of(step(typed("docker ps --format '{{.Names}}'", "kept")), name="second", continues="first")
    async with staged(engine, second, [first]) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished.faults


async def test_an_engine_says_whether_it_can_be_used(engine: EngineAddress, tmp_path: Path) -> None:
    """One that answers has no fault; one that went away is named with its address."""
    assert await DockerEngine(engine, show="there", environ=os.environ).fault() is None
    socket_path = str(tmp_path / "nobody.sock")
    away = EngineAddress(f"unix://{socket_path}", AddressKind.UNIX, path=socket_path)
    assert socket_path in str(await DockerEngine(away, show="away", environ=os.environ).fault())


async def test_pub_sub_ended_by_ctrl_c(engine: EngineAddress) -> None:
    """redis-cli shows its prompt after the echoed ``^C``, in the same line."""
    prompt = "127.0.0.1:6379>"
    await passes(
        engine,
        step(
            "docker run --detach --name store redis:7",
            "until docker exec store redis-cli ping; do sleep 0.2; done",
            id="a",
        ),
        step(
            typed("docker exec -it store redis-cli"),
            typed("subscribe news", "...", prompt=prompt),
            key("C"),
            typed("exit", prompt=prompt),
            id="b",
        ),
    )


@pytest.mark.parametrize(
    ("image", "prompt"),
    [("debian:bookworm-slim", "root@04c0bb0a6c07:/#"), ("redis:7", "root@04c0bb0a6c07:/data#")],
)
async def test_a_prompt_with_the_id_of_another_container(engine: EngineAddress, image: str, prompt: str) -> None:
    """As tutorials have it: the demo runs without an edit, and each time."""
    await passes(
        engine, step(typed(f"docker run -it --rm {image} bash"), typed("echo $((6 * 7))", "42", prompt=prompt))
    )


async def test_the_last_words_of_psql_without_its_server(engine: EngineAddress) -> None:
    """A client that can't connect says so; the fault quotes it."""
    psql = typed("docker run -it --rm postgres:15 psql --host 127.0.0.1", status=None)
    demo = demo_of(step(replace(psql, expected=ExpectedOutput(status=None)), typed("select 1;", prompt="postgres=#")))
    async with staged(engine, demo) as stage:
        (finished,) = await stage.play()
        assert "psql: error: connection to server" in finished.faults[0].message


async def test_a_first_process_that_ignores_ctrl_c(engine: EngineAddress) -> None:
    """The hint is ``--init``, and with it the step passes."""

    def demo(options: str, seconds: float) -> Demo:
        run = typed(f"docker run -it --rm {options} busybox:1.35 sh -c 'echo up; exec sleep 100'", "up")
        return demo_of(step(run, id="a", background=True), step(key("C"), id="b", timeout=seconds))

    async with staged(engine, demo("", 4.0)) as stage:
        _, stopped = await stage.play()
        assert stopped.outcome is Outcome.TIMED_OUT
        assert "--init" in (stopped.faults[0].hint or "")
    async with staged(engine, demo("--init", 60.0)) as stage:
        _, stopped = await stage.play()
        assert stopped.outcome is Outcome.PASSED, stopped.faults
