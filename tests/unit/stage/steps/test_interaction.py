"""Programs in other languages."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.model.demo import RUNNERS, ExpectedOutput
from quarterdeck.stage.events import Outcome
from quarterdeck.stage.steps.interaction import as_typed
from support.staged import demo_of, key, on_stage, step, typed


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
