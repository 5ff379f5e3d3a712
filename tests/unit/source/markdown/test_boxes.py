"""Quotations, remarks, callouts and groups."""

from __future__ import annotations

from typing import Any

import pytest

from support.block_lines import body_lines, fault_of
from support.deck_folder import DeckFolder


def test_case(case: Any, folder: DeckFolder) -> None:
    """The Markdown means what its case says."""
    assert body_lines(folder, case.source) == case.expected


@pytest.mark.parametrize(
    ("source", "code", "place", "hint"),
    [
        ("- x\n\n  ::: left\n  y\n  :::", "no-slot", "5:3", ""),
        (":::", "unclosed-div", "3:1", ""),
        ("::: calout\nx\n:::", "unknown-div", "3:5", "callout"),
        ("::: callout A title\n:::", "empty-callout", "3:1", "its title"),
        ("::: callout {titel=x}\ny\n:::", "unknown-key", "3:14", "title"),
        ("::: callout ![x](a.png)\ny\n:::", "no-slot", "3:18", ""),
        ("::: {.fragment title=x}\ny\n:::", "unknown-key", "3:16", ""),
    ],
)
def test_faults(folder: DeckFolder, source: str, code: str, place: str, hint: str) -> None:
    """What can't be shown is a fault at its line and column, never left out."""
    fault = fault_of(folder, source)
    assert (fault.code, str(fault.span)) == (code, f"deck.md:{place}")
    assert hint in (fault.hint or "")
