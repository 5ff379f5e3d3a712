"""The strict reader of YAML mappings: front matter, theme files, workshop.yaml.

Unknown keys, missing ones and values of the wrong type are faults at the key or value itself, all reported together.
What can't be used is read as if it weren't there: reading goes on to the next fault.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, SourceSpan, suggestion
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import presentable
from quarterdeck.text.yaml import (
    QUOTE_HINT,
    Entry,
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    faults_within,
    is_null,
    parse_yaml,
    plain_value,
)

DURATION_HINT = "write a time with its unit: 45m, 1h30m, 20s"
_UNITS = {"h": 3600.0, "m": 60.0, "min": 60.0, "s": 1.0, "ms": 0.001}
_PART = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)\s*(ms|min|h|m|s)\s*")
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,6})?")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")
_NO_HINTS: Mapping[str, str] = {}
_EMPTY: Mapping[str, Entry] = {}


def parse_duration(text: str) -> float | None:
    """Seconds, or None when the text is not a length of time greater than nothing."""
    at, seconds = 0, 0.0
    while match := _PART.match(text, at):
        seconds += float(match[1]) * _UNITS[match[2]]
        at = match.end()
    return seconds if at == len(text) and seconds > 0 else None


def parse_timeout(text: str) -> float | None:
    """Seconds, or None as for :func:`parse_duration`; a number without a unit is seconds, as everywhere in timeouts."""
    return parse_duration(f"{text}s" if _NUMBER.fullmatch(text) else text)


def parse_fields(
    passage: Passage | None,
    known: Collection[str],
    what: str,
    found: Diagnostics,
    *,
    elsewhere: Mapping[str, str] = _NO_HINTS,
    hint: str = QUOTE_HINT,
) -> Fields:
    """The fields of a document, a front matter without its lines of hyphens for instance; none of None.

    ``what`` names it in faults; ``elsewhere`` has hints for keys that belong to another place; ``hint`` is for text
    that isn't YAML.
    """
    if passage is None:
        return Fields(found)
    root = parse_yaml(passage, what, found, hint)
    if root is None or is_null(root):
        return Fields(found)
    if not isinstance(root, MappingNode):
        found.error(f"{what} must be keys with values", passage.line_span(0), code="invalid-yaml")
        return Fields(found)
    return Fields.of(root, what, found, known, elsewhere=elsewhere)


class Fields(Struct):
    """The fields of one mapping.

    Each method reads one by its key and returns None, or an empty collection, where it isn't given or is wrong; the
    latter is reported to ``found``.
    """

    found: Diagnostics
    entries: Mapping[str, Entry] = _EMPTY
    at: SourceSpan | None = None
    """Where the mapping begins; None for an absent one."""

    @classmethod
    def of(
        cls,
        node: MappingNode,
        what: str,
        found: Diagnostics,
        known: Collection[str] | None,
        required: Collection[str] = (),
        elsewhere: Mapping[str, str] = _NO_HINTS,
    ) -> Fields:
        """The fields of ``node``, after reporting unknown and missing ones; ``known`` None allows any key."""
        found.extend(node.faults)
        entries: dict[str, Entry] = {}
        for key, entry in node.entries.items():
            if key in required and is_null(entry.value):
                continue  # as if it weren't there
            if known is None or key in known or key in required:
                entries[key] = entry
            else:
                message = f"unknown key '{presentable(key)}' in {what}"
                hint = elsewhere.get(key) or suggestion(key, {*known, *required})
                found.error(message, entry.key.span, hint=hint, code="unknown-key")
        missing = [key for key in required if key not in entries]
        if missing:
            found.error(f"{what} lacks {', '.join(missing)}", node.span, code="missing-key")
        return cls(found, entries, node.span)

    def __contains__(self, key: str) -> bool:
        return key in self.entries

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def is_mapping(self, key: str) -> bool:
        """Whether the value of a key is a mapping."""
        return isinstance(self._given(key), MappingNode)

    def over(self, other: Fields) -> Fields:
        """These fields, and those of ``other`` that aren't given here."""
        return Fields(self.found, {**other.entries, **self.entries}, self.at)

    def span(self, key: str) -> SourceSpan | None:
        """Where the value of a key is written; None when it isn't given."""
        return self.entries[key].value.span if key in self.entries else None

    def wrong(self, key: str, wanted: str, hint: str | None = None) -> None:
        """Report that the value of ``key`` isn't ``wanted``."""
        self.found.error(f"'{key}' must be {wanted}", self.span(key), hint=hint, code="wrong-type")

    def text(self, key: str) -> str | None:
        """A scalar as it is written."""
        node = self._given(key)
        if node is None:
            return None
        if isinstance(node, ScalarNode):
            return presentable(node.text).strip() or None
        self.wrong(key, "text", "quote it, if it begins with a bracket or brace")
        return None

    def flag(self, key: str) -> bool | None:
        """``true`` or ``false``."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        if isinstance(entry.value, ScalarNode) and entry.value.tag == "bool":
            return bool(plain_value(entry.value))
        self.wrong(key, "true or false")
        return None

    def seconds(self, key: str) -> float | None:
        """A length of time."""
        return self._duration(key, parse_duration)

    def timeout(self, key: str) -> float | None:
        """A length of time, in seconds where it has no unit."""
        return self._duration(key, parse_timeout)

    def _duration(self, key: str, parse: Callable[[str], float | None]) -> float | None:
        text = self.text(key)
        value = parse(text) if text is not None else None
        if text is not None and value is None:
            self.wrong(key, "a length of time", DURATION_HINT)
        return value

    def number(self, key: str, low: float, high: float) -> float | None:
        """A number from ``low`` to ``high``."""
        node = self._given(key)
        if node is None:
            return None
        value = _number(node)
        if value is not None and low <= value <= high:
            return float(value)
        self.wrong(key, f"a number from {low:g} to {high:g}")
        return None

    def whole(self, key: str, low: int, high: int) -> int | None:
        """A whole number from ``low`` to ``high``."""
        node = self._given(key)
        if node is None:
            return None
        value = _number(node)
        if value is not None and low <= value <= high and value == int(value):
            return int(value)
        self.wrong(key, f"a whole number from {low} to {high}")
        return None

    def color(self, key: str) -> str | None:
        """A colour ``#rrggbb``, in upper case."""
        entry = self.entries.get(key)
        return None if entry is None else self._color(entry.value, f"'{key}'")

    def choice(
        self,
        key: str,
        options: Collection[str],
        kind: str | None = None,
        elsewhere: Mapping[str, str] = _NO_HINTS,
    ) -> str | None:
        """One of some words; ``kind`` says what they are, where the key doesn't.

        ``elsewhere`` are hints for words of other tools.
        """
        text = self.text(key)
        if text is None or text in options:
            return text
        kind = kind or key
        hint = elsewhere.get(text) or suggestion(text, options)
        self.found.error(f"unknown {kind} '{text}'", self.span(key), hint=hint, code=f"unknown-{kind}")
        return None

    def names(self, key: str) -> tuple[str, ...]:
        """A list of words; one word alone is a list of one."""
        return tuple(name for name, _ in self.words(key))

    def words(self, key: str) -> tuple[tuple[str, SourceSpan], ...]:
        """A list of words, each with its place; one word alone is a list of one."""
        nodes = self._scalars(key, "a list of words")
        return tuple((presentable(node.text), node.span) for node in nodes)

    def passages(self, key: str) -> tuple[Passage, ...]:
        """A text that is read further, as Markdown is, or a list of such; each line knows where it is written."""
        hint = "quote it, or begin it with '|' and write it in the lines below"
        nodes = self._scalars(key, "text, or a list of texts", hint)
        return tuple(node.passage() for node in nodes if node.text.strip())

    def integers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers of at least 1."""
        words = self.names(key)
        if all(word.isascii() and word.isdigit() and len(word) < 10 and int(word) > 0 for word in words):
            return tuple(map(int, words))
        self.wrong(key, "a list of whole numbers")
        return ()

    def numbers(self, key: str, low: float, high: float) -> tuple[float, ...]:
        """A list of numbers from ``low`` to ``high``; wrong ones are left out."""
        values: list[float] = []
        for node in self._scalars(key, "a list of numbers"):
            value = _number(node)
            if value is not None and low <= value <= high:
                values.append(float(value))
            else:
                message = f"'{key}' must hold numbers from {low:g} to {high:g}"
                self.found.error(message, node.span, code="wrong-type")
        return tuple(values)

    def colors(self, key: str) -> tuple[str, ...]:
        """A list of colours; wrong ones are black."""
        nodes = self._scalars(key, "a list of colours")
        return tuple(self._color(node, f"each of '{key}'") or "#000000" for node in nodes)

    def values(self, key: str) -> dict[str, object]:
        """A mapping of anything, as plain data."""
        node = self._given(key)
        if node is None:
            return {}
        if isinstance(node, MappingNode):
            self.found.extend(faults_within(node))
            value = plain_value(node)
            return value if isinstance(value, dict) else {}
        self.wrong(key, "a mapping of names to values")
        return {}

    def section(
        self, key: str, known: Collection[str] | None, required: Collection[str] = (), what: str | None = None
    ) -> Fields:
        """The mapping under a key, with known keys of its own; ``what`` names it in faults."""
        node = self._given(key)
        if node is None:
            return Fields(self.found)
        if isinstance(node, MappingNode):
            return Fields.of(node, what or key, self.found, known, required)
        self.wrong(key, "a mapping")
        return Fields(self.found)

    def sections(self, key: str, known: Collection[str]) -> dict[str, Fields]:
        """The mapping under a key from names of the author's choice to mappings with known keys."""
        node = self._given(key)
        if node is None:
            return {}
        if isinstance(node, MappingNode):
            self.found.extend(node.faults)
            inner = ((presentable(name), entry.value) for name, entry in node.entries.items())
            return {name: self._mapping(value, known, (), f"'{name}'") for name, value in inner}
        self.wrong(key, "a mapping of names")
        return {}

    def items(
        self, key: str, known: Collection[str], required: Collection[str] = (), what: str | None = None
    ) -> tuple[Fields, ...]:
        """The list of mappings under a key, each with known keys; ``what`` names one in faults."""
        node = self._given(key)
        if node is None:
            return ()
        if isinstance(node, SequenceNode):
            what = what or f"an entry of '{key}'"
            return tuple(self._mapping(item, known, required, what) for item in node.items)
        self.wrong(key, "a list", "begin each entry with '- '")
        return ()

    def _given(self, key: str) -> Node | None:
        entry = self.entries.get(key)
        return None if entry is None or is_null(entry.value) else entry.value

    def _scalars(self, key: str, wanted: str, hint: str | None = None) -> tuple[ScalarNode, ...]:
        node = self._given(key)
        if node is None:
            return ()
        nodes = node.items if isinstance(node, SequenceNode) else (node,)
        scalars = tuple(node for node in nodes if isinstance(node, ScalarNode))
        if len(scalars) == len(nodes):
            return scalars
        self.wrong(key, wanted, hint)
        return ()

    def _color(self, node: Node, what: str) -> str | None:
        if isinstance(node, ScalarNode) and _COLOR.fullmatch(node.text):
            return node.text.upper()
        self.found.error(f'{what} must be a colour such as "#0B2240" (in quotes)', node.span, code="wrong-type")
        return None

    def _mapping(self, node: Node, known: Collection[str], required: Collection[str], what: str) -> Fields:
        if isinstance(node, MappingNode):
            return Fields.of(node, what, self.found, known, required)
        if not is_null(node):
            self.found.error(f"{what} must be keys with values", node.span, code="wrong-type")
        return Fields(self.found, at=node.span)


def _number(node: Node) -> float | int | None:
    """The value of a number; None for anything else."""
    value = plain_value(node) if isinstance(node, ScalarNode) and node.tag in ("int", "float") else None
    return value if isinstance(value, int | float) else None
