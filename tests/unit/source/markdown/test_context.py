"""Fragments are counted in reading order; links lead to slides, the web or mail."""

from __future__ import annotations

from typing import Any

import pytest

from quarterdeck.source.markdown.context import Fragments
from support.block_lines import body_lines, fault_of
from support.deck_folder import DeckFolder


def test_case(case: Any, folder: DeckFolder) -> None:
    """The Markdown means what its case says."""
    assert body_lines(folder, case.source) == case.expected


@pytest.mark.parametrize(
    ("source", "code", "place", "hint"),
    [
        ("[x](file.pdf)", "bad-link", "3:5", "#its-id"),
        ("[x](ftp://a)", "bad-link", "3:5", "https://"),
        ("[x]()", "bad-link", "3:1", ""),
        ("[x](#nowhere)", "dead-link", "3:5", "t"),
    ],
)
def test_faults(folder: DeckFolder, source: str, code: str, place: str, hint: str) -> None:
    """What can't be shown is a fault at its line and column, never left out."""
    fault = fault_of(folder, source)
    assert (fault.code, str(fault.span)) == (code, f"deck.md:{place}")
    assert hint in (fault.hint or "")


def test_places_are_given_in_order() -> None:
    """A pause holds for what comes after it, until something has a place of its own."""
    fragments = Fragments()
    assert fragments.place(None) is None
    assert fragments.place(None, own=True) == 0
    fragments.wait()
    assert fragments.place(None) == 1
    assert fragments.place(None) == 1, "all that comes after a pause appears with it"
    assert fragments.place(1) is None, "it appears with what encloses it"
    assert fragments.place(None, own=True) == 2
    assert fragments.count == 3


def test_notes_have_no_fragments() -> None:
    """Everything in them is there at once."""
    fragments = Fragments(enabled=False)
    fragments.wait()
    assert fragments.place(None, own=True) is None
    assert fragments.next() is None
    assert fragments.count == 0
