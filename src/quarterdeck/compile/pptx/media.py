"""Videos and sounds: a picture to click on, with the medium behind it ([MS-PPTX] 2.2.7, ``p14:media``)."""

from __future__ import annotations

import io
from functools import cache

from quarterdeck.compile.pptx.canvas import Canvas
from quarterdeck.compile.pptx.drawing import properties
from quarterdeck.compile.pptx.files import Picture
from quarterdeck.compile.pptx.geometry import RECTANGLE
from quarterdeck.compile.pptx.markup import extent
from quarterdeck.compile.pptx.ooxml import MEDIA_EXTENSION, POWERPOINT_2010, Relationship
from quarterdeck.compile.pptx.pictures import blip_fill
from quarterdeck.compile.pptx.timing import Build, Playback
from quarterdeck.model.placed import PlacedMedia

_PLAY = '<a:hlinkClick r:id="" action="ppaction://media"/>'
"""A click plays it."""
_GROUND, _SIGN = "#22303C", "#FFFFFF"


def add_media(canvas: Canvas, placed: PlacedMedia) -> None:
    """Put a video or sound on the slide."""
    media = placed.media
    number = canvas.new_id()
    files = canvas.production.files
    sound = media.asset.media_type.startswith("audio/")
    part = files.media(media.asset)
    linked = canvas.relationships.to(Relationship.AUDIO if sound else Relationship.VIDEO, part)
    embedded = canvas.relationships.to(Relationship.MEDIA, part)
    poster = (
        files.picture(media.poster)
        if media.poster is not None
        else Picture(files.picture_of(_play_sign(round(placed.box.width), round(placed.box.height))))
    )
    element = "audioFile" if sound else "videoFile"
    canvas.shapes.append(
        f"<p:pic><p:nvPicPr>{properties(number, f'Media {number}', media.alt, _PLAY)}"
        '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr>'
        f'<p:nvPr><a:{element} r:link="{linked}"/><p:extLst><p:ext uri="{MEDIA_EXTENSION}">'
        f'<p14:media xmlns:p14="{POWERPOINT_2010}" r:embed="{embedded}"/></p:ext></p:extLst></p:nvPr></p:nvPicPr>'
        f"<p:blipFill>{blip_fill(canvas.relationships, poster)}</p:blipFill>"
        f"<p:spPr>{extent(placed.box)}{RECTANGLE}</p:spPr></p:pic>"
    )
    canvas.timeline.appear(placed.fragment, number, Build.OBJECT)
    canvas.timeline.playbacks.append(Playback(number, sound, media.autoplay, media.loop))


@cache
def _play_sign(width: int, height: int) -> bytes:
    """A PNG for media without a poster: a triangle on a dark ground."""
    from PIL import Image, ImageDraw  # 10 ms that decks without media shouldn't pay

    image = Image.new("RGB", (max(1, width), max(1, height)), _GROUND)
    half = min(width, height) / 6
    left, middle = width / 2 - half * 0.8, height / 2
    triangle = [(left, middle - half), (left, middle + half), (left + 1.8 * half, middle)]
    ImageDraw.Draw(image).polygon(triangle, fill=_SIGN)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()
