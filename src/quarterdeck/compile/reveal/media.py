"""Videos and sounds, played by the browser's own controls."""

from __future__ import annotations

from quarterdeck.compile.reveal.drawing import Drawing
from quarterdeck.compile.reveal.markup import classes, escape, place
from quarterdeck.compile.reveal.pictures import data_uri
from quarterdeck.model.placed import PlacedMedia


def draw_media(placed: PlacedMedia, drawing: Drawing) -> str:
    """A video or sound in its box; reveal.js starts what plays by itself when its slide is entered."""
    del drawing
    media = placed.media
    tag = "audio" if media.asset.media_type.startswith("audio/") else "video"
    attributes = f' controls preload="metadata" aria-label="{escape(media.alt)}"'
    attributes += " data-autoplay" if media.autoplay else ""
    attributes += " loop" if media.loop else ""
    if media.poster is not None and tag == "video":
        attributes += f' poster="{data_uri(media.poster)}"'
    source = f'<source src="{data_uri(media.asset)}" type="{escape(media.asset.media_type)}">'
    attributes += f' style="{place(placed.box)}"'
    return f"<{tag}{classes('qd-media', fragment=placed.fragment)}{attributes}>{source}</{tag}>"
