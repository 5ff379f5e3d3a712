"""Demos on a real shell."""

from __future__ import annotations

import asyncio
import time

import pytest

from quarterdeck.stage.events import Outcome
from staged import demo_of, key, on_stage, step, typed


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
        ("printf '\\x1b[?25l'; tput cup 3 3; echo there", ("...", "   there")),
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


async def test_a_step_that_hangs_times_out_and_the_next_one_runs() -> None:
    """After the time limit the step is over within a second, and the terminal is at its prompt."""
    demo = demo_of(step("sleep 60", id="a", timeout=0.3), step(typed("echo on", "on"), id="b"))
    async with on_stage(demo) as stage:
        slow, after = await stage.play()
        assert (slow.outcome, after.outcome) == (Outcome.TIMED_OUT, Outcome.PASSED)
        assert slow.duration < 1.3
        assert "not done within 0.3 s" in slow.faults[0].message


@pytest.mark.parametrize(
    "command",
    [
        "sleep 60",
        "trap '' INT; sleep 60 & wait",
        "bash -c 'trap \"\" INT QUIT; while :; do sleep 1; done'",
        "while :; do :; done",
        "trap '' INT; while :; do :; done",
        "read word",
        "stty raw -echo; sleep 60",
        "cat",
        "yes",
        "python3 -c 'import signal, time; signal.signal(2, signal.SIG_IGN); time.sleep(60)'",
        "kill -STOP $$",
    ],
)
async def test_anything_can_be_interrupted(command: str) -> None:
    """Whatever runs is ended within a second, and the next step runs."""
    demo = demo_of(step(command, id="a"), step(typed("echo on", "on"), id="b"))
    async with on_stage(demo) as stage:
        running = asyncio.create_task(stage.run.run_step(demo.steps[0]))
        await stage.until(lambda: command.rsplit("\n", maxsplit=1)[-1] in " ".join(stage.screen()))
        await asyncio.sleep(0.1)  # it runs by now, or it is the shell that is interrupted; both must work
        began = time.monotonic()
        await stage.run.interrupt()
        took = time.monotonic() - began
        finished = await running
        assert finished.outcome is Outcome.INTERRUPTED
        assert took < 1.0
        after = await stage.run.run_step(demo.steps[1])
        assert after.outcome is Outcome.PASSED, (after, stage.raw())


@pytest.mark.parametrize(("command", "status"), [("exit 3", 3), ("kill -9 $$", 137), ("exec true", 0)])
async def test_a_shell_that_ends_is_replaced(command: str, status: int) -> None:
    """A shell that goes away in the middle ends the step with its status, and a new one is there for the next."""
    demo = demo_of(step(typed(command), "echo never", id="a"), step(typed("echo on", "on"), id="b"))
    async with on_stage(demo) as stage:
        died, after = await stage.play()
        assert (died.outcome, after.outcome) == (Outcome.DIED, Outcome.PASSED)
        assert f"with status {status}" in died.faults[0].message
        assert "never" not in stage.raw()
        assert stage.screen()[-3:] == ["$ echo on", "on", "$"]


async def test_a_wanted_exit_passes() -> None:
    """A step whose last command is meant to end the shell passes when the status is as expected."""
    demo = demo_of(step(typed("exit 3", status=3)))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED
        assert stage.screen() == ["$ exit 3", "exit", "$"]


async def test_a_hundred_megabytes_do_not_stall() -> None:
    """A flood is compared by its head and tail, and only glimpses of it reach the audience."""
    flood = typed("head -c 100000000 /dev/zero | tr '\\0' x | fold -w 80; echo; echo end", "xxxx[..]", "...", "end")
    async with on_stage(demo_of(step(flood, timeout=90))) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished.faults
        assert len(stage.raw()) < 16_000_000
        assert stage.screen()[-2:] == ["end", "$"]
