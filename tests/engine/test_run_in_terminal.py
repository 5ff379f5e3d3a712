"""``quarterdeck run DEMO`` in a real terminal, a key a step."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.commands import quarterdeck
from support.terminal import Terminal, in_terminal
from support.waiting import wait_until

if TYPE_CHECKING:
    from quarterdeck.stage.docker.address import EngineAddress

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
def running(engine: EngineAddress, folder: Path, *options: str, demo: str = "solo") -> Iterator[Terminal]:
    """The demo in a terminal, waiting for its first key."""
    environ = {"DOCKER_HOST": engine.url, "XDG_STATE_HOME": str(folder / "state")}
    with in_terminal("run", f"demos/{demo}.md", *options, cwd=folder, environ=environ) as terminal:
        if "--yes" in options:
            terminal.shows(" run yet", "LIVE")
        yield terminal


def test_a_key_a_step_and_the_terminal_as_it_was(engine: EngineAddress, folder: Path) -> None:
    """The title above, the last line says where the demo is; the space bar goes on; q ends it."""
    with running(engine, folder, "--yes") as terminal:
        terminal.shows("3 steps, none run yet · next: ▶ echo one", "space next  q quit")
        assert terminal.rows[0].startswith(" Solo ")
        assert terminal.rows[1] == "$"
        terminal.press(" ")
        terminal.shows("step 1 of 3 done · next: ▶ sleep 100")
        assert terminal.rows[1:4] == ["$ echo one", "one", "$"]
        assert "● ○ ○  1/3   LIVE" in terminal.rows[0]
        terminal.press("q")
        assert terminal.ended() == 0
        assert terminal.restored
        assert terminal.text.endswith("\x1b[?1049lSolo: 1 of 3 steps done\r\n")


def test_a_step_that_hangs_is_interrupted_and_one_that_fails_gives_the_status(
    engine: EngineAddress, folder: Path
) -> None:
    """``i`` ends what hangs; the fault stands in the last line; the exit status is that of the last step."""
    with running(engine, folder, "--yes") as terminal:
        terminal.press(" ")
        terminal.shows("step 1 of 3 done")
        terminal.press(" ")
        terminal.shows("$ sleep 100", "running step 2 of 3")
        terminal.press("i")
        terminal.shows("interrupted · next: ▶ echo wrong", "● ■ ○  2/3")
        terminal.press(" ")
        terminal.shows("The command did not print what was expected", "● ■ ✗  3/3")
        terminal.press(" ")
        assert terminal.ended() == 1
        assert terminal.restored
        assert "Solo: 3 of 3 steps done, failed: step-3" in terminal.text


def test_typing_and_going_back(engine: EngineAddress, folder: Path) -> None:
    """``t`` hands the shell to the speaker, F2 takes it back, and back undoes a step and what was typed."""
    with running(engine, folder, "--yes") as terminal:
        terminal.press(" ")
        terminal.shows("step 1 of 3 done")
        terminal.press("t")
        terminal.shows("every key goes to the terminal; F2 ends typing", "YOU TYPE")
        terminal.press("echo $((20 + 3)) pièces q\r")
        terminal.shows("23 pièces q")
        terminal.press("\x1bOQ")
        terminal.shows("step 1 of 3 done")
        terminal.press("\x1b[D")
        terminal.shows("3 steps, none run yet")
        assert terminal.rows[1:3] == ["$", ""]
        terminal.press("\x11")
        assert terminal.ended() == 0


def hold(terminal: Terminal) -> str:
    """Begin a step, and hold it while its command is typed, which takes a second; what is typed by then."""
    terminal.press(" ")
    terminal.shows("$ echo")
    terminal.press("h")

    def held_or_done() -> bool:
        terminal.read(0.1)
        return any(end in row for end in ("held; space continues", "step 1 of 1 done") for row in terminal.rows)

    wait_until(held_or_done)
    return terminal.rows[1]


def test_a_step_can_be_held(engine: EngineAddress, folder: Path) -> None:
    """``h`` stops the typing in the middle of a command; Space goes on with it."""
    command = f"echo {'slowly ' * 12}"
    (folder / "demos" / "slow.md").write_text(f"# Slow\n\n```console\n$ {command}\n```\n")
    with running(engine, folder, "--yes", demo="slow") as terminal:
        while (held := hold(terminal)) == f"$ {command}".rstrip():  # the machine is busy, and the key came too late
            terminal.press(" ")
            terminal.shows("step 1 of 1 done")
            terminal.press("\x1b[D")
            terminal.shows("1 step, not run yet")
        assert held.startswith("$ echo")
        terminal.press("?")
        terminal.shows("any key closes this")
        terminal.press("?")
        terminal.shows(held)
        assert terminal.rows[1] == held
        terminal.press(" ")
        terminal.shows("step 1 of 1 done")
        assert terminal.rows[1].startswith(f"$ {command}".rstrip())


def test_full_screen_programs_and_a_second_terminal(engine: EngineAddress, folder: Path) -> None:
    """A program may take the demo's whole screen, never the lines around it; terminals stand one above another."""
    script = """# Screens

```console {term=2}
$ echo second
second
```

```console
$ printf '\\033[?1049h\\033[2J\\033[3;5Hfull \\033[1;31mscreen\\033[0m'; sleep 100
```

```console
$ clear; seq 50; printf '漢字 🚢\\n'
```
"""
    (folder / "demos" / "screens.md").write_text(script)
    with running(engine, folder, "--yes", demo="screens") as terminal:
        assert terminal.rows[1] == "$"
        terminal.press(" ")
        terminal.shows("step 1 of 3 done")
        assert terminal.rows[1:4] == ["$ echo second", "second", "$"], "the first one has shown nothing yet"
        terminal.press(" ")
        terminal.shows("    full screen")
        assert [row for row in terminal.rows if "──" in row] == []
        assert terminal.rows[0].startswith(" Screens ")
        assert "running step 2 of 3" in terminal.rows[-1]
        terminal.press("i")
        terminal.shows("interrupted", "terminal 1", "terminal 2", "second")
        terminal.press(" ")
        terminal.shows("step 3 of 3 done", "漢字 🚢", "50", "second")
        assert terminal.rows[0].startswith(" Screens ")
        terminal.press("q")
        assert terminal.ended() == 0


