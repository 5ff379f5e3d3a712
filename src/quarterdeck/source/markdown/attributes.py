"""Attributes in braces, as in Pandoc: ``{#id .class key=value flag}``."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, SourceSpan, suggestion

_PART = re.compile(
    r"""\s*(?:
        \#(?P<id>[\w][\w.:-]*)
      | \.(?P<class>-?[A-Za-z_][\w-]*)
      | (?P<key>[A-Za-z_][\w:-]*)=(?:"(?P<double>(?:[^"\\]|\\.)*)"|'(?P<single>(?:[^'\\]|\\.)*)'
          |(?P<bare>/(?:[^/\\]|\\.)*/(?=[\s}])|[^\s"'{}=]\S*?(?=[\s}]|\Z)))
      | (?P<steps>(?:all|\d+(?:-\d+)?)(?:[,|](?:all|\d+(?:-\d+)?))*)(?=[\s}]|\Z)
      | (?P<flag>[A-Za-z_][\w-]*)(?=[\s}]|\Z)
    )""",
    re.VERBOSE,
)
_NO_HINTS: Mapping[str, str] = {}
_ESCAPE = re.compile(r"\\(.)")


class Attributes(Struct, frozen=True):
    """The attributes between braces."""

    id: str | None = None
    classes: tuple[str, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    """``key=value``; a bare word is a key with an empty value."""
    steps: str | None = None
    """Line steps of code: ``2-3|5``."""
    offsets: Mapping[str, int] = field(default_factory=dict)
    """The offset of each class (``.name``), key and the id (``#``) from the opening brace."""

    def has(self, name: str) -> bool:
        """Whether it has the class or the bare word ``name``."""
        return name in self.classes or self.values.get(name) in ("", "true")

    def report_unknown(
        self,
        keys: Collection[str],
        place: Callable[[str], SourceSpan],
        found: Diagnostics,
        of: str = "",
        classes: Collection[str] | None = None,
        elsewhere: Mapping[str, str] = _NO_HINTS,
    ) -> None:
        """Report each key that isn't one of ``keys``, at the ``place`` of its name, and each class not in ``classes``.

        ``of`` ends the message: "of a table".  ``classes`` None allows all.  ``elsewhere`` are hints for those of other
        tools.
        """
        words = (*keys, *(classes or ()))
        unknown = [f".{name}" for name in self.classes if classes is not None and name not in classes]
        for name in (*unknown, *(name for name in self.values if name not in words)):
            message = f"unknown attribute '{name}' {of}".rstrip()
            hint = elsewhere.get(name) or suggestion(name.removeprefix("."), words)
            found.error(message, place(name), hint=hint, code="unknown-key")


NONE = Attributes()


def merged(first: Attributes, second: Attributes) -> Attributes:
    """Attributes given in two places, in one; the second wins."""
    if second is NONE:
        return first
    if first is NONE:
        return second
    return Attributes(
        second.id or first.id,
        (*first.classes, *second.classes),
        {**first.values, **second.values},
        second.steps or first.steps,
        {**first.offsets, **second.offsets},
    )


def parse_attributes(text: str, start: int = 0) -> tuple[Attributes, int] | None:
    """The attributes whose opening brace is at ``start``, and the offset after the closing one.

    None when there are none there: then the brace is text.
    """
    if not text.startswith("{", start):
        return None
    at = start + 1
    identifier: str | None = None
    steps: str | None = None
    classes: list[str] = []
    values: dict[str, str] = {}
    offsets: dict[str, int] = {}
    while match := _PART.match(text, at):
        kind = match.lastgroup or ""
        if match["id"] is not None:
            identifier = match["id"]
            offsets["#"] = match.start("id") - 1 - start
        elif match["class"] is not None:
            classes.append(match["class"])
            offsets[f".{match['class']}"] = match.start("class") - 1 - start
        elif match["key"] is not None:
            quoted = match["double"] if match["double"] is not None else match["single"]
            values[match["key"]] = _ESCAPE.sub(r"\1", quoted) if quoted is not None else match["bare"]
            offsets[match["key"]] = match.start("key") - start
        elif match["steps"] is not None:
            steps = match["steps"]
            offsets["steps"] = match.start("steps") - start
        else:
            values[match[kind]] = ""
            offsets[match[kind]] = match.start("flag") - start
        at = match.end()
    closing = re.compile(r"\s*\}").match(text, at)
    if closing is None or at == start + 1:
        return None
    return Attributes(identifier, tuple(classes), values, steps, offsets), closing.end()


class Info(Struct, frozen=True):
    """An info string taken apart."""

    word: str = ""
    """The language of a fence, or the name of a div; lower case."""
    attributes: Attributes = NONE
    rest: str = ""
    """Text that is neither."""


def parse_info(text: str) -> Info:
    """The parts of an info string; without a word, the first class is the word, as in Pandoc."""
    text = text.strip()
    attributes, brace = NONE, text.find("{")
    while brace >= 0:
        parsed = parse_attributes(text, brace)
        if parsed is not None:
            attributes = parsed[0]
            text = f"{text[:brace]} {text[parsed[1] :]}".strip()
            break
        brace = text.find("{", brace + 1)
    word, _, rest = text.partition(" ")
    if not word and attributes.classes:
        word = attributes.classes[0]
        attributes = replace(attributes, classes=attributes.classes[1:])
    return Info(word.lower(), attributes, rest.strip())


def runs(text: str) -> bool:
    """Whether a fence with this info string is a step of a demo: ``console``, or a language with ``{run}``.

    ``console {.static}`` is only shown.
    """
    info = parse_info(text)
    return (info.word == "console" and not info.attributes.has("static")) or info.attributes.has("run")
