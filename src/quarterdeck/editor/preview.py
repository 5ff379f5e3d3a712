"""The slide at the cursor in a browser or an editor's panel: a small server on the loopback address.

The page holds a frame with the slide as the deck's own HTML shows it, and takes the next one when the cursor or the
text moves: it waits for an event (HTML, 9.2: server-sent events), loads the slide in a second frame, and swaps them, so
that nothing flickers.  Its address holds a token.
"""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Iterator

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from quarterdeck.compile.html.markup import escape
from quarterdeck.compile.reveal.page import write_html
from quarterdeck.project.project import Project

HOST = "127.0.0.1"
STOP_SECONDS = 1
ALIVE_SECONDS = 20.0
"""How often a page that nothing happens for is sent something, so that its end is noticed."""
PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<title>Quarterdeck: preview</title>
<style>
html, body { margin: 0; height: 100%; background: #1b1b1b; overflow: hidden; }
iframe { position: fixed; inset: 0; margin: auto; border: 0; visibility: hidden; }
iframe { width: min(100vw, 100vh * 16 / 9); height: min(100vh, 100vw * 9 / 16); }
iframe.shown { visibility: visible; }
p { color: #bbb; font: 15px sans-serif; position: fixed; inset: 0; margin: auto; height: 1.5em; text-align: center; }
</style>
<p>Move the cursor into a slide.</p>
<script>
let shown = null;
const events = new EventSource("events");
events.onmessage = (event) => {
  const next = document.createElement("iframe");
  next.onload = () => {
    if (next !== latest) return next.remove();
    next.className = "shown";
    shown?.remove();
    shown = next;
  };
  latest?.className || latest?.remove();
  latest = next;
  next.src = event.data;
  document.body.append(next);
};
let latest = null;
</script>
"""
EMPTY = """<!DOCTYPE html>
<meta charset="utf-8">
<style>html {{ background: #1b1b1b; color: #ddd; font: 16px sans-serif; }}</style>
<p>{}</p>
"""


class _Server(uvicorn.Server):
    """Leaves signals to the language server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Preview:
    """The slide that is shown, and the server of its pages."""

    def __init__(self) -> None:
        self._token = secrets.token_urlsafe(16)
        self._project: Project | None = None
        self._slide = ""
        self._number = 0
        self._changed = asyncio.Condition()
        self._server: uvicorn.Server | None = None
        self._serving: asyncio.Task[None] | None = None
        self._port = 0

    @property
    def address(self) -> str:
        """Where it is; valid while it is open."""
        return f"http://{HOST}:{self._port}/{self._token}/"

    def open(self) -> None:
        """Begin to serve; opening it again does nothing.  Raises OSError."""
        if self._server is not None:
            return
        routes = [
            Route(f"/{self._token}/", self._page),
            Route(f"/{self._token}/events", self._events),
            Route(f"/{self._token}/slide/{{number:int}}", self._drawn),
        ]
        config = uvicorn.Config(
            Starlette(routes=routes),
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=STOP_SECONDS,
        )
        listener = socket.create_server((HOST, 0))
        self._port = listener.getsockname()[1]
        self._server = _Server(config)
        self._serving = asyncio.create_task(self._server.serve([listener]))

    async def show(self, project: Project, slide: str) -> None:
        """Show a slide of a deck, by its id; the same one as before again, since its text may have changed."""
        if (project, slide) == (self._project, self._slide):
            return
        async with self._changed:
            self._project, self._slide = project, slide
            self._number += 1
            self._changed.notify_all()

    async def close(self) -> None:
        """Stop serving."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = True
            async with self._changed:
                self._server = None
                self._changed.notify_all()
            await self._serving

    async def _page(self, _: Request) -> Response:
        return HTMLResponse(PAGE, headers={"Cache-Control": "no-store"})

    async def _events(self, _: Request) -> Response:
        # A proxy, such as that of an editor in a browser, holds back what it may compress.
        headers = {"Cache-Control": "no-store, no-transform"}
        return StreamingResponse(self._news(), media_type="text/event-stream", headers=headers)

    async def _news(self) -> AsyncIterator[str]:
        """An event for each slide that is shown, from the present one on."""
        told = 0
        while self._server is not None:
            if told != self._number:
                told = self._number
                yield f"data: slide/{told}{self._state()}\n\n"
                continue
            try:
                async with asyncio.timeout(ALIVE_SECONDS), self._changed:
                    if told == self._number and self._server is not None:
                        await self._changed.wait()
            except TimeoutError:
                yield ": alive\n\n"

    def _state(self) -> str:
        """The part of the address that has reveal.js show all fragments; a demo stands at its beginning."""
        slides = self._project.deck.slides if self._project is not None else ()
        slide = next((slide for slide in slides if slide.id == self._slide), None)
        return f"#/0/{slide.fragments - 1}" if slide is not None and slide.fragments and not slide.demo else ""

    async def _drawn(self, _: Request) -> Response:
        """The slide as it is now, whatever number the page asks for: it never shows an old one."""
        project, slide = self._project, self._slide
        if project is None:
            return PlainTextResponse("there is no slide yet", 404)
        return HTMLResponse(await asyncio.to_thread(slide_page, project, slide), headers={"Cache-Control": "no-store"})


def slide_page(project: Project, slide: str) -> str:
    """The HTML of one slide of the source: of all that it became, where it was split."""
    placed = [each for each in project.slides if slide in (each.slide.id, each.as_shown.id)]
    if not placed:
        return EMPTY.format(escape("This slide isn't shown."))
    demo = placed[0].slide.demo or ""
    casts = {name: cast for name, cast in project.casts.items() if name == demo}
    return write_html(project.deck, placed, project.theme, casts, memo=project.cache.drawn)
