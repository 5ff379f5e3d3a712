"""Slides get ids, sections and demos, and a manifest chooses them by id, section and class."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.diagnostics import QuarterdeckError, SourceSpan
from quarterdeck.model.content import Admonition, Footnotes, Paragraph, plain_text
from quarterdeck.model.deck import Layout
from quarterdeck.model.options import Break, Choices, Role, Schedule, Selector, Solutions
from quarterdeck.project.project import load_project
from quarterdeck.project.rehearsal.selection import select
from quarterdeck.show.machine.plan import plan_show
from quarterdeck.source.slides.outline import slug
from support.deck_folder import DeckFolder

DECK = "".join(
    f"---\nid: {name}\n{more}---\n# {name}\n\n{text}\n\n"
    for name, more, text in [
        ("intro", "", "x"),
        ("one", "layout: section\n", ""),
        ("one-a", "class: deep\n", "x"),
        ("one-b", "", "x"),
        ("two", "layout: section\nclass: deep\n", ""),
        ("two-a", "", "x"),
    ]
)
DECK = f"---\n---\n{DECK}"


def selectors(names: str) -> tuple[Selector, ...]:
    """Selectors as a manifest has them."""
    return tuple(Selector(name, SourceSpan("workshop.yaml", 7, 3)) for name in names.split())


@pytest.mark.parametrize(
    ("include", "exclude", "shown"),
    [
        ("", "one", "intro two two-a"),
        ("one", "", "one one-a one-b"),
        ("one", "one-a", "one one-b"),
        ("", ".deep", "intro one one-b two-a"),
        ("intro .deep", "", "intro one-a two"),
    ],
)
def test_selection(folder: DeckFolder, include: str, exclude: str, shown: str) -> None:
    """A section's id means all of its slides, a class each slide that has it; leaving out wins."""
    deck = folder.load(DECK, Choices(include=selectors(include), exclude=selectors(exclude))).deck
    assert [slide.id for slide in deck.slides] == shown.split()


def test_names_that_mean_nothing(folder: DeckFolder) -> None:
    """A misspelt slide is an error in the manifest; a class that this deck doesn't have is worth a warning."""
    with pytest.raises(QuarterdeckError) as caught:
        folder.load(DECK, Choices(exclude=selectors("twoo .depp")))
    error, warning = sorted(caught.value.diagnostics, key=lambda fault: fault.severity)
    assert (error.message, error.hint, str(error.span)) == (
        "there is no slide or section 'twoo'",
        "did you mean 'two'?",
        "workshop.yaml:7:3",
    )
    assert (warning.severity, warning.hint) == ("warning", "did you mean 'deep'?")


def test_an_audience_close_to_another(folder: DeckFolder) -> None:
    """Misspelt on the command line, it would leave slides out without a word."""
    deck = "# 0\n\n---\naudience: experts\n---\n# A"
    loaded = folder.load(deck, Choices(audience="expert"))
    assert [(f.code, f.hint) for f in loaded.diagnostics] == [("unknown-audience", "did you mean 'experts'?")]
    assert folder.load(deck, Choices(audience="managers")).diagnostics == ()


def test_break_after_nothing(folder: DeckFolder) -> None:
    """A break after a section that isn't there is an error."""
    with pytest.raises(QuarterdeckError, match="'three' to take a break after"):
        folder.load(DECK, Choices(schedule=Schedule(540, (Break("Tea", 600, after="three"),))))


WHOSE = """---
---
---
layout: section
id: open
duration: 1m
---
# Open

---
layout: section
id: grading
{whose}
---
# How to grade

---
id: everybody
duration: 2m
---
## Everybody's

x

---
layout: section
id: end
duration: 1m
---
# End
"""


@pytest.mark.parametrize(
    ("whose", "choices"),
    [
        ("role: instructor", Choices(role=Role.ATTENDEE)),
        ("audience: experts", Choices(audience="beginners")),
        ("hide: true", Choices(role=Role.ATTENDEE)),
    ],
)
def test_title_of_a_section_for_others(folder: DeckFolder, whose: str, choices: Choices) -> None:
    """It is nowhere: not even as the name of a section whose slides are for everybody."""
    deck = folder.load(WHOSE.format(whose=whose), choices).deck
    assert [(s.id, s.section, s.section_id) for s in deck.slides] == [
        ("open", "Open", "open"),
        ("everybody", "Open", "open"),
        ("end", "End", "end"),
    ]
    assert [part.title for part in deck.agenda.parts] == ["Open", "End"]
    assert "grade" not in repr(deck)


def test_slides_of_such_a_section_are_still_chosen_by_its_name(folder: DeckFolder) -> None:
    """A manifest means the section as the author wrote it, whoever sees its title; so do breaks."""
    text = WHOSE.format(whose="role: instructor")
    chosen = folder.load(text, Choices(role=Role.ATTENDEE, include=selectors("grading end"))).deck
    assert [(slide.id, slide.section) for slide in chosen.slides] == [("everybody", "Open"), ("end", "End")]
    tea = Schedule(540, (Break("Tea", 600, after="grading"),))
    deck = folder.load(text, Choices(role=Role.ATTENDEE, schedule=tea)).deck
    assert [part.title for part in deck.agenda.parts] == ["Open", "Tea", "End"]


def test_theme_and_duration(folder: DeckFolder) -> None:
    """A form may wear another theme and have another plan."""
    deck = folder.load("---\ntheme: night\nduration: 45m\n---\n# A", Choices(theme="contrast", duration=900)).deck
    assert (deck.theme, deck.duration) == ("contrast", 900)


