"""The flagship as a lightning talk, a lecture and half a day, for everyone who gives it or hears it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pptx import Presentation

from quarterdeck.model.content import plain_text
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import Command, Step, StepKind
from quarterdeck.model.options import Choices
from quarterdeck.source.deck import load_deck
from quarterdeck.workshop.build.records import Record, read_records
from quarterdeck.workshop.manifest.read import read_manifest
from quarterdeck.workshop.manifest.variants import Variant, variants_of
from support.commands import quarterdeck
from support.flagship import FLAGSHIP
from support.ooxml_lint import lint

MINUTES = {"lightning": 15, "lecture": 45, "workshop": 180}
PARTS = ("kernel", "What is Docker", "Running", "Publishing", "Mounting", "environment", "Building", "Deploying")
"""The parts that end with an exercise in half a day."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All variants, built without a warning."""
    folder = tmp_path_factory.mktemp("workshop")
    ran = quarterdeck("workshop", "build", FLAGSHIP, "-o", folder, "--strict", cwd=FLAGSHIP.parent.parent)
    assert (ran.status, ran.err) == (0, "")
    return folder


@pytest.fixture(scope="module")
def variants() -> dict[str, Variant]:
    """What the manifest says."""
    return {each.name: each for each in variants_of(read_manifest(FLAGSHIP))}


@pytest.fixture(scope="module")
def records(folder: Path) -> dict[str, Record]:
    """What was built."""
    return read_records(folder)


@pytest.fixture(scope="module")
def half_day() -> Deck:
    """Everything that there is: notes, exercises, solutions."""
    return load_deck(FLAGSHIP, Choices(form="workshop")).deck


def titles(folder: Path, variant: Variant) -> list[str]:
    """The titles that a PowerPoint file shows, without its line breaks, each once: a picture and its demo share one."""
    slides = Presentation(str(folder / variant.path_of("pptx"))).slides
    shown = [slide for slide in slides if slide._element.get("show") != "0"]
    texts = [slide.shapes.title.text for slide in shown if slide.shapes.title]
    return list(dict.fromkeys(" ".join(text.split()) for text in texts))


def test_twelve_variants(variants: dict[str, Variant], records: dict[str, Record]) -> None:
    """Three forms for two audiences and two roles."""
    names = {
        f"{form}-{audience}-{role}"
        for form in MINUTES
        for audience in ("beginner", "advanced")
        for role in ("instructor", "attendee")
    }
    assert set(variants) == set(records) == names


def test_every_form_fits_its_time(records: dict[str, Record]) -> None:
    """The agenda adds up to no more than there is, and wastes no quarter of it."""
    for name, record in records.items():
        minutes = MINUTES[name.partition("-")[0]]
        assert record.talk.budget == minutes * 60
        assert 0.75 * minutes <= record.talk.seconds / 60 <= minutes, name
        assert sum(part.minutes for part in record.talk.parts) == round(record.talk.seconds / 60)


def test_lightning_is_what_the_manifest_includes(folder: Path, variants: dict[str, Variant]) -> None:
    """Each slide that the manifest names is there, in the deck's order, and no other; attendees see the same."""
    lightning = variants["lightning-beginner-instructor"]
    named = {selector.text for selector in lightning.choices.include}
    deck = load_deck(FLAGSHIP).deck
    expected = [s.title_text for s in deck.slides if s.id in named and s.audience in ((), ("beginner",))]
    assert titles(folder, lightning) == expected == titles(folder, variants["lightning-beginner-attendee"])


def test_audiences(folder: Path, variants: dict[str, Variant]) -> None:
    """What is for beginners only isn't shown to others, and the other way round; the rest is shown to both."""
    deck = load_deck(FLAGSHIP).deck
    for audience, other in (("beginner", "advanced"), ("advanced", "beginner")):
        shown = set(titles(folder, variants[f"lecture-{audience}-attendee"]))
        for slide in deck.slides:
            assert (slide.title_text in shown) == (slide.audience != (other,)), (audience, slide.id)


