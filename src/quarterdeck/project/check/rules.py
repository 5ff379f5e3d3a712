"""``quarterdeck check``: all errors of a deck, and rules for decks that can be built: titles, links, time to say it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

from quarterdeck.diagnostics import Diagnostic, Diagnostics, QuarterdeckError, Severity, in_order
from quarterdeck.model.content import (
    Block,
    Chart,
    Diagram,
    Heading,
    Image,
    Media,
    plain_text,
)
from quarterdeck.model.deck import Deck, Layout, Slide
from quarterdeck.model.demo import Command, Demo, KeyPress, Keys
from quarterdeck.model.options import PLAIN, Choices
from quarterdeck.model.placed import PlacedSlide
from quarterdeck.model.walk import every
from quarterdeck.project.check.legibility import illegible
from quarterdeck.project.project import Project, bounded, load_project
from quarterdeck.source.agenda import reading_seconds

TOLERANCE = 1.1
"""The factor by which it may take longer than planned."""


def too_much_said(deck: Deck) -> Iterator[Diagnostic]:
    """Warnings for slides whose notes or text take longer than their ``duration``, and for a deck that does."""
    total = 0.0
    for slide in deck.slides:
        needed = reading_seconds(slide)
        if not slide.hidden:
            total += max(needed, slide.duration or 0.0)
        if slide.duration is not None and needed > slide.duration * TOLERANCE:
            yield Diagnostic(
                f"it takes {_clock(needed)} to read this slide or say its notes, {_clock(slide.duration)} is planned",
                slide.span,
                "shorten the notes, or give the slide more time with 'duration'",
                "reading-time",
                Severity.WARNING,
            )
    planned = any(slide.duration is not None for slide in deck.slides)
    if deck.duration is not None and not planned and deck.slides and total > deck.duration * TOLERANCE:
        yield Diagnostic(
            f"it takes {_clock(total)} to read the slides and say their notes, {_clock(deck.duration)} is planned",
            deck.slides[0].span,
            "shorten the notes, or change 'duration' of the deck",
            "reading-time",
            Severity.WARNING,
        )


def _clock(seconds: float) -> str:
    """A duration as ``12:30``."""
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


PLAN_TOLERANCE = 0.05
"""The share by which the sum of the slides' durations may differ from the deck's."""


UNPLANNED = "unplanned-slide"
"""The code of a warning that a deck gets once: where its agenda is shown, when it is read."""


def check(path: Path, choices: Choices = PLAIN) -> tuple[Diagnostic, ...]:
    """Every fault of a deck, errors and warnings, in the order of the source; never raises for a deck's faults."""
    try:
        return check_project(load_project(path, choices))
    except QuarterdeckError as error:
        return error.diagnostics


@bounded()
def check_project(project: Project) -> tuple[Diagnostic, ...]:
    """The warnings about a deck that can be built, in the order of the source."""
    found = Diagnostics(list(project.warnings))
    told = {warning.code for warning in found}
    found.extend(fault for fault in faults(project.deck) if fault.code != UNPLANNED or UNPLANNED not in told)
    for placed in project.slides:
        found.extend(_illegible(placed, project))
    return in_order(found)


def _illegible(placed: PlacedSlide, project: Project) -> tuple[Diagnostic, ...]:
    return project.cache.checked.made(
        placed.slide.id,
        (placed, project.theme),
        lambda: tuple(illegible(placed, project.theme, tuple(blocks(placed.slide)))),
    )


def faults(deck: Deck) -> Iterator[Diagnostic]:
    """The warnings of the rules below about a deck that can be built."""
    for slide in deck.slides:
        yield from _missing_alt(slide)
        yield from _missing_title(slide)
        yield from _heading_order(slide)
    for demo in deck.demos.values():
        yield from outside_clean_room(demo)
        yield from without_keys(demo)
    yield from _duplicate_titles(deck)
    yield from _time_budget(deck)
    yield from _unplanned(deck)
    yield from too_much_said(deck)


