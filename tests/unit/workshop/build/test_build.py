"""Variants are built when something that they are made from has changed, and only then."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.project.finish import Finish
from quarterdeck.workshop.build.build import BuildOrder, VariantOutcome, VariantState, build, sweep
from quarterdeck.workshop.build.records import FOLDER, read_records
from quarterdeck.workshop.manifest.read import read_manifest
from quarterdeck.workshop.manifest.variants import variants_of
from support.workshop_folder import Workshop

TWO = "matrix: {role: [instructor, attendee]}\noutputs: [html, pptx]\n"


class Builds:
    """Builds a workshop into ``out``."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.out = workshop.path / "out"

    def run(
        self,
        text: str | None = None,
        jobs: int = 1,
        strict: bool = False,
        only: str = "",
        finish: Finish | None = None,
    ) -> dict[str, VariantOutcome]:
        """Build what the manifest says now, and remove what it doesn't say any more."""
        if text is not None:
            self.workshop.file.write_text(text, "utf-8")
        manifest = read_manifest(self.workshop.path)
        variants = variants_of(manifest)
        order = BuildOrder.of(self.out, manifest.path, strict=strict, finish=finish)
        outcomes = build(variants, order, jobs, lambda each: only in each.name, lambda *_: None)
        self.swept = sweep(variants, order)
        return {each.variant.name: each for each in outcomes}

    def states(self, *args: Any, **kwargs: Any) -> list[str]:
        """What became of each."""
        return [str(each.state) for each in self.run(*args, **kwargs).values()]

    def files(self) -> dict[str, bytes]:
        """All that was built, but the records."""
        found = (path for path in sorted(self.out.rglob("*")) if path.is_file() and FOLDER not in path.parts)
        return {path.relative_to(self.out).as_posix(): path.read_bytes() for path in found}


@pytest.fixture
def builds(workshop: Workshop) -> Builds:
    """Nothing is built yet."""
    return Builds(workshop)


def test_builds_once(builds: Builds) -> None:
    """A second build finds everything as it would be."""
    assert builds.states(TWO) == ["built", "built"]
    before = builds.files()
    assert list(before) == [
        f"{role}/ports-{role}.{kind}" for role in ("attendee", "instructor") for kind in ("html", "pptx")
    ]
    assert builds.states() == ["unchanged", "unchanged"]
    assert builds.files() == before


def test_attendees_get_no_notes(builds: Builds) -> None:
    """The speaker's words are in no file of an attendee's."""
    builds.run(TWO)
    files = builds.files()
    assert b"Secret" in files["instructor/ports-instructor.html"]
    assert b"Secret" not in files["attendee/ports-attendee.html"]


def test_several_at_a_time_give_the_same(builds: Builds) -> None:
    """Workers build the same bytes as this process."""
    builds.run(TWO, jobs=2)
    together = builds.files()
    for path in builds.out.rglob("*"):
        if path.is_file():
            path.unlink()
    builds.run(jobs=1)
    assert builds.files() == together


@pytest.mark.parametrize(
    "change",
    [
        lambda w: w.write("deck.md", (w.path / "deck.md").read_text() + "\nmore\n"),
        lambda w: w.write("modules/doors.md", "A door that is open\n"),
        lambda w: (w.path / "out/attendee/ports-attendee.html").unlink(),
        lambda w: w.write("out/attendee/ports-attendee.html", "spoilt"),
        lambda w: w.file.write_text(TWO + "vars: {a: 1}"),
    ],
    ids=["source", "include", "output-gone", "output-changed", "manifest"],
)
def test_builds_what_has_changed(builds: Builds, change: Callable[[Workshop], object]) -> None:
    """A changed source, include, manifest or output is noticed by what it holds."""
    builds.run(TWO)
    change(builds.workshop)
    assert "built" in builds.states()
    assert builds.states() == ["unchanged", "unchanged"]


def test_a_users_function_counts(builds: Builds) -> None:
    """Each PPTX is finished with it, in workers too, and built again when it has changed or is no longer asked for."""
    marked = Finish("brand.py", b"def finish(presentation):\n    presentation.core_properties.subject = 'Internal'\n")
    assert builds.states(TWO, finish=marked, jobs=2) == ["built", "built"]
    first = builds.files()
    with zipfile.ZipFile(io.BytesIO(first["attendee/ports-attendee.pptx"])) as archive:
        assert b"Internal" in archive.read("docProps/core.xml")
    assert builds.states(finish=marked) == ["unchanged", "unchanged"]
    assert builds.states(finish=Finish("brand.py", marked.source + b"\n")) == ["built", "built"]
    assert builds.files() == first
    faulty = builds.run(finish=Finish("brand.py", b"def finish(presentation):\n    1 / 0\n"))
    assert [str(fault.span) for each in faulty.values() for fault in each.faults] == ["brand.py:2:5"] * 2
    assert builds.states() == ["built", "built"]


