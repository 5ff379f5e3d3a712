"""A manifest chooses slides by id, section and class."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import QuarterdeckError, SourceSpan
from quarterdeck.model.agenda import Break, Schedule
from quarterdeck.model.options import Choices, Selector
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


def test_theme_and_duration(folder: DeckFolder) -> None:
    """A form may wear another theme and have another plan."""
    deck = folder.load("---\ntheme: night\nduration: 45m\n---\n# A", Choices(theme="contrast", duration=900)).deck
    assert (deck.theme, deck.duration) == ("contrast", 900)
