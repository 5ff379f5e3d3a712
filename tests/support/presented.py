"""``quarterdeck present`` as a process of its own, without a console."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

END_SECONDS = 60
QUARTERDECK = ("-m", "quarterdeck")
PATIENT = (
    "-c",
    "from quarterdeck.cli import main; from quarterdeck.show.web import websocket; "
    "websocket.LATE_SECONDS = 3600; main()",
)
"""Arguments for Python: the same, but a press counts however long it took to come, as it may on a busy machine."""


@dataclass(frozen=True, slots=True)
class Presented:
    """A show going on: where its pages are, by the names that are printed."""

    addresses: dict[str, str]
    said: list[str]
    """What was printed before the addresses."""
    process: subprocess.Popen[str]


@contextmanager
def presented(
    deck: Path,
    *options: str,
    home: Path,
    browser: str | None = None,
    wrapper: Sequence[str] = (),
    program: Sequence[str] = PATIENT,
) -> Iterator[Presented]:
    """A show of the deck on any free port, ended as by Ctrl-C; ``browser`` opens its pages, ``wrapper`` runs it."""
    command = [*wrapper, sys.executable, *program, "present", str(deck), "--no-console", "--port", "0"]
    environ = {**os.environ, "XDG_STATE_HOME": str(home)}
    if browser is None:
        command.append("--no-browser")
    else:
        environ |= {"BROWSER": browser, "HOME": str(home)}
    process = subprocess.Popen(
        [*command, *options],
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    addresses: dict[str, str] = {}
    said: list[str] = []
    for line in process.stdout:
        name, _, address = line.strip().partition(" ")
        if line.startswith("Ctrl-C"):
            break
        if address.strip().startswith("http"):
            addresses[name] = address.strip()
        else:
            said.append(line.rstrip())
    try:
        assert addresses, "\n".join(said)
        yield Presented(addresses, said, process)
    finally:
        process.terminate()
        process.communicate(timeout=END_SECONDS)
