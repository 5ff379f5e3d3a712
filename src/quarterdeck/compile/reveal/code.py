"""Code panels: bands behind the highlighted lines, a column of line numbers, coloured tokens.

Each set of highlighted lines is a layer of bands.  A layer that has appeared hides those before it (``deck.css``), so
layers can be ordinary fragments.
"""

from __future__ import annotations

from quarterdeck.compile.html.markup import classes, escape, place, px
from quarterdeck.compile.html.pictures import DrawingContext
from quarterdeck.model.content import LineSet
from quarterdeck.model.placed import CodeToken, PlacedCode


def draw_code(code: PlacedCode, drawing: DrawingContext) -> str:
    """A code panel in its box."""
    style = (
        f"{place(code.box)};background:{code.background};color:{code.color};"
        f"font:{px(code.size)}/{px(code.line_height)} {drawing.family('mono')};"
        f"--pad:{_summand(code.padding)};--numbers:{_summand(code.number_width)};"
        f"--shift:{_summand(code.line_height / 2)};"
        f"--title:{_summand(code.title_height)};--number-color:{code.number_color or code.color}"
    )
    if code.tab:
        style += f";tab-size:{px(code.tab)}"
    parts = [_bands(code)]
    if code.title:
        parts.append(f'<div class="qd-code-title">{escape(code.title, quote=False)}</div>')
    if code.number_width:
        numbers = "\n".join(str(code.first_number + i) for i in range(len(code.lines)))
        parts.append(f'<div class="qd-numbers" aria-hidden="true">{numbers}</div>')
    language = f' data-language="{escape(code.language)}"' if code.language else ""
    lines = "\n".join("".join(map(_token, line)) for line in code.lines)
    parts.append(f"<pre{language}><code>{lines}</code></pre>")
    label = escape(code.title or (f"{code.language} code" if code.language else "Code"))
    attributes = classes("qd-code", fragment=code.fragment)
    return f'<div{attributes} role="group" aria-label="{label}" style="{style}">{"".join(parts)}</div>'


def _summand(length: float) -> str:
    """A length that ``calc()`` can add: it takes no 0 without a unit."""
    return f"{length:g}px"


def _token(token: CodeToken) -> str:
    style = f"color:{token.color}"
    if token.bold:
        style += ";font-weight:700"
    if token.italic:
        style += ";font-style:italic"
    return f'<span style="{style}">{escape(token.text, quote=False)}</span>'


def _bands(code: PlacedCode) -> str:
    layers = []
    for index, lines in enumerate(code.highlights):
        fragment = code.highlight_fragments[index - 1] if index else None
        bands = "".join(_band(first, last, code) for first, last in _ranges(lines, len(code.lines)))
        layers.append(f'<div{classes("qd-bands", "custom", fragment=fragment)} aria-hidden="true">{bands}</div>')
    return "".join(layers)


def _ranges(lines: LineSet, count: int) -> list[tuple[int, int]]:
    """The lines to mark, 1-based and inclusive, within the code; all lines need no mark."""
    return [(max(1, first), min(last, count)) for first, last in lines.ranges if first <= count]


def _band(first: int, last: int, code: PlacedCode) -> str:
    top, height = code.band(first, last)
    style = f"top:{px(top)};height:{px(height)};background:{code.highlight_color}"
    return f'<div class="qd-band" style="{style}"></div>'
