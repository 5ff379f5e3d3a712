"""What a reader's eye should find first in a terminal: commands bold and bright, long ids dim.

Recordings hold what was printed and nothing else; every output adds the emphasis when it shows them, and a running show
adds it the same way.  A command is known from what was typed: its echo is everything up to the end of its line, in
any program.  What a speaker types by hand isn't known, and stays plain.

Where a line editor (readline) wraps a command at the terminal's edge, it prints a space and goes back; in a terminal of
another size that would overwrite the line's beginning, so it is left out: terminals wrap by themselves.
"""

from __future__ import annotations

import re

COMMAND_ON, COMMAND_OFF = "\x1b[1;97m", "\x1b[22;39m"
"""SGR: bold and bright white; normal intensity and the terminal's own colour (ECMA-48 8.3.117; 97 is aixterm's)."""
DIM_ON, DIM_OFF = "\x1b[2m", "\x1b[22m"
EDGE = " \r"
"""What readline prints where a line that it edits wraps, as soon as the last column is taken."""
_EDGE = re.compile(rf"{EDGE}(?=[^\x00-\x1f])")
LONG_ID = re.compile(r"(?<![0-9A-Za-z])(?:sha256:)?[0-9a-f]{40,128}(?![0-9A-Za-z])")
"""Ids of containers, layers and commits in full length: nobody reads them."""


class Emphasis:
    """Adds emphasis to the output of one terminal, piece by piece."""

    def __init__(self) -> None:
        self._typed = False
        """Whether something was typed whose echo has not begun."""
        self._echoing = False
        self._held = ""
        """The end of an echo that what follows says how to take."""

    def typed(self) -> None:
        """Something was typed: what is printed from here to the end of the line is its echo."""
        self._typed = True

    def add(self, data: str) -> str:
        """Return a piece of output with its emphasis."""
        data, self._held = self._held + data, ""
        before = ""
        if self._typed:
            self._typed, before = False, "" if self._echoing else COMMAND_ON
            self._echoing = True
        if not self._echoing:
            return LONG_ID.sub(_dim, data)
        end = data.find("\n")
        if end < 0:
            if data.endswith(EDGE):
                data, self._held = data.removesuffix(EDGE), EDGE
            return before + _EDGE.sub("", data)
        self._echoing = False
        end -= data[:end].endswith("\r")
        return before + _EDGE.sub("", data[:end]) + COMMAND_OFF + LONG_ID.sub(_dim, data[end:])


def _dim(match: re.Match[str]) -> str:
    return f"{DIM_ON}{match[0]}{DIM_OFF}"
