"""Fences of a demo script become its steps."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Command, Demo, Ready, StepKind
from quarterdeck.source.deck import load_demo
from support.deck_folder import DeckFolder

WHOLE = """
```console {#start .setup}
$ true
```

```console {ready="http://localhost:8080" timeout=20s open=http://localhost:8080/x term=2 background in=web}
$ curl localhost
```

```console {.hide ready=localhost:8080 type=instant}
$ true
```

```python {run expect=fail}
print("hello")
raise SystemExit(1)
```

```console {.verify ready="/listening on \\\\d+/" missing="start it"}
$ false
[exit 1]
```
"""


def test_attributes_of_steps(folder: DeckFolder) -> None:
    """Each attribute of a step has its effect."""
    steps = load_demo(folder.write("demos/whole.md", WHOLE)).steps
    second, third, fourth, fifth = steps[1:5]
    assert (second.timeout, second.open_url, second.terminal) == (20.0, "http://localhost:8080/x", 2)
    assert (second.background, second.service, second.instant) == (True, "web", False)
    assert isinstance(second.ready, Ready)
    assert (second.ready.kind, second.ready.value) == ("url", "http://localhost:8080")
    assert third.ready is not None
    assert (third.ready.kind, third.instant) == ("port", True)
    assert fifth.ready is not None
    assert (fifth.ready.kind, fifth.ready.value) == ("output", "listening on \\d+")
    assert (fourth.runner, fourth.expect_failure) == ("python", True)
    (program,) = fourth.interactions
    assert isinstance(program, Command)
    assert program.lines == ('print("hello")', "raise SystemExit(1)")


def test_step_in_a_list(folder: DeckFolder) -> None:
    """A block within a numbered list is a step, without the list's indentation."""
    demo = load_demo(folder.write("demos/a.md", "1. First\n\n   ```console\n   $ echo a\n   a\n   ```\n\n2. Last\n"))
    (step,) = demo.steps
    (command,) = step.interactions
    assert (command.expected.lines, step.source) == (("a",), "$ echo a\na\n")
    assert command.span is not None
    assert (command.span.line, command.span.column) == (4, 4)
    assert command.expected.span is not None
    assert (command.expected.span.line, command.expected.span.column) == (5, 4)


def test_opener_of_a_session(folder: DeckFolder) -> None:
    """The status of a command whose program is typed into in a later step doesn't count."""
    script = "```console\n$ docker run -it alpine sh\n```\n\n```console\n/ # ls\n```\n\n```console\n$ true\n```\n"
    demo: Demo = load_demo(folder.write("demos/a.md", script))
    assert [step.interactions[0].expected.status for step in demo.steps] == [None, None, 0]


def test_kinds_and_ids(folder: DeckFolder) -> None:
    """A class says what part a step has; those without an id are counted."""
    steps = load_demo(folder.write("demos/whole.md", WHOLE)).steps
    assert [(step.id, step.kind) for step in steps] == [
        ("start", StepKind.SETUP),
        ("step-2", StepKind.SHOWN),
        ("step-3", StepKind.HIDDEN),
        ("step-4", StepKind.SHOWN),
        ("step-5", StepKind.VERIFY),
    ]
    assert steps[-1].missing == "start it"


@pytest.mark.parametrize(
    ("script", "code", "place", "hint"),
    [
        ("```console {redy=x}\n$ ls\n```", "unknown-key", "1:13", "ready"),
        ("```console {ready=soon}\n$ ls\n```", "wrong-type", "1:19", "host:port"),
        ("```console {ready=/(/}\n$ ls\n```", "wrong-type", "1:19", "regular expression"),
        ("```console {timeout=20x}\n$ ls\n```", "wrong-type", "1:21", "20s"),
        ("```console {expect=pass}\n$ ls\n```", "wrong-type", "1:20", "fail"),
        ("```console {term=0}\n$ ls\n```", "wrong-type", "1:18", "term=2"),
        ("```console {.hide .setup}\n$ ls\n```\n\n```console\n$ ls\n```", "wrong-type", "1:1", "one of them"),
        ("```console {#a}\n$ ls\n```\n\n```console {#a}\n$ ls\n```", "duplicate-id", "5:1", "unique"),
        ("```python {run}\n```\n\n```console\n$ ls\n```", "empty-step", "1:1", ""),
        ("```pyton {run}\nprint(1)\n```", "unknown-runner", "1:4", "did you mean 'python'?"),
        ("``` {run}\nls\n```", "unknown-runner", "1:1", "known: bash"),
    ],
)
def test_faults(folder: DeckFolder, script: str, code: str, place: str, hint: str) -> None:
    """A fault of a step is at its line and column."""
    file = folder.write("demos/a.md", script)
    with pytest.raises(QuarterdeckError) as caught:
        load_demo(file)
    (fault,) = caught.value.diagnostics
    assert (fault.code, str(fault.span)) == (code, f"demos/a.md:{place}")
    assert hint in (fault.hint or "")


@pytest.mark.parametrize(
    ("front", "attribute", "demo_seconds", "step_seconds"),
    [("120", "90", 120.0, 90.0), ("2m", "1m30s", 120.0, 90.0), ("1.5", "0.5", 1.5, 0.5)],
)
def test_timeouts_without_a_unit_are_seconds(
    folder: DeckFolder, front: str, attribute: str, demo_seconds: float, step_seconds: float
) -> None:
    """In the front matter and on a step, as in every other program's timeouts."""
    script = f"---\ntimeout: {front}\n---\n```console {{timeout={attribute}}}\n$ true\n```\n"
    demo = load_demo(folder.write("demos/slow.md", script))
    assert (demo.timeout, demo.steps[0].timeout) == (demo_seconds, step_seconds)
