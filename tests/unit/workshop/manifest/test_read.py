"""A manifest is read whole, or all of its faults are shown with their places."""

from __future__ import annotations

import contextlib
import importlib.resources
import json
import textwrap
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.model.options import Role
from quarterdeck.text.passage import Passage
from quarterdeck.text.yaml import parse_yaml, plain_value
from quarterdeck.workshop.manifest import manifest, read, seats
from quarterdeck.workshop.manifest.manifest import AXES
from quarterdeck.workshop.manifest.read import read_manifest
from quarterdeck.workshop.manifest.variants import OUTPUTS
from support.workshop_folder import Workshop

SCHEMA = json.loads((importlib.resources.files("quarterdeck") / "workshop/manifest/schema.json").read_text("utf-8"))
WHOLE = """
title: Ports
event:
  title: Harbour days
  date: 2026-05-12
  start: 9:00
  timezone: Europe/Berlin
  place: Bremen
  breaks:
    - {at: 10:30, duration: 15m}
  vars: {room: A}
forms:
  lightning: {duration: 15m, include: [basics], breaks: []}
  half-day:
    title: Doors, all morning
    duration: 3h
    start: "13:30"
    exclude: .deep
    breaks:
      - {title: Tea, after: basics, duration: 20m}
    outputs: [html, calendar]
    vars: {room: B}
matrix:
  form: [lightning, half-day]
  audience: [beginner, advanced]
  role: [instructor, attendee]
  exclude:
    - {form: lightning, audience: advanced}
  include:
    - {form: half-day, role: attendee, theme: contrast, vars: {room: C}}
vars: {greeting: Moin}
exclude: [agenda]
outputs: [pptx]
folder: "{form}/{audience}"
seats: {count: 12, warm: 3, hosts: [one, "tcp://192.0.2.1:2376"], memory: 512m, cpus: 1.5, expires: 2h, code: TIDE-42}
file: "{deck}-{role}"
"""


def test_whole_manifest(workshop: Workshop) -> None:
    """Everything that a manifest can say reaches the variants."""
    variants = {each.name: each for each in workshop.variants(WHOLE)}
    assert list(variants) == [
        "lightning-beginner-instructor",
        "lightning-beginner-attendee",
        "half-day-beginner-instructor",
        "half-day-beginner-attendee-contrast",
        "half-day-advanced-instructor",
        "half-day-advanced-attendee-contrast",
    ]
    lightning = variants["lightning-beginner-attendee"]
    chosen = lightning.choices
    assert (chosen.role, chosen.audience, chosen.form, chosen.duration) == (Role.ATTENDEE, "beginner", "lightning", 900)
    assert ([s.text for s in chosen.include], [s.text for s in chosen.exclude]) == (["basics"], ["agenda"])
    assert (chosen.variables, chosen.schedule.start, chosen.schedule.breaks) == (
        {"greeting": "Moin", "room": "A"},
        540,
        (),
    )
    assert chosen.event == {"title": "Harbour days", "date": "2026-05-12", "start": "9:00", "place": "Bremen"}
    assert str(lightning.path_of("pptx")) == "lightning/beginner/ports-attendee.pptx"
    half_day = variants["half-day-advanced-attendee-contrast"]
    assert (half_day.outputs, half_day.choices.theme, half_day.choices.variables["room"]) == (
        ("html", "calendar"),
        "contrast",
        "C",
    )
    (tea,) = half_day.choices.schedule.breaks
    assert (tea.title, tea.after, tea.seconds, half_day.event.start) == ("Tea", "basics", 1200, 13 * 60 + 30)


def test_smallest_manifest(workshop: Workshop) -> None:
    """An empty manifest is one variant: the deck beside it, as it is."""
    (variant,) = workshop.variants("")
    assert (variant.name, variant.deck, variant.choices.role) == ("ports", workshop.path, None)
    assert {"pptx", "html"} <= set(variant.outputs)
    assert "calendar" not in variant.outputs


