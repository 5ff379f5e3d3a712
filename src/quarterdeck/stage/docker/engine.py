"""Finding the Docker engine, asking whether it is there, and opening raw connections to it.

The order is the docker CLI's: ``DOCKER_HOST``, then ``DOCKER_CONTEXT``, then the current context
of ``~/.docker/config.json``; after these the sockets where Docker and Podman usually listen.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import socket
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.docker.address import AddressKind, EngineAddress, dial, parse_address, tls_context, tls_files
from quarterdeck.stage.docker.client import EngineError, ask
from quarterdeck.stage.docker.tls import TlsBridge

__all__ = ["AddressKind", "EngineAddress", "EngineInfo", "connect", "find_engine", "probe"]

DEFAULT_SOCKETS = ("/var/run/docker.sock", "{home}/.docker/run/docker.sock", "{home}/.docker/desktop/docker.sock")
ROOTLESS_SOCKETS = ("{runtime}/docker.sock", "{runtime}/podman/podman.sock")
PODMAN_SOCKETS = ("/run/podman/podman.sock",)


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


def find_engine(environ: Mapping[str, str]) -> EngineAddress:
    """The engine that the docker CLI would use with ``environ``.

    Nothing is connected to.  Raises QuarterdeckError where an address or a context can't be used.
    """
    folder = environ.get("DOCKER_CONFIG") or str(Path(environ.get("HOME", "/"), ".docker"))
    if host := environ.get("DOCKER_HOST"):
        tls = None
        if environ.get("DOCKER_TLS_VERIFY") or environ.get("DOCKER_TLS"):
            certificates = environ.get("DOCKER_CERT_PATH") or folder
            tls = tls_files(certificates, verify=bool(environ.get("DOCKER_TLS_VERIFY")))
        return parse_address(host, tls=tls, source="DOCKER_HOST")
    context = environ.get("DOCKER_CONTEXT") or _current_context(Path(folder))
    if context and context != "default":
        return _context_address(Path(folder), context)
    usual = list(_usual_sockets(environ))
    found = next((path for path in usual if Path(path).is_socket()), usual[0])
    return parse_address(f"unix://{found}", source="the usual socket")


def _usual_sockets(environ: Mapping[str, str]) -> Iterator[str]:
    home = environ.get("HOME", "")
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    for pattern in (*DEFAULT_SOCKETS, *ROOTLESS_SOCKETS, *PODMAN_SOCKETS):
        if ("{home}" in pattern and not home) or ("{runtime}" in pattern and not runtime):
            continue
        yield pattern.format(home=home, runtime=runtime)


def _current_context(folder: Path) -> str:
    file = folder / "config.json"
    try:
        config = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return ""
    except (OSError, ValueError) as error:
        raise QuarterdeckError.of(
            f"Docker's settings in {file} can't be read: {error}",
            hint="mend or remove that file, or set DOCKER_HOST",
            code="engine-context",
        ) from None
    return str(config.get("currentContext", "")) if isinstance(config, dict) else ""


def _context_address(folder: Path, name: str) -> EngineAddress:
    """Contexts lie in ``contexts/meta/SHA256(NAME)/meta.json``, their certificates in ``contexts/tls/…/docker``."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    file = folder / "contexts" / "meta" / digest / "meta.json"
    try:
        endpoint: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))["Endpoints"]["docker"]
        host = str(endpoint["Host"])
    except (OSError, ValueError, KeyError, TypeError):
        raise QuarterdeckError.of(
            f"the docker context '{name}' can't be read",
            hint="choose another with 'docker context use', or set DOCKER_HOST",
            code="engine-context",
        ) from None
    certificates = folder / "contexts" / "tls" / digest / "docker"
    skip = bool(endpoint.get("SkipTLSVerify"))
    tls = tls_files(certificates, verify=not skip) if certificates.is_dir() or skip else None
    return parse_address(host, tls=tls, source=f"docker context '{name}'")


async def connect(address: EngineAddress) -> socket.socket:
    """A raw, non-blocking connection for the running loop; raises OSError.

    Behind TLS the socket is one end of a pair whose other end is carried over TLS.
    """
    loop = asyncio.get_running_loop()
    if address.kind is AddressKind.UNIX:
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.setblocking(False)
        try:
            await loop.sock_connect(connection, address.path)
        except BaseException:
            connection.close()
            raise
        return connection
    if address.tls is not None:
        return await TlsBridge.open(address.host, address.port, tls_context(address))
    connection = await asyncio.to_thread(dial, address, 10.0)
    connection.setblocking(False)
    return connection


async def probe(address: EngineAddress, timeout: float = 1.0) -> EngineInfo:  # noqa: ASYNC109  # part of its promise
    """What the engine says about itself within ``timeout`` seconds; else QuarterdeckError with a remedy."""
    try:
        answer = await asyncio.wait_for(asyncio.to_thread(ask, address, "GET", "/version", timeout=timeout), timeout)
        version = answer.json()
    except TimeoutError:
        raise _fault(
            address, f"does not answer within {timeout:g} s", "is it starting, paused or overloaded?"
        ) from None
    except (OSError, EngineError, ValueError) as error:
        raise _fault(address, *_remedy(address, error)) from None
    if not isinstance(version, dict) or answer.status != 200:
        raise _fault(address, f"answers with status {answer.status}", "is this a Docker engine?")
    components = version.get("Components") or [{}]
    return EngineInfo(
        version=str(version.get("Version", "")),
        api_version=str(version.get("ApiVersion", "")),
        operating_system=str(version.get("Os", "")),
        name="Podman" if "podman" in str(components[0].get("Name", "")).lower() else "Docker",
    )


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
