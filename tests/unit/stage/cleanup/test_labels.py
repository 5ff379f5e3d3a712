"""Labels that say whose an object is."""

from __future__ import annotations

import platform

import pytest

from quarterdeck.stage.cleanup.labels import Stamp, expired, hide, this_host


def test_marks_its_own_only() -> None:
    """Another demo of the show, and another show, are others."""
    stamp = Stamp("show", "demo")
    assert stamp.marks(stamp.labels())
    assert not stamp.marks(Stamp("show", "other").labels())
    assert not stamp.marks(Stamp("other", "demo").labels())
    assert not stamp.marks(None)


def test_hidden_everywhere() -> None:
    """Ours are gone at any depth; the demo's own stay."""
    labels = {"quarterdeck.show": "s", "a": "b"}
    assert hide([{"Labels": labels, "Config": {"Labels": labels}}]) == [
        {"Labels": {"a": "b"}, "Config": {"Labels": {"a": "b"}}}
    ]


def test_host_is_a_number() -> None:
    """It is the same every time, and tells nothing of the machine."""
    assert this_host() == this_host()
    assert len(this_host()) == 12
    assert platform.node() not in this_host()


@pytest.mark.parametrize(("value", "is_expired"), [("1", True), ("99999999999", False), ("soon", False), ("", False)])
def test_expired(value: str, *, is_expired: bool) -> None:
    """By the time it says; what says none doesn't expire."""
    assert expired({"quarterdeck.expires": value}) is is_expired
    assert not expired({})
