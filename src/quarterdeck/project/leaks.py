"""Whether anything of a solution stands where attendees can find it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping

from quarterdeck.model.content import plain_text
from quarterdeck.model.demo import Command, Demo

SHORTEST = 12
"""Characters of the shortest command that gives a solution away; ``docker ps`` doesn't."""
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


def held_back(exercises: Iterable[Demo]) -> dict[str, str]:
    """The lines of all solutions, each with the name of its exercise; not those that the exercise tells itself."""
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
    """The files that hold a line of a solution, each with the exercise's name; archives are looked into.

    ``shown``: demos that attendees see, whose commands are no secret.
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
    if isinstance(interaction, Command):
        yield from (stripped for line in interaction.lines if (stripped := line.strip().rstrip("\\").strip()))


def _texts(blocks: object) -> Iterator[str]:
    """The words of blocks, whatever they are in."""
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
