"""The messages between an attendee's page, the front desk and the seat: JSON objects in WebSocket text frames.

The page has one WebSocket, to the desk; the desk has one to the seat for each page.  What the page and the seat say to
each other the desk passes on as it is: so there is one format, and a page can't tell whether the desk or the seat
speaks.  A frame holds one message in either direction.  What comes in is decoded strictly: an unknown type or field, a
wrong type, or too long a text is refused.

``src/web/generate.py`` writes the page's ``messages.ts`` from the classes here, with their docstrings.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal, TypeAlias, TypeVar

import msgspec
from msgspec import Meta, Struct, field

from quarterdeck.show.web.protocol import ProtocolError
from quarterdeck.terminal.buffer import COLUMNS_ALLOWED, ROWS_ALLOWED

MESSAGE_LIMIT = 32 * 1024
"""Bytes of a message from a page."""
INPUT_LIMIT = 4096
"""Characters typed or pasted at once; a page sends more than that in parts."""
OUTPUT_LIMIT = 400_000
"""Characters of a terminal's output that a seat keeps for pages that connect, and sends in one message at most."""
NAME_LIMIT = 200
"""Characters of an exercise's name."""
EXERCISES_LIMIT = 200
"""Exercises of a workshop."""
REPORT_LIMIT = 512 * 1024
"""Bytes of a seat's answers to the desk: its status, a task, what was done."""

SEAT_PORT = 7000
"""Where the server of a seat listens in its container."""
SECRET_VARIABLE = "QUARTERDECK_SEAT_SECRET"
"""In the environment of a seat: what its server wants to hear in each request."""
EXERCISE_VARIABLE = "QUARTERDECK_SEAT_EXERCISE"
"""The exercise that it begins with; without it, the first."""
ID_VARIABLE = "QUARTERDECK_SEAT_ID"

Name: TypeAlias = Annotated[str, Meta(min_length=1, max_length=NAME_LIMIT)]
SeatWord: TypeAlias = Literal["verify", "hint", "reset"]
"""What an attendee may ask of the exercise by a button."""
Ending: TypeAlias = Literal["expired", "idle", "closed"]
"""Why a seat is over: its time is up, nobody has used it for long (``/seat`` gives another), or the organiser has
closed it."""


# From the page


class FromSeatPage(Struct, frozen=True, forbid_unknown_fields=True, tag_field="type"):
    """A message of an attendee's page."""


class Input(FromSeatPage, frozen=True, tag="input"):
    """What is typed into the terminal."""

    data: Annotated[str, Meta(max_length=INPUT_LIMIT)]


class Size(FromSeatPage, frozen=True, tag="size"):
    """How many cells of a terminal the page has room for.

    Several pages may show one terminal: it has the size that the page in use has room for.
    """

    columns: Annotated[int, Meta(ge=COLUMNS_ALLOWED[0], le=COLUMNS_ALLOWED[1])]
    rows: Annotated[int, Meta(ge=ROWS_ALLOWED[0], le=ROWS_ALLOWED[1])]


class Begin(FromSeatPage, frozen=True, tag="begin"):
    """Leave the exercise under way, which removes what was made in it, and begin another or the same one."""

    exercise: Name


class Word(FromSeatPage, frozen=True, tag="word"):
    """A button for what can be typed at the prompt as well; the answer is in the next ``Status``."""

    word: SeatWord


class Open(FromSeatPage, frozen=True, tag="open"):
    """Show the page that a container serves at a port of the seat: the desk answers with ``PageAt``."""

    port: Annotated[int, Meta(ge=1, le=65535)]


class Stuck(FromSeatPage, frozen=True, tag="stuck"):
    """Whether the attendee asks for help."""

    on: bool


class Consent(FromSeatPage, frozen=True, tag="consent"):
    """Whether the organiser may use the attendee's terminal; ``false`` also ends it."""

    yes: bool


ForSeat: TypeAlias = Input | Size | Begin | Word
"""What the desk passes on to the seat."""
ForDesk: TypeAlias = Open | Stuck | Consent
"""What the desk answers itself."""
SeatPageMessage: TypeAlias = ForSeat | ForDesk

_PAGE = msgspec.json.Decoder(SeatPageMessage)


def decode(text: str) -> SeatPageMessage:
    """Read a message from an attendee's page.

    Raises:
        ProtocolError: for anything that is not exactly a known message.

    """
    if len(text.encode("utf-8", "surrogatepass")) > MESSAGE_LIMIT:
        raise ProtocolError("the message is too long")
    try:
        return _PAGE.decode(text)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ProtocolError(str(error)) from None


# From the seat


class Part(Struct, frozen=True):
    """A part of a message of the seat or the desk."""


class ForSeatPage(Part, frozen=True, tag_field="type"):
    """A message to an attendee's page."""


class Exercise(Part, frozen=True):
    """An exercise of the workshop."""

    name: str
    title: str
    checks: int = 0
    hints: int = 0
    minutes: int | None = None
    """How long it is meant to take; null where nobody says."""


class Progress(Part, frozen=True):
    """How far an attendee is with an exercise, by the checks when they ran last."""

    passed: int = 0
    checks: int = 0
    """How many ran; 0 before the first ``verify``."""
    hints: int = 0
    """How many hints were shown, each counted once."""
    done: bool = False
    """Whether all checks have passed at any time: a reset or another exercise takes nothing away."""
    missing: tuple[str, ...] = ()
    """What the checks that failed say is still to do."""


