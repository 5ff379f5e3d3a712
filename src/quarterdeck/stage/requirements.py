"""Checks what demos require, before anything of them runs: programs, images, ports, and that containers start."""

from __future__ import annotations

import asyncio
import errno
import shutil
import socket
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError
from quarterdeck.model.demo import Demo
from quarterdeck.stage.cleanup.labels import new_prefix
from quarterdeck.stage.docker.address import AddressKind, EngineAddress
from quarterdeck.stage.docker.client import engine_client
from quarterdeck.stage.docker.connection import EngineError

ASK_SECONDS = 5.0
"""How long the engine may take to say whether it has an image."""
FREE_SECONDS = 1.0
"""How long a port may take to become free: the previous demo may have released it only just now."""
LOOK_SECONDS = 0.05


async def look_for(demos: Sequence[Demo], address: EngineAddress, path: str | None) -> None:
    """Check what demos require: the last one, and before it those that it continues.

    ``path``: the ``PATH`` to search for programs.

    Raises:
        QuarterdeckError: with everything that is missing.

    """
    faults = [*_programs(demos, path)]
    faults += await asyncio.to_thread(lambda: list(_images(demos, address)))
    if address.kind is AddressKind.UNIX:  # the ports of another machine can't be checked from here
        faults += await _ports(demos)
    if faults:
        raise QuarterdeckError(faults)


def _programs(demos: Iterable[Demo], path: str | None) -> Iterator[Diagnostic]:
    for demo in demos:
        for program in demo.requires:
            if shutil.which(program, path=path) is None:
                message = f"the demo '{demo.name}' requires '{program}', which is not on the PATH"
                yield Diagnostic(message, demo.span, f"install {program}", "missing-program")


def _images(demos: Iterable[Demo], address: EngineAddress) -> Iterator[Diagnostic]:
    wanted = {image: demo for demo in demos for image in (*demo.images, demo.stage_image) if image}
    for image in missing_images(address, wanted, ASK_SECONDS):
        message = f"the demo '{wanted[image].name}' needs the image {image}, which the engine doesn't have"
        yield Diagnostic(message, wanted[image].span, f"docker pull {image}", "missing-image")


def missing_images(address: EngineAddress, images: Iterable[str], seconds: float) -> tuple[str, ...]:
    """The images that the engine lacks; one that it doesn't answer about within ``seconds`` counts as present."""
    images = tuple(images)
    if not images:
        return ()
    missing = []
    with suppress(OSError, EngineError), engine_client(address, seconds) as engine:
        for image in images:
            try:
                engine.inspect_image(image)
            except EngineError as error:
                if error.status == HTTPStatus.NOT_FOUND:
                    missing.append(image)
    return tuple(missing)


NO_PROGRAM = ("No command specified", "executable file not found", "no such file or directory")
"""What an engine says of an image that has no program to start; its network and its files were there all the same."""
TRIAL_PORT = "9/tcp"
"""The port of a trial container that is published: discard, which nobody serves (RFC 863)."""


def why_not_started(address: EngineAddress, image: str, labels: Mapping[str, str], seconds: float) -> str | None:
    """Start a container of an image, as demos do: on the bridge, with a port published; None if that works.

    It is removed at once.  ``labels``: what a clean-up finds it by, if this process is killed meanwhile.  ``seconds``:
    how long each request to the engine may take.
    """
    bindings = {TRIAL_PORT: [{"HostIp": "127.0.0.1", "HostPort": ""}]}
    config = {
        "Image": image,
        "Labels": dict(labels),
        "ExposedPorts": {TRIAL_PORT: {}},
        "HostConfig": {"PortBindings": bindings},
    }
    try:
        with engine_client(address, seconds) as engine:
            engine.try_container(config, f"{new_prefix()}trial")
    except EngineError as error:
        return None if any(words in str(error) for words in NO_PROGRAM) else str(error)
    except OSError as error:
        return f"no answer within {seconds:g} s" if isinstance(error, TimeoutError) else str(error)
    return None


async def _ports(demos: Iterable[Demo]) -> list[Diagnostic]:
    wanted = {port: demo for demo in demos for port in demo.ports}
    until = asyncio.get_running_loop().time() + FREE_SECONDS
    return [
        Diagnostic(
            f"the demo '{demo.name}' publishes port {port}, which is in use",
            demo.span,
            f"end what uses it; 'ss -ltnp sport = :{port}' names it",
            "port-in-use",
        )
        for port, demo in wanted.items()
        if not await _becomes_free(port, until)
    ]


async def _becomes_free(port: int, until: float) -> bool:
    """Whether a port is free before the loop's time is ``until``."""
    while True:
        if not is_taken(port):
            return True
        if asyncio.get_running_loop().time() >= until:
            return False
        await asyncio.sleep(LOOK_SECONDS)


def is_taken(port: int) -> bool:
    """Whether something on this machine listens at a port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("0.0.0.0", port))
        except OSError as error:
            return error.errno == errno.EADDRINUSE
    return False
