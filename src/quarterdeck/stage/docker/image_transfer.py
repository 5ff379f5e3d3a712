"""Images on their way out of an engine and into one, as ``docker save`` and ``docker load`` write them.

Nothing is held in memory: an image goes by in pieces.
"""

from __future__ import annotations

import http.client
import json
import re
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import IO, Any, cast
from urllib.parse import quote

from quarterdeck.stage.docker.address import EngineAddress, dial
from quarterdeck.stage.docker.client import Answer, EngineError, ask

PIECE = 1 << 20
"""Bytes moved at once."""
STALL_SECONDS = 600.0
"""How long an engine may be silent: it unpacks a layer before it says anything."""


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What an engine knows of an image."""

    reference: str
    id: str
    steps: tuple[tuple[object, ...], ...]
    """When, by what command and with how many bytes each layer came; images that share a layer share its step."""
    content: str
    """What it holds, whatever id an engine gives it: its layers and settings, as JSON."""


def image_facts(address: EngineAddress, reference: str) -> ImageFacts | None:
    """The image of that name; None where the engine has none.

    Raises OSError or EngineError when the engine can't be asked.
    """
    path = f"/images/{quote(reference, safe='/:@')}"
    image = _known(address, f"{path}/json")
    history = _known(address, f"{path}/history")
    if image is None or history is None:
        return None
    layers = image.get("RootFS", {}).get("Layers")
    content = json.dumps([image.get("Architecture"), image.get("Os"), layers, image.get("Config")], sort_keys=True)
    steps = tuple((step.get("Created"), step.get("CreatedBy"), int(step.get("Size", 0))) for step in history)
    return ImageFacts(reference, str(image["Id"]), steps, content)


def _known(address: EngineAddress, path: str) -> Any:
    answer = ask(address, "GET", path)
    if answer.status == 404:
        return None
    if answer.status != http.client.OK:
        raise answer.refusal(path)
    return answer.json()


@contextmanager
def saved(address: EngineAddress, reference: str) -> Iterator[Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]]:
    """The members of ``docker save REFERENCE``, in order; a file's bytes must be read before the next is taken.

    Raises OSError or EngineError when the engine fails, also while members are taken.
    """
    path = f"/images/{quote(reference, safe='/:@')}/get"
    with _exchange(address, "GET", path) as answer:
        if answer.status != http.client.OK:
            raise Answer(answer.status, answer.read()).refusal(path)
        yield _members(cast("IO[bytes]", answer))


def _members(stream: IO[bytes]) -> Iterator[tuple[tarfile.TarInfo, IO[bytes] | None]]:
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=PIECE) as archive:
            for member in archive:
                yield member, archive.extractfile(member) if member.isreg() else None
    except (tarfile.TarError, http.client.HTTPException) as error:
        raise EngineError(f"the engine's image ended too early: {error}") from None


def load(address: EngineAddress, pieces: Iterable[bytes]) -> None:
    """``docker load`` of a tar in pieces.

    Raises OSError or EngineError when the engine fails or refuses it.
    """
    headers = {"Content-Type": "application/x-tar", "Transfer-Encoding": "chunked"}
    path = "/images/load?quiet=1"
    with _exchange(address, "POST", path, pieces, headers) as response:
        answer = Answer(response.status, response.read())
        if answer.status != http.client.OK:
            raise answer.refusal(path)
        for line in answer.body.splitlines():
            if fault := _load_fault(line):
                raise EngineError(fault)


def tag(address: EngineAddress, image: str, reference: str) -> None:
    """Give an image a name; raises OSError or EngineError."""
    repository, _, name = reference.rpartition(":")
    path = f"/images/{quote(image, safe=':')}/tag"
    answer = ask(address, "POST", path, query={"repo": repository, "tag": name})
    if answer.status != http.client.CREATED:
        raise answer.refusal(path)


def _load_fault(line: bytes) -> str:
    try:
        told = json.loads(line)
    except ValueError:
        return ""
    return str(told.get("error") or "") if isinstance(told, dict) else ""


class _EngineConnection(http.client.HTTPConnection):
    """HTTP over however the engine is reached."""

    def __init__(self, address: EngineAddress) -> None:
        super().__init__("docker")
        self._address = address

    def connect(self) -> None:
        self.sock = dial(self._address, STALL_SECONDS)


@contextmanager
def _exchange(
    address: EngineAddress, method: str, path: str, body: Iterable[bytes] | None = None, headers: Mapping[str, str] = {}
) -> Iterator[http.client.HTTPResponse]:
    with closing(_EngineConnection(address)) as connection:
        try:
            connection.request(method, path, body, headers, encode_chunked=body is not None)
            answer = connection.getresponse()
        except http.client.HTTPException as error:
            raise EngineError(f"the engine does not speak HTTP: {error!r}") from None
        yield answer


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


def matches_reference(reference: str, pattern: str) -> bool:
    """Whether the filter ``reference=PATTERN`` selects a tag: with or without the part behind the colon.

    A ``*`` stands for anything but a slash, a ``?`` for one character (Go's ``path.Match``).
    """
    pieces = (
        {"*": "[^/]*", "?": "[^/]"}.get(piece, piece if piece.startswith("[") else re.escape(piece))
        for piece in re.findall(r"\[[^\]]*\]|.", pattern)
    )
    wanted = re.compile("".join(pieces))
    return any(wanted.fullmatch(text) for text in (reference, reference.rpartition(":")[0]))
