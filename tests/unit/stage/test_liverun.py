"""Demos on a real shell."""

from __future__ import annotations

import pytest
from staged import demo_of, key, on_stage, step, typed

from quarterdeck.stage.events import Outcome


async def test_steps_share_a_shell() -> None:
    """What one step sets, the next one sees; the screen shows prompts, commands and output in order."""
    demo = demo_of(step("word=ahoy", "cd /", id="a"), step(typed("echo $word from $PWD", "ahoy from /"), id="b"))
    async with on_stage(demo) as stage:
        finished = await stage.play()
        assert [f.outcome for f in finished] == [Outcome.PASSED, Outcome.PASSED], finished
        assert stage.screen() == ["$ word=ahoy", "$ cd /", "$ echo $word from $PWD", "ahoy from /", "$"]


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("cat <<END\none\n  two\nEND", ("one", "  two")),
        ("for n in 1 2; do\necho $n\ndone", ("1", "2")),
        ("echo a \\\nb", ("a b",)),
        ("printf '10%%\\r100%%\\n'", ("100%",)),
        ("printf '\\033[31mred\\033[0m\\n'", ("red",)),
        ("echo 日本 👩‍💻 é", ("日本 👩‍💻 é",)),
        ('echo "hi!"', ("hi!",)),
        ("printf '%s\\n' a\tb", ("a", "b")),
        ("# only a comment", ()),
        ("seq 3 | tail -1", ("3",)),
        ("printf 'no line end'", ("no line end",)),
        ("python3 -c 'print(\"x\" * 250)'", ("x" * 250,)),
        ("stty -echo", ()),
        ("sleep 0.05 & wait", ("[1] [..]", "...")),
        ("printf '\\x1b[?25l'; tput cup 3 3; echo there", ("...", "there")),
    ],
)
async def test_commands_of_every_kind(command: str, lines: tuple[str, ...]) -> None:
    """Heredocs, loops, continued lines, colours, progress and Unicode come through, and the shell is fine after it."""
    demo = demo_of(step(typed(command, *lines), typed("echo after", "after")))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, (finished, stage.raw())
        assert "$ echo after" in stage.screen()


async def test_nested_shells_and_keys() -> None:
    """A Python prompt and a shell in a shell are typed into, each line once its prompt is there."""
    demo = demo_of(
        step("python3 -i -q", id="a"),
        step(
            typed("6 * 7", "42", prompt=">>>"),
            typed("for n in range(2):\n  print(n)\n", "0", "1", prompt=">>>"),
            id="b",
        ),
        step(
            key("D", prompt=">>>"),
            typed("sh", status=None),
            typed("echo in", "in", prompt="#"),
            typed("exit 4", prompt="#", status=4),
            id="c",
        ),
        step(typed("echo out", "out"), id="d"),
    )
    async with on_stage(demo) as stage:
        finished = await stage.play()
        assert [f.outcome for f in finished] == [Outcome.PASSED] * 4, (finished, stage.screen())
