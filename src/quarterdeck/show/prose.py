"""Blocks of text on a terminal."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, assert_never

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.model.content import (
    Admonition,
    Align,
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
    LineBreak,
    List,
    ListItem,
    Math,
    Media,
    Paragraph,
    Quote,
    Run,
    Table,
    WebLink,
    plain_text,
)
from quarterdeck.model.deck import Slide
from quarterdeck.theme.elements.lists import BULLETS, CHECKED, UNCHECKED, attributed

if TYPE_CHECKING:
    from rich.console import Console, JustifyMethod, RenderableType
    from rich.text import Text


_JUSTIFIED: Mapping[Align, JustifyMethod] = {Align.LEFT: "left", Align.CENTER: "center", Align.RIGHT: "right"}
"""What rich calls the alignment of a column."""
WIDEST = 88
"""Cells of the longest line that is easy to read."""


def prose(blocks: Iterable[Block], columns: int) -> str:
    """The blocks as lines with colours, no wider than the terminal."""
    from rich.console import Console

    page = io.StringIO()
    console = Console(
        file=page,
        width=min(WIDEST, columns),
        force_terminal=True,
        color_system="standard",
        highlight=False,
        legacy_windows=False,
    )
    for number, block in enumerate(blocks):
        if number:
            console.print()
        _print(block, console)
    return page.getvalue().rstrip("\n") + "\n"


def _print(block: Block, console: Console) -> None:
    console.print(_drawn(block))


def _drawn(block: Block) -> RenderableType:
    """A block as rich draws it; a picture is named by its alternative text."""
    from rich.console import Group as Stack
    from rich.padding import Padding
    from rich.text import Text

    match block:
        case Paragraph(inlines=inlines):
            return _text(inlines)
        case Heading(inlines=inlines):
            text = _text(inlines)
            text.stylize("bold")
            return text
        case List():
            return _list(block)
        case Code(text=text):
            return Padding(Text(text, style="cyan"), (0, 0, 0, 2))
        case Table():
            return _table(block)
        case Quote(blocks=inner):
            return Stack(*map(_drawn, (*inner, *attributed(block))))
        case Group(blocks=inner):
            return Stack(*map(_drawn, inner))
        case Admonition(title=title, blocks=inner):
            head = _text(title)
            head.stylize("bold yellow")
            return Stack(head, *map(_drawn, inner))
        case Callout(title=title, blocks=inner):
            head = _text(title)
            head.stylize("bold")
            return Padding(Stack(*([head] if title else []), *map(_drawn, inner)), (0, 0, 0, 2))
        case DefinitionList(items=items):
            return Stack(*(Text(f"{plain_text(i.term)}: {_plain(b for m in i.meanings for b in m)}") for i in items))
        case Footnotes(notes=notes):
            return Stack(*(_text((Run(f"{number}. "), *note)) for number, note in enumerate(notes, start=1)))
        case Math(tex=tex):
            return Padding(Text(tex, style="italic"), (0, 0, 0, 2))
        case Image(alt=alt) | Media(alt=alt) | Chart(alt=alt) | Diagram(alt=alt):
            return Text(f"[{alt}]", style="dim")


def _list(block: List) -> RenderableType:
    from rich.console import Group as Stack
    from rich.table import Table as Grid

    grid = Grid.grid(padding=(0, 1, 0, 0))
    for number, item in enumerate(block.items, start=block.start):
        grid.add_row(_mark(block, item, number), Stack(*map(_drawn, item.blocks)))
    return grid


def _mark(block: List, item: ListItem, number: int) -> str:
    """What comes before an item of a list."""
    if block.ordered:
        return f"{number}{block.delimiter}"
    return BULLETS[0] if item.checked is None else CHECKED if item.checked else UNCHECKED


def _table(block: Table) -> RenderableType:
    from rich import box
    from rich.table import Table as Grid

    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for cell, column in zip(block.header.cells, block.columns, strict=True):
        grid.add_column(_text(cell), justify=_JUSTIFIED[column.align])
    for row in block.rows:
        grid.add_row(*map(_text, row.cells))
    return grid


def _plain(blocks: Iterable[Block]) -> str:
    return " ".join(plain_text(b.inlines) for b in blocks if isinstance(b, Paragraph | Heading))


def _text(inlines: Iterable[Inline]) -> Text:
    from rich.text import Text

    text = Text()
    for inline in inlines:
        match inline:
            case Run():
                text.append(inline.text.translate(_RAISED) if inline.superscript else inline.text, style=_style(inline))
                if isinstance(inline.link, WebLink) and inline.link.url.rstrip("/") not in inline.text:
                    text.append(f" ({inline.link.url})", style="dim")
            case LineBreak():
                text.append("\n")
            case InlineMath(tex=tex):
                text.append(tex, style="italic")
    return text


def _style(run: Run) -> str:
    marks = ((run.code, "cyan"), (run.bold, "bold"), (run.italic, "italic"), (run.strike, "strike"))
    return " ".join(style for wanted, style in marks if wanted)


INDENT = "  "
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""For the numbers of footnotes."""


