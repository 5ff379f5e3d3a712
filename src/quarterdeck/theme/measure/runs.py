"""How a run of text looks within its paragraph, and how wide it is.

Writers use :func:`run_look` too, so that they draw the look that was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache, partial
from itertools import pairwise
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.model.content import Inline, InlineMath, LineBreak, Link, Run
from quarterdeck.model.theme import Theme
from quarterdeck.theme.measure.fonts import Face, space_kerning, space_width, text_width, x_height
from quarterdeck.theme.measure.formulas import formula_size
from quarterdeck.theme.measure.lines import MeasuredParagraph, Token, contested, kept, opportunities

SCRIPT_FACTOR = 2 / 3
"""Size of superscripts and subscripts, as a share of the paragraph's."""
SUPERSCRIPT_RISE = 0.3
"""em of the paragraph from the baseline up to a superscript."""
SUBSCRIPT_DROP = 0.15
TINTED_IN = "body"
"""The font of text in which inline code is tinted; in headings that would be too loud."""
COLOR_CLASSES = ("accent", "muted", "note", "tip", "warning", "danger")
"""Classes of a run that give it the colour of the token with that name."""
_OBJECT = "\ufffc"


class RunLook(Struct, frozen=True):
    """The look of a run of text: font, weight, colour, rise and ground."""

    font: str
    """``heading``, ``body`` or ``mono``."""
    bold: bool
    italic: bool
    strike: bool
    underline: bool
    color: str | None
    """``#rrggbb``; None for the paragraph's."""
    factor: float = 1.0
    """Share of the paragraph's size."""
    rise: float = 0.0
    """em of the paragraph above its baseline; negative is below."""
    ground: str | None = None
    """``#rrggbb`` behind the letters: inline code is tinted."""
    code: float = 1.0
    """Share of the size around it that inline code has, so that its small letters are as high."""


def code_factor(theme: Theme, font: str) -> float:
    """The size of inline code as a share of that of the text around it, whose small letters are as high.

    What CSS calls ``font-size-adjust`` (CSS Fonts 5, 2.6): Courier New beside Calibri looks too large.
    """
    return _code_factor(theme.font(font).twin, theme.mono.twin)


@cache
def _code_factor(around: str, mono: str) -> float:
    return round(x_height(around) / x_height(mono), 2)


def run_look(
    run: Run,
    font: str,
    bold: bool,
    italic: bool,
    colors: Mapping[str, str],
    theme: Theme | None = None,
    *,
    tinted: bool = True,
) -> RunLook:
    """The look of a run in a paragraph of the given font, weight and style, with a slide's colours.

    Without a ``theme`` code has the size of the text around it; without ``tinted`` it has its ground, too.
    """
    color = next((colors[name] for name in run.classes if name in COLOR_CLASSES), None)
    if run.link is not None and color is None:
        color = colors["link"]
    raised = SUPERSCRIPT_RISE if run.superscript else -SUBSCRIPT_DROP if run.subscript else 0.0
    return RunLook(
        font="mono" if run.code else font,
        bold=run.bold or bold,
        italic=run.italic != italic,
        strike=run.strike,
        underline=run.link is not None,
        color=color,
        factor=SCRIPT_FACTOR if raised else 1.0,
        rise=raised,
        ground=colors["surface"] if run.code and tinted and font == TINTED_IN else None,
        code=code_factor(theme, font) if run.code and theme is not None else 1.0,
    )


