"""YAML front matter whose every key knows its place.

Unknown keys, keys given twice and values of the wrong type are faults at the key or value itself.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias, TypeVar

import yaml
from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError, SourceSpan, suggestion
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import presentable
from quarterdeck.text.yaml import YamlValueError, compose, plain_value, scalar_passage

_UNITS = {"h": 3600.0, "m": 60.0, "min": 60.0, "s": 1.0, "ms": 0.001}
_PART = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*(ms|min|h|m|s)\s*")
HINT = "write a time with its unit: 45m, 1h30m, 20s"


def parse_duration(text: str) -> float | None:
    """Seconds, or None when the text is no length of time greater than nothing."""
    at, seconds = 0, 0.0
    while match := _PART.match(text, at):
        seconds += float(match[1]) * _UNITS[match[2]]
        at = match.end()
    return seconds if at == len(text) and seconds > 0 else None


_NO_HINTS: Mapping[str, str] = {}


class Entry(Struct, frozen=True):
    """One key and its value."""

    key: SourceSpan
    node: yaml.Node
    at: SourceSpan
    """The place of the value."""


class FrontMatter(Struct):
    """The keys of a front matter; reading one with the wrong type tells ``found`` and gives nothing."""

    found: Diagnostics
    passage: Passage
    entries: dict[str, Entry] = field(default_factory=dict)
    at: SourceSpan | None = None
    """Where it begins, for one within another."""

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def over(self, other: FrontMatter) -> FrontMatter:
        """These keys, and those of another front matter that aren't given here."""
        return FrontMatter(self.found, self.passage, {**other.entries, **self.entries})

    def span(self, key: str) -> SourceSpan | None:
        """Where the value of a key stands; None when it isn't given."""
        return self.entries[key].at if key in self.entries else None

    def text(self, key: str) -> str | None:
        """A scalar as it is written."""
        entry = self.entries.get(key)
        if entry is None or _is_null(entry.node):
            return None
        if isinstance(entry.node, yaml.ScalarNode):
            return presentable(str(entry.node.value)).strip() or None
        self._wrong(key, "text", "quote it, if it begins with a bracket or brace")
        return None

    def flag(self, key: str) -> bool | None:
        """``true`` or ``false``."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        if isinstance(entry.node, yaml.ScalarNode) and entry.node.tag == "tag:yaml.org,2002:bool":
            return bool(plain_value(entry.node))
        self._wrong(key, "true or false")
        return None

    def seconds(self, key: str) -> float | None:
        """A length of time."""
        text = self.text(key)
        if text is None:
            return None
        value = parse_duration(text)
        if value is None:
            self._wrong(key, "a length of time", HINT)
        return value

    def choice(self, key: str, options: Collection[str]) -> str | None:
        """One of some words."""
        text = self.text(key)
        if text is None or text in options:
            return text
        self.found.error(f"'{text}' is no {key}", self.span(key), hint=suggestion(text, options), code=f"unknown-{key}")
        return None

    def names(self, key: str) -> tuple[str, ...]:
        """A list of words; one word alone is a list of one."""
        entry = self.entries.get(key)
        if entry is None or _is_null(entry.node):
            return ()
        nodes = entry.node.value if isinstance(entry.node, yaml.SequenceNode) else [entry.node]
        if all(isinstance(node, yaml.ScalarNode) for node in nodes):
            return tuple(presentable(str(node.value)) for node in nodes)
        self._wrong(key, "a list of words")
        return ()

    def passages(self, key: str) -> tuple[Passage, ...]:
        """A text of its own, as Markdown is, or a list of such; each line knows where it stands."""
        entry = self.entries.get(key)
        if entry is None or _is_null(entry.node):
            return ()
        nodes = entry.node.value if isinstance(entry.node, yaml.SequenceNode) else [entry.node]
        scalars = [node for node in nodes if isinstance(node, yaml.ScalarNode)]
        if len(scalars) == len(nodes):
            return tuple(scalar_passage(node, self.passage) for node in scalars if node.value.strip())
        self._wrong(key, "text, or a list of texts", "quote it, or begin it with '|' and write it in the lines below")
        return ()

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers of at least 1."""
        words = self.names(key)
        if all(word.isascii() and word.isdigit() and len(word) < 10 and int(word) > 0 for word in words):
            return tuple(map(int, words))
        self._wrong(key, "a list of whole numbers")
        return ()

    def values(self, key: str) -> dict[str, object]:
        """A mapping of anything."""
        entry = self.entries.get(key)
        if entry is None or _is_null(entry.node):
            return {}
        if not isinstance(entry.node, yaml.MappingNode):
            self._wrong(key, "a mapping of names to values")
            return {}
        try:
            value = plain_value(entry.node)
        except YamlValueError as fault:
            self.found.error(fault.message, self._place(fault.node), code="wrong-type")
            return {}
        return dict(value) if isinstance(value, dict) else {}

    def section(self, key: str, known: Collection[str]) -> FrontMatter:
        """The mapping under a key, with known keys of its own."""
        inner = FrontMatter(self.found, self.passage)
        entry = self.entries.get(key)
        if entry is not None and not _is_null(entry.node):
            if isinstance(entry.node, yaml.MappingNode):
                inner._take(entry.node, known, key)
            else:
                self._wrong(key, "a mapping")
        return inner

    def sections(self, key: str, known: Collection[str]) -> dict[str, FrontMatter]:
        """The mapping under a key from names of the author's choice to mappings with known keys."""
        result: dict[str, FrontMatter] = {}
        entry = self.entries.get(key)
        if entry is None or _is_null(entry.node):
            return result
        if not isinstance(entry.node, yaml.MappingNode):
            self._wrong(key, "a mapping of names")
            return result
        for name_node, node in entry.node.value:
            name = presentable(str(name_node.value)) if isinstance(name_node, yaml.ScalarNode) else ""
            if name in result:
                self.found.error(
                    f"'{name}' is given twice", self._place(name_node), hint="keep one of them", code="duplicate-key"
                )
            result[name] = self._mapping(node, known, f"'{name}'")
        return result

    def items(self, key: str, known: Collection[str]) -> tuple[FrontMatter, ...]:
        """The list of mappings under a key, each with known keys."""
        entry = self.entries.get(key)
        if entry is None or _is_null(entry.node):
            return ()
        if not isinstance(entry.node, yaml.SequenceNode):
            self._wrong(key, "a list", "begin each entry with '- '")
            return ()
        return tuple(self._mapping(node, known, f"an entry of '{key}'") for node in entry.node.value)

    def words(self, key: str) -> tuple[tuple[str, SourceSpan], ...]:
        """A list of words, each with its place; one word alone is a list of one."""
        names = self.names(key)
        if not names:
            return ()
        node = self.entries[key].node
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        return tuple((name, self._place(node)) for name, node in zip(names, nodes, strict=True))

    def _mapping(self, node: yaml.Node, known: Collection[str], what: str) -> FrontMatter:
        inner = FrontMatter(self.found, self.passage, at=self._place(node))
        if isinstance(node, yaml.MappingNode):
            inner._take(node, known, what)
        elif not _is_null(node):
            self.found.error(f"{what} must be keys with values", self._place(node), code="wrong-type")
        return inner

    def _wrong(self, key: str, wanted: str, hint: str | None = None) -> None:
        self.found.error(f"'{key}' must be {wanted}", self.span(key), hint=hint, code="wrong-type")

    def _place(self, node: yaml.Node) -> SourceSpan:
        start, end = node.start_mark, node.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return self.passage.span(start.line, start.column, length)

    def _take(
        self, root: yaml.MappingNode, known: Collection[str], what: str, elsewhere: Mapping[str, str] = _NO_HINTS
    ) -> None:
        for key_node, value_node in root.value:
            place = self._place(key_node)
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if key is None:
                self.found.error(f"a key of {what} must be a word", place, code="unknown-key")
            elif key not in known:
                self.found.error(
                    f"unknown key '{presentable(key)}' in {what}",
                    place,
                    hint=elsewhere.get(key) or suggestion(key, known),
                    code="unknown-key",
                )
            elif key in self.entries:
                self.found.error(f"'{key}' is given twice", place, hint="keep one of them", code="duplicate-key")
            else:
                self.entries[key] = Entry(place, value_node, self._place(value_node))


