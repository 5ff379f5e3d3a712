"""A request as the clean room has read it: version, path and query, each decoded once.

The engine is sent an encoding of what was decoded here, so both see the same path.  Anything that
could be read in two ways raises BadMessageError.

The clean room speaks the versions of the Docker API from ``OLDEST`` to ``NEWEST``.  Engines get newer
ones every few months; an endpoint or a field it doesn't know could bypass the policy or show other
people's objects.  So it tells clients of no newer version than it knows, and they speak that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeAlias
from urllib.parse import quote, unquote_to_bytes, urlencode

from msgspec import Struct

from quarterdeck.stage.cleanroom.http import BadMessageError, Framing, RequestHead

OLDEST = (1, 24)
NEWEST = (1, 51)
"""1.52 has other forms of ``/system/df`` and of streams."""
REPEATABLE = frozenset({"t", "names", "changes", "cachefrom", "extrahosts", "platform", "type"})
"""Query parameters that may be given more than once."""
_VERSION = re.compile(r"([0-9])\.([0-9]{1,2})")
_VERSION_SEGMENT = re.compile(r"/v([0-9]\.[0-9]{1,2})(?=/)")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"[\x00-\x20\x7f]")
_FALSE = frozenset({"", "0", "no", "false", "none"})
Query: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values, decoded, in the order of the request."""


class Request(Struct, frozen=True):
    """One request of the demo's, without its body."""

    head: RequestHead
    framing: Framing
    """How its body is delimited."""
    version: str
    """What comes before the path: ``/v1.41``, or nothing."""
    path: str
    """Decoded, without the version."""
    query: Query

    def first(self, name: str, default: str = "") -> str:
        """The first value of a query parameter."""
        return next((value for key, value in self.query if key == name), default)

    def all(self, name: str) -> list[str]:
        """Every value of a query parameter that isn't empty."""
        return [value for key, value in self.query if key == name and value]

    def flag(self, name: str) -> bool:
        """A boolean query parameter, read as the engine reads it."""
        return self.first(name).strip().lower() not in _FALSE

    def with_query(self, **values: str) -> Query:
        """The query with these parameters set; empty ones are left out (Podman takes an empty filter for a fault)."""
        kept = ((key, value) for key, value in self.query if key not in values)
        return (*kept, *((key, value) for key, value in values.items() if value))


def read_request(head: RequestHead, framing: Framing, default_version: str) -> Request:
    """Decode the target of a request; ``default_version`` (``/v1.51``) is for targets that name none.

    Raises BadMessageError.
    """
    raw, _, query = head.target.partition("?")
    version, path = default_version, _decoded(raw)
    if match := _VERSION_SEGMENT.match(path):
        number = match[1]
        if _number(number) < OLDEST:
            raise BadMessageError(f"client version {number} is too old; it must be 1.24 or newer")
        if is_newer(number):
            raise BadMessageError(f"client version {number} is too new; it must be {spoken(number)} or older")
        version, path = match[0], path[match.end() :]
    content = (head.get("content-type") or "").lower()
    if content.startswith(("application/x-www-form", "multipart/")):
        raise BadMessageError("the Docker API takes no forms")
    return Request(head, framing, version, path, _parameters(query))


def target(version: str, path: str, query: Iterable[tuple[str, str]]) -> str:
    """The target of a request to the engine, encoded."""
    encoded = version + quote(path, safe="/:@!$&'()*+,;=-._~")
    pairs = list(query)
    return f"{encoded}?{urlencode(pairs)}" if pairs else encoded


def is_newer(version: str) -> bool:
    """Whether an API version (``1.52``) is newer than the clean room knows."""
    return _number(version) > NEWEST


def spoken(version: str) -> str:
    """The API version a client is told, given the engine's."""
    return "{}.{}".format(*NEWEST) if is_newer(version) else version


@lru_cache
def _number(version: str) -> tuple[int, int]:
    match = _VERSION.fullmatch(version)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _decoded(raw: str) -> str:
    """The path as the engine will read it; BadMessageError where the engine could read another."""
    if _ESCAPE.search(raw):
        raise BadMessageError("malformed escape in the path")
    try:
        path = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        raise BadMessageError("the path is not UTF-8") from None
    segments = path.split("/")[1:]
    if any(segment in ("", ".", "..") for segment in segments) or _CONTROL.search(path):
        raise BadMessageError("the path is not in its plain form")
    if set(path) & set("%?#\\"):
        raise BadMessageError("the path is escaped twice")
    return path


def _parameters(query: str) -> Query:
    if _ESCAPE.search(query) or ";" in query:
        raise BadMessageError("malformed query")
    pairs = []
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        try:
            pairs.append((_unquoted(name), _unquoted(value)))
        except UnicodeDecodeError:
            raise BadMessageError("the query is not UTF-8") from None
    seen = [name for name, _ in pairs if name not in REPEATABLE]
    if len(seen) != len(set(seen)):
        raise BadMessageError("a query parameter is given twice")
    return tuple(pairs)


def _unquoted(text: str) -> str:
    return unquote_to_bytes(text.replace("+", " ")).decode("utf-8")
