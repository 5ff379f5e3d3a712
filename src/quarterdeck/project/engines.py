"""Chooses the engine of a show or a rehearsal, Docker or the recordings, and keeps the speaker's consent to run demos.

An answer is stored under a hash of everything that would run, so after a change to any script the speaker is asked
again.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import shlex
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.folders import consent_folder, demo_files
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import EXCEPTIONS, Command, Demo, Keys
from quarterdeck.stage.docker.address import EngineAddress, find_engine
from quarterdeck.stage.docker.client import probe
from quarterdeck.stage.events import Engine
from quarterdeck.stage.live import DockerEngine
from quarterdeck.stage.replay import ReplayEngine
from quarterdeck.stage.shell.program import Seat
from quarterdeck.stage.shell.typist import Typing

AUTO_SECONDS = 1.0
"""How long Docker may take to answer before ``--engine auto`` falls back to recordings."""
ANSWER_SECONDS = 10.0
"""How long it may take where there is no fallback: a busy machine, or one reached by ssh, is slow."""


class Chosen(Struct, frozen=True):
    """The engine that was chosen."""

    engine: Engine
    note: str | None = None
    """Why it is not the preferred one."""


async def docker_engines(count: int, demos: Iterable[Demo], typing: Typing) -> list[DockerEngine]:
    """The Docker engine of this machine, once for each of ``count`` new shows.

    Raises:
        QuarterdeckError: when none is found or it doesn't answer.

    """
    address = await reachable()
    return [_engine_at(address, demos, typing) for _ in range(count)]


def seated_engine(address: EngineAddress, demos: Iterable[Demo], seat: Seat) -> DockerEngine:
    """The engine at an address, for an attendee who types in a shell."""
    show = uuid.uuid4().hex[:12]
    return DockerEngine(address, show=show, environ=os.environ, demos=demos, seat=seat)


async def reachable(seconds: float = ANSWER_SECONDS) -> EngineAddress:
    """The address of the engine, if it answers in time; raises QuarterdeckError, with a hint, if it doesn't."""
    address = find_engine(os.environ)
    await probe(address, timeout=seconds)
    return address


def show_engine(
    name: str,
    agreed: Callable[[], bool],
    demos: Iterable[Demo],
    casts: Mapping[str, Cast],
    typing: Typing = Typing.HUMAN,
) -> Chosen:
    """The engine for a show, by the name that ``--engine`` gives: ``docker``, ``replay`` or ``auto``.

    ``agreed`` returns whether the demos may run here.  It is called only if there is an engine to run them, and outside
    any event loop, where Ctrl-C at a question would have to wait for the answer.

    Raises:
        QuarterdeckError: if ``docker`` was asked for and isn't available.

    """
    replay = ReplayEngine(casts)
    if name == "replay":
        return Chosen(replay)
    try:
        address = asyncio.run(reachable(AUTO_SECONDS if name == "auto" else ANSWER_SECONDS))
    except QuarterdeckError as error:
        if name == "docker":
            raise
        return Chosen(replay, f"{error.first.message}: playing the recordings")
    if not agreed():
        return Chosen(replay, "you haven't agreed that demos may run here (--yes does): playing the recordings")
    return Chosen(_engine_at(address, demos, typing))


def _engine_at(address: EngineAddress, demos: Iterable[Demo], typing: Typing) -> DockerEngine:
    return DockerEngine(address, show=uuid.uuid4().hex[:12], environ=os.environ, demos=demos, typing=typing)


def fingerprint(demos: Iterable[Demo]) -> str:
    """SHA-256, in hex, over the scripts of all demos."""
    digest = hashlib.sha256()
    for demo in sorted(demos, key=lambda d: (d.name, d.script_hash)):
        digest.update(f"{demo.name}\0{demo.script_hash}\0".encode())
    return digest.hexdigest()


def commands(demos: Iterable[Demo]) -> list[tuple[str, str]]:
    """Every command or program that would run, and the keys pressed in one, with the name of its demo."""
    return [
        (demo.name, interaction.text)
        for demo in demos
        for step in demo.steps
        for interaction in step.interactions
        if isinstance(interaction, Command | Keys)
    ]


def settings(demos: Iterable[Demo]) -> list[tuple[str, str]]:
    """The environment variables that the demos set, in a shell's syntax, each with the name of its demo."""
    return [(demo.name, f"{name}={shlex.quote(value)}") for demo in demos for name, value in sorted(demo.env.items())]


def files(demos: Iterable[Demo]) -> list[tuple[str, str]]:
    """The files in the demos' folders, which their commands can use, each with the name of its demo."""
    return [
        (demo.name, path.relative_to(demo.files).as_posix())
        for demo in demos
        if demo.files is not None
        for path in demo_files(demo.files, demo.path)
    ]


def exceptions(demos: Iterable[Demo]) -> list[tuple[str, str]]:
    """What demos may do that the clean room normally refuses, each with the name of its demo."""
    return [(demo.name, EXCEPTIONS[word]) for demo in demos for word in sorted(demo.permissions.allow)]


def described(demos: Sequence[Demo]) -> list[tuple[str, str]]:
    """All that would run, and with what, each with the name of its demo; nothing of it is invisible."""
    found = [
        *commands(demos),
        *((name, f"with {text}") for name, text in settings(demos)),
        *((name, f"with the file {text}") for name, text in files(demos)),
        *((name, f"may {what}") for name, what in exceptions(demos)),
    ]
    return [(name, visible(text)) for name, text in found]


def visible(text: str) -> str:
    """A text with characters made visible that are invisible or reverse its direction."""
    return "".join(f"<U+{ord(c):04X}>" if unicodedata.category(c) == "Cf" else c for c in text)


def given(demos: Iterable[Demo]) -> bool:
    """Whether the speaker has agreed to exactly these scripts; False if the answer can't be read."""
    return os.access(consent_folder() / fingerprint(demos), os.F_OK)


def give(demos: Iterable[Demo]) -> None:
    """Store the consent; raises OSError if it can't be stored."""
    folder = consent_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / fingerprint(demos)).touch()
