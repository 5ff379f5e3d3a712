"""What each terminal of a show has printed so far, stored for pages that join late and for going back.

Bounded: a page that joins late gets at most ``TERMINAL_LIMIT`` characters a terminal.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

TERMINAL_LIMIT = 256 * 1024
"""Characters kept of one terminal; the oldest lines go first."""


@dataclass(slots=True)
class Log:
    """The output of one terminal."""

    parts: list[str] = field(default_factory=list)
    size: int = 0
    """Characters in ``parts``."""
    dropped: int = 0
    """Characters dropped from the front, so that positions stay valid."""

    @property
    def end(self) -> int:
        """The position after all that was ever printed."""
        return self.dropped + self.size

    def append(self, data: str) -> None:
        """Add output."""
        self.parts.append(data)
        self.size += len(data)
        if self.size > 2 * TERMINAL_LIMIT:
            self._trim()

    def text(self) -> str:
        """All that is kept, at most ``TERMINAL_LIMIT`` characters, from the beginning of a line."""
        if self.size > TERMINAL_LIMIT:
            self._trim()
        elif len(self.parts) > 1:
            self.parts = ["".join(self.parts)]
        return self.parts[0] if self.parts else ""

    def truncate(self, position: int) -> None:
        """Drop what was printed after a position."""
        kept = self.text()[: max(0, position - self.dropped)]
        self.parts, self.size = [kept], len(kept)

    def _trim(self) -> None:
        whole = "".join(self.parts)
        cut = len(whole) - TERMINAL_LIMIT
        line = whole.find("\n", cut, cut + 4096)
        cut = line + 1 if line >= 0 else cut
        self.dropped += cut
        self.parts, self.size = [whole[cut:]], len(whole) - cut


@dataclass(frozen=True, slots=True)
class TerminalText:
    """All output of one terminal."""

    demo: str
    terminal: int
    data: str


@dataclass(slots=True)
class Terminals:
    """The terminals of all demos of a show."""

    logs: dict[tuple[str, int], Log] = field(default_factory=dict)
    """By the demo's name and the terminal's number."""
    marks: dict[tuple[str, int], dict[int, int]] = field(default_factory=dict)
    """For each demo and number of steps done: the position of each terminal then."""

    def write(self, demo: str, terminal: int, data: str) -> None:
        """A terminal printed something."""
        self.logs.setdefault((demo, terminal), Log()).append(data)

    def clear(self, demo: str) -> None:
        """Empty all terminals of a demo."""
        for key in [key for key in self.logs if key[0] == demo]:
            del self.logs[key]
        for mark in [mark for mark in self.marks if mark[0] == demo]:
            del self.marks[mark]

    def mark(self, demo: str, done: int) -> None:
        """Remember the present text as the one after ``done`` steps of the demo."""
        self.marks[demo, done] = {n: log.end for (name, n), log in self.logs.items() if name == demo}

    def rewind(self, demo: str, done: int) -> bool:
        """Go back to the text after ``done`` steps; returns whether it is known.

        It is when the next step was begun, or these were the last that ran.
        """
        if done == 0:
            self.clear(demo)
            return True
        mark = self.marks.get((demo, done))
        if mark is None:
            return (demo, done - 1) in self.marks
        for (name, number), log in self.logs.items():
            if name == demo:
                log.truncate(mark.get(number, 0))
        for later in [key for key in self.marks if key[0] == demo and key[1] > done]:
            del self.marks[later]
        return True

    def rename(self, demos: Mapping[str, str]) -> None:
        """Demos have other names from now on."""
        self.logs = {(demos.get(name, name), number): log for (name, number), log in self.logs.items()}
        self.marks = {(demos.get(name, name), done): mark for (name, done), mark in self.marks.items()}

    def of(self, demo: str) -> Iterator[TerminalText]:
        """The text of each terminal of a demo."""
        for (name, number), log in sorted(self.logs.items()):
            if name == demo:
                yield TerminalText(name, number, log.text())

    def all(self) -> Iterator[TerminalText]:
        """The text of every terminal of the show."""
        for (name, number), log in sorted(self.logs.items()):
            yield TerminalText(name, number, log.text())

    def __bool__(self) -> bool:
        return any(log.size for log in self.logs.values())
