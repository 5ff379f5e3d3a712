"""Images saved from an engine and loaded into one: whole, or an error that says who is at fault."""

from __future__ import annotations

import errno
import io
import json
import socket
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from quarterdeck.stage.docker.address import EngineAddress, parse_address
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.image_transfer import (
    image_facts,
    load,
    matches_reference,
    normalised,
    reference_pattern,
    saved,
    tag,
    tagged,
)


def answer(body: bytes, status: int = 200, promised: int | None = None) -> bytes:
    """An answer of a length, perhaps of another one than was promised."""
    length = len(body) if promised is None else promised
    return b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (status, length, body)


VERSION = answer(b'{"ApiVersion": "1.41"}')


@contextmanager
def engine(folder: Path, *answers: bytes) -> Iterator[EngineAddress]:
    """An engine that gives these answers after that about its version, and then hangs up."""
    path = folder / "e.sock"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            for data in (VERSION, *answers):
                request = connection.recv(1 << 16)
                while b"chunked" in request and not request.endswith(b"0\r\n\r\n"):
                    request += connection.recv(1 << 16)
                connection.sendall(data)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield parse_address(f"unix://{path}")
        thread.join()
    finally:
        listener.close()


def archive() -> bytes:
    """What ``docker save`` writes, in small."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        folder = tarfile.TarInfo("layers")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        member = tarfile.TarInfo("layers/one.tar")
        member.size = 5000
        tar.addfile(member, io.BytesIO(b"x" * member.size))
    return buffer.getvalue()


def test_saved(tmp_path: Path) -> None:
    """The members come in their order, with their bytes."""
    with engine(tmp_path, answer(archive())) as address, saved(address, "web:1") as members:
        found = [(member.name, source.read() if source else None) for member, source in members]
    assert found == [("layers", None), ("layers/one.tar", b"x" * 5000)]


def test_engine_that_goes_away_while_it_saves(tmp_path: Path) -> None:
    """Half an image is no image, and the engine is to blame."""
    half = answer(archive()[:2000], promised=len(archive()))
    with engine(tmp_path, half) as address, pytest.raises(EngineError), saved(address, "web:1") as members:
        for _, source in members:
            if source is not None:
                source.read()


def test_disk_that_is_full_while_an_image_is_saved(tmp_path: Path) -> None:
    """The engine is not to blame: what goes wrong with the bytes after they came is passed on."""
    full = OSError(errno.ENOSPC, "No space left on device")
    with engine(tmp_path, answer(archive())) as address:
        with pytest.raises(OSError, match="No space") as caught, saved(address, "web:1"):
            raise full
        assert caught.value is full


@pytest.mark.parametrize(
    "act", [lambda a: load(a, [b"tar"]), lambda a: tag(a, "1", "web:1"), lambda a: image_facts(a, "web:1")]
)
def test_refusals(act: Callable[[EngineAddress], object], tmp_path: Path) -> None:
    """The engine's own words."""
    refused = answer(b'{"message": "disk quota"}', 500)
    with engine(tmp_path, refused) as address, pytest.raises(EngineError, match="disk quota"):
        act(address)


def test_load_that_fails_on_the_way(tmp_path: Path) -> None:
    """An engine says so in its messages, after the status was good."""
    events = b'{"stream": "Loading"}\r\n{"errorDetail": {"message": "no room"}, "error": "no room"}\r\n'
    head = b"HTTP/1.1 200 X\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    said = head + b"%x\r\n%s\r\n0\r\n\r\n"
    with engine(tmp_path, said % (len(events), events)) as address, pytest.raises(EngineError, match=r"^no room$"):
        load(address, [b"tar", b"red"])


def test_facts(tmp_path: Path) -> None:
    """An id, and what tells whether another engine's image is the same; an absent image has none."""
    image = {"Id": "sha256:1", "Architecture": "amd64", "Os": "linux", "RootFS": {"Layers": ["a"]}, "Config": {}}
    history = [{"Created": 1, "CreatedBy": "sh", "Size": 7}]
    with engine(tmp_path, answer(json.dumps(image).encode()), answer(json.dumps(history).encode())) as address:
        facts = image_facts(address, "web:1")
    assert facts is not None
    assert (facts.reference, facts.id, facts.steps) == ("web:1", "sha256:1", ((1, "sh", 7),))
    (tmp_path / "e.sock").unlink()
    with engine(tmp_path, answer(b'{"message": "no such image"}', 404)) as address:
        assert image_facts(address, "web:1") is None


def test_content_is_the_same_on_every_engine(tmp_path: Path) -> None:
    """Engines with containerd's image store give another id, no id of the image before, and no empty settings."""
    settings = {"Cmd": ["sh"], "Labels": {"a": "b"}, "Volumes": None, "Image": "sha256:2", "Hostname": ""}
    image = {"Id": "sha256:1", "Architecture": "amd64", "Os": "linux", "RootFS": {"Layers": ["a"]}, "Config": settings}
    same = {**image, "Id": "sha256:3", "Config": {"Cmd": ["sh"], "Labels": {"a": "b"}}}
    other = {**image, "Config": {**settings, "Cmd": ["bash"]}}
    contents = []
    for listed in (image, same, other):
        with engine(tmp_path, answer(json.dumps(listed).encode()), answer(b"[]")) as address:
            facts = image_facts(address, "web:1")
        assert facts is not None
        contents.append(facts.content)
        (tmp_path / "e.sock").unlink()
    assert contents[0] == contents[1] != contents[2]


def test_references() -> None:
    """As the engine lists them, as requests name them, and as filters select them."""
    assert normalised("docker.io/library/nginx") == "nginx:latest"
    assert tagged("web", "") == "web:latest"
    assert tagged("web", "sha256:12") == "web@sha256:12"
    assert matches_reference("team/web:1", reference_pattern("team/*"))
    assert not matches_reference("team/web:1", reference_pattern("web"))
