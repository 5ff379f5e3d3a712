"""Markdown nodes to the blocks of the model."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import (
    Block,
    Code,
    Definition,
    DefinitionList,
    Footnotes,
    Group,
    Heading,
    Inline,
    LineBreak,
    List,
    ListItem,
    Math,
    Paragraph,
    Run,
    Table,
)
from quarterdeck.source.markdown.attributes import NONE, Attributes, merged, runs
from quarterdeck.source.markdown.boxes import BoxReader, report_unknown
from quarterdeck.source.markdown.code import CodeReader
from quarterdeck.source.markdown.context import Fragments, Surroundings
from quarterdeck.source.markdown.figures import PictureReader, TableReader
from quarterdeck.source.markdown.inlines import FRAGMENT, InlineReader, Line, Part, PictureMark, report_html, trimmed
from quarterdeck.source.markdown.parser import MAX_NESTING, Node
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import presentable

PAUSE = ". . ."
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_CAPTION = re.compile(r"(?:Table)?:[ \t]+")


class BlockReader:
    """Turns the nodes of one passage into blocks, in the order of the source."""

    def __init__(
        self,
        passage: Passage,
        surroundings: Surroundings,
        fragments: Fragments,
        *,
        incremental: bool = False,
        steps: list[Node] | None = None,
    ) -> None:
        """A reader of ``passage``.

        ``incremental``: the items of lists appear one by one.  ``steps`` takes the fences that run, where there is a
        demo to run them; without it they are code like any other.
        """
        self.passage = passage
        self.fragments = fragments
        self.incremental = incremental
        self.steps = steps
        self.found = found = surroundings.found
        self.inlines = InlineReader(passage, found, surroundings.links)
        self._pictures = PictureReader(surroundings.assets, fragments, found)
        self._tables = TableReader(passage, self.inlines, fragments, found)
        self._codes = CodeReader(passage, fragments, found)
        self._boxes = BoxReader(passage, self.inlines, fragments, found, self.blocks)

    def blocks(
        self, nodes: Sequence[Node], around: int | None = None, incremental: bool | None = None
    ) -> tuple[Block, ...]:
        """The blocks of some nodes.

        ``around`` is the fragment of what encloses them; ``incremental`` says for them alone whether the items of
        lists appear one by one.
        """
        before = self.incremental
        if incremental is not None:
            self.incremental = incremental
        blocks = self._blocks(nodes, around)
        self.incremental = before
        return blocks

    def _blocks(self, nodes: Sequence[Node], around: int | None) -> tuple[Block, ...]:
        blocks: list[Block] = []
        waiting = NONE
        for node in nodes:
            if node.kind == "attribute_line":
                waiting = node.token.meta["attributes"]
                continue
            if blocks and isinstance(blocks[-1], Table) and self._captions(node, blocks):
                continue
            blocks.extend(self.block(node, waiting, around))
            waiting = NONE
        if waiting is not NONE:
            self._nothing_for(nodes[-1])
        return tuple(blocks)

    def block(self, node: Node, attributes: Attributes, around: int | None) -> Iterator[Block]:
        """The blocks that one node becomes; ``attributes`` are those in the line before it."""
        span = self.span(node)
        if node.token.level >= MAX_NESTING - 2:
            self.found.error("this is nested too deeply", span, code="deep-nesting")
            return
        own = attributes.has(FRAGMENT)
        match node.kind:
            case "paragraph":
                yield from self._paragraph(node, attributes, around)
            case "heading":
                yield self._heading(node, attributes, around)
            case "bullet_list" | "ordered_list":
                yield self._list(node, attributes, around)
            case "fence":
                yield from self._fence(node, around)
            case "code_block":
                text = presentable(node.token.content.rstrip("\n"))
                yield Code(text, fragment=self.fragments.place(around, own=own), span=span, fenced=False)
            case "table":
                yield self._tables.read(node, attributes, around)
            case "blockquote":
                yield self._boxes.quote(node, attributes, around)
            case "div":
                yield from self._boxes.div(node, attributes, around)
            case "dl":
                yield self._definitions(node, attributes, around)
            case "math_block":
                tex = presentable(node.token.content.strip())
                yield Math(tex, self.fragments.place(around, own=own), span)
            case "footnote_block":
                yield Footnotes(tuple(map(self._footnote, node.children)), span)
            case "hr":
                yield Group((), ("rule",), self.fragments.place(around, own=own), span)
            case "html_block":
                report_html(node.token.content, span, self.found)
            case "div_stray":
                self.found.error("this ':::' closes nothing", span, code="unclosed-div")
            case "footnote_unused":
                label = f"[^{node.token.content}]:"
                self.found.error(
                    "no text refers to this footnote",
                    self.passage.find(label),
                    hint=f"write {label[:-1]} where it belongs",
                    code="unused-footnote",
                )
            case kind:
                self.found.error(f"{kind} can't be shown", span, code="no-slot")

    def span(self, node: Node) -> SourceSpan:
        """The first line of a node."""
        return self.passage.line_span(node.first)

    def paragraphs(self, line: Line, node: Node, around: int | None, attributes: Attributes = NONE) -> Iterator[Block]:
        """The paragraphs and pictures that a line of text becomes: a picture is a block of its own."""
        alone = len(line.parts) == 1 and isinstance(line.parts[0], PictureMark)
        text: list[Inline] = []
        for part in line.parts:
            if isinstance(part, PictureMark):
                yield from self._text(text, node, around, attributes)
                text = []
                mark = replace(part, attributes=merged(part.attributes, attributes)) if alone else part
                picture = self._pictures.read(mark, around)
                if picture is not None:
                    yield picture
            else:
                text.append(part)
        yield from self._text(text, node, around, attributes)

    def _text(self, text: list[Inline], node: Node, around: int | None, attributes: Attributes) -> Iterator[Block]:
        text = trimmed(text)
        if not text:
            return
        self._known(attributes, (FRAGMENT,), node)
        classes = tuple(name for name in attributes.classes if name != FRAGMENT)
        fragment = self.fragments.place(around, own=attributes.has(FRAGMENT))
        yield Paragraph(tuple(text), fragment, classes, self.span(node))

    def _known(self, attributes: Attributes, keys: tuple[str, ...], node: Node) -> None:
        report_unknown(attributes, keys, node, self.passage, self.found)

    def _paragraph(self, node: Node, attributes: Attributes, around: int | None) -> Iterator[Block]:
        token = node.children[0].token
        if token.content.strip() == PAUSE:
            self.fragments.wait()
            return
        line = self.inlines.read(token, node.first, node.end)
        yield from self.paragraphs(line, node, around, merged(attributes, line.attributes))

    def _heading(self, node: Node, attributes: Attributes, around: int | None) -> Heading:
        line = self.inlines.read(node.children[0].token, node.first, node.end)
        attributes = merged(attributes, line.attributes)
        self._known(attributes, (FRAGMENT,), node)
        self.inlines.refuse_pictures(line, "a heading")
        return Heading(
            level=max(2, int(node.token.tag[1:])),
            inlines=line.inlines,
            fragment=self.fragments.place(around, own=attributes.has(FRAGMENT)),
            id=attributes.id,
            classes=tuple(name for name in attributes.classes if name != FRAGMENT),
            span=self.span(node),
        )

    def _list(self, node: Node, attributes: Attributes, around: int | None) -> List:
        self._known(attributes, ("incremental", "nonincremental", FRAGMENT), node)
        step_by_step = (self.incremental or attributes.has("incremental")) and not attributes.has("nonincremental")
        fragment = None if step_by_step else self.fragments.place(around, own=attributes.has(FRAGMENT))
        inner = fragment if fragment is not None else around
        before, self.incremental = self.incremental, False  # nested items come with the one that holds them
        items = tuple(self._item(item, inner, step_by_step=step_by_step) for item in node.children)
        self.incremental = before
        start = int(node.token.attrs.get("start", 1))
        ordered = node.kind == "ordered_list"
        return List(items, ordered, start, node.token.markup if ordered else ".", fragment, self.span(node))

    def _item(self, node: Node, around: int | None, *, step_by_step: bool) -> ListItem:
        first = node.children[0] if node.children and node.children[0].kind == "paragraph" else None
        if first is None:
            fragment = self.fragments.place(around, own=step_by_step)
            return ListItem(self.blocks(node.children, _inner(fragment, around)), fragment=fragment)
        if first.children[0].token.content.strip() == PAUSE:
            return ListItem(self.blocks(node.children, around))
        line = self.inlines.read(first.children[0].token, first.first, first.end)
        checked = _take_checkbox(line.parts)
        attributes = line.attributes
        fragment = self.fragments.place(around, own=step_by_step or attributes.has(FRAGMENT))
        inner = _inner(fragment, around)
        plain = attributes
        if FRAGMENT in attributes.classes:
            plain = replace(attributes, classes=tuple(name for name in attributes.classes if name != FRAGMENT))
        blocks = (*self.paragraphs(line, first, inner, plain), *self.blocks(node.children[1:], inner))
        return ListItem(blocks, checked, fragment)

    def _fence(self, node: Node, around: int | None) -> Iterator[Block]:
        if self.steps is not None and runs(node.token.info):
            self.steps.append(node)
            return
        block = self._codes.read(node, around)
        if block is not None:
            yield block

    def _definitions(self, node: Node, attributes: Attributes, around: int | None) -> DefinitionList:
        self._known(attributes, ("incremental", FRAGMENT), node)
        step_by_step = attributes.has("incremental")
        fragment = None if step_by_step else self.fragments.place(around, own=attributes.has(FRAGMENT))
        inner = _inner(fragment, around)
        items: list[Definition] = []
        for child in node.children:
            if child.kind == "dt":
                token = child.children[0].token if child.children else None
                line = self.inlines.read(token, child.first, child.first + 1)
                self.inlines.refuse_pictures(line, "a term")
                place = self.fragments.place(inner, own=step_by_step or line.attributes.has(FRAGMENT))
                items.append(Definition(line.inlines, (), place))
            elif items:
                meaning = self.blocks(child.children, _inner(items[-1].fragment, inner))
                items[-1] = replace(items[-1], meanings=(*items[-1].meanings, meaning))
        return DefinitionList(tuple(items), fragment, self.span(node))

    def _footnote(self, node: Node) -> tuple[Inline, ...]:
        parts: list[Inline] = []
        for child in node.children:
            if child.kind != "paragraph":
                if child.kind != "footnote_anchor":
                    self.found.error("a footnote holds text only", self.span(child), code="no-slot")
                continue
            line = self.inlines.read(child.children[0].token, child.first, child.end, takes_attributes=False)
            self.inlines.refuse_pictures(line, "a footnote")
            parts += [LineBreak(), *line.inlines] if parts else line.inlines
        return tuple(parts)

    def _captions(self, node: Node, blocks: list[Block]) -> bool:
        """Whether a paragraph is the caption of the table before it (``: Caption {widths="30 70"}``)."""
        table = blocks[-1]
        if node.kind != "paragraph" or not isinstance(table, Table):
            return False
        token = node.children[0].token
        match = _CAPTION.match(token.content)
        if match is None or not token.children:
            return False
        line = self.inlines.read(token, node.first, node.end)
        first = line.parts[0] if line.parts else None
        if not isinstance(first, Run):
            return False
        caption = (replace(first, text=first.text[match.end() :]), *line.inlines[1:])
        blocks[-1] = self._tables.dressed(table, line.attributes, node.first, caption)
        return True

    def _nothing_for(self, node: Node) -> None:
        self.found.error(
            "no block follows these attributes",
            self.span(node),
            hint="they go in the line before a block, or at the end of its text",
            code="stray-attributes",
        )


def _inner(fragment: int | None, around: int | None) -> int | None:
    return around if fragment is None else fragment


def _take_checkbox(parts: list[Part]) -> bool | None:
    """Cut ``[x] `` off the beginning of a task (GFM 5.3)."""
    first = parts[0] if parts else None
    match = _TASK.match(first.text) if isinstance(first, Run) and not first.code and first.link is None else None
    if match is None or not isinstance(first, Run):
        return None
    parts[0] = replace(first, text=first.text[match.end() :])
    return match[1] != " "
