"""The web application of a show: its pages, their files, and the WebSocket that keeps them up to date."""

from __future__ import annotations

from urllib.parse import quote

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.show.web.access import Access, Admission, Guard
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.documents import POLICY, audience_policy, page, static_file
from quarterdeck.show.web.websocket import serve_page


def show_app(broadcast: Broadcast, access: Access) -> Starlette:
    """The application of one show."""
    show = broadcast.show
    admission = Admission()

    def audience(request: Request) -> Response:
        html = broadcast.audience_page()
        return HTMLResponse(html, headers={"Content-Security-Policy": audience_policy(html)})

    def stage(request: Request) -> Response:
        demo = request.path_params["demo"]
        if show.plan.stage_index(demo) is None:
            return PlainTextResponse("No slide of this show has that demo.\n", status_code=404)
        if request.headers.get("sec-fetch-site") == "cross-site" and not request.query_params:
            # Another site has led the speaker's browser here: the page waits for a key before it moves the show.
            return RedirectResponse(f"/stage/{quote(demo, safe='')}?asked")
        return audience(request)

    def speaker_page(request: Request) -> Response:
        html = page(request.url.path.removeprefix("/"), show.plan.title, show.deck.lang)
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY})

    def static(request: Request) -> Response:
        file = static_file(request.path_params["name"])
        if file is None:
            return PlainTextResponse("No such file.\n", status_code=404)
        return Response(file.content, media_type=file.media_type)

    async def take_home(request: Request) -> Response:
        if broadcast.takehome is None:
            return PlainTextResponse("There is nothing to take home before the last slide.\n", status_code=404)
        try:
            file = await broadcast.takehome.file(request.path_params["name"], show.edition)
        except QuarterdeckError:
            return PlainTextResponse("The deck is just being changed; try again.\n", status_code=503)
        if file is None:
            return PlainTextResponse("No such file.\n", status_code=404)
        return Response(file.content, media_type=file.media_type, headers={"Content-Disposition": "attachment"})

    def no_icon(request: Request) -> Response:
        return Response(status_code=204)

    async def follow(socket: WebSocket) -> None:
        await serve_page(socket, broadcast, access, admission)

    return Starlette(
        routes=[
            Route("/", audience),
            Route("/stage/{demo}", stage),
            Route("/presenter", speaker_page),
            Route("/remote", speaker_page),
            Route("/static/{name}", static),
            Route("/files/{name}", take_home),
            Route("/favicon.ico", no_icon),
            WebSocketRoute("/ws", follow),
        ],
        middleware=[Middleware(Guard, access=access)],
    )
