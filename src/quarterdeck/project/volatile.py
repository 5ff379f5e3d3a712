"""What a command hardly prints twice: ids, times, durations.  ``--update`` writes ``[..]`` for it."""

from __future__ import annotations

import re

from quarterdeck.model.demo import ANY_TEXT

_UNIT = r"(?:second|minute|hour|day|week|month|year)s?"
_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"

VOLATILE = re.compile(
    "|".join(
        (
            r"\b(?:sha256:)?[0-9a-f]{64}\b",
            r"\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12}\b",  # an id cut short, as the Docker CLI does
            r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",  # RFC 9562
            rf"\b{_DATE}[T ]{_TIME}(?:Z|(?: ?[+-]\d\d:?\d\d)(?: [A-Z]{{3,5}})?)?",  # RFC 3339, and as Go prints times
            # RFC 9110, 5.6.7, and as date and asctime print it
            rf"\b(?:[A-Z][a-z]{{2}},? )?(?:\d{{1,2}}[ /-][A-Z][a-z]{{2}}|[A-Z][a-z]{{2}} +\d{{1,2}})"
            rf"(?:[ /-]\d{{4}})?[ :]{_TIME}(?: (?:[A-Z]{{3,5}}|[+-]\d{{4}}))?(?: \d{{4}})?\b",
            rf"\b{_TIME}\b",
            rf"\b(?:Less than a second|About an? {_UNIT}|\d+ {_UNIT})(?: ago)?\b",
            r"\b\d+m\d+\.\d+s\b",
            r"\b\d+(?:\.\d+)? ?(?:[mµn]s)\b|\b\d+\.\d+ ?s(?:ec(?:onds?)?)?\b",
        )
    )
)
"""Anything that looks like it."""


def elided(line: str) -> str:
    """The line with ``[..]`` for what it hardly says twice."""
    return VOLATILE.sub(ANY_TEXT, line)


def common(line: str, other: str) -> str:
    """What two runs printed in one line, with ``[..]`` from the first word that differs to the last."""
    if line == other:
        return line
    words, others = re.split(r"(\s+)", line), re.split(r"(\s+)", other)
    most = min(len(words), len(others))
    head = next((n for n in range(most) if words[n] != others[n]), most)
    tail = next((n for n in range(most - head) if words[-1 - n] != others[-1 - n]), most - head)
    return "".join(words[:head]) + ANY_TEXT + "".join(words[len(words) - tail :])
