"""A shell's output on its way to the audience."""

from __future__ import annotations

import asyncio

import pytest

from quarterdeck.stage.events import Output, StageEvent, Typed
from quarterdeck.stage.shell import output
from quarterdeck.stage.shell.output import GLIMPSE, LIMIT, AudienceFeed, OutputPipeline
from quarterdeck.stage.shell.secrets import MASK


class Ends:
    """Both ends of a pipeline: what was emitted, and what was typed in reply."""

    def __init__(self, *secrets: str) -> None:
        self.shown: list[str] = []
        self.replies: list[bytes] = []
        self.pipeline = OutputPipeline(secrets, self.shown.append, self.replies.append)


async def test_half_a_character_waits_for_the_rest() -> None:
    """UTF-8 may be cut anywhere; what never becomes whole is shown as a replacement."""
    ends = Ends()
    ends.pipeline.feed("é".encode()[:1])
    assert "".join(ends.shown) == ""
    ends.pipeline.feed("é".encode()[1:] + "é".encode()[:1])
    assert "".join(ends.shown) == "é"
    ends.pipeline.flush()
    assert "".join(ends.shown) == "é\ufffd"


async def test_the_cursor_is_reported_as_of_the_question() -> None:
    """Two questions in one piece get an answer each, and nobody sees them."""
    ends = Ends()
    ends.pipeline.feed(b"ab\x1b[6ncd\r\n\x1b[6n> ")
    assert ends.replies == [b"\x1b[1;3R", b"\x1b[2;1R"]
    assert "".join(ends.shown) == "abcd\r\n> "
    assert ends.pipeline.screen.cursor_column == 2


async def test_what_may_begin_a_secret_is_held_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The secret is masked when the rest comes; otherwise the text is shown after all."""
    monkeypatch.setattr(output, "HOLD_SECONDS", 0.01)
    ends = Ends("s3cr3t")
    ends.pipeline.feed(b"it is s3c")
    ends.pipeline.feed(b"r3t, s3")
    assert "".join(ends.shown) == f"it is {MASK}, "
    async with asyncio.timeout(60):
        while "".join(ends.shown) != f"it is {MASK}, s3":
            await asyncio.sleep(0.001)


async def test_a_prompt_gets_a_tidy_screen() -> None:
    """Modes and colours of a killed program are undone, and the cursor goes to a new line; else nothing is emitted."""
    ends = Ends()
    ends.pipeline.tidy()
    assert ends.shown == []
    ends.pipeline.feed(b"\x1b[?25l\x1b[31mhalf")
    ends.pipeline.tidy()
    assert ends.shown[-1].endswith("\r\n")
    assert "\x1b[?25h" in ends.shown[-1]
    assert ends.pipeline.screen.cursor_column == 0


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
