"""Plain requests to an engine's API, without the client under test: whatever it answers is returned."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.connection import dial


@dataclass(frozen=True)
class Answer:
    """An engine's whole answer."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body or b"null")

    @property
    def message(self) -> str:
        """The engine's own message about an error."""
        return str(self.json().get("message", ""))


SECONDS = 120.0
"""How long an engine may take: nothing is judged by it, and the machine may be busy with other tests."""


class _Connection(http.client.HTTPConnection):
    def __init__(self, address: EngineAddress, timeout: float) -> None:
        super().__init__("docker", timeout=timeout)
        self._address = address

    def connect(self) -> None:
        self.sock = dial(self._address, SECONDS)


def ask(
    address: EngineAddress,
    method: str,
    path: str,
    *,
    query: Mapping[str, str] | None = None,
    body: object = None,
    timeout: float = SECONDS,
) -> Answer:
    """One request on a connection of its own, and the answer; raises OSError."""
    target = f"{path}?{urlencode(query)}" if query else path
    content = None if body is None else json.dumps(body)
    with closing(_Connection(address, timeout)) as connection:
        connection.request(method, target, content, {"Content-Type": "application/json"} if content else {})
        answer = connection.getresponse()
        return Answer(answer.status, answer.read())
