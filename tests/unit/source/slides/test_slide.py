"""One slide: its keys, title, notes and what it may hold."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import QuarterdeckError, SourceSpan
from quarterdeck.model.content import Run
from quarterdeck.model.deck import Background, Layout
from quarterdeck.model.options import Choices, Role
from support.deck_folder import DeckFolder


def test_keys_of_a_slide(folder: DeckFolder) -> None:
    """Each reaches the slide."""
    keys = (
        "id: one\nlayout: content\nduration: 90s\naudience: [dev, ops]\nrole: instructor\nclass: a b\n"
        'transition: fade\nhide: true\nfit: split\nbackground: "#0b2240"\n'
    )
    (slide,) = folder.load(f"---\n---\n---\n{keys}---\n# A *title*\n\ntext\n").deck.slides
    assert (slide.id, slide.layout, slide.duration, slide.audience) == ("one", Layout.CONTENT, 90, ("dev", "ops"))
    assert (slide.role, slide.classes, slide.transition, slide.hidden) == (Role.INSTRUCTOR, ("a", "b"), "fade", True)
    assert (slide.fit, slide.background) == ("split", Background("#0b2240"))
    assert slide.title == (Run("A "), Run("title", italic=True))
    assert (slide.span, slide.title_span) == (SourceSpan("deck.md", 4, 1, 7), SourceSpan("deck.md", 15, 1, 11))


def test_fragments_are_counted(folder: DeckFolder) -> None:
    """``incremental`` of a slide wins over that of the deck."""
    text = "---\nincremental: true\n---\n# A\n\n- a\n- b\n\n---\nincremental: false\n---\n# B\n\n- a\n- b\n"
    assert [slide.fragments for slide in folder.load(text).deck.slides] == [2, 0]


ROLES = (
    "# Title {{ role }}\n\n<!-- Say: nobody else reads this; see [key](#key). -->\n---\n"
    "id: key\nrole: instructor\n---\n# Solution\n\n<!-- Secret -->\n"
)


@pytest.mark.parametrize(
    ("role", "titles", "notes"),
    [
        (None, ["Title None", "Solution"], 2),
        (Role.INSTRUCTOR, ["Title instructor", "Solution"], 2),
        (Role.ATTENDEE, ["Title attendee"], 0),
    ],
)
def test_roles(folder: DeckFolder, role: Role | None, titles: list[str], notes: int) -> None:
    """An attendee's copy has no notes, and no slides of the instructor's; not even a link of a note counts."""
    deck = folder.load(ROLES, Choices(role=role)).deck
    assert [slide.title_text for slide in deck.slides] == titles
    assert sum(bool(slide.notes) for slide in deck.slides) == notes
    assert deck.role == role


@pytest.mark.parametrize(
    ("text", "code", "place", "hint"),
    [
        ("layout: qoute\n---\n# a", "unknown-layout", "4:9", "did you mean 'quote'?"),
        ("fit: stretch\n---\n# a", "unknown-fit", "4:6", "shrink"),
        ("role: teacher\n---\n# a", "unknown-role", "4:7", "instructor"),
        ("duration: 45\n---\n# a", "wrong-type", "4:11", "45m"),
        ('background: "#12"\n---\n# a', "unknown-color", "4:13", "#rrggbb"),
        ("background: film.mp4\n---\n# a", "bad-picture", "4:13", ""),
        ("id: a\n---\n# a {.fragment}\n\nx", "title-fragment", "6:7", ". . ."),
        ("id: a\n---\n# a ![x](p.png)\n\nx", "no-slot", "6:10", "line of its own"),
        ("id: a\n---\n# a\n\n::: left\nx", "unclosed-div", "8:1", ":::"),
        ("demo: hello\n---\n# a\n\n```console\n$ ls\n```", "two-demos", "8:1", "remove"),
    ],
)
def test_faults(folder: DeckFolder, text: str, code: str, place: str, hint: str) -> None:
    """Each is at the key or block itself."""
    folder.write("film.mp4", "film")
    folder.write("demos/hello.md", "```console\n$ true\n```\n")
    with pytest.raises(QuarterdeckError) as caught:
        folder.load(f"---\n---\n---\n{text}\n")
    (fault,) = caught.value.diagnostics
    assert (fault.code, str(fault.span)) == (code, f"deck.md:{place}")
    assert hint in (fault.hint or "")
