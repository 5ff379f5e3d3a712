"""Text that stands in YAML and is read further, as Markdown is: every line of it knows its place."""

from __future__ import annotations

import yaml

from quarterdeck.text.passage import Passage, dropped
from quarterdeck.text.source_file import presentable


def scalar_passage(node: yaml.ScalarNode, around: Passage) -> Passage:
    """The value of a scalar; ``around`` is the document that it stands in.

    Lines of a literal block (``|``) stand where they were written.  Those of other scalars were put
    together from parts (YAML 1.1, 5.4.2 and 9.1.3): all of them stand at the value's beginning.
    """
    lines = tuple(presentable(str(node.value)).rstrip("\n").split("\n"))
    first = node.start_mark.line
    if node.style == "|":
        written = around.part(first + 1, first + 1 + len(lines))
        indents = [old.find(new) if new else 0 for old, new in zip(written.lines, lines, strict=False)]
        if len(written.lines) == len(lines) and min(indents) >= 0:
            return written.dedented(indents).with_lines(lines)
    quoted = node.style in ("'", '"')
    origin = dropped(around.origins[first], node.start_mark.column + quoted)
    return Passage(lines, (origin,) * len(lines))


MAX_DEPTH = 50
"""Levels of lists and mappings within each other."""
_AS_WRITTEN = frozenset(f"tag:yaml.org,2002:{kind}" for kind in ("str", "timestamp", "int", "float", "value", "merge"))
"""Tags of scalars that are taken as text: dates, and YAML 1.1's numbers to the base of 60."""
_FAST_LIMIT = 4000
"""Characters up to which libyaml is used: its composer recurses on the C stack, unguarded."""


class YamlValueError(Exception):
    """A node that has no plain value; ``node`` is where."""

    def __init__(self, message: str, node: yaml.Node) -> None:
        super().__init__(message)
        self.message = message
        self.node = node


def compose(text: str) -> yaml.Node | None:
    """The root node of a document, None when it is empty.

    Raises:
        yaml.YAMLError: for what is no YAML; it carries a mark in most cases.
        RecursionError: for nesting without end.

    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader) if len(text) <= _FAST_LIMIT else yaml.SafeLoader
    node: yaml.Node | None = yaml.compose(text, Loader=loader)
    return node


def plain_value(node: yaml.Node) -> object:
    """Text, number, flag, None, list or dict; dates stay as they are written, aliases share one value.

    Raises:
        YamlValueError: for a tag, a key or a depth that isn't allowed.

    """
    return _plain(node, 0, {})


def _plain(node: yaml.Node, depth: int, known: dict[int, object]) -> object:
    if depth > MAX_DEPTH:
        raise YamlValueError("this is nested too deeply", node)
    if id(node) not in known:
        match node:
            case yaml.ScalarNode():
                known[id(node)] = _scalar(node)
            case yaml.SequenceNode():
                known[id(node)] = [_plain(item, depth + 1, known) for item in node.value]
            case yaml.MappingNode():
                known[id(node)] = {_key(key): _plain(value, depth + 1, known) for key, value in node.value}
    return known[id(node)]


def _key(node: yaml.Node) -> str:
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    raise YamlValueError("a key must be text", node)


def _scalar(node: yaml.ScalarNode) -> object:
    construct = yaml.constructor.SafeConstructor()
    try:
        match node.tag:
            case "tag:yaml.org,2002:null":
                return None
            case "tag:yaml.org,2002:bool":
                return construct.construct_yaml_bool(node)
            case "tag:yaml.org,2002:int" if ":" not in node.value:
                return construct.construct_yaml_int(node)
            case "tag:yaml.org,2002:float" if ":" not in node.value:
                return construct.construct_yaml_float(node)
            case tag if tag in _AS_WRITTEN:
                return str(node.value)
    except (ValueError, KeyError):
        return str(node.value)
    raise YamlValueError(f"the tag {node.tag} can't be used here", node)
