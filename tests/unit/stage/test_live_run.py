"""Demos on a real shell."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError, SourceSpan
from quarterdeck.model.demo import Command, KeyPress, Ready, StepKind
from quarterdeck.processes import descendants, session_members, start_time
from quarterdeck.stage.events import Outcome, Output, PageOpened, StepStarted, Typed
from quarterdeck.stage.shell.typist import Typing
from quarterdeck.terminal.buffer import Grid
from quarterdeck.terminal.screenshot import Emphasis, text_lines
from support.staged import FILE, demo_of, expect, key, on_stage, step, typed

pytestmark = pytest.mark.slow


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


@pytest.mark.slow
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
    """After the time limit the step is soon over, and the terminal is at its prompt."""
    demo = demo_of(step("sleep 60", id="a", timeout=0.3), step(typed("echo on", "on"), id="b"))
    async with on_stage(demo) as stage:
        slow, after = await stage.play()
        assert (slow.outcome, after.outcome) == (Outcome.TIMED_OUT, Outcome.PASSED)
        assert slow.duration < 30
        assert "not done within 0.3 s" in slow.faults[0].message


@pytest.mark.slow
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
    """Whatever runs is ended soon (in a second, says the benchmark), and the next step runs."""
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
        assert took < 30
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


@pytest.mark.slow
async def test_a_hundred_megabytes_do_not_stall() -> None:
    """A flood is compared by its head and tail, and only glimpses of it reach the audience."""
    flood = typed("head -c 100000000 /dev/zero | tr '\\0' x | fold -w 80; echo; echo end", "xxxx[..]", "...", "end")
    async with on_stage(demo_of(step(flood, timeout=600))) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished.faults
        assert len(stage.raw()) < 16_000_000
        assert stage.screen()[-2:] == ["end", "$"]


async def test_hidden_setup_and_cleanup_steps_run_out_of_view(tmp_path: Path) -> None:
    """The audience sees the shown steps only; what the others do has happened; verify runs when it is asked to."""
    note = tmp_path / "note"
    demo = demo_of(
        step(f"echo clean >> {note}", id="z", kind=StepKind.CLEANUP),
        step("word=ahoy", id="s", kind=StepKind.SETUP),
        step(typed("echo $word", "ahoy"), id="a"),
        step("word=hidden", id="h", kind=StepKind.HIDDEN),
        step(typed("echo $word", "hidden"), id="b"),
        step(typed("test $word = hidden"), id="v", kind=StepKind.VERIFY),
    )
    async with on_stage(demo) as stage:
        await stage.play()
        verified = await stage.run.run_step(demo.steps[-1])
        assert verified.outcome is Outcome.PASSED
        assert stage.screen() == ["$ echo $word", "ahoy", "$ echo $word", "hidden", "$"]
        assert not note.exists()
    assert note.read_text() == "clean\n"


async def test_a_setup_that_fails_stops_the_demo_before_it_begins() -> None:
    """The message says that the demo can't begin, and why."""
    demo = demo_of(step("false", id="s", kind=StepKind.SETUP), step("true"))
    with pytest.raises(QuarterdeckError) as caught:
        async with on_stage(demo):
            pytest.fail("it began")
    assert [d.code for d in caught.value.diagnostics] == ["setup-failed", "wrong-status"]


async def test_the_last_words_of_a_setup_step_are_in_the_message() -> None:
    """What a show tells its speaker holds what the program said, not only that the setup failed."""
    failing = "sh -c 'echo no space left on device >&2; exit 3'"
    demo = demo_of(step(failing, id="s", kind=StepKind.SETUP), step("true"))
    with pytest.raises(QuarterdeckError, match=r"its setup failed(?s:.)*no space left on device"):
        async with on_stage(demo):
            pytest.fail("it began")


async def test_a_demo_that_continues_another_begins_with_its_end_state() -> None:
    """The earlier demos run unseen, in the same shell and folder."""
    first = demo_of(step("echo made > file", "word=ahoy"), name="first")
    second = demo_of(step(typed("cat file; echo $word", "made", "ahoy")), name="second", continues="first")
    async with on_stage(second, before=[first]) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished
        assert stage.screen() == ["$ cat file; echo $word", "made", "ahoy", "$"]


