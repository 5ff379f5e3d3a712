"""The console's colours: those of the presenter's page, light and dark, and how to tell which the terminal wants."""

from __future__ import annotations

import os
import re
import select
import sys
import termios
import time
import tty
from collections.abc import Mapping
from dataclasses import dataclass

from textual.theme import Theme

ANSWER_SECONDS = 1.0
"""How long a terminal may take to name its background; what came later would be taken for keys."""
ASK = b"\x1b]11;?\x07\x1b[c"
"""OSC 11 asks for the background (xterm); what doesn't know it still answers what it is (DA1, ECMA-48 8.3.24)."""
BACKGROUND = re.compile(rb"\x1b\]11;rgb:([0-9a-fA-F]+)/([0-9a-fA-F]+)/([0-9a-fA-F]+)")
ANSWERED = re.compile(rb"\x1b\[\?[0-9;]*c")
SHARES = (0.299, 0.587, 0.114)
"""What red, green and blue add to brightness (ITU-R BT.601)."""


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours by what they are for, as ``#rrggbb``."""

    name: str
    dark: bool
    ground: str
    bar: str
    """Behind the header and the line of what comes next."""
    ink: str
    quiet: str
    rule: str
    accent: str
    on_accent: str
    good: str
    warn: str
    bad: str


DARK = Palette(
    name="quarterdeck-dark",
    dark=True,
    ground="#0f151c",
    bar="#19222c",
    ink="#eaf0f6",
    quiet="#9fb0c1",
    rule="#3a4958",
    accent="#62b0ff",
    on_accent="#06213c",
    good="#62d18d",
    warn="#ffbd59",
    bad="#ff8a80",
)
LIGHT = Palette(
    name="quarterdeck-light",
    dark=False,
    ground="#ffffff",
    bar="#e9eef4",
    ink="#16202b",
    quiet="#546273",
    rule="#b9c4d0",
    accent="#0b5cad",
    on_accent="#ffffff",
    good="#18703c",
    warn="#8a5300",
    bad="#b3261e",
)

TERMINAL_GROUND, TERMINAL_INK = "#0b0f14", "#dbe4ee"
"""A demo's terminal is dark in both, as it is in the slides."""
ANSI = (
    *("#1c2733", "#f0716b", "#6cc98b", "#e2b65c", "#6aa9f7", "#c792ea", "#5cc8d6", "#dbe4ee"),
    *("#64758a", "#ff9b94", "#93e0ab", "#ffd98a", "#9ac7ff", "#dcb3f7", "#8fe3ee", "#ffffff"),
)
"""Its sixteen colours."""


def theme_of(palette: Palette) -> Theme:
    """The palette as Textual knows it."""
    return Theme(
        name=palette.name,
        dark=palette.dark,
        primary=palette.accent,
        warning=palette.warn,
        error=palette.bad,
        success=palette.good,
        background=palette.ground,
        surface=palette.ground,
        panel=palette.bar,
        foreground=palette.ink,
        variables={"rule": palette.rule, "on-accent": palette.on_accent, "quiet": palette.quiet},
    )


def preferred() -> Palette:
    """The palette for this process's terminal: asks it for its background; dark where it doesn't say."""
    return LIGHT if is_light(_background(), os.environ) else DARK


def is_light(answer: bytes, environ: Mapping[str, str]) -> bool:
    """Whether a terminal is light, by its answer to OSC 11, or else by what it told the environment.

    The channels have one to four hex digits each (XParseColor).  ``COLORFGBG`` is rxvt's: the last number is the
    background's, and 7 and 15 are white.
    """
    if found := BACKGROUND.search(answer):
        channels = [int(digits, 16) / float(16 ** len(digits) - 1) for digits in found.groups()]
        return sum(share * channel for share, channel in zip(SHARES, channels, strict=True)) > 0.5
    return environ.get("COLORFGBG", "").rpartition(";")[2] in ("7", "15")


def _background() -> bytes:
    """What the terminal answers, as far as it does."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return b""
    source = sys.stdin.fileno()
    before = termios.tcgetattr(source)
    answer = b""
    try:
        tty.setcbreak(source, termios.TCSANOW)
        os.write(sys.stdout.fileno(), ASK)
        end = time.monotonic() + ANSWER_SECONDS
        while not ANSWERED.search(answer) and (left := end - time.monotonic()) > 0:
            if select.select([source], [], [], left)[0]:
                answer += os.read(source, 256)
    finally:
        termios.tcsetattr(source, termios.TCSANOW, before)
    return answer
