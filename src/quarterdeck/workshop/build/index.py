"""The indexes of a workshop: offline pages with links to the files of its variants; and lists for the terminal.

The organiser's page has every file, what was wrong with it, and where.  The attendees' has their files alone.
"""

from __future__ import annotations

import html
import importlib.resources
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from urllib.parse import quote

from msgspec import structs

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.files.atomic import shown_size
from quarterdeck.model.options import Role
from quarterdeck.workshop.build.build import VariantOutcome, VariantState
from quarterdeck.workshop.build.records import Record, TalkFacts, WrittenFile
from quarterdeck.workshop.manifest.manifest import AXES, Event, Manifest
from quarterdeck.workshop.manifest.variants import OUTPUTS, Variant

_GROUPED_BY = ("deck", "event", "form")
"""The axes whose values are headings; the others are shown on each variant."""
_ADVICE = "For the organiser only: it links to the instructors' copies too."


def index_page(manifest: Manifest, outcomes: Sequence[VariantOutcome]) -> str:
    """The organiser's page as HTML; the same build gives the same bytes."""
    return _page(manifest, outcomes, f'<p class="counts">{_counts(outcomes)}</p>', f"<footer>{_ADVICE}</footer>\n")


def attendees_page(manifest: Manifest, outcomes: Sequence[VariantOutcome]) -> str | None:
    """The page to be handed out as HTML: the attendees' variants that are built; None if there are none."""
    theirs = [
        replace(each, state=VariantState.BUILT, record=structs.replace(each.record, warnings=()), faults=())
        for each in outcomes
        if each.variant.choices.role is Role.ATTENDEE and each.record is not None
    ]
    return _page(manifest, theirs) if theirs else None


