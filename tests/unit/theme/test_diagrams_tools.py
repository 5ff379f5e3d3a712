"""A program that draws a diagram, and what it says when it can't."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from quarterdeck.processes import session_members
from quarterdeck.theme import diagrams as tools
from quarterdeck.theme.diagrams import DiagramError, output_of


def test_what_the_program_prints() -> None:
    """Its input is the diagram's text."""
    assert output_of(["tr", "a-z", "A-Z"], "a -> b", os.environ) == b"A -> B"


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'Error: line 2: no arrow' >&2; echo '    at parse (/x.js:1)' >&2; exit 1", "line 2: no arrow"),
        ("exit 3", "it ended with status 3"),
    ],
)
def test_a_program_that_fails(script: str, reason: str) -> None:
    """The first paragraph it prints is the reason, without the stack that follows."""
    with pytest.raises(DiagramError, match=f"^{reason}$"):
        output_of(["sh", "-c", script], "", os.environ)


def test_a_program_that_is_missing() -> None:
    """The system's own message."""
    with pytest.raises(DiagramError, match="not found"):
        output_of(["no-such-program"], "", os.environ)


def test_a_program_that_hangs_is_killed_with_its_helpers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Mermaid's browser would hold the pipes open for ever."""
    monkeypatch.setattr(tools, "SECONDS", 0.5)
    leader = tmp_path / "leader"
    began = time.monotonic()
    with pytest.raises(DiagramError, match=r"longer than 0\.5 s"):
        output_of(["sh", "-c", f"echo $$ > {leader}; sleep 60 & wait"], "", os.environ)
    assert time.monotonic() - began < 30
    deadline = time.monotonic() + 30
    while session_members(int(leader.read_text())):  # the kernel takes a moment to end what was killed
        assert time.monotonic() < deadline
        time.sleep(0.05)