def in_capitals(inlines: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """A paragraph as it is drawn in capitals: code keeps its letters."""
    return tuple(replace(i, text=i.text.upper()) if isinstance(i, Run) and not i.code else i for i in inlines)


class Typefaces(Struct, frozen=True):
    """The faces and tracking that the widths of a paragraph depend on."""

    body: Face
    mono: Face
    tracking: float = 0.0
    """em between letters."""
    code: float = 1.0
    """The size of code, as a share of that of the text around it."""


def typefaces(theme: Theme, font: str, bold: bool, italic: bool, tracking: float = 0.0) -> Typefaces:
    """The faces of a paragraph in ``heading``, ``body`` or ``mono``, and of code in it."""
    mono = Face(theme.mono.twin, bold, italic)
    return Typefaces(Face(theme.font(font).twin, bold, italic), mono, tracking, code_factor(theme, font))


def tokens(
    inlines: tuple[Inline, ...], faces: Typefaces, *, loose: bool = False, whole_code: bool = False
) -> tuple[Token, ...]:
    """A paragraph cut at every place where a line may break, each part measured.

    With ``whole_code`` no line may break at hyphens in code, though renderers would.
    """
    return _tokens(inlines, faces, loose, whole_code and any(isinstance(each, Run) and each.code for each in inlines))


@lru_cache(maxsize=4096)
def _tokens(inlines: tuple[Inline, ...], faces: Typefaces, loose: bool, whole_code: bool) -> tuple[Token, ...]:
    plain = [_plain(inline) for inline in inlines]
    text = "".join(plain)
    if not text:
        return ()
    certain = opportunities(text, loose=loose)
    in_code = _hyphens_in_code(inlines, plain) if whole_code else frozenset()
    certain = [place for place in certain if place not in in_code]
    ends = sorted(contested(text).union(certain, in_code, _seams(inlines, plain)))
    widths = [0.0] * len(ends)
    spaces = [0.0] * len(ends)
    position = place = 0
    for inline, own in zip(inlines, plain, strict=True):
        stop = position + len(own)
        measure = _measure(inline, faces)
        while position < stop:
            end = min(stop, ends[place])
            after = text[end] if end < stop else ""
            solid, space = measure(text[position:end], after)
            if solid:
                widths[place] += spaces[place] + solid
                spaces[place] = space
            else:
                spaces[place] += space
            position = end
            if end == ends[place] and place + 1 < len(ends):
                place += 1
    return tuple(_joined(text, set(certain), zip(ends, widths, spaces, strict=True)))


def measured_paragraph(
    inlines: tuple[Inline, ...], faces: Typefaces, size: float, indent: float = 0.0, *, whole_code: bool = False
) -> MeasuredParagraph:
    """A paragraph to be broken: ``size`` px of type, indented by ``indent`` px; no loose places with ``whole_code``."""
    whole = tokens(inlines, faces, whole_code=whole_code)
    doubtful = any(token.contested is not None for token in whole) and not whole_code
    return MeasuredParagraph(whole, size, indent, partial(tokens, inlines, faces, loose=True) if doubtful else None)


def broken_at(inlines: tuple[Inline, ...], places: Sequence[int], *, uppercase: bool = False) -> tuple[Inline, ...]:
    """A paragraph with a line break after each of these numbers of characters; the spaces before it stay.

    With ``uppercase`` they were counted in capitals, of which there may be more: "ß" is "SS".
    """
    if not places:
        return inlines
    left = list(places)
    parts: list[Inline] = []
    position = 0
    for inline in inlines:
        if not isinstance(inline, Run):
            parts.append(inline)
            position += len(_plain(inline))
            continue
        begin = 0
        for end, letter in enumerate(inline.text, start=1):
            position += len(letter.upper()) if uppercase and not inline.code else 1
            if left and position >= left[0]:
                parts += [replace(inline, text=inline.text[begin:end]), LineBreak()]
                begin = end
                left.pop(0)
        if begin < len(inline.text):
            parts.append(replace(inline, text=inline.text[begin:]))
    return tuple(parts)


def _hyphens_in_code(inlines: Sequence[Inline], plain: Sequence[str]) -> frozenset[int]:
    """The places after hyphens within runs of code."""
    places: set[int] = set()
    start = 0
    for inline, own in zip(inlines, plain, strict=True):
        if isinstance(inline, Run) and inline.code:
            places.update(start + at + 1 for at, letter in enumerate(own[:-1]) if letter == "-" and own[at + 1] != " ")
        start += len(own)
    return frozenset(places - {start})


def _seams(inlines: Sequence[Inline], plain: Sequence[str]) -> set[int]:
    """The places within words where a link begins or ends: to LibreOffice a link is a field, beside which lines end."""
    places: set[int] = set()
    position = 0
    for (inline, own), (following, after) in pairwise(zip(inlines, plain, strict=True)):
        position += len(own)
        if _link(inline) != _link(following) and own[-1:].strip() and after[:1].strip():
            places.add(position)
    return places


def _link(inline: Inline) -> Link | None:
    return inline.link if isinstance(inline, Run) else None


def _joined(text: str, certain: set[int], parts: Iterable[tuple[int, float, float]]) -> Iterator[Token]:
    """Parts as tokens; those that end at a contested place are one with what follows."""
    start, width, between = 0, 0.0, 0.0
    first: float | None = None
    refused = kept(text)
    for end, own, space in parts:
        width += between + own
        between = space
        if end in certain:
            yield Token(text[start:end], width, space, text[end - 1] == "\n", first, start in refused)
            start, width, between, first = end, 0.0, 0.0, None
        elif first is None:
            first = width


def _plain(inline: Inline) -> str:
    match inline:
        case Run(text=text):
            return text.replace("\n", " ")
        case LineBreak():
            return "\n"
        case InlineMath():
            return _OBJECT


Measure: TypeAlias = Callable[[str, str], tuple[float, float]]
"""The width of a part in em without the spaces at its end, and that of those spaces before a character."""


def _measure(inline: Inline, faces: Typefaces) -> Measure:
    match inline:
        case Run():
            return _measure_run(inline, faces)
        case InlineMath(tex=tex):
            width = formula_size(tex, inline=True).width
            return lambda part, after: (width, 0.0)
        case LineBreak():
            return lambda part, after: (0.0, 0.0)


def _measure_run(run: Run, faces: Typefaces) -> Measure:
    base = faces.mono if run.code else faces.body
    face = Face(base.family, base.bold or run.bold, base.italic != run.italic)
    factor = SCRIPT_FACTOR if run.superscript or run.subscript else 1.0
    own = faces.code if run.code else 1.0
    tracking = faces.tracking

    def measure(part: str, after: str) -> tuple[float, float]:
        solid = part.rstrip(" ")
        width = (text_width(face, solid) * own + tracking * len(solid)) * factor
        if len(solid) == len(part):
            return width, 0.0
        count = len(part) - len(solid)
        space = space_width(face, solid[-1:]) + (count - 1) * space_width(face)
        kerning = space_kerning(face, after) if after else 0.0
        return width, ((space + kerning) * own + count * tracking) * factor

    return measure


def widest(parts: Sequence[Token]) -> float:
    """The width in em of the longest part that can't be broken."""
    return max([token.width for token in parts], default=0.0)


def one_line(parts: Sequence[Token]) -> float:
    """The width in em with no breaks but the forced ones."""
    longest = filled = 0.0
    for before, token in pairwise((None, *parts)):
        if before is None or before.forced:
            filled = 0.0
        elif token is not None:
            filled += before.space
        if token is not None:
            filled += token.width
            longest = max(longest, filled)
    return longest