def _missing_alt(slide: Slide) -> Iterator[Diagnostic]:
    """WCAG 1.1.1: a picture says in words what it shows, or is marked as decoration."""
    for block in blocks(slide):
        match block:
            case Image(alt=alt, classes=classes) if not alt.strip() and "decorative" not in classes:
                yield _warning("the picture has no alt text", block, "missing-alt", "![what it shows](…)")
            case Diagram(alt=alt) | Chart(alt=alt) | Media(alt=alt) if not alt.strip():
                yield _warning("this has no alt text", block, "missing-alt", 'say what it shows: {alt="…"}')


def _missing_title(slide: Slide) -> Iterator[Diagnostic]:
    """Screen readers and PowerPoint's outline know a slide by its title."""
    if not slide.title_text.strip() and slide.layout is not Layout.BLANK:
        yield Diagnostic(
            "the slide has no title", slide.span, "start it with '# Title'", "missing-title", Severity.WARNING
        )


def _heading_order(slide: Slide) -> Iterator[Diagnostic]:
    """WCAG 1.3.1: levels of headings are not skipped."""
    before: int | None = None
    for block in blocks(slide):
        if isinstance(block, Heading):
            if before is not None and block.level > before + 1:
                yield _warning(
                    f"a heading of level {block.level} follows one of level {before}",
                    block,
                    "heading-order",
                    f"use level {before + 1}",
                )
            before = block.level


_DOCKER = r"(?:\S*/)?docker(?:-compose)?(?![\w.-])"
_REST = r"[^;&|\n]*?"
"""More of the same simple command."""
_LEAVES_CLEAN_ROOM = (
    (re.compile(rf"\bsudo\s{_REST}{_DOCKER}"), "sudo", "leave out sudo: demos reach Docker without it"),
    (
        re.compile(
            rf"\benv\s{_REST}(?:-i|--ignore-environment|(?<=\s)-|(?:-u|--unset)[ =]?DOCKER_HOST)\s{_REST}{_DOCKER}"
        ),
        "env",
        "the environment tells docker where the clean room is: keep DOCKER_HOST",
    ),
    (
        re.compile(
            rf"\bunset\s{_REST}\bDOCKER_HOST\b|(?:^|[;&|(]\s*|\bexport\s+|\benv\s{_REST})DOCKER_HOST=", re.MULTILINE
        ),
        "DOCKER_HOST",
        "leave DOCKER_HOST as it is: it is where the clean room is",
    ),
    (
        re.compile(
            rf"{_DOCKER}(?:\s+(?:-D|--debug|--tls\S*|(?:-l|--log-level|--config)[ =]\S+))*"
            r"\s+(?:-H|--host\b|-c\s|--context\b)"
        ),
        "an option for another engine",
        "leave out --host and --context: demos reach the engine of the show",
    ),
    (
        re.compile(r"(?:--unix-socket|unix:/?/?)[ =]?\S*docker\.sock\b"),
        "the engine's socket",
        "use the docker command, or the socket that DOCKER_HOST names",
    ),
)
"""What takes a command out of the clean room, its name, and what to do."""


def outside_clean_room(demo: Demo) -> Iterator[Diagnostic]:
    """Warnings for commands, typed into the stage's own shell, that reach Docker outside the clean room."""
    if demo.stage_image is not None:
        return
    for step in demo.steps:
        if step.service is not None or step.runner not in (None, "bash", "sh"):
            continue
        for command in step.interactions:
            if not isinstance(command, Command) or command.nested or (step.expect_failure or command.expected.status):
                continue  # one that must fail reaches nothing
            text = command.text.replace("\\\n", "  ")
            for pattern, what, hint in _LEAVES_CLEAN_ROOM:
                if pattern.search(text):
                    yield Diagnostic(
                        f"this command reaches Docker outside the clean room, because of {what}",
                        command.span or step.span,
                        hint,
                        "outside-clean-room",
                        Severity.WARNING,
                    )
                    break


