"""In which order steps run, and when a command counts as done."""

from __future__ import annotations

from quarterdeck.model.demo import StepKind
from quarterdeck.stage.steps.course import (
    AtNestedPrompt,
    AtShellPrompt,
    Ending,
    InBackground,
    OnceSettled,
    OnScreen,
    endings,
    hidden_before,
    running_order,
)
from support.staged import demo_of, key, keys, step, typed


def test_the_next_line_in_the_same_terminal_decides() -> None:
    """A command ends at the prompt at which the next one is typed, also when that is in a later step."""
    steps = [
        step("docker run -it x sh", id="a"),
        step("date", id="elsewhere", terminal=2),
        step(typed("hostname", prompt="/ #"), typed("exit", prompt="/ #"), "docker logs -f web", id="b"),
        step(key("C"), id="c"),
        step("python3", key("D", prompt=">>>"), id="d"),
        step("sleep 9", id="e", background=True),
        step(typed("1", prompt=">>>"), id="f", terminal=3),
    ]
    found = endings(steps)
    assert [found[k] for k in (("a", 0), ("b", 0), ("b", 1), ("b", 2), ("c", 0))] == [
        AtNestedPrompt("/ #"),
        AtNestedPrompt("/ #"),
        AtShellPrompt(),
        OnceSettled(),
        AtShellPrompt(),
    ]
    assert found["d", 0] == AtNestedPrompt(">>>")
    assert found["d", 1] == AtShellPrompt()
    assert found["e", 0] == InBackground()
    assert found["f", 0] == AtNestedPrompt(">>>")
    assert found["elsewhere", 0] == AtShellPrompt()


def test_keys_decide_too() -> None:
    """A program runs on until keys are pressed in it; the last ones end it where a command follows."""
    steps = [
        step("vi x", id="a"),
        step(keys("ihello<Esc>"), keys(":wq<Enter>"), "cat x", "docker run -it x sh", id="b"),
        step(typed("top", prompt="/ #"), keys("q"), typed("exit", prompt="/ #"), id="c"),
        step("less x", keys("<Space>"), id="d"),
    ]
    found = endings(steps)
    ends: dict[str, list[Ending]] = {
        "a": [OnScreen()],
        "b": [OnScreen(), AtShellPrompt(), AtShellPrompt(), AtNestedPrompt("/ #")],
        "c": [OnScreen(), AtNestedPrompt("/ #"), AtShellPrompt()],
        "d": [OnScreen(), OnScreen()],
    }
    for name, wanted in ends.items():
        assert [found[name, place] for place in range(len(wanted))] == wanted, name


def test_hidden_steps_go_with_the_shown_one_after_them() -> None:
    """Each shown step brings the hidden ones before it; setup comes first and cleanup last, wherever they stand."""
    demo = demo_of(
        step(id="clean", kind=StepKind.CLEANUP),
        step(id="h1", kind=StepKind.HIDDEN),
        step(id="a"),
        step(id="set", kind=StepKind.SETUP),
        step(id="h2", kind=StepKind.HIDDEN),
        step(id="check", kind=StepKind.VERIFY),
        step(id="b"),
    )
    assert [s.id for s in running_order(demo)] == ["set", "h1", "a", "h2", "b", "check", "clean"]
    assert [s.id for s in hidden_before(demo, demo.steps[2])] == ["h1"]
    assert [s.id for s in hidden_before(demo, demo.steps[6])] == ["h2"]
