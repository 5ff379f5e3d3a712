"""Connections to engines: by socket and ssh, and behind TLS like a plain socket, half-closing included."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import ssl
import stat
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conftest import missing
from quarterdeck.stage.docker.address import EngineAddress, TlsFiles, parse_address
from quarterdeck.stage.docker.connection import connect, dial
from quarterdeck.stage.docker.transport import SdkClient, Transport
from support.engine_api import ask


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for localhost, made by openssl."""
    if shutil.which("openssl") is None:
        missing("engine", "no openssl is on the PATH")
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    names = ["-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "ca.pem"]
    subprocess.run([*command.split(), *names], cwd=folder, check=True, capture_output=True)
    return folder


@pytest.fixture
def engine(certificate: Path) -> Iterator[EngineAddress]:
    """Answers each connection once its other side has ended, with what it sent."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "ca.pem", certificate / "key.pem")
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                tls = context.wrap_socket(connection, server_side=True, suppress_ragged_eofs=False)
            except ssl.SSLError:
                return
            with tls:
                received = b""
                while data := tls.recv(65536):
                    received += data
                    if received.endswith(b"\r\n\r\n"):
                        break
                tls.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"[%d]" % len(received))

    thread = threading.Thread(target=serve)
    thread.start()
    files = TlsFiles(str(certificate / "ca.pem"), None, None)
    yield parse_address(f"tcp://localhost:{listener.getsockname()[1]}", tls=files)
    thread.join()
    listener.close()


async def test_half_close(engine: EngineAddress) -> None:
    """A megabyte goes out, the sending side is closed, and the answer still comes."""
    loop = asyncio.get_running_loop()
    with await connect(engine) as plain:
        await loop.sock_sendall(plain, b"x" * 1_000_000)
        plain.shutdown(socket.SHUT_WR)
        received = b""
        while data := await loop.sock_recv(plain, 65536):
            received += data
    assert received.endswith(b"[1000000]")


def test_plain_question(engine: EngineAddress) -> None:
    """The watchdog asks over TLS too."""
    with SdkClient(Transport(engine), 10.0) as client:
        answer: Any = client.version(api_version=False)  # what the engine above sends: the length of the request
    (length,) = answer
    assert length > 0


async def test_wrong_certificate(engine: EngineAddress) -> None:
    """An engine that isn't who it says is not spoken to."""
    stranger = parse_address(engine.url, tls=TlsFiles(None, None, None))
    with pytest.raises(ssl.SSLError):
        await connect(stranger)


def test_ssh_carries_requests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A request goes through the ssh process and its answer comes back."""
    ssh = tmp_path / "ssh"
    answer = "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\n{}"
    until_blank = "while read -r line; do [ ${#line} -gt 1 ] || break; done"
    ssh.write_text(f"#!/bin/sh\n{until_blank}\nprintf '{answer}'\n")
    ssh.chmod(ssh.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    assert ask(parse_address("ssh://lab"), "GET", "/version").json() == {}


def test_absent_socket(tmp_path: Path) -> None:
    """Dialling says what is wrong."""
    with pytest.raises(FileNotFoundError):
        dial(parse_address(f"unix://{tmp_path}/none.sock"), 1.0)
