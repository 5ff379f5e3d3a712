"""A deck's text is cut into slides, each with its own front matter."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.source.markdown.separators import report_open_fences, split_front_matter, split_slides
from quarterdeck.text.passage import Passage
from support.deck_folder import DeckFolder


def slides(text: str, *, after: bool = False) -> tuple[list[tuple[str | None, str]], list[tuple[str, str]]]:
    """Front matter and text of each slide, and the faults with their lines."""
    found = Diagnostics()
    passage = Passage.of_file(text, "deck.md")
    cut = list(split_slides(passage, found, begins_after_separator=after))
    parts = [(slide.front_matter.text if slide.front_matter else None, slide.body.text.strip()) for slide in cut]
    return parts, [(fault.code, str(fault.span)) for fault in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# A\n---\n# B", [(None, "# A"), (None, "# B")]),
        ("# A\n---\nid: b\n---\n# B", [(None, "# A"), ("id: b", "# B")]),
        ("# A\n\n---\n\n---\n\n# B", [(None, "# A"), (None, "# B")]),
        ("```\n---\n```", [(None, "```\n---\n```")]),
        ("# A\n--- \t\n# B", [(None, "# A"), (None, "# B")]),
        ("# A\n----\n# B", [(None, "# A\n----\n# B")]),
        ("# A\n---\n\nNote: this is text", [(None, "# A"), (None, "Note: this is text")]),
        ("# A\n---\nNote: this is text", [(None, "# A"), (None, "Note: this is text")]),
        ("# A\n---\nid: empty\n---\n", [(None, "# A"), ("id: empty", "")]),
        ("", []),
    ],
)
def test_slides(text: str, expected: list[tuple[str | None, str]]) -> None:
    """Lines of three hyphens separate slides, but not in code; a stretch without text is none."""
    assert slides(text) == (expected, [])


def test_the_first_slide_may_have_front_matter() -> None:
    """Right after that of the deck."""
    assert slides("id: a\n---\n# A", after=True)[0] == [("id: a", "# A")]
    assert slides("id: a\n---\n# A")[0] == [(None, "id: a"), (None, "# A")]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("# A\n---\nid: x\n# B", ("unclosed-front-matter", "deck.md:3:1")),
        ("# A\n\n```py\nx\n---\n# B", ("unclosed-fence", "deck.md:3:1")),
        ("```py\nx\n---\n# B\n```js\ny\n```", ("unclosed-fence", "deck.md:1:1")),
    ],
)
def test_what_is_not_closed(text: str, fault: tuple[str, str]) -> None:
    """It ends with its slide, so that it hides no other fault."""
    assert slides(text)[1] == [fault]


@pytest.mark.parametrize(
    ("text", "matter", "rest"),
    [
        ("---\ntitle: x\n---\n# A", "title: x", "# A"),
        ("---\n---\n# A", "", "# A"),
        ("---\n# only a comment\n---\n# A", "# only a comment", "# A"),
        ("---\n\nText between rules\n---\nrest", None, None),
        ("# A\n---\n", None, None),
        ("---\ntext, and no key", None, None),
    ],
)
def test_front_matter_of_a_file(text: str, matter: str | None, rest: str | None) -> None:
    """Keys between the first line and the next separator; anything else is text."""
    found = Diagnostics()
    passage = Passage.of_file(text, "deck.md")
    cut, body = split_front_matter(passage, found, "the front matter")
    assert (cut and cut.text) == matter
    assert body.text == (text if rest is None else rest)
    assert not found.items


def test_front_matter_that_never_ends() -> None:
    """Where its first line is a key, its end was forgotten."""
    found = Diagnostics()
    matter, body = split_front_matter(Passage.of_file("---\ntitle: x\n# A", "deck.md"), found, "the front matter")
    assert (matter, body.text) == (None, "")
    assert [(fault.code, str(fault.span)) for fault in found] == [("unclosed-front-matter", "deck.md:1:1")]


def test_open_fences_of_a_script() -> None:
    """A demo script has no slides; its last fence may be open."""
    found = Diagnostics()
    report_open_fences(Passage.of_file("```\na\n```\n\n~~~\nb", "demo.md"), found)
    assert [(fault.code, str(fault.span), fault.hint) for fault in found] == [
        ("unclosed-fence", "demo.md:5:1", "close it with a line of ~~~")
    ]


def test_first_slide_after_a_blank_stretch(folder: DeckFolder) -> None:
    """The first slide's front matter may follow the deck's at once, or after a blank stretch."""
    for gap in ("", "\n---\n"):
        deck = folder.load(f"---\ntitle: x\n---\n{gap}id: first\n---\n# Hi").deck
        assert [slide.id for slide in deck.slides] == ["first"], gap
