"""A deck as one HTML file that needs nothing but a browser; slides and recordings drawn before are reused."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

from quarterdeck import __version__
from quarterdeck.compile.html.markup import escape, font_faces, stylesheet
from quarterdeck.compile.html.pictures import DrawingContext, PictureNames, with_sources
from quarterdeck.compile.reveal.slide import draw_slide
from quarterdeck.compile.reveal.terminal import embed_recording, script_json
from quarterdeck.installed import static_bytes
from quarterdeck.memo import Memo
from quarterdeck.model.cast import Cast
from quarterdeck.model.content import Asset
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import Demo
from quarterdeck.model.placed import PlacedMedia, PlacedSlide
from quarterdeck.model.theme import Theme


def content_security_policy(scripts: tuple[bytes, ...], *, live: bool) -> str:
    """The policy for a page with these inline scripts.

    The page of a running show may also connect to its own server, and show the pages that demos serve.
    """
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(map(_hash, scripts)),
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "font-src": "data:",
        "media-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    if live:
        directives["connect-src"] = "'self'"
        directives["frame-src"] = "http: https:"
    return "; ".join(f"{name} {value}" for name, value in directives.items())


@lru_cache(maxsize=16)
def _hash(script: bytes) -> str:
    digest = base64.b64encode(hashlib.sha256(script).digest()).decode("ascii")
    return f"'sha256-{digest}'"


class Purpose(StrEnum):
    """The purpose of a deck's page.  Only the offline page has speaker notes: the audience sees the others."""

    FILE = "file"
    """An offline page that plays recordings of demos."""
    LIVE = "live"
    """The page of a running show: it follows the show's server, which plays the recordings."""
    REPLAY = "replay"
    """An offline page that replays a show."""


ShowMessages: TypeAlias = Sequence[tuple[float, Mapping[str, object]]]
"""The messages that an audience's page got in a show, each with the seconds since the talk began."""


class DrawnPart(Struct, frozen=True):
    """A slide or recording drawn by itself."""

    markup: str
    pictures: Mapping[str, Asset]
    """Those in it, by their keys; ``markup`` has their names alone."""


def slide_part(
    placed: PlacedSlide, deck: Deck, theme: Theme, casts: Mapping[str, Cast], notes: bool, memo: Memo[DrawnPart]
) -> DrawnPart:
    """A slide from the cache if nothing in it changed, or drawn now; slides with videos are too large to cache."""

    def draw() -> DrawnPart:
        pictures = PictureNames()
        markup = draw_slide(placed, DrawingContext(deck, theme, casts, pictures, placed.colors), notes=notes)
        return DrawnPart(markup, pictures.shown)

    if any(isinstance(element, PlacedMedia) for element in placed.elements):
        return draw()
    demo = placed.slide.demo or ""
    given = (placed, theme, deck.demos.get(demo), casts.get(demo), notes)
    return memo.made(("slide", placed.slide.id), given, draw)


def recording_part(demo: Demo, cast: Cast, memo: Memo[DrawnPart]) -> DrawnPart:
    """A recording as data of the page."""
    return memo.made(("recording", demo.name), (demo, cast), lambda: DrawnPart(embed_recording(demo, cast), {}))


def write_html(
    deck: Deck,
    slides: Sequence[PlacedSlide],
    theme: Theme,
    casts: Mapping[str, Cast],
    purpose: Purpose = Purpose.FILE,
    messages: ShowMessages = (),
    memo: Memo[DrawnPart] | None = None,
) -> str:
    """The page as text; see :func:`encoded_html`."""
    return encoded_html(deck, slides, theme, casts, purpose, messages, memo).decode()


def encoded_html(
    deck: Deck,
    slides: Sequence[PlacedSlide],
    theme: Theme,
    casts: Mapping[str, Cast],
    purpose: Purpose = Purpose.FILE,
    messages: ShowMessages = (),
    memo: Memo[DrawnPart] | None = None,
) -> bytes:
    """The page in UTF-8: fonts, pictures, scripts and recordings are all in it.

    A replay has the ``messages`` of its show, too.

    ``memo`` holds parts of pages drawn before, which are reused.

    Raises:
        QuarterdeckError: if this installation lacks its scripts or fonts.

    """
    memo = Memo() if memo is None else memo
    live, is_file = purpose is Purpose.LIVE, purpose is Purpose.FILE
    casts = {name: cast for name, cast in casts.items() if name in deck.demos} if is_file else {}
    parts = [slide_part(placed, deck, theme, casts, is_file, memo) for placed in slides]
    recordings = "".join(recording_part(deck.demos[name], cast, memo).markup for name, cast in casts.items())
    script = static_bytes("deck.js")
    body = "\n".join(with_sources((part.markup, part.pictures) for part in parts))
    author = f'<meta name="author" content="{escape(deck.author)}">\n' if deck.author else ""
    printed = [*(cast.output() for cast in casts.values()), *(str(message.get("data", "")) for _, message in messages)]
    fonts = font_faces(theme, (part.markup for part in parts), printed)
    config = script_json({"mode": purpose, "palette": theme.terminal})
    show = f'<script type="application/json" id="qd-show">{script_json(messages)}</script>\n' if messages else ""
    head = f"""<!DOCTYPE html>
<html lang="{escape(deck.lang)}" class="print-pdf">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{content_security_policy((script,), live=live)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Quarterdeck {__version__}">
{author}<title>{escape(deck.title)}</title>
<style>{fonts}</style>
<style>{stylesheet(theme)}
"""
    middle = f"""</style>
</head>
<body>
<div class="reveal"><main class="slides">
{body}
</main></div>
<script type="application/json" id="qd-config">{config}</script>
{recordings}
{show}<script>"""
    end = b"</script>\n</body>\n</html>\n"
    # as one text the page would take several times its size: a character takes as many bytes as the widest of all
    return b"".join((head.encode(), static_bytes("deck.css"), middle.encode(), script, end))
