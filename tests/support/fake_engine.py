"""A Docker engine that only answers as it is told, and records each request that reaches it.

What a clean room forwards is thus held against what it promises, without an engine.  Requests are read
leniently, by the standard library, as an engine might read what the room has read otherwise.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

from quarterdeck.stage.cleanroom.server import CleanRoom
from quarterdeck.stage.docker.address import EngineAddress, parse_address

DEMO_HEADER = "X-Demo"
"""A header that only requests of the demo carry, not the room's own questions."""
TIMEOUT_SECONDS = 30


@dataclass(frozen=True)
class Forwarded:
    """A request as the engine has read it."""

    method: str
    target: str
    """As received, with version and query."""
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        """Decoded, without version and query."""
        return re.sub(r"^/v[0-9.]+(?=/)", "", unquote(self.target.partition("?")[0]))

    @property
    def version(self) -> str:
        """``v1.41``, or nothing."""
        found = re.match(r"/(v[0-9.]+)/", self.target)
        return found[1] if found else ""

    @property
    def query(self) -> dict[str, list[str]]:
        """Every value of every parameter, decoded."""
        found: dict[str, list[str]] = {}
        for name, value in parse_qsl(self.target.partition("?")[2], keep_blank_values=True):
            found.setdefault(name, []).append(value)
        return found

    @property
    def filters(self) -> Any:
        """The filters of the query."""
        return json.loads(self.query.get("filters", ["{}"])[0])

    @property
    def json(self) -> Any:
        """The body's value; None for an empty body, ValueError for equal keys."""
        return json.loads(self.body, object_pairs_hook=_object) if self.body else None

    def header(self, name: str) -> str | None:
        """The value of a header."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def asked_by_demo(self) -> bool:
        """Whether it is a request of the demo's, not one of the room's own questions."""
        return self.header(DEMO_HEADER) is not None

    def __str__(self) -> str:
        return f"{self.method} {self.target}"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError(f"equal keys in {pairs}")
    return value


@dataclass(frozen=True)
class Said:
    """An answer."""

    value: object = None
    """JSON, or text or bytes as they are."""
    status: int = 200
    lines: Sequence[bytes] | None = None
    """A stream in place of the value, in chunks."""
    headers: Mapping[str, str] = field(default_factory=dict)
    converse: Callable[[socket.socket], None] | None = None
    """Takes the connection over after the head, which then has no length."""
    raw: bytes | None = None
    """All the bytes in place of an answer, after which the engine hangs up."""

    def content(self) -> bytes:
        """The body."""
        match self.value:
            case bytes() as content:
                return content
            case str() as text:
                return text.encode()
            case None:
                return b""
            case value:
                return json.dumps(value).encode()


Answer = Said | Callable[[Forwarded], Said]


class FakeEngine:
    """An engine at a unix socket."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.requests: list[Forwarded] = []
        self.api_version = "1.41"
        self._answers: list[tuple[str, re.Pattern[str], Answer]] = []
        self._made = 0
        self._connections: set[socket.socket] = set()
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(64)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> EngineAddress:
        """Where it listens."""
        return parse_address(f"unix://{self.path}")

    @property
    def forwarded(self) -> list[Forwarded]:
        """The demo's requests, without the room's own questions."""
        return [request for request in self.requests if request.asked_by_demo]

    def answer(self, method: str, path: str, answer: Answer | object = None) -> None:
        """Answer requests for ``path`` (a pattern, without the version) so from now on."""
        said = answer if isinstance(answer, Said) or callable(answer) else Said(answer)
        self._answers.insert(0, (method, re.compile(path), said))

    def said(self, request: Forwarded) -> Said:
        """The answer to a request."""
        for method, path, answer in self._answers:
            if method == request.method and path.fullmatch(request.path):
                return answer if isinstance(answer, Said) else answer(request)
        return self._default(request)

    def new_id(self) -> str:
        """An id that nothing has yet."""
        self._made += 1
        return f"{0xABC0000000 + self._made:064x}"

    def _default(self, request: Forwarded) -> Said:
        path, method = request.path, request.method
        match method, path.strip("/").split("/"):
            case _, ["_ping"]:
                return Said("OK", headers={"Api-Version": self.api_version})
            case _, ["version"]:
                return Said({"Version": "20.10", "ApiVersion": self.api_version, "Os": "linux", "Components": []})
            case _, ["info"]:
                return Said({"NCPU": 4, "Name": "fake", "Containers": 99, "Images": 99})
            case "GET", ["images", "json"] | ["containers", "json"] | ["networks"]:
                return Said([])
            case "GET", ["volumes"]:
                return Said({"Volumes": []})
            case "GET", ["images", *_, "json"]:
                return Said({"Id": f"sha256:{'f' * 64}", "Config": {}, "RepoTags": []})
            case "POST", ["containers" | "networks" | "volumes", "create"] | ["containers", _, "exec"] | ["commit"]:
                made = self.new_id()
                return Said({"Id": made, "Name": made, "Warnings": []}, 201)
            case "DELETE", ["containers" | "volumes" | "networks", _]:
                return Said(status=204)
            case "POST", ["containers", _, "start" | "stop" | "restart" | "kill" | "pause" | "unpause" | "rename"]:
                return Said(status=204)
            case "POST", ["images", *_, "tag"]:
                return Said(status=201)
        return Said({})

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            connection.settimeout(TIMEOUT_SECONDS)
            self._connections.add(connection)
            threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        engine = self

        class Handler(BaseHTTPRequestHandler):
            """One connection to the engine."""

            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                self.raw_requestline = self.rfile.readline(1 << 16)
                if not self.raw_requestline or not self.parse_request():
                    self.close_connection = True
                    return
                received = Forwarded(self.command, self.path, tuple(self.headers.items()), self._body())
                engine.requests.append(received)
                self._answer(engine.said(received))

            def _body(self) -> bytes:
                if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                    return self.rfile.read(int(self.headers.get("Content-Length") or 0))
                parts = []
                while size := int(self.rfile.readline().split(b";")[0], 16):
                    parts.append(self.rfile.read(size))
                    self.rfile.readline()
                self.rfile.readline()
                return b"".join(parts)

            def _answer(self, said: Said) -> None:
                if said.raw is not None:
                    self.wfile.write(said.raw)
                    self.close_connection = True
                    return
                content = said.content()
                self.send_response_only(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                if said.converse is not None:
                    self.end_headers()
                    said.converse(connection)
                    self.close_connection = True
                elif said.lines is not None:
                    self.send_header("Transfer-Encoding", "chunked")
                    self.end_headers()
                    for line in said.lines:
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(line) + 1, line + b"\n"))
                    self.wfile.write(b"0\r\n\r\n")
                else:
                    self.send_header("Content-Type", "application/json")
                    if said.status not in (204, 304):
                        self.send_header("Content-Length", str(len(content)))
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(content)

        with suppress(OSError, ValueError), connection:
            Handler(connection, ("", 0), None)  # type: ignore[arg-type]  # it needs no server
        self._connections.discard(connection)

    def close(self) -> None:
        """Go away; connections end."""
        for each in (self._listener, *self._connections):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        self.path.unlink(missing_ok=True)


