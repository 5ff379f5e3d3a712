"""Terminals, attached streams, builds and long answers through the clean room."""

from __future__ import annotations

import asyncio
import os
import pty
import secrets
import select
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from conftest import missing

pytestmark = pytest.mark.engine
PATIENCE = 120.0


def terminal(stage: Any, command: list[str], dialogue: list[tuple[bytes, bytes]]) -> tuple[int, bytes]:
    """Run a command on a terminal: wait for each text, then type the answer to it."""
    pid, master = pty.fork()
    if pid == 0:
        os.environ.update(DOCKER_HOST=stage.room.docker_host, TERM="dumb")
        os.execvp(command[0], command)
    seen = b""
    deadline = time.monotonic() + PATIENCE
    rest = list(dialogue)
    position = 0
    while time.monotonic() < deadline:
        if rest and (found := seen.find(rest[0][0], position)) >= 0:
            position = found + len(rest[0][0])
            os.write(master, rest.pop(0)[1])
        if select.select([master], [], [], 0.05)[0]:
            try:
                data = os.read(master, 65536)
            except OSError:
                break
            if not data:
                break
            seen += data
    _, status = os.waitpid(pid, 0)
    os.close(master)
    return os.waitstatus_to_exitcode(status), seen


def test_interactive_shell(fresh: Any) -> None:
    """``docker run -it`` gives a shell on a terminal, with the window's size and an exit status."""
    status, seen = terminal(
        fresh,
        ["docker", "run", "--rm", "-it", "busybox:1.35", "sh"],
        [(b"/ # ", b"echo $((6*7))\r"), (b"42", b"tty\r"), (b"/dev/pts", b"exit 3\r")],
    )
    assert status == 3, seen


def test_interactive_exec(fresh: Any) -> None:
    """``docker exec -it`` too."""
    fresh.lines("docker run -d --name web busybox:1.35 sleep 1000")
    status, seen = terminal(fresh, ["docker", "exec", "-it", "web", "sh"], [(b"/ # ", b"hostname; exit 4\r")])
    assert status == 4, seen


def test_detach_keys(fresh: Any) -> None:
    """Ctrl-P Ctrl-Q leaves the container running."""
    status, seen = terminal(
        fresh, ["docker", "run", "-it", "--name", "kept", "busybox:1.35", "sh"], [(b"/ # ", b"\x10\x11")]
    )
    assert status == 0, seen
    assert fresh.lines("docker ps --format '{{.Names}}'") == ["kept"]


def test_half_close(fresh: Any) -> None:
    """A container reads its input to the end, and its output still arrives."""
    assert fresh.lines("seq 100000 | docker run -i --rm busybox:1.35 wc -l") == ["100000"]
    ran = fresh.run("printf 'b\\na\\n' | docker run -i --rm busybox:1.35 sh -c 'sort; sleep 1; echo end'")
    assert ran.out == "a\nb\nend\n"


def test_output_and_errors_stay_apart(fresh: Any) -> None:
    """The two streams of a container are not mixed."""
    ran = fresh.run("docker run --rm busybox:1.35 sh -c 'echo out; echo err >&2' 2>/dev/null")
    assert ran.out == "out\n"


def test_large_output_arrives_whole(fresh: Any) -> None:
    """No byte is lost in a long stream either way."""
    command = "docker run -i --rm busybox:1.35 sh -c 'cat' < blob | cmp - blob"
    (fresh.folder / "blob").write_bytes(os.urandom(1 << 20) * 24)
    ran = fresh.run(command)
    assert ran.status == 0, ran.out


def test_logs_follow(fresh: Any) -> None:
    """``logs -f`` shows lines as they come, and ends with the container."""
    fresh.lines("docker run -d --name talk busybox:1.35 sh -c 'for i in 1 2 3; do echo $i; sleep 0.2; done'")
    assert fresh.lines("docker logs -f talk") == ["1", "2", "3"]