async def test_going_back_shows_what_was_done_before() -> None:
    """After a reset the steps before the present one are done again, at once."""
    demo = demo_of(step("word=ahoy", id="a"), step(typed("echo $word", "ahoy"), id="b"))
    async with on_stage(demo, done=demo.steps[:1], typing=Typing.HUMAN) as stage:
        assert stage.screen() == ["$ word=ahoy", "$"]
        assert not any(isinstance(e, StepStarted) for e in stage.events)
        finished = await stage.run.run_step(demo.steps[1])
        assert finished.outcome is Outcome.PASSED


async def test_the_working_folder_is_a_fresh_copy(tmp_path: Path) -> None:
    """A demo may change its files; the author's stay as they were, and the copy is gone in the end."""
    (tmp_path / "app.py").write_text("print('hello')\n")
    demo = demo_of(step(typed("python3 app.py", "hello"), "rm app.py"), files=tmp_path)
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED
        folder = stage.guard.folders[0]
        assert folder.exists()
    assert (tmp_path / "app.py").exists()
    assert not folder.exists()


async def test_nothing_is_left_running(tmp_path: Path) -> None:
    """Background jobs end with the demo, also those that ignore a hang-up."""
    demo = demo_of(step("nohup sleep 300 >/dev/null 2>&1 &", "(trap '' HUP TERM; sleep 301) &", "echo $$"))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        shell = int(finished.answers[2].lines[0])
        assert len(session_members(shell)) >= 3
        await stage.run.stop()
        await stage.until(lambda: session_members(shell) == [])


async def test_secrets_never_come_out() -> None:
    """A secret is there for the commands, and masked on the screen, in events and in comparisons."""
    demo = demo_of(step(typed("echo $TOKEN; echo s3cr3tvalue", "••••••", "••••••")), secrets=("TOKEN",))
    async with on_stage(demo, environ={"TOKEN": "s3cr3tvalue"}) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished
        assert "s3cr3tvalue" not in repr(stage.events)


async def test_two_terminals_share_the_folder() -> None:
    """A step in a second terminal has a shell of its own, in the same folder."""
    demo = demo_of(step("word=1; touch here", id="a"), step(typed("ls; echo .$word", "here", "."), id="b", terminal=2))
    async with on_stage(demo) as stage:
        assert [f.outcome for f in await stage.play()] == [Outcome.PASSED] * 2
        assert stage.screen(2) == ["$ ls; echo .$word", "here", ".", "$"]
        assert len(stage.guard.processes) == 2


async def test_programs_run_in_the_size_that_is_seen() -> None:
    """That which the author asks for, and at once another one when the speaker asks for larger type."""
    sizes = [step(typed("stty size"), id="a"), step(typed("stty size"), id="b"), step("stty size", id="c", terminal=2)]
    async with on_stage(demo_of(*sizes, terminal=Grid(90, 20))) as stage:
        first, *others = stage.run.demo.shown_steps
        await stage.run.run_step(first)
        assert "20 90" in stage.screen()
        stage.run.resize(Grid(48, 12))
        for other in others:
            await stage.run.run_step(other)
        await stage.until(lambda: stage.screen()[-2:] == ["12 48", "$"])
        await stage.until(lambda: "12 48" in stage.screen(2))  # a terminal that is opened later has that size, too


@pytest.mark.parametrize("typing", list(Typing))
async def test_a_command_longer_than_the_terminal_is_wide(typing: Typing) -> None:
    """Its line editor wraps it; what is compared and seen is the whole command, in other widths too."""
    command = f"echo {' '.join(f'{n:03}' for n in range(30))} done"
    output = command.removeprefix("echo ")
    demo = demo_of(step(typed(command, output)), terminal=Grid(40, 10))
    async with on_stage(demo, typing=typing) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished
        emphasis, seen = Emphasis(), ""
        for event in stage.events:
            if isinstance(event, Typed):
                emphasis.typed()
            elif isinstance(event, Output):
                seen += emphasis.add(event.data)
        echo = seen.partition("\n")[0]
        for columns in (30, 40, 200):
            assert text_lines(echo, columns) == [f"$ {command}"]


