"""A deck with all that belongs to it: theme, recordings, and every element in its place."""

from __future__ import annotations

import resource
import signal
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, Diagnostics, QuarterdeckError, Severity, SourceSpan
from quarterdeck.installed import browser_path
from quarterdeck.memo import Memo
from quarterdeck.model.cast import Cast, decode
from quarterdeck.model.content import Asset, Image
from quarterdeck.model.deck import Deck, Slide
from quarterdeck.model.demo import Demo
from quarterdeck.model.options import PLAIN, SHOW_PORT, Choices, Role
from quarterdeck.model.placed import PlacedSlide
from quarterdeck.model.theme import Theme
from quarterdeck.model.walk import every
from quarterdeck.source.deck import SourceMemo, read_deck
from quarterdeck.text.passage import Passage
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import OVERFLOWS, Placement, place

if TYPE_CHECKING:
    from quarterdeck.compile.pptx.slide import WrittenSlide
    from quarterdeck.compile.reveal.page import DrawnPart
    from quarterdeck.project.finish import Finish


class BuildCache(Struct, frozen=True):
    """Slides as they were read, placed, drawn and written, with everything they were made from.

    One may serve many decks and many forms of a deck, one after the other in one process.  The outputs are the same as
    without it, to the byte.
    """

    read: SourceMemo = field(default_factory=SourceMemo)
    placed: Memo[Placement] = field(default_factory=Memo)
    drawn: Memo[DrawnPart] = field(default_factory=Memo)
    """The parts of HTML pages."""
    written: Memo[WrittenSlide] = field(default_factory=Memo)
    """The parts of PPTXs."""
    checked: Memo[tuple[Diagnostic, ...]] = field(default_factory=Memo)
    """What was found on placed slides."""
    casts: Memo[Cast] = field(default_factory=Memo)
    demos: Memo[Demo] = field(default_factory=Memo)
    themes: Memo[Theme] = field(default_factory=Memo)


class Project(Struct, frozen=True):
    """One deck, ready to be built or presented."""

    deck: Deck
    theme: Theme
    slides: tuple[PlacedSlide, ...]
    casts: Mapping[str, Cast]
    """The recordings, by the name of their demo."""
    warnings: tuple[Diagnostic, ...] = ()
    """What is worth knowing about it; of a draft also the errors that say what doesn't fit."""
    read_at: int = 0
    """``time.time_ns()`` before anything of it was read."""
    cache: BuildCache = field(default_factory=BuildCache)
    """Parts of outputs from earlier builds, for the next one."""
    show_port: int = SHOW_PORT
    """The port of the show that links in the PPTX open.  A show listens at its own port only: one that listened at the
    default port too would be in the way of a demo or of another show."""
    finish: Finish | None = None
    """The user's function that changes each PPTX last."""

    @property
    def misfits(self) -> tuple[Diagnostic, ...]:
        """What doesn't fit on the slides of a draft."""
        return tuple(fault for fault in self.warnings if fault.severity is Severity.ERROR)

    @property
    def shown(self) -> Deck:
        """The deck with the slides that an audience sees: one of the source may have become several."""
        return replace(self.deck, slides=tuple(placed.as_shown for placed in self.slides))


MOST_SECONDS = 180.0
"""Of processor time for reading and placing one deck, for its checks, and for its outputs."""
MOST_MEMORY = 4 << 30
"""Bytes that the process may have had."""
TICK_SECONDS = 1.0
"""Of processor time between two looks at both."""


class _OverBudgetError(BaseException):
    """More than a deck may take; no ``except Exception`` on the way is meant for it."""

    def __init__(self, what: str, span: SourceSpan | None) -> None:
        super().__init__(what)
        self.span = span


