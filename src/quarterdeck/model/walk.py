"""Blocks within blocks: every search of a slide goes through here, and misses no kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import assert_never

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
