"""The desk's web application: what each of its addresses answers.

One address serves everything: the door (``/``), an attendee's page (``/seat``), the organiser's (``/room``), the slides
and the kit.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote

import msgspec
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.seats.desk import documents
from quarterdeck.seats.desk.admission import (
    REFUSAL,
    Door,
    Tries,
    clean_name,
    cookie_name,
    new_token,
    plain_pass,
    same_code,
    tokens,
)
from quarterdeck.seats.desk.attendance import Front, attend
from quarterdeck.seats.desk.pages import Pages
from quarterdeck.seats.desk.records import Attendee, Seat
from quarterdeck.seats.desk.room import OrganisersRoom
from quarterdeck.seats.desk.state import FullError
from quarterdeck.seats.proxy import UnreachableError, ask
from quarterdeck.show.addresses import qr_rows
from quarterdeck.show.web.access import Guard

FORM_LIMIT = 4096
"""Bytes of a form."""
TASK_SECONDS = 5.0
COOKIE_SECONDS = 3 * 24 * 3600
"""How long a browser keeps its cookie: over the days of a workshop."""
TASK_POLICY = "default-src 'none'; sandbox"


@dataclass(frozen=True, slots=True)
class Takeaway:
    """A file that attendees get from the desk, such as the slides."""

    make: Callable[[], bytes]
    """Makes it; called once, in a thread."""
    media_type: str
    headers: Callable[[bytes], Mapping[str, str]] = lambda data: {}


@dataclass(slots=True)
class Desk:
    """An open desk."""

    front: Front
    room: OrganisersRoom
    pages: Pages
    door: Door
    join: str
    """Where attendees go."""
    lang: str
    """The language of the exercises (BCP 47)."""
    takeaways: Mapping[str, Takeaway]
    tries: Tries = field(default_factory=Tries)
    _made: dict[str, bytes] = field(default_factory=dict)
    _making: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def secure(self) -> bool:
        """Whether browsers reach the desk by TLS."""
        return self.join.startswith("https:")

    def mine(self, connection: Request | WebSocket) -> Attendee | None:
        """The attendee whose browser this is."""
        for token in tokens(connection.headers, cookie_name(secure=self.secure)):
            if found := self.front.seating.whose(token):
                return found
        return None

    async def takeaway(self, name: str) -> bytes:
        """A file for attendees, made when somebody first asks for it.

        Raises:
            QuarterdeckError: when it can't be made.

        """
        async with self._making:
            if name not in self._made:
                self._made[name] = await asyncio.to_thread(self.takeaways[name].make)
            return self._made[name]


def desk_app(desk: Desk) -> ASGIApp:
    """The application of a desk: its own routes, and with a domain the pages of containers by their names."""
    app = Starlette(
        routes=[
            Route("/", _bound(desk, _door)),
            Route("/join", _bound(desk, _join), methods=["POST"]),
            Route("/device", _bound(desk, _device)),
            Route("/device", _bound(desk, _use_pass), methods=["POST"]),
            Route("/seat", _bound(desk, _seat)),
            Route("/seat/device", _bound(desk, _invite)),
            Route("/seat/task/{name}", _bound(desk, _task)),
            Route("/room", _bound(desk, _room)),
            Route("/room/summary", _bound(desk, _summary)),
            Route("/slides", _bound(desk, _take("slides"))),
            Route("/kit", _bound(desk, _take("kit"))),
            Route("/static/{name}", _bound(desk, _static)),
            Route("/favicon.ico", _bound(desk, _no_icon)),
            WebSocketRoute("/seat/ws", _attend(desk)),
            WebSocketRoute("/room/ws", desk.room.serve),
            WebSocketRoute("/room/terminal", desk.room.serve_terminal),
        ],
        middleware=[Middleware(Guard, access=desk.door, refusal=REFUSAL)],
    )

    async def routed(scope: Scope, receive: Receive, send: Send) -> None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        page = desk.pages.named(hosts[0].decode("latin-1")) if len(hosts) == 1 else None
        if page is None:
            await app(scope, receive, send)
        else:
            await desk.pages.serve(page, scope, receive, send)

    return routed


Endpoint = Callable[[Desk, Request], Awaitable[Response]]


def _bound(desk: Desk, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    async def bound(request: Request) -> Response:
        return await endpoint(desk, request)

    return bound


def _html(text: str, status: int = 200) -> Response:
    headers = {"Content-Security-Policy": documents.DOOR_POLICY, "Referrer-Policy": "same-origin"}
    return HTMLResponse(text, status, headers)  # without a referrer, browsers send forms with the origin "null"


async def _door(desk: Desk, request: Request) -> Response:
    attendee = desk.mine(request)
    if attendee is not None and attendee.ended in (None, "idle"):
        return RedirectResponse("/seat", 303)
    return _html(documents.door(desk.front.title, request.query_params.get("code", "")[:40]))


async def _form(request: Request) -> Mapping[str, str]:
    """The fields of a form; none of one that is too large, or not a form."""
    if request.headers.get("content-type", "").partition(";")[0].strip() != "application/x-www-form-urlencoded":
        return {}
    body = b""
    with contextlib.suppress(ClientDisconnect):
        async for chunk in request.stream():
            body += chunk
            if len(body) > FORM_LIMIT:
                return {}
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=8, errors="replace")
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items()}


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _slow_down(desk: Desk, request: Request) -> str:
    """What somebody reads who has to wait before the next try; empty for nobody."""
    wait = desk.tries.wait(_address(request))
    if not wait:
        return ""
    return f"There were too many wrong codes from your network. Try again in {int(wait) + 1} seconds."


async def _join(desk: Desk, request: Request) -> Response:
    fields = await _form(request)
    code, name = fields.get("code", ""), clean_name(fields.get("name", ""))
    title = desk.front.title
    if text := _slow_down(desk, request):
        return _html(documents.door(title, code[:40], name, text), 429)
    if not same_code(code, desk.front.seating.records.code):
        desk.tries.fail(_address(request))
        fault = "That is not the code of this workshop. Look at the slide again."
        return _html(documents.door(title, code[:40], name, fault), 403)
    attendee, token = desk.mine(request), new_token()
    if attendee is not None and attendee.ended in (None, "idle"):
        return RedirectResponse("/seat", 303)  # a second tab: one browser has one seat
    try:
        desk.front.seating.join(name or "Guest", token, desk.front.clock())
    except FullError:
        text = "So many have joined this workshop that nobody else can. Ask the organiser."
        return _html(documents.closed(title, "The workshop is full", text), 503)
    desk.front.keeper.poke()
    return _seated(desk, token)


def _seated(desk: Desk, token: str) -> Response:
    """Send a browser to its seat, with the cookie by which it is known."""
    response = RedirectResponse("/seat", 303)
    name = cookie_name(secure=desk.secure)
    response.set_cookie(name, token, COOKIE_SECONDS, httponly=True, samesite="strict", secure=desk.secure)
    return response


async def _device(desk: Desk, request: Request) -> Response:
    return _html(documents.device(desk.front.title, request.query_params.get("pass", "")[:40]))


async def _use_pass(desk: Desk, request: Request) -> Response:
    code = (await _form(request)).get("pass", "")
    title = desk.front.title
    if text := _slow_down(desk, request):
        return _html(documents.device(title, code[:40], text), 429)
    token = new_token()
    if desk.front.seating.use_pass(plain_pass(code), token, desk.front.clock()) is None:
        desk.tries.fail(_address(request))
        fault = "That code is wrong, was used, or is older than ten minutes. Your other device shows a new one."
        return _html(documents.device(title, code[:40], fault), 403)
    desk.front.keeper.poke()
    return _seated(desk, token)


async def _seat(desk: Desk, request: Request) -> Response:
    attendee = desk.mine(request)
    if attendee is None:
        return RedirectResponse("/", 303)
    title = desk.front.title
    if request.method == "GET" and attendee.ended == "idle":
        desk.front.seating.come_back(attendee, desk.front.clock())
        desk.front.keeper.poke()
    if attendee.ended == "expired":
        text = "The time of your seat is up. The organiser can give you more."
        return _html(documents.closed(title, "Your seat is closed", text))
    if attendee.ended is not None:
        return RedirectResponse("/", 303)
    policy = documents.seat_policy((desk.pages.frames(request.headers.get("host", "")),))
    return HTMLResponse(documents.seat(title, desk.lang), headers={"Content-Security-Policy": policy})


async def _invite(desk: Desk, request: Request) -> Response:
    attendee = desk.mine(request)
    if attendee is None:
        return RedirectResponse("/", 303)
    code = desk.front.seating.new_pass(attendee, desk.front.clock())
    address = f"{desk.join}device"
    rows = qr_rows(f"{address}?pass={code}")
    return _html(documents.invitation(desk.front.title, address.partition("://")[2], code, rows))


async def _task(desk: Desk, request: Request) -> Response:
    attendee = desk.mine(request)
    seat: Seat | None = desk.front.seating.view(attendee).seat if attendee else None
    if seat is None:
        return PlainTextResponse("There is no seat now.\n", 403 if attendee is None else 503)
    try:
        path = f"/task/{quote(request.path_params['name'], safe='')}"
        answer = await ask(seat.upstream, "GET", path, seconds=TASK_SECONDS)
    except UnreachableError:
        return PlainTextResponse("The seat doesn't answer.\n", 503)
    return HTMLResponse(answer.body, answer.status, {"Content-Security-Policy": TASK_POLICY})


async def _room(desk: Desk, request: Request) -> Response:
    headers = {"Content-Security-Policy": documents.ROOM_POLICY}
    return HTMLResponse(documents.room(desk.front.title), headers=headers)


async def _summary(desk: Desk, request: Request) -> Response:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not desk.room.admits(token.strip()):
        return PlainTextResponse("The token is not this desk's.\n", 403)
    return Response(msgspec.json.encode(desk.room.summary()), media_type="application/json")


def _take(name: str) -> Endpoint:
    async def take(desk: Desk, request: Request) -> Response:
        attendee = desk.mine(request)
        if attendee is None:
            return RedirectResponse("/", 303)
        if name not in desk.takeaways:
            return PlainTextResponse(f"This workshop has no {name}.\n", 404)
        try:
            data = await desk.takeaway(name)
        except QuarterdeckError:
            return PlainTextResponse("It can't be made just now; tell the organiser.\n", 503)
        takeaway = desk.takeaways[name]
        return Response(data, media_type=takeaway.media_type, headers=dict(takeaway.headers(data)))

    return take


async def _static(desk: Desk, request: Request) -> Response:
    file = documents.static_file(request.path_params["name"])
    if file is None:
        return PlainTextResponse("No such file.\n", 404)
    return Response(file.content, media_type=file.media_type)


async def _no_icon(desk: Desk, request: Request) -> Response:
    return Response(status_code=204)


def _attend(desk: Desk) -> Callable[[WebSocket], Awaitable[None]]:
    async def attend_(socket_: WebSocket) -> None:
        await attend(socket_, desk.front, desk.mine(socket_))

    return attend_
