"""Where a Docker engine listens, and how a connection to it is opened.

Little is imported here, because the watchdog, which must start fast and stay small, dials too.
"""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from quarterdeck.diagnostics import QuarterdeckError

if TYPE_CHECKING:
    import ssl

PLAIN_PORT = 2375
TLS_PORT = 2376


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


def dial(address: EngineAddress, timeout: float) -> socket.socket:
    """A blocking connection to the engine, with ``timeout`` seconds on it; raises OSError.

    For ``ssh`` the socket's other end is the standard input and output of an ssh process.
    """
    match address.kind:
        case AddressKind.UNIX:
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            connection.settimeout(timeout)
            try:
                connection.connect(address.path)
            except BaseException:
                connection.close()
                raise
            return connection
        case AddressKind.TCP:
            connection = socket.create_connection((address.host, address.port), timeout)
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return _with_tls(connection, address) if address.tls else connection
        case AddressKind.SSH:
            ours, theirs = socket.socketpair()
            with theirs:
                process = subprocess.Popen(
                    address.ssh_command(),
                    stdin=theirs.fileno(),
                    stdout=theirs.fileno(),
                    stderr=subprocess.DEVNULL,
                    start_new_session=True,
                )
            # it ends when the socket is closed; someone must take its exit status then
            threading.Thread(target=process.wait, name="ssh", daemon=True).start()
            ours.settimeout(timeout)
            return ours


def _with_tls(connection: socket.socket, address: EngineAddress) -> socket.socket:
    try:
        return tls_context(address).wrap_socket(connection, server_hostname=address.host)
    except BaseException:
        connection.close()
        raise


def tls_context(address: EngineAddress) -> ssl.SSLContext:
    """The client's TLS settings for an address that has ``tls``."""
    import ssl  # few engines are behind TLS, and it is large

    files = address.tls or TlsFiles(None, None, None)
    context = ssl.create_default_context(cafile=files.ca)
    if not files.verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if files.certificate and files.key:
        context.load_cert_chain(files.certificate, files.key)
    return context


def tls_files(folder: str | os.PathLike[str], *, verify: bool) -> TlsFiles:
    """The files that the docker CLI takes from a folder of certificates."""
    found = {name: str(path) for name in ("ca.pem", "cert.pem", "key.pem") if (path := Path(folder, name)).is_file()}
    return TlsFiles(found.get("ca.pem"), found.get("cert.pem"), found.get("key.pem"), verify)
