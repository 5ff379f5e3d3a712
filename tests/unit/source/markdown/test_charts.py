"""Charts."""

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
        ("```chart {type=pi}\n|a|b|\n|c|1|\n```", "unknown-chart", "3:16", "pie"),
        ("```chart\n| |b|\n|c|x|\n```", "bad-chart", "5:4", "empty"),
        ("```chart\n| |b|\n|c|1|2|\n```", "bad-chart", "5:1", ""),
        ("```chart {max=much}\n| |b|\n|c|1|\n```", "bad-chart", "3:11", "max=100"),
        ("```chart {max=5 min=6}\n| |b|\n|c|5|\n```", "bad-chart", "3:11", ""),
        ("```chart {max=5}\n| |b|\n|c|7|\n```", "bad-chart", "3:11", "change 'max'"),
        ("```chart {type=pie min=5}\n| |b|\n|c|7|\n```", "bad-chart", "3:20", ""),
        ("```chart {type=pie x=Axis}\n| |b|\n|c|7|\n```", "bad-chart", "3:20", ""),
        ("```chart {legend=left}\n| |b|\n|c|7|\n```", "bad-chart", "3:11", "right"),
        ("```chart {emphasis=d}\n| |b|\n|c|7|\n```", "bad-chart", "3:11", ""),
        ("```chart {labels=share}\n| |b|\n|c|7|\n```", "bad-chart", "3:11", "none, value"),
        ("```chart {stacked=perhaps}\n| |b|\n|c|7|\n```", "bad-chart", "3:11", "leave it out"),
    ],
)
def test_faults(folder: DeckFolder, source: str, code: str, place: str, hint: str) -> None:
    """What can't be shown is a fault at its line and column, never left out."""
    fault = fault_of(folder, source)
    assert (fault.code, str(fault.span)) == (code, f"deck.md:{place}")
    assert hint in (fault.hint or "")
