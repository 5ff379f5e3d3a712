"""Pictures, videos and sounds: as large as there is room for, never out of proportion."""

from __future__ import annotations

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.model.content import Asset, Image, Inline, Length, Link, Media
from quarterdeck.model.placed import Element, PlacedImage, PlacedMedia
from quarterdeck.model.theme import HEIGHT, WIDTH, Box
from quarterdeck.theme.colors import dressed
from quarterdeck.theme.elements.context import Context, MeasuredBlock
from quarterdeck.theme.elements.text import TextPlan, TextSpec, measured_text

BEFORE = 20.0
CAPTION_GAP = 10.0
LEAST_HEIGHT = 120.0
"""px; a picture that has to share a slot isn't made lower than this."""
MOST_ENLARGED = 2.0
"""How many times its natural size a picture of pixels may be drawn."""
LEAST_SHARE = 0.01
"""Of a side of a picture that cropping leaves in any case."""
FILM = 16 / 9
SOUND_HEIGHT = 54.0
"""px that the controls of a sound take."""


def measured_image(image: Image, context: Context) -> MeasuredBlock:
    """A picture with its caption below, as large as the slot allows."""
    wanted = _wanted(image, context)
    ratio = wanted[0] / wanted[1]
    caption = _caption(image.caption, image.fragment, image.span, context)
    under = CAPTION_GAP + caption.height if caption else 0.0
    asked = image.width is not None or image.height is not None

    def draw(box: Box) -> tuple[Element, ...]:
        width, height = _within(wanted, box.width, box.height - under)
        place = Box(_left(box, width, image.classes, context), box.y, width, height)
        picture = PlacedImage(
            place, dressed(image.asset, context.colors), image.alt, image.crop, image.link, image.fragment
        )
        if caption is None:
            return (picture,)
        return (picture, *caption.draw(Box(box.x, box.y + height + CAPTION_GAP, box.width, caption.height)))

    least = wanted[1] if asked else min(wanted[1], LEAST_HEIGHT, context.width / ratio)
    return MeasuredBlock(
        wanted[1] + under,
        draw,
        least + under,
        BEFORE,
        marks=((least + under, image.span),),
        is_picture=True,
    )


def measured_media(media: Media, context: Context) -> MeasuredBlock:
    """A video in the proportions of its poster, 16:9 without one; or the controls of a sound."""
    sound = media.asset.media_type.startswith("audio/")
    natural = media.asset if media.asset.height else media.poster
    ratio = natural.width / natural.height if natural is not None and natural.height else FILM
    width = context.width if media.width is None else _pixels(media.width, context.width)
    height = SOUND_HEIGHT if sound else width / ratio

    def draw(box: Box) -> tuple[Element, ...]:
        drawn = (width, height) if sound else _within((width, height), box.width, box.height)
        return (PlacedMedia(Box(_left(box, drawn[0], ("center",), context), box.y, *drawn), media, media.fragment),)

    least = SOUND_HEIGHT if sound else min(height, LEAST_HEIGHT)
    return MeasuredBlock(height, draw, least, BEFORE, marks=((least, media.span),), is_picture=True)


def full_bleed(asset: Asset, alt: str, link: Link | None = None, fragment: int | None = None) -> PlacedImage:
    """A picture that covers the slide, cut evenly where its proportions differ."""
    return PlacedImage(Box(0, 0, WIDTH, HEIGHT), asset, alt, asset.cut_to(WIDTH / HEIGHT), link, fragment)


def _wanted(image: Image, context: Context) -> tuple[float, float]:
    """Width and height in px that the picture would have with all the room in the world below it."""
    left, top, right, bottom = image.crop or (0.0, 0.0, 0.0, 0.0)
    natural_width = max(1.0, image.asset.width or context.width) * max(LEAST_SHARE, 1 - left - right)
    natural_height = max(1.0, image.asset.height or context.width / FILM) * max(LEAST_SHARE, 1 - top - bottom)
    ratio = natural_width / natural_height
    width = _pixels(image.width, context.width) if image.width else None
    height = _pixels(image.height, HEIGHT) if image.height else None
    if width is not None and height is not None:
        return width, height
    if width is not None:
        return width, width / ratio
    if height is not None:
        return height * ratio, height
    most = context.width
    if image.asset.media_type != "image/svg+xml":
        most = min(most, natural_width * MOST_ENLARGED)
    return most, most / ratio


def _pixels(length: Length, whole: float) -> float:
    value = whole * length.value / 100 if length.unit == "%" else length.value
    return max(1.0, min(value, whole))


def _within(wanted: tuple[float, float], width: float, height: float) -> tuple[float, float]:
    factor = min(1.0, width / wanted[0], max(1.0, height) / wanted[1])
    return wanted[0] * factor, wanted[1] * factor


def _left(box: Box, width: float, classes: tuple[str, ...], context: Context) -> float:
    if "center" in classes or context.align == "center":
        return box.x + (box.width - width) / 2
    if "right" in classes or context.align == "right":
        return box.right - width
    return box.x


def _caption(
    inlines: tuple[Inline, ...], fragment: int | None, span: SourceSpan | None, context: Context
) -> MeasuredBlock | None:
    if not inlines:
        return None
    spec = TextSpec(inlines, "caption", tag="caption", fragment=fragment, span=span)
    return measured_text([spec], context, TextPlan(role="caption"))
