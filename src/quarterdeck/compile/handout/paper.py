"""A theme on paper: its colours on a white ground, its type scale in points, and pictures, code and charts drawn so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.compile.html.blocks import BlockWriter, Figure
from quarterdeck.compile.html.charts import draw_chart
from quarterdeck.compile.html.markup import classes, escape, font_stack
from quarterdeck.compile.html.pictures import data_uri, formula_source, inline_formula
from quarterdeck.model.content import Asset, Chart, Code, Diagram, Image, Length, Math, Media
from quarterdeck.model.deck import Deck
from quarterdeck.model.phrases import Words
from quarterdeck.model.placed import CodeToken
from quarterdeck.model.theme import Box, Theme
from quarterdeck.theme.charts.layout import ChartColors, placed_chart
from quarterdeck.theme.charts.lettering import Lettering
from quarterdeck.theme.charts.parts import TITLE_FACTOR, chart_parts
from quarterdeck.theme.colors import AA_TEXT, mixed, ratio
from quarterdeck.theme.diagrams import diagram_look, picture_of
from quarterdeck.theme.elements.code import colored_lines
from quarterdeck.theme.elements.figures import series_colors
from quarterdeck.theme.measure.fonts import Face
from quarterdeck.theme.measure.formulas import formula_size

WHITE = "#FFFFFF"
INK = "#16181D"
"""Text on paper, where a theme's own is too light."""
BODY = 10.5
"""Points of running text; the other sizes keep their ratio to it."""
SIZES: Mapping[str, tuple[str, float, float]] = {
    "cover": ("cover-title", 1.2, 24.0),
    "chapter": ("section-title", 1.0, 17.0),
    "topic": ("title", 0.95, 13.0),
    "subheading": ("heading", 1.15, 11.0),
    "lead": ("subtitle", 1.25, 11.0),
    "code": ("code", 1.1, 8.0),
    "console": ("code", 1.1, 8.0),
    "caption": ("caption", 1.4, 8.5),
    "table": ("table", 1.2, 9.0),
}
"""Kinds of text on paper: the theme's style each follows, its factor, and its least points."""
_STEP = 0.08


class Sheet(Struct, frozen=True):
    """What every part of a handout needs while it is written."""

    deck: Deck
    theme: Theme
    colors: Mapping[str, str]
    """The theme's tokens as they are on paper."""
    words: Words
    writer: BlockWriter
    pictures: Mapping[str, Mapping[str, Asset]]
    """Of the pages that demos open, by the demo's name and the step's id."""


def paper_colors(theme: Theme) -> dict[str, str]:
    """The theme's colours for paper: those of text are dark enough to be read on white."""
    text = theme.colors["text"] if ratio(theme.colors["text"], WHITE) >= 2 * AA_TEXT else INK
    colors = {name: legible(color, text) for name, color in theme.colors.items()}
    strong = ("deep", "deeper", "beacon", "on-accent", "on-accent-muted", "on-accent-highlight")
    colors |= {name: theme.colors[name] for name in strong}
    colors["text"] = text
    colors["rule"] = mixed(text, WHITE, 0.18)
    for name in ("surface", "code-background"):
        own = theme.colors[name]
        colors[name] = own if ratio(own, WHITE) < 1.35 else mixed(text, WHITE, 0.05)
    return colors


def legible(color: str, ink: str) -> str:
    """The colour, darkened towards the ink until text in it can be read on paper, also on tinted grounds."""
    share = 1.0
    while share > 0 and ratio(mixed(color, ink, share), WHITE) < AA_TEXT * 1.15:
        share -= _STEP
    return mixed(color, ink, max(0.0, share))


def paper_syntax(theme: Theme, ink: str) -> dict[str, str]:
    """The colours of code, dark enough for paper."""
    return {kind: legible(color, ink) for kind, color in theme.syntax.items()}


def points(theme: Theme, kind: str) -> float:
    """The size of a kind of text, in points."""
    style, factor, least = SIZES[kind]
    share = theme.styles[style].size / theme.styles["body"].size
    return round(max(least, BODY * share * factor), 1)


def custom_properties(theme: Theme, colors: Mapping[str, str]) -> str:
    """``:root`` with ``--TOKEN`` for colours, ``--font-NAME`` and ``--KIND-size``."""
    return f":root{{{';'.join(_properties(theme, colors))}}}"


def _properties(theme: Theme, colors: Mapping[str, str]) -> Iterator[str]:
    for name, color in colors.items():
        yield f"--{name}:{color}"
    for name in ("heading", "body", "mono"):
        yield f"--font-{name}:{font_stack(theme, name)}"
    yield f"--body-size:{BODY}pt"
    for kind in SIZES:
        yield f"--{kind}-size:{points(theme, kind):g}pt"


