"""A show going on, and a browser that looks at it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from support.running_show import Running

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext


@pytest.fixture
def running() -> Iterator[Running]:
    """A show of the sample deck."""
    show = Running()
    yield show
    show.stop()
    show.loop.close()


@pytest.fixture
def context(chromium: "Browser") -> Iterator["BrowserContext"]:
    """A browser without any history; every error in a page fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield context
    context.close()
    assert [e for e in errors if "WebSocket" not in e and "ERR_CONNECTION_REFUSED" not in e] == []
