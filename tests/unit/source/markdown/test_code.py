"""Fenced and indented code."""

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
        ("```py {2|9}\nx\ny\n```", "bad-line-step", "3:10", "2 lines"),
        ("```py foo\nx\n```", "unknown-key", "3:7", "braces"),
        ("```py {titel=x}\nx\n```", "unknown-key", "3:8", "title"),
    ],
)
def test_faults(folder: DeckFolder, source: str, code: str, place: str, hint: str) -> None:
    """What can't be shown is a fault at its line and column, never left out."""
    fault = fault_of(folder, source)
    assert (fault.code, str(fault.span)) == (code, f"deck.md:{place}")
    assert hint in (fault.hint or "")
