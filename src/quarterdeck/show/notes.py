"""Speaker notes as plain text, for the console."""

from __future__ import annotations

from typing import assert_never

from quarterdeck.model.content import (
    Admonition,
    Block,
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


def notes_text(blocks: tuple[Block, ...], indent: str = "") -> str:
    """The notes as plain text, paragraphs apart by a blank line."""
    return "\n\n".join(filter(None, (_plain(block, indent) for block in blocks)))


def _plain(block: Block, indent: str) -> str:
    match block:
        case Paragraph(inlines=inlines) | Heading(inlines=inlines):
            return indent + plain_text(inlines).replace("\n", f"\n{indent}")
        case List(items=items, ordered=ordered, start=start):
            bullets = [f"{start + n}." if ordered else "•" for n in range(len(items))]
            return "\n".join(
                f"{indent}{bullet} {notes_text(item.blocks, f'{indent}  ').lstrip()}"
                for bullet, item in zip(bullets, items, strict=True)
            )
        case Code(text=text) | Math(tex=text) | Diagram(text=text):
            return "\n".join(f"{indent}  {line}" for line in text.split("\n"))
        case Table(header=header, rows=rows):
            return "\n".join(indent + " | ".join(plain_text(c) for c in row.cells) for row in (header, *rows))
        case Quote(blocks=blocks) | Group(blocks=blocks):
            return notes_text(blocks, indent)
        case Admonition(title=title, blocks=blocks):
            return f"{indent}{plain_text(title)}: {notes_text(blocks, indent).lstrip()}"
        case DefinitionList(items=items):
            return "\n".join(
                f"{indent}{plain_text(d.term)}: {'; '.join(notes_text(m, indent).lstrip() for m in d.meanings)}"
                for d in items
            )
        case Footnotes(notes=notes):
            return "\n".join(f"{indent}{n}. {plain_text(note)}" for n, note in enumerate(notes, start=1))
        case Image(alt=alt) | Media(alt=alt) | Chart(alt=alt):
            return f"{indent}[{alt}]" if alt else ""
        case _:
            assert_never(block)
