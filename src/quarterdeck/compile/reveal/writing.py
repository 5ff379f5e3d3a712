"""A deck as one HTML file that needs nothing but a browser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from quarterdeck import __version__
from quarterdeck.compile.reveal.assets import static_text
from quarterdeck.compile.reveal.drawing import Drawing
from quarterdeck.compile.reveal.fontfaces import font_faces
from quarterdeck.compile.reveal.pictures import PictureSources
from quarterdeck.compile.reveal.policy import content_security_policy
from quarterdeck.compile.reveal.recordings import embed_recordings, script_json
from quarterdeck.compile.reveal.slides import draw_slide
from quarterdeck.model.cast import Cast
from quarterdeck.model.deck import Deck
from quarterdeck.model.placed import PlacedSlide
from quarterdeck.model.theme import Theme
from quarterdeck.theme.css import stylesheet

if TYPE_CHECKING:
    from jinja2 import Template


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
    return _template().render(
        lang=deck.lang,
        title=deck.title,
        author=deck.author,
        version=__version__,
        policy=content_security_policy((script,), live=live),
        fonts=font_faces(theme, sections, (cast.output() for cast in casts.values())),
        style=f"{stylesheet(theme)}\n{static_text('deck.css')}",
        slides="\n".join(sections),
        config=script_json({"mode": "live" if live else "file", "palette": theme.terminal}),
        recordings=recordings,
        script=script,
    )


@cache
def _template() -> Template:
    from jinja2 import Environment

    text = (resources.files("quarterdeck.compile.reveal") / "page.html.jinja").read_text("utf-8")
    return Environment(autoescape=True, trim_blocks=True).from_string(text)