def test_same_titles_get_ids_of_their_own(folder: DeckFolder) -> None:
    """Ids are unique, and one that an author gave is never taken by another slide."""
    deck = folder.load("# A\n\n---\n\n## A\n\nx\n\n---\nid: a-2\n---\n## B\n\nx\n\n---\n\n::: left\nx\n:::\n").deck
    assert [slide.id for slide in deck.slides] == ["a", "a-3", "a-2", "slide-4"]


@pytest.mark.parametrize(
    ("title", "expected"),
    [("What's new?", "what-s-new"), ("Größe — ﬁne", "größe-fine"), ("???", ""), ("a" * 80, "a" * 60), ("a_b", "a-b")],
)
def test_ids_from_titles(title: str, expected: str) -> None:
    """Lower case, with hyphens, and short enough for a file's name."""
    assert slug(title) == expected


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("# a {#x}\n---\nid: x\n---\n# b", "duplicate-id", "deck.md:3:5"),
        ("---\n---\n---\nid: a b\n---\n# a", "bad-id", "deck.md:4:5"),
    ],
)
def test_faults_of_ids(folder: DeckFolder, text: str, code: str, place: str) -> None:
    """Ids are unique, and can name files."""
    with pytest.raises(QuarterdeckError) as caught:
        folder.load(text)
    assert [(fault.code, str(fault.span)) for fault in caught.value.diagnostics] == [(code, place)]


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
EXERCISE_DECK = """# One

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
    deck = exercise.load(EXERCISE_DECK).deck
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
    deck = exercise.load(EXERCISE_DECK).deck
    solution = deck.slides[2]
    assert (solution.id, solution.hidden, solution.demo, solution.layout) == (
        "try-solution",
        True,
        "start",
        Layout.DEMO,
    )
    assert solution.title_text == "Solution: Try it"
    shown = exercise.load(EXERCISE_DECK, Choices(solutions=Solutions.SHOWN)).deck
    assert not shown.slides[2].hidden
    assert [step.id for step in shown.demos["start"].shown_steps] == ["step-1"]
    left_out = exercise.load(EXERCISE_DECK, Choices(solutions=Solutions.LEFT_OUT)).deck
    assert len(left_out.slides) == 2


@pytest.mark.parametrize("solutions", Solutions)
def test_an_attendees_copy_has_no_solution(exercise: Any, solutions: Solutions) -> None:
    """Neither a slide, nor a demo that a page could carry a recording of."""
    deck = exercise.load(EXERCISE_DECK, Choices(role=Role.ATTENDEE, solutions=solutions)).deck
    assert len(deck.slides) == 2
    assert deck.demos == {}
    assert list(deck.exercises) == ["start"]


def test_labels_are_in_the_decks_language(exercise: Any) -> None:
    """What Quarterdeck adds is German in a German deck."""
    deck = exercise.load("---\nlang: de-AT\n---\n" + EXERCISE_DECK).deck
    box = deck.slides[1].slots["body"][1]
    assert isinstance(box, Admonition)
    assert plain_text(box.title) == "Übung · 10 min"
    assert deck.slides[2].title_text == "Lösung: Try it"


def test_a_rehearsal_of_the_deck_rehearses_its_exercises(exercise: Any) -> None:
    """Though no slide runs them."""
    exercise.load(EXERCISE_DECK)
    selection = select([exercise.path])
    assert [demo.name for demo in selection.demos] == ["start"]


def test_a_slide_holds_no_solution_itself(exercise: Any) -> None:
    """It has no task."""
    with pytest.raises(QuarterdeckError, match="solution of no task"):
        exercise.load("# One\n\n```console {.solution}\n$ ls\n```\n")


def test_a_show_runs_solutions_only_when_asked(exercise: Any) -> None:
    """A press on the task goes on to the next slide; with the solutions shown, each step takes a press after it."""
    task = plan_show(exercise.load(EXERCISE_DECK, Choices(solutions=Solutions.LEFT_OUT)).deck, ())
    assert [(slide.id, len(slide.steps)) for slide in task.slides] == [("one", 0), ("try", 0)]
    shown = plan_show(exercise.load(EXERCISE_DECK, Choices(solutions=Solutions.SHOWN)).deck, ())
    assert [(slide.id, len(slide.steps)) for slide in shown.slides] == [("one", 0), ("try", 0), ("try-solution", 1)]


@pytest.mark.parametrize(("role", "missed"), [(Role.INSTRUCTOR, ["missing-cast"]), (Role.ATTENDEE, [])])
def test_an_attendees_copy_misses_no_recording_of_a_solution(exercise: Any, role: Role, missed: list[str]) -> None:
    """It would hold none, so a strict build needs none; the instructor is told."""
    exercise.load(EXERCISE_DECK)
    project = load_project(exercise.path, Choices(role=role))
    assert [warning.code for warning in project.warnings] == missed


def test_a_picture_slide_sets_no_task(exercise: Any) -> None:
    """There is no room for it: nothing of the slide is dropped to make some."""
    with pytest.raises(QuarterdeckError, match="layout 'quote' has no place for the task") as caught:
        exercise.load(EXERCISE_DECK.replace("demo: start", "demo: start\nlayout: quote"))
    (fault,) = caught.value.diagnostics
    assert (str(fault.span), fault.code) == ("deck.md:5:7", "no-slot")
