"""Bodies that the engine could read differently are refused."""

from __future__ import annotations

import pytest

from quarterdeck.stage.cleanroom.http import BadMessageError
from quarterdeck.stage.cleanroom.json import dumps, loads_object


@pytest.mark.parametrize("body", [b'{"a":1,"a":2}', b'{"a":{"b":1,"b":1}}', b"[1]", b'{"a":NaN}', b"{", b'"\xff"'])
def test_refused(body: bytes) -> None:
    """Repeated keys, other values than objects, and what isn't JSON."""
    with pytest.raises(BadMessageError):
        loads_object(body)


@pytest.mark.parametrize("body", [b"", b"  ", b"null", b"{}"])
def test_nothing(body: bytes) -> None:
    """Clients say "nothing" in four ways."""
    assert loads_object(body) == {}


def test_round_trip() -> None:
    """Large numbers and other alphabets survive."""
    value = {"Memory": 2**63 - 1, "Name": "Ünïcode 日本"}
    assert loads_object(dumps(value)) == value
