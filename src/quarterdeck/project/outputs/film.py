"""The course of a film: what is on the screen at each moment, when each sentence is said, and its subtitles.

A film has no sound.  Each slide stays as long as its notes take to say, or as planned; fragments appear meanwhile.
Then each step of a demo is played from its recording, long pauses shortened, while its narration can be read.
:mod:`quarterdeck.project.outputs.video` makes the pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import pairwise
from textwrap import wrap

from msgspec import Struct

from quarterdeck.compile.reveal.terminal import RecordedStep, recording
from quarterdeck.diagnostics import QuarterdeckError, suggestion
from quarterdeck.model.content import Block
from quarterdeck.model.deck import Slide
from quarterdeck.model.demo import Demo, Step
from quarterdeck.model.options import SPOKEN
from quarterdeck.model.walk import prose
from quarterdeck.project.project import Project
from quarterdeck.source.agenda import planned_seconds, read_seconds, words
from quarterdeck.stage.replay import LONGEST_GAP

SHORTEST = 3.0
"""Seconds that a slide stays at least."""
REST = 1.5
"""Seconds that a step's output stays before what comes next."""
SEEN = 1.0
"""Seconds that a subtitle is there at least, if its slide is."""
LINE, LINES = 42, 2
"""Characters of a subtitle's line and its lines, at most: what Netflix's and the BBC's guides agree on."""
SAY = frozenset({"say", "sag", "sage", "sagen", "dire", "dis", "di", "decir"})
"""How a paragraph of notes begins that is said, where others are for the speaker alone, as in ``Show:``."""
_LABEL = re.compile(r"(\w[\w ]{0,19}):\s+")
_CLAUSE = re.compile(r"(?<=[,;:])\s+")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")


class Pace(StrEnum):
    """What a slide's time is taken from."""

    NOTES = "notes"
    PLAN = "plan"


class Moment(Struct, frozen=True):
    """What is on the screen from a time on."""

    time: float
    """Seconds since the film began."""
    slide: str
    """The slide's id."""
    fragments: int = 0
    """How many of its own fragments have appeared."""
    step: int = 0
    """The step of its demo that is seen, from 1; 0 before the first."""
    outputs: int = 0
    """How many outputs of that step's recording have been written."""


class Cue(Struct, frozen=True):
    """A subtitle."""

    begin: float
    end: float
    text: str


class Chapter(Struct, frozen=True):
    """A slide's part of the film."""

    begin: float
    title: str


class Film(Struct, frozen=True):
    """A film before it is filmed; times in seconds since it begins."""

    moments: tuple[Moment, ...]
    cues: tuple[Cue, ...]
    chapters: tuple[Chapter, ...]
    seconds: float


def plan_film(project: Project, pace: Pace = Pace.NOTES, rate: float = SPOKEN, only: str | None = None) -> Film:
    """The course of a deck's film; ``rate`` is in words per minute, ``only`` names slides: ``ID`` or ``ID..ID``.

    Raises:
        QuarterdeckError: when there is no such slide, or none to show.

    """
    shown = [slide for slide in project.shown.slides if not slide.hidden]
    planned = dict(zip((slide.id for slide in shown), planned_seconds(shown, project.deck), strict=True))
    course = _Course(rate)
    chosen = _chosen(shown, only)
    for before, slide in zip([None, *chosen], chosen, strict=False):
        demo = project.deck.demos.get(slide.demo or "")
        cast = project.casts.get(demo.name) if demo else None
        steps = _played(demo, recording(demo, cast).steps) if demo and cast else []
        continues = before is not None and _is_demo_of(slide, before)
        course.add(slide, steps, demo, planned[slide.id] if pace is Pace.PLAN else 0.0, continues=continues)
    return Film(tuple(course.moments), tuple(course.cues), tuple(course.chapters), course.now)


