"""Tables."""

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
        ("| ![x](a.png) |\n|---|\n| 1 |", "no-slot", "3:8", "beside the table"),
        ('| a | b |\n|---|---|\n| 1 | 2 |\n\n: {widths="1 2 3"}', "wrong-type", "7:12", "30 70"),
    ],
)
def test_faults(folder: DeckFolder, source: str, code: str, place: str, hint: str) -> None:
    """What can't be shown is a fault at its line and column, never left out."""
    fault = fault_of(folder, source)
    assert (fault.code, str(fault.span)) == (code, f"deck.md:{place}")
    assert hint in (fault.hint or "")