class Status(ForSeatPage, frozen=True, tag="status"):
    """How a seat is: sent to its pages after each change, and to the desk when it asks."""

    up: float
    """Seconds since the seat's server started: less than before is another seat."""
    exercise: str | None
    """The name of the one that was begun last; null before the first."""
    exercises: tuple[Exercise, ...]
    progress: dict[str, Progress]
    """By the exercise's name; those that were never begun are missing."""
    ports: tuple[int, ...] = ()
    """Where containers of the exercise under way may serve pages, by its script."""
    busy: bool = False
    """Whether the exercise can't be asked anything now: it is prepared, checked or removed."""
    fault: str = ""
    """Why the exercise has ended by itself, or empty; to begin it again may help."""
    columns: int = 0
    """The terminal's size, which pages with room for another one show smaller or with an edge."""
    rows: int = 0


class Printed(ForSeatPage, frozen=True, tag="output"):
    """What the terminal printed."""

    data: str


# From the desk


class Welcome(ForSeatPage, frozen=True, tag="welcome"):
    """The first message on every connection: whose seat it is."""

    at: float
    """The desk's clock, in seconds since 1970."""
    workshop: str
    """The workshop's title."""
    name: str
    """The attendee's, as given at the door."""
    expires: float
    """When the seat is closed, by the desk's clock."""
    stuck: bool = False
    """Whether the attendee has asked for help."""
    slides: bool = False
    """Whether the desk has the slides for attendees, at ``/slides``."""
    kit: bool = False
    """Whether the desk has the attendees' kit, at ``/kit``."""


class Beat(ForSeatPage, frozen=True, tag="beat"):
    """A sign of life, about every second; a page that hears none for some seconds has lost the desk."""

    at: float
    """The desk's clock, in seconds since 1970."""


class Waiting(ForSeatPage, frozen=True, tag="waiting"):
    """There is no seat yet."""

    position: int
    """How many get one before; 0 while this attendee's is being made ready."""


class Away(ForSeatPage, frozen=True, tag="away"):
    """The seat doesn't answer: the desk looks for it, or starts it elsewhere."""


class Moved(ForSeatPage, frozen=True, tag="moved"):
    """The seat was started again elsewhere: at its exercise, with what was done kept, and without its containers."""


class Notice(ForSeatPage, frozen=True, tag="notice"):
    """What the organiser tells everybody; empty takes back what was told."""

    text: str


class Expires(ForSeatPage, frozen=True, tag="expires"):
    """When the seat is closed, because that has changed, or will be soon."""

    at: float
    """By the desk's clock."""


class HelpAsked(ForSeatPage, frozen=True, tag="help-asked"):
    """The organiser would like to use the attendee's terminal: the page asks, and answers with ``Consent``."""

    by: str
    """Who asks; empty for the organiser."""


class Helping(ForSeatPage, frozen=True, tag="helping"):
    """Whether the organiser sees and uses the terminal now, which the page shows as long as it is so."""

    on: bool
    by: str = ""


class Called(ForSeatPage, frozen=True, tag="called"):
    """Whether the attendee has asked for help: it was asked in another tab, or the organiser has seen to it."""

    on: bool


class PageAt(ForSeatPage, frozen=True, tag="page"):
    """The address at which a browser is let in to the page at a port of the seat; ``?to=`` names a path in it."""

    port: int
    url: str
    """Empty where it can't be reached."""


class Ended(ForSeatPage, frozen=True, tag="ended"):
    """The seat is over, with all that was made in it: nothing more comes."""

    reason: Ending


FromSeat: TypeAlias = Status | Printed
"""What the desk passes on to the page."""
FromDesk: TypeAlias = (
    Welcome | Beat | Waiting | Away | Moved | Notice | Expires | HelpAsked | Helping | Called | PageAt | Ended
)
SeatMessage: TypeAlias = FromSeat | FromDesk


def encode(message: SeatMessage | SeatPageMessage) -> str:
    """A message as JSON in one line."""
    try:
        return msgspec.json.encode(message).decode()
    except UnicodeEncodeError:  # half a surrogate pair in a terminal's output: JSON can escape it
        return json.dumps(msgspec.to_builtins(message))


# Between the desk and a seat, in bodies of HTTP


class Resume(Struct, frozen=True, forbid_unknown_fields=True):
    """The body of ``POST /begin/NAME``: what was done before, in a seat that is gone."""

    progress: Annotated[dict[Name, Progress], Meta(max_length=EXERCISES_LIMIT)] = field(default_factory=dict)


# In the image of a seat


class Planned(Struct, frozen=True):
    """An exercise in its place among others."""

    name: Name
    minutes: Annotated[int, Meta(ge=1)] | None = None


class Course(Struct, frozen=True):
    """The file ``seat.json`` of a seat's image, beside the folder ``demos``: its exercises, in the deck's order."""

    exercises: Annotated[tuple[Planned, ...], Meta(max_length=EXERCISES_LIMIT)] = ()
    lang: str = "en"
    """That of the tasks, as the deck has it (BCP 47)."""


_Read = TypeVar("_Read")
_STATUS = msgspec.json.Decoder(Status)
_COURSE = msgspec.json.Decoder(Course)
_RESUME = msgspec.json.Decoder(Resume)


def decode_status(data: bytes) -> Status:
    """Read the answer of a seat to ``GET /status``.

    Raises:
        ProtocolError: for anything else.

    """
    return _decoded(_STATUS, data)


def decode_resume(data: bytes) -> Resume:
    """Read what the desk tells a seat that begins; nothing at all is a seat without a past.

    Raises:
        ProtocolError: for anything else.

    """
    return _decoded(_RESUME, data) if data else Resume()


def decode_course(data: bytes) -> Course:
    """Read the file ``seat.json``.

    Raises:
        ProtocolError: where it is something else.

    """
    return _decoded(_COURSE, data)


def _decoded(decoder: msgspec.json.Decoder[_Read], data: bytes) -> _Read:
    if len(data) > REPORT_LIMIT:
        raise ProtocolError("the message is too long")
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ProtocolError(str(error)) from None
