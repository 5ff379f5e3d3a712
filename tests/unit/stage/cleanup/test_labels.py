"""Labels that say whose an object is."""

from __future__ import annotations

import os
import platform
from pathlib import Path

import pytest

from quarterdeck.stage.cleanup.labels import Stamp, expired, has_prefix, hide, new_prefix, owner_of


def test_marks_its_own_only() -> None:
    """Another demo of the show, and another show, are others."""
    stamp = Stamp("show", "demo", "owner")
    assert stamp.marks(stamp.labels())
    assert not stamp.marks(Stamp("show", "other", "owner").labels())
    assert not stamp.marks(Stamp("other", "demo", "owner").labels())
    assert not stamp.marks(None)


def test_hidden_everywhere() -> None:
    """Ours are gone at any depth; the demo's own stay."""
    labels = {"quarterdeck.show": "s", "a": "b"}
    assert hide([{"Labels": labels, "Config": {"Labels": labels}}]) == [
        {"Labels": {"a": "b"}, "Config": {"Labels": {"a": "b"}}}
    ]


def test_owner_is_a_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is the same every time, differs by user and by folder of journals, and says nothing about the machine."""
    owner = owner_of(tmp_path)
    assert owner == owner_of(tmp_path)
    assert len(owner) == 12
    assert platform.node() not in owner
    assert owner_of(tmp_path / "other") != owner
    monkeypatch.setattr(os, "getuid", lambda: 4242)
    assert owner_of(tmp_path) != owner


def test_prefix() -> None:
    """Each demo's is its own, and known at the beginning of a name alone."""
    assert new_prefix() != new_prefix()
    assert has_prefix(f"/{new_prefix()}web")
    assert not has_prefix("/web")
    assert not has_prefix(f"/web-{new_prefix()}")


@pytest.mark.parametrize(("value", "is_expired"), [("1", True), ("99999999999", False), ("soon", False), ("", False)])
def test_expired(value: str, *, is_expired: bool) -> None:
    """By the time it says; what says none doesn't expire."""
    assert expired({"quarterdeck.expires": value}) is is_expired
    assert not expired({})
