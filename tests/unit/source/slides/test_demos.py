"""How an exercise appears in a deck."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import Admonition, Footnotes, Paragraph, plain_text
from quarterdeck.model.deck import Layout
from quarterdeck.model.options import Choices, Role, Solutions
from quarterdeck.project.project import load_project
from quarterdeck.project.rehearsal.selection import select
from quarterdeck.show.machine.plan import plan_show

EXERCISE = """---
task: Start it.
---
```console {.solution}
$ docker run nginx
```

```console {.verify}
$ docker top web
```
"""
DECK = """# One

---
id: try
demo: start
duration: 10m
---

# Try it

You know how.[^1]

[^1]: Or not.

<!-- A note. -->
"""


@pytest.fixture
def exercise(folder: Any) -> Any:
    """A folder with an exercise."""
    folder.write("demos/start.md", EXERCISE)
    return folder


def test_the_task_stands_on_the_slide(exercise: Any) -> None:
    """In a box after the slide's own text, before its footnotes; there is nothing to run."""
    deck = exercise.load(DECK).deck
    slide = deck.slides[1]
    assert (slide.layout, slide.demo, slide.exercise) == (Layout.CONTENT, None, "start")
    text, box, notes = slide.slots["body"]
    assert isinstance(text, Paragraph)
    assert isinstance(notes, Footnotes)
    assert isinstance(box, Admonition)
    assert plain_text(box.title) == "Exercise · 10 min"
    assert [plain_text(block.inlines) for block in box.blocks] == ["Start it.", "quarterdeck run demos/start.md"]  # type: ignore[union-attr]


def test_the_speakers_copy_has_the_solution_hidden(exercise: Any) -> None:
    """A hidden slide after it runs the solution; a show can show it."""
    deck = exercise.load(DECK).deck
    solution = deck.slides[2]
    assert (solution.id, solution.hidden, solution.demo, solution.layout) == (
        "try-solution",
        True,
        "start",
        Layout.DEMO,
    )
    assert solution.title_text == "Solution: Try it"
    shown = exercise.load(DECK, Choices(solutions=Solutions.SHOWN)).deck
    assert not shown.slides[2].hidden
    assert [step.id for step in shown.demos["start"].shown_steps] == ["step-1"]
    left_out = exercise.load(DECK, Choices(solutions=Solutions.LEFT_OUT)).deck
    assert len(left_out.slides) == 2


@pytest.mark.parametrize("solutions", Solutions)
def test_an_attendees_copy_has_no_solution(exercise: Any, solutions: Solutions) -> None:
    """Neither a slide, nor a demo that a page could carry a recording of."""
    deck = exercise.load(DECK, Choices(role=Role.ATTENDEE, solutions=solutions)).deck
    assert len(deck.slides) == 2
    assert deck.demos == {}
    assert list(deck.exercises) == ["start"]


def test_labels_are_in_the_decks_language(exercise: Any) -> None:
    """What Quarterdeck adds is German in a German deck."""
    deck = exercise.load("---\nlang: de-AT\n---\n" + DECK).deck
    box = deck.slides[1].slots["body"][1]
    assert isinstance(box, Admonition)
    assert plain_text(box.title) == "Übung · 10 min"
    assert deck.slides[2].title_text == "Lösung: Try it"


def test_a_rehearsal_of_the_deck_rehearses_its_exercises(exercise: Any) -> None:
    """Though no slide runs them."""
    exercise.load(DECK)
    selection = select([exercise.path])
    assert [demo.name for demo in selection.demos] == ["start"]


def test_a_slide_holds_no_solution_itself(exercise: Any) -> None:
    """It has no task."""
    with pytest.raises(QuarterdeckError, match="solution of no task"):
        exercise.load("# One\n\n```console {.solution}\n$ ls\n```\n")


def test_a_show_runs_solutions_only_when_asked(exercise: Any) -> None:
    """A press on the task goes on to the next slide; with the solutions shown, each step takes a press after it."""
    task = plan_show(exercise.load(DECK, Choices(solutions=Solutions.LEFT_OUT)).deck, ())
    assert [(slide.id, len(slide.steps)) for slide in task.slides] == [("one", 0), ("try", 0)]
    shown = plan_show(exercise.load(DECK, Choices(solutions=Solutions.SHOWN)).deck, ())
    assert [(slide.id, len(slide.steps)) for slide in shown.slides] == [("one", 0), ("try", 0), ("try-solution", 1)]


@pytest.mark.parametrize(("role", "missed"), [(Role.INSTRUCTOR, ["missing-cast"]), (Role.ATTENDEE, [])])
def test_an_attendees_copy_misses_no_recording_of_a_solution(exercise: Any, role: Role, missed: list[str]) -> None:
    """It would hold none, so a strict build needs none; the instructor is told."""
    exercise.load(DECK)
    project = load_project(exercise.path, Choices(role=role))
    assert [warning.code for warning in project.warnings] == missed


def test_a_picture_slide_sets_no_task(exercise: Any) -> None:
    """There is no room for it: nothing of the slide is dropped to make some."""
    with pytest.raises(QuarterdeckError, match="layout 'quote' has no place for the task") as caught:
        exercise.load(DECK.replace("demo: start", "demo: start\nlayout: quote"))
    (fault,) = caught.value.diagnostics
    assert (str(fault.span), fault.code) == ("deck.md:5:7", "no-slot")
