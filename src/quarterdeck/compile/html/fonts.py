"""The fonts that a page embeds: only the faces whose characters it shows.

Every face's ascent and descent are overridden with the same values, so that a line of text stands
equally high in its box whatever family it is set in; ``text.BASELINE_SHIFT`` counts on them.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import lru_cache

from quarterdeck.model.theme import Theme
from quarterdeck.theme.measure.fonts import FontFace, FontFile, faces

METRICS = "ascent-override:90.5%;descent-override:21.2%;line-gap-override:0%"
ALWAYS = frozenset(map(chr, range(0x20, 0x7F)))
"""Characters that may come up on any page: a terminal can print them all."""

_TEXT = re.compile(r">([^<]+)<")


def font_faces(theme: Theme, markup: Iterable[str], terminals: Iterable[str]) -> str:
    """The ``@font-face`` rules for what is shown in ``markup`` and printed in ``terminals``."""
    shown = ALWAYS.union(*map(_letters, markup))
    printed = shown.union(*map(_printed, terminals))
    codes, codes_of_terminals = (sorted(map(ord, letters)) for letters in (shown, printed))

    def is_wanted(file: FontFile) -> bool:
        known = codes_of_terminals if file.family == theme.mono.twin else codes
        return any(_holds(known, first, last) for first, last in _ranges(file.unicode_range))

    return "\n".join(map(_rule, faces(theme, is_wanted)))


@lru_cache(maxsize=2048)
def _letters(markup: str) -> frozenset[str]:
    """The characters of a slide; it may be in many pages of one run."""
    return frozenset("".join(_TEXT.findall(markup)))


@lru_cache(maxsize=256)
def _printed(output: str) -> frozenset[str]:
    return frozenset(output)


def _holds(codes: Sequence[int], first: int, last: int) -> bool:
    """Whether one of the sorted code points is in a range."""
    place = bisect_left(codes, first)
    return place < len(codes) and codes[place] <= last


def _ranges(unicode_range: str) -> list[tuple[int, int]]:
    """``U+0000-00FF,U+0131`` (CSS Fonts 4, 4.5) as pairs of code points."""
    pairs = []
    for part in unicode_range.split(","):
        first, _, last = part.strip().removeprefix("U+").partition("-")
        pairs.append((int(first, 16), int(last or first, 16)))
    return pairs


def _rule(face: FontFace) -> str:
    data = base64.b64encode(face.woff2).decode("ascii")
    return (
        f"@font-face{{font-family:'{face.family}';font-weight:{face.weight};font-style:{face.style};"
        f"font-display:block;{METRICS};unicode-range:{face.unicode_range};"
        f"src:url(data:font/woff2;base64,{data}) format('woff2')}}"
    )
