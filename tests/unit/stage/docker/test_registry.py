"""Pulling images: whose registry it is, which login it takes, how far it has come, and faults in plain words."""

from __future__ import annotations

import base64
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.docker.address import parse_address
from quarterdeck.stage.docker.registry import pull, registry_of, stored_logins

VERSION = {"ApiVersion": "1.41", "MinAPIVersion": "1.12"}


@contextmanager
def engine(path: Path, *events: object, status: int = 200) -> Iterator[list[bytes]]:
    """An engine that answers a pull with these messages; the requests that came."""
    requests: list[bytes] = []
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            while request := connection.recv(1 << 16):
                requests.append(request)
                if b" /version " in request:
                    body = json.dumps(VERSION).encode()
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body))
                    continue
                lines = b"".join(json.dumps(event).encode() + b"\r\n" for event in events)
                chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(lines), lines)
                connection.sendall(b"HTTP/1.1 %d X\r\nTransfer-Encoding: chunked\r\n\r\n%s" % (status, chunk))

    thread = threading.Thread(target=serve)
    thread.start()
    yield requests
    thread.join()
    listener.close()


def test_progress(tmp_path: Path) -> None:
    """Bytes of all layers that are known so far; what is extracted again isn't counted twice."""
    events = [
        {"status": "Pulling from team/app", "id": "1"},
        {"status": "Downloading", "progressDetail": {"current": 10, "total": 40}, "id": "a"},
        {"status": "Downloading", "progressDetail": {"total": 60}, "id": "b"},
        {"status": "Downloading", "progressDetail": {"current": 5, "total": 60}, "id": "b"},
        {"status": "Download complete", "progressDetail": {}, "id": "a"},
        {"status": "Extracting", "progressDetail": {"current": 30, "total": 40}, "id": "a"},
        {"status": "Pull complete", "progressDetail": {}, "id": "b"},
        {"status": "Already exists", "progressDetail": {}, "id": "c"},
    ]
    seen: list[tuple[int, int]] = []
    with engine(tmp_path / "e.sock", *events) as requests:
        address = parse_address(f"unix://{tmp_path}/e.sock")
        pull(address, "team/app:1", {"HOME": str(tmp_path)}, lambda done, total: seen.append((done, total)))
    assert seen == [(0, 0), (10, 40), (10, 100), (15, 100), (45, 100), (45, 100), (100, 100), (100, 100)]
    assert b"POST /v1.41/images/create?tag=1&fromImage=team%2Fapp " in requests[-1]


def header(request: bytes) -> object:
    """The login that a request carries."""
    line = next(line for line in request.split(b"\r\n") if line.lower().startswith(b"x-registry-auth:"))
    return json.loads(base64.urlsafe_b64decode(line.partition(b":")[2].strip()))


def test_login_goes_to_its_own_registry_alone(tmp_path: Path) -> None:
    """The password for one registry is not shown to another."""
    auths = {"registry.example:5000": {"auth": base64.b64encode(b"ada:pass:word").decode()}}
    (tmp_path / "config.json").write_text(json.dumps({"auths": auths}))
    environ = {"DOCKER_CONFIG": str(tmp_path)}
    logins = []
    for number, reference in enumerate(("registry.example:5000/app:1", "app:1", "other.example/app@sha256:12")):
        socket_file = tmp_path / f"{number}.sock"
        with engine(socket_file, {"status": "Done"}) as requests:
            pull(parse_address(f"unix://{socket_file}"), reference, environ, lambda done, total: None)
        logins.append(header(requests[-1]))
    assert logins == [
        {"username": "ada", "password": "pass:word", "email": None, "serveraddress": "registry.example:5000"},
        {},
        {},
    ]


@pytest.mark.parametrize(
    ("reference", "registry"),
    [
        ("nginx", "docker.io"),
        ("nginx:1.22", "docker.io"),
        ("team/app:1", "docker.io"),
        ("localhost/app", "localhost"),
        ("registry.example/app", "registry.example"),
        ("lab:5000/team/app@sha256:12", "lab:5000"),
    ],
)
def test_registry_of(reference: str, registry: str) -> None:
    """A first part with a dot, a colon, or ``localhost`` is a host."""
    assert registry_of(reference) == registry