class ProseLine(Struct, frozen=True):
    """A line of a slide or of its notes; longer ones are to be wrapped."""

    text: str
    fragment: int | None = None
    """The item that it appears with, from 0; None for what is there from the beginning."""


def slide_lines(slide: Slide) -> tuple[ProseLine, ...]:
    """The contents of a slide below its title, slot by slot, without a demo's terminal."""
    return tuple(_apart(_lines(block) for blocks in slide.slots.values() for block in blocks))


def notes_text(blocks: tuple[Block, ...]) -> str:
    """Speaker notes, paragraphs apart by a blank line."""
    return "\n".join(line.text for line in _apart(map(_lines, blocks)))


def _apart(parts: Iterable[Iterable[ProseLine]]) -> Iterator[ProseLine]:
    """Parts that aren't empty, with a blank line between them."""
    for number, part in enumerate(filter(None, map(tuple, parts))):
        if number:
            yield ProseLine("")
        yield from part


def _lines(block: Block) -> Iterator[ProseLine]:
    """One block; what appears later as a whole takes its parts along."""
    fragment = getattr(block, "fragment", None)
    for line in _parts(block):
        yield replace(line, fragment=fragment) if line.fragment is None else line


def _parts(block: Block) -> Iterator[ProseLine]:
    match block:
        case Paragraph(inlines=inlines) | Heading(inlines=inlines):
            yield from _text_lines(inlines)
        case List(items=items, start=start):
            for number, item in enumerate(items, start):
                bullet = f"{_mark(block, item, number)} "
                inner = _apart(map(_lines, item.blocks))
                yield from (_within(line, item.fragment) for line in _hung(inner, bullet))
        case Code(text=text) | Math(tex=text) | Diagram(text=text):
            yield from (ProseLine(f"{INDENT}{line}") for line in text.expandtabs(4).split("\n"))
        case Table(header=header, rows=rows):
            for row in (header, *rows):
                yield ProseLine(" | ".join(_words(cell) for cell in row.cells), row.fragment)
        case Quote(blocks=blocks):
            yield from _apart(map(_lines, (*blocks, *attributed(block))))
        case Group(blocks=blocks):
            yield from _apart(map(_lines, blocks))
        case Admonition(title=title, blocks=blocks) | Callout(title=title, blocks=blocks):
            head = f"{_words(title)}: " if title else ""
            yield from _hung(_apart(map(_lines, blocks)), head, indent="")
        case DefinitionList(items=items):
            for each in items:
                meanings = "; ".join(notes_text(meaning) for meaning in each.meanings)
                yield ProseLine(f"{_words(each.term)}: {meanings}", each.fragment)
        case Footnotes(notes=notes):
            for number, note in enumerate(notes, start=1):
                yield from _hung(_text_lines(note), f"{number}. ")
        case Image(alt=alt) | Media(alt=alt) | Chart(alt=alt):
            if alt:
                yield ProseLine(f"[{alt}]")
        case _:
            assert_never(block)


def _text_lines(inlines: tuple[Inline, ...]) -> Iterator[ProseLine]:
    yield from map(ProseLine, _words(inlines).split("\n"))


def _words(inlines: tuple[Inline, ...]) -> str:
    """The text as plain as it gets: what is struck through keeps its ``~~``, raised digits stay raised."""
    return plain_text(tuple(_marked(inline) if isinstance(inline, Run) else inline for inline in inlines))


def _marked(run: Run) -> Run:
    text = run.text.translate(_RAISED) if run.superscript else run.text
    return replace(run, text=f"~~{text}~~" if run.strike else text)


def _hung(lines: Iterable[ProseLine], head: str, indent: str = INDENT) -> Iterator[ProseLine]:
    """Lines after a bullet or a title, all but the first one indented."""
    for number, line in enumerate(lines):
        prefix = head if number == 0 else indent if line.text else ""
        yield replace(line, text=f"{prefix}{line.text}")


def _within(line: ProseLine, fragment: int | None) -> ProseLine:
    return replace(line, fragment=fragment) if line.fragment is None else line