def _is_null(node: yaml.Node) -> bool:
    return node.tag == "tag:yaml.org,2002:null"


def parse_front_matter(
    passage: Passage,
    known: Collection[str],
    what: str,
    found: Diagnostics,
    elsewhere: Mapping[str, str] = _NO_HINTS,
) -> FrontMatter:
    """The front matter that ``passage`` holds, the lines of hyphens left out.

    ``what`` names it in faults; ``elsewhere`` has hints for keys that belong to another place.
    """
    result = FrontMatter(found, passage)
    try:
        root = compose(passage.text)
    except yaml.MarkedYAMLError as error:
        ended = "end of stream" in (error.problem or "")  # then what was begun is to blame
        mark = (error.context_mark if ended else None) or error.problem_mark or error.context_mark
        span = passage.span(mark.line, mark.column) if mark else passage.span(0)
        found.error(
            f"{what} isn't valid YAML: {error.problem or error.context}",
            span,
            hint="quote a value that holds ': ', '#', '{' or '[' at its beginning"
            if "slide" not in what
            else "if this is text and no front matter, leave a line free after '---'",
            code="invalid-yaml",
        )
        return result
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        found.error(f"{what} isn't valid YAML: {reason}", passage.span(0), code="invalid-yaml")
        return result
    if root is None or _is_null(root):
        return result
    if not isinstance(root, yaml.MappingNode):
        found.error(f"{what} must be keys with values", passage.line_span(0), code="invalid-yaml")
        return result
    result._take(root, known, what, elsewhere)
    return result


