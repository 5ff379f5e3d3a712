"""Exercises: a task, hints, a solution that is held back, and checks."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import List, Paragraph, plain_text
from quarterdeck.model.demo import BACKSTAGE, StepKind
from quarterdeck.source.deck import load_demo

HEAD = "---\ntask: Start it.\n---\n"
SOLUTION = "```console {.solution}\n$ docker run nginx\n```\n"
CHECK = '```console {.verify missing="It does not run."}\n$ docker top web\n```\n'

WHOLE = f"""---
title: Start it
task: |
  Start the **server**.

  - in the background
hints:
  - Look at `--help`.
  - |
    Its option is `--detach`.

    And so on.
---
{SOLUTION}
{CHECK}"""


def test_an_exercise(folder: Any) -> None:
    """Task and hints are Markdown; the solution takes the keys; checks run beside the attendee's shell."""
    demo = load_demo(folder.write("demos/a.md", WHOLE))
    assert demo.is_exercise
    assert [type(block) for block in demo.task] == [Paragraph, List]
    assert [len(hint) for hint in demo.hints] == [1, 2]
    (solution,), (check,) = demo.shown_steps, demo.checks
    assert (solution.kind, solution.terminal) == (StepKind.SOLUTION, 1)
    assert (check.missing, check.terminal) == ("It does not run.", BACKSTAGE)
    assert demo.terminals == (1,)


def test_a_hint_alone_and_no_exercise(folder: Any) -> None:
    """One hint needs no list; a demo without a task is none, and its checks stay where they were."""
    one = load_demo(folder.write("demos/a.md", f"---\ntask: Do.\nhints: Only one.\n---\n{SOLUTION}{CHECK}"))
    (hint,) = one.hints
    assert isinstance(hint[0], Paragraph)
    assert plain_text(hint[0].inlines) == "Only one."
    plain = load_demo(folder.write("demos/b.md", "```console\n$ ls\n```\n" + CHECK))
    assert not plain.is_exercise
    assert plain.checks[0].terminal == 1


def test_a_fault_in_a_task_stands_where_it_was_written(folder: Any) -> None:
    """A line of a block has its own place, a text put together from several that of its beginning."""
    text = WHOLE.replace("in the background", "![](lost.png)").replace("Look at `--help`.", "'See ![](x.png)'")
    with pytest.raises(QuarterdeckError) as caught:
        load_demo(folder.write("demos/a.md", text))
    places = {str(fault.span).removeprefix("demos/a.md:") for fault in caught.value.diagnostics}
    assert places == {"6:9", "8:14"}


@pytest.mark.parametrize(
    ("script", "code", "place", "hint"),
    [
        (SOLUTION + "\n```console\n$ ls\n```", "no-task", "1:1", "task:"),
        ("---\nhints: [a]\n---\n```console\n$ ls\n```", "no-task", "2:8", "task:"),
        ("---\ntask:\n---\n```console\n$ ls\n```", "no-task", "2:6", "achieved"),
        ("---\ntask: {a: 1}\n---\n" + SOLUTION + "\n" + CHECK, "wrong-type", "2:7", "quote it"),
        (HEAD + SOLUTION, "no-check", "2:7", ".verify missing="),
        (HEAD + SOLUTION + "\n" + CHECK + "\n```console\n$ ls\n```", "exercise-step", "12:1", ".setup"),
        (HEAD + SOLUTION + "\n```console {.hide}\n$ ls\n```\n\n" + CHECK, "exercise-step", "8:1", "waiting"),
        ("---\ntask: x\nstage: {image: y}\n---\n" + SOLUTION + "\n" + CHECK, "exercise-stage", "3:16", "docker run"),
        ("```console {missing=x}\n$ ls\n```", "not-a-check", "1:13", ".verify"),
        (HEAD + CHECK.replace(".verify", ".verify .solution") + SOLUTION, "wrong-type", "4:1", "one of them"),
    ],
)
def test_faults(folder: Any, script: str, code: str, place: str, hint: str) -> None:
    """A fault of an exercise stands at its line and column, and says what to do."""
    with pytest.raises(QuarterdeckError) as caught:
        load_demo(folder.write("demos/a.md", script))
    fault = next(fault for fault in caught.value.diagnostics if fault.code == code)
    assert str(fault.span) == f"demos/a.md:{place}"
    assert hint in (fault.hint or "")


def test_a_wrong_key_of_the_stage_is_told_once(folder: Any) -> None:
    """Exercises read it for a reason of their own."""
    text = HEAD.replace("---\ntask", "---\nstage: {imag: x}\ntask") + SOLUTION + "\n" + CHECK
    with pytest.raises(QuarterdeckError) as caught:
        load_demo(folder.write("demos/a.md", text))
    assert [fault.code for fault in caught.value.diagnostics] == ["unknown-key"]


def test_no_demo_continues_an_exercise(folder: Any) -> None:
    """Its end state is the solution, which attendees don't have."""
    folder.write("demos/a.md", WHOLE)
    with pytest.raises(QuarterdeckError, match="can't continue the exercise 'a'"):
        load_demo(folder.write("demos/b.md", "---\ncontinues: a\n---\n```console\n$ ls\n```"))


def test_an_exercise_without_a_solution_can_be_done(folder: Any) -> None:
    """An attendee's copy has none."""
    demo = load_demo(folder.write("demos/a.md", HEAD + CHECK))
    assert demo.shown_steps == ()
    assert demo.is_exercise
