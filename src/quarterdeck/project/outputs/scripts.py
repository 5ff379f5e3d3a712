"""The attendees' copies of demo scripts: without solutions and comments; and a search for solutions that leak.

An attendee's script is written from the steps that stay.  Cutting the others out instead would leak what the
cutting forgot.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import yaml
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.model.content import plain_text
from quarterdeck.model.demo import Command, Demo, Keys, StepKind
from quarterdeck.source.demos.script import script_hash
from quarterdeck.source.markdown.comments import without_comments
from quarterdeck.source.markdown.separators import split_front_matter
from quarterdeck.text.passage import Passage
from quarterdeck.text.yaml import parse_yaml, plain_value

_KEPT = (StepKind.SETUP, StepKind.VERIFY, StepKind.CLEANUP)
_WIDTH = 110


def attendees_script(demo: Demo) -> str:
    """The script of a demo for attendees: of an exercise, only task, hints, setup, checks and cleanup.

    Comments are removed, including those in YAML; of an exercise all prose too, since it explains the solution.
    """
    whole = Passage.of_file(demo.path.read_text("utf-8-sig").replace("\r\n", "\n"), str(demo.path))
    matter, body = split_front_matter(whole, Diagnostics(), "the front matter")
    text = _exercise_steps(demo, whole) if demo.is_exercise else without_comments(body, Diagnostics()).text.text
    head = f"---\n{_plain(matter)}---\n" if matter is not None else ""
    return head + text.strip("\n") + "\n"


def _exercise_steps(exercise: Demo, script: Passage) -> str:
    """The source of the steps that are not part of the solution."""
    kept = []
    for step in exercise.steps:
        if step.kind in _KEPT and step.span is not None:
            opening = script.lines[step.span.line - 1].strip()
            marks = opening[: len(opening) - len(opening.lstrip(opening[0]))]
            kept.append(f"{opening}\n{step.source}{marks}")
    return "\n\n".join(kept)


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, which is easy to read."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def _plain(matter: Passage) -> str:
    """The same YAML values without comments."""
    node = parse_yaml(matter, "the front matter", Diagnostics())
    if node is None:
        return ""
    return yaml.dump(plain_value(node), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def script_place(demo: Demo) -> Path:
    """The path of a script in a folder of demos: ``NAME.md``, or ``NAME/demo.md`` if the demo has files."""
    return Path(demo.name, "demo.md") if demo.files is not None else Path(f"{demo.name}.md")


_ATTENDEES = (StepKind.SETUP, StepKind.VERIFY, StepKind.CLEANUP)


def without_solution(exercise: Demo) -> Demo:
    """The exercise as it runs for an attendee: setup, checks and cleanup, without the author's narration."""
    steps = tuple(replace(step, narration=()) for step in exercise.steps if step.kind in _ATTENDEES)
    kept = replace(exercise, steps=steps, closing=())
    return replace(kept, script_hash=script_hash(kept))


SHORTEST = 12
"""The length of the shortest command that counts as part of a solution; ``docker ps`` doesn't."""
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


def held_back(exercises: Iterable[Demo]) -> dict[str, str]:
    """The lines of all solutions, each with the name of its exercise, except those in its task, hints or checks."""
    held: dict[str, str] = {}
    for exercise in exercises:
        told = _SPACE.sub(" ", " ".join(_texts((exercise.task, *exercise.hints))))
        checks = {line for check in exercise.checks for i in check.interactions for line in _lines(i)}
        for step in exercise.shown_steps:
            for interaction in step.interactions:
                for line in _lines(interaction):
                    if len(line) >= SHORTEST and line not in told and line not in checks:
                        held[line] = exercise.name
    return held


def leaks(files: Mapping[str, bytes], held: Mapping[str, str], shown: Iterable[Demo]) -> list[tuple[str, str]]:
    """The files that contain a line of a solution, each with the exercise's name; archives are searched too.

    ``held`` is what :func:`held_back` returns; ``shown`` are demos that attendees see, whose commands are not secret.
    """
    public = {line for demo in shown for step in demo.steps for i in step.interactions for line in _lines(i)}
    secret = {line: name for line, name in held.items() if line not in public}
    found: dict[tuple[str, str], None] = {}
    for file, data in _opened(files):
        text = data.decode("utf-8", "replace")
        read = (text, html.unescape(_TAG.sub("", text)))
        for line, name in secret.items():
            if any(line in version for version in read):
                found[file, name] = None
    return list(found)


def _opened(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name, data in files.items():
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from _opened({f"{name}/{inner}": archive.read(inner) for inner in archive.namelist()})
        else:
            yield name, data


def _lines(interaction: object) -> Iterator[str]:
    if isinstance(interaction, Keys):
        yield from (stripped for key in interaction.keys if not key.name and (stripped := key.sends.strip()))
    if isinstance(interaction, Command):
        yield from (stripped for line in interaction.lines if (stripped := line.strip().rstrip("\\").strip()))


def _texts(blocks: object) -> Iterator[str]:
    """The text of blocks, including nested ones."""
    if isinstance(blocks, tuple | list):
        for block in blocks:
            yield from _texts(block)
        return
    if inlines := getattr(blocks, "inlines", None):
        yield plain_text(inlines)
    if isinstance(text := getattr(blocks, "text", None), str):
        yield text
    for inner in ("blocks", "items"):
        yield from _texts(getattr(blocks, inner, ()))
