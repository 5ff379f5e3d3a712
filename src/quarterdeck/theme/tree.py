"""YAML read strictly: every value keeps the place where the author wrote it."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Collection, Mapping
from typing import TypeAlias, TypeVar

import yaml

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError, SourceSpan, suggestion
from quarterdeck.lazy import dataclass, replace

T = TypeVar("T")
Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_HEX = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Scalar:
    """A single value, as it is written and as YAML understands it."""

    text: str
    tag: str
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list of values."""

    items: tuple[Tree, ...]
    span: SourceSpan


@dataclass(frozen=True, slots=True)
class Mapped:
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


@dataclass(frozen=True, slots=True)
class Reading:
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
