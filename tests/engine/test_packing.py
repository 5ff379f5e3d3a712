"""A talk that travels: packed on one engine, unpacked on an empty one that has no network."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import missing
from quarterdeck.stage.docker.address import EngineAddress
from support.commands import quarterdeck
from support.engines import OwnEngine, own_engine, why_no_engine

pytestmark = pytest.mark.own_engine

DECK = """\
---
title: Greetings
---

# A greeting {#greeting}

```console
$ docker run --rm busybox:1.35 echo ahoy
ahoy
```
"""
RUN_SECONDS = 300


@pytest.fixture(scope="module")
def packed(engine: EngineAddress, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of a deck that needs two images."""
    folder = tmp_path_factory.mktemp("packed")
    deck = folder / "decks" / "greetings"
    deck.mkdir(parents=True)
    (deck / "deck.md").write_text(DECK.replace("title:", "images: [busybox:1.35, hello-world]\ntitle:"))
    ran = quarterdeck("pack", "decks/greetings", cwd=folder, environ={"DOCKER_HOST": engine.url})
    assert ran.status == 0, ran.err
    assert "; 2 images, about " in ran.out
    return folder / "greetings.qdpack"


@pytest.fixture
def venue() -> Iterator[OwnEngine]:
    """An empty engine without a network: this machine's, while the talk may be packed on a newer one."""
    if reason := why_no_engine():
        missing("engine", reason)
    with own_engine(program="dockerd") as started:
        yield started


def there(venue: OwnEngine, *arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run ``quarterdeck`` at the venue."""
    return subprocess.run(
        venue.inside(sys.executable, "-m", "quarterdeck", *arguments),
        cwd=cwd,
        env={**os.environ, "DOCKER_HOST": venue.host},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
    )


def test_a_pack_is_all_that_a_talk_needs(packed: Path, venue: OwnEngine, tmp_path: Path) -> None:
    """The demo passes on an engine that had nothing; a second unpacking finds everything there."""
    ran = there(venue, "unpack", packed, cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "2 images loaded, 0 already there" in ran.stdout
    images = venue.docker("images", "--format", "{{.Repository}}:{{.Tag}}").split()
    assert sorted(images) == ["busybox:1.35", "hello-world:latest"]
    rehearsed = there(venue, "rehearse", "greetings/decks/greetings", "--yes", cwd=tmp_path)
    assert rehearsed.returncode == 0, rehearsed.stdout + rehearsed.stderr
    assert "1 step of 1 demo, none failed" in rehearsed.stdout + rehearsed.stderr
    again = there(venue, "unpack", packed, cwd=tmp_path)
    assert "0 images loaded, 2 already there" in again.stdout


def test_a_pack_goes_from_any_engine_to_any_other(engine: EngineAddress, venue: OwnEngine, tmp_path: Path) -> None:
    """An image that an engine has is known for the same by another, whichever way each of them stores images."""
    venue.take_image("busybox:1.35", engine.url)
    (tmp_path / "deck.md").write_text(DECK.replace("title:", "images: [busybox:1.35]\ntitle:"))
    packed = there(venue, "pack", "deck.md", "-o", "talk.qdpack", cwd=tmp_path)
    assert packed.returncode == 0, packed.stderr
    unpacked = quarterdeck("unpack", "talk.qdpack", cwd=tmp_path, environ={"DOCKER_HOST": engine.url})
    assert "0 images loaded, 1 already there" in unpacked.out, unpacked.err


def test_an_image_of_the_same_name_is_kept(packed: Path, venue: OwnEngine, tmp_path: Path) -> None:
    """What the engine calls busybox:1.35 itself is not taken from it; everything else is unpacked, and it is told."""
    there(venue, "unpack", packed, cwd=tmp_path)
    venue.docker("tag", "hello-world", "busybox:1.35")
    before = sorted(venue.docker("images", "--no-trunc").splitlines())
    ran = there(venue, "unpack", packed, cwd=tmp_path)
    assert ran.returncode == 1
    assert "the engine has a different image called busybox:1.35" in ran.stderr
    assert sorted(venue.docker("images", "--no-trunc").splitlines()) == before


def test_an_interrupted_unpacking_goes_on(packed: Path, venue: OwnEngine, tmp_path: Path) -> None:
    """An engine that stops answering in the middle, then is there again: the second call does the rest."""
    venue.process.send_signal(signal.SIGSTOP)
    ran = there(venue, "unpack", packed, cwd=tmp_path)
    venue.process.send_signal(signal.SIGCONT)
    assert ran.returncode == 1
    assert "does not answer" in ran.stderr
    assert (tmp_path / "greetings/decks/greetings/deck.md").exists()
    assert "2 images loaded" in there(venue, "unpack", packed, cwd=tmp_path).stdout


def test_an_interrupted_packing_goes_on(engine: EngineAddress, packed: Path, tmp_path: Path) -> None:
    """Killed at any moment, a pack is finished by the next call, to the same bytes."""
    command = [sys.executable, "-m", "quarterdeck", "pack", "decks/greetings", "-o", str(tmp_path / "again.qdpack")]
    environ = {**os.environ, "DOCKER_HOST": engine.url}
    for _ in range(3):
        with subprocess.Popen(command, cwd=packed.parent, env=environ, stdout=subprocess.DEVNULL) as process:
            while process.poll() is None and not (tmp_path / "again.qdpack.part").exists():
                time.sleep(0.001)
            process.kill()
    subprocess.run(command, cwd=packed.parent, env=environ, stdout=subprocess.DEVNULL, check=True, timeout=RUN_SECONDS)
    assert (tmp_path / "again.qdpack").read_bytes() == packed.read_bytes()
    assert not (tmp_path / "again.qdpack.part").exists()