@dataclass(frozen=True)
class Reply:
    """An answer as the demo gets it."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body's value."""
        return json.loads(self.body) if self.body else None

    @property
    def message(self) -> str:
        """The message of an error."""
        return str(self.json["message"])


@dataclass(frozen=True)
class Demo:
    """A clean room in front of a fake engine, and a client of the room."""

    room: CleanRoom
    engine: FakeEngine
    folder: Path

    @property
    def prefix(self) -> str:
        """The prefix of the room's names."""
        return self.room.prefix

    def connect(self) -> socket.socket:
        """A connection to the room."""
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(TIMEOUT_SECONDS)
        connection.connect(self.room.docker_host.removeprefix("unix://"))
        return connection

    def ask(
        self, method: str, target: str, body: object = None, headers: Mapping[str, str] = {}, raw: bytes = b""
    ) -> Reply:
        """One request, and the room's answer."""
        content = raw if body is None else json.dumps(body).encode()
        client = http.client.HTTPConnection("docker")
        client.sock = self.connect()
        try:
            kind = {"Content-Type": "application/json"} if content else {}
            client.request(method, target, content, {**kind, DEMO_HEADER: "1", **headers})
            answer = client.getresponse()
            return Reply(answer.status, dict(answer.getheaders()), answer.read())
        finally:
            client.close()

    def forwarded(self, method: str, target: str, body: object = None) -> Forwarded:
        """The one request to the engine that a request of the demo's becomes; it must succeed."""
        before = len(self.engine.forwarded)
        answer = self.ask(method, target, body)
        assert answer.status < 400, answer
        (made,) = self.engine.forwarded[before:]
        return made

    def refused(self, method: str, target: str, body: object = None) -> str:
        """The message of a request that the room refuses, of which the engine hears nothing."""
        before = len(self.engine.forwarded)
        answer = self.ask(method, target, body)
        assert answer.status >= 400, answer
        assert answer.message.startswith("quarterdeck: ")
        assert not self.engine.forwarded[before:]
        return answer.message

    def make(self, kind: str, name: str, **body: object) -> str:
        """Make a container, network or volume of the demo's; its id."""
        if kind == "containers":
            answer = self.ask("POST", f"/containers/create?name={name}", {"Image": "busybox", **body})
        else:
            answer = self.ask("POST", f"/{kind}/create", {"Name": name, **body})
        assert answer.status == 201, answer
        return str(answer.json["Id"])
