"""Lengths of time as authors write them: ``45m``, ``1h30m``, ``20s``, ``500ms``."""

from __future__ import annotations

import re

_UNITS = {"h": 3600.0, "m": 60.0, "min": 60.0, "s": 1.0, "ms": 0.001}
_PART = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*(ms|min|h|m|s)\s*")
HINT = "write a time with its unit: 45m, 1h30m, 20s"


def parse_duration(text: str) -> float | None:
    """Seconds, or None when the text is no length of time greater than nothing."""
    at, seconds = 0, 0.0
    while match := _PART.match(text, at):
        seconds += float(match[1]) * _UNITS[match[2]]
        at = match.end()
    return seconds if at == len(text) and seconds > 0 else None
