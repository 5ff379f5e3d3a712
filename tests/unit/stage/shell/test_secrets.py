"""Secrets stay out of what is shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.stage.shell.secrets import MASK, Masker, secret_values
from support.staged import demo_of

SECRET = "hunter2secret"


def masked(*pieces: str) -> str:
    """What is shown of output that comes in pieces."""
    masker = Masker([SECRET])
    return "".join(map(masker.feed, pieces)) + masker.rest()


@pytest.mark.slow
@given(st.text("hunter2sc \n", max_size=20), st.text("hunter2sc \n", max_size=20), st.data())
def test_a_secret_is_masked_wherever_output_is_cut(before: str, after: str, data: st.DataObject) -> None:
    """The value never comes out, in whatever pieces it arrives."""
    text = before + SECRET + after
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), max_size=8)))
    pieces = [text[start:end] for start, end in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    shown = masked(*pieces)
    assert SECRET not in shown
    assert MASK in shown


@given(st.lists(st.text(max_size=10), max_size=6))
def test_other_output_is_untouched(pieces: list[str]) -> None:
    """What holds no secret comes out as it was."""
    text = "".join(pieces)
    if SECRET not in text:
        assert masked(*pieces) == text


@pytest.mark.parametrize("broken", ["hunter \r2secret", "hunt\x1b[31mer2sec\x1b[0mret", "hunter2\r\nsecret"])
def test_a_secret_that_the_terminal_broke_is_masked(broken: str) -> None:
    """A line editor's wrap or a colour in the middle doesn't let the value through."""
    assert masked(f"[{broken}]") == f"[{MASK}]"


def test_what_may_begin_a_secret_waits() -> None:
    """Nothing of a secret that is typed key by key is shown while it grows."""
    masker = Masker([SECRET])
    shown = [masker.feed(character) for character in SECRET]
    assert shown == [""] * (len(SECRET) - 1) + [MASK]


def test_secrets_come_from_the_speakers_environment() -> None:
    """A secret that isn't set, or is too short to be masked, is told before anything runs; all at once."""
    demo = demo_of(secrets=("TOKEN", "PIN", "KEY"))
    with pytest.raises(QuarterdeckError) as caught:
        secret_values(demo, {"PIN": "123", "KEY": "abcdefgh"})
    assert [d.code for d in caught.value.diagnostics] == ["missing-secret", "short-secret"]
    assert secret_values(demo_of(secrets=("KEY",)), {"KEY": "abcdefgh"}) == {"KEY": "abcdefgh"}


def test_a_demo_may_bring_a_secret_for_show() -> None:
    """A secret that the demo's own front matter sets needs no preparation, and the speaker's value goes before it."""
    demo = demo_of(secrets=("KEY",), env={"KEY": "for-show"})
    assert secret_values(demo, {}) == {"KEY": "for-show"}
    assert secret_values(demo, {"KEY": "real-one"}) == {"KEY": "real-one"}
