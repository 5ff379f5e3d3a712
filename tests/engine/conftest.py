"""What tests on real engines share: wheels of Quarterdeck, and Docker hosts for seats."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import ROOT, missing

if TYPE_CHECKING:
    from quarterdeck.stage.docker.address import EngineAddress
    from quarterdeck.workshop.manifest.manifest import Manifest

PYTHON = (3, 11)
"""The Python of the image that has pip here."""
SECONDS = 600
HOSTS = ROOT / ".ci" / "hosts"


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with wheels of Quarterdeck and of all that it needs, for images that are made without a network."""
    if sys.version_info[:2] != PYTHON:
        missing("engine", "wheels must be for the Python of the image")
    folder = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--wheel-dir", str(folder)]
    subprocess.run([*command, str(ROOT)], check=True, timeout=SECONDS)
    return folder


@pytest.fixture(scope="session")
def hosts() -> Iterator[tuple[str, str]]:
    """Two Docker hosts on this machine, of which the second maps root to nobody; see ``.ci/hosts``.

    They are stopped afterwards, unless they ran before.
    """
    if os.geteuid() != 0 or not shutil.which("dockerd") or not shutil.which("ip"):
        missing("engine", "hosts for seats take root, dockerd and ip")
    before = subprocess.run(
        ["docker", "--host", "tcp://10.78.0.11:2375", "version"], capture_output=True, timeout=SECONDS
    )
    started = subprocess.run([HOSTS, "start", "2"], capture_output=True, text=True, timeout=SECONDS)
    assert started.returncode == 0, started.stderr
    one, two = started.stdout.split()
    yield one, two
    if before.returncode:
        subprocess.run([HOSTS, "stop"], check=True, capture_output=True, timeout=SECONDS)


@pytest.fixture(scope="session")
def knock(hosts: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Manifest:
    """A workshop with one exercise, and seats on both hosts."""
    from support.knock import write_workshop

    return write_workshop(tmp_path_factory.mktemp("knock"), hosts)


@pytest.fixture(scope="session")
def seat_image(engine: EngineAddress, knock: Manifest, wheels: Path) -> str:
    """The image of its seats, on every host."""
    from quarterdeck.seats.spawner.hosts import find_hosts, prepare
    from quarterdeck.seats.spawner.image import Source, make_image

    said: list[str] = []
    name = make_image(Source(knock, "python:3.11-slim", wheels=wheels), engine, said.append)
    assert asyncio.run(prepare(find_hosts(knock.seats), engine, name, said.append)) == {}
    return name