async def test_a_background_step_lets_the_next_one_begin() -> None:
    """A server started in one step runs on while the next one, in another terminal, uses it; a key ends it."""
    server = "python3 -u -m http.server --bind 127.0.0.1 0"
    demo = demo_of(
        step(server, id="a", background=True, ready=Ready("output", "/Serving HTTP/")),
        step("true", id="b", terminal=2),
        step(key("C"), typed("echo done", "done"), id="c"),
    )
    async with on_stage(demo) as stage:
        finished = await stage.play()
        assert [f.outcome for f in finished] == [Outcome.PASSED] * 3, (finished, stage.screen())


async def test_a_program_that_follows_its_log_is_ended_by_a_key() -> None:
    """``tail -f`` and then ^C: the step waits for the expected output before it presses the key."""
    finished_by_itself = 120.0
    demo = demo_of(step("echo line > log", typed("tail -f log", "line"), key("C"), "true", timeout=finished_by_itself))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, (finished, stage.screen())
        assert finished.duration < finished_by_itself / 2


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "code"),
    [
        (typed("echo 'open"), "incomplete-command"),
        (typed("echo )"), "wrong-status"),
        (typed("unset PROMPT_COMMAND"), "no-status"),
        (typed("no-such-program"), "wrong-status"),
        (typed("true", "something"), "wrong-output"),
    ],
)
async def test_commands_that_go_wrong(command: Command, code: str) -> None:
    """An open quote, a syntax error or a missing program fails its step at once, and the shell is fine after it."""
    demo = demo_of(step(command, id="a"), step("true", id="b"))
    async with on_stage(demo) as stage:
        wrong, _ = await stage.play()
        assert wrong.outcome is Outcome.FAILED
        assert [f.code for f in wrong.faults] == [code]
        assert stage.screen()[-1] == "$"


async def test_lines_for_a_nested_shell_are_never_typed_into_the_stages_own() -> None:
    """When the nested program has ended already, the step fails before anything is typed."""
    demo = demo_of(step("true", typed("rm -rf everything", prompt="/ #")))
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert [f.code for f in finished.faults] == ["nested-ended"]
        assert "everything" not in stage.raw()


async def test_commands_are_typed_out_in_front_of_an_audience() -> None:
    """The command grows key by key, its first letter within 20 ms or so of the press; then it runs."""
    demo = demo_of(step(typed("echo hello world", "hello world")))
    async with on_stage(demo, typing=Typing.HUMAN) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED
        outputs = [e for e in stage.events if isinstance(e, Output)]
        assert sum(len(e.data) == 1 for e in outputs) > 2  # a busy shell echoes several at once
        assert finished.duration > 0.2


async def test_the_typing_of_a_command_can_be_finished_at_once() -> None:
    """The rest of the command appears together; the next one is typed key by key again."""
    words = "a command that is so long that nobody wants to watch"
    demo = demo_of(step(typed(f"echo {words}", words), typed("echo then this", "then this")))
    async with on_stage(demo, typing=Typing.HUMAN) as stage:
        running = asyncio.create_task(stage.run.run_step(demo.steps[0]))
        await stage.until(lambda: "ech" in stage.raw())
        stage.run.finish_typing()
        finished = await running
        assert finished.outcome is Outcome.PASSED, finished.faults
        keys = "".join(e.data if len(e.data) == 1 else " | " for e in stage.events if isinstance(e, Output))
        assert "nobody" not in keys
        assert "then th" in keys


async def test_the_speaker_can_take_over() -> None:
    """What the speaker types runs in the demo's shell, and the next step goes on in it."""
    demo = demo_of(step(typed("echo $word", "typed by hand")))
    async with on_stage(demo) as stage:
        await stage.run.write(b"word='typed by hand'\r")
        await stage.until(lambda: stage.screen() == ["$ word='typed by hand'", "$"])
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished


async def test_a_page_is_opened_when_its_step_has_passed() -> None:
    """``open=`` shows the page once the step is done, before it is reported as finished."""
    demo = demo_of(step("true", open_url="http://localhost:8080"))
    async with on_stage(demo) as stage:
        await stage.play()
        assert isinstance(stage.events[-2], PageOpened)


