"""The kit in a seat: its exercises in their order, and their tasks as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path

from quarterdeck.compile.html.blocks import SCREEN, BlockWriter, Figure, Medium, NamedFigures
from quarterdeck.compile.html.pictures import data_uri
from quarterdeck.diagnostics import QuarterdeckError, harmless
from quarterdeck.model.content import Block, Image
from quarterdeck.model.demo import Demo
from quarterdeck.model.phrases import words
from quarterdeck.project.outputs.scripts import without_solution
from quarterdeck.seats.messages import Course, Exercise, Planned, decode_course
from quarterdeck.show.web.protocol import ProtocolError
from quarterdeck.source.deck import load_demo_chain
from quarterdeck.source.demos.catalog import FOLDER, demo_names, find_script

COURSE_FILE = "seat.json"
BESIDE_A_TERMINAL = Medium("/slides#/", SCREEN.outward)
"""A page of the desk, which has the slides too."""


@dataclass(frozen=True, slots=True)
class KitExercise:
    """An exercise of the kit, without its solution."""

    name: str
    demo: Demo | None
    """None where its script can't be read."""
    before: tuple[Demo, ...] = ()
    """The demos that it continues, the earliest first."""
    minutes: int | None = None
    fault: str = ""
    """Why its script can't be read."""

    @property
    def about(self) -> Exercise:
        """What pages are told of it."""
        if self.demo is None:
            return Exercise(self.name, self.name, minutes=self.minutes)
        title = harmless(self.demo.title)
        return Exercise(self.name, title, len(self.demo.checks), len(self.demo.hints), self.minutes)

    def task(self, hints: int, lang: str) -> str:
        """The task as HTML, with the first ``hints`` of its hints."""
        if self.demo is None:
            return f"<h1>{escape(self.name, quote=False)}</h1><p>{escape(self.fault, quote=False)}</p>"
        task = f"<h1>{escape(harmless(self.demo.title), quote=False)}</h1>{_html(self.demo.task)}"
        shown = self.demo.hints[:hints]
        if not shown:
            return task
        head = escape(words(lang).hints if len(self.demo.hints) > 1 else words(lang).hint)
        items = "".join(f"<li>{_html(hint)}</li>" for hint in shown)
        return f'{task}<section class="hints"><h2>{head}</h2><ol>{items}</ol></section>'


@dataclass(frozen=True, slots=True)
class Kit:
    """The exercises of a workshop, as attendees get them."""

    exercises: tuple[KitExercise, ...]
    lang: str = "en"

    @classmethod
    def read(cls, folder: Path) -> Kit:
        """Read the kit in a folder.  An exercise whose script can't be read is in it too, and says why.

        Raises:
            QuarterdeckError: when there are no exercises.

        """
        course = _course(folder / COURSE_FILE)
        demos = folder / FOLDER
        planned = course.exercises or tuple(Planned(name) for name in sorted(demo_names(demos)))
        read = (_exercise(demos, each) for each in planned)
        # Where nobody says which are exercises, demos are none, and neither is what can't be read.
        exercises = tuple(each for each in read if course.exercises or (each.demo and each.demo.is_exercise))
        if not exercises:
            raise QuarterdeckError.of("there are no exercises in this seat's kit", code="no-exercises")
        return cls(exercises, course.lang)

    def get(self, name: str) -> KitExercise | None:
        """The exercise of that name."""
        return next((each for each in self.exercises if each.name == name), None)


def _course(path: Path) -> Course:
    try:
        return decode_course(path.read_bytes())
    except FileNotFoundError:
        return Course()
    except (OSError, ProtocolError) as error:
        raise QuarterdeckError.of(f"{path.name} of this seat's kit can't be read: {error}", code="bad-kit") from None


def _exercise(folder: Path, planned: Planned) -> KitExercise:
    try:
        place = find_script(folder, planned.name)
        if place is None:
            raise QuarterdeckError.of(f"there is no demo '{planned.name}'", code="unknown-demo")
        *before, demo = load_demo_chain(place.path)
    except QuarterdeckError as error:
        return KitExercise(planned.name, None, minutes=planned.minutes, fault=error.first.message)
    return KitExercise(planned.name, without_solution(demo), tuple(before), planned.minutes)


class _Figures(NamedFigures):
    """Pictures as they are; everything else as notes have it."""

    def figure(self, block: Figure, caption: str) -> str:
        """The markup of a block."""
        if isinstance(block, Image):
            below = f"<figcaption>{caption}</figcaption>" if caption else ""
            return f'<figure><img src="{data_uri(block.asset)}" alt="{escape(block.alt)}">{below}</figure>'
        return super().figure(block, caption)


def _html(blocks: Sequence[Block]) -> str:
    return BlockWriter(BESIDE_A_TERMINAL, _Figures()).blocks(blocks)
