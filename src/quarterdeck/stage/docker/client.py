"""A client for an engine: whatever we ask of it ourselves, as opposed to what demos ask through the clean room.

The client is the Docker SDK's, over our own connections (``transport``).  The clean room doesn't use it: demos' calls
are forwarded byte by byte, and the SDK would parse them and build them again.
"""

from __future__ import annotations

import asyncio
import os
import re
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.docker.address import AddressKind, EngineAddress
from quarterdeck.stage.docker.connection import EngineError, dial

if TYPE_CHECKING:
    from quarterdeck.stage.docker.transport import SdkClient

PING = b"GET /_ping HTTP/1.0\r\nHost: docker\r\n\r\n"
PING_BYTES = 4096
LIST_SECONDS = 10.0
"""How long an engine may take to list or inspect things."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine says about itself."""

    version: str
    """``20.10.24``."""
    api_version: str
    """The newest API version it speaks, ``1.41``."""
    operating_system: str
    """``linux`` or ``windows``."""
    name: str = "Docker"
    """``Docker`` or ``Podman``."""


def engine_client(address: EngineAddress, timeout: float = LIST_SECONDS) -> SdkClient:
    """A client for the engine at ``address``; use it in a ``with`` statement, which closes its connections.

    The first call in a process imports the Docker SDK.

    Raises:
        OSError: when the engine can't be reached, or doesn't answer in ``timeout`` seconds (TimeoutError).
        EngineError: when its answer can't be used.

    """
    from quarterdeck.stage.docker.transport import SdkClient, Transport, version_spoken

    transport = Transport(address)
    try:
        version = version_spoken(SdkClient(transport, timeout).version(api_version=False))
        return SdkClient(transport, timeout, version)
    except BaseException:
        transport.close()
        raise


async def probe(address: EngineAddress, timeout: float = 1.0) -> EngineInfo:  # noqa: ASYNC109  # part of its promise
    """What the engine says about itself.

    Raises:
        QuarterdeckError: with a remedy, when it doesn't say so within ``timeout`` seconds, or can't be reached.

    """
    await asyncio.to_thread(_load_sdk)  # which can take a second on a busy machine, and isn't the engine's delay
    async with _faults(address, timeout):
        version = await asyncio.to_thread(_version, address, timeout)
    components = version.get("Components") or [{}]
    return EngineInfo(
        version=str(version.get("Version", "")),
        api_version=str(version.get("ApiVersion", "")),
        operating_system=str(version.get("Os", "")),
        name="Podman" if "podman" in str(components[0].get("Name", "")).lower() else "Docker",
    )


async def ping(address: EngineAddress, timeout: float = 1.0) -> None:  # noqa: ASYNC109  # part of its promise
    """Ask the engine for a sign of life: the cheapest question there is, which one that is busy answers too.

    It is asked often while a step runs; to say its version, an engine starts other programs.

    Raises:
        QuarterdeckError: with a remedy, when it doesn't answer within ``timeout`` seconds, or can't be reached.

    """
    async with _faults(address, timeout):
        await asyncio.to_thread(_ping, address, timeout)


NO_IMAGE = "quarterdeck.invalid/none:none"
"""The name of an image that no engine has: no registry can be called so (RFC 2606)."""
NO_NAME = "quarterdeck-nothing"
"""The name of the container that isn't made."""
_UNSEEN = re.compile(r"bind source path does not exist|mounts denied|not shared|statfs|no such file", re.IGNORECASE)
"""What engines say of a folder that they can't mount: Docker, Docker Desktop, Podman."""


async def sees_folder(address: EngineAddress, folder: Path, timeout: float = 1.0) -> bool:  # noqa: ASYNC109
    """Whether the engine can mount a folder of this machine: it has it at the same path.

    It is asked for a container of an image that isn't there.  An engine looks at the mounts first, so that it says
    which of both is missing, and nothing is made.

    Raises:
        QuarterdeckError: with a remedy, when it doesn't answer within ``timeout`` seconds, or can't be reached.

    """
    async with _faults(address, timeout):
        return await asyncio.to_thread(_sees_folder, address, folder, timeout)


def _sees_folder(address: EngineAddress, folder: Path, timeout: float) -> bool:
    mount = {"Type": "bind", "Source": str(folder), "Target": "/stage"}
    with engine_client(address, timeout) as client:
        try:
            client.try_container({"Image": NO_IMAGE, "HostConfig": {"Mounts": [mount]}}, NO_NAME)
        except EngineError as error:
            return _UNSEEN.search(error.reason) is None
    return True


@asynccontextmanager
async def _faults(address: EngineAddress, timeout: float) -> AsyncIterator[None]:  # noqa: ASYNC109
    """Report an engine that is too slow, can't be reached or answers with a fault as a QuarterdeckError."""
    try:
        async with asyncio.timeout(2 * timeout):  # the call has its own limit; this one is for what can't be limited
            yield
    except TimeoutError:
        raise _fault(
            address, f"does not answer within {timeout:g} s", "is it starting, paused or overloaded?"
        ) from None
    except EngineError as error:
        what = f"answers with status {error.status}" if error.status else f"can't be used: {error}"
        raise _fault(address, what, "is this a Docker engine?") from None
    except OSError as error:
        raise _fault(address, *_remedy(address, error)) from None


def _ping(address: EngineAddress, timeout: float) -> None:
    with dial(address, timeout) as connection:
        connection.sendall(PING)
        answer = connection.recv(PING_BYTES)
    if not answer:
        raise ConnectionResetError("it ends connections without an answer")
    found = re.match(rb"HTTP/1\.[01] (\d{3})", answer)
    if found is None:
        raise EngineError("it does not answer in HTTP")
    if found[1] != b"200":
        raise EngineError("it is not well", int(found[1]))


def _load_sdk() -> None:
    from quarterdeck.stage.docker import transport  # noqa: F401


def _version(address: EngineAddress, timeout: float) -> dict[str, Any]:
    from quarterdeck.stage.docker.transport import SdkClient, Transport

    with SdkClient(Transport(address), timeout) as client:
        answer: object = client.version(api_version=False)
    if not isinstance(answer, dict):
        raise EngineError("its answer is not a version")
    return answer


def _remedy(address: EngineAddress, error: Exception) -> tuple[str, str]:
    match error:
        case FileNotFoundError():
            return (
                "is not there",
                "is Docker installed and running? try 'systemctl start docker' or start Docker Desktop",
            )
        case PermissionError():
            return (
                "may not be used by this user",
                f"add the user '{os.environ.get('USER', 'you')}' to the group 'docker' and log in again",
            )
        case ConnectionRefusedError():
            return "is not running", "start it: 'systemctl start docker', or start Docker Desktop"
        case socket.gaierror():
            return f"can't be found: no such host '{address.host}'", "check DOCKER_HOST or the docker context"
    if address.kind is AddressKind.SSH:
        return f"can't be reached: {error}", f"try '{' '.join(address.ssh_command())}'; ssh must not ask for a password"
    return f"can't be reached: {error}", "check DOCKER_HOST or the docker context"


def _fault(address: EngineAddress, what: str, hint: str) -> QuarterdeckError:
    return QuarterdeckError.of(f"the Docker engine at {address.url} {what}", hint=hint, code="engine-down")