@contextmanager
def bounded() -> Iterator[None]:
    """Bounds for the time and memory of what is done with a deck in this process, whatever takes them.

    Programs that draw have bounds of their own.  Only a main thread can be interrupted; elsewhere, and within itself,
    this does nothing.  Raises QuarterdeckError, with the place in the deck that was being worked on.
    """
    if threading.current_thread() is not threading.main_thread() or signal.getitimer(signal.ITIMER_VIRTUAL)[0]:
        yield
        return
    began = time.process_time()

    def look(_: int, frame: FrameType | None) -> None:
        if time.process_time() - began > MOST_SECONDS:
            raise _OverBudgetError(f"{MOST_SECONDS:.0f} s of processor time", _under_way(frame))
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _MAXRSS_UNIT > MOST_MEMORY:
            raise _OverBudgetError(f"{MOST_MEMORY >> 30} GB of memory", _under_way(frame))

    before = signal.signal(signal.SIGVTALRM, look)
    signal.setitimer(signal.ITIMER_VIRTUAL, TICK_SECONDS, TICK_SECONDS)
    try:
        yield
    except _OverBudgetError as over:
        hint = "make what is here smaller, or split the deck"
        raise QuarterdeckError.of(
            f"the deck takes more than {over}", over.span, hint=hint, code="over-budget"
        ) from None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


def _under_way(frame: FrameType | None) -> SourceSpan | None:
    """The place of what the innermost function works on that has one."""
    while frame is not None:
        for value in frame.f_locals.values():
            if isinstance(value, Passage):
                return value.span(0)
            if isinstance(span := getattr(value, "span", None), SourceSpan):
                return span
        frame = frame.f_back
    return None


@bounded()
def load_project(path: Path, choices: Choices = PLAIN, cache: BuildCache | None = None) -> Project:
    """Read a deck, its theme and its recordings, and place every element.

    Slides that are in the ``cache`` of earlier builds aren't read or placed again.  In a draft, content that doesn't
    fit is a fault among the project's warnings.

    Raises:
        QuarterdeckError: with every fault found.

    """
    read_at = time.time_ns()
    cache = BuildCache() if cache is None else cache
    loaded = read_deck(path, choices, cache.read)
    demos = {name: cache.demos.interned(name, demo) for name, demo in loaded.deck.demos.items()}
    deck = replace(loaded.deck, demos=demos)
    found = Diagnostics(list(loaded.diagnostics))
    recorded = deck.demos if deck.role is Role.ATTENDEE else deck.scripts  # attendees get no recording of a solution
    casts = load_casts(recorded.values(), found, cache.casts)
    try:
        theme = load_theme(deck.theme, deck.folder)
    except QuarterdeckError as error:
        found.extend(replace(fault, span=fault.span or deck.theme_span) for fault in error.diagnostics)
        found.raise_errors()
        raise
    theme = cache.themes.interned(theme.name, theme)
    placed = place(deck, theme, casts, cache.placed, draft=choices.draft)
    found.extend(placed.diagnostics)
    found.extend(drawing_warnings(deck))
    if not choices.draft or any(error.code not in OVERFLOWS for error in found.errors):
        found.raise_errors()
    return Project(deck, theme, placed.slides, casts, tuple(found), read_at, cache, choices.show_port)


def load_casts(demos: Iterable[Demo], found: Diagnostics, memo: Memo[Cast] | None = None) -> dict[str, Cast]:
    """The recordings of the demos that have one; a broken one is an error, a stale or missing one a warning."""
    casts: dict[str, Cast] = {}
    memo = Memo() if memo is None else memo
    for demo in demos:
        name = shown_path(demo.cast_path)
        try:
            cast = _decoded(demo.cast_path.read_text("utf-8"), _pictures(demo), name, memo)
        except FileNotFoundError:
            found.warning(
                f"the demo '{demo.name}' has no recording yet",
                demo.span,
                hint="'quarterdeck rehearse' records it; until then its panel shows the transcript",
                code="missing-cast",
            )
            continue
        except (OSError, UnicodeDecodeError) as error:
            found.error(f"the recording can't be read: {error}", SourceSpan(name), code="broken-cast")
            continue
        except QuarterdeckError as error:
            found.extend(error.diagnostics)
            continue
        casts[demo.name] = cast
        if cast.script_hash != demo.script_hash:
            found.warning(
                f"the recording of the demo '{demo.name}' is stale: its script has changed since",
                demo.span,
                hint="record it again with 'quarterdeck rehearse'",
                code="stale-cast",
            )
        elif missing := [id_ for id_ in demo.picture_paths if id_ not in cast.pictures]:
            steps = _listed(tuple(f"'{id_}'" for id_ in missing))
            found.warning(
                f"the recording of the demo '{demo.name}' has no picture of the page that {steps} opens",
                next(step.span for step in demo.shown_steps if step.id == missing[0]),
                hint="'quarterdeck rehearse' takes it where there is a browser (Chromium or Chrome); "
                "until then recordings show the terminal alone",
                code="missing-picture",
            )
    return casts


