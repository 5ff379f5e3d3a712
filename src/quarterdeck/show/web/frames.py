"""A way past the layers of a WebSocket, for what is the same for every page.

A server's frame is not masked (RFC 6455, 5.1) and, without compression, says nothing of its
connection, so one frame can be made for a hall full of pages.  ASGI has no word for that: each
message would be encoded and framed anew for each page, by a task of its own.
"""

from __future__ import annotations

from typing import Protocol

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame, Opcode
from websockets.http11 import Request

WIRE = "quarterdeck.wire"
"""The ASGI extension by which the application gets the wire of a WebSocket."""


class Wire(Protocol):
    """Where frames can be written."""

    def push(self, frame: bytes) -> bool:
        """Write a whole frame, at once; False when it was not, because what was written before has not gone yet."""


class WireProtocol(WebSocketsSansIOProtocol):
    """A WebSocket of uvicorn's that is a :class:`Wire` too."""

    def handle_connect(self, event: Request) -> None:
        """Tell the application of the wire."""
        super().handle_connect(event)
        if hasattr(self, "scope"):  # it has none when the handshake was refused
            self.scope["extensions"] = {**(self.scope.get("extensions") or {}), WIRE: {"wire": self}}

    def push(self, frame: bytes) -> bool:
        """Write a frame, unless others wait or the connection is not open."""
        transport = self.transport
        open_ = self.handshake_complete and not (self.close_sent or self.disconnected or transport.is_closing())
        if not open_ or transport.get_write_buffer_size():
            return False
        transport.write(frame)
        return True


def frame(text: str) -> bytes:
    """A text message as a server sends it."""
    return Frame(Opcode.TEXT, text.encode("utf-8", "surrogatepass")).serialize(mask=False)
