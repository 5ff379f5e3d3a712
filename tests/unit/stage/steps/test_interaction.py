"""Programs in other languages, and keys in full-screen programs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.demo import RUNNERS, Command, ExpectedOutput
from quarterdeck.stage.events import Outcome, Output, StageEvent
from quarterdeck.stage.recorder import Recorder
from quarterdeck.stage.replay import ReplayEngine
from quarterdeck.stage.shell.typist import Typing
from quarterdeck.stage.steps.interaction import as_typed
from quarterdeck.terminal.screenshot import text_lines
from support.staged import demo_of, expect, key, keys, on_stage, step, typed


def opened(text: str, *lines: str) -> Command:
    """A command that opens a full-screen program; with lines, what the screen must show."""
    command = typed(text)
    expected = expect(*lines, status=None) if lines else replace(command.expected, status=None)
    return replace(command, expected=replace(expected, on_screen=True))


async def test_a_program_is_typed_into_its_language() -> None:
    """A Python fence runs as a program, blank lines and quotes included, and its output is compared."""
    program = typed("for n in range(2):\n\n    print(f'n={n} $HOME')", "n=0 $HOME", "n=1 $HOME", prompt="")
    async with on_stage(demo_of(step(program, runner="python"))) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, stage.screen()
        assert stage.screen()[0] == "$ python3 - <<'END'"


def test_a_program_may_hold_the_word_that_ends_it() -> None:
    """The heredoc's end is a word that the program doesn't have."""
    (command,) = as_typed(step(typed("END", prompt=""), runner="sh")).interactions
    assert command.lines == ("sh -s <<'END_'", "END", "END_")  # type: ignore[union-attr]


PROGRAMS = {
    "bash": "echo $((6 * 7))",
    "sh": "echo $((6 * 7))",
    "py": "print(6 * 7)",
    "python": "print(6 * 7)",
    "perl": "print 6 * 7, qq(\\n);",
    "js": "console.log(6 * 7)",
    "javascript": "console.log(6 * 7)",
    "node": "console.log(6 * 7)",
    "sqlite": "select 6 * 7;",
    "lua": "print(6 * 7)",
    "php": "<?php echo 6 * 7, PHP_EOL;",
    "r": "cat(6 * 7, '\\n')",
    "ruby": "puts 6 * 7",
}
HERE = [language for language in PROGRAMS if shutil.which(RUNNERS[language].split()[0])]
"""Bash, sh, Python and Perl are on any machine that runs tests; others where they are installed."""


@pytest.mark.parametrize("language", HERE)
async def test_languages_of_this_machine(language: str) -> None:
    """A program is piped to its language's program, and its output compared."""
    program = step(typed(PROGRAMS[language], "42"), runner=language)
    async with on_stage(demo_of(program)) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished.faults


async def test_a_program_that_reads_files_only(tmp_path: Path) -> None:
    """Go's source is written to a file first; that fails the step when it can't be."""
    go = tmp_path / "go"
    go.write_text('#!/bin/sh\ntest "$1 $2" = "run main.go" && cat main.go\n')
    go.chmod(0o755)
    program = step(typed("package main", "package main"), runner="go")
    async with on_stage(demo_of(program), environ={"PATH": f"{tmp_path}:{os.environ['PATH']}"}) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished.faults


SERVER = """python3 -uc 'import time
print("srv> ", end="")
input()
try: time.sleep(60)
except KeyboardInterrupt: print("srv> ", end="")
input()'"""


async def test_a_prompt_after_an_echoed_ctrl_c() -> None:
    """Pub/sub in redis-cli ends like this: ``^C127.0.0.1:6379> ``, in one line."""
    demo = demo_of(step(SERVER, typed("go", prompt="srv>"), key("C"), typed("exit", prompt="srv>"), timeout=20.0))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished.faults
        assert "^Csrv> exit" in stage.screen()
        assert finished.answers[2].lines == ()


async def test_what_a_key_prints_ends_before_the_prompt() -> None:
    """Of Python interrupted at its prompt, the message; not the prompt after it."""
    demo = demo_of(step("python3 -q", typed("1", "1", prompt=">>>"), key("C", ">>>"), typed("exit()", prompt=">>>")))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished.faults
        assert finished.answers[2].lines == ("KeyboardInterrupt",)


