"""Where lines break: alike in Chromium, PowerPoint and LibreOffice.

The opportunities are those that all of them agree on (a part of UAX #14): after spaces, after ``-``
before a letter or digit, after ``?`` before a word character, around dashes, and between East Asian
characters.  Widths differ by up to 1.2 % between renderers, so a box is narrowed until its lines
break the same within that margin.  It is also narrowed until it doesn't matter that some renderers
break where others don't: within ``--``, after ``/``, and between a space and ``/`` or another mark that
UAX #14 keeps with what is before it, as LibreOffice does.  They would all break options such as ``--detach``,
which looks wrong.  If no width avoids these contested places, lines do end there.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from math import floor, inf

from msgspec import Struct
from msgspec.structs import replace

MARGIN = 0.012
"""Share by which a renderer's widths may differ from those measured."""
MOST_LOSS = 0.12
"""Share of a box's width that may be given up for stable breaks."""
GRAIN = 0.5
"""px; widths are narrowed to multiples of this."""
_SLACK = 1e-6

_OPPORTUNITY = re.compile(
    r"(?<=[ \u200b])(?=[^ \u200b\n])"
    r"|(?<=[^\W_]-)(?=[^\W_])"
    r"|(?<=\?)(?=\w)"
    r"|(?<=[\u2010\u2013\u2014])(?=[^\s\u2013\u2014.,;:!?)\]}\u00bb\u2019\u201d])"
    r"|(?<=[^\s\u2014(\[{])(?=\u2014)"
    r"|(?<=\n)"
)
_IN_OPTIONS = re.compile(r"(?<![^\W_]-)(?<=-)(?=[^\W_])")
_KEPT = re.compile(
    r"(?<= )(?=[/!?)\]};,.:])"  # in |/var, of |.dockerignore (LB13)
    r"|(?<=[\"'\u2019\u201d\u00bb] )(?=[(\[{])"  # "quoted" |(see (LB15)
)
_CONTESTED = re.compile(r"(?<=-)(?=-)|(?<=[/|}!])(?=[^\W\d_])")
_EAST_ASIAN = (0x2E80, 0x3200, 0x3400, 0xA000, 0xAC00, 0xD7B0, 0xF900, 0xFB00, 0xFF01, 0xFF61)
"""Where blocks of East Asian characters begin and end, in turn."""
_NOT_BEFORE = frozenset("、。，．・：；？！）」』】〕〉》”’ーぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ々,.:;?!)]}")
"""Characters that may not begin a line (JIS X 4051)."""
_NOT_AFTER = frozenset("（「『【〔〈《“‘([{")
"""Characters that may not end a line."""


class Token(Struct, frozen=True):
    """Text between two places where a line may break; widths in em of its paragraph."""

    text: str
    """With the spaces at its end."""
    width: float
    """Without the spaces at its end: those hang over the edge of a line."""
    space: float = 0.0
    forced: bool = False
    """Whether a line ends after it in any case."""
    contested: float | None = None
    """The width up to the first place in it where some renderers would break."""
    kept: bool = False
    """Whether some renderers never begin a line with it."""


class Lines(Struct, frozen=True):
    """One way to break a paragraph, and the widths for which it is the way; all widths in em."""

    ends: tuple[int, ...]
    """The place of the first token that no longer belongs to each line."""
    limits: tuple[tuple[float, float], ...]
    """For each line its width, and its width with the first token of the next line: in a box narrower than the
    first, or as wide as the second, it would end elsewhere, at least in some renderers."""

    def text(self, tokens: Sequence[Token]) -> tuple[str, ...]:
        """The text of each line."""
        starts = (0, *self.ends[:-1])
        return tuple(
            "".join([t.text for t in tokens[a:b]]).strip("\n ") for a, b in zip(starts, self.ends, strict=True)
        )


def opportunities(text: str, *, loose: bool = True) -> list[int]:
    """The places in a text where a line may end, its end among them; with the loose ones, or without."""
    places = {match.start() for match in _OPPORTUNITY.finditer(text)}
    if loose:
        places.update(match.start() for match in _IN_OPTIONS.finditer(text))
    else:
        places -= kept(text)
    for at in _east_asian(text):
        if at and _may_part(text[at - 1], text[at]):
            places.add(at)
        if at + 1 < len(text) and _may_part(text[at], text[at + 1]):
            places.add(at + 1)
    places.discard(0)
    return [*sorted(places - {len(text)}), len(text)]


def _east_asian(text: str) -> Iterator[int]:
    """The places of East Asian characters."""
    if text and ord(max(text)) >= _EAST_ASIAN[0]:
        yield from (at for at, character in enumerate(text) if bisect_right(_EAST_ASIAN, ord(character)) % 2)


def contested(text: str) -> set[int]:
    """The places where only some renderers end lines, or where a break looks wrong."""
    return {match.start() for pattern in (_CONTESTED, _IN_OPTIONS) for match in pattern.finditer(text)} | kept(text)


