"""Quarterdeck itself in a container, by the guide's Dockerfile and commands; and the folder that engines must see."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import ROOT, missing
from guide.examples import Kind, of_kind
from quarterdeck.stage.docker.address import AddressKind, EngineAddress

pytestmark = pytest.mark.engine
IMAGE = "quarterdeck-test"
BASE = "python:3.11-slim"
"""The image here that has pip; wheels are for its Python."""
SECONDS = 600
SEEN, UNSEEN = "the engine sees the folders of demos", "the engine can't see"


def example(word: str) -> str:
    """The one example on the page that has this word in it."""
    (found,) = (each.text for each in of_kind(Kind.CONTAINER) if word in each.text)
    return found


def shell(script: str, folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run commands as somebody types them in a folder."""
    return subprocess.run(
        ["bash", "-ec", script],
        cwd=folder,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )


@pytest.fixture(scope="module")
def docker_host(engine: EngineAddress) -> str:
    """The engine, as the docker command finds it."""
    if engine.kind is not AddressKind.UNIX:
        missing("engine", "the engine is on another machine")
    return engine.url


@pytest.fixture(scope="module")
def image(docker_host: str, wheels: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The image that the guide's Dockerfile makes, on a base that is here, and without the browser."""
    folder = tmp_path_factory.mktemp("image")
    (folder / "Dockerfile").write_text(example("ENTRYPOINT"))
    shutil.copytree(wheels, folder / "wheels")
    build = next(line for line in example("docker build").splitlines() if line.startswith("docker build"))
    given = {"BASE": BASE, "PACKAGES": "docker.io curl procps", "PIP_NO_INDEX": "1"}
    options = " ".join(f"--build-arg '{name}={value}'" for name, value in given.items())
    command = build.replace("docker build", f"docker build --network host {options}").replace(
        "--tag quarterdeck", f"--tag {IMAGE}"
    )
    built = shell(command, folder, DOCKER_HOST=docker_host, DOCKER_BUILDKIT="0")
    assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
    yield IMAGE
    shell(f"docker image rm --force {IMAGE}", folder, DOCKER_HOST=docker_host)


@pytest.fixture
def folder() -> Iterator[Path]:
    """A reader's folder with a demo of the flagship that mounts its files, at a path that the host has, too."""
    with tempfile.TemporaryDirectory(prefix="in-container-") as name:
        shutil.copytree(ROOT / "demos" / "bind-mount", Path(name, "demos", "bind-mount"))
        yield Path(name)


def ran(
    arguments: str, image: str, docker_host: str, folder: Path, leave_out: str = ""
) -> subprocess.CompletedProcess[str]:
    """The guide's ``docker run`` with other arguments, and perhaps without one of its options."""
    command, _, _ = example("docker run").partition("quarterdeck rehearse")
    assert leave_out in command
    command = command.replace(leave_out, "").replace("/var/run/docker.sock:", f"{docker_host.removeprefix('unix://')}:")
    temporary = tempfile.gettempdir()
    command = command.replace("--volume /tmp:/tmp", f"--volume {temporary}:{temporary} --env TMPDIR={temporary}")
    return shell(f"{command} {image} {arguments}", folder, DOCKER_HOST=docker_host)


@pytest.mark.slow
def test_a_demo_rehearsed_from_inside(image: str, docker_host: str, folder: Path) -> None:
    """It mounts its files, fetches its page, and is recorded in the reader's folder."""
    cast = folder / "demos" / "bind-mount.cast"
    done = ran("rehearse demos/bind-mount --yes", image, docker_host, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert cast.exists()


@pytest.mark.slow
def test_doctor_inside(image: str, docker_host: str, folder: Path) -> None:
    """It is content with the guide's options; without the volume for demos' files it names that option."""
    done = ran("doctor", image, docker_host, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert SEEN in done.stdout
    without = ran("doctor", image, docker_host, folder, leave_out="--volume /tmp:/tmp")
    assert UNSEEN in without.stdout
    assert "--volume /tmp:/tmp" in without.stdout


@pytest.mark.slow
def test_a_folder_that_the_engine_cannot_see(docker_host: str, tmp_path: Path) -> None:
    """One that is mounted for this process alone, as one that Docker Desktop doesn't share."""
    if os.geteuid() != 0:
        missing("engine", "mounting takes root")
    doctor = f"{sys.executable} -m quarterdeck doctor"
    environ = {"DOCKER_HOST": docker_host, "TMPDIR": str(tmp_path)}
    assert SEEN in shell(doctor, tmp_path, **environ).stdout
    hidden = shell(f"unshare --mount sh -ec 'mount -t tmpfs none {tmp_path}; {doctor}'", tmp_path, **environ)
    assert f"{UNSEEN} {tmp_path}" in hidden.stdout
    assert "TMPDIR" in hidden.stdout or f"--volume {tmp_path}:{tmp_path}" in hidden.stdout, "itself in a container"