@pytest.mark.parametrize(
    ("said", "message", "hint"),
    [
        ("toomanyrequests: You have reached your pull rate limit", "limits how many images", "docker login lab:5000"),
        ("unauthorized: authentication required", "or it is private", "docker login lab:5000"),
        ("manifest for lab:5000/app:1 not found: manifest unknown", "lab:5000 has no image lab:5000/app:1", "tag"),
        ("dial tcp: lookup lab: no such host", "the engine can't reach lab:5000", "network"),
        ("x509: certificate signed by unknown authority", "can't be pulled: x509: certificate", ""),
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_faults(status: int, said: str, message: str, hint: str, tmp_path: Path) -> None:
    """Whether the engine says it as its answer or in the midst of it."""
    event = {"error": said, "errorDetail": {"message": said}} if status == 200 else {"message": said}
    with engine(tmp_path / "e.sock", event, status=status), pytest.raises(QuarterdeckError) as caught:
        address = parse_address(f"unix://{tmp_path}/e.sock")
        pull(address, "lab:5000/app:1", {"HOME": str(tmp_path)}, lambda done, total: None)
    (fault,) = caught.value.diagnostics
    assert message in fault.message
    assert hint in (fault.hint or "")
    assert fault.code == "pull-failed"


def test_engine_that_goes_away(tmp_path: Path) -> None:
    """Not a traceback of the library below."""
    with pytest.raises(QuarterdeckError, match="can't be pulled: the connection to the engine failed"):
        pull(parse_address(f"unix://{tmp_path}/e.sock"), "app:1", {"HOME": str(tmp_path)}, lambda done, total: None)


@pytest.mark.parametrize(
    ("settings", "answer", "message"),
    [
        ({"auths": {"lab:1": {"auth": "!"}}}, "", "login for lab:1 can't be read"),
        ({"credsStore": "safe"}, "echo '{}'", "the helper's answer lacks 'Username'"),
        ({"credsStore": "safe"}, "echo locked; exit 1", "docker-credential-safe exited with"),
        ({"credHelpers": {"lab:1": "gone"}}, "", "docker-credential-gone"),
    ],
)
def test_unreadable_logins(
    settings: object, answer: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A damaged entry, a helper that fails or is missing: the file is named, and what to do."""
    program = tmp_path / "docker-credential-safe"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    (tmp_path / "config.json").write_text(json.dumps(settings))
    with pytest.raises(QuarterdeckError) as caught:
        pull(
            parse_address("unix:///nowhere"), "lab:1/app:1", {"DOCKER_CONFIG": str(tmp_path)}, lambda done, total: None
        )
    (fault,) = caught.value.diagnostics
    assert message in fault.message
    assert str(tmp_path) in fault.message + (fault.hint or "")


def test_helper_without_this_login(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Public images are pulled without a login."""
    program = tmp_path / "docker-credential-safe"
    program.write_text("#!/bin/sh\necho 'credentials not found in native keychain'; exit 1\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    (tmp_path / "config.json").write_text('{"credsStore": "safe"}')
    with engine(tmp_path / "e.sock", {"status": "Done"}) as requests:
        address = parse_address(f"unix://{tmp_path}/e.sock")
        pull(address, "lab:1/app:1", {"DOCKER_CONFIG": str(tmp_path)}, lambda done, total: None)
    assert header(requests[-1]) == {}


def test_stored_logins(tmp_path: Path) -> None:
    """Docker Hub by its short name, others by their host; helpers by the programs that they are."""
    settings = {
        "auths": {"https://index.docker.io/v1/": {}, "https://lab:5000/v2/": {}},
        "credsStore": "no-such-store",
        "credHelpers": {"registry.example": "no-such-helper", "lab:5000": "no-such-store"},
    }
    (tmp_path / "config.json").write_text(json.dumps(settings))
    logins = stored_logins({"DOCKER_CONFIG": str(tmp_path)})
    assert logins.registries == ("docker.io", "lab:5000", "registry.example")
    assert logins.helpers == ("docker-credential-no-such-store", "docker-credential-no-such-helper")
    assert logins.missing_helpers == logins.helpers
    assert stored_logins({"HOME": "/nowhere"}).registries == ()
