"""A shell's output on its way to the audience."""

from __future__ import annotations

import asyncio
import re

import pytest

from quarterdeck.stage.events import Output, StageEvent, Typed
from quarterdeck.stage.shell import output
from quarterdeck.stage.shell.output import GLIMPSE, LIMIT, AudienceFeed, OutputPipeline
from quarterdeck.stage.shell.secrets import MASK
from quarterdeck.terminal.emulator import UNFINISHED


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


async def test_secret_printed_slowly_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pause in its middle, even within a control sequence there, shows a third of it at most."""
    monkeypatch.setattr(output, "HOLD_SECONDS", 0.001)
    ends = Ends("s3cr3t")
    for piece in (b"it is s3", b"cr\x1b[3", b"1m", b"3\x1b", b"[mt."):
        ends.pipeline.feed(piece)
        await asyncio.sleep(0.02)
    assert "".join(ends.shown) == f"it is s3{MASK}."


@pytest.mark.parametrize(
    "command",
    [
        b"\x1b]0;title\x07",
        b"\x1b]2;title\x1b\\",
        b"\x1b]52;c;c2VjcmV0\x07",
        b"\x1b]52;c;" + b"A" * 20_000 + b"\x07",
        b"\x1b]52;c;" + b"A" * 20_000 + b"\x1b\\",
        "\x9d52;c;c2VjcmV0\x9c".encode(),
        b"\x1bPtmux;\x1b\x1b]52;c;c2VjcmV0\x07\x1b\\",
        b"\x1b]1337;File=name=eA==:AAAA\x07",
        b"\x1b_Gf=32,t=f;L2V0Yy9wYXNzd2Q=\x1b\\",
        b"\x1b^note\x1b\\",
        b"\x1bXstring\x1b\\",
        b"\x1b]11;?\x07",
        b"\x1b\x1b]0;title\x07",
        b"\x1b]0;title\x1b\x1b]0;title\x07",
        b"\x1b]9;done\x18",
    ],
)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
async def test_commands_beyond_the_screen_are_dropped(command: bytes, size: int) -> None:
    """Titles, the clipboard, files and notifications reach no page and no recording, in whatever pieces they come."""
    ends = Ends()
    data = b"one " + command + b"two\x1b[1m"
    for start in range(0, len(data), size):
        ends.pipeline.feed(data[start : start + size])
    shown = "".join(ends.shown)
    assert re.sub(r"\x1b\\", "", shown) == "one two\x1b[1m"


@pytest.mark.parametrize("size", [1, 3, 1 << 20])
async def test_what_is_left_makes_no_command(size: int) -> None:
    """The characters around one that was dropped don't make another."""
    ends = Ends()
    data = b"\x1b\x1b]0;a\x07]52;c;AAAA\x07 \x1b\x1b\x1bPa\x1b\\\x1b\x1b]0;b\x07]0;c\x07"
    for start in range(0, len(data), size):
        ends.pipeline.feed(data[start : start + size])
    assert not re.search(r"\x1b[\]PX^_]", "".join(ends.shown))


async def test_colours_and_links_are_kept() -> None:
    """They change nothing but the screen; so do all other sequences, passed on whole."""
    text = "\x1b]8;;http://a/?b\x1b\\x\x1b]8;;\x07\x1b]4;1;rgb:ff/00/00\x07\x1b]104\x07\x1b[?25l\x1b(0q\x1b(B\x1b7"
    ends = Ends()
    for character in text:
        ends.pipeline.feed(character.encode())
    assert "".join(ends.shown) == text
    assert not any(UNFINISHED.search(piece) for piece in ends.shown)


async def test_unfinished_command_swallows_nothing_of_the_next_program() -> None:
    """What a killed program has begun to send ends with its output."""
    ends = Ends()
    for begun in (b"a\x1b]52;c;AAAA", b"b\x1b]0;" + b"A" * 20_000, b"c\x1b[3"):
        ends.pipeline.feed(begun)
        ends.pipeline.flush()
    ends.pipeline.feed(b"$ ")
    assert "".join(ends.shown) == "abc$ "


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
