"""Addresses of engines, as the docker CLI writes them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.docker.address import AddressKind, TlsFiles, dial, parse_address, tls_files
from quarterdeck.stage.docker.client import ask


@pytest.mark.parametrize(
    ("url", "kind", "host", "port"),
    [
        ("unix:///var/run/docker.sock", AddressKind.UNIX, "", 0),
        ("tcp://lab:2375", AddressKind.TCP, "lab", 2375),
        ("tcp://lab", AddressKind.TCP, "lab", 2375),
        ("lab:4000", AddressKind.TCP, "lab", 4000),
        ("http://[::1]:80", AddressKind.TCP, "::1", 80),
        ("ssh://me@lab", AddressKind.SSH, "lab", 0),
        ("ssh://me@lab:2222", AddressKind.SSH, "lab", 2222),
    ],
)
def test_forms(url: str, kind: AddressKind, host: str, port: int) -> None:
    """Unix sockets, TCP and ssh, with the usual ports."""
    address = parse_address(url)
    assert (address.kind, address.host, address.port) == (kind, host, port)


def test_tls_has_another_port() -> None:
    """2376, where none is given."""
    assert parse_address("tcp://lab", tls=TlsFiles(None, None, None)).port == 2376


@pytest.mark.parametrize(
    "url", ["unix://relative", "npipe:////./pipe/docker", "tcp://", "tcp://x:y", "ssh://-oProxy=x", "fd://"]
)
def test_unusable(url: str) -> None:
    """Others are refused, with the forms that work."""
    with pytest.raises(QuarterdeckError) as caught:
        parse_address(url, source="DOCKER_HOST")
    assert "DOCKER_HOST" in str(caught.value)
    assert "unix://" in (caught.value.diagnostics[0].hint or "")


def test_ssh_command() -> None:
    """The docker CLI's own way, never asking for a password on stage."""
    command = parse_address("ssh://me@lab:2222").ssh_command()
    assert command[-5:] == ["--", "lab", "docker", "system", "dial-stdio"]
    assert command[command.index("-l") + 1] == "me"
    assert "BatchMode=yes" in command


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


def test_certificates(tmp_path: Path) -> None:
    """Those of the docker CLI's folder that are there."""
    (tmp_path / "ca.pem").touch()
    assert tls_files(tmp_path, verify=True) == TlsFiles(str(tmp_path / "ca.pem"), None, None, True)