def _chosen(shown: Sequence[Slide], only: str | None) -> Sequence[Slide]:
    if not shown:
        raise QuarterdeckError.of("there is no slide to show", hint="'hide: true' hides a slide", code="no-slide")
    if only is None:
        return shown
    first, dots, last = only.partition("..")
    begin = _place(first, shown) if first else 0
    end = (_place(last, shown) if last else len(shown) - 1) if dots else begin
    if end < begin:
        raise QuarterdeckError.of(f"'{last}' comes before '{first}'", hint=f"{last}..{first}", code="unknown-slide")
    return shown[begin : end + 1]


def _is_demo_of(slide: Slide, before: Slide) -> bool:
    """Whether a slide only shows the demo of the slide before it, and has its notes again for the presenter."""
    return slide.span is not None and slide.span == before.span and slide.notes == before.notes and not slide.slots


def _place(name: str, shown: Sequence[Slide]) -> int:
    ids = [slide.id for slide in shown]
    if name in ids:
        return ids.index(name)
    if name.isdecimal() and 1 <= int(name) <= len(ids):
        return int(name) - 1
    raise QuarterdeckError.of(f"there is no slide '{name}'", hint=suggestion(name, ids), code="unknown-slide")


def _played(demo: Demo, recorded: Iterable[RecordedStep]) -> list[tuple[Step, RecordedStep]]:
    steps = {step.id: step for step in demo.shown_steps}
    return [(steps[each.id], each) for each in recorded]


class _Course:
    """A film that grows slide by slide."""

    def __init__(self, rate: float) -> None:
        self.rate = rate
        self.now = 0.0
        self.moments: list[Moment] = []
        self.cues: list[Cue] = []
        self.chapters: list[Chapter] = []

    def add(
        self,
        slide: Slide,
        steps: Sequence[tuple[Step, RecordedStep]],
        demo: Demo | None,
        planned: float,
        *,
        continues: bool,
    ) -> None:
        """One slide.  ``planned`` is how long it should take; its demo is never cut short for it.

        One that continues the slide before has its title and notes, too: those were said there, and its demo names its
        chapter.
        """
        title = demo.title if demo and continues else slide.title_text
        self.chapters.append(Chapter(self.now, title or slide.id))
        said = "" if continues else spoken(slide.notes)
        talk = max(self._seconds(said), read_seconds(slide), SHORTEST)
        told = [spoken(step.narration) or _caption(step) for step, _ in steps]
        plays = [_times(recorded) for _, recorded in steps]
        lasts = [max(self._seconds(text), times[-1] + REST) for text, times in zip(told, plays, strict=True)]
        closing = spoken(demo.closing) if demo and steps else ""
        closes = self._seconds(closing)
        if planned:
            spare = planned - talk - sum(lasts) - closes
            if spare < 0:
                talk = max(SHORTEST, talk + spare)
            else:
                share = spare / (1 + len(steps))
                talk, lasts = talk + share, [each + share for each in lasts]
        self._say(said, talk)
        for shown in range(slide.fragments + 1):
            at = self.now + talk * shown / (slide.fragments + 1)
            self.moments.append(Moment(at, slide.id, shown))
        self.now += talk
        for number, (text, times, seconds) in enumerate(zip(told, plays, lasts, strict=True), start=1):
            self._say(text, seconds)
            for outputs, after in enumerate(times):
                self.moments.append(Moment(self.now + after, slide.id, slide.fragments, number, outputs))
            self.now += seconds
        self._say(closing, closes)
        self.now += closes

    def _seconds(self, text: str) -> float:
        return 60 * words(text) / self.rate

    def _say(self, text: str, seconds: float) -> None:
        """Subtitles for a text from now on: as long as it takes to say and to see it, if there is as much time."""
        parts = list(cue_texts(text))
        least = SEEN * self.rate / 60
        weights = [max(least, words(part)) for part in parts]
        takes = min(60 * sum(weights) / self.rate, seconds)
        at = self.now
        for part, weight in zip(parts, weights, strict=True):
            end = at + takes * weight / sum(weights)
            self.cues.append(Cue(at, end, part))
            at = end


