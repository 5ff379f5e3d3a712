"""Speaker notes, as plain semantic HTML."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Mapping
from typing import assert_never

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.compile.handout.paper import paper_syntax
from quarterdeck.compile.html.charts import draw_chart
from quarterdeck.compile.html.formulas import inline_formula
from quarterdeck.compile.html.markup import classes, escape
from quarterdeck.compile.html.pictures import Drawing, PictureSources, data_uri, href
from quarterdeck.model.content import (
    Admonition,
    Align,
    Asset,
    Block,
    Callout,
    Chart,
    Code,
    DefinitionList,
    Diagram,
    Footnotes,
    Group,
    Heading,
    Image,
    Inline,
    InlineMath,
    Length,
    LineBreak,
    Link,
    List,
    ListItem,
    Math,
    Media,
    Paragraph,
    Quote,
    Row,
    Run,
    SlideLink,
    Table,
    WebLink,
)
from quarterdeck.model.deck import Deck
from quarterdeck.model.phrases import Words
from quarterdeck.model.placed import CodeToken
from quarterdeck.model.theme import Box, Theme
from quarterdeck.theme.charts.layout import Ink, placed_chart
from quarterdeck.theme.charts.lettering import Lettering
from quarterdeck.theme.charts.parts import TITLE_FACTOR, chart_parts
from quarterdeck.theme.diagrams.diagram import picture_of
from quarterdeck.theme.diagrams.style import diagram_look
from quarterdeck.theme.elements.code import colored_lines
from quarterdeck.theme.elements.figures import SERIES_COLORS
from quarterdeck.theme.measure.formulas import formula_size, formula_svg
from quarterdeck.theme.measure.widths import Face


def write_notes(blocks: Iterable[Block]) -> str:
    """The blocks as HTML.  What is drawn on slides, pictures and charts, is named by its alternative text."""
    return "".join(map(_block, blocks))


def _block(block: Block) -> str:
    match block:
        case Paragraph(inlines=inlines):
            return f"<p>{_inlines(inlines)}</p>"
        case Heading(level=level, inlines=inlines):
            return f"<h{level}>{_inlines(inlines)}</h{level}>"
        case List(items=items, ordered=ordered, start=start):
            tag = f'ol start="{start}"' if ordered else "ul"
            body = "".join(f"<li>{write_notes(item.blocks)}</li>" for item in items)
            return f"<{tag}>{body}</{tag[:2]}>"
        case Code(text=text):
            return f"<pre><code>{escape(text, quote=False)}</code></pre>"
        case Table(header=header, rows=rows):
            lines = [_note_row(header.cells, "th"), *(_note_row(row.cells, "td") for row in rows)]
            return f"<table>{''.join(lines)}</table>"
        case Quote(blocks=blocks, attribution=attribution):
            return f"<blockquote>{write_notes(blocks)}<p>{_inlines(attribution)}</p></blockquote>"
        case Admonition(title=title, blocks=blocks):
            return f"<div><p><strong>{_inlines(title)}</strong></p>{write_notes(blocks)}</div>"
        case Callout(title=title, blocks=blocks):
            head = f"<p><strong>{_inlines(title)}</strong></p>" if title else ""
            return f"<div>{head}{write_notes(blocks)}</div>"
        case DefinitionList():
            return _definition_list(block)
        case Footnotes(notes=notes):
            return f"<ol>{''.join(f'<li>{_inlines(note)}</li>' for note in notes)}</ol>"
        case Math(tex=tex):
            return f"<p><code>{escape(tex)}</code></p>"
        case Image(alt=alt) | Media(alt=alt) | Chart(alt=alt) | Diagram(alt=alt):
            return f"<p><em>{escape(alt)}</em></p>" if alt else ""
        case Group(blocks=blocks):
            return f"<div>{write_notes(blocks)}</div>"
        case _:
            assert_never(block)


def _definition_list(block: DefinitionList) -> str:
    parts = []
    for item in block.items:
        parts.append(f"<dt>{_inlines(item.term)}</dt>")
        parts += [f"<dd>{write_notes(meaning)}</dd>" for meaning in item.meanings]
    return f"<dl>{''.join(parts)}</dl>"


def _note_row(cells: Iterable[tuple[Inline, ...]], tag: str) -> str:
    return f"<tr>{''.join(f'<{tag}>{_inlines(cell)}</{tag}>' for cell in cells)}</tr>"


def _inlines(inlines: Iterable[Inline]) -> str:
    return "".join(_note_pieces(inlines))


def _note_pieces(inlines: Iterable[Inline]) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Run():
                text = escape(inline.text, quote=False)
                for wanted, tag in ((inline.code, "code"), (inline.italic, "em"), (inline.bold, "strong")):
                    text = f"<{tag}>{text}</{tag}>" if wanted else text
                yield text if inline.link is None else f"<a {href(inline.link)}>{text}</a>"
            case LineBreak():
                yield "<br>"
            case InlineMath(tex=tex):
                yield f"<code>{escape(tex)}</code>"
            case _:
                assert_never(inline)


FORMULA_PX = 14.0
"""The size of formulas in running text: 10.5 points."""


def inlines(runs: Iterable[Inline], color: str) -> str:
    """The runs, with their marks and links; ``color`` is that of formulas."""
    return "".join(_pieces(runs, color))


def _pieces(runs: Iterable[Inline], color: str) -> Iterator[str]:
    for run in runs:
        match run:
            case Run():
                yield _run(run)
            case LineBreak():
                yield "<br>"
            case InlineMath(tex=tex):
                yield inline_formula(tex, FORMULA_PX, color)
            case _:
                assert_never(run)


def _run(run: Run) -> str:
    text = escape(run.text, quote=False)
    marks = (
        (run.code, "code"),
        (run.italic, "em"),
        (run.bold, "strong"),
        (run.strike, "s"),
        (run.superscript, "sup"),
        (run.subscript, "sub"),
    )
    for wanted, tag in marks:
        text = f"<{tag}>{text}</{tag}>" if wanted else text
    if run.classes:
        text = f"<span{classes(*run.classes)}>{text}</span>"
    return text if run.link is None else _link(run.link, text, run.text)


def _link(link: Link, text: str, words: str) -> str:
    """A link; on paper the address of one is printed after words that don't say it."""
    match link:
        case SlideLink(slide=slide):
            return f'<a href="#{escape(slide)}">{text}</a>'
        case WebLink(url=url):
            plain = url.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
            said = plain in words
            address = "" if said else f'<span class="address"> ({escape(plain, quote=False)})</span>'
            return f'<a href="{escape(url)}" rel="noopener noreferrer">{text}</a>{address}'


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


class Sheet(Struct, frozen=True):
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
