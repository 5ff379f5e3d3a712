"""The kit: outputs, demos and exercises of a deck to take home, in one zip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from quarterdeck.compile.pptx.package.opc import zipped
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.folders import demo_files, is_leftover
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import Demo
from quarterdeck.model.options import Role
from quarterdeck.project.outputs.scripts import attendees_script, held_back, leaks, script_place
from quarterdeck.project.project import Project
from quarterdeck.source.photos import without_metadata

SOLUTION_FOLDER = "solution"
"""The folder within an exercise's folder whose files are for instructors only."""
_PACKED = (".pptx", ".zip", ".png", ".jpg", ".jpeg", ".webp", ".woff2")


class KitPart(Struct, frozen=True):
    """An output of the deck that goes into its kit."""

    file: str
    about: str
    """What it is, for the kit's README."""
    data: bytes


def kit(project: Project, parts: Sequence[KitPart]) -> bytes:
    """The deck's outputs, its demos with their files, and a README, as a zip.

    An attendee's kit holds no solutions, no recordings of them, no notes.

    Raises:
        QuarterdeckError: when the deck was read for no role, when a file can't be read, or when a file of an
            attendee's kit holds a line of a solution.

    """
    if project.deck.role is None:
        raise QuarterdeckError.of(
            "a kit is for attendees or for instructors: say which",
            hint="--role attendee, or --role instructor",
            code="no-role",
        )
    files = dict(_files(project, parts))
    if project.deck.role is Role.ATTENDEE:
        _refuse_leaks(files, project.deck)
    root = f"{project.deck.name}-kit"
    return zipped((f"{root}/{name}", files[name], not name.endswith(_PACKED)) for name in sorted(files))


def _files(project: Project, parts: Sequence[KitPart]) -> Iterator[tuple[str, bytes]]:
    deck = project.deck
    yield from ((part.file, part.data) for part in parts)
    try:
        for demo in deck.scripts.values():
            if demo.path.parent != deck.folder or demo.files is not None:  # else it is part of a slide
                yield from _demo_files(demo, project)
    except OSError as error:
        raise QuarterdeckError.of(f"{error.filename} can't be read: {error.strerror}", code="unreadable-file") from None
    yield "README.md", _readme(deck, parts).encode()


def _demo_files(demo: Demo, project: Project) -> Iterator[tuple[str, bytes]]:
    told = project.deck.role is not Role.ATTENDEE
    place = script_place(demo)
    script = demo.path.read_bytes() if told else attendees_script(demo).encode()
    yield f"demos/{place.as_posix()}", script
    if demo.files is not None:
        for path in demo_files(demo.files, demo.path):
            inside = path.relative_to(demo.files)
            if path.is_file() and (told or _is_for_attendees(inside, script)):
                data = path.read_bytes()
                yield f"demos/{demo.name}/{inside.as_posix()}", data if told else without_metadata(data)
    if (told or not demo.is_exercise) and demo.name in project.casts:
        yield f"demos/{demo.name}.cast", demo.cast_path.read_bytes()
        for step in project.casts[demo.name].pictures:
            yield f"demos/{demo.name}.{step}.jpg", demo.picture_paths[step].read_bytes()


def _is_for_attendees(file: Path, script: bytes) -> bool:
    """Whether a file of a demo's folder goes into an attendee's kit.

    Not those of a solution, nor what editors and systems leave behind; of hidden files ``.dockerignore`` and those that
    the script names.
    """
    if file.parts[0] == SOLUTION_FOLDER or is_leftover(file):
        return False
    hidden = [part for part in file.parts if part.startswith(".") and part != ".dockerignore"]
    return all(part.encode() in script for part in hidden)


def _refuse_leaks(files: dict[str, bytes], deck: Deck) -> None:
    shown = [demo for demo in deck.scripts.values() if not demo.is_exercise]
    found = leaks(files, held_back(deck.exercises.values()), shown)
    if found:
        told = ", ".join(f"{file} (of exercise '{name}')" for file, name in found)
        raise QuarterdeckError.of(
            f"attendees would find a solution in {told}",
            hint=f"move such files to the exercise's folder '{SOLUTION_FOLDER}/'",
            code="leaked-solution",
        )


def _readme(deck: Deck, parts: Sequence[KitPart]) -> str:
    """The text of the README: what is in the kit, and how to do an exercise."""
    lines = [
        f"# {deck.title}",
        "",
        *(f"{part}\n" for part in (deck.subtitle, " · ".join(filter(None, (deck.author, deck.date)))) if part),
        *(f"- `{part.file}`: {part.about}" for part in parts),
        "- `demos/`: the demos, and the exercises",
        "",
    ]
    if deck.exercises:
        lines += ["## Exercises", "", "With Docker running and Quarterdeck installed (`pip install quarterdeck`):", ""]
        for exercise in deck.exercises.values():
            place = script_place(exercise)
            target = place.parent if exercise.files is not None else place
            lines.append(f"    quarterdeck run demos/{target.as_posix()}   # {exercise.title}")
        lines += [
            "",
            "Each tells you its task, and gives you a shell in which `hint` helps and `verify` says what is missing.",
            "",
        ]
    return "\n".join(lines)