INLINE_FORMULA = 14.0
"""px of formulas in running text: 10.5 points."""
FORMULA = 18.0
"""px of displayed formulas."""
CHART = Box(0, 0, 640, 340)
"""px that a chart is drawn in; it is as wide as the text."""
CHART_LABELS = 12.0
"""px."""
SLIDE_WIDTH = 1120.0
"""px of a slide's text: lengths in px are a share of it."""
NATURAL = 0.5
"""Of a picture's own size: one made for a slide is twice as large as paper wants."""
LONG_LISTING = 24
"""Lines; the end of a page may cut a longer listing."""


class DrawnFigures(Struct, frozen=True):
    """Draws them in a theme's colours for paper."""

    theme: Theme
    colors: Mapping[str, str]
    """The theme's tokens on paper."""

    def figure(self, block: Figure, caption: str) -> str:
        """A block as a ``figure``."""
        below = f"<figcaption>{caption}</figcaption>" if caption else ""
        match block:
            case Code():
                return self._code(block)
            case Math(tex=tex):
                return self._formula(tex)
            case Image(asset=asset, alt=alt, width=width):
                return f"<figure>{_picture(asset, alt, width)}{below}</figure>"
            case Diagram():
                return f"<figure>{self._diagram(block)}</figure>"
            case Media(poster=poster, alt=alt, width=width):
                shown = _picture(poster, alt, width) if poster else ""
                return f"<figure>{shown}<figcaption>▷ {escape(alt)}</figcaption></figure>"
            case Chart():
                return self._chart(block)
            case _:
                assert_never(block)

    def formula(self, tex: str) -> str:
        """A formula within a line, as a picture."""
        return inline_formula(tex, INLINE_FORMULA, self.colors["text"])

    def _code(self, code: Code) -> str:
        """Code with its tokens in colour, its lines numbered where the slide numbers them."""
        ink = self.colors["text"]
        lines = colored_lines(code.text, code.language, ink, paper_syntax(self.theme, ink))
        rows = [
            (f'<span class="number">{number}</span>' if code.numbers else "") + "".join(map(_token, line))
            for number, line in enumerate(lines, start=code.first_number)
        ]
        title = f"<figcaption>{escape(code.title)}</figcaption>" if code.title else ""
        names = classes("tall") if len(rows) > LONG_LISTING else ""
        listing = "\n".join(rows)
        return f'<figure class="code">{title}<pre{names}><code>{listing}</code></pre></figure>'

    def _formula(self, tex: str) -> str:
        """A displayed formula as a picture in the page, as large as its type asks for."""
        size = formula_size(tex, inline=False)
        source = formula_source(tex, FORMULA, self.colors["text"], inline=False)
        style = f"width:{size.width * FORMULA:.1f}px;height:{size.height * FORMULA:.1f}px"
        return f'<figure class="formula"><img src="{source}" alt="{escape(tex)}" style="{style}"></figure>'

    def _diagram(self, diagram: Diagram) -> str:
        """The drawn diagram, or its source: the slide has reported why it couldn't be drawn."""
        drawn = picture_of(diagram, diagram_look(self.theme, self.colors))
        if isinstance(drawn, Asset):
            return _picture(drawn, diagram.alt, diagram.width)
        return f"<pre>{escape(diagram.text)}</pre>"

    def _chart(self, chart: Chart) -> str:
        theme, colors = self.theme, self.colors
        lettering = Lettering(Face(theme.body.twin), CHART_LABELS, CHART_LABELS * TITLE_FACTOR)
        parts = chart_parts(chart, lettering, CHART.width)
        series = series_colors(chart, {**colors, "background": WHITE})  # names are written in them, too
        used = ChartColors(series, colors["text"], colors["rule"], colors["background"])
        placed = placed_chart(parts, replace(CHART, height=max(CHART.height, parts.least)), used)
        return f'<figure class="chart">{draw_chart(placed, font_stack(theme, "body"))}</figure>'


def _token(token: CodeToken) -> str:
    style = f"color:{token.color}" + (";font-style:italic" if token.italic else "")
    return f'<span style="{style}">{escape(token.text, quote=False)}</span>'


def _picture(asset: Asset, alt: str, width: Length | None) -> str:
    style = f' style="width:{_share(asset, width):.1f}%"'
    return f'<img src="{data_uri(asset)}" alt="{escape(alt)}"{style}>'


def _share(asset: Asset, width: Length | None) -> float:
    """The part of the text's width that a picture takes, in percent."""
    if width is None:
        return min(100.0, asset.width * NATURAL / CHART.width * 100) if asset.width else 100.0
    return min(100.0, width.value if width.unit == "%" else width.value / SLIDE_WIDTH * 100)
