"""YAML text to nodes that know where they were written.

Strict where YAML is lax: keys are words, each is given once, tags of our own aren't allowed, and nesting has an end.
PyYAML's parser is used up to its events; it composes nodes by recursion, in C without a limit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, TypeAlias

import yaml
from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic, Diagnostics, SourceSpan
from quarterdeck.text.passage import Passage, dropped
from quarterdeck.text.source_file import presentable

MAX_DEPTH = 50
"""Levels of lists and mappings within each other."""
MAX_NODES = 100_000
"""Values of a document, those that aliases repeat counted each time: whoever walks them meets them each time."""
QUOTE_HINT = "quote a value that begins with '{', '[' or '#', or has ': ' in it"
_TAB = re.compile(r" *\t")
"""The beginning of a line that is indented by a tab, which YAML forbids (1.2.2, 6.1)."""
_PREFIX = "tag:yaml.org,2002:"
_AS_WRITTEN = frozenset({"str", "timestamp", "value", "merge"})
_TAGS = _AS_WRITTEN | {"null", "bool", "int", "float"}
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Placed(Struct, frozen=True):
    """Where a node is written."""

    around: Passage
    """The document that holds it."""
    line: int
    """0-based, in ``around``."""
    column: int
    """0-based."""
    length: int
    """Characters; 1 for a node of several lines."""

    @property
    def span(self) -> SourceSpan:
        """Its place in the file."""
        return self.around.span(self.line, self.column, self.length)


class ScalarNode(_Placed, frozen=True):
    """A single value."""

    text: str
    """As it is written, without quotes."""
    tag: str
    """What YAML 1.1 takes it for: ``str``, ``int``, ``float``, ``bool``, ``null``, ``timestamp``."""
    style: str
    """``|``, ``>`` or a quotation mark; nothing for a plain one."""

    def passage(self) -> Passage:
        """The text as one that is read further, as Markdown is: every line of it knows its place.

        Lines of a literal block (``|``) are where they were written.  Those of other scalars were put together from
        parts (YAML 1.1, 5.4.2 and 9.1.3): all of them are at the value's beginning.
        """
        lines = tuple(presentable(self.text).rstrip("\n").split("\n"))
        if self.style == "|":
            written = self.around.part(self.line + 1, self.line + 1 + len(lines))
            indents = [old.find(new) if new else 0 for old, new in zip(written.lines, lines, strict=False)]
            if len(written.lines) == len(lines) and min(indents) >= 0:
                return written.dedented(indents).with_lines(lines)
        origin = dropped(self.around.origins[self.line], self.column + (self.style in ("'", '"')))
        return Passage(lines, (origin,) * len(lines))


class SequenceNode(_Placed, frozen=True):
    """A list."""

    items: tuple[Node, ...]


class Entry(Struct, frozen=True):
    """One key of a mapping, and its value."""

    key: ScalarNode
    value: Node


class MappingNode(_Placed, frozen=True):
    """Keys and values."""

    entries: Mapping[str, Entry]
    faults: tuple[Diagnostic, ...] = ()
    """Keys that aren't words, or are given twice.  Whoever reads the mapping reports them: where no mapping may be, it
    is the value that is at fault."""


Node: TypeAlias = ScalarNode | SequenceNode | MappingNode


def parse_yaml(passage: Passage, what: str, found: Diagnostics, hint: str = QUOTE_HINT) -> Node | None:
    """The root node of a document; None when it is empty, or when it isn't YAML, which is reported.

    ``what`` names the document in faults, and ``hint`` says how to fix one whose syntax is wrong.
    """
    composer = _Composer(passage, found)
    try:
        return composer.document()
    except _UnusableError as error:
        found.error(error.args[0], error.span, code="wrong-type")
    except yaml.MarkedYAMLError as error:
        ended = "end of stream" in (error.problem or "")  # then what was begun is to blame
        mark = (error.context_mark if ended else None) or error.problem_mark or error.context_mark
        span = passage.span(mark.line, mark.column) if mark else passage.span(0)
        problem = error.problem or error.context
        line = passage.lines[mark.line][: mark.column + 1] if mark and mark.line < len(passage.lines) else ""
        if _TAB.fullmatch(line):
            problem, hint = "this line begins with a tab", "indent it with blanks"
        found.error(f"{what} isn't valid YAML: {problem}", span, hint=hint, code="invalid-yaml")
    except (yaml.YAMLError, ValueError) as error:
        found.error(f"{what} isn't valid YAML: {error}", passage.span(0), code="invalid-yaml")
    return None


class _UnusableError(Exception):
    """The document can't be read further than ``span``."""

    def __init__(self, message: str, span: SourceSpan) -> None:
        super().__init__(message)
        self.span = span


