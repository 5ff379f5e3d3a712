"""The files of an installation, and the browser on its machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck import installed
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.installed import browser_path, static_bytes


def test_static_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read once; where they were never made, the fault says how to make them."""
    monkeypatch.setattr(installed, "STATIC", tmp_path)
    (tmp_path / "a.js").write_text("ahoy")
    static_bytes.cache_clear()
    try:
        assert static_bytes("a.js") == b"ahoy"
        (tmp_path / "a.js").unlink()
        assert static_bytes("a.js") == b"ahoy"
        with pytest.raises(QuarterdeckError, match=r"has no deck\.js") as caught:
            static_bytes("deck.js")
        assert "hatch_build" in (caught.value.diagnostics[0].hint or "")
    finally:
        static_bytes.cache_clear()


def test_the_first_browser_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the order of the table, whatever the order on the PATH."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(installed, "BROWSERS", ("one", "two"))
    assert browser_path() is None
    for name in ("two", "one"):
        program = tmp_path / name
        program.touch(mode=0o755)
        assert browser_path() == str(program)
