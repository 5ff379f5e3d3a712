"""Addresses of engines are read as the docker CLI reads them, and an engine is found where the CLI finds it."""

from __future__ import annotations

import hashlib
import json
import socket
from pathlib import Path
from typing import Any

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.docker.address import AddressKind, TlsFiles, find_engine, parse_address, tls_files


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


def test_certificates(tmp_path: Path) -> None:
    """Those of the docker CLI's folder that are there."""
    (tmp_path / "ca.pem").touch()
    assert tls_files(tmp_path, verify=True) == TlsFiles(str(tmp_path / "ca.pem"), None, None, True)


def context(home: Path, name: str, endpoint: dict[str, Any], *, current: bool = False) -> None:
    """Write a docker context as the CLI does."""
    digest = hashlib.sha256(name.encode()).hexdigest()
    meta = home / ".docker" / "contexts" / "meta" / digest
    meta.mkdir(parents=True)
    (meta / "meta.json").write_text(json.dumps({"Name": name, "Endpoints": {"docker": endpoint}}))
    if current:
        (home / ".docker" / "config.json").write_text(json.dumps({"currentContext": name}))


def test_docker_host_comes_first(tmp_path: Path) -> None:
    """It wins over contexts."""
    context(tmp_path, "lab", {"Host": "tcp://lab:1"}, current=True)
    assert find_engine({"HOME": str(tmp_path), "DOCKER_HOST": "tcp://other:2"}).host == "other"


def test_context_of_the_environment(tmp_path: Path) -> None:
    """``DOCKER_CONTEXT`` wins over the current one."""
    context(tmp_path, "lab", {"Host": "tcp://lab:1"}, current=True)
    context(tmp_path, "farm", {"Host": "ssh://me@farm"})
    address = find_engine({"HOME": str(tmp_path), "DOCKER_CONTEXT": "farm"})
    assert (address.kind, address.user, address.host) == (AddressKind.SSH, "me", "farm")


def test_current_context_with_certificates(tmp_path: Path) -> None:
    """The current context's host, with its TLS files."""
    context(tmp_path, "lab", {"Host": "tcp://lab:2376"}, current=True)
    digest = hashlib.sha256(b"lab").hexdigest()
    certificates = tmp_path / ".docker" / "contexts" / "tls" / digest / "docker"
    certificates.mkdir(parents=True)
    (certificates / "ca.pem").touch()
    address = find_engine({"HOME": str(tmp_path)})
    assert address.host == "lab"
    assert address.tls is not None
    assert address.tls.ca == str(certificates / "ca.pem")
    assert address.source == "docker context 'lab'"


@pytest.mark.parametrize("verify", ["1", ""])
def test_tls_of_the_environment(verify: str, tmp_path: Path) -> None:
    """``DOCKER_TLS_VERIFY`` and ``DOCKER_CERT_PATH``."""
    (tmp_path / "ca.pem").touch()
    environ = {"DOCKER_HOST": "tcp://lab", "DOCKER_TLS_VERIFY": verify, "DOCKER_CERT_PATH": str(tmp_path)}
    address = find_engine(environ)
    assert (address.tls is not None) == bool(verify)
    assert address.port == (2376 if verify else 2375)


def test_usual_sockets(tmp_path: Path) -> None:
    """Docker's rootless and Podman's sockets are found."""
    path = tmp_path / "podman" / "podman.sock"
    path.parent.mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        address = find_engine({"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)})
    assert address.path in (str(path), "/var/run/docker.sock")


def test_unknown_context(tmp_path: Path) -> None:
    """A context that isn't there is an error with a way out."""
    with pytest.raises(QuarterdeckError, match="'lost'") as caught:
        find_engine({"HOME": str(tmp_path), "DOCKER_CONTEXT": "lost"})
    assert "docker context use" in (caught.value.diagnostics[0].hint or "")


def test_broken_settings(tmp_path: Path) -> None:
    """So are settings that aren't JSON."""
    (tmp_path / ".docker").mkdir()
    (tmp_path / ".docker" / "config.json").write_text("{")
    with pytest.raises(QuarterdeckError, match=r"config\.json"):
        find_engine({"HOME": str(tmp_path)})
