"""Checks a machine for everything that building, rehearsing and presenting need."""

from __future__ import annotations

import importlib.resources
import os
import shutil
import sys
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.folders import StageFolder
from quarterdeck.installed import BROWSERS
from quarterdeck.stage.docker.address import AddressKind, EngineAddress, find_engine
from quarterdeck.stage.docker.client import probe, sees_folder
from quarterdeck.stage.docker.registry import stored_logins


class Grade(StrEnum):
    """How bad a finding is."""

    GOOD = "good"
    CURED = "cured"
    """Something is wrong or missing, but work can continue: recordings take over, or only a few decks need it."""
    LOST = "lost"
    """There is no substitute: a demo can neither run nor be played, or no deck can be built."""


class Finding(Struct, frozen=True):
    """The result of one check."""

    what: str
    """The subject, in a word: ``engine``, ``ports``, ``browser``."""
    grade: Grade
    detail: str
    remedy: str | None = None
    """How to fix it."""


ENGINE_SECONDS = 3.0


class Tool(Struct, frozen=True):
    """A program that some decks or commands use."""

    what: str
    programs: tuple[str, ...]
    """Names of programs, any of which is enough."""
    use: str
    remedy: str


TOOLS = (
    Tool("docker", ("docker",), "demos that type docker commands", "install the Docker CLI, docs.docker.com"),
    Tool("bash", ("bash",), "the shell of every live demo", "install bash"),
    Tool("curl", ("curl",), "demos that fetch pages", "install curl"),
    Tool("browser", BROWSERS, "printing PDF, videos", "install Chromium; for the show any browser is enough"),
    Tool("ffmpeg", ("ffmpeg",), "videos of decks ('quarterdeck film')", "install ffmpeg"),
    Tool("dot", ("dot",), "diagrams in ```dot fences", "install Graphviz"),
    Tool("mmdc", ("mmdc",), "diagrams in ```mermaid fences", "npm install --global @mermaid-js/mermaid-cli"),
)


async def examine() -> tuple[Finding, ...]:
    """Run all checks."""
    return (_python(), _pages(), *await _engine(), _registries(), *_tools(TOOLS))


def _python() -> Finding:
    return Finding("python", Grade.GOOD, sys.version.split()[0])


def _pages() -> Finding:
    pages = importlib.resources.files("quarterdeck") / "static" / "deck.js"
    if pages.is_file():
        return Finding("pages", Grade.GOOD, "the scripts and fonts of slides are built in")
    return Finding(
        "pages",
        Grade.LOST,
        "the scripts and fonts of slides are not built",
        "build them: python src/web/hatch_build.py",
    )


async def _engine() -> tuple[Finding, ...]:
    """Whether it answers, and whether it sees the files of demos."""
    try:
        address = find_engine(os.environ)
        info = await probe(address, timeout=ENGINE_SECONDS)
        return Finding("engine", Grade.GOOD, f"{info.name} {info.version} at {address.url}"), await _stage(address)
    except QuarterdeckError as error:
        fault = error.first
        remedy = f"{fault.hint or 'start Docker'}; without it, shows play recordings"
        return (Finding("engine", Grade.CURED, fault.message, remedy),)


IN_CONTAINER = (Path("/.dockerenv"), Path("/run/.containerenv"))
"""Files by which a program knows that it runs in a container of Docker or Podman."""


async def _stage(address: EngineAddress) -> Finding:
    """Whether the engine sees the folder of a stage, which has a name that no other machine has."""
    try:
        stage = StageFolder(None)
    except OSError as error:
        return Finding(
            "stage", Grade.CURED, f"demos can't have a folder: {error}", "free some disk space, or set TMPDIR"
        )
    parent = stage.path.parent
    try:
        if await sees_folder(address, stage.path, ENGINE_SECONDS):
            return Finding("stage", Grade.GOOD, f"the engine sees the folders of demos, in {parent}")
    finally:
        stage.remove()
    if any(file.exists() for file in IN_CONTAINER):
        remedy = f"start this container with --volume {parent}:{parent} ('quarterdeck help ci')"
    elif address.kind is not AddressKind.UNIX:
        remedy = "it is on another machine: set TMPDIR to a folder that both have at the same path"
    else:
        remedy = "share it in the settings of Docker Desktop, or set TMPDIR to a folder that is shared"
    return Finding(
        "stage", Grade.CURED, f"the engine can't see {parent}: demos can't mount their files from there", remedy
    )


def _registries() -> Finding:
    """Whether missing images can be pulled with the logins of the docker CLI."""
    try:
        logins = stored_logins(os.environ)
    except QuarterdeckError as error:
        return Finding("registries", Grade.CURED, error.first.message, error.first.hint)
    if logins.missing_helpers:
        helpers = ", ".join(logins.missing_helpers)
        detail = f"not on the PATH: {helpers}, which {logins.file} names for pulling images"
        return Finding("registries", Grade.CURED, detail, "install it, or remove it from that file")
    known = f"logins for {', '.join(logins.registries)}" if logins.registries else "no logins, public images only"
    return Finding("registries", Grade.GOOD, known)


def _tools(tools: Iterable[Tool]) -> Iterable[Finding]:
    for tool in tools:
        path = next(filter(None, map(shutil.which, tool.programs)), None)
        if path:
            yield Finding(tool.what, Grade.GOOD, path)
        else:
            yield Finding(tool.what, Grade.CURED, f"not on the PATH; needed for {tool.use}", tool.remedy)
