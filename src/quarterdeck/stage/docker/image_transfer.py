"""Images on their way into an engine and out of it: what it knows of one, ``docker save``, ``load``, ``tag``.

Nothing is held in memory: an image passes in pieces.
"""

from __future__ import annotations

import json
import re
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO, cast
from urllib.parse import quote

from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.client import engine_client
from quarterdeck.stage.docker.connection import EngineError

PIECE = 1 << 20
"""Bytes moved at once."""
STALL_SECONDS = 600.0
"""How long an engine may be silent: it unpacks a layer before it says anything."""
SETTINGS = (
    *("User", "ExposedPorts", "Env", "Entrypoint", "Cmd", "Volumes", "WorkingDir", "Labels", "StopSignal"),
    *("Healthcheck", "OnBuild", "Shell"),
)
"""The settings of an image (the ``config`` of OCI's image specification, and Docker's own three).

Engines list more, and not the same: containerd's image store loses the id of the image that a build started from.
"""
LONGEST_PATTERN = 400
"""Characters; a reference has fewer."""
_PIECES = re.compile(r"\[\^?(?:[\w.:/@](?:-[\w.:/@])?)+\]|\\.|.", re.ASCII | re.DOTALL)
"""A list of characters, an escaped one, or one; an opening bracket alone begins a list that is none."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What an engine knows of an image."""

    reference: str
    id: str
    steps: tuple[tuple[object, ...], ...]
    """When, by which command and with how many bytes each layer was made; images that share a layer share its step."""
    content: str
    """Its layers and settings as JSON: the same on every engine, whatever id the engine gives it."""


def image_facts(address: EngineAddress, reference: str) -> ImageFacts | None:
    """The image of that name; None if the engine has none.  Raises EngineError."""
    with engine_errors(), engine_client(address) as engine:
        try:
            image, history = engine.inspect_image(reference), engine.history(reference)
        except EngineError as error:
            if error.status == HTTPStatus.NOT_FOUND:
                return None
            raise
    layers = image.get("RootFS", {}).get("Layers")
    config = image.get("Config") or {}
    settings = {name: config[name] for name in SETTINGS if config.get(name)}
    content = json.dumps([image.get("Architecture"), image.get("Os"), layers, settings], sort_keys=True)
    steps = tuple((step.get("Created"), step.get("CreatedBy"), int(step.get("Size", 0))) for step in history)
    return ImageFacts(reference, str(image["Id"]), steps, content)


@contextmanager
def saved(address: EngineAddress, reference: str) -> Iterator[Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]]:
    """The members of ``docker save REFERENCE``, in order; a file's bytes must be read before the next is taken.

    Raises EngineError when the engine fails, even while members are read.
    """
    with ExitStack() as stack:
        with engine_errors():
            engine = stack.enter_context(engine_client(address, STALL_SECONDS))
            # the SDK's get_image hands out pieces, which tarfile can't read from
            url = f"{engine.base_url}/v{engine.api_version}/images/{quote(reference, safe='/:@')}/get"
            answer = stack.enter_context(engine.get(url, stream=True))
        yield _members(cast("IO[bytes]", _Download(cast("IO[bytes]", answer.raw))))


@contextmanager
def save(address: EngineAddress, references: Iterable[str]) -> Iterator[Iterator[bytes]]:
    """``docker save REFERENCE…``: one archive of all, in pieces.  Raises EngineError, even while they are read."""
    with ExitStack() as stack:
        with engine_errors():
            engine = stack.enter_context(engine_client(address, STALL_SECONDS))
            url = f"{engine.base_url}/v{engine.api_version}/images/get"
            answer = stack.enter_context(engine.get(url, params={"names": list(references)}, stream=True))
        yield _pieces(_Download(cast("IO[bytes]", answer.raw)))


def _pieces(download: _Download) -> Iterator[bytes]:
    while data := download.read(PIECE):
        yield data


class _Download:
    """The body of an answer; its reads raise EngineError, so that a full disk here isn't taken for a lost engine."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw

    def read(self, size: int) -> bytes:
        """The next ``size`` bytes, fewer at the end."""
        with engine_errors():
            return self._raw.read(size)


def _members(stream: IO[bytes]) -> Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]:
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=PIECE) as archive:
            for member in archive:
                yield member, archive.extractfile(member) if member.isreg() else None
    except tarfile.TarError as error:
        raise EngineError(f"the engine's image ended too early: {error}") from None


def load(address: EngineAddress, pieces: Iterable[bytes]) -> None:
    """``docker load`` of a tar in pieces; raises EngineError when the engine fails or refuses it."""
    with engine_errors(), engine_client(address, STALL_SECONDS) as engine:
        for event in engine.load_image(iter(pieces), quiet=True):
            if fault := event.get("error"):
                raise EngineError(str(fault))


def tag(address: EngineAddress, image: str, reference: str) -> None:
    """Give an image a name; raises EngineError."""
    repository, _, name = reference.rpartition(":")
    with engine_errors(), engine_client(address) as engine:
        engine.tag(image, repository, name)


@contextmanager
def engine_errors() -> Iterator[None]:
    """Make an EngineError of whatever stops an exchange with the engine."""
    from docker.errors import StreamParseError
    from urllib3.exceptions import HTTPError

    try:
        yield
    except (OSError, HTTPError, StreamParseError) as error:
        raise EngineError(f"the connection to the engine failed: {error}") from None


def normalised(reference: str) -> str:
    """A reference as the engine lists it: ``docker.io/library/nginx`` is ``nginx:latest``."""
    reference = reference.removeprefix("docker.io/").removeprefix("library/")
    if "@" in reference or ":" in reference.rpartition("/")[2]:
        return reference
    return f"{reference}:latest"


def tagged(repository: str, tag: str) -> str:
    """The reference that a request names by ``repo`` and ``tag``."""
    if not tag:
        return normalised(repository)
    return normalised(f"{repository}@{tag}" if tag.startswith("sha256:") else f"{repository}:{tag}")


def reference_pattern(pattern: str) -> re.Pattern[str]:
    """The pattern of a filter ``reference=PATTERN``, for :func:`matches_reference`.

    A ``*`` matches anything but a slash, a ``?`` one character, ``[a-z]`` one of several (Go's ``path.Match``).
    As in Go, what a ``*`` has matched isn't taken back, or some patterns would take for ever.
    Raises ValueError for what is no pattern.
    """
    stretches = [""]
    if len(pattern) > LONGEST_PATTERN:
        raise ValueError("the pattern is too long")
    for piece in _PIECES.findall(pattern):
        match piece:
            case "*":
                stretches.append("")
            case "?":
                stretches[-1] += "[^/]"
            case "[" | "\\":
                raise ValueError("syntax error in pattern")
            case _:
                stretches[-1] += piece if piece.startswith("[") else re.escape(piece.removeprefix("\\"))
    first, *middle = stretches
    last = f"[^/]*{middle.pop()}" if middle else ""
    try:
        return re.compile("".join([first, *(f"(?>[^/]*?{stretch})" for stretch in middle), last]))
    except re.error:
        raise ValueError("syntax error in pattern") from None


def matches_reference(reference: str, pattern: re.Pattern[str]) -> bool:
    """Whether a pattern selects a tag: with or without the part after the colon."""
    return any(pattern.fullmatch(text) for text in (reference, reference.rpartition(":")[0]))
