"""How a run of text looks within its paragraph, and how wide it is.

Writers use :func:`run_look` too, so that what is drawn is what was measured.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from quarterdeck.model.content import Inline, InlineMath, LineBreak, Run
from quarterdeck.model.theme import Theme
from quarterdeck.theme.breaking import Token, opportunities
from quarterdeck.theme.formulas import formula_size
from quarterdeck.theme.metrics import Face, space_kerning, text_width

SCRIPT_FACTOR = 2 / 3
"""Size of superscripts and subscripts, as a share of the paragraph's."""
SUPERSCRIPT_RISE = 0.3
"""em of the paragraph that a superscript stands above the baseline."""
SUBSCRIPT_DROP = 0.15
COLOR_CLASSES = ("accent", "muted", "note", "tip", "warning", "danger")
"""Classes of a run that give it the colour of the token with that name."""
_OBJECT = "\ufffc"


@dataclass(frozen=True, slots=True)
class RunLook:
    """What a run looks like."""

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


def run_look(run: Run, font: str, bold: bool, italic: bool, colors: Mapping[str, str]) -> RunLook:
    """The look of a run in a paragraph of the given font, weight and style, with a slide's colours."""
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
    )


@dataclass(frozen=True, slots=True)
class Fount:
    """What a paragraph is set in, as far as its widths depend on it."""

    body: Face
    mono: Face
    tracking: float = 0.0
    """em between letters."""


def fount(theme: Theme, font: str, bold: bool, italic: bool, tracking: float = 0.0) -> Fount:
    """The faces of a paragraph."""
    mono = Face(theme.mono.twin, bold, italic)
    return Fount(Face(theme.font(font).twin, bold, italic), mono, tracking)


@lru_cache(maxsize=4096)
def tokens(inlines: tuple[Inline, ...], faces: Fount) -> tuple[Token, ...]:
    """A paragraph cut at every place where a line may break, each part measured."""
    text = "".join(_plain(inline) for inline in inlines)
    if not text:
        return ()
    ends = opportunities(text)
    widths = [0.0] * len(ends)
    spaces = [0.0] * len(ends)
    position = place = 0
    for inline in inlines:
        stop = position + len(_plain(inline))
        while position < stop:
            end = min(stop, ends[place])
            part = text[position:end]
            solid = part.rstrip(" \n")
            whole = _width(inline, part.rstrip("\n"), faces)
            width = _width(inline, solid, faces) if len(solid) < len(part) else whole
            if solid:
                widths[place] += spaces[place] + width
                spaces[place] = whole - width
            else:
                spaces[place] += whole
            if end == ends[place] and part.endswith(" ") and end < stop and isinstance(inline, Run):
                spaces[place] += space_kerning(_face(inline, faces), text[end]) * _factor(inline)
            position = end
            if end == ends[place] and place + 1 < len(ends):
                place += 1
    starts = (0, *ends[:-1])
    return tuple(
        Token(text[a:b], width, space, forced=text[b - 1] == "\n")
        for a, b, width, space in zip(starts, ends, widths, spaces, strict=True)
    )


def _plain(inline: Inline) -> str:
    match inline:
        case Run(text=text):
            return text.replace("\n", " ")
        case LineBreak():
            return "\n"
        case InlineMath():
            return _OBJECT


def _width(inline: Inline, text: str, faces: Fount) -> float:
    match inline:
        case Run():
            return (text_width(_face(inline, faces), text) + faces.tracking * len(text)) * _factor(inline)
        case InlineMath(tex=tex):
            return formula_size(tex, inline=True).width if text else 0.0
        case LineBreak():
            return 0.0


def _face(run: Run, faces: Fount) -> Face:
    base = faces.mono if run.code else faces.body
    return Face(base.family, base.bold or run.bold, base.italic != run.italic)


def _factor(run: Run) -> float:
    return SCRIPT_FACTOR if run.superscript or run.subscript else 1.0


def widest(parts: Sequence[Token]) -> float:
    """The width in em of the longest part that can't be broken."""
    return max((token.width for token in parts), default=0.0)


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
