"""The lines of titles, statements and quotations: as long as each other, and ending where a sentence or clause does.

The box is the narrowest one with as many lines as its whole width gives.  Lines rather end where one would pause when
reading them aloud, as long as they don't get too uneven for that; there are never more of them.  Where the width of the
box alone doesn't end a line there, a line break does, the same in both outputs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from math import inf

from msgspec.structs import replace

from quarterdeck.theme.measure.lines import (
    GRAIN,
    MARGIN,
    Broken,
    Lines,
    MeasuredParagraph,
    Token,
    break_lines,
    break_stably,
    least_width,
)

EVEN = 4.0
"""px by which lines of a title may differ without anyone seeing it."""
STEP = 1.02
"""By how much a box grows at each try, where the narrowest one has lines that aren't stable."""
SENTENCE, CLAUSE, COMMA = 0.6, 0.3, 0.22
"""What a line's end is worth after these, against the squares of how far lines are from their mean length, in shares
of it: of two lines, the shorter may have 0.29 of the longer one's length for a sentence, and half of it for a comma."""
_CLOSING = "\"'”’»)]"
_PAUSES = (
    ("?!…", SENTENCE, CLAUSE),
    (".", SENTENCE, 0.0),
    (";:–—", CLAUSE, CLAUSE),
    (",", COMMA, COMMA),
)
"""Marks, and what a line's end is worth after them: before a capital, and before a small letter."""
_UNSPACED = {"。": SENTENCE, "！": SENTENCE, "？": SENTENCE, "；": CLAUSE, "：": CLAUSE, "，": COMMA, "、": COMMA}
"""Marks that no space follows."""


def break_evenly(columns: Sequence[MeasuredParagraph], width: float) -> Broken:
    """Break the paragraphs of a box into lines that are as long as each other and end with clauses, as far as possible.

    There are as many lines as in a box of ``width`` px.  Where no other lines settle as many of them, they are
    those of :func:`break_stably`.
    """
    even = _narrowest(columns, width)
    wanted = [_phrased(column, even, number, width) for number, column in enumerate(columns)]
    if any(wanted):
        even = _parted(columns, even, wanted, width)
    return replace(even, torn=sum(map(_torn, even.columns, even.lines)))


def _narrowest(columns: Sequence[MeasuredParagraph], width: float) -> Broken:
    """Break in the narrowest box that has as many lines."""
    usual = break_stably(columns, width)
    counts = [len(lines.ends) for lines in usual.lines]
    if max(counts, default=1) == 1:
        return usual
    whole = (sum(t.width + t.space for t in c.tokens) * c.size / n for c, n in zip(columns, counts, strict=True))
    low, most = max(*map(least_width, columns), *whole), width - usual.inset
    while most - low > EVEN:
        middle = (low + most) / 2
        if [len(break_lines(c.tokens, c.room(middle)).ends) for c in columns] == counts:
            most = middle
        else:
            low = middle
    tried = most
    while tried < width - usual.inset:
        even = break_stably(columns, tried)
        if even.unsettled <= usual.unsettled and [len(lines.ends) for lines in even.lines] == counts:
            return replace(even, inset=even.inset + width - tried)
        tried = tried * STEP
    return usual


def _phrased(column: MeasuredParagraph, even: Broken, number: int, width: float) -> tuple[int, ...]:
    """The tokens after which lines had better end, the last one among them; empty where they are well as they are."""
    count = len(even.lines[number].ends)
    tokens = column.tokens
    if count == 1 or any(token.forced for token in tokens):
        return ()
    worth = tuple(pauses(tokens))
    if not any(worth):
        return ()
    ends = _best(tokens, worth, count, column.room(width) * (1 - MARGIN) - GRAIN / column.size)
    known, usual = even.columns[number].tokens, even.lines[number].ends
    earned = tuple(pauses(known))
    if not ends or _earned(worth, ends) <= _earned(earned, usual):
        return ()
    mean = _mean(tokens, count)
    better = _uneven(tokens, ends, mean) - _earned(worth, ends)
    return ends if better < _uneven(known, usual, mean) - _earned(earned, usual) else ()


def pauses(tokens: Sequence[Token]) -> Iterator[float]:
    """What a line's end is worth after each token; nothing after the last one."""
    for token, after in pairwise(tokens):
        yield _pause(token.text, after.text)
    if tokens:
        yield 0.0


def _pause(text: str, after: str) -> float:
    said = text.rstrip(" ")
    mark = said.rstrip(_CLOSING)[-1:]
    if mark in _UNSPACED:
        return _UNSPACED[mark]
    if said == text and mark != "—":
        return 0.0
    return next((small if after[:1].islower() else capital for marks, capital, small in _PAUSES if mark in marks), 0.0)


