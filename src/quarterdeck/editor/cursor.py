"""What stands at a place of a file: a key or value of front matter, an attribute, a link, a div, a picture.

Text under the cursor is often half written, so lines are looked at instead of being parsed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from quarterdeck.editor.workspace import Kind
from quarterdeck.source.markdown.fences import find_fences, opening_of
from quarterdeck.source.markdown.separators import is_separator

_KEY = re.compile(r"(?P<indent>\s*)(?:-\s+)?(?P<key>[A-Za-z_][\w-]*):(?P<space>\s*)")
_BEGUN = re.compile(r"[\w-]*\Z")
_WORD = re.compile(r"[\w./~-]*\Z")
_DIV = re.compile(r"\s*:::+\s*[\w-]*\Z")
_INCLUDE = re.compile(r"\{%-?\s*include\s+[\"'](?P<name>[^\"']*)\Z")
_LINK = re.compile(r"\]\(#(?P<name>[\w-]*)\Z")
_PICTURE = re.compile(r"!\[[^\]]*\]\((?P<name>[^)\s]*)\Z")
_PRESSED = re.compile(r"\s*\^ .*<(?P<name>[A-Za-z0-9-]*)\Z")
_BRACES = re.compile(r"\{(?P<inside>[^{}]*)\Z")


class Place(StrEnum):
    """What can be written at a place."""

    DECK_KEY = "deck key"
    SLIDE_KEY = "slide key"
    DEMO_KEY = "demo key"
    THEME_KEY = "theme key"
    MANIFEST_KEY = "manifest key"
    VALUE = "value"
    ATTRIBUTE = "attribute"
    DIV = "div"
    LINK = "link"
    PICTURE = "picture"
    INCLUDE = "include"
    PRESSED = "pressed key"
    TEXT = "text"


class Cursor(Struct, frozen=True):
    """A place, and what is written before it there."""

    place: Place
    word: str = ""
    """What is there of the name to be completed."""
    key: str = ""
    """The key of a value; of a key within another's mapping that other one."""
    of: Place | None = None
    """What kind of key ``key`` is."""
    language: str = ""
    """Of an attribute: the language of its fence; ``picture`` or ``div`` for those."""


_FILES_KEYS = {Kind.DECK: Place.DECK_KEY, Kind.DEMO: Place.DEMO_KEY}
"""The keys of the front matter that a file begins with."""


def cursor_at(kind: Kind, lines: Sequence[str], line: int, column: int) -> Cursor:
    """What stands at a place, both counted from 0; ``column`` in code points."""
    before = lines[line][:column] if line < len(lines) else ""
    if kind in (Kind.THEME, Kind.MANIFEST):
        keys = Place.THEME_KEY if kind is Kind.THEME else Place.MANIFEST_KEY
        return _in_mapping(keys, lines[:line], before)
    if mapping := _mapping_at(kind, lines, line):
        keys, opening = mapping
        return _in_mapping(keys, lines[opening + 1 : line], before)
    fence = next((fence for fence in find_fences(lines) if line in fence.body(len(lines))), None)
    if fence is not None:
        pressed = _PRESSED.match(before) if fence.info.split(" ")[0] == "console" else None
        return Cursor(Place.PRESSED, pressed["name"]) if pressed else Cursor(Place.TEXT)
    return _in_text(before)


def _in_text(before: str) -> Cursor:
    """What stands in Markdown, on a line up to the cursor."""
    if braces := _BRACES.search(before):
        opening = opening_of(before[: braces.start()])
        word = re.split(r"\s", braces["inside"])[-1]
        if opening is not None:
            return Cursor(Place.ATTRIBUTE, word, language=opening[1].partition(" ")[0] or "text")
        if before[: braces.start()].rstrip().endswith(")") and "![" in before:
            return Cursor(Place.ATTRIBUTE, word, language="picture")
        if before.lstrip().startswith(":::"):
            return Cursor(Place.ATTRIBUTE, word, language="div")
    if _DIV.match(before):
        return Cursor(Place.DIV, before.lstrip().lstrip(":").strip())
    for pattern, place in ((_INCLUDE, Place.INCLUDE), (_LINK, Place.LINK), (_PICTURE, Place.PICTURE)):
        if match := pattern.search(before):
            return Cursor(place, match["name"])
    return Cursor(Place.TEXT)


def _in_mapping(keys: Place, above: Sequence[str], before: str) -> Cursor:
    """What stands in YAML: ``above`` are the lines of the mapping before this one."""
    text = before.lstrip()
    indent = len(before) - len(text)
    item = text.startswith("- ")
    parent = _parent(above, indent + item)
    match = _KEY.match(before)
    if match is not None:
        word = _WORD.search(before)
        return Cursor(Place.VALUE, word[0] if word else "", ".".join(filter(None, (parent, match["key"]))), keys)
    if item:
        return Cursor(Place.VALUE, text[2:], parent, keys)
    return Cursor(keys, text, parent)


def _parent(above: Sequence[str], indent: int) -> str:
    """The key that the mapping at this indent belongs to; empty at the top."""
    for line in reversed(above) if indent else ():
        match = _KEY.match(line)
        if match is not None and len(match["indent"]) < indent:
            return match["key"]
    return ""


def _mapping_at(kind: Kind, lines: Sequence[str], line: int) -> tuple[Place, int] | None:
    """Whose front matter a line is in, even one that isn't closed yet, and the line of hyphens that opens it."""
    inside = {n for fence in find_fences(lines) for n in fence.body(len(lines))}
    separators = [n for n, text in enumerate(lines) if n not in inside and is_separator(text)]
    at = 0
    while at < len(separators) and separators[at] < line:
        opening, first = separators[at], lines[separators[at] + 1]
        at += 1
        is_files = opening == 0
        begun = _KEY.match(first) or (opening + 1 == line and _BEGUN.match(first))
        if not (is_files or (kind is Kind.DECK and begun)):
            continue
        closing = separators[at] if at < len(separators) else len(lines)
        if line < closing:
            if not is_files and not all(text.strip() for text in lines[opening + 1 : line]):
                return None
            return (Place.SLIDE_KEY if not is_files else _FILES_KEYS[kind]), opening
        at += 1
    return None
