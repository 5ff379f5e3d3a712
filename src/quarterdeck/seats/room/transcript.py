"""What a terminal has printed, for pages that come at any time and read at their own speed."""

from __future__ import annotations

from collections import deque

from quarterdeck.seats.messages import OUTPUT_LIMIT

RESET = "\x18\x1bc"
"""CAN and RIS (ECMA-48 8.3.6, 8.3.105): ends a sequence that was begun, then empties the screen."""
AT_ONCE = 64 * 1024
"""Characters given to a page at once; what it prints is worth looking at in between."""


class Transcript:
    """The last characters that a terminal has printed.

    A reader keeps its place, a number of characters since the beginning.  One that reads too slowly doesn't hold up the
    terminal: it loses what is no longer kept, and begins with an empty screen.
    """

    def __init__(self, limit: int = OUTPUT_LIMIT) -> None:
        self._limit = limit
        self._parts: deque[str] = deque()
        self._start = 0
        """The place of the first character that is kept."""
        self._cleared = 0
        """The place at which the screen was cleared last; before it, nothing is kept."""
        self.end = 0
        """The place of the next character."""

    def write(self, text: str) -> None:
        """Add what was printed."""
        if not text:
            return
        self._parts.append(text)
        self.end += len(text)
        while self.end - self._start > self._limit and len(self._parts) > 1:
            self._start += len(self._parts.popleft())
        if self.end - self._start > self._limit:
            self._parts = deque([text[-self._limit :]])
            self._start = self.end - self._limit

    def clear(self) -> None:
        """Empty the screen, and forget what was on it."""
        self._parts = deque([RESET])
        self._start, self.end = self.end, self.end + len(RESET)
        self._cleared = self._start

    def since(self, place: int | None) -> tuple[str, int]:
        """What a reader at a place gets next, and its place after that; None for one that has read nothing.

        Nothing new is the empty text.
        """
        if place is None or place < self._start:
            return RESET + self._from_line().removeprefix(RESET), self.end
        wanted = self.end - place
        parts: list[str] = []
        for part in reversed(self._parts):
            if wanted <= 0:
                break
            parts.append(part[-wanted:])
            wanted -= len(parts[-1])
        text = "".join(reversed(parts))[:AT_ONCE]
        return text, place + len(text)

    def _from_line(self) -> str:
        """All that is kept, from the beginning of a line on: a sequence may have been cut in two."""
        text = "".join(self._parts)
        return text if self._start == self._cleared else text[text.find("\n") + 1 :]