T = TypeVar("T")
Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


class Scalar(Struct, frozen=True):
    """A single value, as it is written and as YAML understands it."""

    text: str
    tag: str
    span: SourceSpan


class Sequence(Struct, frozen=True):
    """A list of values."""

    items: tuple[Tree, ...]
    span: SourceSpan


class Mapped(Struct, frozen=True):
    """Values by key, and where each key is written."""

    entries: Mapping[str, Tree]
    keys: Mapping[str, SourceSpan]
    span: SourceSpan


Tree: TypeAlias = Scalar | Sequence | Mapped


def parse(text: str, file: str) -> Tree:
    """Read YAML text.

    Raises:
        QuarterdeckError: at the place where it is no YAML, or where a key stands twice or isn't text.

    """
    try:
        node = yaml.compose(io.StringIO(text), Loader=Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = SourceSpan(file, mark.line + 1, mark.column + 1) if mark else SourceSpan(file)
        raise QuarterdeckError.of(f"this is not YAML: {error.problem}", span, code="broken-yaml") from None
    except yaml.YAMLError as error:
        raise QuarterdeckError.of(f"this is not YAML: {error}", SourceSpan(file), code="broken-yaml") from None
    if node is None:
        return Mapped({}, {}, SourceSpan(file))
    return _tree(node, file)


def _tree(node: yaml.Node, file: str) -> Tree:
    span = _span(node, file)
    if isinstance(node, yaml.ScalarNode):
        return Scalar(node.value, node.tag.rpartition(":")[2], span)
    if isinstance(node, yaml.SequenceNode):
        return Sequence(tuple(_tree(item, file) for item in node.value), span)
    entries: dict[str, Tree] = {}
    keys: dict[str, SourceSpan] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise QuarterdeckError.of("a key must be a word", _span(key, file), code="broken-yaml")
        if key.value in entries:
            raise QuarterdeckError.of(f"'{key.value}' stands here twice", _span(key, file), code="duplicate-key")
        entries[key.value] = _tree(value, file)
        keys[key.value] = _span(key, file)
    return Mapped(entries, keys, span)


def _span(node: yaml.Node, file: str) -> SourceSpan:
    start, end = node.start_mark, node.end_mark
    length = end.column - start.column if end.line == start.line else 1
    return SourceSpan(file, start.line + 1, start.column + 1, max(1, length))


def merged(base: Tree, own: Tree) -> Tree:
    """``own`` laid over ``base``: mappings key by key, anything else replaced whole."""
    if not (isinstance(base, Mapped) and isinstance(own, Mapped)):
        return own
    entries = dict(base.entries)
    for key, value in own.entries.items():
        entries[key] = merged(entries[key], value) if key in entries else value
    return replace(own, entries=entries, keys={**base.keys, **own.keys})


class Reading(Struct, frozen=True):
    """Takes typed values out of a tree; what is wrong is collected, and a harmless value put in its place."""

    found: Diagnostics

    def mapping(self, tree: Tree, what: str) -> Mapped:
        """A mapping with keys of the author's own choice."""
        if isinstance(tree, Mapped):
            return tree
        self.wrong(tree, f"{what} must be a mapping (key: value)")
        return Mapped({}, {}, tree.span)

    def record(self, tree: Tree, what: str, required: Collection[str], optional: Collection[str] = ()) -> Mapped:
        """A mapping with known keys."""
        mapped = self.mapping(tree, what)
        known = {*required, *optional}
        for key, span in mapped.keys.items():
            if key not in known:
                self.found.error(
                    f"unknown key '{key}' in {what}", span, hint=suggestion(key, known), code="unknown-key"
                )
        missing = [key for key in required if key not in mapped.entries]
        if missing and isinstance(tree, Mapped):
            self.found.error(f"{what} lacks {', '.join(missing)}", mapped.span, code="missing-key")
        return mapped

    def items(self, tree: Tree, what: str) -> tuple[Tree, ...]:
        """A list."""
        if isinstance(tree, Sequence):
            return tree.items
        self.wrong(tree, f"{what} must be a list")
        return ()

    def text(self, tree: Tree, what: str) -> str:
        """A text."""
        if isinstance(tree, Scalar):
            return tree.text
        self.wrong(tree, f"{what} must be a text")
        return ""

    def flag(self, tree: Tree, what: str) -> bool:
        """``true`` or ``false``."""
        if isinstance(tree, Scalar) and tree.tag == "bool":
            return tree.text.lower() in {"true", "yes", "on"}
        self.wrong(tree, f"{what} must be true or false")
        return False

    def number(self, tree: Tree, what: str, low: float, high: float) -> float:
        """A number from ``low`` to ``high``."""
        if isinstance(tree, Scalar) and tree.tag in {"int", "float"}:
            value = float(tree.text)
            if low <= value <= high:
                return value
        self.wrong(tree, f"{what} must be a number from {low:g} to {high:g}")
        return low

    def color(self, tree: Tree, what: str) -> str:
        """A colour ``#rrggbb``, in upper case."""
        if isinstance(tree, Scalar) and _HEX.fullmatch(tree.text):
            return tree.text.upper()
        self.wrong(tree, f'{what} must be a colour such as "#0B2240" (in quotes)')
        return "#000000"

    def choice(self, tree: Tree, what: str, known: Collection[str]) -> str:
        """One of some known words."""
        if isinstance(tree, Scalar) and tree.text in known:
            return tree.text
        text = tree.text if isinstance(tree, Scalar) else ""
        self.found.error(f"{what} can't be '{text}'", tree.span, hint=suggestion(text, known), code="bad-value")
        return next(iter(known))

    def wrong(self, tree: Tree, message: str) -> None:
        """Report a value of the wrong kind."""
        self.found.error(message, tree.span, code="bad-value")

    def optional(self, mapped: Mapped, key: str, read: Callable[[Tree], T], default: T) -> T:
        """``read`` applied to the value at ``key``, or the default where there is none."""
        tree = mapped.entries.get(key)
        return default if tree is None else read(tree)
