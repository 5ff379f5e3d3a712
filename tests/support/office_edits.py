"""Edits as an organiser makes them in PowerPoint, made at random with python-pptx."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pptx import Presentation

PANELS = re.compile(r"Terminal|Code|Live|Screen|Bar", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]{4,}")
ACTIONS = ("replace", "insert", "remove")


@dataclass(frozen=True, slots=True)
class RandomEdit:
    """An edit that was made."""

    kind: str
    """``title``, ``text``, ``cell``, ``notes`` or ``slide``."""
    slide: str
    """The slide's name."""
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Target:
    """A run of text that may be edited."""

    kind: str
    slide: int
    run: Any
    paragraph: Any


def targets(presentation: Any) -> Iterator[Target]:
    """Runs that hold a word, with what they are in.

    Terminals, code, footers, numbers, the section above a title and the author on covers are left alone.
    """
    for number, slide in enumerate(presentation.slides):
        for shape in slide.shapes:
            yield from _of_shape(shape, number)
        if slide.has_notes_slide:
            yield from _of_frame(slide.notes_slide.notes_text_frame, "notes", number)


def _of_shape(shape: Any, slide: int) -> Iterator[Target]:
    if shape.is_placeholder and shape.placeholder_format.type is not None:
        name = shape.placeholder_format.type.name
        if name in ("FOOTER", "SLIDE_NUMBER", "DATE") or shape.name.startswith(("Eyebrow", "Byline")):
            return
        kind = "title" if "TITLE" in name and name != "SUBTITLE" else "text"
    else:
        kind = "text"
    if PANELS.match(shape.name) or shape.shape_type == 6:  # a group is a panel, which belongs to its demo
        return
    if shape.has_text_frame:
        yield from _of_frame(shape.text_frame, kind, slide)
    elif getattr(shape, "has_table", False) and shape.has_table:
        for row in shape.table.rows:
            for cell in row.cells:
                yield from _of_frame(cell.text_frame, "cell", slide)


def _of_frame(frame: Any, kind: str, slide: int) -> Iterator[Target]:
    for paragraph in frame.paragraphs:
        for run in paragraph.runs:
            if _WORD.search(run.text):
                yield Target(kind, slide, run, paragraph)


def edit_word(target: Target, chance: random.Random, name: str) -> RandomEdit:
    """Replace, insert or remove a word."""
    old = "".join(run.text for run in target.paragraph.runs)
    word = chance.choice(_WORD.findall(target.run.text))
    action = chance.choice(ACTIONS)
    said = {"replace": "Zebra", "insert": f"{word} zebra", "remove": ""}[action]
    text = re.sub(rf"(?<!\w){word}(?!\w)", said, target.run.text, count=1)
    target.run.text = re.sub(r"  +", " ", text)
    return RandomEdit(target.kind, name, old, "".join(run.text for run in target.paragraph.runs))


def add_slide(presentation: Any, chance: random.Random, number: int) -> RandomEdit:
    """Add a slide of a title and two bullets somewhere after the first."""
    layout = next(layout for layout in presentation.slide_layouts if layout.name == "Content")
    slide = presentation.slides.add_slide(layout)
    slide.shapes.title.text = f"Where to find us {number}"
    body = next(s for s in slide.placeholders if s.placeholder_format.type.name in ("BODY", "OBJECT"))
    body.text_frame.text = f"Room {number}, second floor"
    body.text_frame.add_paragraph().text = "Badges are at the desk"
    ids = presentation.slides._sldIdLst
    element = ids[-1]
    ids.remove(element)
    ids.insert(chance.randrange(1, len(ids)), element)
    return RandomEdit("slide", "", "", slide.shapes.title.text)


def edited(pptx: bytes, count: int, seed: int, kinds: Sequence[str] = ()) -> tuple[bytes, list[RandomEdit]]:
    """The file with as many edits of paragraphs with different texts, and what they were."""
    chance = random.Random(seed)
    presentation = Presentation(io.BytesIO(pptx))
    names = [slide._element.cSld.get("name", "") for slide in presentation.slides]
    found = [target for target in targets(presentation) if not kinds or target.kind in kinds]
    made: list[RandomEdit] = []
    chance.shuffle(found)
    used: set[str] = set()
    for target in found:
        text = "".join(run.text for run in target.paragraph.runs)
        if len(made) == count:
            break
        if text in used:
            continue  # a slide and that of its demo show one title and the same notes
        used.add(text)
        edit = edit_word(target, chance, names[target.slide])
        used.add(edit.new)
        if edit.new.split() != edit.old.split():
            made.append(edit)
    return saved(presentation), made


def saved(presentation: Any) -> bytes:
    """The bytes of a file."""
    buffer = io.BytesIO()
    presentation.save(buffer)
    return buffer.getvalue()
