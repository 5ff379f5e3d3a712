"""Elisions in transcripts: ``...`` for any lines, ``[..]`` for any text in a line (as in ``trycmd``)."""

from __future__ import annotations

import re

ANY_LINES = "..."
ANY_TEXT = "[..]"


def line_pattern(line: str) -> str:
    """A regular expression for a line with ``[..]`` in it."""
    return ".*".join(re.escape(part) for part in line.split(ANY_TEXT))


def line_matches(expected: str, actual: str) -> bool:
    """Whether a line of output is what a line of a transcript says, blanks at the end aside."""
    if ANY_TEXT not in expected:
        return expected.rstrip() == actual
    return re.fullmatch(line_pattern(expected.rstrip()), actual, re.DOTALL) is not None
