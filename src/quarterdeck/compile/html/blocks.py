"""Blocks of the model as HTML: the one writer for speaker notes, the narration of demos and handouts.

Notes and narration are read on the pages of a show and in the offline deck, handouts on paper.  What differs is
passed in: a :class:`Medium` says how links and headings are written there, and :class:`Figures` how code, formulas,
pictures and charts are shown.  The words are the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeAlias, assert_never

from msgspec import Struct

from quarterdeck.compile.html.markup import classes, escape
from quarterdeck.model.content import (
    Admonition,
    Align,
    Block,
    Callout,
    Chart,
    Code,
    Column,
    DefinitionList,
    Diagram,
    Footnotes,
    Group,
    Heading,
    Image,
    Inline,
    InlineMath,
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
from quarterdeck.theme.elements.lists import CHECKED, UNCHECKED, attributed

Figure: TypeAlias = Code | Math | Image | Media | Diagram | Chart
"""Blocks that aren't made of paragraphs."""


class Medium(Struct, frozen=True):
    """Where the HTML is read, which decides how links and headings are written."""

    slides: str
    """The prefix of a slide's id in a link to it."""
    outward: str
    """The attributes of a link out of the deck, besides its address."""
    addresses: bool = False
    """Whether a link whose text isn't its address is followed by it."""
    heading: int | None = None
    """The level of all headings; None for the author's."""
    own_classes: bool = False
    """Whether the author's classes have a meaning there."""


SCREEN = Medium("#/", 'target="_blank" rel="noopener noreferrer"')
"""A page of the deck or of its show."""
PAPER = Medium("#", 'rel="noopener noreferrer"', addresses=True, heading=4, own_classes=True)
"""A document with an anchor for each slide."""


class Figures(Protocol):
    """How blocks that aren't made of paragraphs are shown."""

    def figure(self, block: Figure, caption: str) -> str:
        """The markup of a block; ``caption`` is that of a picture's caption, "" for none."""

    def formula(self, tex: str) -> str:
        """The markup of a formula within a line."""


class NamedFigures:
    """Code without colours, formulas as TeX, and of pictures and charts their alternative text."""

    def figure(self, block: Figure, caption: str) -> str:
        """The markup of a block; pictures without alternative text and caption are left out."""
        match block:
            case Code(text=text, title=title):
                head = f"<p><strong>{escape(title, quote=False)}</strong></p>" if title else ""
                return f"{head}<pre><code>{escape(text, quote=False)}</code></pre>"
            case Math(tex=tex):
                return f"<p>{self.formula(tex)}</p>"
            case Image(alt=alt) | Media(alt=alt) | Diagram(alt=alt) | Chart(alt=alt):
                name = f"<p><em>{escape(alt)}</em></p>" if alt else ""
                return name + (f"<p>{caption}</p>" if caption else "")
            case _:
                assert_never(block)

    def formula(self, tex: str) -> str:
        """The formula as TeX."""
        return f"<code>{escape(tex)}</code>"


def write_notes(blocks: Iterable[Block]) -> str:
    """Speaker notes, or the narration of a demo's step."""
    return BlockWriter(SCREEN, NamedFigures()).blocks(blocks)


