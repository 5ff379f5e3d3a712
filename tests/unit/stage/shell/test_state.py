"""What is known of a shell from its marks, and waiting for it."""

from __future__ import annotations

import asyncio

from quarterdeck.stage.shell.marks import Mark, MarkKind
from quarterdeck.stage.shell.state import HEAD, TAIL, Activity, Capture, Phase, ShellState

PROMPT, STARTED = Mark(MarkKind.PROMPT), Mark(MarkKind.STARTED)


def after(*marks: Mark) -> ShellState:
    """The state of a shell that has printed these."""
    state = ShellState()
    for mark in marks:
        state.accept(mark)
    return state


def test_a_command_from_prompt_to_prompt() -> None:
    """Its output is kept apart from its echo and from the prompts around it."""
    state = after(PROMPT)
    assert state.at_rest
    state.begin_command()
    state.since_sent.clear("$ ")
    state.line_begun = True
    state.send()
    assert (state.phase, state.line_begun, state.at_rest) == (Phase.SENT, False, False)
    state.feed("false\r\n")
    state.accept(STARTED)
    state.feed("no\r\n")
    assert (state.phase, state.ran) == (Phase.RUNNING, True)
    state.accept(Mark(MarkKind.ENDED, 1))
    state.feed("$ ")
    assert (state.phase, state.status) == (Phase.ENDED, 1)
    state.accept(PROMPT)
    assert state.printed_lines() == ["no"]
    assert state.lines_since_sent() == ["no"]


def test_a_prompt_that_is_drawn_again_ends_nothing() -> None:
    """A line editor redraws it, marks included; only a sent line begins something."""
    state = after(PROMPT, Mark(MarkKind.ENDED, 7))
    assert (state.phase, state.status) == (Phase.PROMPT, None)
    state = after(PROMPT, STARTED, Mark(MarkKind.ENDED, 7))  # a POSIX shell's, which holds the marks of a command
    assert (state.phase, state.status) == (Phase.PROMPT, None)


def test_a_command_that_was_typed_ahead() -> None:
    """The shell has read it before it takes another; it runs until it has ended."""
    state = after(PROMPT, STARTED)
    assert (state.phase, state.at_rest) == (Phase.RUNNING, False)
    state.feed("done\r\n")
    state.accept(Mark(MarkKind.ENDED, 0))
    assert (state.phase, state.at_rest) == (Phase.ENDED, False)
    state.accept(PROMPT)
    assert state.at_rest
    assert after(PROMPT, Mark(MarkKind.CONTINUATION)).phase is Phase.CONTINUATION


def test_a_further_line_is_asked_for() -> None:
    """The shell takes input then, but the command has not run."""
    state = after(PROMPT)
    state.send()
    state.accept(Mark(MarkKind.CONTINUATION))
    assert (state.at_rest, state.ran) == (True, False)


def test_what_a_key_printed() -> None:
    """Ctrl-C is echoed in the line of the cursor; Ctrl-D, at the start of a line, is not."""
    state = after(STARTED)
    state.since_sent.clear("")
    state.feed("^C\r\nstopped\r\n")
    assert state.lines_since_pressed("C") == ["stopped"]
    state.since_sent.clear("")
    state.feed("ended\r\n")
    assert state.lines_since_pressed("D") == ["ended"]
    state.since_sent.clear("word? ")
    state.feed("\r\ngot\r\n")
    assert state.lines_since_pressed("D") == ["got"]


async def test_silence_counts_from_the_last_output() -> None:
    """A wait ends only once nothing was printed for as long as is needed."""
    activity = Activity()
    loop = asyncio.get_running_loop()
    activity.note_output()
    loop.call_later(0.05, activity.note_output)
    loop.call_later(0.05, activity.wake)
    began = loop.time()
    assert await activity.settled(lambda: 0.1)
    assert loop.time() - began >= 0.149


async def test_a_wait_ends_at_its_deadline() -> None:
    """When what is waited for never comes; and a change ends :meth:`changed` at once."""
    activity = Activity()
    loop = asyncio.get_running_loop()
    assert not await activity.settled(lambda: None, loop.time() + 0.05)
    assert not await activity.changed(loop.time() + 0.01)
    loop.call_soon(activity.wake)
    assert await activity.changed(loop.time() + 60)


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
