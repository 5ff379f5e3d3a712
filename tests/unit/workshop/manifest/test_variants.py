"""The variants of a manifest: names, paths, outputs."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.options import Role
from quarterdeck.workshop.manifest.manifest import Event
from quarterdeck.workshop.manifest.variants import default_outputs
from support.workshop_folder import Workshop


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("matrix: {audience: [a], include: [{audience: b}, {audience: b}]}", "duplicate-variant"),
        ("matrix: {audience: [a, b]}\nfolder: all\nfile: one", "duplicate-output"),
    ],
)
def test_variants_that_would_meet(workshop: Workshop, text: str, code: str) -> None:
    """Two variants never write the same file."""
    with pytest.raises(QuarterdeckError) as caught:
        workshop.variants(text)
    assert {fault.code for fault in caught.value.diagnostics} == {code}
    assert all(fault.span and fault.span.line == 1 for fault in caught.value.diagnostics)


def test_names_and_paths(workshop: Workshop) -> None:
    """A variant is named by its values on the axes that differ; patterns leave no gap where it has no value."""
    roles = "matrix: {role: [instructor, attendee], theme: [night]}\n"
    first, second = workshop.variants(roles + "folder: '{theme}/{role}'\nfile: '{deck}-{language}'\noutputs: html")
    assert (first.name, second.name) == ("instructor", "attendee")
    assert first.path_of("html").as_posix() == "night/instructor/ports.html"
    assert first.path_of("handout").as_posix() == "night/instructor/ports-handout.html"


def test_themes_of_the_same_file_name(workshop: Workshop) -> None:
    """They are told apart by their folders; one whose name is its own keeps the short one."""
    for name in ("acme/brand.yaml", "north/brand.yaml", "south/other.yaml"):
        workshop.write(name, "extends: night\n")
    themes = "[night, acme/brand.yaml, north/brand.yaml, south/other.yaml]"
    variants = workshop.variants(f"matrix: {{theme: {themes}}}\nfile: '{{theme}}'\noutputs: html")
    assert [each.name for each in variants] == ["night", "acme-brand", "north-brand", "other"]
    assert variants[1].path_of("html").name == "acme-brand.html"


def test_default_outputs() -> None:
    """Everything whose needs are met: a kit is for a role, a calendar needs a date and a start, PDFs a browser."""
    dated = Event(date="2026-05-12", start=9 * 60)
    assert default_outputs(Event(), None) == ("pptx", "html", "handout")
    assert default_outputs(Event(date="2026-05-12"), Role.ATTENDEE) == ("pptx", "html", "handout", "kit")
    assert default_outputs(dated, Role.ATTENDEE) == ("pptx", "html", "handout", "kit", "calendar")


def test_equal_variants_are_encoded_alike(workshop: Workshop) -> None:
    """Wherever in the manifest their values are written; any other value makes another text."""
    text = (
        "event: {date: 2026-05-12, start: 9:00, breaks: [{after: basics, duration: 15m}],\n"
        "  vars: {n: 1, d: 2026-01-01}}\n"
        "include: [basics]\nexclude: [.deep]\n"
    )
    (one,) = workshop.variants(text)
    (moved,) = workshop.variants("# moved\n\n" + text)
    assert one != moved, "their places differ"
    assert one.canonical() == moved.canonical()
    for before, after in (
        ("15m", "16m"),
        ("n: 1", "n: 2"),
        ("[basics]", "[doors]"),
        ("[.deep]", "[.new]"),
        ("9:00", "9:01"),
    ):
        (other,) = workshop.variants(text.replace(before, after))
        assert other.canonical() != one.canonical(), after
