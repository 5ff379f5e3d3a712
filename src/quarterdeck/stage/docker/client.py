"""Plain requests to an engine, one a connection, blocking: for probing and sweeping.

HTTP/1.1 as in RFC 9112; the answer is read to its end.  Kept small for the watchdog's sake.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from quarterdeck.stage.docker.address import EngineAddress, dial

ANSWER_LIMIT = 64 << 20
"""Bytes; a longer answer is no list of containers."""
LIST_SECONDS = 10.0
GONE = frozenset({200, 204, 404})
"""Statuses of a removal after which an object is there no more."""


class EngineError(Exception):
    """The engine's answer is not HTTP, or ended too early."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An engine's whole answer."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON; raises ValueError."""
        return json.loads(self.body or b"null")

    @property
    def message(self) -> str:
        """The engine's own message in an error's body."""
        try:
            value = self.json()
        except ValueError:
            return self.body.decode("utf-8", "replace")[:200]
        return str(value.get("message", "")) if isinstance(value, dict) else ""

    def refusal(self, path: str) -> EngineError:
        """What to raise where it isn't the answer that was wanted."""
        return EngineError(f"the engine answers {self.status} to {path}: {self.message}")


def ask(
    address: EngineAddress,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    body: object = None,
    timeout: float = 10.0,
) -> Answer:
    """One request and its whole answer; raises OSError (TimeoutError after ``timeout`` seconds) or EngineError."""
    deadline = time.monotonic() + timeout
    target = f"{path}?{urlencode(query)}" if query else path
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {target} HTTP/1.1", "Host: docker", "Connection: close", f"Content-Length: {len(content)}"]
    if content:
        lines.append("Content-Type: application/json")
    with dial(address, timeout) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + content)
        received = bytearray()
        while True:
            connection.settimeout(max(0.001, deadline - time.monotonic()))
            chunk = connection.recv(1 << 16)
            if not chunk:
                break
            received += chunk
            if len(received) > ANSWER_LIMIT:
                raise EngineError("the engine's answer is too long")
            if time.monotonic() > deadline:
                raise TimeoutError("the engine does not answer")
    return _parse(bytes(received))


def look_up(address: EngineAddress, path: str, query: Mapping[str, str]) -> Any:
    """The JSON at a path; raises OSError, or EngineError for any status but 200."""
    answer = ask(address, "GET", path, query=query, timeout=LIST_SECONDS)
    if answer.status != 200:
        raise answer.refusal(path)
    return answer.json() or ()


def _parse(received: bytes) -> Answer:
    head, separator, body = received.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    words = lines[0].split(" ", 2)
    if not separator or len(words) < 2 or not words[0].startswith("HTTP/1.") or not words[1].isdigit():
        raise EngineError("the engine does not speak HTTP")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    if headers.get("transfer-encoding", "").lower() == "chunked":
        body = _dechunked(body)
    elif len(body) < int(headers.get("content-length", "0")):
        raise EngineError("the engine's answer ended too early")
    return Answer(int(words[1]), body)


def _dechunked(body: bytes) -> bytes:
    parts: list[bytes] = []
    position = 0
    while True:
        end = body.find(b"\r\n", position)
        if end < 0:
            raise EngineError("the engine's answer ended too early")
        try:
            size = int(body[position:end].split(b";")[0], 16)
        except ValueError:
            raise EngineError("the engine's answer is garbled") from None
        if size == 0:
            return b"".join(parts)
        if end + 2 + size > len(body):
            raise EngineError("the engine's answer ended too early")
        parts.append(body[end + 2 : end + 2 + size])
        position = end + 4 + size