def test_half_a_day_has_an_exercise_after_every_part(half_day: Deck, records: dict[str, Record]) -> None:
    """Whoever comes does something with their own hands in each part; breaks stand where the manifest wants them."""
    for audience in ("beginner", "advanced"):
        deck = load_deck(FLAGSHIP, Choices(form="workshop", audience=audience)).deck
        tasks = [slide.section or "" for slide in deck.slides if slide.exercise and not slide.hidden]
        assert len(tasks) == len(PARTS)
        assert all(part in section for part, section in zip(PARTS, tasks, strict=True))
    parts = records["workshop-beginner-attendee"].talk.parts
    after = [parts[n - 1].title for n, part in enumerate(parts) if part.is_break]
    assert after == ["What is Docker?", "Mounting volumes"]
    assert parts[0].clock == "9:00"
    assert not any(part.is_break for part in records["lecture-beginner-attendee"].talk.parts)


def test_agenda_slide(folder: Path, variants: dict[str, Variant], records: dict[str, Record]) -> None:
    """The table on the slide is the agenda that was planned."""
    name = "workshop-advanced-attendee"
    slide = Presentation(str(folder / variants[name].path_of("pptx"))).slides[1]
    cells = [
        cell.text
        for shape in slide.shapes
        if shape.has_table
        for row in shape.table.rows
        for cell in row.cells
        if cell.text
    ]
    for part in records[name].talk.parts:
        assert part.clock in cells
        assert part.title in cells


@pytest.mark.office
def test_every_pptx_is_valid(
    folder: Path, variants: dict[str, Variant], ooxml_validator: Callable[[bytes], list[str]]
) -> None:
    """The Open XML SDK validator and our own lint report nothing in any of them."""
    files = [(folder / variant.path_of("pptx")).read_bytes() for variant in variants.values()]
    assert [lint(pptx) for pptx in files] == [[]] * len(files)
    with ThreadPoolExecutor(2) as pool:  # the validator is a program of its own
        assert list(pool.map(ooxml_validator, files)) == [[]] * len(files)


def readable(name: str, data: bytes) -> Iterator[tuple[str, str]]:
    """Every text in a file, those in archives too: as it stands there, and as a program reads it."""
    if data[:4] == b"PK\x03\x04":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield from readable(f"{name}/{inner}", archive.read(inner))
        return
    text = data.decode("utf-8", "replace")
    yield name, " ".join(text.split())
    yield name, " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


def commands(steps: Iterable[Step], *, with_output: bool = False) -> Iterator[str]:
    """The lines that are typed, and with the output also those that come out."""
    for step in steps:
        for typed in step.interactions:
            if isinstance(typed, Command):
                yield from (line.strip() for line in typed.lines)
            if with_output:
                yield from (line.strip() for line in typed.expected.lines)


def holding(folder: Path, variant: Variant, secrets: set[str]) -> set[str]:
    """The secrets that someone finds who opens all files of a variant."""
    found: set[str] = set()
    for output in variant.outputs:
        path = folder / variant.path_of(output)
        for _, text in readable(path.name, path.read_bytes()):
            found |= {secret for secret in secrets if secret in text}
    return found


def test_attendees_find_no_note(folder: Path, variants: dict[str, Variant], half_day: Deck) -> None:
    """No file of an attendee's holds a paragraph of the speaker's; the instructors' hold theirs."""
    notes = {
        " ".join(plain_text(block.inlines).split())
        for slide in half_day.slides
        for block in slide.notes
        if hasattr(block, "inlines")
    }
    assert len(notes) > 130
    for variant in variants.values():
        found = holding(folder, variant, notes)
        assert (found == set()) if variant.name.endswith("attendee") else len(found) > 30, variant.name


def test_attendees_find_no_solution(folder: Path, variants: dict[str, Variant], half_day: Deck) -> None:
    """No file of an attendee's holds a command that only a solution has; the instructors' hold those of their tasks."""
    tasks = half_day.exercises.values()
    steps = [step for demo in half_day.scripts.values() for step in demo.steps]
    solving = (step for step in steps if step.kind is StepKind.SOLUTION)
    others = (step for step in steps if step.kind is not StepKind.SOLUTION)
    solutions = {line for line in commands(solving) if len(line) > 20} - set(commands(others, with_output=True))
    solutions -= {line for line in solutions for task in tasks if line in str(task.hints)}
    assert len(solutions) > 12
    for variant in variants.values():
        found = holding(folder, variant, solutions)
        if variant.name.endswith("attendee"):
            assert found == set(), variant.name
        elif variant.name.startswith("workshop"):
            assert len(found) > 6, variant.name
