"""Markdown becomes the blocks of the model; the cases are in ``blocks.md``."""

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
        ("{.fragment}", "stray-attributes", "3:1", "before a block"),
        ("text {widht=3}", "unknown-key", "3:7", ""),
        ("<blink>\nx\n</blink>", "raw-html", "3:1", "backticks"),
        ("## ![x](a.png)", "no-slot", "3:9", "line of its own"),
    ],
)
def test_faults(folder: DeckFolder, source: str, code: str, place: str, hint: str) -> None:
    """What can't be shown is a fault at its line and column, never left out."""
    fault = fault_of(folder, source)
    assert (fault.code, str(fault.span)) == (code, f"deck.md:{place}")
    assert hint in (fault.hint or "")
