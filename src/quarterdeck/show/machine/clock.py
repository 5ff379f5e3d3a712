"""The time of a show: how long it has run, how long each slide took, and how that compares to the plan."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from quarterdeck.show.machine.plan import ShowPlan


@dataclass(frozen=True, slots=True)
class Reading:
    """The times of a talk at one moment, in seconds."""

    elapsed: float
    """Since the talk began; 0 before."""
    running: bool
    slide_elapsed: float
    """On this slide, over all visits."""
    slide_planned: float
    """For this slide; 0 when nobody planned."""
    due: float
    """When the plan leaves this slide."""
    planned: float
    """For the whole talk; 0 when nobody planned."""
    section_elapsed: float = 0.0
    """On the slides of this one's section, over all visits; 0 where it has none."""
    section_planned: float = 0.0
    """For that section."""

    @property
    def behind(self) -> float:
        """How far the talk is behind its plan: positive is late, negative ahead, 0 is within the slide's own time."""
        if not self.planned:
            return 0.0
        begun = self.due - self.slide_planned
        return max(0.0, self.elapsed - self.due) + min(0.0, self.elapsed - begun)


@dataclass(slots=True)
class Clock:
    """Counts from the first movement of the show on, so that a talk that starts late isn't late by that."""

    now: Callable[[], float] = time.monotonic
    began: float | None = None
    spent: dict[str, float] = field(default_factory=dict)
    """Seconds on each slide, by its id, without the visit under way."""
    _slide: str | None = None
    _since: float = 0.0

    @classmethod
    def resumed(
        cls, elapsed: float, spent: Mapping[str, float], slide: str, now: Callable[[], float] = time.monotonic
    ) -> Clock:
        """A clock that began ``elapsed`` seconds ago, and has been on a slide since its other times were taken.

        Args:
            elapsed: Seconds since the talk began.
            spent: Seconds on each slide, by its id, without that visit.
            slide: The id of the slide that was, and is, being shown.
            now: The clock to count by.

        """
        visit = max(0.0, elapsed - sum(spent.values()))
        return cls(now, now() - elapsed, dict(spent), slide, now() - visit)

    def start(self) -> None:
        """Begin to count; later calls do nothing."""
        if self.began is None:
            self.began = self._since = self.now()

    def visit(self, slide: str) -> None:
        """A slide, by its id, is being shown from now on."""
        if slide == self._slide:
            return
        self._close_visit()
        self._slide, self._since = slide, self.now()

    def rename(self, ids: Mapping[str, str]) -> None:
        """Slides have other ids from now on."""
        self.spent = {ids.get(slide, slide): seconds for slide, seconds in self.spent.items()}
        self._slide = ids.get(self._slide, self._slide) if self._slide is not None else None

    def restart(self) -> None:
        """Set all times to 0 and count from now."""
        self.began = self._since = self.now()
        self.spent.clear()

    def totals(self) -> dict[str, float]:
        """Seconds on each slide by its id, including the visit under way."""
        self._close_visit()
        self._since = self.now()
        return dict(self.spent)

    def per_slide(self, plan: ShowPlan) -> tuple[float, ...]:
        """Seconds on each slide of a plan, including the visit under way."""
        spent = self.totals()
        return tuple(round(spent.get(slide.id, 0.0), 1) for slide in plan.slides)

    def read(self, plan: ShowPlan, slide: int) -> Reading:
        """The times while the slide at that index is shown."""
        id_ = plan.slides[slide].id
        now = self.now()
        visit = now - self._since if self.began is not None and id_ == self._slide else 0.0
        section = [each for each in plan.slides if each.section and each.section == plan.slides[slide].section]
        return Reading(
            elapsed=now - self.began if self.began is not None else 0.0,
            running=self.began is not None,
            slide_elapsed=self.spent.get(id_, 0.0) + visit,
            slide_planned=plan.slides[slide].seconds,
            due=plan.starts[slide + 1] if plan.starts else 0.0,
            planned=plan.seconds,
            section_elapsed=sum(self.spent.get(each.id, 0.0) for each in section) + (visit if section else 0.0),
            section_planned=sum(each.seconds for each in section),
        )

    def _close_visit(self) -> None:
        if self._slide is not None and self.began is not None:
            self.spent[self._slide] = self.spent.get(self._slide, 0.0) + self.now() - self._since


def clock_text(seconds: float) -> str:
    """``4:05``, ``1:02:03``; with a minus sign below zero."""
    whole = int(abs(seconds))
    hours, minutes = divmod(whole // 60, 60)
    text = f"{hours}:{minutes:02}:{whole % 60:02}" if hours else f"{minutes}:{whole % 60:02}"
    return f"−{text}" if seconds <= -1 else text