def test_content_counts_and_not_time(builds: Builds) -> None:
    """A file that was only touched changes nothing."""
    builds.run(TWO)
    for name in ("deck.md", "modules/doors.md", "out/attendee/ports-attendee.html"):
        os.utime(builds.workshop.path / name, (1, 1))
    assert builds.states() == ["unchanged", "unchanged"]


def test_places_in_the_manifest_do_not_count(builds: Builds) -> None:
    """A comment in the manifest changes no variant."""
    builds.run(TWO + "exclude: [doors]\n")
    assert builds.states("# a comment\n" + TWO + "exclude: [doors]\n") == ["unchanged", "unchanged"]


def test_translation_that_comes_later(builds: Builds) -> None:
    """A translation beside a source is taken as soon as it is there."""
    builds.workshop.write("deck.de.md", "# Häfen {#hello}\n")
    assert builds.states("matrix: {language: [en, de]}\noutputs: html\n") == ["built", "built"]
    builds.workshop.write("modules/doors.de.md", "Eine Tür, die zu ist\n")
    assert builds.states() == ["unchanged", "built"]
    demo = builds.workshop.write("demos/a/demo.md", "```console\n$ true\n```\n")
    builds.workshop.write("deck.md", "# A {#hello}\n---\ndemo: a\n---\n# B")
    builds.run()
    demo.with_name("demo.de.md").write_text("```console\n$ true\n```\n", "utf-8")
    assert "built" in builds.states()


def test_files_of_demos(builds: Builds) -> None:
    """A file that a demo brings counts, also one that is new."""
    script = builds.workshop.write("demos/a/demo.md", "```console\n$ true\n```\n")
    builds.workshop.write("deck.md", "---\n---\ndemo: a\n---\n# A")
    assert builds.states("") == ["built"]
    script.with_name("data.txt").write_text("x", "utf-8")
    assert builds.states() == ["built"]


def test_only_what_uses_it(builds: Builds) -> None:
    """A changed include builds only the variants that take it in."""
    text = (
        "forms: {all: {}, short: {include: hello}}\nvars: {}\noutputs: html\ndecks: [deck.md, plain.md]\n"
        "matrix: {exclude: [{deck: plain, form: short}]}"
    )
    builds.workshop.write("plain.md", "# Plain\n\n---\nid: hello\n---\n# Hello\n")
    assert builds.states(text) == ["built"] * 3
    builds.workshop.write("modules/doors.md", "Open\n")
    assert [name for name, each in builds.run().items() if each.state is VariantState.BUILT] == [
        "deck-all",
        "deck-short",
    ]


def test_one_that_fails_stops_no_other(builds: Builds) -> None:
    """A broken variant says why, and keeps what was built of it before."""
    text = "forms: {good: {}, bad: {exclude: [nothing]}}\noutputs: html\n"
    builds.run(text.replace("nothing", "doors"))
    before = builds.files()["bad/ports-bad.html"]
    outcomes = builds.run(text)
    assert [each.state for each in outcomes.values()] == [VariantState.UNCHANGED, VariantState.FAILED]
    (fault,) = outcomes["bad"].faults
    assert (fault.message, str(fault.span)) == ("there is no slide or section 'nothing'", "workshop.yaml:1:35")
    assert builds.files()["bad/ports-bad.html"] == before
    assert builds.states() == ["unchanged", "failed"]


def test_selectors_of_another_deck(builds: Builds) -> None:
    """With several decks a selector means the slides of those that have it; one that none has is an error in each."""
    builds.workshop.write("more/deck.md", "# More\n\n---\nid: quay\n---\n## Quay\n\nx\n")
    text = (
        "decks: [., more]\nevent: {date: 2026-05-12, start: 9:00, breaks: [{after: quay, duration: 5m}]}\n"
        "forms: {all: {exclude: [doors, quay]}, some: {include: [doors, quay]}, one: {include: [quay]},\n"
        "  typo: {exclude: [quai]}}\noutputs: html\n"
    )
    outcomes = builds.run(text)
    failed = {name: each.faults[0].message for name, each in outcomes.items() if each.state is VariantState.FAILED}
    nothing = "there is no slide or section 'quai'"
    assert failed == {
        "ports-one": "ports-one: the deck has none of the slides that are included",
        "ports-typo": nothing,
        "more-typo": nothing,
    }


