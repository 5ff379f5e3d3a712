"""What becomes of requests and answers between the demo and the engine."""

from __future__ import annotations

import json
import socket
import threading
import time

import pytest

from support.fake_engine import TIMEOUT_SECONDS, Demo, Forwarded, Said


def test_prefix_and_labels_are_taken_out(demo: Demo) -> None:
    """Of lists, inspections and errors."""
    labels = {"quarterdeck.show": "show", "a": "b"}
    demo.engine.answer("GET", "/containers/.*/json", {"Name": f"/{demo.prefix}web", "Labels": labels})
    assert demo.ask("GET", "/containers/web/json").json == {"Name": "/web", "Labels": {"a": "b"}}
    demo.engine.answer("POST", "/containers/.*/stop", Said({"message": f"{demo.prefix}web is gone"}, 404))
    assert demo.ask("POST", "/containers/web/stop").message == "web is gone"


def test_raw_streams_are_not_touched(demo: Demo) -> None:
    """An archive keeps bytes that look like the prefix."""
    content = demo.prefix.encode() + bytes(range(256))
    demo.engine.answer("GET", "/containers/.*/archive", Said(content))
    assert demo.ask("GET", "/containers/web/archive?path=/x").body == content


def test_lines_that_come_in_pieces(demo: Demo) -> None:
    """Lines are whole before they are changed, and empty ones are left out."""

    def stats(connection: socket.socket) -> None:
        name = f'{{"name":"/{demo.prefix}web"}}'.encode()
        for piece in (name[:9], name[9:] + b"\n\n", name + b"\n"):
            connection.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            time.sleep(0.01)
        connection.sendall(b"0\r\n\r\n")

    demo.engine.answer("GET", "/containers/.*/stats", Said(headers={"Transfer-Encoding": "chunked"}, converse=stats))
    assert demo.ask("GET", "/containers/web/stats").body.splitlines() == [b'{"name":"/web"}', b'{"name":"/web"}']


def test_empty_answers(demo: Demo) -> None:
    """An answer that should be JSON, and is nothing, goes back as nothing."""
    demo.engine.answer("POST", "/containers/.*/update", Said(b"", 200))
    assert demo.ask("POST", "/containers/web/update", {}).body == b""


def test_answer_that_is_no_json(demo: Demo) -> None:
    """The demo's command says so, instead of losing its connection."""
    demo.engine.answer("POST", "/containers/.*/update", Said(b"<html>", 200))
    answer = demo.ask("POST", "/containers/web/update", {})
    assert answer.status == 502
    assert "the engine's answer is not JSON" in answer.message


@pytest.mark.parametrize("chunked", [False, True])
def test_upload(chunked: bool, demo: Demo) -> None:
    """A body of any size reaches the engine as it is."""
    content = bytes(range(256)) * 4000
    if chunked:
        body = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (content[:7], content[7:])) + b"0\r\n\r\n"
        head = b"Transfer-Encoding: chunked"
    else:
        body, head = content, b"Content-Length: %d" % len(content)
    with demo.connect() as client:
        client.sendall(b"PUT /containers/web/archive?path=/x HTTP/1.1\r\nHost: d\r\nX-Demo: 1\r\n%s\r\n\r\n" % head)
        client.sendall(body)
        assert client.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
    assert demo.engine.forwarded[-1].body == content


def test_upload_that_ends_too_early(demo: Demo) -> None:
    """The engine doesn't take it for a whole one, and the connection ends."""
    with demo.connect() as client:
        client.sendall(b"PUT /containers/web/archive?path=/x HTTP/1.1\r\nHost: d\r\nContent-Length: 5\r\n\r\nab")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1 << 16) == b""


def test_malformed_chunk_of_an_upload(demo: Demo) -> None:
    """The engine doesn't get the rest, and the demo is told."""
    with demo.connect() as client:
        head = b"PUT /containers/web/archive?path=/x HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n"
        client.sendall(head + b"5;x=y\r\nhello\r\n0\r\n\r\n")
        received = client.recv(1 << 16)
    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"malformed chunk size" in received


