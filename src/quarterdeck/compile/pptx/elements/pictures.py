"""Pictures (``p:pic``, ECMA-376 part 1, 19.3.1.37), with their vector form where they have one."""

from __future__ import annotations

import io
from functools import cache

from quarterdeck.compile.pptx.animation import Build, Playback
from quarterdeck.compile.pptx.canvas import Canvas, click
from quarterdeck.compile.pptx.package.media import Files, Picture
from quarterdeck.compile.pptx.package.ooxml import (
    MEDIA_EXTENSION,
    POWERPOINT_2010,
    SVG,
    SVG_EXTENSION,
    Relationship,
    extent,
)
from quarterdeck.compile.pptx.package.opc import Relationships
from quarterdeck.compile.pptx.shape import RECTANGLE, drawn, geometry, properties
from quarterdeck.model.placed import PlacedImage, PlacedMedia, PlacedShape
from quarterdeck.model.theme import LayoutPicture


def add_image(canvas: Canvas, image: PlacedImage) -> None:
    """Add a picture to the slide: in the layout's placeholder, or by itself."""
    number = canvas.new_id()
    placeholder = canvas.fill_placeholder(image.placeholder or _slot(canvas, image), ("", "pic", "clipArt"))
    place = f"<p:nvPr>{placeholder.reference}</p:nvPr>" if placeholder else "<p:nvPr/>"
    locks = '<a:picLocks noGrp="1" noChangeAspect="1"/>' if placeholder else '<a:picLocks noChangeAspect="1"/>'
    link = click(canvas, image.link, of_text=False) if image.link else ""
    blip = blip_fill(canvas.relationships, canvas.production.files.picture(image.asset), image.crop)
    canvas.shapes.append(
        f"<p:pic><p:nvPicPr>{properties(number, f'Picture {number}', image.alt, link)}<p:cNvPicPr>{locks}</p:cNvPicPr>"
        f"{place}</p:nvPicPr><p:blipFill>{blip}</p:blipFill>"
        f"<p:spPr>{extent(image.box)}{RECTANGLE}</p:spPr></p:pic>"
    )
    canvas.timeline.appear(image.fragment, number, Build.OBJECT)


def _slot(canvas: Canvas, image: PlacedImage) -> str | None:
    """The layout's slot for pictures, if the picture is in it."""
    for name, placeholder in canvas.layout.placeholders.items():
        box = canvas.layout.tokens.slots[name].box
        within = box.y <= image.box.y and image.box.bottom <= box.bottom + 0.5 and box.x <= image.box.x
        if placeholder.kind == "pic" and within and image.box.right <= box.right + 0.5:
            return name
    return None


def blip_fill(
    relationships: Relationships, picture: Picture, crop: tuple[float, float, float, float] | None = None
) -> str:
    """The fill of a shape: the picture, cropped and stretched to the shape."""
    raster = relationships.to(Relationship.IMAGE, picture.part)
    vector = ""
    if picture.vector is not None:
        drawing = relationships.to(Relationship.IMAGE, picture.vector)
        vector = (
            f'<a:extLst><a:ext uri="{SVG_EXTENSION}"><asvg:svgBlip xmlns:asvg="{SVG}" r:embed="{drawing}"/></a:ext>'
            "</a:extLst>"
        )
    blip = f'<a:blip r:embed="{raster}">{vector}</a:blip>' if vector else f'<a:blip r:embed="{raster}"/>'
    return f"{blip}{_source(crop)}<a:stretch><a:fillRect/></a:stretch>"


def layout_picture(relationships: Relationships, files: Files, number: int, item: LayoutPicture) -> str:
    """A picture of a layout, a logo."""
    blip = blip_fill(relationships, files.picture(item.asset), item.crop)
    return (
        f"<p:pic><p:nvPicPr>{properties(number, f'Logo {number}', '')}<p:cNvPicPr>"
        '<a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr userDrawn="1"/></p:nvPicPr>'
        f"<p:blipFill>{blip}</p:blipFill><p:spPr>{extent(item.box)}{RECTANGLE}</p:spPr></p:pic>"
    )


def background_fill(
    relationships: Relationships, picture: Picture, crop: tuple[float, float, float, float] | None
) -> str:
    """The fill of a slide's background: cropped parts extend beyond the edges, as PowerPoint writes it."""
    left, top, right, bottom = crop or (0.0, 0.0, 0.0, 0.0)
    wide, high = 1 - left - right, 1 - top - bottom
    over = [round(-100000 * share) for share in (left / wide, top / high, right / wide, bottom / high)]
    edges = "".join(f' {edge}="{length}"' for edge, length in zip("ltrb", over, strict=True) if length)
    return blip_fill(relationships, picture).replace("<a:fillRect/>", f"<a:fillRect{edges}/>")


def _source(crop: tuple[float, float, float, float] | None) -> str:
    """The part of the picture that is seen; shares in 1/1000 %."""
    if crop is None:
        return ""
    left, top, right, bottom = (round(share * 100000) for share in crop)
    return f'<a:srcRect l="{left}" t="{top}" r="{right}" b="{bottom}"/>'


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


def add_shape(canvas: Canvas, shape: PlacedShape) -> None:
    """Add a decorative shape to the slide."""
    number = canvas.new_id()
    fill = canvas.production.palette.fill(shape.fill, shape.opacity)
    name = "Shape" if shape.members else shape.name
    canvas.shapes.append(drawn(number, name, shape.box, geometry(shape.shape, shape.box, shape.radius), fill))
    canvas.timeline.appear(shape.fragment, number, Build.SHAPE)
