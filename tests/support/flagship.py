"""The flagship deck, and what a Docker engine holds, for tests of the whole."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from quarterdeck.model.demo import Command, Step
from support.presented import PATIENT

if TYPE_CHECKING:
    from playwright.sync_api import Page

FLAGSHIP = Path(__file__).parents[2] / "decks" / "docker"
LITERAL = re.compile(r"(?!\.\.\.$)(?!.*\[\.\.\])(?!\[exit \d+\]$).*\S")
"""An expected line that stands for nothing but itself."""

DRAW_SECONDS = 60

OUTPUT = """demo => {
  const rows = document.querySelectorAll(`section.present .qd-terminal[data-demo="${demo}"] .xterm-rows > div`);
  return [...rows].map(row => row.textContent.replaceAll('\\u00a0', ' ').trimEnd()).join('\\n');
}"""
"""JavaScript: what stands in a demo's terminal in the slide."""


@dataclass(frozen=True, slots=True)
class RunningShow:
    """``quarterdeck present`` as a process, without console and browser."""

    process: subprocess.Popen[str]
    audience: str
    presenter: str
    projector: str


@contextmanager
def running_show(*arguments: str | Path, environ: dict[str, str] | None = None) -> Iterator[RunningShow]:
    """Present a deck on a free port; ends the show, and kills it when it does not end."""
    command = [sys.executable, *PATIENT, "present", *map(str, arguments)]
    process = subprocess.Popen(
        [*command, "--no-console", "--no-browser", "--port", "0"],
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield RunningShow(process, **_addresses(process))
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdout:
            process.stdout.close()


def _addresses(process: subprocess.Popen[str]) -> dict[str, str]:
    assert process.stdout
    found: dict[str, str] = {}
    for line in process.stdout:
        if match := re.fullmatch(r"(projector|presenter|audience)\s+(http\S+)\n", line):
            found[match[1]] = match[2]
        if len(found) == 3:
            return found
    raise AssertionError(f"the show ended with status {process.wait()} before it said where its pages are")


def docker(*arguments: str, host: str) -> str:
    """What the Docker CLI prints."""
    return subprocess.run(["docker", "-H", host, *arguments], capture_output=True, text=True, check=True).stdout


def labelled(host: str) -> dict[str, list[str]]:
    """Everything on the engine that carries a show's label."""
    label = ["--filter", "label=quarterdeck.show", "--quiet"]
    return {
        "containers": docker("ps", "--all", *label, host=host).split(),
        "networks": docker("network", "ls", *label, host=host).split(),
        "volumes": docker("volume", "ls", *label, host=host).split(),
    }


NOTHING: dict[str, list[str]] = {"containers": [], "networks": [], "volumes": []}


def wait_until(condition: object, seconds: float, what: str) -> float:
    """Wait for a callable to give something true; gives the seconds that it took."""
    assert callable(condition)
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() - begin < seconds, f"{what} did not happen within {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - begin


def inspect(kind: str, name: str, host: str) -> dict[str, object]:
    """What the engine says of one object."""
    found: dict[str, object] = json.loads(docker(kind, "inspect", name, host=host))[0]
    return found


def squeezed(text: str) -> str:
    """Without line ends and spaces, so that wrapped lines can be found."""
    return re.sub(r"\s+", "", text)


def last_words(step: Step) -> list[str]:
    """The lines of the step's last command that must be on the screen when it is done, typed and printed."""
    commands = [i for i in step.interactions if isinstance(i, Command)]
    if not commands:
        return []
    last = commands[-1]
    return [last.lines[-1], *(line for line in last.expected.lines if LITERAL.match(line))]


def read_from_slide(page: Page, demo: str, step: Step) -> None:
    """Wait until the step's last command and its literal output stand in the slide's terminal.

    The terminal draws on the browser's next frame, a moment after the show has told that the step is done.
    """
    for line in last_words(step):
        wait_until(
            lambda line=line: squeezed(line) in squeezed(page.evaluate(OUTPUT, demo)),
            DRAW_SECONDS,
            f"{demo}/{step.id}: {line!r} in the terminal",
        )