def test_another_size_draws_everything_anew(engine: EngineAddress, folder: Path) -> None:
    """From edge to edge, and no longer; how to go on and how to end have room in any."""
    with running(engine, folder, "--yes") as terminal:
        terminal.press(" ")
        terminal.shows("step 1 of 3 done")
        terminal.resize(40, 12)
        terminal.shows(" Solo ", "$ echo one", "space next  q quit")
        assert len(terminal.rows) == 12
        assert all(len(row) <= 40 for row in terminal.rows)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_ending_the_process_restores_the_terminal(engine: EngineAddress, folder: Path, number: int) -> None:
    """A terminal left without echo would be the speaker's trouble."""
    with running(engine, folder, "--yes") as terminal:
        assert not terminal.restored
        terminal.process.send_signal(number)
        assert terminal.ended() == 0
        assert terminal.restored
        assert terminal.emulated.alternate is False


def test_commands_are_shown_and_agreed_to_once(engine: EngineAddress, folder: Path) -> None:
    """Yes is kept until the script changes; without a yes there are the recordings, or none."""
    with running(engine, folder) as terminal:
        terminal.until("Run them?")
        assert "solo  sleep 100" in terminal.text.replace("\x1b[2m", "").replace("\x1b[0m", "")
        terminal.press("y\r")
        terminal.shows("3 steps, none run yet")
    with running(engine, folder) as terminal:
        terminal.shows("3 steps, none run yet")
        assert "Run them?" not in terminal.text
    script = folder / "demos" / "solo.md"
    script.write_text(script.read_text().replace("sleep 100", "sleep 200"))
    with running(engine, folder) as terminal:
        terminal.until("Run them?")
        terminal.press("n\r")
        terminal.until("you haven't agreed")
        terminal.shows("3 steps, none run yet")


def test_without_a_terminal_it_says_what_to_do(tmp_path: Path) -> None:
    """There are no keys without one."""
    ran = quarterdeck("run", "x.md", cwd=tmp_path)
    assert (ran.status, ran.out) == (1, "")
    assert "this command needs a terminal" in ran.err
    assert "quarterdeck rehearse" in ran.err
