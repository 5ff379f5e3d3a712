"""The kit: what is in it, for whom, and that nothing of the instructor's is in an attendee's."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.options import Choices, Role
from quarterdeck.project.outputs.formats import FORMATS, Need, rendered
from quarterdeck.project.project import Project, load_project
from quarterdeck.source.deck import load_demo
from support.conformance_deck import DECK
from support.workshop_deck import HELD_BACK, load_workshop, write_workshop


def kit(project: Project) -> bytes:
    """The kit of a project."""
    return rendered(project, ["kit"])["kit"]


def opened(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, or those of an archive, and of archives in it."""
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield from opened(f"{name}/{inner}", archive.read(inner))
    else:
        yield name, data


def found_in(name: str, data: bytes) -> list[tuple[str, str]]:
    """Where something that is held back stands, as it is or in markup."""
    found = []
    for file, content in opened(name, data):
        text = content.decode("utf-8", "replace")
        versions = (text, html.unescape(re.sub(r"<[^>]*>", "", text)), text.replace('\\"', '"'))
        found += [(file, part) for part in HELD_BACK if any(part in version for version in versions)]
    return found


@pytest.mark.parametrize("output", [name for name, each in FORMATS.items() if Need.BROWSER not in each.kind.needs])
def test_no_output_of_an_attendee_holds_anything_back(tmp_path: Path, output: str) -> None:
    """Neither a note nor a solution, nor its explanation, in any file of any output; the instructor's has them."""
    folder = write_workshop(tmp_path / "deck")
    (folder / "demos" / "door" / "solution").mkdir()
    (folder / "demos" / "door" / "solution" / "done.sh").write_text("\n".join(HELD_BACK))
    suffix = FORMATS[output].kind.suffix
    attendees = rendered(load_project(folder, Choices(role=Role.ATTENDEE)), [output])[output]
    assert found_in(suffix, attendees) == []
    instructors = rendered(load_project(folder, Choices(role=Role.INSTRUCTOR)), [output])[output]
    assert found_in(suffix, instructors), "the search finds what is there"


def test_what_is_in_a_kit(tmp_path: Path) -> None:
    """Outputs, scripts, the files of demos, and how to begin; the same bytes each time."""
    project = load_workshop(tmp_path / "deck", Role.ATTENDEE)
    data = kit(project)
    assert data == kit(project)
    listed = {name.partition("/")[2] for name in zipfile.ZipFile(io.BytesIO(data)).namelist()}
    assert listed == {
        "README.md",
        "deck.pptx",
        "deck.html",
        "deck-handout.html",
        "demos/look.md",
        "demos/door/demo.md",
        "demos/door/index.html",
    }
    readme = zipfile.ZipFile(io.BytesIO(data)).read("deck-kit/README.md").decode()
    assert "quarterdeck run demos/door " in readme


def test_what_a_kit_holds_is_made_once(tmp_path: Path) -> None:
    """Together with the other outputs it is the same kit, of the same files."""
    project = load_workshop(tmp_path / "deck", Role.ATTENDEE)
    made = rendered(project, ("kit", "html", "pptx"))
    assert set(made) == {"kit", "html", "pptx"}
    assert made["kit"] == kit(project)
    with zipfile.ZipFile(io.BytesIO(made["kit"])) as archive:
        assert archive.read("deck-kit/deck.pptx") == made["pptx"]


def test_an_attendees_exercise_can_be_done(tmp_path: Path) -> None:
    """Its script is whole: the same task and hints, what prepares and what checks."""
    project = load_workshop(tmp_path / "deck", Role.ATTENDEE)
    with zipfile.ZipFile(io.BytesIO(kit(project))) as archive:
        archive.extractall(tmp_path / "home")
    given = load_demo(tmp_path / "home" / "deck-kit" / "demos" / "door")
    whole = project.deck.exercises["door"]
    assert (given.title, len(given.task), len(given.hints)) == (whole.title, 2, 2)
    assert (given.images, given.ports) == (whole.images, whole.ports)
    assert given.shown_steps == ()
    assert [check.missing for check in given.checks] == ["No container called shop runs."]
    assert [step.source for step in given.steps] == ["$ touch made\n", "$ docker top shop\n...\n"]


def test_a_kit_is_someones(tmp_path: Path) -> None:
    """A forgotten role must not hand the solutions out."""
    with pytest.raises(QuarterdeckError, match="for attendees or for instructors") as caught:
        kit(load_workshop(tmp_path / "deck"))
    assert "--role attendee" in (caught.value.diagnostics[0].hint or "")


def test_a_file_that_gives_a_solution_away_is_refused(tmp_path: Path) -> None:
    """Wherever an author left it."""
    folder = write_workshop(tmp_path / "deck")
    (folder / "demos" / "door" / "README.txt").write_text(f"Psst: {HELD_BACK[1]}\n")
    with pytest.raises(QuarterdeckError, match=r"demos/door/README\.txt \(of exercise 'door'\)"):
        kit(load_project(folder, Choices(role=Role.ATTENDEE)))


@pytest.mark.slow
def test_pictures_of_pages_come_with_their_recording() -> None:
    """Who takes the kit home sees the page, too."""
    data = kit(load_project(DECK, Choices({"diagrams": False, "mermaid": False}, role=Role.INSTRUCTOR)))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        (picture,) = (name for name in archive.namelist() if name.endswith("/demos/greeting.colours.jpg"))
        assert archive.read(picture) == (DECK / "demos" / "greeting.colours.jpg").read_bytes()
