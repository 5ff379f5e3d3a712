"""The messages between a show and its pages: JSON objects in WebSocket text frames.

A page sends one in each frame; the show sends one or more, a line each.  What pages send is decoded strictly: an
unknown type or field, a wrong type, or too long a text is refused.  What the show sends is encoded once for all pages.

``src/web/generate.py`` writes the pages' ``messages.ts`` from the classes here, with their docstrings.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from quarterdeck.show.machine.commands import Key
from quarterdeck.show.machine.labels import Badge, StepProgress
from quarterdeck.show.machine.state import Activity, Cover, Ink, Move, PageView

MESSAGE_LIMIT = 16 * 1024
"""Bytes of a message from a page."""
INPUT_LIMIT = 4096
"""Characters typed or pasted at once."""
POINTS_LIMIT = 200
"""Points of a stroke in one message."""
PLACES = 4
"""Decimal places of a point that are kept: a tenth of a pixel on a slide of 1,280."""
NAME_LIMIT = 200
"""Characters of a slide's id or a demo's name."""

Name: TypeAlias = Annotated[str, Meta(max_length=NAME_LIMIT)]
Share: TypeAlias = Annotated[float, Meta(ge=0, le=1)]
"""A part of the slide's width or height."""
Place: TypeAlias = tuple[Share, Share]
"""A place on the slide, in shares of its width and height."""
PageName: TypeAlias = Literal["audience", "preview", "presenter", "remote", "stage"]
"""What a page is."""


class ProtocolError(Exception):
    """A page sent something that is not a message."""