def _times(step: RecordedStep) -> list[float]:
    """Seconds after the step's beginning at which 0, 1, 2 … of its outputs have been written, pauses shortened."""
    at = [0.0]
    for before, after in pairwise([0.0, *(time for time, _, _ in step.events)]):
        at.append(at[-1] + min(max(0.0, after - before), LONGEST_GAP))
    return at


def _caption(step: Step) -> str:
    """What is said of a step without narration: the commands that are typed."""
    return "\n".join(each.text for each in step.interactions if each.prompt)


def spoken(blocks: Iterable[Block]) -> str:
    """What is said of notes or narration, a line for each paragraph.

    Where a paragraph begins with ``Say:``, those that begin with another word and a colon are the speaker's own, with
    all that follow them.
    """
    paragraphs = [" ".join(text.split()) for text in prose(blocks)]
    if not any(_label(text) in SAY for text in paragraphs):
        return "\n".join(filter(None, paragraphs))
    said, wanted = [], True
    for text in paragraphs:
        label = _label(text)
        if label is not None:
            wanted = label in SAY
        if wanted and text:
            rest = _LABEL.sub("", text, count=1) if label else text
            said.append(rest[:1].upper() + rest[1:])
    return "\n".join(said)


def _label(text: str) -> str | None:
    found = _LABEL.match(text)
    return found[1].casefold() if found else None


def cue_texts(text: str) -> Iterator[str]:
    """A text cut into subtitles: at the ends of sentences, else at commas, else between words."""
    for sentence in filter(None, (part.strip() for part in _SENTENCE.split(text))):
        for piece in _pieces(sentence):
            yield "\n".join(_balanced(piece, LINE))


def _pieces(sentence: str) -> list[str]:
    """A sentence in as few pieces as have the lines of a subtitle, cut at commas if that makes no more of them."""
    even = _balanced(sentence, LINE * LINES)
    while any(len(_balanced(piece, LINE)) > LINES for piece in even):
        even = _balanced(sentence, max(map(len, even)) - 1)
    clauses: list[str] = []
    for clause in _CLAUSE.split(sentence):
        longer = f"{clauses[-1]} {clause}" if clauses else ""
        if longer and len(_balanced(longer, LINE)) <= LINES:
            clauses[-1] = longer
        else:
            clauses.append(clause)
    fits = all(len(_balanced(clause, LINE)) <= LINES for clause in clauses)
    return clauses if fits and len(clauses) <= len(even) else even


def _balanced(text: str, width: int) -> list[str]:
    """A text in as few lines as it needs in this width, about equally long."""
    least = wrap(text, width, break_on_hyphens=False)
    for narrower in range(max(1, len(text) // len(least)), width):
        lines = wrap(text, narrower, break_on_hyphens=False)
        if len(lines) == len(least):
            return lines
    return least


def webvtt(film: Film) -> str:
    """The subtitles as WebVTT (https://www.w3.org/TR/webvtt1/)."""
    escaped = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
    cues = [f"{_clock(c.begin, '.')} --> {_clock(c.end, '.')}\n{c.text.translate(escaped)}\n" for c in film.cues]
    return "\n".join(["WEBVTT\n", *cues])


def subrip(film: Film) -> str:
    """The subtitles as SubRip, ``.srt``."""
    cues = enumerate(film.cues, start=1)
    return "\n".join(f"{n}\n{_clock(c.begin, ',')} --> {_clock(c.end, ',')}\n{c.text}\n" for n, c in cues)


SUBTITLES: Mapping[str, Callable[[Film], str]] = {".vtt": webvtt, ".srt": subrip}
"""The formats of subtitles, by the suffix of their files."""


def _clock(seconds: float, point: str) -> str:
    whole = round(seconds * 1000)
    minutes, rest = divmod(whole, 60_000)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest // 1000:02}{point}{rest % 1000:03}"
