"""Slides get ids and sections, and a manifest chooses them by id, section and class."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import QuarterdeckError, SourceSpan
from quarterdeck.model.options import Break, Choices, Role, Schedule, Selector
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