async def test_the_last_words_of_a_program_that_should_have_shown_a_prompt() -> None:
    """As of psql, when its server isn't there yet: the fault quotes them, and names both remedies."""
    psql = "sh -c 'echo psql: error: connection refused >&2; exit 2'"
    demo = demo_of(step(replace(typed(psql), expected=ExpectedOutput(status=None)), typed("select 1;", prompt="x=#")))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        (fault,) = finished.faults
        assert fault.code == "nested-ended"
        assert "  | psql: error: connection refused" in fault.message
        assert "-it" in (fault.hint or "")
        assert "ready=" in (fault.hint or "")


async def test_a_prompt_after_a_ctrl_c_of_the_speakers() -> None:
    """The step after the speaker took over and pressed Ctrl-C is typed at a prompt in that same line."""
    demo = demo_of(
        step(SERVER, typed("go", prompt="srv>"), id="a", background=True),
        step(typed("exit", prompt="srv>"), id="b", timeout=15.0),
    )
    async with on_stage(demo) as stage:
        assert (await stage.run.run_step(demo.steps[0])).outcome is Outcome.PASSED
        await stage.run.write(b"\x03")
        finished = await stage.run.run_step(demo.steps[1])
        assert finished.outcome is Outcome.PASSED, finished.faults


READS_KEYS = """
import os, select, sys, termios, tty
how = sys.argv[1:]
before = termios.tcgetattr(0)
if "late" in how:
    __import__("time").sleep(1.5)
tty.setraw(0, termios.TCSAFLUSH)
print("\\x1b[?1049h\\x1b[H" + ("\\x1b[?1h" if "application" in how else "") + "board", end="\\r\\n", flush=True)
while (data := os.read(0, 1)) != b"q":
    if data == b"\\x1b" and select.select([0], [], [], 0.05)[0]:
        while len(data) < 3 or not chr(data[-1]).isalpha():
            data += os.read(0, 1)
    print(repr(data.decode()), end="\\r\\n", flush=True)
termios.tcsetattr(0, termios.TCSADRAIN, before)
print("\\x1b[?1049l", end="", flush=True)
"""
"""A full-screen program that prints what it reads.  It takes what comes within 50 ms after Escape for one key, as
busybox's vi does, and forgets what was typed before it was ready, as top does."""


@pytest.mark.slow
async def test_keys_reach_a_program_one_by_one(tmp_path: Path) -> None:
    """Escape is a key of its own, however fast keys are typed; an arrow is what the program has asked for."""
    program = tmp_path / "board.py"
    program.write_text(READS_KEYS)
    shown = ("board", r"'\x1b'", "'O'", "'<'", r"'\x1b[B'", r"'\x1b[B'", r"'\x1b[Z'", r"'\x17'", "' '")
    pressed = keys("<Esc>O<<Down 2><Shift-Tab><Ctrl-W><Space>", *shown)
    asked = keys("<Down><Home>", r"'\x1bOB'", r"'\x1bOH'")
    demo = demo_of(
        step(opened(f"python3 {program}"), pressed, keys("q"), typed("echo after", "after"), id="a"),
        step(opened(f"python3 {program} application"), asked, keys("q"), id="b"),
    )
    async with on_stage(demo) as stage:
        finished = await stage.play()
        assert [f.outcome for f in finished] == [Outcome.PASSED] * 2, [f.faults for f in finished]
        assert stage.screen()[-4:-1] == ["$ echo after", "after", f"$ python3 {program} application"]


RELAYS_LATE = """
import os, pty, select, sys, time, tty
child, master = pty.fork()
if not child:
    os.execvp("python3", ["python3", *sys.argv[1:]])
tty.setraw(0)
while True:
    for source in select.select([0, master], [], [])[0]:
        if source == 0:
            time.sleep(0.4)
        try:
            data = os.read(source, 999)
        except OSError:
            sys.exit()
        os.write(1 if source == master else master, data)
"""
"""Passes keys on 0.4 s late and all together, as the client of a container on a busy engine may."""


@pytest.mark.slow
async def test_escape_is_a_key_of_its_own_on_a_busy_engine(tmp_path: Path) -> None:
    """What follows waits until the program has shown that it read Escape, however late it does."""
    program, relay = tmp_path / "board.py", tmp_path / "relay.py"
    program.write_text(READS_KEYS)
    relay.write_text(RELAYS_LATE)
    pressed = keys("ab<Esc>O", "'a'", "'b'", r"'\x1b'", "'O'")
    begin = opened(f"python3 {relay} {program}", "board")
    async with on_stage(demo_of(step(begin, pressed, keys("q"), "true"))) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished.faults


