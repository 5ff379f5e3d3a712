"""The WebSocket of a page: who it is, what it may send, and how much of it."""

from __future__ import annotations

import asyncio
import contextlib
import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from msgspec import UNSET
from starlette.websockets import WebSocket, WebSocketDisconnect

from quarterdeck.show.machine.commands import Given, Jump, Open
from quarterdeck.show.web.access import LOOPBACK_ADDRESSES, Access, Admission, FullError
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.hub import AUDIENCE, WIRE, Client, Role
from quarterdeck.show.web.protocol import (
    Answer,
    Drawing,
    Erasing,
    GoTo,
    Hello,
    OpenDemo,
    Order,
    Pointing,
    Press,
    ProtocolError,
    Typing,
    decode,
)

HELLO_SECONDS = 10.0
"""How long a page may take to say what it is."""
BURST = 200
"""Messages that a page may send at once …"""
RATE = 100.0
"""… and in a second from then on."""

LATE_SECONDS = 2.0
"""An order that has been on its way for longer is dropped: its page's network was gone, and the talk is elsewhere."""

WRONG_TOKEN = 4401
"""The page's token is not this show's: it should connect again without."""
READ_ONLY = 4403
"""A follower tried to command."""
BAD_MESSAGE = 4400
TOO_MANY = 4429
"""Too many messages, or too many pages."""
BROKEN = 1011
"""The show itself failed (RFC 6455, 7.4.1)."""
REASON_BYTES = 123
"""What a close frame has room for besides its code (RFC 6455, 5.5.1)."""


@dataclass(slots=True)
class Allowance:
    """How many messages a page may still send (token bucket)."""

    now: Callable[[], float] = time.monotonic
    left: float = BURST
    since: float = 0.0

    def spend(self) -> bool:
        """Whether one more message is allowed."""
        now = self.now()
        self.left = min(BURST, self.left + (now - self.since) * RATE)
        self.since = now
        if self.left < 1:
            return False
        self.left -= 1
        return True


@dataclass(slots=True)
class PagePointer:
    """The pointer of one page, which ends with it: a phone may fall asleep while a finger rests on the slide."""

    broadcast: Broadcast
    pointing: bool = False

    def point(self, x: float | None, y: float | None) -> None:
        """Point somewhere, or nowhere."""
        self.pointing = x is not None
        self.broadcast.point(x, y)

    def remove(self) -> None:
        """Point nowhere, since the page has gone."""
        if self.pointing:
            self.point(None, None)


class RefusedError(Exception):
    """The page is turned away."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


async def serve_page(socket: WebSocket, broadcast: Broadcast, access: Access, admission: Admission) -> None:
    """Serve one page from its first message until it goes."""
    await socket.accept()
    try:
        address = socket.client.host if socket.client else ""
        with admission.waiting(address):
            client = await _admit(socket, access, address)
        with admission.following(address, client.role):
            await _follow(socket, broadcast, client)
    except RefusedError as refusal:
        await close(socket, refusal.code, str(refusal))
    except FullError as error:
        await close(socket, TOO_MANY, str(error))
    except ProtocolError as error:
        await close(socket, BAD_MESSAGE, str(error))
    except TimeoutError:
        await close(socket, 1008, "too slow")
    except WebSocketDisconnect:
        pass  # the page has gone, which is how every page ends
    except Exception as error:  # noqa: BLE001 - one page's trouble is not the others', nor the terminal's
        broadcast.show.notify(f"a page was lost: {type(error).__name__}")
        await close(socket, BROKEN, "the show could not serve this page")


async def _admit(socket: WebSocket, access: Access, address: str) -> Client:
    async with asyncio.timeout(HELLO_SECONDS):
        hello = decode(await received(socket))
    if not isinstance(hello, Hello):
        raise RefusedError(BAD_MESSAGE, "the first message must say hello")
    role = access.role(None if hello.token is UNSET else hello.token)
    if role is None:
        raise RefusedError(WRONG_TOKEN, "the token is not this show's")
    wire = socket.scope.get("extensions", {}).get(WIRE, {}).get("wire")
    projector = address in LOOPBACK_ADDRESSES and hello.page in AUDIENCE
    return Client(role, hello.page, projector, wire=wire)


async def _follow(socket: WebSocket, broadcast: Broadcast, client: Client) -> None:
    """Deliver and listen until either ends."""
    pointer = PagePointer(broadcast)
    delivering = asyncio.create_task(broadcast.hub.serve(client, socket.send_text))
    listening = asyncio.create_task(_listen(socket, client, pointer))
    try:
        await asyncio.wait({delivering, listening}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (delivering, listening):
            task.cancel()
        results = await asyncio.gather(delivering, listening, return_exceptions=True)
        pointer.remove()
    for result in results:
        if isinstance(result, Exception) and not isinstance(result, asyncio.CancelledError):
            raise result


async def _listen(socket: WebSocket, client: Client, pointer: PagePointer) -> None:
    show = pointer.broadcast.show
    allowance = Allowance(since=time.monotonic())
    while True:
        message = decode(await received(socket))
        if not allowance.spend():
            raise RefusedError(TOO_MANY, "too many messages")
        if client.role is not Role.SPEAKER:
            raise RefusedError(READ_ONLY, "this page only follows")
        given = None
        if isinstance(message, Order):
            given = _given(message, client, show.revision)
            if time.monotonic() - given.at > LATE_SECONDS:
                continue
        match message:
            case Press(key):
                show.command(key, given)
            case GoTo(slide):
                show.command(Jump(slide), given)
            case OpenDemo(demo):
                show.command(Open(demo), given)
            case Typing(data):
                show.type(data)
            case Pointing(x, y):
                pointer.point(x, y)
            case Drawing(slide, stroke, ink, points):
                show.draw(slide, stroke, ink, points)
            case Erasing(slide, whole):
                show.erase(slide, whole=whole)
            case Answer(question, yes):
                show.answer(question, yes=yes)
            case Hello():
                raise RefusedError(BAD_MESSAGE, "the page has said hello already")


def _given(order: Order, client: Client, revision: int) -> Given:
    """By whom and when an order was given; one that doesn't say was given now, for the show at ``revision``."""
    at = math.inf if order.at is UNSET else order.at
    return Given(client, revision if order.revision is UNSET else order.revision, at)


async def received(socket: WebSocket) -> str:
    """The next message of a page.

    Raises:
        WebSocketDisconnect: when the page has gone.
        ProtocolError: when it isn't text.

    """
    message = await socket.receive()
    if message["type"] == "websocket.disconnect":
        raise WebSocketDisconnect(message.get("code", 1005))
    text = message.get("text")
    if not isinstance(text, str):
        raise ProtocolError("the message is not text")
    return text


async def close(socket: WebSocket, code: int, reason: str = "") -> None:
    """End the connection; a reason may quote what the page sent, so it is made to fit the frame."""
    reason = reason.encode("utf-8", "replace")[:REASON_BYTES].decode("utf-8", "ignore")
    with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # the page was quicker
        await socket.close(code, reason)
