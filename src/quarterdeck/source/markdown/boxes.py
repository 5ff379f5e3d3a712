"""Blocks that hold others: quotations, boxed remarks, fenced divs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from markdown_it.token import Token
from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, SourceSpan, suggestion
from quarterdeck.model.content import Admonition, Block, Callout, Group, Inline, Quote, Run
from quarterdeck.model.deck import SLOTS
from quarterdeck.source.markdown.attributes import Attributes, parse_info
from quarterdeck.source.markdown.context import Fragments
from quarterdeck.source.markdown.habits import DIVS, HABIT
from quarterdeck.source.markdown.inlines import FRAGMENT, InlineReader
from quarterdeck.source.markdown.parser import Node, parse_inline
from quarterdeck.text.passage import Passage

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


class Contents(Protocol):
    """Reads the nodes inside a box."""

    def __call__(
        self, nodes: Sequence[Node], around: int | None = None, incremental: bool | None = None
    ) -> tuple[Block, ...]:
        """The blocks of some nodes; see :meth:`quarterdeck.source.markdown.blocks.BlockReader.blocks`."""


class BoxReader(Struct):
    """Turns quotations and fenced divs of one passage into blocks."""

    passage: Passage
    inlines: InlineReader
    fragments: Fragments
    found: Diagnostics
    contents: Contents

    def quote(self, node: Node, attributes: Attributes, around: int | None) -> Quote | Admonition:
        """A quotation, or the remark that ``> [!NOTE]`` makes of it."""
        report_unknown(attributes, (FRAGMENT,), node, self.passage, self.found)
        fragment = self.fragments.place(around, own=attributes.has(FRAGMENT))
        inner = around if fragment is None else fragment
        first = node.children[0] if node.children else None
        kind = alert_kind(first.children[0].token.content) if first is not None and first.kind == "paragraph" else None
        if first is not None and kind is not None:
            inline = first.children[0].token
            inline.children = without_first_line(inline.children or ())
            contents = self.contents(node.children, inner)
            return Admonition(kind, (Run(ADMONITIONS[kind]),), contents, fragment, self._span(node))
        attribution: tuple[Inline, ...] = ()
        children = list(node.children)
        last = children[-1] if children else None
        if last is not None and last.kind == "paragraph":
            inline = last.children[0].token
            said, who = split_attribution(inline.children or ())
            if who:
                # The attribution is read first: it takes nothing from the order of fragments.
                attribution = self.inlines.read(inline.copy(children=who), last.first, last.end).inlines
                inline.children = said
                if not said:
                    children.pop()
        return Quote(self.contents(children, inner), attribution, fragment, self._span(node))

    def div(self, node: Node, attributes: Attributes, around: int | None) -> Iterator[Block]:
        """A fenced div that is not a slot of the layout: a remark, a callout, a list mode, or a group."""
        if not closed(node, self._span(node), self.found):
            return
        info = parse_info(node.token.info)
        own = attributes.has(FRAGMENT) or info.attributes.has(FRAGMENT) or info.word == FRAGMENT
        if info.word in _LISTS or any(name in info.attributes.classes for name in _LISTS):
            step_by_step = "nonincremental" not in (info.word, *info.attributes.classes)
            yield from self.contents(node.children, around, step_by_step)
            return
        if info.word == CALLOUT or info.word in ADMONITIONS:
            report_unknown(info.attributes, (FRAGMENT, "title"), node, self.passage, self.found)
            title = info.rest or info.attributes.values.get("title", "")
            fragment = self.fragments.place(around, own=own)
            inner = around if fragment is None else fragment
            yield (self._callout if info.word == CALLOUT else self._remark)(node, title, fragment, inner)
            return
        report_unknown(info.attributes, (FRAGMENT,), node, self.passage, self.found)
        if not self._is_group(node, info.word):
            return
        for name in sorted({info.word, *info.attributes.classes} & set(DIVS)):
            at = self.passage.find(f".{name}", node.first)
            self.found.warning(f"'{name}' has no effect", at, hint=DIVS[name], code=HABIT)
        fragment = self.fragments.place(around, own=own)
        classes = tuple(name for name in (info.word, *info.attributes.classes) if name and name != FRAGMENT)
        inner = around if fragment is None else fragment
        yield Group(self.contents(node.children, inner), classes, fragment, self._span(node))

    def _is_group(self, node: Node, word: str) -> bool:
        """Whether a div with this word may be here: ``fragment``, or any name in braces; reports it otherwise."""
        if node.token.info[:1] == "{" or word == FRAGMENT:
            return True
        if word in SLOT_NAMES:
            message = f"the slot '{word}' must be at the top level of the slide, not inside something else"
            self.found.error(message, self._span(node), code="no-slot")
        else:
            known = (*SLOT_NAMES, *ADMONITIONS, CALLOUT, *_LISTS, FRAGMENT)
            self.found.error(
                f"'{word}' is neither a slot nor a kind of box",
                self.passage.find(word, node.first),
                hint=DIVS.get(word) or suggestion(word, known),
                code="unknown-div",
            )
        return False

    def _remark(self, node: Node, title: str, fragment: int | None, inner: int | None) -> Admonition:
        kind = parse_info(node.token.info).word
        heading = self._title(node, title, "a remark") or (Run(ADMONITIONS[kind]),)
        return Admonition(kind, heading, self.contents(node.children, inner), fragment, self._span(node))

    def _callout(self, node: Node, title: str, fragment: int | None, inner: int | None) -> Callout:
        heading = self._title(node, title, "a callout")
        blocks = self.contents(node.children, inner)
        if not node.children:
            hint = "write the statement between '::: callout' and ':::'; what follows the word is its title"
            self.found.error("this callout says nothing", self._span(node), hint=hint, code="empty-callout")
        return Callout(blocks, heading, fragment, self._span(node))

    def _title(self, node: Node, text: str, of: str) -> tuple[Inline, ...]:
        """The text after the word of a box, or in its ``title=``."""
        if not text:
            return ()
        line = self.inlines.read(parse_inline(text), node.first, node.first + 1)
        self.inlines.refuse_pictures(line, f"the title of {of}")
        return line.inlines

    def _span(self, node: Node) -> SourceSpan:
        return self.passage.line_span(node.first)


def report_unknown(
    attributes: Attributes, keys: tuple[str, ...], node: Node, passage: Passage, found: Diagnostics
) -> None:
    """Report the attributes that a block doesn't have; they are in its lines, or in the one before them."""
    first = max(0, node.first - 1)
    attributes.report_unknown(keys, lambda name: passage.find(name, first, node.end), found)


def closed(node: Node, span: SourceSpan, found: Diagnostics) -> bool:
    """Whether a div is closed; reports it otherwise."""
    if not node.token.meta["closed"]:
        found.error("this div isn't closed", span, hint="close it with a line ':::'", code="unclosed-div")
    return bool(node.token.meta["closed"])
