"""Typing as a person would."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.stage.shell.typist import LONGEST, delays


@given(st.text(max_size=500))
def test_typing_is_never_slow_and_always_the_same(text: str) -> None:
    """A command takes 1.2 s at the most, and the same one has the same rhythm every time."""
    assert sum(delays(text)) <= LONGEST + 1e-9
    assert delays(text) == delays(text)
    assert len(delays(text)) == len(text)


def test_a_short_command_has_a_human_speed() -> None:
    """Between 25 and 50 characters a second, with a rhythm."""
    pauses = delays("docker ps --all")
    assert 25 < len(pauses) / sum(pauses) < 50
    assert len(set(pauses)) > 10
    assert pauses[0] == 0.0
