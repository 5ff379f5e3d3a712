"""Slides and speaker notes as plain text, for the console."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import assert_never

from quarterdeck.model.content import Admonition, Block, Callout, Chart, Code, DefinitionList, Diagram, Footnotes, Group, Heading, Image, Inline, List, Math, Media, Paragraph, Quote, Table, plain_text
from quarterdeck.model.deck import Slide

INDENT = "  "


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a slide or of its notes; longer ones are to be wrapped."""

    text: str
    fragment: int | None = None
    """The item that it appears with, from 0; None for what is there from the beginning."""


def slide_lines(slide: Slide) -> tuple[Line, ...]:
    """What stands on a slide under its title, slot by slot; a demo's terminal is none of it."""
    return tuple(_apart(_lines(block) for blocks in slide.slots.values() for block in blocks))


def notes_text(blocks: tuple[Block, ...]) -> str:
    """Speaker notes, paragraphs apart by a blank line."""
    return "\n".join(line.text for line in _apart(map(_lines, blocks)))


def _apart(parts: Iterable[Iterable[Line]]) -> Iterator[Line]:
    """Parts that aren't empty, with a blank line between them."""
    for number, part in enumerate(filter(None, map(tuple, parts))):
        if number:
            yield Line("")
        yield from part


def _lines(block: Block) -> Iterator[Line]:
    """One block; what appears later as a whole takes its parts along."""
    fragment = getattr(block, "fragment", None)
    for line in _parts(block):
        yield replace(line, fragment=fragment) if line.fragment is None else line


def _parts(block: Block) -> Iterator[Line]:
    match block:
        case Paragraph(inlines=inlines) | Heading(inlines=inlines):
            yield from _text_lines(inlines)
        case List(items=items, ordered=ordered, start=start):
            for number, item in enumerate(items, start):
                bullet = f"{number}. " if ordered else "• "
                inner = _apart(map(_lines, item.blocks))
                yield from (_within(line, item.fragment) for line in _hung(inner, bullet))
        case Code(text=text) | Math(tex=text) | Diagram(text=text):
            yield from (Line(f"{INDENT}{line}") for line in text.expandtabs(4).split("\n"))
        case Table(header=header, rows=rows):
            for row in (header, *rows):
                yield Line(" | ".join(plain_text(cell) for cell in row.cells), row.fragment)
        case Quote(blocks=blocks) | Group(blocks=blocks):
            yield from _apart(map(_lines, blocks))
        case Admonition(title=title, blocks=blocks) | Callout(title=title, blocks=blocks):
            head = f"{plain_text(title)}: " if title else ""
            yield from _hung(_apart(map(_lines, blocks)), head, indent="")
        case DefinitionList(items=items):
            for each in items:
                meanings = "; ".join(notes_text(meaning) for meaning in each.meanings)
                yield Line(f"{plain_text(each.term)}: {meanings}", each.fragment)
        case Footnotes(notes=notes):
            for number, note in enumerate(notes, start=1):
                yield from _hung(_text_lines(note), f"{number}. ")
        case Image(alt=alt) | Media(alt=alt) | Chart(alt=alt):
            if alt:
                yield Line(f"[{alt}]")
        case _:
            assert_never(block)


def _text_lines(inlines: tuple[Inline, ...]) -> Iterator[Line]:
    yield from map(Line, plain_text(inlines).split("\n"))


def _hung(lines: Iterable[Line], head: str, indent: str = INDENT) -> Iterator[Line]:
    """Lines behind a bullet or a title, those after the first one indented."""
    for number, line in enumerate(lines):
        prefix = head if number == 0 else indent if line.text else ""
        yield replace(line, text=f"{prefix}{line.text}")


def _within(line: Line, fragment: int | None) -> Line:
    return replace(line, fragment=fragment) if line.fragment is None else line
