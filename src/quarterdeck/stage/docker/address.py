"""Where a Docker engine listens, as the docker CLI would find out.

The order is the CLI's: ``DOCKER_HOST``, then ``DOCKER_CONTEXT``, then the current context of
``~/.docker/config.json``; after these the sockets where Docker and Podman listen by default.

This is done by hand and not by the Docker SDK, which finds *other* engines than the CLI: a context that is missing
silently means the default engine, contexts behind TLS are used without it or unverified, ``tcp://host`` without a port
is refused, and the sockets of Docker Desktop, of rootless Docker and of Podman are not looked for.

Little is imported here: the watchdog, which must start fast, reads addresses too.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from quarterdeck.diagnostics import QuarterdeckError

PLAIN_PORT = 2375
TLS_PORT = 2376
DEFAULT_SOURCE = "the default socket"
DEFAULT_SOCKETS = ("/var/run/docker.sock", "{home}/.docker/run/docker.sock", "{home}/.docker/desktop/docker.sock")
ROOTLESS_SOCKETS = ("{runtime}/docker.sock", "{runtime}/podman/podman.sock")
PODMAN_SOCKETS = ("/run/podman/podman.sock",)


class AddressKind(StrEnum):
    """How an engine is reached."""

    UNIX = "unix"
    TCP = "tcp"
    SSH = "ssh"


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """PEM files for an engine behind TLS, as in ``DOCKER_CERT_PATH``."""

    ca: str | None
    certificate: str | None
    key: str | None
    verify: bool = True
    """Whether the engine's certificate is checked (``DOCKER_TLS_VERIFY``)."""


@dataclass(frozen=True, slots=True)
class EngineAddress:
    """Where an engine listens."""

    url: str
    """As the docker CLI writes it: ``unix:///var/run/docker.sock``, ``tcp://host:2376``, ``ssh://user@host``."""
    kind: AddressKind
    path: str = ""
    """The socket's path, for ``unix``."""
    host: str = ""
    port: int = 0
    user: str = ""
    tls: TlsFiles | None = None
    source: str = ""
    """Where the address was found, for messages: ``DOCKER_HOST``, ``docker context 'lab'``, …"""

    def ssh_command(self) -> list[str]:
        """The command that joins its standard input and output to the engine, as the docker CLI does."""
        command = ["ssh", "-o", "ConnectTimeout=10", "-o", "BatchMode=yes", "-T"]
        if self.user:
            command += ["-l", self.user]
        if self.port:
            command += ["-p", str(self.port)]
        return [*command, "--", self.host, "docker", "system", "dial-stdio"]


def parse_address(url: str, *, tls: TlsFiles | None = None, source: str = "") -> EngineAddress:
    """The address that a ``DOCKER_HOST`` names; raises QuarterdeckError for one that can't be used."""
    parts = urlsplit(url if "://" in url else f"tcp://{url}")
    try:
        port = parts.port
    except ValueError:
        raise _unusable(url, source) from None
    match parts.scheme:
        case "unix" if parts.path.startswith("/") and not parts.netloc:
            return EngineAddress(url, AddressKind.UNIX, path=parts.path, source=source)
        case "tcp" | "http" | "https" if parts.hostname:
            port = port or (TLS_PORT if tls else PLAIN_PORT)
            return EngineAddress(url, AddressKind.TCP, host=parts.hostname, port=port, tls=tls, source=source)
        case "ssh" if parts.hostname and not parts.hostname.startswith("-"):
            user = parts.username or ""
            return EngineAddress(url, AddressKind.SSH, host=parts.hostname, port=port or 0, user=user, source=source)
    raise _unusable(url, source)


def _unusable(url: str, source: str) -> QuarterdeckError:
    where = f" (from {source})" if source else ""
    return QuarterdeckError.of(
        f"'{url}'{where} is not the address of a Docker engine",
        hint="use unix:///path, tcp://host:port or ssh://user@host",
        code="engine-address",
    )


def tls_files(folder: str | os.PathLike[str], *, verify: bool) -> TlsFiles:
    """The PEM files that the docker CLI reads from a folder of certificates."""
    found = {name: str(path) for name in ("ca.pem", "cert.pem", "key.pem") if (path := Path(folder, name)).is_file()}
    return TlsFiles(found.get("ca.pem"), found.get("cert.pem"), found.get("key.pem"), verify)


def find_engine(environ: Mapping[str, str]) -> EngineAddress:
    """The engine that the docker CLI would use with ``environ``; it is not connected to.

    Raises:
        QuarterdeckError: when the address or the context can't be used.

    """
    folder = config_folder(environ)
    if host := environ.get("DOCKER_HOST"):
        tls = None
        if environ.get("DOCKER_TLS_VERIFY") or environ.get("DOCKER_TLS"):
            certificates = environ.get("DOCKER_CERT_PATH") or folder
            tls = tls_files(certificates, verify=bool(environ.get("DOCKER_TLS_VERIFY")))
        return parse_address(host, tls=tls, source="DOCKER_HOST")
    context = environ.get("DOCKER_CONTEXT") or str(read_settings(folder).get("currentContext", ""))
    if context and context != "default":
        return _context_address(folder, context)
    paths = list(_default_sockets(environ))
    found = next((path for path in paths if Path(path).is_socket()), paths[0])
    return parse_address(f"unix://{found}", source=DEFAULT_SOURCE)


def config_folder(environ: Mapping[str, str]) -> Path:
    """The folder of the docker CLI's settings: ``config.json``, contexts, certificates."""
    return Path(environ.get("DOCKER_CONFIG") or Path(environ.get("HOME", "/"), ".docker"))


def _default_sockets(environ: Mapping[str, str]) -> Iterator[str]:
    home = environ.get("HOME", "")
    runtime = environ.get("XDG_RUNTIME_DIR", "")
    for pattern in (*DEFAULT_SOCKETS, *ROOTLESS_SOCKETS, *PODMAN_SOCKETS):
        if ("{home}" in pattern and not home) or ("{runtime}" in pattern and not runtime):
            continue
        yield pattern.format(home=home, runtime=runtime)


def read_settings(folder: Path) -> dict[str, Any]:
    """The docker CLI's settings, ``config.json``; empty if there are none.

    Raises:
        QuarterdeckError: when the file can't be read.

    """
    file = folder / "config.json"
    try:
        settings = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise QuarterdeckError.of(
            f"Docker's settings in {file} can't be read: {error}",
            hint="fix or remove that file, or set DOCKER_HOST",
            code="engine-context",
        ) from None
    return settings if isinstance(settings, dict) else {}


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
