"""Stores the recordings of rehearsals, without noise in version control.

Ids, times and durations differ from run to run.  A recording that differs from the stored one in nothing else isn't
written again, and neither is a picture of a page that looks like the stored one.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from pathlib import Path

from msgspec.structs import replace

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.atomic import Output, write
from quarterdeck.model.cast import Cast, CastEvent, decode, encode
from quarterdeck.model.demo import ANY_TEXT, Demo
from quarterdeck.project.rehearsal.rehearse import DemoResult
from quarterdeck.terminal.screenshot import text_lines

_SEEN = 32
"""By how much of 255 a small part of a picture must differ until somebody sees it."""
_PART = 16
"""Pixels of the side of such a part."""

_UNIT = r"(?:second|minute|hour|day|week|month|year)s?"
_DATE = r"\d{4}-\d\d-\d\d"
_TIME = r"\d\d:\d\d:\d\d(?:[.,]\d+)?"

VOLATILE = re.compile(
    "|".join(
        (
            r"\b(?:sha256:)?[0-9a-f]{64}\b",
            r"\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{12}\b",  # an id cut short, as the Docker CLI does
            r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",  # RFC 9562
            rf"\b{_DATE}[T ]{_TIME}(?:Z|(?: ?[+-]\d\d:?\d\d)(?: [A-Z]{{3,5}})?)?",  # RFC 3339, and as Go prints times
            # RFC 9110, 5.6.7, and as date and asctime print it
            rf"\b(?:[A-Z][a-z]{{2}},? )?(?:\d{{1,2}}[ /-][A-Z][a-z]{{2}}|[A-Z][a-z]{{2}} +\d{{1,2}})"
            rf"(?:[ /-]\d{{4}})?[ :]{_TIME}(?: (?:[A-Z]{{3,5}}|[+-]\d{{4}}))?(?: \d{{4}})?\b",
            rf"\b{_TIME}\b",
            rf"\b(?:Less than a second|About an? {_UNIT}|\d+ {_UNIT})(?: ago)?\b",
            r"\b\d+m\d+\.\d+s\b",
            r"\b\d+(?:\.\d+)? ?(?:[mµn]s)\b|\b\d+\.\d+ ?s(?:ec(?:onds?)?)?\b",
        )
    )
)
"""Text that differs from run to run: ids, dates, times, durations."""
_STAGE_FOLDER = re.compile(r"(?:/[\w.+-]+)*/quarterdeck-[a-z0-9_]{8}(?![\w-])")
"""Where a run keeps the copy of the demo's files, its home and its socket; the name is random."""
_JOB = re.compile(r"(?m)^(\[\d+\][+-]?\s+)\d+(?=$|\s+[A-Z])|(\bline \d+:\s+)\d+(?=\s+[A-Z])")
"""The process of a background job as bash prints it (``[1] 12345``), and of one that a signal ended."""
_ADDRESS = re.compile(r"((?:\b\d+(?:\.\d+){3}|\blocalhost|\[::1?\]|::1?):)(\d{5})\b")
_FIRST_EPHEMERAL = 32768
"""Ports from here on are chosen by the kernel or the engine where nobody asks for one (ip_local_port_range)."""
_PROCESS_COLUMNS = frozenset({"PID", "PPID"})
_FIRST_OF_HOST = 300
"""Processes below belong to a container or are the system's own, and have the same number in every run."""


def elided(line: str, script: str = "") -> str:
    """The line with ``[..]`` in place of volatile text.

    ``script``: what the demo types; a port that it names is not volatile.
    """

    def address(match: re.Match[str]) -> str:
        chosen = int(match[2]) >= _FIRST_EPHEMERAL and match[2] not in script
        return f"{match[1]}{ANY_TEXT}" if chosen else match[0]

    line = _STAGE_FOLDER.sub(ANY_TEXT, VOLATILE.sub(ANY_TEXT, line))
    line = _JOB.sub(lambda match: f"{match[1] or match[2]}{ANY_TEXT}", line)
    return _ADDRESS.sub(address, line)


def elided_lines(lines: Iterable[str], script: str = "") -> list[str]:
    """The lines with ``[..]`` in place of volatile text; in tables of processes, the numbers of this machine's too."""
    result: list[str] = []
    columns: list[int] = []
    for line in lines:
        words = line.split()
        if _PROCESS_COLUMNS & set(words):
            columns = [place for place, word in enumerate(words) if word in _PROCESS_COLUMNS]
        elif not words:
            columns = []
        result.append(elided(_without_numbers(line, columns), script))
    return result


