"""What a machine has for building, rehearsing and presenting."""

from __future__ import annotations

import importlib.resources
import os
import shutil
import sys
from collections.abc import Iterable
from enum import StrEnum

from msgspec import Struct

from quarterdeck.browser import BROWSERS
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.docker.address import find_engine
from quarterdeck.stage.docker.client import probe


class Grade(StrEnum):
    """What a finding means."""

    GOOD = "good"
    CURED = "cured"
    """Something is wrong or missing, and work goes on without it: recordings take over, or few decks need it."""
    LOST = "lost"
    """Nothing makes up for it: a demo can neither run nor be played, or no deck can be built."""


class Finding(Struct, frozen=True):
    """One thing that was looked at."""

    what: str
    """In a word: ``engine``, ``ports``, ``browser``."""
    grade: Grade
    detail: str
    remedy: str | None = None
    """What mends it."""


ENGINE_SECONDS = 3.0


class Tool(Struct, frozen=True):
    """A program that some decks or commands use."""

    what: str
    programs: tuple[str, ...]
    """Any of these will do."""
    use: str
    remedy: str


TOOLS = (
    Tool("docker", ("docker",), "demos that type docker commands", "install the Docker CLI, docs.docker.com"),
    Tool("bash", ("bash",), "the shell of every live demo", "install bash"),
    Tool("curl", ("curl",), "demos that fetch pages", "install curl"),
    Tool("browser", BROWSERS, "printing PDF", "install Chromium; the show itself is for any browser"),
    Tool("dot", ("dot",), "diagrams in ```dot fences", "install Graphviz"),
    Tool("mmdc", ("mmdc",), "diagrams in ```mermaid fences", "npm install --global @mermaid-js/mermaid-cli"),
)


async def examine() -> tuple[Finding, ...]:
    """Look for everything."""
    return (_python(), _pages(), await _engine(), *_tools(TOOLS))


def _python() -> Finding:
    return Finding("python", Grade.GOOD, sys.version.split()[0])


def _pages() -> Finding:
    pages = importlib.resources.files("quarterdeck") / "static" / "deck.js"
    if pages.is_file():
        return Finding("pages", Grade.GOOD, "scripts and fonts of the slides are built in")
    return Finding(
        "pages", Grade.LOST, "the slides' scripts and fonts are not built", "python src/web/hatch_build.py builds them"
    )


async def _engine() -> Finding:
    try:
        address = find_engine(os.environ)
        info = await probe(address, timeout=ENGINE_SECONDS)
    except QuarterdeckError as error:
        fault = error.diagnostics[0]
        remedy = f"{fault.hint or 'start Docker'}; without it shows play their recordings"
        return Finding("engine", Grade.CURED, fault.message, remedy)
    return Finding("engine", Grade.GOOD, f"{info.name} {info.version} at {address.url}")


def _tools(tools: Iterable[Tool]) -> Iterable[Finding]:
    for tool in tools:
        path = next(filter(None, map(shutil.which, tool.programs)), None)
        if path:
            yield Finding(tool.what, Grade.GOOD, path)
        else:
            yield Finding(tool.what, Grade.CURED, f"not on the PATH; for {tool.use}", tool.remedy)
