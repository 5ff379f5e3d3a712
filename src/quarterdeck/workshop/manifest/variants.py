"""Derives the variants of a manifest: each with its name, choices, outputs and paths."""

from __future__ import annotations

import dataclasses
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import msgspec
from msgspec import structs

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError, SourceSpan
from quarterdeck.model.options import Break, Choices, Role, Schedule, Selector
from quarterdeck.project.outputs.formats import FORMATS, Need, OutputKind
from quarterdeck.source.slides.outline import slug
from quarterdeck.text.source_file import shown_path
from quarterdeck.workshop.manifest.manifest import AXES, Combination, Event, Manifest

CALENDAR = OutputKind("calendar", ".ics", "Calendar", "the event, for a calendar", frozenset({Need.EVENT}))
OUTPUTS: Mapping[str, OutputKind] = {**{name: each.kind for name, each in FORMATS.items()}, CALENDAR.name: CALENDAR}
"""Every output of a variant, by name: the formats of its deck, and the calendar file of its event."""


def default_outputs(event: Event, role: Role | None) -> tuple[str, ...]:
    """The outputs of a manifest that names none: all whose needs are met without another program."""
    met = {Need.ROLE: role is not None, Need.EVENT: event.date is not None and event.start is not None}
    return tuple(name for name, kind in OUTPUTS.items() if all(met.get(need, False) for need in kind.needs))


_PLACEHOLDER = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Variant:
    """One generated form of a deck."""

    name: str
    """Unique in its manifest."""
    values: Mapping[str, str]
    """Its values, by axis; not every axis needs one."""
    deck: Path
    choices: Choices
    event: Event
    title: str | None
    """The title of the form, if it has one."""
    outputs: tuple[str, ...]
    folder: PurePosixPath
    """The folder of its files, below the output folder."""
    file: str
    """The name of its files, without the suffix of each output."""
    others: tuple[Path, ...] = ()
    """The other decks of the manifest, whose slides its selectors may mean."""

    def path_of(self, output: str) -> PurePosixPath:
        """The path of an output, below the output folder."""
        return self.folder / OUTPUTS[output].file_name(self.file)

    def canonical(self) -> bytes:
        """All its values as JSON, equal for equal variants: without the places in the manifest that they come from."""
        chosen = self.choices
        choices = structs.replace(
            chosen,
            audience_span=None,
            include=tuple(Selector(each.text) for each in chosen.include),
            exclude=tuple(Selector(each.text) for each in chosen.exclude),
            schedule=structs.replace(chosen.schedule, breaks=_placeless(chosen.schedule.breaks)),
        )
        event = dataclasses.replace(self.event, breaks=_placeless(self.event.breaks))
        placeless = dataclasses.replace(self, choices=choices, event=event)
        return msgspec.json.encode(placeless, enc_hook=str, order="sorted")  # paths are encoded as text


def variants_of(manifest: Manifest) -> tuple[Variant, ...]:
    """The variants, in the order of the matrix.

    Raises:
        QuarterdeckError: if two of them are the same, or write the same file.

    """
    names = _names(manifest)
    variants = [_variant(manifest, each, name) for each, name in zip(manifest.combinations, names, strict=True)]
    found = Diagnostics()
    for name, count in Counter(names).items():
        if count > 1:
            found.error(
                f"{count} variants are the same: {name}",
                manifest.matrix_at,
                hint="an 'include' that changes a variant sets an axis that the matrix has no values for",
                code="duplicate-variant",
            )
    found.raise_errors()
    writers: dict[PurePosixPath, Variant] = {}
    for variant in variants:
        for output in variant.outputs:
            path = variant.path_of(output)
            other = writers.setdefault(path, variant)
            if other is not variant:
                found.error(
                    f"the variants {other.name} and {variant.name} both write {path}",
                    manifest.matrix_at or SourceSpan(str(manifest.path)),
                    hint="put {variant} into 'folder:' or 'file:'",
                    code="duplicate-output",
                )
    found.raise_errors()
    return tuple(variants)


def variant_named(manifest: Manifest, name: str | None, file: str) -> Variant:
    """The variant of that name; for None the one that writes a PPTX called ``file``, or the only one.

    Raises:
        QuarterdeckError: with the names that there are.

    """
    variants = variants_of(manifest)
    if name is not None:
        found = [each for each in variants if each.name == name]
        what = f"there is no variant '{name}'"
    else:
        found = [each for each in variants if each.path_of("pptx").name == file] or list(variants)
        what = f"{shown_path(manifest.path)} has {len(found)} variants that '{file}' may be of"
    if len(found) == 1:
        return found[0]
    names = [each.name for each in (found or variants)]
    raise QuarterdeckError.of(
        what,
        hint=f"say which with --variant: {', '.join(names[:_MOST_NAMED])}{', …' if len(names) > _MOST_NAMED else ''}",
        code="unknown-variant",
    )


