"""How far the room is, as the desk of the seats says it: asked while a show runs, which nothing of that disturbs."""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from dataclasses import dataclass, field
from typing import Annotated, Protocol
from urllib.parse import parse_qs, quote, urlsplit

import msgspec
from msgspec import Meta, Struct

from quarterdeck.exchange import ExchangeError
from quarterdeck.exchange import ask as ask_server

ASK_SECONDS = 4.0
"""From one question to the next."""
ANSWER_SECONDS = 5.0
"""How long the desk may take to answer."""
ANSWER_LIMIT = 256 * 1024
"""Bytes of its answer."""
MISSES = 2
"""The speaker is told after so many questions in a row without an answer."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")

log = logging.getLogger(__name__)


Count = Annotated[int, Meta(ge=0)]


class Standing(Struct, frozen=True):
    """How far the room is with one exercise."""

    done: Count
    """How many have solved it."""


class Room(Struct, frozen=True):
    """Where attendees get their seats, and what they have solved."""

    address: Annotated[str, Meta(max_length=200)]
    code: Annotated[str, Meta(max_length=40)]
    people: Count
    """How many have a seat, or wait for one."""
    exercises: Annotated[dict[str, Standing], Meta(max_length=1000)] = {}
    """By their names; empty while the desk doesn't answer."""

    @property
    def without_standings(self) -> Room:
        """The same while the desk doesn't answer: attendees still go there, but nobody knows how far they are."""
        return msgspec.structs.replace(self, people=0, exercises={})

    def standing(self, exercise: str) -> str:
        """How far the room is with an exercise, in words; empty if nobody knows, or nobody has come."""
        known = self.exercises.get(exercise)
        if known is None:
            return ""
        people = max(self.people, known.done)  # somebody who has solved it may have left
        return f"{known.done} of {people} {'has' if known.done == 1 else 'have'} solved it" if people else ""


_DECODER = msgspec.json.Decoder(Room)


def decode_room(data: bytes) -> Room:
    """Read what the desk says.

    Raises:
        ValueError: when it is anything else.

    """
    try:
        return _DECODER.decode(data)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ValueError(str(error)) from None


class SilentError(Exception):
    """The desk doesn't say how far the room is."""


@dataclass(frozen=True, slots=True)
class DeskLink:
    """The organiser's link to a desk, as ``seats serve`` prints it."""

    host: str
    port: int
    tls: bool
    authority: str
    """Host and port as the desk is asked for."""
    target: str
    """The path of the answer."""
    token: str = field(repr=False)

    @classmethod
    def of(cls, url: str) -> DeskLink:
        """Read a link.

        Raises:
            ValueError: when it is none.

        """
        parts = urlsplit(url)
        token = parse_qs(parts.fragment).get("token", [""])[0]
        host = (parts.hostname or "").encode("idna").decode("ascii")
        tls = parts.scheme == "https"
        path = parts.path.rstrip("/")
        if parts.scheme not in ("http", "https") or not host or parts.username is not None:
            raise ValueError("it isn't the address of a desk")
        if not path.endswith("/room") or not _TOKEN.fullmatch(token):
            raise ValueError("it doesn't end in room#token=…")
        name = f"[{host}]" if ":" in host else host
        authority = name if parts.port is None else f"{name}:{parts.port}"
        target = f"{quote(path, safe='/%')}/summary"
        return cls(host, parts.port or (443 if tls else 80), tls, authority, target, token)


class Shown(Protocol):
    """What shows how far the room is: a show."""

    room: Room | None

    def enter_room(self, room: Room) -> None:
        """Take what the desk says."""

    def notify(self, notice: str) -> None:
        """Tell the speaker something."""

    def unnotify(self, notice: str) -> None:
        """Take that back, unless something else has been told since."""


async def watch_room(show: Shown, link: DeskLink, seconds: float = ASK_SECONDS) -> None:
    """Tell the show, until cancelled, how far the room is; and the speaker once when the desk falls silent."""
    try:
        context = await asyncio.to_thread(ssl.create_default_context) if link.tls else None
        missed, told = 0, ""
        while True:
            try:
                room = await ask(link, context)
            except SilentError as error:
                missed += 1
                if not told and (show.room is None or missed >= MISSES):
                    told = f"The desk of the seats doesn't say how far the room is: {error}"
                    show.notify(told)
                    if show.room is not None:
                        show.enter_room(show.room.without_standings)
            else:
                show.enter_room(room)
                if told:
                    show.unnotify(told)
                missed, told = 0, ""
            await asyncio.sleep(seconds)
    except Exception:
        log.exception("the desk of the seats is no longer asked")


async def ask(link: DeskLink, context: ssl.SSLContext | None) -> Room:
    """Ask a desk how far the room is.

    Raises:
        SilentError: when it doesn't answer in time, or answers something else.

    """
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            headers = (("Host", link.authority), ("Authorization", f"Bearer {link.token}"))
            place = (link.host, link.port)
            answer = await ask_server(place, "GET", link.target, headers, limit=ANSWER_LIMIT, context=context)
        if answer.status == 403:
            raise SilentError("the link's token is not this desk's")
        if answer.status != 200:
            raise SilentError(f"it answers with status {answer.status}")
        return decode_room(answer.body)
    except TimeoutError:
        raise SilentError("it doesn't answer") from None
    except ssl.SSLCertVerificationError as error:
        raise SilentError(f"its certificate is not trusted: {error.verify_message}") from None
    except OSError as error:
        raise SilentError(error.strerror or "it can't be reached") from None
    except (ExchangeError, ValueError):
        raise SilentError("what answers isn't a desk") from None
