"""Images that demos name are pulled from a private registry, with the logins of the speaker's own docker CLI."""

from __future__ import annotations

import base64
import http.client
import io
import json
import os
import random
import subprocess
import tarfile
import time
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import missing
from quarterdeck.stage.docker.address import AddressKind, EngineAddress
from support.commands import Ran, quarterdeck
from support.engine_api import ask
from support.terminal import in_terminal

pytestmark = pytest.mark.engine
HASH = "ada:$2b$04$zNUDXCqD2qOpdEYmg135QOeh6Sytw99sD4OgOxXfpyChRMXmpyU2W\n"
"""Of the password ``s3cret``, by bcrypt, as htpasswd(1) writes it."""
START_SECONDS = 120.0


@dataclass(frozen=True)
class Registry:
    """A registry on this machine, and one private image in it that the engine lacks."""

    host: str
    image: str

    def settings(self, folder: Path, password: str | None = "s3cret", **others: object) -> Path:
        """A docker configuration folder with a login; None: without one."""
        folder.mkdir()
        login = base64.b64encode(f"ada:{password}".encode()).decode()
        auths = {} if password is None else {"auths": {self.host: {"auth": login}}}
        (folder / "config.json").write_text(json.dumps({**auths, **others}))
        return folder


def docker(engine: EngineAddress, *arguments: str | Path, stdin: bytes | None = None) -> str:
    """Run the docker CLI against the engine itself."""
    done = subprocess.run(
        ["docker", *arguments], env={**os.environ, "DOCKER_HOST": engine.url}, input=stdin, capture_output=True
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def archive() -> bytes:
    """A root file system of a megabyte that no other image has."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        member = tarfile.TarInfo("noise")
        member.size = 1 << 20
        tar.addfile(member, io.BytesIO(random.randbytes(member.size)))
    return buffer.getvalue()


@pytest.fixture(scope="module")
def private(engine: EngineAddress, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Registry]:
    """A registry that takes nobody but Ada."""
    if engine.kind is not AddressKind.UNIX or ask(engine, "GET", "/images/registry:2/json").status != 200:
        missing("engine", "it isn't on this machine, or lacks the image registry:2")
    folder = tmp_path_factory.mktemp("registry")
    (folder / "htpasswd").write_text(HASH)
    settings = ["REGISTRY_AUTH=htpasswd", "REGISTRY_AUTH_HTPASSWD_REALM=x", "REGISTRY_AUTH_HTPASSWD_PATH=/htpasswd"]
    container = docker(engine, "create", "-p", "127.0.0.1::5000", *(f"--env={line}" for line in settings), "registry:2")
    try:
        docker(engine, "cp", folder / "htpasswd", f"{container}:/htpasswd")
        docker(engine, "start", container)
        host = docker(engine, "port", container, "5000")
        wait_for(host)
        registry = Registry(host, f"{host}/team/app:1")
        login = registry.settings(folder / "push")
        docker(engine, "import", "-", registry.image, stdin=archive())
        docker(engine, "--config", login, "push", registry.image)
        docker(engine, "rmi", registry.image)
        yield registry
    finally:
        docker(engine, "rm", "--force", "--volumes", container)


def wait_for(host: str) -> None:
    """Wait until the registry asks who we are."""
    end = time.monotonic() + START_SECONDS
    while True:
        with (
            suppress(OSError, http.client.HTTPException),
            closing(http.client.HTTPConnection(host, timeout=10.0)) as web,
        ):
            web.request("GET", "/v2/")
            if web.getresponse().status == 401:
                return
        assert time.monotonic() < end, "the registry doesn't answer"
        time.sleep(0.1)


@pytest.fixture
def registry(private: Registry, engine: EngineAddress) -> Iterator[Registry]:
    """The registry; the image is gone from the engine before and after."""
    yield private
    ask(engine, "DELETE", f"/images/{private.image}")


def has(engine: EngineAddress, image: str) -> bool:
    """Whether the engine has an image."""
    return ask(engine, "GET", f"/images/{image}/json").status == 200


def rehearse(engine: EngineAddress, folder: Path, image: str, settings: Path, *options: str, path: str = "") -> Ran:
    """Rehearse a demo that needs the image."""
    (folder / "demo.md").write_text(f"---\nimages: ['{image}']\n---\n```console\n$ echo ready\nready\n```\n")
    search = f"{path}:{os.environ['PATH']}" if path else os.environ["PATH"]
    environ = {"DOCKER_HOST": engine.url, "DOCKER_CONFIG": str(settings), "PATH": search}
    return quarterdeck("rehearse", "demo.md", "--yes", *options, cwd=folder, environ=environ)


def test_login_of_the_docker_cli(engine: EngineAddress, registry: Registry, tmp_path: Path) -> None:
    """What ``docker login`` stored opens the registry; the demo then runs."""
    ran = rehearse(engine, tmp_path, registry.image, registry.settings(tmp_path / "docker"), "--pull")
    assert ran.status == 0, ran.out + ran.err
    assert f"pulling {registry.image} (1 of 1)" in ran.err
    assert has(engine, registry.image)


def helper(folder: Path, secret: str) -> str:
    """A folder with a credential helper in it, as password managers bring them."""
    folder.mkdir()
    program = folder / "docker-credential-safe"
    answer = json.dumps({"Username": "ada", "Secret": secret})
    program.write_text(f"#!/bin/sh\nread -r server\n[ \"$1\" = get ] && echo '{answer}'\n")
    program.chmod(0o755)
    return str(folder)


@pytest.mark.parametrize("kind", ["credsStore", "credHelpers"])
def test_credential_helper(kind: str, engine: EngineAddress, registry: Registry, tmp_path: Path) -> None:
    """For every registry, or for this one, a program on the PATH keeps the login."""
    named = "safe" if kind == "credsStore" else {registry.host: "safe"}
    settings = registry.settings(tmp_path / "docker", None, **{kind: named})
    path = helper(tmp_path / "bin", "s3cret")
    ran = rehearse(engine, tmp_path, registry.image, settings, "--pull", path=path)
    assert ran.status == 0, ran.out + ran.err
    assert has(engine, registry.image)


def test_faults(engine: EngineAddress, registry: Registry, tmp_path: Path) -> None:
    """A wrong password, no login, no helper, no such image, no registry: each says what it is, and what to do."""
    wrong = registry.settings(tmp_path / "wrong", "guess")
    nobody = registry.settings(tmp_path / "nobody", None)
    lost = registry.settings(tmp_path / "lost", None, credsStore="lost")
    right = registry.settings(tmp_path / "right")
    login = f"docker login {registry.host}"
    for settings, image, message, hint in (
        (wrong, registry.image, f"{registry.host} refuses the stored login of 'ada' for {registry.image}", login),
        (nobody, registry.image, f"{registry.host} has no image {registry.image}, or it is private", login),
        (lost, registry.image, "the program docker-credential-lost", str(lost)),
        (right, f"{registry.host}/team/app:2", f"{registry.host} has no image {registry.host}/team/app:2", "tag"),
        (right, "127.0.0.1:1/app:1", "the engine can't reach 127.0.0.1:1", "network"),
    ):
        ran = rehearse(engine, tmp_path, image, settings, "--pull")
        assert ran.status == 1
        assert f"warning: {message}" in ran.err
        assert hint in ran.err.partition("hint: ")[2].partition("\n")[0]
        assert f"needs the image {image}, which the engine doesn't have" in ran.err
        assert "Traceback" not in ran.err
        assert "s3cret" not in ran.out + ran.err
    assert not has(engine, registry.image)


def test_nothing_is_pulled_unasked(engine: EngineAddress, registry: Registry, tmp_path: Path) -> None:
    """Without a terminal, a rehearsal downloads nothing unless it is told to."""
    ran = rehearse(engine, tmp_path, registry.image, registry.settings(tmp_path / "docker"))
    assert ran.status == 1
    assert "pulling" not in ran.err
    assert not has(engine, registry.image)


def deck(folder: Path, image: str) -> Path:
    """A deck whose demo needs the image."""
    folder.mkdir()
    text = f"---\ntitle: Private\nimages: ['{image}']\n---\n\n# One\n\n```console\n$ echo ready\nready\n```\n"
    (folder / "deck.md").write_text(text)
    return folder


def test_a_show_in_a_terminal_pulls_what_is_missing(engine: EngineAddress, registry: Registry, tmp_path: Path) -> None:
    """The speaker sees it happen, and then that the image is there."""
    settings = registry.settings(tmp_path / "docker")
    environ = {"DOCKER_HOST": engine.url, "DOCKER_CONFIG": str(settings), "HOME": str(tmp_path)}
    options = ("--yes", "--no-browser", "--port", "0")
    with in_terminal(
        "present", deck(tmp_path / "talk", registry.image), *options, cwd=tmp_path, environ=environ
    ) as terminal:
        terminal.until(f"pulling {registry.image} (1 of 1)")
        terminal.until("images")
        assert f"{registry.image} is missing" not in terminal.text
        terminal.press("\x03")
        terminal.ended()
    assert has(engine, registry.image)


def test_pack_pulls_what_is_missing(engine: EngineAddress, registry: Registry, tmp_path: Path) -> None:
    """It can be packed from a registry in one command; without ``--pull`` the missing image is an error."""
    settings = registry.settings(tmp_path / "docker")
    environ = {"DOCKER_HOST": engine.url, "DOCKER_CONFIG": str(settings)}
    source = deck(tmp_path / "talk", registry.image)
    refused = quarterdeck("pack", source, cwd=tmp_path, environ=environ)
    assert refused.status == 1
    assert f"pack with --pull, or: docker pull {registry.image}" in refused.err
    packed = quarterdeck("pack", source, "--pull", cwd=tmp_path, environ=environ)
    assert packed.status == 0, packed.err
    assert "1 image, about" in packed.out
