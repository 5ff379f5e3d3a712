"""The server of a seat on this machine, as a process, and a page connected to it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from websockets.sync.client import ClientConnection, connect

from quarterdeck.seats.messages import (
    EXERCISE_VARIABLE,
    SECRET_VARIABLE,
    Begin,
    Progress,
    SeatPageMessage,
    Size,
    Status,
    Word,
    decode_status,
    encode,
)
from quarterdeck.seats.proxy import SECRET_HEADER
from quarterdeck.seats.room.server import ADDRESS_VARIABLE, KIT_VARIABLE
from support.ports import free_port
from support.waiting import wait_until

SECRET = "of this test"
ANSWER_SECONDS = 60.0
"""What a busy machine may take for anything, a container included."""


@contextmanager
def seat_server(kit: Path, environ: Mapping[str, str], first: str = "") -> Iterator[int]:
    """The port of a seat's server with the exercises of a folder, whose engine is that of ``environ``."""
    port = free_port()
    own = {
        SECRET_VARIABLE: SECRET,
        EXERCISE_VARIABLE: first,
        KIT_VARIABLE: str(kit),
        ADDRESS_VARIABLE: f"127.0.0.1:{port}",
    }
    command = [sys.executable, "-m", "quarterdeck.seats.room", "--serve"]
    process = subprocess.Popen(command, env={**os.environ, **environ, **own})
    try:
        wait_until(lambda: process.poll() is not None or _answers(port), what="the server's answer")
        yield port
        assert process.poll() is None, "the server has ended by itself"
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(ANSWER_SECONDS) == 0


def _answers(port: int) -> bool:
    import socket

    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class SeatPage:
    """A page of an attendee."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self.printed = ""
        """What the terminal has printed since the last word or line."""
        self.status: Status | None = None

    def say(self, message: SeatPageMessage) -> None:
        """Send a message."""
        self._socket.send(encode(message))

    def type(self, text: str) -> None:
        """Type something; what was printed before is forgotten."""
        from quarterdeck.seats.messages import Input

        self.printed = ""
        self.say(Input(text))

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Take messages until something is so."""
        while not condition():
            try:
                message = self._socket.recv(ANSWER_SECONDS, decode=False)
            except TimeoutError:
                raise AssertionError(f"{what}: nothing came any more\n{self.status}\n{self.printed}") from None
            if json.loads(message)["type"] == "output":
                self.printed += json.loads(message)["data"]
            else:
                self.status = decode_status(message)

    def sees(self, text: str) -> None:
        """Wait until the terminal has printed something."""
        self.until(lambda: text in self.printed, f"it prints {text!r}")

    def ready(self, name: str) -> Status:
        """Wait until an exercise can be worked on."""
        self.until(lambda: self.status and self.status.exercise == name and not self.status.busy, f"{name} is ready")
        assert self.status is not None
        assert not self.status.fault, self.status.fault
        return self.status

    def begin(self, name: str) -> Status:
        """Begin an exercise."""
        self.status = None
        self.printed = ""
        self.say(Begin(name))
        return self.ready(name)

    def verify(self) -> Progress:
        """Press the button that checks; how far the exercise is."""
        assert self.status is not None
        name = self.status.exercise or ""
        self.until(lambda: self.status and not self.status.busy, "it isn't busy")
        self.say(Word("verify"))
        self.until(lambda: self.status and self.status.busy, "checks begin")
        self.until(lambda: self.status and not self.status.busy, "checks have run")
        assert self.status is not None
        return self.status.progress[name]


@contextmanager
def seat_page(port: int, address: str = "127.0.0.1", secret: str = SECRET) -> Iterator[SeatPage]:
    """A page that is connected to a seat."""
    headers = {SECRET_HEADER: secret}
    with connect(f"ws://{address}:{port}/terminal", additional_headers=headers, proxy=None, max_size=None) as socket:
        page = SeatPage(socket)
        page.say(Size(100, 24))
        yield page
