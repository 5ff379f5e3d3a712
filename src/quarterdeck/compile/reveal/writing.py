"""A deck as one HTML file that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from quarterdeck import __version__
from quarterdeck.compile.reveal.assets import static_text
from quarterdeck.compile.reveal.drawing import Drawing
from quarterdeck.compile.reveal.fontfaces import font_faces
from quarterdeck.compile.reveal.markup import escape
from quarterdeck.compile.reveal.pictures import PictureSources
from quarterdeck.compile.reveal.policy import content_security_policy
from quarterdeck.compile.reveal.recordings import embed_recordings, script_json
from quarterdeck.compile.reveal.slides import draw_slide
from quarterdeck.model.cast import Cast
from quarterdeck.model.deck import Deck
from quarterdeck.model.placed import PlacedSlide
from quarterdeck.model.theme import Theme
from quarterdeck.theme.css import stylesheet


def write_html(
    deck: Deck, slides: Sequence[PlacedSlide], theme: Theme, casts: Mapping[str, Cast], *, live: bool = False
) -> str:
    """The page: fonts, pictures, scripts and recordings are all in it.

    ``live`` makes the page of a running show.  It follows the show's server, which plays the recordings,
    and holds no speaker notes, because everyone in the room may open it.

    Raises:
        QuarterdeckError: where this installation lacks its scripts or fonts.

    """
    casts = {} if live else {name: cast for name, cast in casts.items() if name in deck.demos}
    pictures = PictureSources()
    sections = [
        draw_slide(placed, Drawing(deck, theme, casts, pictures, placed.colors), notes=not live) for placed in slides
    ]
    recordings = embed_recordings((deck.demos[name], cast) for name, cast in casts.items())
    script = static_text("deck.js")
    body = "\n".join(sections)
    author = f'<meta name="author" content="{escape(deck.author)}">\n' if deck.author else ""
    fonts = font_faces(theme, sections, (cast.output() for cast in casts.values()))
    config = script_json({"mode": "live" if live else "file", "palette": theme.terminal})
    return f"""<!DOCTYPE html>
<html lang="{escape(deck.lang)}" class="print-pdf">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{content_security_policy((script,), live=live)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Quarterdeck {__version__}">
{author}<title>{escape(deck.title)}</title>
<style>{fonts}</style>
<style>{stylesheet(theme)}
{static_text("deck.css")}</style>
</head>
<body>
<div class="reveal"><main class="slides">
{body}
</main></div>
<script type="application/json" id="qd-config">{config}</script>
{recordings}
<script>{script}</script>
</body>
</html>
"""
