"""A show going on, and a browser that looks at it."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.seats.desk import server
from quarterdeck.show.machine import commands
from quarterdeck.show.web import websocket
from support.open_workshop import Workshop
from support.running_show import Running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


@pytest.fixture
def running(monkeypatch: pytest.MonkeyPatch) -> Iterator[Running]:
    """A show of the sample deck.

    On a busy machine a press may come late, or seem to have been made in the same moment as another: it counts.
    """
    monkeypatch.setattr(websocket, "LATE_SECONDS", 3600.0)
    monkeypatch.setattr(commands, "REACTION_SECONDS", -3600.0)
    show = Running()
    yield show
    show.stop()
    show.loop.close()


@pytest.fixture
def workshop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workshop]:
    """A workshop that is open, in a thread, which gets no signals."""
    monkeypatch.setattr(server, "ended_by_signals", lambda end: contextlib.nullcontext())
    opened = Workshop(tmp_path)
    yield opened
    opened.close()


TROUBLE = ("WebSocket", "ERR_CONNECTION_REFUSED", "status of 503")
"""What a browser complains of while a server is away or busy, and a page gets over."""


@pytest.fixture
def context(chromium: "Browser") -> Iterator["BrowserContext"]:
    """A browser without any history; every error in a page fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield context
    context.close()
    assert [error for error in errors if not any(trouble in error for trouble in TROUBLE)] == []