@pytest.mark.parametrize(
    "left",
    [
        b"rm -rf half\x02\x02",
        b"exit\r",
        b"\r\r",
        b"echo 'open\r",
        b"ls; ls\r",
        b"sleep 0.3\rhal",
        # the shell ends, or goes on, when the step has begun
        b"sleep 0.4; exit\r",
        b"trap 'sleep 0.4' EXIT; exit\r",
        b"sleep 0.4\rexit\r",
        b"sleep 0.4\rsleep 0.4\rhal",
        b"sleep 0.4\rsleep 0.4; exit\r",
        b"sleep 0.4\recho 'open\r",
    ],
)
async def test_whatever_the_speaker_left_the_next_step_runs(left: bytes) -> None:
    """A line half typed is taken away, lines typed ahead are run first, a shell that ends is replaced."""
    demo = demo_of(step(typed("echo on", "on")))
    async with on_stage(demo) as stage:
        before = len(stage.raw())
        await stage.run.write(left)
        await stage.until(lambda: len(stage.raw()) >= before + 2)
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, (finished, stage.screen())
        assert stage.screen()[-3:] == ["$ echo on", "on", "$"]


async def test_a_command_that_is_half_typed_when_its_shell_ends_is_typed_into_a_new_one() -> None:
    """Enter wasn't pressed, so that it can't have run."""
    demo = demo_of(step(typed("echo a long command that is typed", "a long command that is typed")))
    async with on_stage(demo, typing=Typing.HUMAN) as stage:
        running = asyncio.create_task(stage.run.run_step(demo.steps[0]))
        await stage.until(lambda: any(isinstance(event, Typed) for event in stage.events))
        stage.run.hold()
        (shell,) = descendants(stage.guard.processes[0])
        os.kill(shell, signal.SIGKILL)
        await stage.until(lambda: start_time(stage.guard.processes[0]) is None)
        stage.run.go_on()
        finished = await running
        assert finished.outcome is Outcome.PASSED, finished.faults
        assert len(stage.guard.processes) == 2
        assert stage.screen()[-3:] == ["$ echo a long command that is typed", "a long command that is typed", "$"]


async def test_a_command_is_never_typed_twice(tmp_path: Path) -> None:
    """One that ends its shell may have had its effect, even where the shell doesn't say that it ran."""
    note = tmp_path / "note"
    demo = demo_of(step("PS0=", id="a"), step(f"echo once >>{note}; kill -9 $$", id="b"))
    async with on_stage(demo) as stage:
        assert [f.outcome for f in await stage.play()] == [Outcome.PASSED, Outcome.DIED]
    assert note.read_text() == "once\n"


async def test_a_run_that_is_left_while_it_starts_leaves_nothing() -> None:
    """Jumping on while a demo's setup still runs ends it, long before that would."""
    demo = demo_of(step("sleep 60", id="s", kind=StepKind.SETUP), step("true"), timeout=60)
    async with on_stage(demo, start=False) as stage:
        starting = asyncio.create_task(stage.run.start())
        await stage.until(lambda: bool(stage.guard.processes))
        await asyncio.sleep(0.1)  # at the setup's sleep by now, or just before it
        async with asyncio.timeout(30):
            await stage.run.stop()
        with pytest.raises(QuarterdeckError):
            await starting
        await stage.until(lambda: descendants(stage.guard.processes[0]) == [])
        assert not stage.guard.folders[0].exists()


async def test_a_killed_program_leaves_the_screen_usable() -> None:
    """After a full-screen program is killed the prompt is on the ordinary screen, with a cursor and without colour."""
    screen = r"printf '\033[?1049h\033[?25l\033[?1000h\033[31mfull'; sleep 60"
    demo = demo_of(step("echo before", screen, id="a"), step(typed("echo on", "on"), id="b"))
    async with on_stage(demo) as stage:
        running = asyncio.create_task(stage.run.run_step(demo.steps[0]))
        await stage.until(lambda: stage.raw().endswith("full"))
        await stage.run.interrupt()
        await running
        await stage.run.run_step(demo.steps[1])
        after = stage.raw().rpartition("full")[2]
        assert all(undo in after for undo in ("\x1b[?1049l", "\x1b[?25h", "\x1b[?1000l", "\x1b[m"))
        assert stage.screen()[:2] == ["$ echo before", "before"]
        assert stage.screen()[-3:] == ["$ echo on", "on", "$"]


