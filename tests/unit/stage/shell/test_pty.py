"""A shell on a pseudo-terminal."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from quarterdeck.stage.events import Outcome
from quarterdeck.stage.shell.marks import Piece
from quarterdeck.stage.shell.program import ShellProgram
from quarterdeck.stage.shell.pty import Shell
from support.staged import demo_of, key, on_stage, step, typed


@pytest.fixture
def ignoring() -> Iterator[None]:
    """A process that ignores Ctrl-C, as one in the background of a script does."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    yield
    signal.signal(signal.SIGINT, before)


async def printed(*arguments: str, typed_in: bytes = b"") -> tuple[bytes, int]:
    """What a program on a terminal prints, and its exit status."""
    pieces: list[Piece] = []
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    program = ShellProgram(arguments, {"PATH": os.environ["PATH"]}, Path("/"), "nonce")
    shell = await Shell.start(program)
    shell.listen(pieces.append, ended.set_result)
    shell.write(typed_in)
    async with asyncio.timeout(60):
        status = await ended
    await shell.close()
    return b"".join(p for p in pieces if isinstance(p, bytes)), status


async def test_a_program_gets_a_terminal_of_a_known_size() -> None:
    """It is the controlling terminal, 100 cells wide and 24 lines high, from the start."""
    output, status = await printed("sh", "-c", "stty size; stty -a < /dev/tty | grep -c speed")
    assert output.split() == [b"24", b"100", b"1"]
    assert status == 0


async def test_exit_statuses() -> None:
    """The status is the program's; a signal that killed it counts from 128; a program that isn't there gives 127."""
    assert (await printed("sh", "-c", "exit 3"))[1] == 3
    assert (await printed("sh", "-c", "kill -TERM $$"))[1] == 128 + signal.SIGTERM
    assert await printed("no-such-program") == (b"no-such-program: No such file or directory\r\n", 127)


async def test_more_input_than_a_terminal_takes_at_once() -> None:
    """A long text that is typed in at once arrives whole."""
    text = b"".join(b"line %04d of what is typed\n" % n for n in range(2000))
    script = f"stty -echo; head -c {len(text)} | cksum"
    import subprocess

    expected = subprocess.run(["cksum"], input=text, capture_output=True, check=True).stdout
    output, _ = await printed("sh", "-c", script, typed_in=text)
    assert output.split()[-2:] == expected.split()


@pytest.mark.slow
async def test_ctrl_c_works_though_we_ignore_it(ignoring: None) -> None:
    """A rehearsal in the background of a script, which ignores Ctrl-C, can still press it in a demo."""
    demo = demo_of(step(typed("sleep 60"), key("C"), typed("echo $?", "130")))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, (finished, stage.screen())
        assert finished.duration < 50
