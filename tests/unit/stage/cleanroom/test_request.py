"""A request's target is decoded once, and the engine gets what was decoded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.stage.cleanroom.http import BadMessageError, parse_request, request_framing
from quarterdeck.stage.cleanroom.request import Request, is_newer, read_request, spoken, target


def read(method: str, path: str, headers: str = "", default: str = "") -> Request:
    """A request of the demo's, as it is read."""
    head = parse_request(f"{method} {path} HTTP/1.1\r\nHost: d\r\n{headers}\r\n".encode())
    return read_request(head, request_framing(head), default)


def test_parts_of_a_target() -> None:
    """Version, path and query are decoded once."""
    made = read("GET", "/v1.41/containers/my%2Dweb/logs?tail=5&since=a+b%26c")
    assert (made.version, made.path) == ("/v1.41", "/containers/my-web/logs")
    assert made.query == (("tail", "5"), ("since", "a b&c"))


@pytest.mark.parametrize(
    "path", ["//x", "/./x", "/a/../x", "/a/", "/%2e%2e/x", "/%252e", "/a%00", "/%ff", "/%g1", "/a%3fb", "/a%5cb"]
)
def test_disguised_paths(path: str) -> None:
    """A path that could be read in two ways is refused."""
    with pytest.raises(BadMessageError):
        read("GET", path)


@pytest.mark.parametrize("query", ["a=1&a=2", "filters=&filters=", "a=1;b=2", "a=%zz", "a=%ff"])
def test_disguised_queries(query: str) -> None:
    """So is a query."""
    with pytest.raises(BadMessageError):
        read("GET", f"/containers/json?{query}")


def test_repeated_parameters() -> None:
    """A build may have several tags."""
    made = read("POST", "/build?t=a&t=b&t=")
    assert made.query == (("t", "a"), ("t", "b"), ("t", ""))
    assert made.all("t") == ["a", "b"]


@pytest.mark.parametrize(
    "kind",
    ["application/x-www-form-urlencoded", "Multipart/Form-Data; boundary=x", "application/x-www-form\xf0urlencoded"],
)
def test_forms_are_refused(kind: str) -> None:
    """The engine would read a form's fields before the query's; what a fuzzer made of the type is refused too."""
    with pytest.raises(BadMessageError, match="no forms"):
        read("POST", "/containers/web/rename?name=a", f"Content-Type: {kind}\r\n")


def test_versions() -> None:
    """One that is named is kept if the room knows it; the default is for requests that name none."""
    assert read("GET", "/_ping", default="/v1.51").version == "/v1.51"
    assert read("GET", "/v1.24/_ping", default="/v1.51").version == "/v1.24"
    with pytest.raises(BadMessageError, match="too old"):
        read("GET", "/v1.23/_ping")
    with pytest.raises(BadMessageError, match=r"too new; it must be 1\.51 or older"):
        read("GET", "/v1.52/_ping")
    assert (spoken("1.52"), spoken("1.41"), spoken("odd")) == ("1.51", "1.41", "odd")
    assert not is_newer("")


@pytest.mark.parametrize(
    ("value", "expected"), [("1", True), ("True", True), ("0", False), (" no ", False), ("", False)]
)
def test_flags(value: str, expected: bool) -> None:
    """Booleans are read as Go's API reads them."""
    assert read("GET", f"/containers/json?all={value.replace(' ', '+')}").flag("all") is expected


def test_query_with_other_values() -> None:
    """A parameter is replaced, and left out when its new value is empty."""
    made = read("GET", "/containers/json?all=1&filters=x")
    assert made.with_query(filters="y") == (("all", "1"), ("filters", "y"))
    assert made.with_query(filters="") == (("all", "1"),)
    assert (made.first("filters"), made.first("limit", "5")) == ("x", "5")


@given(
    path=st.lists(st.text(min_size=1, max_size=8), min_size=1, max_size=4),
    pairs=st.lists(st.tuples(st.sampled_from(["t", "names"]), st.text(max_size=8)), max_size=3),
)
def test_engine_reads_what_was_read(path: list[str], pairs: list[tuple[str, str]]) -> None:
    """The target that the engine is sent decodes to what the room has decoded."""
    try:
        sent = target("/v1.41", "/" + "/".join(path), pairs)
        made = read("GET", sent)
    except (BadMessageError, UnicodeEncodeError):
        return
    assert (made.version, made.path, made.query) == ("/v1.41", "/" + "/".join(path), tuple(pairs))
