"""The keys of ``quarterdeck run`` as a terminal sends them."""

import pytest

from quarterdeck.show.keys import Action, Local
from quarterdeck.show.machine.commands import Key
from quarterdeck.show.run.screen import HELP, HINTS, KEYS, TYPING_KEYS


@pytest.mark.parametrize(
    ("data", "action"),
    [
        (b" ", Key.NEXT),
        (b"\r", Key.NEXT),
        (b"\x1b[C", Key.NEXT),
        (b"\x1bOC", Key.NEXT),
        (b"\x1b[6~", Key.NEXT),
        (b"\x7f", Key.BACK),
        (b"\x08", Key.BACK),
        (b"\x03", Key.INTERRUPT),
        (b".", Key.HOLD),
        (b"q", Local.END),
        (b"\x11", Local.END),
        (b"?", Local.HELP),
        (b"\x1b[11~", Local.HELP),
        (b"o", Local.OPEN_PAGE),
    ],
)
def test_sequences(data: bytes, action: Action) -> None:
    """In both modes of the cursor keys, and with Ctrl."""
    assert KEYS[data] is action


def test_typing_keeps_one_key() -> None:
    """F2, as both kinds of terminals send it."""
    assert TYPING_KEYS == {b"\x1bOQ": Key.TYPE, b"\x1b[12~": Key.TYPE}


def test_help_fits_a_terminal() -> None:
    """80 columns, and keys apart from what they do."""
    assert max(map(len, HELP)) <= 80
    assert all("  " in line[3:] for line in HELP[1:-2])
    assert HINTS[:2] == (("space", "next"), ("q", "quit"))