def wait_until(condition: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Whether it became true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize("command", ["logs -f quiet", "events", "wait quiet", "stats quiet", "attach --no-stdin quiet"])
def test_client_that_goes_away(command: str, fresh: Any) -> None:
    """A command that is killed while nothing happens leaves no connection behind."""
    fresh.lines("docker run -d --name quiet busybox:1.35 sleep 1000")
    assert wait_until(lambda: fresh.room.connections == 0)
    environ = {**os.environ, "DOCKER_HOST": fresh.room.docker_host}
    process = subprocess.Popen(
        ["docker", *command.split()], env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        assert wait_until(lambda: fresh.room.connections > 0)
    finally:
        process.kill()
        process.wait()
    assert wait_until(lambda: fresh.room.connections == 0)


def test_client_that_half_closes_and_goes_away(fresh: Any) -> None:
    """A tunnel ends when its client is gone, even if the container says nothing."""
    fresh.lines("docker run -di --name quiet busybox:1.35 sleep 1000")
    assert wait_until(lambda: fresh.room.connections == 0)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(fresh.room.docker_host.removeprefix("unix://"))
        connection.sendall(
            b"POST /containers/quiet/attach?stream=1&stdout=1&stdin=1 HTTP/1.1\r\nHost: d\r\n"
            b"Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n"
        )
        assert b" 101 " in connection.recv(4096)
        connection.shutdown(socket.SHUT_WR)
        assert fresh.room.connections == 1
    assert wait_until(lambda: fresh.room.connections == 0)


DOCKERFILE = "FROM busybox:1.35\nCOPY page.html /page.html\nRUN cat /page.html\nCMD cat /page.html\n"


@pytest.mark.parametrize("client", ["docker", "/usr/bin/docker"])
@pytest.mark.parametrize("buildkit", ["0", "1"])
def test_build(client: str, buildkit: str, fresh: Any) -> None:
    """Classic and BuildKit builds work, their image runs, and it shows no label of ours."""
    if not Path(client).exists() and client != "docker":
        missing("engine", "no Debian docker command is there")
    if buildkit == "1" and client == "docker" and fresh.run("docker buildx version").status:
        client = "/usr/bin/docker"  # newer clients build with a plugin that is not here
    (fresh.folder / "page.html").write_text("hello\n")
    (fresh.folder / "Dockerfile").write_text(DOCKERFILE)
    (fresh.folder / "blob").write_bytes(os.urandom(1 << 20) * 8)
    ran = fresh.run(f"{client} build -t page .", DOCKER_BUILDKIT=buildkit)
    assert ran.status == 0, ran.out
    assert "quarterdeck" not in ran.out
    assert fresh.lines("docker run --rm page") == ["hello"]
    assert "page:latest" in fresh.lines("docker images --format '{{.Repository}}:{{.Tag}}'")


REFUSED_BUILDS = {
    "by the clean room": "/v1.41/build?version=2&networkmode=host",
    "by the engine": "/v1.41/build?version=2&cachefrom=nonsense",
}


@pytest.mark.parametrize("target", REFUSED_BUILDS.values(), ids=REFUSED_BUILDS.keys())
@pytest.mark.parametrize("late", [False, True])
def test_session_of_a_refused_build(late: bool, target: str, fresh: Any) -> None:
    """It ends, also where it is opened only then: a client that was refused may not know that it must close it."""
    session = secrets.token_hex(16)
    opening = (
        "POST /session HTTP/1.1\r\nHost: d\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
        f"X-Docker-Expose-Session-Uuid: {session}\r\nContent-Length: 0\r\n\r\n"
    )
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE)
        connection.connect(fresh.room.docker_host.removeprefix("unix://"))
        if late:
            assert fresh.request("POST", f"{target}&session={session}")[0] >= 400
        connection.sendall(opening.encode())
        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 101 ")
        if not late:
            assert fresh.request("POST", f"{target}&session={session}")[0] >= 400
        while connection.recv(1 << 16):
            pass


def test_context_that_is_sent_beside_its_build(fresh: Any, docker: Callable[[str], Any]) -> None:
    """BuildKit gets an archive from standard input in a request of its own, which holds no build up.

    Docker 26 with containerd's image store can't build so, in front of a clean room or not.
    """
    if not Path("/usr/bin/docker").exists():
        missing("engine", "no Debian docker command is there")
    (fresh.folder / "Dockerfile").write_text("FROM busybox:1.35\nENV a=b\n")
    command = "DOCKER_BUILDKIT=1 /usr/bin/docker build -t sent -"
    directly = docker(f"tar -c -C {fresh.folder} Dockerfile | {command}")
    docker("docker rmi sent")
    for _ in range(2):  # the second time, the tag is the demo's
        ran = fresh.run(f"tar -c Dockerfile | {command}")
        assert ran.status == directly.status, ran.out
        assert ("remote build context" in ran.out) == ("remote build context" in directly.out)


def test_save_and_load(fresh: Any) -> None:
    """Images can be saved and loaded."""
    fresh.lines("docker tag busybox:1.35 copy && docker save -o copy.tar copy && docker rmi copy")
    assert "Loaded image: copy:latest" in fresh.run("docker load -i copy.tar").out
    assert fresh.lines("docker run --rm copy echo loaded") == ["loaded"]


def test_calls_while_streaming(fresh: Any) -> None:
    """Other commands are answered while a stream is running that nobody reads, and it goes on after them."""
    fresh.lines("docker run -d --name loud busybox:1.35 sh -c 'while :; do echo $RANDOM; done'")
    environ = {**os.environ, "DOCKER_HOST": fresh.room.docker_host}
    with subprocess.Popen(["docker", "logs", "-f", "loud"], env=environ, stdout=subprocess.PIPE) as stream:
        assert stream.stdout
        try:
            for _ in range(5):
                assert stream.stdout.readline().strip().isdigit()
                assert len(fresh.lines("docker ps -q")) == 1
        finally:
            stream.kill()
    fresh.lines("docker rm -f loud")


def test_python_sdk(fresh: Any) -> None:
    """docker-py works: containers, logs, exec, networks, volumes, events."""
    import docker

    client = docker.DockerClient(base_url=fresh.room.docker_host)
    try:
        assert client.containers.run("busybox:1.35", "echo hello", remove=True) == b"hello\n"
        network = client.networks.create("sdk")
        volume = client.volumes.create("sdk")
        container = client.containers.run(
            "busybox:1.35", "sleep 1000", name="sdk", detach=True, network="sdk", volumes={"sdk": {"bind": "/x"}}
        )
        assert container.name == "sdk"
        assert "quarterdeck.show" not in container.labels
        assert container.exec_run("echo in").output == b"in\n"
        assert [c.name for c in client.containers.list()] == ["sdk"]
        sample: Any = next(iter(container.stats(decode=True)))
        assert sample["name"] == "/sdk"
        container.rename("other")
        container.reload()
        assert container.name == "other"
        container.remove(force=True)
        network.remove()
        volume.remove()
    finally:
        client.close()


COMPOSE = """
version: "3"
services:
  web:
    image: busybox:1.35
    command: sleep 1000
    depends_on: [db]
    volumes: ["kept:/kept", "./:/here"]
  db:
    image: busybox:1.35
    command: sleep 1000
volumes:
  kept:
"""


def test_compose(fresh: Any) -> None:
    """A compose project goes up without warnings, twice without change, and down."""
    compose = next((c for c in ("docker compose", "docker-compose") if fresh.run(f"{c} version").status == 0), None)
    if compose is None:
        missing("engine", "no docker compose is on the PATH")
    (fresh.folder / "docker-compose.yml").write_text(COMPOSE)
    compose = f"{compose} -p shop"
    ran = fresh.run(f"{compose} up -d")
    assert ran.status == 0, ran.out
    assert "WARN" not in ran.out.upper()
    again = fresh.run(f"{compose} up -d")
    assert "Recreat" not in again.out
    assert fresh.run(f"{compose} exec -T web ping -c 1 -W 60 db").status == 0
    listed = fresh.run(f"{compose} ps").out
    assert "shop" in listed
    assert fresh.room.prefix not in listed
    down = fresh.run(f"{compose} down -v -t 0")
    assert down.status == 0, down.out
    assert fresh.lines("docker ps -aq") == []
    assert fresh.lines("docker volume ls -q") == []


def test_reset_in_the_middle_of_creates(fresh: Any) -> None:
    """What the engine is making when the demo is reset is removed too, and following streams end.

    On a busy machine a client may ask for its container only after the reset; it is told that there is one.
    """
    fresh.lines("docker run -d --name talk busybox:1.35 sleep 1000")
    follower = threading.Thread(target=fresh.run, args=("docker logs -f talk",))
    follower.start()
    told: list[int] = []

    def create() -> None:
        told.append(fresh.run("docker run -d busybox:1.35 sleep 1000").status)

    creators = [threading.Thread(target=create) for _ in range(4)]
    for creator in creators:
        creator.start()
    assert wait_until(lambda: fresh.room.connections >= 5)
    asyncio.run(fresh.room.reset())
    for thread in (follower, *creators):
        thread.join(PATIENCE)
        assert not thread.is_alive()
    assert len(asyncio.run(fresh.room.reset()).containers) <= told.count(0)
    assert fresh.lines("docker ps -aq") == []
