"""Text boxes: paragraphs with their runs, lists with their bullets.

The theme has measured everything, so nothing is left to the style sheet: each paragraph carries
its size and line height.  Office puts the baseline elsewhere within a line than browsers do;
``top`` makes up for it (with the ``@font-face`` overrides in ``html/markup.py``, which make the ascent
90.5 % and the descent 21.2 % of the size for every family).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TypeAlias, assert_never

from quarterdeck.compile.html.markup import classes, escape, fragment, place, px
from quarterdeck.compile.html.pictures import DrawingContext, href, inline_formula
from quarterdeck.model.content import Align, Inline, InlineMath, LineBreak, Run
from quarterdeck.model.placed import HEADER_RULE, Bullet, PlacedCell, PlacedParagraph, PlacedTable, PlacedText
from quarterdeck.theme.measure.runs import run_look

_Kind: TypeAlias = tuple[str, str]
"""The tag of a list, and what follows its numbers: one with others is a list of its own."""


def nested_lists(paragraphs: Iterable[tuple[PlacedParagraph, str]]) -> Iterator[str]:
    """Drawn paragraphs, with ``ul``, ``ol`` and ``li`` opened and closed around them.

    A paragraph with a bullet begins an item; an indented one without belongs to the item before it.
    """
    open_lists: list[_Kind] = []
    for paragraph, drawn in paragraphs:
        bullet, depth = paragraph.bullet, paragraph.level + 1
        if bullet is not None:
            yield from _close(open_lists, depth)
            if len(open_lists) == depth:
                yield "</li>"
                if open_lists[-1] != _kind(bullet):
                    yield f"</{open_lists.pop()[0]}>"
            while len(open_lists) < depth:
                yield from _open(open_lists, bullet)
                if len(open_lists) < depth:
                    yield "<li>"
            yield "<li>"
        elif open_lists and paragraph.indent > 0:
            yield from _close(open_lists, depth)
        else:
            yield from _close(open_lists, 0)
        yield drawn
    yield from _close(open_lists, 0)


def _open(open_lists: list[_Kind], bullet: Bullet) -> Iterator[str]:
    kind = _kind(bullet)
    start = f' start="{bullet.number}"' if bullet.number not in (None, 1) else ""
    open_lists.append(kind)
    yield f'<{kind[0]} role="list"{start}>'


def _close(open_lists: list[_Kind], depth: int) -> Iterator[str]:
    while len(open_lists) > depth:
        yield f"</li></{open_lists.pop()[0]}>"


def _kind(bullet: Bullet) -> _Kind:
    return ("ul", "") if bullet.number is None else ("ol", bullet.delimiter)


BASELINE_SHIFT = 0.5465
"""em: half the overridden ascent less half the descent, and what Office adds above the first baseline."""

_ANCHORS = {"top": "flex-start", "middle": "center", "bottom": "flex-end"}


def draw_text(text: PlacedText, drawing: DrawingContext) -> str:
    """A text box or filled placeholder."""
    style = f"{place(text.box)};justify-content:{_ANCHORS[text.anchor]}"
    if text.inset_right:
        style += f";padding-right:{px(text.inset_right)}"
    if text.inset_bottom:
        style += f";padding-bottom:{px(text.inset_bottom)}"
    body = "".join(_flow(text, drawing))
    if text.role == "quote":
        body = f"<blockquote>{body}</blockquote>"
    return f'<div{classes("qd-text", f"qd-{text.role}", fragment=text.fragment)} style="{style}">{body}</div>'


def _flow(text: PlacedText, drawing: DrawingContext) -> Iterator[str]:
    """The paragraphs in order, those of lists within ``ul`` and ``ol``, terms and their meanings within ``dl``."""
    if text.role == "title":
        yield from (draw_paragraph(paragraph, drawing, "h2") for paragraph in text.paragraphs)
        return
    for defines, paragraphs in groupby(text.paragraphs, key=lambda p: p.tag in ("dt", "dd")):
        if defines:
            yield f"<dl>{''.join(draw_paragraph(p, drawing, p.tag) for p in paragraphs)}</dl>"
        else:
            yield from nested_lists((p, draw_paragraph(p, drawing, _tag(p))) for p in paragraphs)


def _tag(paragraph: PlacedParagraph) -> str:
    """The element of a paragraph; list items have theirs around it."""
    return paragraph.tag if paragraph.tag in ("h2", "h3", "h4", "h5", "h6") else "p"


def draw_paragraph(paragraph: PlacedParagraph, drawing: DrawingContext, tag: str = "p") -> str:
    """One paragraph as an element."""
    bullet = ""
    if paragraph.bullet is not None:
        offset = px(paragraph.indent - paragraph.hanging)
        style = f"inset-inline-start:{offset};color:{paragraph.bullet.color}"
        mark, scale = escape(paragraph.bullet.text), paragraph.bullet.scale
        if scale != 1:  # in a span of its own, so that it stands on the text's baseline
            mark = f'<span style="font-size:{px(paragraph.size * scale)}">{mark}</span>'
        bullet = f'<span class="qd-bullet" aria-hidden="true" style="{style}">{mark}</span>'
    direction = ' dir="rtl"' if paragraph.rtl else ""
    attributes = classes("qd-p", fragment=paragraph.fragment)
    style = paragraph_style(paragraph, drawing)
    content = draw_inlines(paragraph, drawing) or ("<br>" if bullet else "")  # an empty item takes a line, too
    return f'<{tag}{attributes}{direction} style="{style}">{bullet}{content}</{tag}>'


def paragraph_style(paragraph: PlacedParagraph, drawing: DrawingContext) -> str:
    """The declarations for all that a paragraph fixes."""
    parts = [
        f"font-size:{px(paragraph.size)}",
        f"line-height:{px(paragraph.line_height)}",
        f"top:calc({px(paragraph.line_height / 2)} - {BASELINE_SHIFT}em)",
        f"color:{paragraph.color}",
    ]
    if paragraph.font != "body":
        parts.append(f"font-family:{drawing.family(paragraph.font)}")
    if paragraph.bold:
        parts.append("font-weight:700")
    if paragraph.italic:
        parts.append("font-style:italic")
    if paragraph.align is not Align.LEFT:
        parts.append(f"text-align:{paragraph.align}")
    if paragraph.indent:
        parts.append(f"padding-inline-start:{px(paragraph.indent)}")
    if paragraph.space_before:
        parts.append(f"margin-top:{px(paragraph.space_before)}")
    if paragraph.tracking:
        parts.append(f"letter-spacing:{px(paragraph.tracking)}")
    if paragraph.uppercase:
        parts.append("text-transform:uppercase")
    return ";".join(parts)


def draw_inlines(paragraph: PlacedParagraph, drawing: DrawingContext) -> str:
    """The runs of a paragraph as HTML."""
    return "".join(_inlines(paragraph.inlines, paragraph, drawing))


def _inlines(inlines: Iterable[Inline], paragraph: PlacedParagraph, drawing: DrawingContext) -> Iterator[str]:
    for inline in inlines:
        match inline:
            case Run():
                yield _run(inline, paragraph, drawing)
            case LineBreak():
                yield "<br>"
            case InlineMath(tex=tex):
                yield inline_formula(tex, paragraph.size, paragraph.color)
            case _:
                assert_never(inline)


def _run(run: Run, paragraph: PlacedParagraph, drawing: DrawingContext) -> str:
    look = run_look(
        run,
        paragraph.font,
        paragraph.bold,
        paragraph.italic,
        drawing.colors,
        drawing.theme,
        tinted=not paragraph.in_table,
    )
    text = escape(run.text, quote=False)
    if run.code:
        size = f"font-size:{look.code:.0%};line-height:0" if look.code != 1.0 else ""  # lines stay as high
        ground = f"background:{look.ground}" if look.ground else ""
        own_case = "text-transform:none" if paragraph.uppercase else ""
        style = ";".join(filter(None, (ground, size, own_case)))
        text = f'<code style="{style}">{text}</code>' if style else f"<code>{text}</code>"
    for wanted, tag in ((run.strike, "s"), (run.italic, "em"), (run.bold, "strong")):
        if wanted:
            text = f"<{tag}>{text}</{tag}>"
    if look.rise:
        tag = "sup" if look.rise > 0 else "sub"
        text = f'<{tag} style="font-size:{look.factor:.4%};top:{-look.rise / look.factor:.4f}em">{text}</{tag}>'
    color = f' style="color:{look.color}"' if look.color else ""
    if run.link is not None:
        title = f' title="{escape(run.link_title)}"' if run.link_title else ""
        return f"<a {href(run.link)}{title}{color}>{text}</a>"
    return f"<span{color}>{text}</span>" if color else text


def draw_table(table: PlacedTable, drawing: DrawingContext) -> str:
    """A table in its box; its first row is the header, unless it has none."""
    columns = "".join(f'<col style="width:{px(width)}">' for width in table.column_widths)
    headers = 1 if table.header_rule else 0
    head = "".join(f"<thead>{_row(table, index, drawing)}</thead>" for index in range(headers))
    body = "".join(_row(table, index, drawing) for index in range(headers, len(table.rows)))
    across, down = table.padding
    style = f"{place(table.box)};--across:{px(across)};--down:{px(down)};--rule:{table.rule_color}"
    return (
        f'<div{classes("qd-table", fragment=table.fragment)} style="{style}">'
        f"<table><colgroup>{columns}</colgroup>{head}<tbody>{body}</tbody></table></div>"
    )


def _row(table: PlacedTable, index: int, drawing: DrawingContext) -> str:
    background = table.stripe if index and index % 2 == 0 else None
    style = f"height:{px(table.row_heights[index])}" + (f";background:{background}" if background else "")
    rule = (
        ""
        if index or not table.header_rule
        else f"background:linear-gradient({table.header_rule} 0 0) bottom / 100% {px(HEADER_RULE)} no-repeat"
    )
    cells = "".join(_cell(cell, rule, drawing) for cell in table.rows[index])
    return f'<tr{fragment(table.row_fragments[index])} style="{style}">{cells}</tr>'


def _cell(cell: PlacedCell, rule: str, drawing: DrawingContext) -> str:
    """A cell; those of the header have a rule of their own, and in a list of terms each row has its header."""
    tag = 'th scope="col"' if rule else 'th scope="row"' if cell.paragraph.tag == "th" else "td"
    inset = f"padding-right:calc(var(--across) + {px(cell.inset_right)})" if cell.inset_right else ""
    style = ";".join(filter(None, (inset, rule)))
    looks = f' style="{style}"' if style else ""
    return f"<{tag}{looks}>{draw_paragraph(cell.paragraph, drawing)}</{tag.partition(' ')[0]}>"
