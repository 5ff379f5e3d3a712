"""Output within bounds: of the comparison, and of what an audience gets."""

from __future__ import annotations

import pytest

from quarterdeck.stage.events import Output, StageEvent, Typed
from quarterdeck.stage.shell import output
from quarterdeck.stage.shell.output import GLIMPSE, HEAD, LIMIT, TAIL, AudienceFeed, Capture


def test_a_capture_keeps_head_and_tail() -> None:
    """Of longer output, a megabyte never; the line that was cut is closed."""
    capture = Capture()
    line = "x" * 1022 + "\r\n"
    for _ in range(4 * HEAD // len(line)):
        capture.feed(line)
    capture.feed("the end\r\n")
    assert len(capture.text) <= HEAD + TAIL + 2 * len(line)
    assert capture.newlines == 4 * HEAD // len(line) + 1
    assert capture.text.endswith("the end\r\n")


def test_a_capture_that_begins_in_a_line() -> None:
    """The prompt is there already, so the echo stands after it."""
    capture = Capture()
    capture.clear("$ ")
    capture.feed("echo hi\r\nhi\r\n")
    assert capture.lines() == ["$ echo hi", "hi"]
    assert [row.text.rstrip() for row in capture.rows()] == ["$ echo hi", "hi", ""]


def feed() -> tuple[AudienceFeed, list[StageEvent]]:
    """A feed of terminal 2, and what it publishes."""
    events: list[StageEvent] = []
    return AudienceFeed(2, events.append, lambda: 1.5), events


def test_output_and_typing_are_published_at_once() -> None:
    """With the terminal's number, at the run's time; not while the terminal is muted."""
    audience, events = feed()
    audience.type("ls\r")
    audience.print("a.txt\r\n")
    audience.muted = True
    audience.type("secret\r")
    audience.print("hidden")
    assert events == [Typed(2, "ls\r", 1.5), Output(2, "a.txt\r\n", 1.5)]


async def test_a_flood_is_published_in_glimpses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit only the last lines of each frame; the next step is shown in full again."""
    monkeypatch.setattr(output, "FRAME", 3600.0)
    audience, events = feed()
    audience.print("x" * LIMIT)
    for number in range(10_000):
        audience.print(f"line {number}\r\n")
    assert len(events) == 1
    audience.begin_step()
    (glimpse,) = events[1:]
    assert isinstance(glimpse, Output)
    assert len(glimpse.data) <= 2 * GLIMPSE
    assert glimpse.data.startswith("line ")
    assert glimpse.data.endswith("line 9999\r\n")
    audience.print("next")
    assert events[-1] == Output(2, "next", 1.5)