@lru_cache(maxsize=64)
def kept(text: str) -> frozenset[int]:
    """The places after a space where LibreOffice never ends a line."""
    return frozenset(match.start() for match in _KEPT.finditer(text))


def _may_part(before: str, after: str) -> bool:
    return not after.isspace() and after not in _NOT_BEFORE and before not in _NOT_AFTER


def break_lines(tokens: Sequence[Token], room: float) -> Lines:
    """Break tokens into lines of ``room`` em; a token wider than that gets a line to itself."""
    ends: list[int] = []
    limits: list[tuple[float, float]] = []
    filled = visible = 0.0
    begun = False
    for index, token in enumerate(tokens):
        reach = filled + token.width
        if begun and reach > room + _SLACK:
            refused = filled + (token.width if token.contested is None else token.contested)
            ends.append(index)
            limits.append((visible, visible if token.kept else refused))
            filled, reach = 0.0, token.width
        visible, filled, begun = reach, filled + token.width + token.space, True
        if token.forced:
            ends.append(index + 1)
            limits.append((visible, inf))
            filled = visible = 0.0
            begun = False
    if begun or not ends or tokens[-1].forced:
        ends.append(len(tokens))
        limits.append((visible, inf))
    return Lines(tuple(ends), tuple(limits))


class MeasuredParagraph(Struct, frozen=True):
    """A paragraph in a box: its tokens, the px of one em, and the px it is indented by."""

    tokens: Sequence[Token]
    """Without the loose places."""
    size: float
    indent: float = 0.0
    loosen: Callable[[], Sequence[Token]] | None = None
    """Cuts it at the loose places too, for where no width avoids them; None: it has none."""

    @property
    def loose(self) -> Sequence[Token]:
        """The tokens with the loose places."""
        return self.tokens if self.loosen is None else self.loosen()

    def room(self, width: float) -> float:
        """The em there are for text in a box of ``width`` px."""
        return max(0.0, width - self.indent) / self.size


class Broken(Struct, frozen=True):
    """The paragraphs of one box, broken."""

    inset: float
    """px by which the box is narrowed on its right."""
    lines: tuple[Lines, ...]
    texts: tuple[tuple[str, ...], ...]
    """The text of each line of each paragraph."""
    unsettled: int
    """How many lines may still end elsewhere."""
    columns: tuple[MeasuredParagraph, ...] = ()
    """The paragraphs, cut as they were for these lines."""
    breaks: tuple[tuple[int, ...], ...] = ()
    """For each paragraph the numbers of characters after which it needs a line break that it doesn't have."""
    torn: int = 0
    """How many sentences end within a line."""


def break_stably(columns: Sequence[MeasuredParagraph], width: float) -> Broken:
    """Break the paragraphs of a box of ``width`` px, narrowed until all renderers agree.

    Where no width within ``MOST_LOSS`` settles every line, the one that settles most is taken.
    """
    whole = _narrowed(columns, width)
    if not whole.unsettled or all(column.loosen is None for column in columns):
        return whole
    loose = _narrowed([replace(column, tokens=column.loose) for column in columns], width)
    return loose if loose.unsettled <= whole.unsettled else whole


def _narrowed(columns: Sequence[MeasuredParagraph], width: float) -> Broken:
    best: tuple[int, float, tuple[Lines, ...]] | None = None
    candidate = width
    least = width * (1 - MOST_LOSS)
    while best is None or candidate >= least:
        lines = tuple(break_lines(c.tokens, c.room(candidate)) for c in columns)
        wishes = [wish for column, own in zip(columns, lines, strict=True) for wish in _wishes(column, own, candidate)]
        if best is None or len(wishes) < best[0]:
            best = (len(wishes), width - candidate, lines)
        if not wishes:
            break
        if candidate == width:
            least = max(least, *map(least_width, columns))
        candidate = min(candidate - GRAIN, floor(max(wishes) / GRAIN) * GRAIN)
    unsettled, inset, lines = best
    texts = tuple(own.text(column.tokens) for column, own in zip(columns, lines, strict=True))
    return Broken(inset, lines, texts, unsettled, tuple(columns))


def least_width(column: MeasuredParagraph) -> float:
    """The px with which no renderer breaks within a part, however narrow the others make their lines."""
    return column.indent + max([token.width for token in column.tokens], default=0.0) * column.size * (1 + MARGIN)


def _wishes(column: MeasuredParagraph, lines: Lines, width: float) -> Iterator[float]:
    """For each line that could end elsewhere, the next narrower width in px at which it might be settled."""
    room = column.room(width)
    for least, most in lines.limits:
        if least > room + _SLACK:
            yield 0.0  # a part that is wider than the box: no width settles that
        elif room * (1 + MARGIN) >= most:
            yield most * column.size / (1 + MARGIN) + column.indent - GRAIN
        elif room * (1 - MARGIN) < least:
            yield least * column.size + column.indent - GRAIN
