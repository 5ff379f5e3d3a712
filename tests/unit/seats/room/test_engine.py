"""A seat waits for its engine, and loads what it needs once."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.seats.room import engine as module
from quarterdeck.seats.room.engine import SeatEngine
from quarterdeck.stage.docker.address import EngineAddress, parse_address
from quarterdeck.stage.shell.program import Seat
from quarterdeck.terminal.buffer import USUAL

SEAT = Seat(("verify",), USUAL)


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The engine answers at the third attempt."""
    asked: list[float] = []

    async def reachable(seconds: float) -> EngineAddress:
        asked.append(seconds)
        if len(asked) < 3:
            raise QuarterdeckError.of("it isn't there")
        return parse_address("unix:///run/engine.sock")

    monkeypatch.setattr(module, "reachable", reachable)
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.001)
    return asked


@pytest.fixture
def loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with the command lines of a ``docker`` that refuses ``bad.tar``."""
    log = tmp_path / "log"
    program = tmp_path / "docker"
    program.write_text(f'#!/bin/sh\necho "$@" >>{log}\ncase $* in *bad.tar) echo "no space"; exit 1;; esac\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    return log


async def test_an_engine_that_starts_is_waited_for(attempts: list[float]) -> None:
    """The server of a seat is there before its engine."""
    assert (await SeatEngine()((), SEAT)).name == "docker"
    assert len(attempts) == 3


async def test_an_engine_that_never_starts_is_told(attempts: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    """What went wrong is told in the terminal."""
    monkeypatch.setattr(module, "START_SECONDS", 0.0)
    with pytest.raises(QuarterdeckError, match="it isn't there"):
        await SeatEngine()((), SEAT)
    assert attempts


async def test_images_are_loaded_once(attempts: list[float], loaded: Path) -> None:
    """Where none are shared; before the first exercise."""
    engine = SeatEngine([Path("/images/a.tar"), Path("/images/b.tar")])
    await engine((), SEAT)
    await engine((), SEAT)
    assert [line.split()[-1] for line in loaded.read_text("utf-8").splitlines()] == ["/images/a.tar", "/images/b.tar"]
    assert "unix:///run/engine.sock" in loaded.read_text("utf-8")


async def test_an_image_that_cannot_be_loaded_is_told(attempts: list[float], loaded: Path) -> None:
    """By its name, with what the engine says; the next attempt tries again."""
    engine = SeatEngine([Path("/images/bad.tar")])
    for _ in range(2):
        with pytest.raises(QuarterdeckError, match=r"bad\.tar can't be loaded: no space"):
            await engine((), SEAT)
