"""An engine that is reached over ``ssh://``: a real sshd on loopback, with keys of its own."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import missing
from quarterdeck.stage.docker.address import EngineAddress
from support.commands import quarterdeck

pytestmark = pytest.mark.engine
SSHD = "/usr/sbin/sshd"
START_SECONDS = 120

DEMO = """\
A demo on another machine.

```console
$ docker run --detach --name web --volume data:/data busybox:1.35 sleep 600
[..]
$ echo hello | docker exec --interactive web cat
hello
$ docker ps --format '{{.Names}}'
web
```

```console
$ docker run --interactive --tty --rm busybox:1.35 sh
/ # echo inside
inside
/ # exit
```
"""


class Sshd:
    """A running sshd, and how to get to it."""

    def __init__(self, folder: Path, port: int, environ: dict[str, str]) -> None:
        self.folder = folder
        self.host = f"ssh://{pwd.getpwuid(os.geteuid()).pw_name}@127.0.0.1:{port}"
        self.environ = environ
        """For a client: its ssh uses our key, and no settings of whoever runs the tests."""


@pytest.fixture
def sshd(engine: EngineAddress, tmp_path: Path) -> Iterator[Sshd]:
    """An sshd whose sessions find the engine."""
    if not Path(SSHD).exists() or shutil.which("ssh") is None:
        missing("engine", "ssh or sshd is not there")
    if os.geteuid() != 0:
        missing("engine", "sshd is started as root")
    for key in ("host", "own"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", tmp_path / key], check=True)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "sshd_config").write_text(
        f"ListenAddress 127.0.0.1:{port}\nHostKey {tmp_path}/host\nAuthorizedKeysFile {tmp_path}/own.pub\n"
        f"StrictModes no\nUsePAM no\nPermitRootLogin yes\nPidFile {tmp_path}/pid\n"
        f"SetEnv DOCKER_HOST={engine.url} PATH={os.environ['PATH']}\n"
    )
    (tmp_path / "config").write_text(
        f"IdentityFile {tmp_path}/own\nIdentitiesOnly yes\nUserKnownHostsFile {tmp_path}/known\n"
        f"StrictHostKeyChecking accept-new\nLogLevel ERROR\n"
    )
    wrapper = tmp_path / "bin" / "ssh"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {tmp_path}/config "$@"\n')
    wrapper.chmod(0o755)
    Path("/run/sshd").mkdir(exist_ok=True)  # where it gives up its privileges
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen([SSHD, "-D", "-e", "-f", tmp_path / "sshd_config"], stderr=log, process_group=0)
    deadline = time.monotonic() + START_SECONDS
    while not answers(port):
        assert process.poll() is None, (tmp_path / "log").read_text()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    yield Sshd(tmp_path, port, {"PATH": f"{wrapper.parent}:{os.environ['PATH']}"})
    os.killpg(process.pid, signal.SIGTERM)
    process.wait(START_SECONDS)


def answers(port: int) -> bool:
    """Whether something listens there."""
    with socket.socket() as connection:
        return connection.connect_ex(("127.0.0.1", port)) == 0


def test_rehearsal_over_ssh(sshd: Sshd, tmp_path: Path) -> None:
    """A demo runs, with streams and terminals, and is cleaned up after, through ssh alone."""
    (tmp_path / "there.md").write_text(DEMO)
    environ = {**sshd.environ, "DOCKER_HOST": sshd.host, "XDG_STATE_HOME": str(tmp_path / "state")}
    ran = quarterdeck("rehearse", "there.md", "--yes", cwd=tmp_path, environ=environ)
    assert ran.status == 0, ran.out + ran.err
    assert not list((tmp_path / "state").rglob("*.json"))
    left = quarterdeck("clean", cwd=tmp_path, environ=environ)
    found = [line for line in left.out.splitlines() if not line.startswith("removed folder ")]  # of other tests
    assert found in ([], ["nothing to clean up"]), left.err


def test_ssh_that_lets_nobody_in(sshd: Sshd, tmp_path: Path) -> None:
    """It is said, with what to try, and nobody is asked for a password."""
    (sshd.folder / "own.pub").write_text("")
    (tmp_path / "there.md").write_text(DEMO)
    ran = quarterdeck("rehearse", "there.md", "--yes", cwd=tmp_path, environ={**sshd.environ, "DOCKER_HOST": sshd.host})
    assert ran.status == 1
    assert "can't be reached" in ran.err
    assert "ssh must not ask for a password" in ran.err
    assert "Traceback" not in ran.err
