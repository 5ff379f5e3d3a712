"""Markdown becomes the blocks of the model; the cases are in ``blocks.md``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from PIL import Image as Pillow

from quarterdeck.diagnostics import QuarterdeckError
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


def lines(blocks: Sequence[Block], depth: int = 0) -> Iterator[str]:
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
                yield from lines(item, depth + 2)


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
            return (f"ordered from {block.start}" if block.ordered else "list"), items
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
            return f"quote{by}", list(lines(block.blocks))
        case Admonition():
            return f'{block.kind} "{text(block.title)}"', list(lines(block.blocks))
        case Callout():
            title = f' "{text(block.title)}"' if block.title else ""
            return f"callout{title}", list(lines(block.blocks))
        case Group():
            return f"group{_classes(block.classes)}", list(lines(block.blocks))
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


def test_case(case: Any, folder: Any) -> None:
    """The Markdown means what its case says."""
    Pillow.new("RGB", (40, 20)).save(folder.path / "pic.png")
    deck = folder.load(f"---\n---\n---\nlayout: content\n---\n# T\n\n{case.source}\n").deck
    assert "\n".join(lines(deck.slides[0].slots["body"])) == case.expected


@pytest.mark.parametrize(
    ("source", "code", "place", "hint"),
    [
        ("x [y]{.fragment}", "inline-fragment", "3:7", ". . ."),
        ("{.fragment}", "stray-attributes", "3:1", "before a block"),
        ("text {widht=3}", "unknown-key", "3:7", ""),
        ("run <image> now", "raw-html", "3:5", "backticks"),
        ("<div>\nx\n</div>", "raw-html", "3:1", "backticks"),
        ("| ![x](a.png) |\n|---|\n| 1 |", "no-slot", "3:8", "beside the table"),
        ("## ![x](a.png)", "no-slot", "3:9", "line of its own"),
        ("```py {2|9}\nx\ny\n```", "bad-line-step", "3:10", "2 lines"),
        ("```py foo\nx\n```", "unknown-key", "3:7", "braces"),
        ("```py {titel=x}\nx\n```", "unknown-key", "3:8", "title"),
        ("```chart {type=pi}\n|a|b|\n|c|1|\n```", "unknown-chart", "3:16", "pie"),
        ("```chart\n| |b|\n|c|x|\n```", "bad-chart", "5:4", "empty"),
        ("```chart\n| |b|\n|c|1|2|\n```", "bad-chart", "5:1", ""),
        ("```chart {max=much}\n| |b|\n|c|1|\n```", "bad-chart", "3:11", "max=100"),
        ("```chart {max=5 min=6}\n| |b|\n|c|5|\n```", "bad-chart", "3:11", ""),
        ("```chart {max=5}\n| |b|\n|c|7|\n```", "bad-chart", "3:11", "change 'max'"),
        ("```chart {type=pie min=5}\n| |b|\n|c|7|\n```", "bad-chart", "3:20", ""),
        ("```chart {type=pie x=Axis}\n| |b|\n|c|7|\n```", "bad-chart", "3:20", ""),
        ("```chart {legend=left}\n| |b|\n|c|7|\n```", "bad-chart", "3:11", "right"),
        ("```chart {labels=share}\n| |b|\n|c|7|\n```", "bad-chart", "3:11", "none, value"),
        ("```chart {stacked=perhaps}\n| |b|\n|c|7|\n```", "bad-chart", "3:11", "leave it out"),
        ("- x\n\n  ::: left\n  y\n  :::", "no-slot", "5:3", ""),
        (":::", "unclosed-div", "3:1", ""),
        ("::: calout\nx\n:::", "unknown-div", "3:5", "callout"),
        ("::: callout A title\n:::", "empty-callout", "3:1", "its title"),
        ("::: callout {titel=x}\ny\n:::", "unknown-key", "3:14", "title"),
        ("::: callout ![x](a.png)\ny\n:::", "no-slot", "3:18", ""),
        ("::: {.fragment title=x}\ny\n:::", "unknown-key", "3:16", ""),
    ],
)
def test_faults(folder: Any, source: str, code: str, place: str, hint: str) -> None:
    """What can't be shown is a fault at its line and column, never left out."""
    with pytest.raises(QuarterdeckError) as caught:
        folder.load(f"# T\n\n{source}\n")
    (fault,) = caught.value.diagnostics
    assert (fault.code, str(fault.span)) == (code, f"deck.md:{place}")
    assert hint in (fault.hint or "")
