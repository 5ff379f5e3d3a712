"""The speaker's drawings on slides, stored for pages that join late and for coming back to a slide.

Bounded, so that a page that joins late gets little: a stroke that is too long ends, and drawings that
are too many leave no room for another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
"""A place on a slide, in shares of its width and height."""

STROKE_POINTS = 2_000
"""Points of one stroke: more than a minute without lifting the pen."""
SLIDE_STROKES = 200
SHOW_POINTS = 40_000
"""Points of all strokes of a show: about 600 KB for a page that joins late."""


class Ink(StrEnum):
    """What is drawn with."""

    PEN = "pen"
    HIGHLIGHTER = "highlighter"


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line drawn without lifting the pen."""

    slide: str
    """The slide's id."""
    id: str
    """The name that its page gave it."""
    ink: Ink
    points: tuple[Point, ...]


@dataclass(slots=True)
class GrowingStroke:
    """A stroke that may still become longer."""

    ink: Ink
    points: list[Point] = field(default_factory=list)


@dataclass(slots=True)
class Drawings:
    """The drawings of a show."""

    slides: dict[str, dict[str, GrowingStroke]] = field(default_factory=dict)
    """By the slide's id and the stroke's, in the order they were begun."""
    size: int = 0
    """Points in all."""

    def draw(self, slide: str, stroke: str, ink: Ink, points: Sequence[Point]) -> bool:
        """Begin a stroke or extend it; returns whether there was room for that."""
        strokes = self.slides.setdefault(slide, {})
        line = strokes.get(stroke) or GrowingStroke(ink)
        fits = len(line.points) + len(points) <= STROKE_POINTS and self.size + len(points) <= SHOW_POINTS
        if not fits or (not line.points and len(strokes) >= SLIDE_STROKES):
            return False
        line.points.extend(points)
        strokes[stroke] = line
        self.size += len(points)
        return True

    def undo(self, slide: str) -> str | None:
        """Remove the last stroke of a slide; returns its id, or None if there was none."""
        strokes = self.slides.get(slide)
        if not strokes:
            return None
        stroke, line = strokes.popitem()
        self.size -= len(line.points)
        return stroke

    def erase(self, slide: str) -> bool:
        """Remove all strokes of a slide; returns whether there were any."""
        strokes = self.slides.pop(slide, {})
        self.size -= sum(len(line.points) for line in strokes.values())
        return bool(strokes)

    def rename(self, ids: Mapping[str, str]) -> None:
        """Slides have other ids from now on."""
        self.slides = {ids.get(slide, slide): strokes for slide, strokes in self.slides.items()}

    def keep(self, slides: Collection[str]) -> None:
        """Remove the drawings on all other slides."""
        for slide in self.slides.keys() - set(slides):
            self.erase(slide)

    def all(self) -> Iterator[Stroke]:
        """Every stroke of the show."""
        for slide, strokes in self.slides.items():
            for stroke, line in strokes.items():
                yield Stroke(slide, stroke, line.ink, tuple(line.points))