class BlockWriter(Struct, frozen=True):
    """Writes blocks for a medium; fragments are all there from the start."""

    medium: Medium
    figures: Figures

    def blocks(self, blocks: Iterable[Block]) -> str:
        """The blocks one after the other."""
        return "".join(map(self.block, blocks))

    def block(self, block: Block) -> str:
        """One block, with everything in it."""
        match block:
            case Paragraph(inlines=inlines, classes=names):
                return f"<p{self._classes(names)}>{self.inlines(inlines)}</p>"
            case Heading(level=own, inlines=inlines):
                level = self.medium.heading or own
                return f"<h{level}>{self.inlines(inlines)}</h{level}>"
            case List():
                return self._list(block)
            case Table():
                return self._table(block)
            case Quote(blocks=inner):
                by = "".join(f'<p class="who">{self.inlines(p.inlines)}</p>' for p in attributed(block))
                return f"<blockquote>{self.blocks(inner)}{by}</blockquote>"
            case Admonition(kind=kind, title=title, blocks=inner):
                return self._boxed(("remark", kind), title, inner)
            case Callout(title=title, blocks=inner):
                return self._boxed(("callout",), title, inner)
            case DefinitionList():
                return self._definitions(block)
            case Footnotes(notes=notes):
                items = "".join(f"<li>{self.inlines(note)}</li>" for note in notes)
                return f'<ol class="footnotes">{items}</ol>'
            case Group(blocks=inner, classes=names):
                return f"<div{self._classes(names)}>{self.blocks(inner)}</div>"
            case Image(caption=caption):
                return self.figures.figure(block, self.inlines(caption))
            case Code() | Math() | Media() | Diagram() | Chart():
                return self.figures.figure(block, "")
            case _:
                assert_never(block)

    def inlines(self, inlines: Iterable[Inline]) -> str:
        """Text with its marks and links."""
        return "".join(self._parts(inlines))

    def _parts(self, inlines: Iterable[Inline]) -> Iterator[str]:
        for inline in inlines:
            match inline:
                case Run():
                    yield self._run(inline)
                case LineBreak():
                    yield "<br>"
                case InlineMath(tex=tex):
                    yield self.figures.formula(tex)
                case _:
                    assert_never(inline)

    def _run(self, run: Run) -> str:
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
        if names := self._classes(run.classes):
            text = f"<span{names}>{text}</span>"
        return text if run.link is None else self._link(run.link, text, run.text)

    def _link(self, link: Link, text: str, words: str) -> str:
        match link:
            case SlideLink(slide=slide):
                return f'<a href="{self.medium.slides}{escape(slide)}">{text}</a>'
            case WebLink(url=url):
                plain = url.removeprefix("mailto:").removeprefix("https://").removeprefix("http://").rstrip("/")
                said = plain in words or not self.medium.addresses
                address = "" if said else f'<span class="address"> ({escape(plain, quote=False)})</span>'
                return f'<a href="{escape(url)}" {self.medium.outward}>{text}</a>{address}'
            case _:
                assert_never(link)

    def _classes(self, names: tuple[str, ...]) -> str:
        return classes(*names) if self.medium.own_classes else ""

    def _list(self, block: List) -> str:
        items = "".join(map(self._item, block.items))
        if not block.ordered:
            return f"<ul>{items}</ul>"
        start = f' start="{block.start}"' if block.start != 1 else ""
        return f"<ol{start}>{items}</ol>"

    def _item(self, item: ListItem) -> str:
        box = "" if item.checked is None else f'<span class="box">{CHECKED if item.checked else UNCHECKED}</span> '
        names = classes("boxed") if box else ""
        match item.blocks:
            case (Paragraph(inlines=inlines), *rest):  # no paragraph of its own within the item
                return f"<li{names}>{box}{self.inlines(inlines)}{self.blocks(rest)}</li>"
            case blocks:
                return f"<li{names}>{box}{self.blocks(blocks)}</li>"

    def _table(self, table: Table) -> str:
        head = self._row(table.header, table.columns, "th")
        rows = "".join(self._row(row, table.columns, "td") for row in table.rows)
        caption = f"<caption>{self.inlines(table.caption)}</caption>" if table.caption else ""
        return f"<table>{caption}<thead>{head}</thead><tbody>{rows}</tbody></table>"

    def _row(self, row: Row, columns: tuple[Column, ...], tag: str) -> str:
        cells = []
        for cell, column in zip(row.cells, columns, strict=False):
            style = "" if column.align is Align.LEFT else f' style="text-align:{column.align}"'
            cells.append(f"<{tag}{style}>{self.inlines(cell)}</{tag}>")
        return f"<tr>{''.join(cells)}</tr>"

    def _boxed(self, names: tuple[str, ...], title: tuple[Inline, ...], inner: tuple[Block, ...]) -> str:
        head = f'<p class="kind"><strong>{self.inlines(title)}</strong></p>' if title else ""
        return f"<aside{classes(*names)}>{head}{self.blocks(inner)}</aside>"

    def _definitions(self, block: DefinitionList) -> str:
        parts = []
        for item in block.items:
            parts.append(f"<dt>{self.inlines(item.term)}</dt>")
            parts += [f"<dd>{self.blocks(meaning)}</dd>" for meaning in item.meanings]
        return f"<dl>{''.join(parts)}</dl>"
