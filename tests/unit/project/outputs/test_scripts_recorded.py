"""What a handout prints of a demo: the numbers that its recording has."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from quarterdeck.model.cast import Cast, CastEvent
from quarterdeck.model.demo import Demo
from quarterdeck.project.outputs.scripts import FEW, MOST, recorded_demo
from quarterdeck.stage.shell.marks import CONTINUATION_PROMPT, PROMPT
from support.staged import demo_of, key, step, typed


def cast_of(*events: tuple[str, str]) -> Cast:
    """A recording of the first step."""
    marked = (("m", "step:step-1"), *events, ("m", "end:step-1:passed"))
    return Cast("demo", "", tuple(CastEvent(0.0, code, data) for code, data in marked))


def ran(command: str, *lines: str) -> tuple[tuple[str, str], ...]:
    """The events of a command, its echo in pieces and the prompt after it."""
    return (("i", f"{command}\r"), ("o", command[:3]), ("o", f"{command[3:]}\r\n" + "".join(f"{x}\r\n" for x in lines)))


def printed(demo: Demo, *events: tuple[str, str]) -> list[tuple[str, ...]]:
    """The output of each interaction of the first step, as it is printed."""
    return [i.expected.lines for i in recorded_demo(demo, cast_of(*events)).steps[0].interactions]


def test_elided_text_is_that_of_the_recording() -> None:
    """Within a line and whole lines; the prompt after it is no output."""
    demo = demo_of(step(typed("nproc", "[..]"), typed("free", "total", "...", "Swap: [..]")))
    events = (*ran("nproc", "8"), ("o", PROMPT), *ran("free", "total", "Mem: 1", "Swap: 2"), ("o", PROMPT))
    assert printed(demo, *events) == [("8",), ("total", "Mem: 1", "Swap: 2")]


def test_output_that_the_transcript_leaves_out_is_printed() -> None:
    """Of long output the beginning; of none, nothing."""
    demo = demo_of(step("uptime", "seq 20", "true"))
    numbers = [str(n) for n in range(20)]
    events = (*ran("uptime", "up 3 days"), *ran("seq 20", *numbers), *ran("true"), ("o", PROMPT))
    assert printed(demo, *events) == [("up 3 days",), (*numbers[: MOST - 1], "..."), ()]


def test_many_elided_lines_stay_elided() -> None:
    """Their author left them out because nobody reads them."""
    demo = demo_of(step(typed("build", "Step 1", "...", "done [..]")))
    lines = [f"line {n}" for n in range(FEW + 1)]
    assert printed(demo, *ran("build", "Step 1", *lines, "done 4.2")) == [("Step 1", "...", "done 4.2")]
    assert printed(demo, *ran("build", "Step 1", *lines[1:], "done 4.2")) == [("Step 1", *lines[1:], "done 4.2")]


def test_a_command_of_several_lines_has_the_output_of_the_last() -> None:
    """And what is typed into a program ends with that program's prompt."""
    demo = demo_of(
        step(typed("echo \\\n1", "[..]"), typed("sh", prompt="$"), typed("id -u", "[..]", prompt="/ #"), key("D"))
    )
    events = (
        *(("i", "echo \\\r"), ("o", f"echo \\\r\n{CONTINUATION_PROMPT}"), ("i", "1\r"), ("o", f"1\r\n1\r\n{PROMPT}")),
        *ran("sh"),
        ("o", "/ # "),
        *ran("id -u", "0"),
        *(("o", "/ # "), ("i", "\x04"), ("o", f"\r\n{PROMPT}")),
    )
    assert printed(demo, *events)[:3] == [("1",), (), ("0",)]


@pytest.mark.parametrize("events", [(), ran("nproc", "8", "9"), (("o", "8\r\n"),)])
def test_a_recording_of_something_else_changes_nothing(events: tuple[tuple[str, str], ...]) -> None:
    """Nor does one of another script."""
    demo = demo_of(step(typed("nproc", "[..]")))
    assert printed(demo, *events) == [("[..]",)]
    stale = replace(cast_of(*ran("nproc", "8")), script_hash="other")
    assert recorded_demo(demo, stale) == demo
