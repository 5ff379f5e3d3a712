"""A front desk on a port of this machine, with stand-ins for seats, and browsers without a screen."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin

from quarterdeck.seats.desk.routes import Takeaway
from quarterdeck.seats.desk.server import DeskAddresses, DeskOptions, serve_desk
from quarterdeck.seats.desk.state import Limits
from quarterdeck.seats.desk.store import Store
from quarterdeck.seats.messages import SeatPageMessage, encode
from support.ports import free_port
from support.seats import StandInSpawner

HOUR = 3600.0


@dataclass
class Response:
    """What a server answered."""

    status: int
    headers: dict[str, str]
    body: str


@dataclass
class Browser:
    """Somebody's browser: it keeps cookies, and nothing else."""

    base: str
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The host and port of the desk."""
        return urlsplit(self.base).netloc

    async def request(
        self, path: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Response:
        """One request; a path, or the address of another server."""
        parts = urlsplit(path if "://" in path else f"{self.base}{path}")
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        sent = {"Host": parts.netloc, "Connection": "close", "Content-Length": str(len(body))}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        sent |= headers or {}
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items() if value)
        writer.write(f"{method} {target} HTTP/1.1\r\n{lines}\r\n".encode() + body)
        head, _, rest = (await reader.read()).partition(b"\r\n\r\n")
        writer.close()
        status, *named = head.decode().split("\r\n")
        pairs = [line.partition(": ")[::2] for line in named]
        for name, value in pairs:
            if name.lower() == "set-cookie":
                key, _, content = value.partition(";")[0].partition("=")
                self.cookies[key] = content
        return Response(int(status.split()[1]), {name.lower(): value for name, value in pairs}, rest.decode())

    async def post(self, path: str, **fields: str) -> Response:
        """Send a form, as a browser does."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Origin": self.base}
        return await self.request(path, "POST", urlencode(fields).encode(), headers)

    async def join(self, name: str, code: str = "TIDE-42") -> Response:
        """Type code and name."""
        return await self.post("/join", code=code, name=name)

    @asynccontextmanager
    async def page(self, path: str = "/seat/ws", origin: str | None = None, **more: Any) -> AsyncIterator[Page]:
        """An open page: its WebSocket."""
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        url = f"{self.base.replace('http', 'ws', 1)}{path}"
        headers = {"Cookie": cookie} if cookie else {}
        own = Origin(self.base if origin is None else origin)
        async with connect(url, additional_headers=headers, origin=own, max_size=None, proxy=None, **more) as socket:
            yield Page(socket)


@dataclass
class Page:
    """A page, and what it has heard."""

    socket: ClientConnection
    heard: list[dict[str, Any]] = field(default_factory=list)

    async def until(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next message of a type, with these fields."""
        async with asyncio.timeout(60):
            while True:
                message: dict[str, Any] = json.loads(await self.socket.recv())
                self.heard.append(message)
                if message["type"] == kind and fields.items() <= message.items():
                    return message

    async def say(self, message: SeatPageMessage) -> None:
        """Send a message."""
        await self.socket.send(encode(message))

    async def send(self, **fields: Any) -> None:
        """Send any message."""
        await self.socket.send(json.dumps(fields))

    async def printed(self, text: str) -> None:
        """Wait until the terminal has printed something."""
        seen = ""
        while text not in seen:
            seen += (await self.until("output"))["data"]


@dataclass
class OpenDesk:
    """An open desk."""

    addresses: DeskAddresses
    spawner: StandInSpawner
    store: Store
    task: asyncio.Task[tuple[str, ...]]
    done: asyncio.Event
    port: int

    async def kill(self) -> bytes:
        """End it as kill -9 does, as far as seats and its file are concerned; returns what it has stored."""
        self.task.cancel()
        await asyncio.wait({self.task})
        return self.store.file.read_bytes()

    @property
    def base(self) -> str:
        """Its address without the slash."""
        return self.addresses.join.rstrip("/")

    @property
    def token(self) -> str:
        """The organiser's."""
        found = re.search(r"token=(.+)", self.addresses.room)
        assert found
        return found[1]

    def browser(self) -> Browser:
        """A browser that knows nothing yet."""
        return Browser(self.base)

    async def seated(self, name: str) -> Browser:
        """A browser whose attendee has joined."""
        browser = self.browser()
        assert (await browser.join(name)).headers["location"] == "/seat"
        return browser

    @asynccontextmanager
    async def room(self) -> AsyncIterator[Page]:
        """The organiser's page."""
        async with self.browser().page("/room/ws") as page:
            await page.send(type="hello", token=self.token)
            yield page


@asynccontextmanager
async def open_desk(
    folder: Path,
    spawner: StandInSpawner | None = None,
    *,
    count: int = 4,
    warm: int = 0,
    expires: float = 4 * HOUR,
    idle: float = HOUR,
    takeaways: Mapping[str, Takeaway] | None = None,
    **options: Any,
) -> AsyncIterator[OpenDesk]:
    """A desk with the code TIDE-42, which is closed in the end; its spawner's seats, too."""
    spawner = spawner or StandInSpawner()
    store = Store(folder / "desk.json")
    announced: asyncio.Future[DeskAddresses] = asyncio.get_running_loop().create_future()
    done = asyncio.Event()
    port = free_port()
    settings: dict[str, Any] = {
        "code": "TIDE-42",
        "host": "127.0.0.1",
        "port": port,
        "page_ports": range(free_port(), 65536),
        **options,
    }
    task = asyncio.create_task(
        serve_desk(
            DeskOptions("w", "Containers", Limits(count, warm, expires, idle), **settings),
            store,
            spawner,
            takeaways or {},
            announced.set_result,
            done.wait,
        )
    )
    try:
        either: set[asyncio.Future[Any]] = {task, announced}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            task.result()
        yield OpenDesk(announced.result(), spawner, store, task, done, port)
    finally:
        done.set()
        await asyncio.wait({task})
        store.close()
        await spawner.end()
    if not task.cancelled():
        task.result()