_FULL_SCREEN = re.compile(
    r"(?:\w+=\S*\s+|sudo\s+)*"
    r"(?P<program>vi|vim|nvim|vim\.tiny|view|nano|pico|emacs|less|more|most|h?top|watch)(?:\s+(?P<arguments>[^|;&<>]*))?\Z"
)
"""A command that takes the whole screen until a key ends it."""
_ENDS_BY_ITSELF = re.compile(r"(?:\A|\s)(?:-[a-zA-Z]*[bnEFe]\w*|--(?:version|help|batch|quit-if-one-screen))")
"""Options of these programs with which they end without a key, or may."""


def without_keys(demo: Demo) -> Iterator[Diagnostic]:
    """Warnings for full-screen programs in which the demo presses no key: they wait for one until the step fails."""
    for number in demo.terminals:
        typed = [(s, i) for s in demo.steps if s.terminal == number and s.runner is None for i in s.interactions]
        for (step, command), (_, after) in itertools.pairwise([*typed, (None, None)]):
            if not isinstance(command, Command) or isinstance(after, Keys | KeyPress):
                continue
            match = _FULL_SCREEN.match(command.text.strip())
            if match and step and not step.background and not _ENDS_BY_ITSELF.search(match["arguments"] or ""):
                yield Diagnostic(
                    f"'{match['program']}' waits for a key, and none is pressed in it",
                    command.span or step.span,
                    "press keys on lines that begin with '^ ', such as '^ q' ('quarterdeck help demos')",
                    "no-keys",
                    Severity.WARNING,
                )


def _duplicate_titles(deck: Deck) -> Iterator[Diagnostic]:
    """Two slides with the same title can't be told apart in an outline, or when jumping."""
    first: dict[str, Slide] = {}
    for slide in deck.slides:
        title = slide.title_text.strip()
        if not title:
            continue
        if other := first.get(title):
            yield Diagnostic(
                f"slide '{other.id}' has the same title, '{title}'",
                slide.title_span or slide.span,
                "name what is different here",
                "duplicate-title",
                Severity.WARNING,
            )
        first.setdefault(title, slide)


def _time_budget(deck: Deck) -> Iterator[Diagnostic]:
    """The durations of the slides and breaks add up to that of the deck."""
    total = deck.agenda.seconds
    if deck.duration is None or not total:
        return
    if abs(total - deck.duration) > PLAN_TOLERANCE * deck.duration:
        yield Diagnostic(
            f"the slides are planned for {total / 60:.0f} minutes, the deck for {deck.duration / 60:.0f}",
            deck.slides[0].span,
            "change 'duration' of the deck or of slides",
            "time-budget",
            Severity.WARNING,
        )


def _unplanned(deck: Deck) -> Iterator[Diagnostic]:
    """Slides without a duration beside others that have one: their time is only a guess."""
    agenda = deck.agenda
    if agenda.unplanned and agenda.share and any(slide.duration is not None for slide in deck.slides):
        first = next(slide for slide in deck.slides if slide.id == agenda.unplanned[0])
        yield Diagnostic(
            f"{len(agenda.unplanned)} of {len(deck.slides)} slides have no duration: each counts "
            f"{_clock(agenda.share)}, an equal share of what is left of {_clock(deck.duration or 0.0)}",
            first.span,
            "give each slide a 'duration:'",
            UNPLANNED,
            Severity.WARNING,
        )


def overrun(deck: Deck) -> Iterator[Diagnostic]:
    """A warning if the agenda takes longer than the deck's duration; being shorter is fine."""
    if deck.duration is not None and deck.agenda.seconds > deck.duration:
        yield Diagnostic(
            f"the agenda takes {_clock(deck.agenda.seconds)} min, of {_clock(deck.duration)} min available",
            deck.slides[0].span,
            "leave slides out, or give some a shorter duration",
            "time-budget",
            Severity.WARNING,
        )


def blocks(slide: Slide) -> Iterator[Block]:
    """All blocks of a slide, including those within groups, quotes and lists."""
    for content in slide.slots.values():
        yield from every(content)


def _warning(message: str, block: Image | Diagram | Chart | Media | Heading, code: str, hint: str) -> Diagnostic:
    where = f" ({plain_text(block.inlines)})" if isinstance(block, Heading) else ""
    return Diagnostic(message + where, block.span, hint, code, Severity.WARNING)