def _pictures(demo: Demo) -> dict[str, bytes]:
    """The files with pictures of pages, by the step that opens them; raises OSError for one that can't be read."""
    return {step: path.read_bytes() for step, path in demo.picture_paths.items() if path.is_file()}


def _decoded(text: str, pictures: Mapping[str, bytes], name: str, memo: Memo[Cast]) -> Cast:
    def make() -> Cast:
        cast = decode(text, name)
        return replace(cast, pictures=_assets(pictures, name)) if pictures else cast

    return memo.made(name, (text, pictures), make)


def _assets(pictures: Mapping[str, bytes], name: str) -> dict[str, Asset]:
    from quarterdeck.source.photos import PhotoError, read_photo  # 10 ms that other decks shouldn't pay

    assets = {}
    for step, data in pictures.items():
        path = name.removesuffix(".cast") + f".{step}.jpg"
        try:
            photo = read_photo(data)
        except PhotoError as error:
            raise QuarterdeckError.of(
                f"{path} {error}", hint="take it again with 'quarterdeck rehearse'", code="broken-cast"
            ) from None
        assets[step] = Asset(path, photo.media_type, photo.data, float(photo.width), float(photo.height))
    return assets


def shown_path(path: Path) -> str:
    """A path as users see it: relative to the working folder if it is inside it."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


SVG = "image/svg+xml"


def drawing_warnings(deck: Deck) -> Iterator[Diagnostic]:
    """A warning for each drawing that moves, and, without a browser, for each that needs one."""
    seen: set[int] = set()
    for slide in deck.slides:
        for asset, span in drawings(slide):
            if id(asset) not in seen:
                seen.add(id(asset))
                yield from _drawing_warnings(asset, span)


def drawings(slide: Slide) -> Iterator[tuple[Asset, SourceSpan | None]]:
    """The SVG drawings that an author put on a slide, and where."""
    if slide.background is not None and slide.background.image is not None and slide.background.image.media_type == SVG:
        yield slide.background.image, slide.span
    for block in every(block for blocks in slide.slots.values() for block in blocks):
        if isinstance(block, Image) and block.asset.media_type == SVG:
            yield block.asset, block.span


def _drawing_warnings(asset: Asset, span: SourceSpan | None) -> Iterator[Diagnostic]:
    from quarterdeck.model.svg import features_beyond_resvg, imported_styles, is_moving  # decks without do without

    features = features_beyond_resvg(asset.data)
    if features and browser_path() is None:
        yield Diagnostic(
            f"the PPTX can't show all of '{asset.path}' without a browser on this machine: it uses {_listed(features)}",
            span,
            "install Chromium or Chrome, or save the drawing as a PNG",
            "svg-feature",
            Severity.WARNING,
        )
    if is_moving(asset.data):
        yield Diagnostic(
            f"'{asset.path}' moves in the HTML; the PPTX shows it as it begins",
            span,
            "use a video, or several pictures that appear one by one",
            "svg-animation",
            Severity.WARNING,
        )
    if imported_styles(asset.data):
        yield Diagnostic(
            f"'{asset.path}' takes styles or fonts from another file, which pictures in a deck can't do",
            span,
            "save the drawing with its styles and fonts embedded",
            "svg-import",
            Severity.WARNING,
        )


def _listed(features: tuple[str, ...], most: int = 3) -> str:
    """The first few of some names."""
    shown = list(features[:most]) + ([f"{len(features) - most} more"] if len(features) > most else [])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