class _Composer:
    """Makes nodes of the events of one document (YAML 1.1, 3.1)."""

    def __init__(self, passage: Passage, found: Diagnostics) -> None:
        self._passage = passage
        self._found = found
        self._anchors: dict[str, tuple[Node, int]] = {}
        """Nodes that aliases may mean, and how many nodes each holds."""
        self._count = 0

    def document(self) -> Node | None:
        self._loader = loader = _Loader(self._passage.text)
        try:
            loader.get_event()  # the stream's beginning
            if isinstance(loader.get_event(), yaml.StreamEndEvent):
                return None
            root = self._node(loader.get_event(), 0)
            loader.get_event()  # the document's end
            after = loader.get_event()
            if not isinstance(after, yaml.StreamEndEvent):
                raise yaml.MarkedYAMLError(problem="a second document begins here", problem_mark=after.start_mark)
            return root
        finally:
            loader.dispose()

    def _node(self, event: Any, depth: int) -> Node:
        node: Node
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self._anchors:
                raise _UnusableError(f"no anchor '&{event.anchor}' comes before this alias", self._span(event))
            node, size = self._anchors[event.anchor]
            self._add(size, event)
            return node
        if depth > MAX_DEPTH:
            raise _UnusableError("this is nested too deeply", self._span(event))
        place, before = self._place(event), self._count
        self._add(1, event)
        if isinstance(event, yaml.ScalarEvent):
            node = ScalarNode(*place, event.value, self._tag(event), event.style or "")
        elif isinstance(event, yaml.SequenceStartEvent):
            node = SequenceNode(*place, self._items(depth + 1))
        else:
            node = self._mapping(place, depth + 1)
        if event.anchor is not None:
            self._anchors[event.anchor] = node, self._count - before
        return node

    def _add(self, nodes: int, event: Any) -> None:
        self._count += nodes
        if self._count > MAX_NODES:
            raise _UnusableError(f"this has over {MAX_NODES:,} values, or aliases of as many", self._span(event))

    def _tag(self, event: Any) -> str:
        tag: str = event.tag
        if tag is None or tag == "!":
            tag = self._loader.resolve(yaml.ScalarNode, event.value, event.implicit)
        name = tag.removeprefix(_PREFIX)
        if name not in _TAGS:
            self._found.error(f"the tag {tag} can't be used here", self._span(event), code="wrong-type")
            return "str"
        return name

    def _items(self, depth: int) -> tuple[Node, ...]:
        items: list[Node] = []
        while not isinstance(event := self._loader.get_event(), yaml.SequenceEndEvent):
            items.append(self._node(event, depth))
        return tuple(items)

    def _mapping(self, place: tuple[Passage, int, int, int], depth: int) -> MappingNode:
        entries: dict[str, Entry] = {}
        faults: list[Diagnostic] = []
        while not isinstance(event := self._loader.get_event(), yaml.MappingEndEvent):
            key = self._node(event, depth)
            value = self._node(self._loader.get_event(), depth)
            if not isinstance(key, ScalarNode):
                faults.append(Diagnostic("a key must be a word", key.span, code="wrong-type"))
            elif key.text in entries:
                message = f"'{presentable(key.text)}' is given twice"
                faults.append(Diagnostic(message, key.span, "keep one of them", "duplicate-key"))
            else:
                entries[key.text] = Entry(key, value)
        return MappingNode(*place, entries, tuple(faults))

    def _place(self, event: Any) -> tuple[Passage, int, int, int]:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return self._passage, start.line, start.column, length

    def _span(self, event: Any) -> SourceSpan:
        passage, line, column, length = self._place(event)
        return passage.span(line, column, length)


def is_null(node: Node) -> bool:
    """Whether nothing is written there, or ``null``."""
    return isinstance(node, ScalarNode) and node.tag == "null"


def laid_over(own: Node, base: Node) -> Node:
    """``own`` over ``base``: mappings key by key, anything else replaced whole."""
    if not (isinstance(own, MappingNode) and isinstance(base, MappingNode)):
        return own
    entries = dict(base.entries)
    for key, entry in own.entries.items():
        under = entries.get(key)
        entries[key] = Entry(entry.key, laid_over(entry.value, under.value)) if under else entry
    return MappingNode(own.around, own.line, own.column, own.length, entries, own.faults)


def faults_within(node: Node) -> tuple[Diagnostic, ...]:
    """The faults of all mappings in a node."""
    found: list[Diagnostic] = []
    _gather(node, found, set())
    return tuple(found)


def _gather(node: Node, found: list[Diagnostic], seen: set[int]) -> None:
    if id(node) in seen:
        return  # an alias
    seen.add(id(node))
    match node:
        case SequenceNode(items=items):
            for item in items:
                _gather(item, found, seen)
        case MappingNode(entries=entries, faults=faults):
            found.extend(faults)
            for entry in entries.values():
                _gather(entry.value, found, seen)


def plain_value(node: Node) -> object:
    """Text, number, flag, None, list or dict; dates stay as they are written, aliases share one value."""
    return _plain(node, {})


def _plain(node: Node, known: dict[int, object]) -> object:
    if id(node) not in known:
        match node:
            case ScalarNode():
                known[id(node)] = _scalar(node)
            case SequenceNode(items=items):
                known[id(node)] = [_plain(item, known) for item in items]
            case MappingNode(entries=entries):
                known[id(node)] = {key: _plain(entry.value, known) for key, entry in entries.items()}
    return known[id(node)]


def _scalar(node: ScalarNode) -> object:
    construct = yaml.constructor.SafeConstructor()
    written = yaml.ScalarNode(_PREFIX + node.tag, node.text)
    try:
        match node.tag:
            case "null":
                return None
            case "bool":
                return construct.construct_yaml_bool(written)
            case "int" if ":" not in node.text:  # YAML 1.1 has numbers to the base of 60: 1:30
                return construct.construct_yaml_int(written)
            case "float" if ":" not in node.text:
                return construct.construct_yaml_float(written)
    except (ValueError, KeyError):
        pass
    return node.text
