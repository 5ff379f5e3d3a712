"""A seat finds the exercises of its kit, in their order, and shows their tasks."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import StepKind
from quarterdeck.seats.messages import Course, Exercise, Planned
from quarterdeck.seats.room.kit import COURSE_FILE, Kit

SERVER = """---
title: A <server>
task: |
  Start a server at <http://localhost:8080>, see [the ports](#ports).

  ![A harbour](harbour.svg)
hints: [Look at `docker run`., "Its option is `--publish`."]
ports: [8080]
---
```console {.solution}
$ docker run web
```

```console {.verify missing="Nothing answers."}
$ true
```
"""
DEMO = "```console\n$ echo hello\n```\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A kit of two exercises, a demo, and a script that can't be read."""
    demos = tmp_path / "demos"
    (demos / "server").mkdir(parents=True)
    (demos / "server" / "demo.md").write_text(SERVER, "utf-8")
    (demos / "server" / "harbour.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"><script>alert(1)</script></svg>', "utf-8"
    )
    (demos / "again.md").write_text("---\ntask: Do it again.\n---\n```console {.verify}\n$ true\n```\n", "utf-8")
    (demos / "demo.md").write_text(DEMO, "utf-8")
    (demos / "broken.md").write_text("---\ntask: [\n---\n", "utf-8")
    return tmp_path


def test_a_kit_without_a_plan_has_all_exercises(folder: Path) -> None:
    """By name; demos and what can't be read are none."""
    kit = Kit.read(folder)
    assert [each.about for each in kit.exercises] == [
        Exercise("again", "Again", checks=1),
        Exercise("server", "A <server>", checks=1, hints=2),
    ]
    assert kit.get("server") is kit.exercises[1]
    assert kit.get("demo") is None


def test_the_plan_gives_order_and_minutes(folder: Path) -> None:
    """What it names and can't be read is there, and says why, so that the others can be done."""
    plan = Course((Planned("server", 5), Planned("broken"), Planned("again")), "de")
    (folder / COURSE_FILE).write_bytes(msgspec.json.encode(plan))
    kit = Kit.read(folder)
    assert [(each.name, each.minutes) for each in kit.exercises] == [("server", 5), ("broken", None), ("again", None)]
    broken = kit.exercises[1]
    assert broken.demo is None
    assert broken.fault in broken.task(0, "de")
    assert broken.fault


def test_a_seat_has_no_solution(folder: Path) -> None:
    """Even if the kit was an instructor's."""
    server = Kit.read(folder).get("server")
    assert server is not None
    assert server.demo is not None
    assert [step.kind for step in server.demo.steps] == [StepKind.VERIFY]


@pytest.mark.parametrize("text", [b"", b"{", b'{"exercises": 5}'])
def test_a_plan_that_cannot_be_read_is_told(folder: Path, text: bytes) -> None:
    """The seat's log says which file."""
    (folder / COURSE_FILE).write_bytes(text)
    with pytest.raises(QuarterdeckError, match=r"seat\.json"):
        Kit.read(folder)


def test_a_kit_without_exercises_is_told(tmp_path: Path) -> None:
    """Nobody would get a seat with nothing to do."""
    with pytest.raises(QuarterdeckError, match="no exercises"):
        Kit.read(tmp_path)


def test_the_task_is_html(folder: Path) -> None:
    """Escaped, with links that leave the page alone, pictures that run no script, and slides at the desk."""
    server = Kit.read(folder).get("server")
    assert server is not None
    html = server.task(0, "en")
    assert html.startswith("<h1>A &lt;server&gt;</h1><p>Start a server at <a href=")
    assert 'href="http://localhost:8080" target="_blank" rel="noopener noreferrer"' in html
    assert 'href="/slides#/ports"' in html
    assert '<img src="data:image/svg+xml;base64,' in html
    assert "<script" not in html
    assert "publish" not in html


def test_hints_come_with_the_task_once_they_were_asked_for(folder: Path) -> None:
    """As many as were, in the deck's language; more than there are is all."""
    server = Kit.read(folder).get("server")
    assert server is not None
    assert "--publish" not in server.task(1, "en")
    assert "<h2>Hinweise</h2><ol><li><p>Look at <code>docker run</code>." in server.task(1, "de")
    assert "--publish" in server.task(9, "en")
