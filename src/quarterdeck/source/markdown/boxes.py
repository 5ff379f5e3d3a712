"""Blocks that hold others: quotations, boxed remarks, fenced divs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from markdown_it.token import Token

from quarterdeck.diagnostics import suggestion
from quarterdeck.model.content import Admonition, Block, Callout, Group, Inline, Quote, Run
from quarterdeck.model.deck import SLOTS
from quarterdeck.source.markdown.attributes import Attributes, parse_info
from quarterdeck.source.markdown.inlines import FRAGMENT
from quarterdeck.source.markdown.parser import Node, parse_inline

if TYPE_CHECKING:
    from quarterdeck.source.markdown.blocks import BlockReader


ADMONITIONS: Mapping[str, str] = {
    "note": "Note",
    "info": "Info",
    "tip": "Tip",
    "important": "Important",
    "warning": "Warning",
    "caution": "Caution",
    "danger": "Danger",
}
"""The kinds of boxed remarks (``::: tip``, ``> [!TIP]``), with the title of one that has none of its own."""

_DASHES = ("— ", "– ", "―", "-- ", "--- ")


def alert_kind(content: str) -> str | None:
    """The kind of remark that the first line of a quote asks for, as on GitHub: ``[!NOTE]``."""
    first = content.split("\n", 1)[0].strip()
    kind = first[2:-1].lower() if first.startswith("[!") and first.endswith("]") else ""
    return kind if kind in ADMONITIONS else None


def without_first_line(children: Sequence[Token]) -> list[Token]:
    """Inline tokens from the second line on."""
    breaks = [n for n, token in enumerate(children) if token.type in ("softbreak", "hardbreak")]
    return list(children[breaks[0] + 1 :]) if breaks else []


def split_attribution(children: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """Inline tokens of a quote's last paragraph: what is quoted, and who said it (a last line ``— Name``)."""
    breaks = [n for n, token in enumerate(children) if token.type in ("softbreak", "hardbreak")]
    start = breaks[-1] + 1 if breaks else 0
    line = list(children[start:])
    if not line or line[0].type != "text":
        return list(children), []
    dash = next((d for d in _DASHES if line[0].content.startswith(d)), None)
    if dash is None:
        return list(children), []
    line[0] = line[0].copy(content=line[0].content[len(dash) :].lstrip())
    return list(children[: max(0, start - 1)]), line


SLOT_NAMES = frozenset(name for slots in SLOTS.values() for name in slots)
CALLOUT = "callout"
"""The word of a fenced div that is a callout."""
_LISTS = ("incremental", "nonincremental")


def read_quote(reader: BlockReader, node: Node, attributes: Attributes, around: int | None) -> Quote | Admonition:
    """A quotation, or the remark that ``> [!NOTE]`` makes of it."""
    reader.known(attributes, (FRAGMENT,), node)
    fragment = reader.fragments.place(around, own=attributes.has(FRAGMENT))
    inner = around if fragment is None else fragment
    first = node.children[0] if node.children else None
    kind = alert_kind(first.children[0].token.content) if first is not None and first.kind == "paragraph" else None
    if first is not None and kind is not None:
        inline = first.children[0].token
        inline.children = without_first_line(inline.children or ())
        return Admonition(
            kind, (Run(ADMONITIONS[kind]),), reader.blocks(node.children, inner), fragment, reader.span(node)
        )
    attribution: tuple[Inline, ...] = ()
    children = list(node.children)
    last = children[-1] if children else None
    if last is not None and last.kind == "paragraph":
        inline = last.children[0].token
        said, who = split_attribution(inline.children or ())
        if who:
            # The attribution is read first: it takes nothing from the order of fragments.
            attribution = reader.inlines.read(inline.copy(children=who), last.first, last.end).inlines
            inline.children = said
            if not said:
                children.pop()
    return Quote(reader.blocks(children, inner), attribution, fragment, reader.span(node))


def read_div(reader: BlockReader, node: Node, attributes: Attributes, around: int | None) -> Iterator[Block]:
    """A fenced div that is no slot of the layout: a remark, a list mode, or a group."""
    if not closed(reader, node):
        return
    info = parse_info(node.token.info)
    own = attributes.has(FRAGMENT) or info.attributes.has(FRAGMENT) or info.word == FRAGMENT
    if info.word in _LISTS or any(name in info.attributes.classes for name in _LISTS):
        before = reader.incremental
        reader.incremental = "nonincremental" not in (info.word, *info.attributes.classes)
        yield from reader.blocks(node.children, around)
        reader.incremental = before
        return
    if info.word == CALLOUT or info.word in ADMONITIONS:
        reader.known(info.attributes, (FRAGMENT, "title"), node)
        title = info.rest or info.attributes.values.get("title", "")
        yield (_callout if info.word == CALLOUT else _remark)(reader, node, title, own, around)
        return
    reader.known(info.attributes, (FRAGMENT,), node)
    bare = node.token.info[:1] != "{"
    if info.word in SLOT_NAMES and bare:
        reader.found.error(
            f"the slot '{info.word}' must stand at the top level of the slide, not inside of something else",
            reader.span(node),
            code="no-slot",
        )
        return
    if bare and info.word != FRAGMENT:
        known = (*SLOT_NAMES, *ADMONITIONS, CALLOUT, *_LISTS, FRAGMENT)
        reader.found.error(
            f"'{info.word}' is no slot, and no kind of box",
            reader.passage.find(info.word, node.first),
            hint=suggestion(info.word, known),
            code="unknown-div",
        )
        return
    fragment = reader.fragments.place(around, own=own)
    classes = tuple(name for name in (info.word, *info.attributes.classes) if name and name != FRAGMENT)
    inner = around if fragment is None else fragment
    yield Group(reader.blocks(node.children, inner), classes, fragment, reader.span(node))


def closed(reader: BlockReader, node: Node) -> bool:
    """Whether a div is closed; reports it otherwise."""
    if not node.token.meta["closed"]:
        reader.found.error(
            "this div isn't closed", reader.span(node), hint="close it with a line ':::'", code="unclosed-div"
        )
    return bool(node.token.meta["closed"])


def _remark(reader: BlockReader, node: Node, title: str, own: bool, around: int | None) -> Admonition:
    kind = parse_info(node.token.info).word
    fragment = reader.fragments.place(around, own=own)
    heading = _title(reader, node, title, "a remark") or (Run(ADMONITIONS[kind]),)
    inner = around if fragment is None else fragment
    return Admonition(kind, heading, reader.blocks(node.children, inner), fragment, reader.span(node))


def _callout(reader: BlockReader, node: Node, title: str, own: bool, around: int | None) -> Callout:
    fragment = reader.fragments.place(around, own=own)
    heading = _title(reader, node, title, "a callout")
    blocks = reader.blocks(node.children, around if fragment is None else fragment)
    if not node.children:
        hint = "write the statement between '::: callout' and ':::'; what follows the word is its title"
        reader.found.error("this callout says nothing", reader.span(node), hint=hint, code="empty-callout")
    return Callout(blocks, heading, fragment, reader.span(node))


def _title(reader: BlockReader, node: Node, text: str, of: str) -> tuple[Inline, ...]:
    """What stands behind the word of a box, or in its ``title=``."""
    if not text:
        return ()
    line = reader.inlines.read(parse_inline(text), node.first, node.first + 1)
    reader.no_pictures(line, f"the title of {of}")
    return line.inlines
