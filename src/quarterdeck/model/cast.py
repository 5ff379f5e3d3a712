"""Recordings in asciicast v3.

Format: https://docs.asciinema.org/manual/asciicast/v3/ — a header line and one JSON array a line,
``[interval, code, data]``, the interval being the seconds since the event before.  Codes used:
``o`` output, ``i`` input, ``m`` marker, ``x`` exit status; ``r`` is read.

Quarterdeck's own: the header's ``quarterdeck`` object holds the demo's name and script hash, and
there is a marker where each step begins (``step:ID``) and ends (``end:ID:OUTCOME``).  Pictures of the pages that steps
open are files beside it; see :attr:`quarterdeck.model.demo.Demo.picture_paths`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import QuarterdeckError, SourceSpan
from quarterdeck.model.content import Asset
from quarterdeck.terminal.buffer import COLUMNS, ROWS
from quarterdeck.terminal.screenshot import Emphasis


class CastEvent(Struct, frozen=True):
    """One event."""

    time: float
    """Seconds since the recording began (absolute; the file holds intervals)."""
    code: str
    data: str


class Cast(Struct, frozen=True):
    """A recording of one demo."""

    demo: str
    script_hash: str
    events: tuple[CastEvent, ...] = ()
    columns: int = COLUMNS
    rows: int = ROWS
    title: str = ""
    extra: dict[str, Any] = field(default_factory=dict)
    """Other things of the header's ``quarterdeck`` object, kept as they are."""
    pictures: Mapping[str, Asset] = field(default_factory=dict)
    """Pictures of the pages that steps opened, by the step's id; they are files of their own."""

    def steps(self) -> Iterator[tuple[str, tuple[CastEvent, ...]]]:
        """The events of each step in order, markers left out."""
        name: str | None = None
        events: list[CastEvent] = []
        for event in self.events:
            if event.code == "m" and event.data.startswith("step:"):
                if name is not None:
                    yield name, tuple(events)
                name, events = event.data.removeprefix("step:"), []
            elif event.code == "m" and event.data.startswith("end:"):
                if name is not None:
                    yield name, tuple(events)
                name, events = None, []
            elif name is not None:
                events.append(event)
        if name is not None:
            yield name, tuple(events)

    def output(self, terminal: int = 1) -> str:
        """All output of one terminal, as it received it."""
        code = event_code("o", terminal)
        return "".join(e.data for e in self.events if e.code == code)

    def emphasized(self) -> Cast:
        """The recording with commands bright and long ids dim, as :mod:`quarterdeck.terminal.screenshot` says."""
        terminals: dict[str, Emphasis] = {}
        events = []
        for event in self.events:
            kind, emphasis = event.code[:1], terminals.setdefault(event.code[1:], Emphasis())
            if kind == "i":
                emphasis.typed()
            events.append(replace(event, data=emphasis.add(event.data)) if kind == "o" else event)
        return replace(self, events=tuple(events))


def event_code(kind: str, terminal: int) -> str:
    """The code of an event of a terminal: asciicast's own for the first.

    Those of others, ``o2`` and the like, are passed over by players that don't know them.
    """
    return kind if terminal == 1 else f"{kind}{terminal}"


def encode(cast: Cast) -> str:
    """The text of a ``.cast`` file; times are kept to a millisecond."""
    lines = [encode_header(cast)]
    before = 0.0
    for event in cast.events:
        lines.append(encode_event(event, before))
        before = event.time
    return "\n".join(lines) + "\n"


def encode_header(cast: Cast) -> str:
    """The first line of a ``.cast`` file."""
    header = {
        "version": 3,
        "term": {"cols": cast.columns, "rows": cast.rows, "type": "xterm-256color"},
        "title": cast.title,
        "quarterdeck": {"demo": cast.demo, "script": cast.script_hash, **cast.extra},
    }
    return json.dumps(header, ensure_ascii=False)


def encode_event(event: CastEvent, before: float) -> str:
    """The line of an event; ``before`` is the time of the one before it, 0 for the first."""
    gap = round(event.time * 1000) - round(before * 1000)
    return json.dumps([gap / 1000, event.code, event.data], ensure_ascii=False)


def decode(text: str, file: str) -> Cast:
    """Read a ``.cast`` file; raises :class:`QuarterdeckError` with the line that is broken."""
    lines = text.split("\n")
    header = _json(lines[0], file, 1)
    if not isinstance(header, dict) or header.get("version") != 3:
        raise _broken("not an asciicast v3 recording", file, 1)
    own = header.get("quarterdeck")
    own = dict(own) if isinstance(own, dict) else {}
    term = header.get("term")
    term = term if isinstance(term, dict) else {}
    clock = 0.0
    events = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip() or line.startswith("#"):
            continue
        match _json(line, file, number):
            case [int() | float() as interval, str() as code, str() as data] if interval >= 0:
                clock += interval
                events.append(CastEvent(round(clock, 3), code, data))
            case _:
                raise _broken("an event must be [seconds, code, text]", file, number)
    return Cast(
        demo=str(own.pop("demo", "")),
        script_hash=str(own.pop("script", "")),
        events=tuple(events),
        columns=int(term.get("cols", COLUMNS)),
        rows=int(term.get("rows", ROWS)),
        title=str(header.get("title", "")),
        extra=own,
    )


def _json(line: str, file: str, number: int) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError) as error:
        column = error.colno if isinstance(error, json.JSONDecodeError) else 1
        raise _broken("this line is not JSON", file, number, column) from None


def _broken(message: str, file: str, line: int, column: int = 1) -> QuarterdeckError:
    return QuarterdeckError.of(
        f"broken recording: {message}",
        SourceSpan(file, line, column),
        hint="record it again with 'quarterdeck rehearse'",
        code="broken-cast",
    )
