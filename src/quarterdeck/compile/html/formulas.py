"""Formulas, drawn as pictures with their TeX as alternative text."""

from __future__ import annotations

import base64
from functools import lru_cache

from quarterdeck.compile.html.markup import classes, escape, place, px
from quarterdeck.model.placed import PlacedMath
from quarterdeck.theme.measure.formulas import formula_size, formula_svg


@lru_cache(maxsize=2048)
def _source(tex: str, size: float, color: str, *, inline: bool) -> str:
    svg = formula_svg(tex, size, color, inline=inline)
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


def inline_formula(tex: str, size: float, color: str) -> str:
    """A formula within a line; it stands on the text's baseline and doesn't make the line higher."""
    measured = formula_size(tex, inline=True)
    height, depth = measured.height * size, measured.depth * size
    # The margins leave the picture no height of its own, from the baseline to the baseline.
    margins = f"margin-top:{px(depth - height)};margin-bottom:{px(-depth)}"
    style = f"width:{px(measured.width * size)};height:{px(height)};{margins}"
    source = _source(tex, size, color, inline=True)
    return f'<img class="qd-formula" src="{source}" alt="{escape(tex)}" style="{style}">'


def draw_math(math: PlacedMath) -> str:
    """A displayed formula, as large as its box."""
    source = _source(math.tex, math.size, math.color, inline=False)
    attributes = f' src="{source}" alt="{escape(math.tex)}" style="{place(math.box)}"'
    return f"<img{classes('qd-math', fragment=math.fragment)}{attributes}>"
