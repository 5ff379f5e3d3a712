"""Blocks of the model as text, as the cases of ``tests/unit/source/markdown`` write them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from PIL import Image as Pillow

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.content import (
    Admonition,
    Block,
    Callout,
    Chart,
    Code,
    DefinitionList,
    Footnotes,
    Group,
    Image,
    Inline,
    InlineMath,
    LineBreak,
    List,
    Math,
    Paragraph,
    Quote,
    Row,
    Run,
    SlideLink,
    Table,
    WebLink,
)
from support.deck_folder import DeckFolder


def text(inlines: Sequence[Inline]) -> str:
    """Inline text in the marks of its styles."""
    return "".join(map(_inline, inlines)).strip()


def _inline(inline: Inline) -> str:
    match inline:
        case LineBreak():
            return "|"
        case InlineMath(tex=tex):
            return f"${tex}$"
        case Run():
            shown = inline.text.strip() if inline.link or inline.classes else inline.text
            for mark, on in (("**", inline.bold), ("_", inline.italic), ("~~", inline.strike), ("`", inline.code)):
                shown = f"{mark}{shown}{mark}" if on else shown
            if inline.superscript or inline.subscript:
                return f"[{shown}]{'sup' if inline.superscript else 'sub'}"
            if inline.classes:
                return f"[{shown}].{'.'.join(inline.classes)}"
            match inline.link:
                case SlideLink(slide=target):
                    return f"[{shown}](#{target})"
                case WebLink(url=url):
                    return f"[{shown}]({url})" + (" " if inline.text.endswith(" ") else "")
            return shown


def block_lines(blocks: Sequence[Block], depth: int = 0) -> Iterator[str]:
    """Blocks as ``blocks.md`` writes them."""
    for block in blocks:
        own, inner = _block(block)
        place = getattr(block, "fragment", None)
        words = own.split(" ", 1)
        mark = "" if place is None else f" #{place}"
        yield "  " * depth + words[0] + mark + (f" {words[1]}" if len(words) > 1 else "")
        for item in inner:
            if isinstance(item, str):
                yield "  " * (depth + 1) + item
            else:
                yield from block_lines(item, depth + 2)


def _classes(classes: Sequence[str]) -> str:
    return "".join(f" .{name}" for name in classes)


def _fragment(place: int | None) -> str:
    return "" if place is None else f"#{place} "


def _row(row: Row) -> str:
    return _fragment(row.fragment) + " | ".join(map(text, row.cells)).strip(" |")


def _block(block: Block) -> tuple[str, list[Any]]:
    match block:
        case Paragraph():
            return f'paragraph{_classes(block.classes)} "{text(block.inlines)}"', []
        case List():
            items: list[Any] = []
            for item in block.items:
                state = {None: "", True: " checked", False: " unchecked"}[item.checked]
                items += [f"item {_fragment(item.fragment)}".rstrip() + state, item.blocks]
            with_ = f" with {block.delimiter}" if block.delimiter != "." else ""
            return (f"ordered from {block.start}{with_}" if block.ordered else "list"), items
        case Code():
            marks = ["", *(f" #{place}" for place in block.highlight_fragments)]
            steps = "".join(f"[{_lines(s.ranges)}{mark}]" for s, mark in zip(block.highlights, marks, strict=False))
            parts = [block.language or "", f"{block.text.count(chr(10)) + 1} lines"]
            parts += [f"numbered from {block.first_number}"] if block.numbers else []
            parts += [f'"{block.title}"'] if block.title else []
            parts += [f"steps {steps}"] if steps else []
            return "code " + " ".join(filter(None, parts)), []
        case Table():
            columns = "".join(f" {c.align}" + (f" {c.width:.0%}" if c.width else "") for c in block.columns)
            caption = f' "{text(block.caption)}"' if block.caption else ""
            return f"table{columns}{caption}", [_row(row) for row in (block.header, *block.rows)]
        case Quote():
            by = f' by "{text(block.attribution)}"' if block.attribution else ""
            return f"quote{by}", list(block_lines(block.blocks))
        case Admonition():
            return f'{block.kind} "{text(block.title)}"', list(block_lines(block.blocks))
        case Callout():
            title = f' "{text(block.title)}"' if block.title else ""
            return f"callout{title}", list(block_lines(block.blocks))
        case Group():
            return f"group{_classes(block.classes)}", list(block_lines(block.blocks))
        case DefinitionList():
            items = []
            for entry in block.items:
                meanings = [b for meaning in entry.meanings for b in meaning]
                items += [f'{_fragment(entry.fragment)}"{text(entry.term)}"', meanings]
            return "definitions", items
        case Footnotes():
            return "footnotes " + " ".join(f'"{text(note)}"' for note in block.notes), []
        case Math():
            return f'math "{block.tex}"', []
        case Chart():
            series = " ".join(f"{s.name} {s.values}" for s in block.series)
            parts = ["stacked"] if block.stacked else []
            parts += [f"{block.low} to {block.high}"] if block.low is not None or block.high is not None else []
            parts += [f"in {block.unit}"] if block.unit else []
            parts += [f"legend {block.legend}"] if block.legend else []
            parts += [f"labels {block.labels}"] if block.labels else []
            parts += [f"axes '{block.across}' '{block.upright}'"] if block.across or block.upright else []
            about = " ".join((f"{series}", *parts))
            return f'{block.kind} chart "{block.title}" {", ".join(block.categories)}: {about}', []
        case Image():
            parts = [f"{block.asset.width:.0f}×{block.asset.height:.0f}", f'"{block.alt}"']
            parts += [f"{block.width.value}{block.width.unit}"] if block.width else []
            parts += [f'"{text(block.caption)}"'] if block.caption else []
            parts += [block.link.url] if isinstance(block.link, WebLink) else []
            parts += ["full bleed"] if block.full_bleed else []
            parts += [f"crop {block.crop}"] if block.crop else []
            return "image " + " ".join(parts) + _classes(block.classes), []
    raise AssertionError(block)


def _lines(ranges: Sequence[tuple[int, int]]) -> str:
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in ranges) or "all"


def body_lines(folder: DeckFolder, source: str) -> str:
    """The blocks of a slide with that body; there is a picture ``pic.png``."""
    Pillow.new("RGB", (40, 20)).save(folder.path / "pic.png")
    deck = folder.load(f"---\n---\n---\nlayout: content\n---\n# T\n\n{source}\n").deck
    return "\n".join(block_lines(deck.slides[0].slots["body"]))


def fault_of(folder: DeckFolder, source: str) -> Diagnostic:
    """The one fault of a slide whose body begins in line 3."""
    Pillow.new("RGB", (40, 20)).save(folder.path / "pic.png")
    with pytest.raises(QuarterdeckError) as caught:
        folder.load(f"# T\n\n{source}\n")
    (fault,) = caught.value.diagnostics
    return fault
