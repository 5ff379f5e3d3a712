"""Reads ``workshop.yaml``, and reports all its errors together."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError, SourceSpan, suggestion
from quarterdeck.model.options import Role, Selector
from quarterdeck.source.assets import near_names
from quarterdeck.source.deck import DECK_FILE
from quarterdeck.text.fields import Fields, parse_fields
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import is_file, is_folder, read_source, shown_path
from quarterdeck.theme.file import BUILT_IN
from quarterdeck.theme.file import SUFFIXES as THEME_FILES
from quarterdeck.theme.file import TEMPLATE_SUFFIXES as TEMPLATES
from quarterdeck.workshop.manifest.manifest import (
    AXES,
    EVENT_KEYS,
    MANIFEST,
    Combination,
    Event,
    Form,
    Manifest,
    expand,
    read_breaks,
    read_event,
    read_events,
    read_time,
)
from quarterdeck.workshop.manifest.seats import read_seats
from quarterdeck.workshop.manifest.variants import OUTPUTS

SUFFIXES = (".yaml", ".yml")
KEYS = (
    "title",
    "decks",
    "event",
    "events",
    "forms",
    "matrix",
    "include",
    "exclude",
    "vars",
    "outputs",
    "folder",
    "file",
    "seats",
)
FORM_KEYS = ("title", "duration", "start", "include", "exclude", "breaks", "outputs", "vars")
MATRIX_KEYS = (*AXES, "include", "exclude")
INCLUDE_KEYS = (*AXES, "vars", "outputs")
PLACEHOLDERS = (*AXES, "variant")
"""Placeholders, in braces, of ``folder`` and ``file``."""
Value = TypeVar("Value")
_NAME = re.compile(r"[\w][\w.-]*\Z")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


def read_manifest(path: Path) -> Manifest:
    """Read a manifest: a YAML file, or the ``workshop.yaml`` of a folder.

    Raises:
        QuarterdeckError: with every fault found.

    """
    file = path / MANIFEST if is_folder(path) else path
    if not is_file(file):
        raise QuarterdeckError.of(
            f"no such manifest: {shown_path(file)}",
            hint="'quarterdeck help workshops' shows one",
            code="missing-manifest",
        )
    if file.suffix not in SUFFIXES:
        hint = f"the manifest of a folder is its {MANIFEST}; 'quarterdeck build' builds a single deck"
        raise QuarterdeckError.of(f"{shown_path(file)} is not a manifest", hint=hint, code="missing-manifest")
    found = Diagnostics()
    text = read_source(file, found)
    manifest = _ManifestReader(file.resolve(), found).read(text) if text is not None else None
    found.raise_errors()
    if manifest is None:
        raise AssertionError("a manifest that can't be read has a fault")
    return manifest


class _ManifestReader:
    """Reads one manifest."""

    def __init__(self, file: Path, found: Diagnostics) -> None:
        self._file = file
        self._found = found
        self._audiences: dict[str, SourceSpan] = {}
        self._known_decks: Mapping[str, Path] = {}

    def read(self, text: str) -> Manifest:
        whole = Passage.of_file(text, shown_path(self._file))
        front = parse_fields(whole, KEYS, "the manifest", self._found)
        if any(fault.code == "invalid-yaml" for fault in self._found):
            self._found.raise_errors()  # what can't be read has no decks, which would be a second fault
        decks = self._decks(front)
        events = read_events(front)
        for name in events:
            self._check_name(name, "an event", front.span("events"))
        forms = {name: self._form(name, keys) for name, keys in front.sections("forms", FORM_KEYS).items()}
        self._known_decks = decks
        known = {"deck": tuple(decks), "event": tuple(events), "form": tuple(forms)}
        return Manifest(
            self._file,
            front.text("title") or next(iter(decks), self._file.parent.name),
            decks,
            events or {"": read_event(front.section("event", EVENT_KEYS), Event())},
            forms or {"": Form("")},
            self._combinations(front, known),
            include=_selectors(front, "include"),
            exclude=_selectors(front, "exclude"),
            outputs=self._outputs(front),
            folder=self._pattern(front, "folder"),
            file=self._pattern(front, "file"),
            variables=front.values("vars"),
            matrix_at=front.span("matrix"),
            audiences=self._audiences,
            seats=read_seats(front),
        )

    def _decks(self, front: Fields) -> dict[str, Path]:
        decks: dict[str, Path] = {}
        shown = SourceSpan(shown_path(self._file))
        for name, at in front.words("decks") or ((".", shown),):
            path = (self._file.parent / name).resolve()
            if not is_file(path / DECK_FILE if is_folder(path) else path):
                self._found.error(
                    f"no such deck: '{name}'",
                    at,
                    hint="'decks:' lists folders with a deck.md, or Markdown files, from the manifest's folder",
                    code="missing-deck",
                )
                continue
            called = path.name if is_folder(path) else path.stem
            if called in decks:
                self._found.error(f"two decks are called '{called}'", at, code="duplicate-key")
            decks[called] = path
        return decks

    def _form(self, name: str, keys: Fields) -> Form:
        self._check_name(name, "a form", keys.at)
        return Form(
            name,
            keys.text("title"),
            keys.seconds("duration"),
            read_time(keys, "start"),
            _selectors(keys, "include"),
            _selectors(keys, "exclude"),
            read_breaks(keys) if "breaks" in keys else None,
            self._outputs(keys),
            keys.values("vars"),
        )

    def _combinations(self, front: Fields, names: Mapping[str, tuple[str, ...]]) -> tuple[Combination, ...]:
        matrix = front.section("matrix", MATRIX_KEYS)
        axes = {axis: self._values(matrix, axis, names) for axis in AXES}
        for axis, known in names.items():
            if axis not in matrix:
                axes[axis] = known
        exclude = [self._constraint(keys, axes) for keys in matrix.items("exclude", AXES)]
        include = [
            Combination(
                {axis: value for axis in AXES for value in self._one(self._values(keys, axis, names), keys, axis)},
                keys.values("vars"),
                self._outputs(keys),
                keys.at,
            )
            for keys in matrix.items("include", INCLUDE_KEYS)
        ]
        combinations = expand(axes, exclude, include)
        if not combinations and not self._found.errors:
            self._found.error(
                "the matrix has no variant left",
                front.span("matrix"),
                hint="exclude fewer combinations",
                code="empty-matrix",
            )
        only = {axis: known[0] for axis, known in names.items() if len(known) == 1}
        whole = tuple(replace(each, values={**only, **each.values}) for each in combinations)
        for each in whole:
            for axis in (axis for axis, known in names.items() if known and axis not in each.values):
                self._found.error(
                    f"this 'include' is a separate variant, and needs a {axis}",
                    each.at,
                    hint=f"one of {', '.join(names[axis])}",
                    code="incomplete-variant",
                )
        return whole

    def _constraint(self, keys: Fields, axes: Mapping[str, Sequence[str]]) -> dict[str, str]:
        """The values of an ``exclude``; a value that its axis doesn't have is an error."""
        result: dict[str, str] = {}
        for axis in AXES:
            for value, at in self._one(keys.words(axis), keys, axis):
                result[axis] = value
                if value not in axes[axis]:
                    self._found.error(
                        f"the matrix has no {axis} '{value}' to exclude",
                        at,
                        hint=suggestion(value, axes[axis]),
                        code="unknown-value",
                    )
        return result

    def _values(self, keys: Fields, axis: str, names: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """The known values of an axis; the others are errors."""
        known: Collection[str] | None = tuple(Role) if axis == "role" else names.get(axis)
        result: list[str] = []
        for value, at in keys.words(axis):
            if known is not None and value not in known:
                hint = suggestion(value, known) or f"name it under '{axis}s:'"
                self._found.error(f"unknown {axis} '{value}'", at, hint=hint, code="unknown-value")
            elif axis == "theme" and (fault := self._theme_fault(value)) is not None:
                self._found.error(fault[0], at, hint=fault[1], code="unknown-theme")
            elif value in result:
                self._found.error(f"'{value}' is given twice", at, hint="keep one of them", code="duplicate-key")
            else:
                result.append(value)
            if axis == "audience":
                self._audiences.setdefault(value, at)
        return tuple(result)

    def _theme_fault(self, name: str) -> tuple[str, str | None] | None:
        """What is wrong with the name of a theme, and a hint; it is built in, or a file beside manifest or deck."""
        folders = [
            self._file.parent,
            *(deck if is_folder(deck) else deck.parent for deck in self._known_decks.values()),
        ]
        if name in BUILT_IN or any(is_file(folder / name) for folder in folders):
            return None
        if not name.lower().endswith((*THEME_FILES, *TEMPLATES)):
            return f"there is no theme '{name}'", suggestion(name, BUILT_IN)
        return f"there is no file '{name}'", near_names(self._file.parent / name, name)

    def _one(self, values: tuple[Value, ...], keys: Fields, axis: str) -> tuple[Value, ...]:
        """At most one value: an ``include`` or ``exclude`` is one combination."""
        if len(values) > 1:
            self._found.error(
                f"an entry has one {axis}", keys.span(axis), hint="write one entry for each", code="wrong-type"
            )
        return values[:1]

    def _outputs(self, front: Fields) -> tuple[str, ...] | None:
        if "outputs" not in front:
            return None
        for name, at in front.words("outputs"):
            if name not in OUTPUTS:
                self._found.error(
                    f"'{name}' is not an output", at, hint=suggestion(name, OUTPUTS), code="unknown-output"
                )
        return tuple(name for name in front.names("outputs") if name in OUTPUTS)

    def _pattern(self, front: Fields, key: str) -> str | None:
        pattern = front.text(key)
        for name in _PLACEHOLDER.findall(pattern or ""):
            if name not in PLACEHOLDERS:
                self._found.error(
                    f"'{{{name}}}' is not a placeholder",
                    front.span(key),
                    hint=suggestion(name, PLACEHOLDERS),
                    code="unknown-placeholder",
                )
        if pattern and (pattern.startswith("/") or ".." in pattern.split("/") or (key == "file" and "/" in pattern)):
            self._found.error(
                f"'{key}' must stay in the output folder",
                front.span(key),
                hint="folders go into 'folder:'" if key == "file" else "name a folder below it",
                code="bad-path",
            )
        return pattern

    def _check_name(self, name: str, what: str, at: SourceSpan | None) -> None:
        if not _NAME.match(name):
            hint = "letters, digits, '-', '_' and '.': it names files"
            self._found.error(f"'{name}' is no name for {what}", at, hint=hint, code="bad-id")


def _selectors(front: Fields, key: str) -> tuple[Selector, ...]:
    return tuple(Selector(name, at) for name, at in front.words(key))