class FromPage(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """A message of a page to its show."""


class Hello(FromPage, frozen=True, tag="hello"):
    """The first message of every page: what it is, and the token if it may command."""

    page: PageName
    token: Name | UnsetType = UNSET


class Order(FromPage, frozen=True, kw_only=True):
    """A message that moves the show: it counts for what the page showed when it was given, and at that time only."""

    revision: int | UnsetType = UNSET
    """That of the state that the page showed."""
    at: float | UnsetType = UNSET
    """When it was given, by the show's own clock in seconds; pages know that from its beats."""


class Press(Order, frozen=True, tag="key"):
    """A command of the speaker that is one key."""

    key: Key


class GoTo(Order, frozen=True, tag="jump"):
    """Go to a slide."""

    slide: Name
    """Its id."""


class OpenDemo(Order, frozen=True, tag="open"):
    """Go to the slide of a demo, unless the show is there already."""

    demo: Name


class Typing(Order, frozen=True, tag="input"):
    """What the speaker types into the terminal in front."""

    data: Annotated[str, Meta(max_length=INPUT_LIMIT)]


class Pointing(FromPage, frozen=True, tag="point"):
    """Where the speaker points on the slide; null for nowhere."""

    x: Share | None
    y: Share | None


class Drawing(FromPage, frozen=True, tag="draw"):
    """More points of a stroke on a slide."""

    slide: Name
    """Its id."""
    stroke: Name
    """A name for the stroke that no other has."""
    ink: Ink
    points: Annotated[tuple[Place, ...], Meta(min_length=1, max_length=POINTS_LIMIT)]


class Erasing(FromPage, frozen=True, tag="erase"):
    """Remove the last stroke of a slide, or all."""

    slide: Name
    whole: bool


class Answer(FromPage, frozen=True, tag="answer"):
    """The speaker's answer to a question."""

    question: int
    """Its number: one that was asked meanwhile is not answered."""
    yes: bool


PageMessage: TypeAlias = Hello | Press | GoTo | OpenDemo | Typing | Pointing | Drawing | Erasing | Answer

_DECODER = msgspec.json.Decoder(PageMessage)


def decode(text: str) -> PageMessage:
    """Read a message from a page.

    Raises:
        ProtocolError: for anything that is not exactly a known message.

    """
    if len(text.encode("utf-8", "surrogatepass")) > MESSAGE_LIMIT:
        raise ProtocolError("the message is too long")
    try:
        message = _DECODER.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ProtocolError(str(error)) from None
    if isinstance(message, Drawing):
        points = tuple((round(x, PLACES), round(y, PLACES)) for x, y in message.points)
        return msgspec.structs.replace(message, points=points)
    return message


class Value(Struct, frozen=True, rename="camel"):
    """A part of a message of the show."""


class FromShow(Value, frozen=True, tag_field="type"):
    """A message of a show to its pages."""


class Position(Value, frozen=True):
    """A slide with some of its fragments visible."""

    slide: str
    fragment: int


class State(FromShow, frozen=True, tag="state"):
    """Where the show is: sent to every page after each change."""

    slide: str
    index: int
    """The slide's place, from 0."""
    count: int
    fragment: int
    demo: str | None
    steps: tuple[StepProgress, ...]
    status: str
    caption: str
    """The command being run, or how the last one ended; empty for neither."""
    activity: Activity | None
    badge: Badge
    blank: Cover | None
    """What the audience sees instead of the slide."""
    held: bool
    """Whether the speaker holds the step under way."""
    typing: bool
    terminal: int
    """The terminal of the slide's demo that is in front, from 1."""
    revision: int
    """How many commands the show has taken."""
    zoom: int
    """How much larger than placed the terminals' type is: a level from 0."""
    inviting: bool
    """Whether the audience is shown where to follow."""
    page: PageView
    """How the pages that the slide's demo has opened are shown."""
    next: Position
    """What *next* would show."""


class Upcoming(Value, frozen=True):
    """What *next* will do."""

    move: Move
    text: str


class ClockReading(Value, frozen=True):
    """The clock of the talk; all times in seconds."""

    elapsed: float
    running: bool
    slide_elapsed: float
    slide_planned: float
    due: float
    """When the plan leaves this slide."""
    planned: float
    """For the whole talk; 0 if nobody planned."""
    spent: tuple[float, ...]
    """On each slide of the outline, over all visits."""


class SpeakerState(State, frozen=True, tag="state"):
    """The state with what only the speaker's pages get."""

    intent: Upcoming
    fault: str
    step_elapsed: float
    """Seconds since the step under way began; 0 if none is."""
    step_recorded: float
    """Seconds that it took when it was recorded; 0 if that is unknown."""
    served: bool
    """Whether the slide's demo has opened a page."""
    recorded: bool
    """Whether the slide's demo has a recording."""
    notice: str
    """What the speaker should know besides; empty for nothing."""
    invites: bool
    """Whether there is an address for followers."""
    pages: int
    """How many pages of the audience follow."""
    engine: str
    columns: int
    """Of the terminals of the slide's demo, as they are now."""
    rows: int
    clock: ClockReading


class StepLine(Value, frozen=True):
    """A line of a step: typed, or expected to be printed."""

    kind: Literal["typed", "expected"]
    prompt: str
    text: str


class OutlineStep(Value, frozen=True):
    """A step of a demo, for the speaker's pages."""

    id: str
    label: str
    narration: str
    """HTML, escaped by the server."""
    terminal: int
    lines: tuple[StepLine, ...]


class OutlineSlide(Value, frozen=True):
    """A slide, for the speaker's pages."""

    id: str
    title: str
    section: str | None
    fragments: int
    seconds: float
    notes: str
    """HTML, escaped by the server."""
    demo: str | None
    steps: tuple[OutlineStep, ...]


class Outline(FromShow, frozen=True, tag="outline"):
    """The slides with their notes; only for the speaker's pages."""

    slides: tuple[OutlineSlide, ...]


class Snapshot(FromShow, frozen=True, tag="snapshot"):
    """The first of the messages that bring a page to the present, whatever it has seen before."""

    title: str
    role: Literal["speaker", "follower"]
    edition: str
    """Names the deck's page as it is now."""
    at: float
    """The show's own clock, in seconds."""


class Beat(FromShow, frozen=True, tag="beat"):
    """A sign of life, about every second; a page that hears none for some seconds has lost the show."""

    at: float
    """The show's own clock, in seconds."""


class QuestionLine(Value, frozen=True):
    """What a demo would do."""

    demo: str
    text: str


class Asked(FromShow, frozen=True, tag="question"):
    """A question that only a speaker can decide; only for the speaker's pages."""

    number: int
    """0: nothing is asked any more."""
    text: str = ""
    lines: tuple[QuestionLine, ...] = ()


class Printed(FromShow, frozen=True, tag="output"):
    """What a terminal of a demo printed."""

    demo: str
    terminal: int
    data: str


class TerminalsCleared(FromShow, frozen=True, tag="clear"):
    """The terminals of a demo are empty."""

    demo: str


class Served(Value, frozen=True):
    """A page that a container serves, or served when its demo was recorded."""

    url: str
    number: int
    """Another number: it is to be loaded again."""
    step: str
    """The id of the step that opened it, by which pages find its recorded picture."""
    picture: str | UnsetType = UNSET
    """The ``data:`` URL of a picture of it, taken when it was opened; only in the replay of a show."""


class PagesShown(FromShow, frozen=True, tag="pages"):
    """The pages that a demo has opened, all of them; none closes those that are open."""

    demo: str
    pages: tuple[Served, ...]
    framed: bool
    """Whether to load them; else their pictures are in their place, or cards with their addresses."""
    live: bool
    """Whether containers serve them; else the demo plays its recording."""


class Pointer(FromShow, frozen=True, tag="point"):
    """Where the speaker points on the slide; null for nowhere."""

    x: float | None
    y: float | None


class StrokeDrawn(FromShow, frozen=True, tag="draw"):
    """More points of a stroke on a slide."""

    slide: str
    stroke: str
    ink: Ink
    points: tuple[Place, ...]


class StrokeErased(FromShow, frozen=True, tag="erase"):
    """A stroke was removed from a slide; null for all strokes."""

    slide: str
    stroke: str | None


class Invitation(FromShow, frozen=True, tag="invitation"):
    """The address for followers."""

    address: str
    code: tuple[str, ...]
    """The rows of its QR code, ``1`` for a dark module."""


class ExerciseLine(Value, frozen=True):
    """How far the room is with the exercise of a slide."""

    slide: str
    """Its id."""
    text: str
    """Empty if nobody knows."""


class Seats(FromShow, frozen=True, tag="seats"):
    """Where attendees get their seats, and how far they are with the exercises."""

    address: str
    code: str
    """What they type to get in."""
    rows: tuple[str, ...]
    """Those of the QR code that has both, ``1`` for a dark module."""
    exercises: tuple[ExerciseLine, ...]


class Download(Value, frozen=True):
    """A file that the audience may take home."""

    name: str
    label: str


class Downloads(FromShow, frozen=True, tag="files"):
    """What the audience may take home."""

    files: tuple[Download, ...]


class Reload(FromShow, frozen=True, tag="reload"):
    """The deck was replaced: the page should load again."""


class ShowEnded(FromShow, frozen=True, tag="ended"):
    """The speaker has ended the show: nothing more comes."""


ShowMessage: TypeAlias = (
    State
    | SpeakerState
    | Outline
    | Asked
    | Snapshot
    | Beat
    | Printed
    | TerminalsCleared
    | PagesShown
    | Pointer
    | StrokeDrawn
    | StrokeErased
    | Invitation
    | Seats
    | Downloads
    | Reload
    | ShowEnded
)


def encode(message: ShowMessage) -> str:
    """A message of the show as JSON in one line."""
    try:
        return msgspec.json.encode(message).decode()
    except UnicodeEncodeError:  # half a surrogate pair, in a recording say: JSON can escape it
        return json.dumps(msgspec.to_builtins(message))
