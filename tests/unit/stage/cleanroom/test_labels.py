"""Labels that say whose an object is."""

from __future__ import annotations

from quarterdeck.stage.cleanroom.labels import Stamp, hide


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