@pytest.mark.slow
async def test_no_key_is_pressed_before_the_program_is_there(tmp_path: Path) -> None:
    """One that takes its time to begin, and forgets what was typed meanwhile, gets every key."""
    program = tmp_path / "board.py"
    program.write_text(READS_KEYS)
    begin = step("echo board", opened(f"python3 {program} late", "board"), id="a")  # it is on the screen before
    async with on_stage(demo_of(begin, step(keys("x", "'x'"), keys("q"), "true", id="b"))) as stage:
        assert [f.outcome for f in await stage.play()] == [Outcome.PASSED] * 2, stage.screen()


@pytest.mark.slow
async def test_an_editor_a_pager_and_top(tmp_path: Path) -> None:
    """A file is edited in vi, read in less, and top is left: the same three times, and so is what a replay shows."""
    for program in ("vi", "less", "top"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} isn't installed")
    screens = []
    for _ in range(3):
        async with on_stage(EDITING, typing=Typing.RECORDED) as stage:
            recorder = Recorder(EDITING)
            finished = await stage.play()
            assert [f.outcome for f in finished] == [Outcome.PASSED] * 5, finished
            for event in stage.events:
                recorder(event)
        screens.append(stage.screen())
        told: list[StageEvent] = []
        replay = ReplayEngine({EDITING.name: recorder.cast()}, speed=1000).run(EDITING, told.append)
        await replay.start()
        for each in EDITING.shown_steps:
            assert (await replay.run_step(each)).outcome is Outcome.RECORDED
        assert text_lines("".join(e.data for e in told if isinstance(e, Output))) == stage.screen()
    assert screens[0] == screens[1] == screens[2]
    assert screens[0][-5:] == ["one", "two", "$ seq 300 > numbers.txt", "$ less numbers.txt", "$"]


EDITING = demo_of(
    step(opened("top", "...", "[..]PID USER[..]"), keys("q"), typed("clear", "..."), id="look"),
    step(opened("vi notes.txt"), id="open"),
    step(keys("ione<Enter>two<Esc>", "one", "two"), id="write"),
    step(keys("<Up><Down>:wq<Enter>"), typed("cat notes.txt", "one", "two"), id="save"),
    step(
        typed("seq 300 > numbers.txt"),
        opened("less numbers.txt", "1", "2"),
        keys("/^77<Enter>", "77", "78"),
        keys("q"),
        id="page",
    ),
)


@pytest.mark.slow
async def test_a_program_that_is_not_there_takes_no_keys() -> None:
    """The step says which command has ended, and what it printed; no key is typed at the shell's prompt."""
    demo = demo_of(
        step(opened("echo no such file"), keys("q"), id="a"),
        step(opened("cat"), keys("x<Ctrl-D 2>"), keys("yz"), id="b"),
        step("echo fine", id="c"),
    )
    async with on_stage(demo) as stage:
        first, second, third = await stage.play()
        assert [f.outcome for f in (first, second, third)] == [Outcome.FAILED, Outcome.FAILED, Outcome.PASSED]
        (fault,) = first.faults
        assert (
            fault.message
            == "'echo no such file' has ended, so no keys can be pressed in it; it printed\n  | no such file"
        )
        assert second.faults[0].message.startswith("the program in which 'yz' should be pressed has ended")
        assert stage.screen()[-2:] == ["fine", "$"]


@pytest.mark.slow
async def test_a_screen_that_is_not_as_expected_is_shown(tmp_path: Path) -> None:
    """The fault names the line that is missing, at its place in the script."""
    program = tmp_path / "board.py"
    program.write_text(READS_KEYS)
    board = opened(f"python3 {program}", "board")
    async with on_stage(demo_of(step(board, keys("x", "board", "'y'"), keys("q"), "true", timeout=3.0))) as stage:
        (finished,) = await stage.play()
        (fault,) = finished.faults
        assert fault.message == "''y'' is not on the screen after 'x'; it shows\n  | board\n  | 'x'"
        assert fault.span == SourceSpan("demo.md", 12, 1, 3)