_MOST_NAMED = 20
"""Variants that a hint lists."""


def _names(manifest: Manifest) -> list[str]:
    """The names of the variants: their values on the axes on which they differ."""
    combinations = manifest.combinations
    themes = _theme_names(manifest)
    differing = [axis for axis in AXES if len({each.values.get(axis) for each in combinations}) > 1]
    fallback = next((axis for axis in ("form", "deck") if combinations and axis in combinations[0].values), "deck")
    return [
        "-".join(_slug(each.values[axis], axis, themes) for axis in differing or [fallback] if axis in each.values)
        or "plain"
        for each in combinations
    ]


def _theme_names(manifest: Manifest) -> Mapping[str, str]:
    """What each theme is called in names: the name of its file, with as many folders as tell it from the others."""
    named = {each.values["theme"] for each in manifest.combinations if "theme" in each.values}
    parts = {theme: Path(theme).with_suffix("").parts if "/" in theme or "." in theme else (theme,) for theme in named}
    names: dict[str, str] = {}
    for theme, own in parts.items():
        for count in range(1, len(own) + 1):
            names[theme] = slug("-".join(own[-count:]))
            if sum(other[-count:] == own[-count:] for other in parts.values()) == 1:
                break
    return names


def _slug(value: str, axis: str, themes: Mapping[str, str]) -> str:
    return (themes.get(value, "") if axis == "theme" else slug(value)) or "variant"


def _variant(manifest: Manifest, combination: Combination, name: str) -> Variant:
    values = combination.values
    event = manifest.events[values.get("event", "")]
    form = manifest.forms[values.get("form", "")]
    deck = manifest.decks[values["deck"]]
    start = event.start if form.start is None else form.start
    variables = {**manifest.variables, **event.variables, **form.variables, **combination.variables}
    choices = Choices(
        variables,
        values.get("audience"),
        Role(values["role"]) if "role" in values else None,
        values.get("language"),
        event=_template_values(event, start),
        form=values.get("form"),
        include=form.include or manifest.include,
        exclude=(*manifest.exclude, *form.exclude),
        theme=_theme(manifest, values.get("theme")),
        duration=form.duration,
        schedule=Schedule(start, event.breaks if form.breaks is None else form.breaks),
        audience_span=manifest.audiences.get(values.get("audience", "")),
    )
    event = dataclasses.replace(event, start=start)
    outputs = _first(combination.outputs, form.outputs, manifest.outputs)
    themes = _theme_names(manifest)
    words = {axis: _slug(values[axis], axis, themes) for axis in AXES if axis in values} | {"variant": name}
    varies = len(manifest.decks) > 1
    folder = _filled(manifest.folder or "{variant}", words)
    file = _filled(manifest.file or ("{variant}" if varies else "{deck}-{variant}"), words)
    return Variant(
        name,
        values,
        deck,
        choices,
        event,
        form.title,
        outputs if outputs is not None else default_outputs(event, choices.role),
        PurePosixPath(folder),
        file or name,
        tuple(path for path in manifest.decks.values() if path != deck),
    )


def _first(*candidates: tuple[str, ...] | None) -> tuple[str, ...] | None:
    return next((each for each in candidates if each is not None), None)


def _template_values(event: Event, start: int | None) -> dict[str, object]:
    """The values of the event for templates; unknown ones are left out, so that ``default`` works."""
    known = {
        "title": event.title,
        "date": event.date,
        "start": None if start is None else f"{start // 60}:{start % 60:02}",
        "place": event.place,
    }
    return {key: value for key, value in known.items() if value is not None}


def _theme(manifest: Manifest, theme: str | None) -> str | None:
    """A theme: the path of a file in the manifest's folder, or a name."""
    file = manifest.path.parent / theme if theme else None
    return str(file) if file is not None and file.is_file() else theme


def _filled(pattern: str, words: Mapping[str, str]) -> str:
    """The pattern with its placeholders replaced; missing values leave no gap."""
    parts = [_PLACEHOLDER.sub(lambda match: words.get(match[1], ""), part) for part in pattern.split("/")]
    cleaned = [re.sub(r"-{2,}", "-", part).strip("-. ") for part in parts]
    return "/".join(part for part in cleaned if part)


def _placeless(breaks: tuple[Break, ...]) -> tuple[Break, ...]:
    """Breaks without their places in the manifest."""
    return tuple(structs.replace(each, span=None) for each in breaks)