def _page(manifest: Manifest, outcomes: Sequence[VariantOutcome], counts: str = "", foot: str = "") -> str:
    style = (importlib.resources.files("quarterdeck") / "workshop" / "build" / "index.css").read_text("utf-8")
    title = html.escape(manifest.title)
    body = "\n".join(_groups(outcomes))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{title}</h1>
{_about(manifest)}{counts}
</header>
<main>
{body}
</main>
{foot}</body>
</html>
"""


def _about(manifest: Manifest) -> str:
    if len(manifest.events) != 1:
        return ""
    line = _event_line(next(iter(manifest.events.values())))
    return f'<p class="about">{line}</p>\n' if line else ""


def _event_line(event: Event) -> str:
    start = None if event.start is None or not event.date else f"{event.start // 60}:{event.start % 60:02}"
    return " · ".join(html.escape(part) for part in (event.title, event.date, start, event.place) if part)


def _counts(outcomes: Sequence[VariantOutcome]) -> str:
    failed = sum(each.state is VariantState.FAILED for each in outcomes)
    files = [file for each in outcomes if each.record for file in each.record.files]
    parts = [
        f"<b>{len(outcomes)}</b> variants",
        f"<b>{len(files)}</b> files",
        f"<b>{shown_size(sum(f.size for f in files))}</b>",
    ]
    if failed:
        parts.append(f'<b class="failed">{failed} could not be built</b>')
    return " · ".join(parts)


def _groups(outcomes: Sequence[VariantOutcome]) -> Iterator[str]:
    """The variants, grouped by deck, event and form."""
    differing = [axis for axis in AXES if len({each.variant.values.get(axis) for each in outcomes}) > 1]
    headings = [axis for axis in _GROUPED_BY if axis in differing]

    def heading(outcome: VariantOutcome) -> tuple[str, ...]:
        return tuple(outcome.variant.values.get(axis, "") for axis in headings)

    together: dict[tuple[str, ...], list[VariantOutcome]] = {}
    for outcome in outcomes:
        together.setdefault(heading(outcome), []).append(outcome)
    for values, members in together.items():
        if values:
            yield f"<h2>{html.escape(' · '.join(filter(None, values)))} {_about_form(members[0].variant)}</h2>"
        yield '<div class="variants">'
        for outcome in members:
            yield _card(outcome, [axis for axis in differing if axis not in headings])
        yield "</div>"


def _about_form(variant: Variant) -> str:
    seconds = variant.choices.duration
    parts = (variant.title, f"{seconds / 60:.0f} minutes" if seconds else None)
    return f"<small>{html.escape(' · '.join(filter(None, parts)))}</small>" if any(parts) else ""


def _card(outcome: VariantOutcome, axes: Sequence[str]) -> str:
    variant, record = outcome.variant, outcome.record
    failed = outcome.state is VariantState.FAILED
    parts = [
        f'<article id="{html.escape(variant.name)}"{" class=failed" if failed else ""}>',
        f"<h3>{html.escape(variant.name)}</h3>",
        _chips(variant, axes),
    ]
    if failed:
        kept = "; the files are of an earlier build" if record else ""
        parts.append(f'<p class="facts state">could not be built{kept}</p>')
        parts.append(_faults(outcome.faults))
    elif record is None:
        parts.append('<p class="facts">not built yet</p>')
    if record is not None:
        parts += _built(record, failed=failed)
    return "\n".join(filter(None, (*parts, "</article>")))


def _built(record: Record, *, failed: bool) -> Iterator[str]:
    yield _facts(record.talk)
    yield _time(record.talk)
    yield _files(record.files)
    yield _agenda(record.talk)
    if record.warnings and not failed:
        count = len(record.warnings)
        heading = f"<b>{count} warning{'s' * (count != 1)}</b>"
        yield f"<details><summary>{heading}</summary>{_faults(record.warnings)}</details>"


def _chips(variant: Variant, axes: Sequence[str]) -> str:
    values = [variant.values[axis] for axis in axes if axis in variant.values]
    items = "".join(
        f"<li{' class=instructor' if value == 'instructor' else ''}>{html.escape(value)}</li>" for value in values
    )
    return f'<ul class="chips">{items}</ul>' if items else ""


def _facts(talk: TalkFacts) -> str:
    planned = f"{talk.seconds / 60:.0f} min" if talk.seconds else ""
    if talk.budget:
        planned = f"{talk.seconds / 60:.0f} of {talk.budget / 60:.0f} min"
    parts = [f"{talk.slides} slides", f"{talk.demos} demos" if talk.demos else "", planned]
    return f'<p class="facts">{" · ".join(filter(None, parts))}</p>'


def _time(talk: TalkFacts) -> str:
    """A bar that shows how much of the time is planned."""
    if not talk.budget or not talk.seconds:
        return ""
    over = " over" if talk.seconds > talk.budget * 1.005 else ""
    return f'<div class="time{over}"><i style="width:{min(100, 100 * talk.seconds / talk.budget):.0f}%"></i></div>'


def _files(files: Iterable[WrittenFile]) -> str:
    items = "".join(
        f'<li><a href="{html.escape(quote(file.path))}">{html.escape(_label(file))}'
        f"<small>{shown_size(file.size)}</small></a></li>"
        for file in files
    )
    return f'<ul class="files">{items}</ul>' if items else ""


def _label(file: WrittenFile) -> str:
    kind = OUTPUTS.get(file.output)
    return kind.label if kind else file.output


def _agenda(talk: TalkFacts) -> str:
    if not talk.parts:
        return ""
    rows = "".join(
        f"<tr{' class=break' if part.is_break else ''}><td>{part.clock}</td><td>{html.escape(part.title)}</td>"
        f"<td>{part.minutes} min</td></tr>"
        for part in talk.parts
    )
    return f"<details><summary>Agenda</summary><table>{rows}</table></details>"


def _faults(faults: Iterable[Diagnostic]) -> str:
    items = "".join(
        f"<li>{html.escape(fault.message)}{f' <code>{html.escape(str(fault.span))}</code>' if fault.span else ''}</li>"
        for fault in faults
    )
    return f'<ul class="faults">{items}</ul>'


Listed = Sequence[tuple[Variant, bool]]
"""Variants, each with whether it is up to date."""


def as_table(listed: Listed) -> str:
    """A table for the terminal: each variant's name, values, minutes and outputs."""
    axes = [axis for axis in AXES if len({variant.values.get(axis) for variant, _ in listed}) > 1]
    rows = [("variant", *axes, "minutes", "outputs", "")]
    for variant, fresh in listed:
        minutes = f"{variant.choices.duration / 60:.0f}" if variant.choices.duration else ""
        values = [variant.values.get(axis, "") for axis in axes]
        rows.append((variant.name, *values, minutes, " ".join(variant.outputs), "up to date" if fresh else "to build"))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    count = len(listed)
    return "\n".join((*(line.rstrip() for line in lines), f"\n{count} variant{'s' * (count != 1)}"))


def as_json(listed: Listed) -> str:
    """A JSON array with an object for each variant."""
    return json.dumps(list(_objects(listed)), ensure_ascii=False, indent=2)


def _objects(listed: Listed) -> Iterable[dict[str, object]]:
    for variant, fresh in listed:
        yield {
            "name": variant.name,
            "values": dict(variant.values),
            "deck": str(variant.deck),
            "seconds": variant.choices.duration,
            "files": {output: str(variant.path_of(output)) for output in variant.outputs},
            "fresh": fresh,
        }
