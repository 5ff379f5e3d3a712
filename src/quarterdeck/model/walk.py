"""Blocks within blocks: every search of a slide goes through here, and misses no kind."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import assert_never

from msgspec.structs import replace

from quarterdeck.model.content import (
    Admonition,
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
    List,
    Math,
    Media,
    Paragraph,
    Quote,
    Table,
    plain_text,
)


def every(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks and all blocks within them, in reading order."""
    for block in blocks:
        yield block
        yield from every(held(block))


def held(block: Block) -> tuple[Block, ...]:
    """The blocks directly inside one."""
    match block:
        case Group(blocks=inner) | Quote(blocks=inner) | Admonition(blocks=inner) | Callout(blocks=inner):
            return inner
        case List(items=items):
            return tuple(inner for item in items for inner in item.blocks)
        case DefinitionList(items=items):
            return tuple(inner for item in items for meaning in item.meanings for inner in meaning)
        case (
            Paragraph() | Heading() | Code() | Table() | Image() | Media() | Footnotes() | Math() | Chart() | Diagram()
        ):
            return ()
        case _:
            assert_never(block)


def renumbered(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], int]:
    """The blocks with their fragments counted from 0 without gaps, and how many there are."""
    met: set[int] = set()

    def note(place: int) -> int:
        met.add(place)
        return place

    for block in blocks:
        _with_fragments(block, note)
    places = {old: new for new, old in enumerate(sorted(met))}
    return tuple(_with_fragments(block, lambda old: places[old]) for block in blocks), len(places)


def _with_fragments(block: Block, place: Callable[[int], int]) -> Block:
    """The block with ``place(fragment)`` for each fragment: its own, and those within it."""

    def own(fragment: int | None) -> int | None:
        return None if fragment is None else place(fragment)

    def inner(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
        return tuple(_with_fragments(block, place) for block in blocks)

    match block:
        case Footnotes():
            return block
        case Group() | Quote() | Admonition() | Callout():
            return replace(block, blocks=inner(block.blocks), fragment=own(block.fragment))
        case List():
            items = tuple(replace(i, blocks=inner(i.blocks), fragment=own(i.fragment)) for i in block.items)
            return replace(block, items=items, fragment=own(block.fragment))
        case DefinitionList():
            terms = tuple(
                replace(i, meanings=tuple(map(inner, i.meanings)), fragment=own(i.fragment)) for i in block.items
            )
            return replace(block, items=terms, fragment=own(block.fragment))
        case Table():
            rows = tuple(replace(row, fragment=own(row.fragment)) for row in block.rows)
            return replace(block, rows=rows, fragment=own(block.fragment))
        case Code():
            later = tuple(map(place, block.highlight_fragments))
            return replace(block, highlight_fragments=later, fragment=own(block.fragment))
        case Paragraph() | Heading() | Image() | Media() | Math() | Chart() | Diagram():
            return replace(block, fragment=own(block.fragment))
        case _:
            assert_never(block)


def prose(blocks: Iterable[Block]) -> Iterator[str]:
    """The text that is read as prose, without code and pictures, paragraph by paragraph."""
    for block in every(blocks):
        match block:
            case Paragraph(inlines=text) | Heading(inlines=text) | Admonition(title=text) | Callout(title=text):
                yield plain_text(text)
            case DefinitionList(items=definitions):
                yield from (plain_text(definition.term) for definition in definitions)
            case Table(header=header, rows=rows):
                yield from (plain_text(cell) for row in (header, *rows) for cell in row.cells)
