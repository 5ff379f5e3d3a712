"""The programs on a stage's terminals."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.stage.shell.marks import Mark, MarkKind, MarkScanner
from quarterdeck.stage.shell.program import Seat, bash, bash_of, shell_in
from quarterdeck.terminal.buffer import Grid

FOLDER = Path("/work")


def test_each_shell_has_its_own_nonce() -> None:
    """So that no mark of one passes for one of another; the shell reads nobody's files, and is told so once."""
    one, other = bash({"A": "b"}, FOLDER), bash({"A": "b"}, FOLDER)
    assert one.nonce != other.nonce
    assert one.nonce in one.environment["PROMPT_COMMAND"]
    assert {"--noprofile", "--norc"} <= set(one.arguments)
    assert one.environment["A"] == "b"


def test_the_prompt_of_a_posix_shell_holds_all_marks() -> None:
    """It has no hook before a command: its prompt says that one began and ended."""
    program = shell_in("web", {}, FOLDER)
    prompt = next(a.partition("=")[2] for a in program.arguments if a.startswith("PS1="))
    marks = [p for p in MarkScanner(program.nonce).feed(prompt.replace("$?", "3").encode()) if isinstance(p, Mark)]
    assert marks == [Mark(MarkKind.STARTED), Mark(MarkKind.ENDED, 3), Mark(MarkKind.PROMPT)]
    assert "web" in program.arguments
    assert program.sweep, "killing docker exec leaves the shell in the container"


def test_an_attendees_shell_completes_names_and_knows_words() -> None:
    """A demo's does neither: completion would change what is typed."""
    plain = bash({}, FOLDER).environment["PROMPT_COMMAND"]
    seated = bash_of(Seat(("verify", "hint"), Grid(90, 30)), {}, FOLDER)
    assert "disable-completion" in plain
    assert "disable-completion" not in seated.environment["PROMPT_COMMAND"]
    assert {"verify() {", "hint() {"} <= {
        line.rpartition(" __stage_ask")[0] for line in seated.environment["PROMPT_COMMAND"].splitlines()
    }
    assert seated.grid == Grid(90, 30)
