"""The smallest pieces of markup, and the style sheet of a page.

The style sheet has the theme as custom properties, the rules of every slide, and the embedded fonts.  A page embeds
only the faces whose characters it shows.  Every face's ascent and descent are overridden with the same values, so that
a line of text is equally high in its box whatever family it is set in; ``BASELINE_SHIFT`` of ``compile/reveal/text.py``
relies on them.
"""

from __future__ import annotations

import base64
import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from html import escape

from quarterdeck.model.placed import ADDRESS, ADDRESS_GROUND, ADDRESS_TEXT, BAR_TEXT, PAGES_EDGE, PAGES_TOP, PlacedShape
from quarterdeck.model.theme import HEIGHT, QUOTE_MARK, WIDTH, Box, Decoration, TextStyle, Theme
from quarterdeck.theme.measure.fonts import SERIFS, FontFace, FontFile, faces

__all__ = ["classes", "escape", "fragment", "place", "px"]


@lru_cache(maxsize=4096)
def px(length: float) -> str:
    """A CSS length: at most three decimals, none where it is whole."""
    text = f"{length:.3f}".rstrip("0").rstrip(".")
    return "0" if text in ("0", "-0") else f"{text}px"


def place(box: Box) -> str:
    """The CSS declarations that place an element in its box on the slide."""
    return f"left:{px(box.x)};top:{px(box.y)};width:{px(box.width)};height:{px(box.height)}"


def classes(*names: str, fragment: int | None = None) -> str:
    """A class attribute; with a fragment, reveal.js' class and the place in the order of appearance too."""
    if fragment is None:
        return f' class="{escape(" ".join(names))}"' if names else ""
    return f' class="{escape(" ".join((*names, "fragment")))}" data-fragment-index="{fragment}"'


def fragment(index: int | None) -> str:
    """The attributes of an element without a class that may be a fragment."""
    return classes(fragment=index)


def draw_decoration(decoration: Decoration, colors: Mapping[str, str]) -> str:
    """A shape of a layout, in the colours of its slide."""
    color = colors.get(decoration.color, decoration.color)
    return draw_shape(PlacedShape(decoration.box, decoration.shape, color, decoration.opacity, decoration.radius))


def draw_shape(shape: PlacedShape) -> str:
    """A shape without content, hidden from screen readers.

    Opacity is written into its colour (``#rrggbbaa``): fragments fade by the property ``opacity``.
    """
    radius = ""
    if shape.shape in ("ellipse", "glow"):
        radius = ";border-radius:50%"
    elif shape.radius:
        radius = f";border-radius:{px(shape.radius)}"
    fill = shape.fill if shape.opacity >= 1 else f"{shape.fill}{round(shape.opacity * 255):02x}"
    style = f"{place(shape.box)};background:{fill}{radius}"
    if shape.shape == "quote":
        mark = f'<path fill="{fill}" d="{" ".join(QUOTE_MARK)}"/>'
        style = f"{place(shape.box)};position:absolute"
        return f'<svg viewBox="0 0 98 100" preserveAspectRatio="none" aria-hidden="true" style="{style}">{mark}</svg>'
    if shape.shape == "glow":
        style = _glow(shape.box, fill, f"{shape.fill}00")
    return f'<div{classes("qd-shape", fragment=shape.fragment)} aria-hidden="true" style="{style}"></div>'


def _glow(box: Box, middle: str, edge: str) -> str:
    """The declarations of an ellipse that fades out, without the part that is beyond the slide: print has no such."""
    left, top = max(0.0, box.x), max(0.0, box.y)
    seen = Box(left, top, min(WIDTH, box.right) - left, min(HEIGHT, box.bottom) - top)
    at = f"{px(box.x + box.width / 2 - left)} {px(box.y + box.height / 2 - top)}"
    radii = f"{px(box.width / 2)} {px(box.height / 2)}"
    return f"{place(seen)};background:radial-gradient({radii} at {at},{middle},{edge})"


BASE = """
.qd-slide { position: relative; width: 1280px; height: 720px; overflow: hidden; background: var(--qd-background);
  color: var(--qd-text); font-family: var(--qd-font-body); font-kerning: normal;
  text-spacing-trim: space-all; text-autospace: no-autospace;
  text-rendering: geometricPrecision; -webkit-font-smoothing: antialiased; text-align: left; }
.qd-slide p, .qd-slide ul, .qd-slide ol, .qd-slide li, .qd-slide dl, .qd-slide dt, .qd-slide dd, .qd-slide h1,
.qd-slide h2, .qd-slide h3, .qd-slide h4, .qd-slide h5, .qd-slide h6, .qd-slide blockquote, .qd-slide figure,
.qd-slide table, .qd-slide pre { margin: 0; padding: 0; font-weight: inherit; font-size: inherit; list-style: none; }
.qd-slide table { border-collapse: collapse; table-layout: fixed; }
.qd-slide code, .qd-slide pre { font-family: var(--qd-font-mono); }
.qd-slide a { color: var(--qd-link); text-decoration-thickness: 0.06em; text-underline-offset: 0.16em; }
.qd-slide sup, .qd-slide sub { line-height: 0; }
"""


PANEL = {
    "bar-text": f"{BAR_TEXT:.2f}px",
    "pages-top": f"{PAGES_TOP:.2%}",
    "pages-edge": f"{PAGES_EDGE:g}px",
    "pages-address": f"{ADDRESS:g}px",
    "pages-address-ground": ADDRESS_GROUND,
    "pages-address-text": ADDRESS_TEXT,
}
"""The type in the bars of a demo's panel, where the pages of containers are in it, and the colours of their bars."""


def stylesheet(theme: Theme) -> str:
    """Custom properties ``--qd-TOKEN`` for colours, fonts, styles and terminal, then the base rules."""
    lines = [f"  --qd-{name}: {value};" for name, value in theme.colors.items()]
    lines += [f"  --qd-ansi-{index}: {color};" for index, color in enumerate(theme.terminal)]
    for name in ("heading", "body", "mono"):
        lines.append(f"  --qd-font-{name}: {font_stack(theme, name)};")
    for name, style in theme.styles.items():
        lines += _style(name, style)
    lines.append(f"  --qd-spacing: {theme.spacing:g}px;")
    lines += [f"  --qd-{name}: {value};" for name, value in PANEL.items()]
    scheme = "dark" if theme.dark else "light"
    return ":root {\n" + "\n".join(lines) + f"\n  color-scheme: {scheme};\n}}\n{BASE}"


def font_stack(theme: Theme, font: str) -> str:
    """The value of ``font-family`` for ``heading``, ``body`` or ``mono``: the embedded twin, then what it replaces.

    Names are in single quotes, so that it can be part of an attribute.
    """
    family = theme.font(font)
    kind = "serif" if family.twin in SERIFS else "sans-serif"
    return f"'{family.twin}','{family.name}',{'monospace' if font == 'mono' else kind}"


def _style(name: str, style: TextStyle) -> list[str]:
    return [
        f"  --qd-{name}-size: {style.size:.4f}px;",
        f"  --qd-{name}-leading: {style.leading:g};",
    ]


METRICS = "ascent-override:90.5%;descent-override:21.2%;line-gap-override:0%"
ALWAYS = frozenset(map(chr, range(0x20, 0x7F)))
"""Characters that may come up on any page: a terminal can print them all."""

_TEXT = re.compile(r">([^<]+)<")


def font_faces(theme: Theme, markup: Iterable[str], terminals: Iterable[str]) -> str:
    """The ``@font-face`` rules for the characters of ``markup`` and of the output of ``terminals``."""
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