async def test_a_hidden_step_is_not_the_one_of_that_name_in_an_earlier_demo() -> None:
    """Steps without an id are counted in each script, and so share their names."""
    first = demo_of(step("true", id="step-1"), name="first")
    hidden = step("word=ahoy", id="step-1", kind=StepKind.HIDDEN)
    second = demo_of(hidden, step(typed("echo $word", "ahoy"), id="step-2"), name="second", continues="first")
    async with on_stage(second, before=[first]) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished.faults


async def test_empty_lines_before_a_programs_prompt_do_not_count() -> None:
    """A transcript can't hold them at the end of an output."""
    program = 'bash --norc -c \'printf "hello\\n\\n"; read -p "sail> " word; printf "got\\n\\n"; read -p "sail> "\''
    demo = demo_of(
        step(typed(program, "hello"), typed("fore", "got", prompt="sail>"), key("D", "sail>")), prompts=("sail>",)
    )
    async with on_stage(demo) as stage:
        (finished,) = await stage.play()
        assert [answer.lines for answer in finished.answers[:2]] == [("hello",), ("got",)]


@pytest.mark.slow
async def test_readiness_is_waited_for_though_the_output_differs() -> None:
    """The next step of a rehearsal needs it."""
    ready = Ready("output", "late")
    late = step(typed("echo other; sleep 0.3; echo late", "expected"), id="a", ready=ready)
    never = step(typed("echo other", "expected"), id="b", ready=ready, timeout=3)
    async with on_stage(demo_of(late, never)) as stage:
        first, second = await stage.play()
        assert [fault.code for fault in first.faults] == ["wrong-output"]
        assert [fault.code for fault in second.faults] == ["wrong-output", "not-ready"]


async def test_a_program_is_told_where_the_cursor_is() -> None:
    """Line editors wait for the answer before they draw their prompt; the audience sees neither."""
    ask = r"stty -echo; printf 'four\033[6n'; read -rd R at; stty echo; echo; echo ${at#*;}"
    async with on_stage(demo_of(step(typed(ask, "four", "5")))) as stage:
        (finished,) = await stage.play()
        assert finished.outcome is Outcome.PASSED, finished.faults
        assert "\x1b[6n" not in stage.raw()


@pytest.mark.slow
async def test_the_output_after_the_end_of_input() -> None:
    """Ctrl-D is not echoed at the start of a line; Ctrl-C is, and what stands before either is no output of it."""
    ended = KeyPress("D", expect("ended"), span=SourceSpan(FILE, 10))
    asked = KeyPress("D", expect("got ''"), span=SourceSpan(FILE, 10))
    stopped = KeyPress("C", expect("trapped", status=3), span=SourceSpan(FILE, 10))
    demo = demo_of(
        step("cat > typed.txt; echo ended", ended, id="a"),
        step("read -p 'word? ' word; echo; echo \"got '$word'\"", asked, id="b"),
        step("bash -c \"trap 'echo; echo trapped; exit 3' INT; sleep 60\"", stopped, id="c"),
    )
    async with on_stage(demo) as stage:
        for finished in await stage.play():
            assert finished.outcome is Outcome.PASSED, (finished, stage.screen())


@pytest.mark.slow
async def test_a_held_step_types_nothing() -> None:
    """The speaker talks about the half-typed command; then it is typed to its end."""
    demo = demo_of(step(typed("echo a long command that is typed", "a long command that is typed")))
    held = "is typed"
    async with on_stage(demo, typing=Typing.HUMAN) as stage:
        while "is typed" in held:  # on a busy machine it is all typed before the shell echoes its beginning
            before = len(stage.raw())
            running = asyncio.create_task(stage.run.run_step(demo.steps[0]))
            await stage.until(lambda before=before: "echo" in stage.raw()[before:])  # type: ignore[misc]
            stage.run.hold()
            held = ""
            while held != stage.raw()[before:]:  # what was typed before is echoed
                held = stage.raw()[before:]
                await asyncio.sleep(0.3)
            stage.run.go_on()
            finished = await running
            assert finished.outcome is Outcome.PASSED, finished.faults
