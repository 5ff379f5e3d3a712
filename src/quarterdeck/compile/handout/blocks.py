"""Blocks of slides and of demos' prose as HTML."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import assert_never

from quarterdeck.compile.handout.inlines import inlines
from quarterdeck.compile.handout.paper import paper_syntax
from quarterdeck.compile.reveal.charts import draw_chart
from quarterdeck.compile.reveal.drawing import Drawing
from quarterdeck.compile.reveal.markup import classes, escape
from quarterdeck.compile.reveal.pictures import PictureSources, data_uri
from quarterdeck.lazy import dataclass, replace
from quarterdeck.model.content import Admonition, Align, Asset, Block, Callout, Chart, Code, DefinitionList, Diagram, Footnotes, Group, Heading, Image, Inline, Length, List, ListItem, Math, Media, Paragraph, Quote, Row, Table
from quarterdeck.model.deck import Deck
from quarterdeck.model.placed import CodeToken
from quarterdeck.model.theme import Box, Theme
from quarterdeck.model.phrases import Words
from quarterdeck.theme.elements.code import colored_lines
from quarterdeck.theme.elements.figures import SERIES_COLORS
from quarterdeck.theme.charts.lettering import Lettering
from quarterdeck.theme.charts.layout import Ink, placed_chart
from quarterdeck.theme.charts.parts import TITLE_FACTOR, chart_parts
from quarterdeck.theme.diagrams.diagram import picture_of
from quarterdeck.theme.diagrams.style import diagram_look
from quarterdeck.theme.measure.formulas import formula_size, formula_svg
from quarterdeck.theme.measure.widths import Face

CHART = Box(0, 0, 640, 340)
"""px that a chart is drawn in; it is as wide as the text."""
CHART_LABELS = 12.0
"""px."""
FORMULA = 18.0
"""px of displayed formulas."""
SLIDE_WIDTH = 1120.0
"""px of a slide's text: what lengths in px are a share of."""
NATURAL = 0.5
"""Of a picture's own size: one made for a slide is twice as large as paper wants."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A handout being written: what all its parts look up."""

    deck: Deck
    theme: Theme
    colors: Mapping[str, str]
    """The theme's tokens as they are on paper."""
    words: Words

    @property
    def ink(self) -> str:
        """The colour of text."""
        return self.colors["text"]


def write_blocks(blocks: Iterable[Block], sheet: Sheet) -> str:
    """The blocks one after the other; fragments are all there."""
    return "".join(write_block(block, sheet) for block in blocks)


def write_block(block: Block, sheet: Sheet) -> str:
    """One block."""
    match block:
        case Paragraph(inlines=runs, classes=names):
            return f"<p{classes(*names)}>{_text(runs, sheet)}</p>"
        case Heading(inlines=runs):
            return f"<h4>{_text(runs, sheet)}</h4>"
        case List():
            return _list(block, sheet)
        case Code():
            return write_code(block, sheet)
        case Table():
            return _table(block, sheet)
        case Image(alt=alt, caption=caption):
            return _figure(_picture(block.asset, alt, block.width), caption, sheet)
        case Diagram(alt=alt):
            drawn = picture_of(block, diagram_look(sheet.theme, sheet.colors))
            # Where there is none, the slide has told why; the text of the diagram is better than nothing.
            shown = (
                _picture(drawn, alt, block.width) if isinstance(drawn, Asset) else f"<pre>{escape(block.text)}</pre>"
            )
            return _figure(shown, (), sheet)
        case Media(alt=alt, poster=poster):
            shown = _picture(poster, alt, block.width) if poster else ""
            return f"<figure>{shown}<figcaption>▷ {escape(alt)}</figcaption></figure>"
        case Quote(blocks=inner, attribution=who):
            said = f'<p class="who">— {_text(who, sheet)}</p>' if who else ""
            return f"<blockquote>{write_blocks(inner, sheet)}{said}</blockquote>"
        case Admonition(kind=kind, title=title, blocks=inner):
            return (
                f'<aside class="remark {escape(kind)}"><p class="kind">{_text(title, sheet)}</p>'
                f"{write_blocks(inner, sheet)}</aside>"
            )
        case Callout(title=title, blocks=inner):
            head = f'<p class="kind">{_text(title, sheet)}</p>' if title else ""
            return f'<aside class="callout">{head}{write_blocks(inner, sheet)}</aside>'
        case DefinitionList():
            return _definitions(block, sheet)
        case Footnotes(notes=notes):
            items = "".join(f"<li>{_text(note, sheet)}</li>" for note in notes)
            return f'<ol class="footnotes">{items}</ol>'
        case Math(tex=tex):
            return _formula(tex, sheet)
        case Chart():
            return _chart(block, sheet)
        case Group(blocks=inner, classes=names):
            return f"<div{classes(*names)}>{write_blocks(inner, sheet)}</div>"
        case _:
            assert_never(block)