def _mean(tokens: Sequence[Token], count: int) -> float:
    """The em that each of so many lines has if all are as long as each other."""
    return sum(token.width + token.space for token in tokens) / count


def _length(tokens: Sequence[Token]) -> float:
    """The em of a line."""
    return sum(token.width + token.space for token in tokens) - tokens[-1].space


def _uneven(tokens: Sequence[Token], ends: Sequence[int], mean: float) -> float:
    """How far lines that end there are from their mean length."""
    starts = (0, *ends[:-1])
    return sum((_length(tokens[a:b]) / mean - 1) ** 2 for a, b in zip(starts, ends, strict=True) if b > a)


def _earned(worth: Sequence[float], ends: Sequence[int]) -> float:
    """What the ends of lines are worth."""
    return sum(worth[end - 1] for end in ends[:-1])


def _best(tokens: Sequence[Token], worth: Sequence[float], count: int, room: float) -> tuple[int, ...]:
    """Where so many lines of at most ``room`` em cost least; empty if the text has no such lines."""
    mean = _mean(tokens, count)
    starts = list(accumulate((t.width + t.space for t in tokens), initial=0.0))
    known: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for line in range(count):
        last = line == count - 1
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        for begin, (cost, ends) in known.items():
            for end in range(begin + 1, len(tokens) + 1):
                length = starts[end] - starts[begin] - tokens[end - 1].space
                if length > room:
                    break
                if last != (end == len(tokens)):
                    continue
                own = cost + (length / mean - 1) ** 2 - worth[end - 1]
                if own < reached.get(end, (inf,))[0]:
                    reached[end] = (own, (*ends, end))
        known = reached
    return known.get(len(tokens), (inf, ()))[1]


def _parted(
    columns: Sequence[MeasuredParagraph], even: Broken, wanted: Sequence[tuple[int, ...]], width: float
) -> Broken:
    """Break where it is wanted, with as few line breaks as that takes; ``even`` if that leaves more lines unsettled."""
    goals = [
        _places(column.tokens, ends) if ends else _places(known.tokens, lines.ends)
        for column, ends, known, lines in zip(columns, wanted, even.columns, even.lines, strict=True)
    ]
    lengths = [
        _length(column.tokens[a:b]) * column.size / (1 - MARGIN) + column.indent + GRAIN
        for column, ends in zip(columns, wanted, strict=True)
        for a, b in pairwise((0, *ends))
    ]
    room = max([*lengths, *map(least_width, columns)])
    room = min(width, max(room, width - even.inset) if not all(wanted) else room)
    breaks: list[tuple[int, ...]] = [()] * len(columns)
    while True:
        tried = break_stably([_forced(c, places) for c, places in zip(columns, breaks, strict=True)], room)
        found = [_places(c.tokens, lines.ends) for c, lines in zip(tried.columns, tried.lines, strict=True)]
        if found == goals:
            break
        more = [_one_more(*each) for each in zip(breaks, goals, found, strict=True)]
        if more == breaks:
            return even
        breaks = more
    if tried.unsettled > even.unsettled:
        return even
    return replace(tried, inset=tried.inset + width - room, breaks=tuple(breaks))


def _one_more(breaks: tuple[int, ...], goal: tuple[int, ...], found: tuple[int, ...]) -> tuple[int, ...]:
    """The line breaks, with another one if lines don't end where they should: rather where none ends by itself."""
    if found == goal:
        return breaks
    left = [place for place in goal[:-1] if place not in breaks]
    missed = [place for place in left if place not in found]
    return tuple(sorted((*breaks, *(missed or left)[:1])))


def _places(tokens: Sequence[Token], ends: Sequence[int]) -> tuple[int, ...]:
    """The numbers of characters up to these ends, which don't depend on where else the text could be broken."""
    reach = list(accumulate((len(token.text) for token in tokens), initial=0))
    return tuple(reach[end] for end in ends)


def _forced(column: MeasuredParagraph, places: Sequence[int]) -> MeasuredParagraph:
    """A paragraph whose lines end at these places in any case."""
    if not places:
        return column
    loosen = None if column.loosen is None else lambda: _ending(column.loose, places)
    return replace(column, tokens=_ending(column.tokens, places), loosen=loosen)


def _ending(tokens: Sequence[Token], places: Sequence[int]) -> tuple[Token, ...]:
    reach = accumulate(len(token.text) for token in tokens)
    return tuple(replace(t, forced=True) if end in places else t for t, end in zip(tokens, reach, strict=True))


def _torn(column: MeasuredParagraph, lines: Lines) -> int:
    """How many sentences end within a line, though there are several lines."""
    if len(lines.ends) == 1:
        return 0
    return sum(worth >= SENTENCE and end not in lines.ends for end, worth in enumerate(pauses(column.tokens), start=1))
