"""Speaker notes, as plain semantic HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

from quarterdeck.compile.reveal.markup import escape
from quarterdeck.compile.reveal.pictures import href
from quarterdeck.model.content import Admonition, Block, Callout, Chart, Code, DefinitionList, Diagram, Footnotes, Group, Heading, Image, Inline, InlineMath, LineBreak, List, Math, Media, Paragraph, Quote, Run, Table


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