def write_code(code: Code, sheet: Sheet) -> str:
    """Code with its tokens in colour, its lines numbered where the slide numbers them."""
    syntax = paper_syntax(sheet.theme, sheet.ink)
    lines = colored_lines(code.text, code.language, sheet.ink, syntax)
    numbered = code.numbers
    rows = [
        (f'<span class="number">{code.first_number + n}</span>' if numbered else "") + "".join(map(_token, line))
        for n, line in enumerate(lines)
    ]
    title = f"<figcaption>{escape(code.title)}</figcaption>" if code.title else ""
    listing = "\n".join(rows)
    return f'<figure class="code">{title}<pre{classes(*_tall(len(rows)))}><code>{listing}</code></pre></figure>'


def _tall(lines: int) -> tuple[str, ...]:
    """A listing that may be cut by the end of a page."""
    return ("tall",) if lines > 24 else ()


def _token(token: CodeToken) -> str:
    style = f"color:{token.color}" + (";font-style:italic" if token.italic else "")
    return f'<span style="{style}">{escape(token.text, quote=False)}</span>'


def _text(runs: Iterable[Inline], sheet: Sheet) -> str:
    return inlines(runs, sheet.ink)


def _list(block: List, sheet: Sheet) -> str:
    items = "".join(_item(item, sheet) for item in block.items)
    if not block.ordered:
        return f"<ul>{items}</ul>"
    start = f' start="{block.start}"' if block.start != 1 else ""
    return f"<ol{start}>{items}</ol>"


def _item(item: ListItem, sheet: Sheet) -> str:
    box = "" if item.checked is None else f'<span class="box">{"☑" if item.checked else "☐"}</span> '
    head = item.blocks[0] if item.blocks else None
    if isinstance(head, Paragraph):  # a tight list: no paragraph of its own within the item
        text = _text(head.inlines, sheet)
        return f"<li{classes(*_boxed(box))}>{box}{text}{write_blocks(item.blocks[1:], sheet)}</li>"
    return f"<li{classes(*_boxed(box))}>{box}{write_blocks(item.blocks, sheet)}</li>"


def _boxed(box: str) -> tuple[str, ...]:
    return ("boxed",) if box else ()


def _table(table: Table, sheet: Sheet) -> str:
    aligns = [column.align for column in table.columns]
    head = _row(table.header, aligns, "th", sheet)
    rows = "".join(_row(row, aligns, "td", sheet) for row in table.rows)
    caption = f"<caption>{_text(table.caption, sheet)}</caption>" if table.caption else ""
    return f"<table>{caption}<thead>{head}</thead><tbody>{rows}</tbody></table>"


def _row(row: Row, aligns: list[Align], tag: str, sheet: Sheet) -> str:
    cells = []
    for cell, align in zip(row.cells, aligns, strict=False):
        style = "" if align is Align.LEFT else f' style="text-align:{align}"'
        cells.append(f"<{tag}{style}>{_text(cell, sheet)}</{tag}>")
    return f"<tr>{''.join(cells)}</tr>"


def _picture(asset: Asset, alt: str, width: Length | None) -> str:
    style = f' style="width:{_share(asset, width):.1f}%"'
    return f'<img src="{data_uri(asset)}" alt="{escape(alt)}"{style}>'


def _share(asset: Asset, width: Length | None) -> float:
    """The part of the text's width that a picture takes, in percent."""
    if width is None:
        return min(100.0, asset.width * NATURAL / CHART.width * 100) if asset.width else 100.0
    return min(100.0, width.value if width.unit == "%" else width.value / SLIDE_WIDTH * 100)


def _figure(picture: str, caption: tuple[Inline, ...], sheet: Sheet) -> str:
    below = f"<figcaption>{_text(caption, sheet)}</figcaption>" if caption else ""
    return f"<figure>{picture}{below}</figure>"


def _definitions(block: DefinitionList, sheet: Sheet) -> str:
    parts = []
    for item in block.items:
        parts.append(f"<dt>{_text(item.term, sheet)}</dt>")
        parts += [f"<dd>{write_blocks(meaning, sheet)}</dd>" for meaning in item.meanings]
    return f"<dl>{''.join(parts)}</dl>"


def _formula(tex: str, sheet: Sheet) -> str:
    """A displayed formula as a picture in the page, as large as its type asks for."""
    size = formula_size(tex, inline=False)
    svg = base64.b64encode(formula_svg(tex, FORMULA, sheet.ink, inline=False).encode()).decode("ascii")
    style = f"width:{size.width * FORMULA:.1f}px;height:{size.height * FORMULA:.1f}px"
    source = f"data:image/svg+xml;base64,{svg}"
    return f'<figure class="formula"><img src="{source}" alt="{escape(tex)}" style="{style}"></figure>'


def _chart(chart: Chart, sheet: Sheet) -> str:
    lettering = Lettering(Face(sheet.theme.body.twin), CHART_LABELS, CHART_LABELS * TITLE_FACTOR)
    parts = chart_parts(chart, lettering, CHART.width)
    series = tuple(sheet.theme.colors[name] for name in SERIES_COLORS)
    ink = Ink(series, sheet.ink, sheet.colors["rule"], sheet.colors["background"])
    placed = placed_chart(parts, replace(CHART, height=max(CHART.height, parts.least)), ink)
    drawing = Drawing(sheet.deck, sheet.theme, {}, PictureSources(), sheet.colors)
    return f'<figure class="chart">{draw_chart(placed, drawing)}</figure>'