def _without_numbers(line: str, columns: Iterable[int]) -> str:
    parts = re.split(r"(\S+)", line)
    for column in columns:
        place = 2 * column + 1
        if place < len(parts) and parts[place].isdecimal() and int(parts[place]) >= _FIRST_OF_HOST:
            parts[place] = ANY_TEXT
            if column == 0:
                parts[0] = ""  # right-aligned: the blanks before it are as many as the number is short
            else:
                parts[place - 1] = " " if parts[place - 1] else ""
    return "".join(parts)


def common(line: str, other: str) -> str:
    """A line that matches the output of two runs: ``[..]`` from the first word that differs to the last."""
    if line == other:
        return line
    words, others = re.split(r"(\s+)", line), re.split(r"(\s+)", other)
    most = min(len(words), len(others))
    head = next((n for n in range(most) if words[n] != others[n]), most)
    tail = next((n for n in range(most - head) if words[-1 - n] != others[-1 - n]), most - head)
    return "".join(words[:head]) + ANY_TEXT + "".join(words[len(words) - tail :])


def save_casts(results: Iterable[DemoResult]) -> list[Path]:
    """Write new recordings next to their scripts, with their pictures, and return the files that were written.

    A stored recording of the same script that shows the same is left alone; times, ids and what the transcript elides
    don't count.  Of several rounds the first one that passed is written.  A picture that couldn't be taken again is
    removed with the recording that it belonged to.
    """
    outputs: dict[Path, Output] = {}
    saved: set[Path] = set()
    outdated: list[Path] = []
    for result in results:
        demo, path = result.demo, result.demo.cast_path
        if result.cast is None or not result.passed or path in saved:
            continue
        saved.add(path)
        stored = _stored(path)
        renewed = stored is None or not shows_the_same(stored, result.cast, demo)
        if renewed:
            outputs[path] = Output(path, encode(result.cast).encode())
        for step, place in demo.picture_paths.items():
            picture = result.pictures.get(step)
            if picture is None:
                outdated += [place] if renewed else []
            elif renewed or not _looks_the_same(place, picture):
                outputs[place] = Output(place, picture)
    write(outputs.values())
    for place in outdated:
        place.unlink(missing_ok=True)
    return list(outputs)


def _looks_the_same(stored: Path, picture: bytes) -> bool:
    """Whether a stored picture shows what a new one does, apart from how a browser smooths its type."""
    from PIL import Image, ImageChops, UnidentifiedImageError

    try:
        before = stored.read_bytes()
        if before == picture:
            return True
        with Image.open(io.BytesIO(before)) as old, Image.open(io.BytesIO(picture)) as new:
            if old.size != new.size:
                return False
            parts = ImageChops.difference(old.convert("RGB"), new.convert("RGB")).reduce(_PART)
    except (OSError, UnidentifiedImageError, ValueError):
        return False
    return all(max(band.tobytes()) < _SEEN for band in parts.split())


def shows_the_same(stored: Cast, new: Cast, demo: Demo) -> bool:
    """Whether a new recording of a demo that passed shows the same as the stored one.

    Steps whose whole output is in the transcript have been compared with it in both.  Of the others the screens are
    compared, apart from volatile text.
    """
    if replace(stored, events=()) != replace(new, events=()):
        return False
    before, after = dict(stored.steps()), dict(new.steps())
    if list(before) != list(after) or _outcomes(stored) != _outcomes(new):
        return False
    compared = {step.id for step in demo.steps if all(i.expected.given for i in step.interactions)}
    return all(name in compared or _screens(before[name]) == _screens(after[name]) for name in after)


def _stored(path: Path) -> Cast | None:
    """The recording in a file; None if there is none or it is broken."""
    try:
        return decode(path.read_text("utf-8"), str(path))
    except (OSError, UnicodeDecodeError, QuarterdeckError):
        return None


def _outcomes(cast: Cast) -> list[str]:
    return [event.data for event in cast.events if event.code == "m"]


def _screens(events: Iterable[CastEvent]) -> dict[str, list[str]]:
    """The final screen of each terminal of a step, without volatile text."""
    printed: dict[str, str] = {}
    for event in events:
        if event.code.startswith("o"):
            printed[event.code] = printed.get(event.code, "") + event.data
    return {terminal: elided_lines(text_lines(data)) for terminal, data in printed.items()}
