"""The agenda adds up what slides are planned for, section by section, with breaks in their places."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import Run, Table, plain_text
from quarterdeck.model.options import Agenda, Break, Choices, Schedule, Selector
from support.deck_folder import DeckFolder

DECK = """---
title: Talk
---
id: hello
duration: 2m
---
# Hello

About it

---
layout: section
id: one
duration: 30s
---
# One

---
id: one-a
duration: 20m30s
---
## A

x

---
id: one-b
duration: 4m
---
## B

x

---
layout: section
id: two
duration: 1m
---
# Two

---
id: two-a
hide: true
duration: 9h
---
## Hidden

x

---
id: plan
---
## Plan

```agenda
```
"""
TEA = Break("Tea", 600, after="one")


def rows(agenda: Agenda) -> list[tuple[str, str, int]]:
    """What an organiser reads."""
    return [(agenda.clock(part.begin), part.title, part.minutes) for part in agenda.parts]


def planned(folder: DeckFolder, *breaks: Break, start: int | None = 540, text: str = DECK) -> Agenda:
    """The agenda of a deck that begins at nine."""
    return folder.load(text, Choices(schedule=Schedule(start, breaks))).deck.agenda


def test_sections_add_up(folder: DeckFolder) -> None:
    """Parts begin where the one before ends; hidden slides take no time; without a start it counts from nothing."""
    assert rows(planned(folder)) == [("9:00", "Talk", 2), ("9:02", "One", 25), ("9:27", "Two", 1)]
    assert rows(planned(folder, start=None))[1] == ("0:02", "One", 25)
    assert planned(folder).seconds == 28 * 60


def test_minutes_add_up_to_the_whole(folder: DeckFolder) -> None:
    """Rounding loses and invents no minute."""
    text = "".join(f"---\nlayout: section\nduration: 40s\n---\n# Part {n}\n\n" for n in range(30))
    agenda = planned(folder, text=f"---\n---\n{text}")
    assert sum(part.minutes for part in agenda.parts) == 20


def test_breaks(folder: DeckFolder) -> None:
    """A break follows the section or slide that it names, or the first end of a section from its time on."""
    tea = ("9:27", "Tea", 10)
    two = ("9:37", "Two", 1)
    assert rows(planned(folder, TEA))[2:] == [tea, two]
    assert rows(planned(folder, Break("Tea", 600, at=9 * 60 + 20)))[2:] == [tea, two]
    assert rows(planned(folder, Break("Tea", 600, at=600))) == rows(planned(folder))
    inside = planned(folder, Break("Tea", 600, after="one-a"))
    assert rows(inside)[1:4] == [("9:02", "One", 21), ("9:23", "Tea", 10), ("9:33", "One", 4)]


def test_no_break_at_the_end(folder: DeckFolder) -> None:
    """Nobody waits for a break after the last section."""
    assert rows(planned(folder, Break("Tea", 600, after="two"))) == rows(planned(folder))


def test_past_midnight(folder: DeckFolder) -> None:
    """A night's clock goes on at 0:00."""
    assert rows(planned(folder, start=23 * 60 + 50))[2][0] == "0:17"


def test_table(folder: DeckFolder) -> None:
    """The fence becomes a table with a row for each part that takes a minute; breaks are set apart."""
    loaded = folder.load(DECK, Choices(schedule=Schedule(540, (TEA,))))
    (table,) = loaded.deck.slides[-1].slots["body"]
    assert isinstance(table, Table)
    cells = [[plain_text(cell) for cell in row.cells] for row in (table.header, *table.rows)]
    assert cells[0] == ["Start", "Topic", "min"]
    assert cells[3] == ["9:27", "Tea", "10"]
    assert [run.italic for row in table.rows for run in row.cells[1] if isinstance(run, Run)] == [
        False,
        False,
        True,
        False,
    ]
    (fault,) = loaded.diagnostics
    assert (fault.code, "plan" in fault.message) == ("unplanned-slide", True)


def test_headings(folder: DeckFolder) -> None:
    """A deck in another language gives its own headings, also where the agenda stands in a box."""
    for box in ("note", "callout"):
        text = f"# A\n\n::: {box}\n```agenda\nZeit | Teil | Minuten\n```\n:::\n"
        deck = folder.load(text).deck
        assert "Minuten" in str(deck.slides[0].slots)


def test_agenda_holds_no_rows(folder: DeckFolder) -> None:
    """Rows written by hand would not be true for long."""
    with pytest.raises(QuarterdeckError) as caught:
        folder.load("---\n---\nduration: 1m\n---\n# A\n\n```agenda\n9:00 | One\n```\n")
    (fault,) = caught.value.diagnostics
    assert (fault.code, str(fault.span), fault.hint) == ("bad-agenda", "deck.md:8:1", "Start | Topic | Minutes")


def test_long_agendas_fit(folder: DeckFolder) -> None:
    """More parts than a slide holds rows stand in two columns, in reading order."""
    sections = "".join(f"---\nlayout: section\nduration: 2m\n---\n# Part {n}\n\n" for n in range(13))
    deck = folder.load(f"---\n---\nduration: 1m\n---\n## Plan\n\n```agenda\n```\n{sections}").deck
    (table,) = deck.slides[0].slots["body"]
    assert isinstance(table, Table)
    assert [len(row.cells) for row in table.rows] == [7] * 7
    assert [plain_text(table.rows[0].cells[n]) for n in (1, 5)] == ["Plan", "Part 6"]


def test_section_of_slides_whose_section_slide_is_left_out(folder: DeckFolder) -> None:
    """A short form without section slides still knows its sections."""
    deck = folder.load(DECK, Choices(include=(Selector("one-a"), Selector("plan")))).deck
    assert [(slide.id, slide.section) for slide in deck.slides] == [("one-a", "One"), ("plan", "Two")]
    assert [part.title for part in deck.agenda.parts] == ["One", "Two"]


SHARED = """---
duration: 25m
---

# A

---
duration: 4m
---

# B

x

---
layout: section
---

# C

---

# D

x

---
hide: true
---

# E
"""
"""Three slides without a duration, which get seven minutes each."""


def test_slides_without_a_duration_share_what_the_deck_leaves(folder: DeckFolder) -> None:
    """As in a show; breaks are taken off first; hidden slides get nothing; and there may be nothing left."""
    assert rows(planned(folder, start=None, text=SHARED)) == [("0:00", "A", 11), ("0:11", "C", 14)]
    agenda = planned(folder, Break("Tea", 360, after="a"), start=None, text=SHARED)
    assert (agenda.seconds, agenda.share) == (1500, 300)
    assert planned(folder, text=SHARED.replace("25m", "3m")).share == 0
    assert planned(folder, text=SHARED.replace("duration: 25m", "title: x")).share == 0


def test_an_agenda_with_guessed_times_says_so(folder: DeckFolder) -> None:
    """Once, where it is shown."""
    loaded = folder.load(SHARED.replace("# B\n\nx\n", "# B\n\nx\n\n```agenda\n```\n"))
    (fault,) = loaded.diagnostics
    assert fault.code == "unplanned-slide"
    assert "the same time for slides without a duration: a, c, d" in fault.message