def test_events_and_decks(workshop: Workshop) -> None:
    """Several events and decks multiply; what events share stands under 'event'."""
    workshop.write("more/other.md", "# Other")
    variants = workshop.variants(
        "decks: [., more/other.md]\nevent: {start: 9:00}\nevents:\n  spring: {date: 2026-05-12}\n"
        "  autumn: {date: 2026-10-01, start: 10:00}\n"
    )
    assert [each.name for each in variants] == ["ports-spring", "ports-autumn", "other-spring", "other-autumn"]
    assert [(each.event.date, each.event.start) for each in variants[:2]] == [("2026-05-12", 540), ("2026-10-01", 600)]
    assert "calendar" in variants[0].outputs
    assert variants[2].path_of("html").name == "other-spring.html"


@pytest.mark.parametrize(
    ("text", "code", "place", "hint"),
    [
        ("titel: x", "unknown-key", "1:1", "did you mean 'title'?"),
        ("title: [x", "invalid-yaml", "1:1", "quote"),
        ("- a\n- b", "invalid-yaml", "1:1", ""),
        ("decks: [nope]", "missing-deck", "1:9", "deck.md"),
        ("forms: {a: {duration: long}}", "wrong-type", "1:23", "45m"),
        ("forms: {a: {minutes: 3}}", "unknown-key", "1:13", "duration"),
        ("forms:\n  a: 3", "wrong-type", "2:6", ""),
        ("forms: [a]", "wrong-type", "1:8", ""),
        ("forms: {a/b: {duration: 3m}}", "bad-id", "1:14", "names files"),
        ("forms: {a: {}, a: {}}", "duplicate-key", "1:16", "keep one"),
        ("matrix: {role: teacher}", "unknown-value", "1:16", "attendee"),
        ("forms: {talk: {}}\nmatrix: {form: [tlak]}", "unknown-value", "2:17", "did you mean 'talk'?"),
        ("matrix: {audience: [a, a]}", "duplicate-key", "1:24", "keep one"),
        ("matrix: {audience: [ops], exclude: [{audience: oops}]}", "unknown-value", "1:48", "did you mean 'ops'?"),
        ("matrix: {audience: [a], exclude: {audience: a}}", "wrong-type", "1:34", "- "),
        ("matrix: {audience: [a], exclude: [{audience: a}]}", "empty-matrix", "1:9", "fewer"),
        ("matrix: {include: [{rolle: attendee}]}", "unknown-key", "1:21", "did you mean 'role'?"),
        (
            "forms: {a: {}, b: {}}\nmatrix: {audience: x, include: [{audience: y}]}",
            "incomplete-variant",
            "2:33",
            "one of a, b",
        ),
        ("matrix: {audience: [a, b, c], exclude: [{audience: [a, b]}]}", "wrong-type", "1:52", "each"),
        ("matrix: {audience: a, include: [{theme: [night, contrast]}]}", "wrong-type", "1:41", "each"),
        ("outputs: [pptx, hmtl]", "unknown-output", "1:17", "did you mean 'html'?"),
        ("event: {date: tomorrow}", "wrong-type", "1:15", "2026-05-12"),
        ("event: {start: 25:00}", "wrong-type", "1:16", "9:00"),
        ("event: {timezone: Bremen}", "wrong-type", "1:19", "Europe/Berlin"),
        ("event: {breaks: [{duration: 5m}]}", "bad-break", "1:18", "after"),
        ("event: {breaks: [{at: 9:30, after: x, duration: 5m}]}", "bad-break", "1:18", "after"),
        ("event: {breaks: [{at: 9:30}]}", "bad-break", "1:18", "15m"),
        ("matrix: {theme: [night, contrst]}", "unknown-theme", "1:25", "did you mean 'contrast'?"),
        ("matrix: {theme: brands/acme.yaml}", "unknown-theme", "1:17", "there is no folder"),
        ("matrix: {include: [{theme: acme.potx}]}", "unknown-theme", "1:28", "looked in"),
        ("decks: [.]\nforms:\n\ta: {}", "invalid-yaml", "3:1", "blanks"),
        ("folder: '{from}'", "unknown-placeholder", "1:9", "form"),
        ("folder: ../x", "bad-path", "1:9", "below"),
        ("file: a/b", "bad-path", "1:7", "folder"),
    ],
)
def test_faults(workshop: Workshop, text: str, code: str, place: str, hint: str) -> None:
    """Each mistake has its message, its place and what to do."""
    with pytest.raises(QuarterdeckError) as caught:
        workshop.manifest(text)
    assert [(f.code, str(f.span)) for f in caught.value.diagnostics] == [(code, f"workshop.yaml:{place}")]
    assert hint in (caught.value.diagnostics[0].hint or "")


