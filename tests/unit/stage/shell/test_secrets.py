"""Secrets stay out of what is shown."""

from __future__ import annotations

import html
import json
import re
import shlex
from urllib.parse import quote, urlencode

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


@pytest.mark.parametrize(
    "broken",
    [
        "hunter \r2secret",
        "hunt\x1b[31mer2sec\x1b[0mret",
        "hunter2\r\nsecret",
        "hunter\x1b]8;;http://a\x1b\\2secret",
        "hunter\x1b(B2\x1b7sec\x1b8ret",
        "hun\x00ter2\x07sec\x0fret",
        "hunter\u200b2sec\u00adret",
        "hunX\bter2secrex\bt",
        "hh\buu\bnter2secret",
    ],
)
def test_a_secret_that_the_terminal_broke_is_masked(broken: str) -> None:
    """A line editor's wrap or a colour in the middle doesn't let the value through."""
    assert masked(f"[{broken}]") == f"[{MASK}]"


def test_what_may_begin_a_secret_waits() -> None:
    """Nothing of a secret that is typed key by key is shown while it grows."""
    masker = Masker([SECRET])
    shown = [masker.feed(character) for character in SECRET]
    assert shown == [""] * (len(SECRET) - 1) + [MASK]


@pytest.mark.parametrize("at", range(1, len(SECRET)))
def test_secret_printed_slowly_is_masked(at: int) -> None:
    """However long the pause within it: three characters are shown at most, each once, and the mask follows them."""
    masker = Masker([SECRET])
    pieces = [masker.feed(f"> {SECRET[:at]}"), masker.pause(), masker.pause(), masker.feed(SECRET[at:] + "!")]
    assert "".join(pieces) == f"> {SECRET[: min(3, at)]}{MASK}!"
    slowly = "".join(masker.feed(character) + masker.pause() for character in SECRET)
    assert slowly == SECRET[:3] + MASK


def test_pause_loses_nothing() -> None:
    """What turns out not to be a secret comes out as it was, wherever the pauses were."""
    masker = Masker([SECRET, "hut"])
    text = "hunt hunter hunter2 hhunter2secre. hu"
    shown = "".join(masker.feed(character) + masker.pause() for character in text)
    assert shown + masker.rest() == text


def test_longer_secret_that_begins_like_another() -> None:
    """Its end isn't shown after the mask of the shorter one."""
    masker = Masker(["hunter", SECRET])
    assert masker.feed("hunter") == masker.pause() == ""
    assert masker.feed("2secret hunter.") == f"{MASK} {MASK}."
    assert masker.feed("hunter") + masker.rest() == MASK


ODD = "p\"w\\d/é<&>'s\nx"


@pytest.mark.parametrize(
    "written",
    [
        json.dumps(ODD),
        json.dumps(ODD, ensure_ascii=False),
        json.dumps(ODD).replace("/", "\\/"),
        json.dumps(ODD).replace("\\u00e9", "\\u00E9"),
        json.dumps(ODD, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026").replace(">", "\\u003e"),
        json.dumps(json.dumps(ODD)),
        json.dumps({"Env": [f"KEY={ODD}"]}),
        quote(ODD),
        quote(ODD, safe="").lower(),
        urlencode({"key": ODD}),
        shlex.quote(ODD),
        "'" + ODD.replace("'", "'\\''") + "'",
        'export KEY="' + re.sub(r'["\\$`]', r"\\\g<0>", ODD) + '"',
        "KEY=$'" + re.sub(r"['\\]", r"\\\g<0>", ODD) + "'",
        repr({"KEY": ODD}),
        html.escape(ODD),
        html.escape(ODD, quote=False),
    ],
)
def test_secret_that_is_written_in_another_way_is_masked(written: str) -> None:
    """In JSON, as Python, PHP and Go write it, and within another JSON; in a URL, in HTML; quoted for a shell."""
    masker = Masker([ODD])
    shown = "".join(map(masker.feed, written)) + masker.rest()
    assert MASK in shown
    assert not re.search(r"p\\*.?\"|[wd<&]", shown.replace("key=", ""))


def test_commands_to_the_terminal_that_hold_a_secret_are_dropped() -> None:
    """A link's address isn't seen, but is in the recording."""
    assert masked(f"\x1b]8;;http://a/?t={SECRET}\x1b\\here\x1b]8;;\x1b\\") == "here\x1b]8;;\x1b\\"


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
