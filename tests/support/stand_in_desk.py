"""A desk that says what a test wants, for shows that ask how far the room is."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOKEN = "the-organisers-token"


class StandInDesk:
    """Answers ``/room/summary``; to be used as a context."""

    def __init__(self) -> None:
        self.status = 200
        self.body = summary(14, 11)
        self.asked: list[tuple[str, str | None]] = []
        """Path and credentials of each question."""
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                desk.asked.append((self.path, self.headers.get("Authorization")))
                self.send_response(desk.status)
                self.send_header("Content-Length", str(len(desk.body)))
                self.end_headers()
                self.wfile.write(desk.body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def link(self) -> str:
        """The organiser's link."""
        return f"http://127.0.0.1:{self._server.server_port}/room#token={TOKEN}"

    def __enter__(self) -> StandInDesk:
        """Begin to answer."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Close the port."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def summary(people: int, done: int, exercise: str = "web") -> bytes:
    """What a desk answers."""
    standings = {exercise: {"at": 3, "done": done}}
    said = {"address": "http://192.168.1.5:7700/", "code": "TIDE-42", "people": people, "exercises": standings}
    return json.dumps(said).encode()
