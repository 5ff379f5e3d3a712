"""Diagrams in Graphviz' language, drawn by ``dot``.

The theme gives the defaults; what the author says in the graph counts more.  Nodes are filled where they say
``style=filled``, since a filling would lie behind tables that are nodes too.
"""

from __future__ import annotations

import os

from quarterdeck.theme.diagrams.style import DiagramLook
from quarterdeck.theme.diagrams.tool import output_of

LINE_WIDTH = "1.4"
"""pt."""
ARROW = "0.8"
"""Of an arrow's head, as a share of Graphviz' own."""

ROUND = {"style": "rounded"}
"""Boxes have the corners of the theme's cards."""


def draw_dot(program: str, text: str, look: DiagramLook) -> bytes:
    """The SVG; raises :class:`DiagramError`."""
    font = {"fontname": look.font, "fontcolor": look.text}
    line = {"penwidth": LINE_WIDTH}
    defaults = {
        "G": {"bgcolor": "transparent", "color": look.rule, **font},
        "N": {"color": look.edge, "fillcolor": look.fill, "margin": "0.22,0.12", **ROUND, **line, **font},
        "E": {"color": look.line, "arrowsize": ARROW, **line, **font},
    }
    options = [f"-{kind}{name}={value}" for kind, values in defaults.items() for name, value in values.items()]
    # With SERVER_NAME set, dot reads no files that a graph names.
    environment = {**os.environ, "SERVER_NAME": "quarterdeck"}
    svg = output_of([program, "-Tsvg", *options], text, environment).decode("utf-8", "replace")
    return svg.replace(f'font-family="{look.font}"', f'font-family="{look.fonts}"').encode()