def test_stream_ends_with_the_demos_command(demo: Demo) -> None:
    """``logs -f`` that is cut off leaves no connection to the engine."""
    ended = threading.Event()

    def follow(connection: socket.socket) -> None:
        connection.sendall(b"5\r\nhello\r\n")
        if connection.recv(1) == b"":
            ended.set()

    demo.engine.answer("GET", "/containers/.*/logs", Said(headers={"Transfer-Encoding": "chunked"}, converse=follow))
    with demo.connect() as client:
        client.sendall(b"GET /containers/web/logs?follow=1 HTTP/1.1\r\nHost: d\r\n\r\n")
        received = b""
        while b"hello" not in received:
            received += client.recv(1 << 16)
    assert ended.wait(TIMEOUT_SECONDS)


def test_creation_is_finished_without_the_demos_command(demo: Demo) -> None:
    """A ``docker run`` that is killed in the middle leaves a container that the room knows."""
    begun, go_on = threading.Event(), threading.Event()

    def slowly(_: Forwarded) -> Said:
        begun.set()
        go_on.wait(TIMEOUT_SECONDS)
        return Said({"Id": demo.engine.new_id(), "Warnings": []}, 201)

    demo.engine.answer("POST", "/containers/create", slowly)
    with demo.connect() as client:
        body = json.dumps({"Image": "x"}).encode()
        head = b"POST /containers/create?name=web HTTP/1.1\r\nHost: d\r\nContent-Length: %d\r\n\r\n" % len(body)
        client.sendall(head + body)
        assert begun.wait(TIMEOUT_SECONDS)
    go_on.set()
    names = demo.room._room.names.containers.names  # type: ignore[union-attr]
    end = time.monotonic() + TIMEOUT_SECONDS
    while "web" not in names:
        assert time.monotonic() < end
        time.sleep(0.01)


def test_attached_connection(demo: Demo) -> None:
    """It carries bytes both ways; the container runs in the foreground of the command that attached to it."""

    def echo(connection: socket.socket) -> None:
        while received := connection.recv(1 << 16):
            connection.sendall(received.upper())

    demo.engine.answer("GET", "/containers/.*/json", {"State": {"Status": "created"}})
    demo.engine.answer("POST", "/containers/.*/attach", Said(status=101, headers={"Upgrade": "tcp"}, converse=echo))
    with demo.connect() as client:
        client.sendall(
            b"POST /containers/web/attach?stream=1 HTTP/1.1\r\nHost: d\r\n"
            b"Connection: Upgrade\r\nUpgrade: tcp\r\nContent-Length: 0\r\n\r\n"
        )
        assert client.recv(1 << 16).startswith(b"HTTP/1.1 101 ")
        client.sendall(b"hello")
        client.shutdown(socket.SHUT_WR)
        assert client.recv(1 << 16) == b"HELLO"
        assert client.recv(1) == b""
    assert f"/containers/{demo.prefix}web" in demo.room._room.foreground.values()  # type: ignore[union-attr]


def test_tunnel_without_an_upgrade(demo: Demo) -> None:
    """Old clients send no ``Upgrade``: a 200 without a length opens the tunnel too."""
    demo.engine.answer("GET", "/containers/.*/json", {"State": {"Status": "running"}})
    demo.engine.answer("POST", "/containers/.*/attach", Said(converse=lambda connection: connection.sendall(b"raw")))
    with demo.connect() as client:
        client.sendall(b"POST /containers/web/attach HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n")
        received = b""
        while more := client.recv(1 << 16):
            received += more
    assert received.endswith(b"\r\n\r\nraw")


def test_interim_answers_are_left_out(demo: Demo) -> None:
    """An engine's 100 is not the answer."""
    demo.engine.answer(
        "GET", "/_ping", Said(raw=b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK")
    )
    answer = demo.ask("GET", "/_ping")
    assert (answer.status, answer.body) == (200, b"OK")


def test_long_json_bodies_are_refused(demo: Demo) -> None:
    """A body that is read whole has a limit."""
    with demo.connect() as client:
        client.sendall(b"POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: 99999999\r\n\r\n")
        assert client.recv(1 << 16).startswith(b"HTTP/1.1 413 ")