def test_all_faults_at_once(workshop: Workshop) -> None:
    """One run shows all that is wrong."""
    with pytest.raises(QuarterdeckError) as caught:
        workshop.manifest("titel: x\nevent: {start: late}\nmatrix: {role: boss}\noutputs: [doc]\n")
    assert [fault.span.line for fault in caught.value.diagnostics if fault.span] == [1, 2, 3, 4]


def test_missing_manifest(tmp_path: Path) -> None:
    """A folder without a manifest is told where to read about them."""
    with pytest.raises(QuarterdeckError, match="no such manifest") as caught:
        read_manifest(tmp_path)
    assert "help workshops" in (caught.value.diagnostics[0].hint or "")


def test_deck_in_the_place_of_a_manifest(workshop: Workshop) -> None:
    """A deck is not a manifest, though much of its Markdown would pass for YAML."""
    with pytest.raises(QuarterdeckError, match=r"deck\.md is not a manifest"):
        read_manifest(workshop.path / "deck.md")


def test_schema_knows_the_same_keys() -> None:
    """The schema that editors use says what the program reads, no more and no less."""
    parts = SCHEMA["$defs"]
    assert set(SCHEMA["properties"]) == set(read.KEYS)
    assert set(parts["event"]["properties"]) == set(manifest.EVENT_KEYS)
    assert set(parts["form"]["properties"]) == set(read.FORM_KEYS)
    assert set(parts["break"]["properties"]) == set(manifest.BREAK_KEYS)
    assert set(parts["matrix"]["properties"]) == set(read.MATRIX_KEYS)
    assert set(parts["combination"]["properties"]) == set(AXES)
    assert set(parts["addition"]["properties"]) == set(read.INCLUDE_KEYS)
    assert set(parts["output"]["enum"]) == set(OUTPUTS)
    assert set(parts["seats"]["properties"]) == set(seats.SEATS_KEYS)
    assert set(parts["role"]["enum"]) == set(Role)


def plain(text: str) -> dict[str, object]:
    """A manifest's values."""
    node = parse_yaml(Passage.of_file(text, "workshop.yaml"), "the manifest", Diagnostics())
    assert node is not None
    value = plain_value(node)
    assert isinstance(value, dict)
    return value


def test_schema_takes_what_the_program_takes(workshop: Workshop) -> None:
    """A manifest that can be read is valid, and one with a misspelt key isn't."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    whole = plain(WHOLE)
    jsonschema.validate(whole, SCHEMA)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**whole, "titel": "x"}, SCHEMA)


def test_the_guides_example(workshop: Workshop) -> None:
    """The manifest in the guide can be read, and is valid."""
    guide = (importlib.resources.files("quarterdeck") / "reference/workshops.md").read_text("utf-8")
    lines = guide.partition("    # yaml-language-server")[2].partition("\n## Keys")[0].splitlines()[1:]
    example = textwrap.dedent("\n".join(lines))
    names = [variant.name for variant in workshop.variants(example)]
    assert (len(names), names[-1]) == (11, "lecture-beginner-attendee-de")
    jsonschema.validate(plain(example), SCHEMA)


VALUES = (
    "x",
    "[a, b]",
    "{a: {}, b: null}",
    "[]",
    "3",
    "null",
    "9:00",
    "45m",
    "[{}]",
    "[[a]]",
    "&a [*a]",
    "'{x}'",
    "../a",
    "{a: {duration: 3m, breaks: [{after: x, duration: 3m}]}}",
    "{form: [a], role: attendee, include: [{role: instructor}, {theme: x}], exclude: [{form: a}]}",
    "!!python/object:os.system x",
    "{? [a] : b}",
)


@pytest.mark.slow
@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.dictionaries(st.sampled_from(read.KEYS), st.sampled_from(VALUES), max_size=5))
def test_anything_is_read_or_refused(workshop: Workshop, keys: dict[str, str]) -> None:
    """Whatever stands under a key, there are variants, or faults."""
    with contextlib.suppress(QuarterdeckError):
        assert workshop.variants("\n".join(f"{key}: {value}" for key, value in keys.items()))