def test_an_audience_that_is_misspelt(builds: Builds) -> None:
    """A deck that has nothing for an audience is nothing to warn of; a name close to one of its own is."""
    builds.workshop.write("deck.md", "# A\n\n---\naudience: beginners\n---\n## B\n\nx\n")
    outcomes = builds.run("matrix: {audience: [beginners, beginers, experts]}\noutputs: html\n")
    warnings = [(w.message, str(w.span)) for each in outcomes.values() if each.record for w in each.record.warnings]
    assert warnings == [("no slide is for the audience 'beginers'", "workshop.yaml:1:32")]


def test_strict(builds: Builds) -> None:
    """Warnings are errors where that is asked for: a plan that doesn't fit its time."""
    text = "forms: {short: {duration: 31m}}\noutputs: html\n"
    (outcome,) = builds.run(text).values()
    assert outcome.record is not None
    assert outcome.record.warnings == ()
    text = text.replace("31m", "30m59s")
    (outcome,) = builds.run(text).values()
    assert outcome.record is not None
    assert [fault.code for fault in outcome.record.warnings] == ["time-budget"]
    (outcome,) = builds.run(text, strict=True).values()
    assert (outcome.state, [fault.code for fault in outcome.faults]) == (VariantState.FAILED, ["time-budget"])


def test_former_variants_are_removed(builds: Builds) -> None:
    """What a variant of former times left goes, with its folder; what someone changed stays."""
    builds.run(TWO)
    builds.workshop.write("out/attendee/mine.txt", "not built")
    builds.workshop.write("out/instructor/ports-instructor.html", "changed by hand")
    assert builds.states("matrix: {role: [attendee], include: [{role: instructor, theme: night}]}") == ["built"] * 2
    removed, changed = builds.swept
    assert removed == ["instructor/ports-instructor.pptx"]
    assert changed == ["instructor/ports-instructor.html"]
    builds.run("outputs: html")
    assert set(builds.files()) == {
        "attendee/mine.txt",
        "instructor/ports-instructor.html",
        "ports/ports-ports.html",
    }


def test_outputs_not_asked_for_any_more(builds: Builds) -> None:
    """A variant that is made into less removes the rest of itself."""
    builds.run(TWO)
    builds.run(TWO.replace("[html, pptx]", "[html]"))
    assert set(builds.files()) == {"attendee/ports-attendee.html", "instructor/ports-instructor.html"}


def test_another_manifests_files_stay(builds: Builds) -> None:
    """Two manifests may be built into one folder."""
    builds.run(TWO)
    other = builds.workshop.write("other.yaml", "file: other\noutputs: html\n")
    manifest = read_manifest(other)
    order = BuildOrder.of(builds.out, other)
    build(variants_of(manifest), order, 1, lambda each: True, lambda *_: None)
    assert sweep(variants_of(manifest), order) == ([], [])
    assert len(builds.files()) == 5


def test_only_some(builds: Builds) -> None:
    """What isn't asked for is left as it is."""
    assert builds.states(TWO, only="attendee") == ["waiting", "built"]
    assert set(read_records(builds.out)) == {"attendee"}


def test_records_of_another_program(builds: Builds) -> None:
    """A record that can't be read, or is another version's, builds anew."""
    builds.run(TWO)
    (builds.out / FOLDER / "attendee.json").write_text("{}")
    record = builds.out / FOLDER / "instructor.json"
    record.write_text(record.read_text().replace('"key": "', '"key": "0'))
    assert builds.states() == ["built", "built"]


def test_records_cannot_remove_what_lies_elsewhere(builds: Builds, tmp_path: Path) -> None:
    """A record that names a file outside of the folder removes nothing."""
    builds.run(TWO)
    precious = tmp_path / "precious.html"
    precious.write_bytes(builds.files()["attendee/ports-attendee.html"])
    record = builds.out / FOLDER / "attendee.json"
    record.write_text(record.read_text().replace("attendee/ports-attendee.html", "../../precious.html"))
    builds.run("matrix: {role: [instructor]}\nfolder: instructor\nfile: ports-instructor")
    assert precious.exists()


def test_themes_of_ones_own(builds: Builds) -> None:
    """A theme file is named from the manifest's folder; what it extends counts too."""
    builds.workshop.write("looks/brand.yaml", "extends: base.yaml\ntitle: Brand\n")
    base = builds.workshop.write("looks/base.yaml", 'extends: harbour\ntitle: Base\ncolors: {accent: "#00707A"}\n')
    text = "matrix: {theme: [harbour, looks/brand.yaml]}\noutputs: html\n"
    assert list(builds.run(text)) == ["harbour", "brand"]
    assert b"#00707a" in builds.files()["brand/ports-brand.html"].lower()
    base.write_text(base.read_text().replace("00707A", "00505A"), "utf-8")
    assert builds.states() == ["unchanged", "built"]
    assert b"#00505a" in builds.files()["brand/ports-brand.html"].lower()
