"""``quarterdeck run DEMO`` in a real terminal, a key a step."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from commands import quarterdeck
from terminal import Terminal, in_terminal

if TYPE_CHECKING:
    from quarterdeck.stage.engine import EngineAddress

pytestmark = pytest.mark.engine
SCRIPT = """\
# Solo

```console
$ echo one
one
```

```console
$ sleep 100
```

```console
$ echo wrong
right
```
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a demo of three steps that need no container."""
    (tmp_path / "demos").mkdir()
    (tmp_path / "demos" / "solo.md").write_text(SCRIPT)
    return tmp_path


@contextmanager
def running(engine: EngineAddress, folder: Path, *options: str) -> Iterator[Terminal]:
    """The demo in a terminal, waiting for its first key."""
    environ = {"DOCKER_HOST": engine.url, "XDG_STATE_HOME": str(folder / "state")}
    with in_terminal("run", "demos/solo.md", *options, cwd=folder, environ=environ) as terminal:
        if "--yes" in options:
            terminal.until("0 of 3 steps done")
        yield terminal


def test_a_key_a_step_and_the_terminal_as_it_was(engine: EngineAddress, folder: Path) -> None:
    """The status line says where the demo is; the space bar goes on; q ends it."""
    with running(engine, folder, "--yes") as terminal:
        assert "next: run echo one · space next · q quit" in terminal.text
        terminal.press(" ")
        terminal.until("1 of 3 steps done · next: run sleep 100")
        assert "\r\none\r\n" in terminal.text
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.restored


def test_a_step_that_hangs_is_interrupted_and_one_that_fails_gives_the_status(
    engine: EngineAddress, folder: Path
) -> None:
    """``i`` ends what hangs; the fault stands in the status line; the exit status is that of the last step."""
    with running(engine, folder, "--yes") as terminal:
        terminal.press(" ")
        terminal.until("1 of 3 steps done")
        terminal.press(" ")
        terminal.until("sleep 100\r\n")
        terminal.press("i")
        terminal.until("interrupted · next: run echo wrong")
        terminal.press(" ")
        terminal.until("is not as expected")
        terminal.press(" ")
        assert terminal.ended() == 1
        assert terminal.restored


def test_typing_and_going_back(engine: EngineAddress, folder: Path) -> None:
    """``t`` hands the shell to the speaker, F2 takes it back, and back undoes a step."""
    with running(engine, folder, "--yes") as terminal:
        terminal.press(" ")
        terminal.until("1 of 3 steps done")
        terminal.press("t")
        terminal.until("you type; F2 ends it")
        terminal.press("echo $((20 + 3)) pièces q\r")
        terminal.until("\n23 pièces q\r\n")
        terminal.press("\x1bOQ")
        terminal.until("1 of 3 steps done")
        terminal.press("\x1b[D")
        terminal.until("0 of 3 steps done")
        terminal.press("\x11")
        assert terminal.ended() == 0


def test_another_size_draws_the_status_line_anew(engine: EngineAddress, folder: Path) -> None:
    """It stays in the last line, and no longer than it."""
    with running(engine, folder, "--yes") as terminal:
        terminal.resize(40, 12)
        line = " Solo · 0 of 3 ste · space next · q quit"
        assert len(line) == 40, "what is going on gives way to how to go on and how to end"
        terminal.until(f"\x1b[12;1H\x1b[7m{line}\x1b[0m")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_ending_the_process_restores_the_terminal(engine: EngineAddress, folder: Path, number: int) -> None:
    """A terminal left without echo would be the speaker's trouble."""
    with running(engine, folder, "--yes") as terminal:
        assert not terminal.restored
        terminal.process.send_signal(number)
        assert terminal.ended() == 0
        assert terminal.restored


def test_commands_are_shown_and_agreed_to_once(engine: EngineAddress, folder: Path) -> None:
    """Yes is kept until the script changes; without a yes there are the recordings, or none."""
    with running(engine, folder) as terminal:
        terminal.until("Run them?")
        assert "solo  sleep 100" in terminal.text.replace("\x1b[2m", "").replace("\x1b[0m", "")
        terminal.press("y\r")
        terminal.until("0 of 3 steps done")
    with running(engine, folder) as terminal:
        terminal.until("0 of 3 steps done")
        assert "Run them?" not in terminal.text
    script = folder / "demos" / "solo.md"
    script.write_text(script.read_text().replace("sleep 100", "sleep 200"))
    with running(engine, folder) as terminal:
        terminal.until("Run them?")
        terminal.press("n\r")
        terminal.until("nobody has agreed")
        terminal.until("0 of 3 steps done")


def test_without_a_terminal_it_says_what_to_do(tmp_path: Path) -> None:
    """There are no keys without one."""
    ran = quarterdeck("run", "x.md", cwd=tmp_path)
    assert (ran.status, ran.out) == (1, "")
    assert "this needs a terminal" in ran.err
    assert "quarterdeck rehearse" in ran.err
