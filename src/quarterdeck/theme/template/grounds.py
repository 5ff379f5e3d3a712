"""The ground under text on a template's layout, and the colours that our text gets there."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from msgspec import Struct

from quarterdeck.model.content import Asset
from quarterdeck.model.deck import Layout
from quarterdeck.model.theme import Artwork, Box, Decoration, LayoutPicture, LayoutText, LayoutTokens, Slot
from quarterdeck.theme.colors import AA_LARGE, AA_TEXT, REMARK_TOKENS, SURFACE_TINT, inverted, mixed, ratio
from quarterdeck.theme.template.colors import readable
from quarterdeck.theme.template.match import COVERS, Match
from quarterdeck.theme.template.placeholders import FEET, Holder

if TYPE_CHECKING:
    from PIL import Image as Pixels

_OURS = ("muted", "accent", "link", "attribution-text", "caption-text", *(f"accent-{n}" for n in range(2, 7)))
"""Tokens of what no placeholder holds, which must be seen on every ground."""
_STRONGEST = ("#000000", "#FFFFFF")
INVISIBLE = 1.5
"""Text with less contrast than this was never meant to be seen there."""
_FEW = 64
"""Pixels across a picture whose mean colours are asked for."""
_COVERED = 0.5
"""The share of a box that a shape must cover to be its ground."""
_TOKENS: Mapping[str, str] = {
    **{"title": "title-text", "subtitle": "subtitle-text", "body": "text", "left": "text", "quote": "quote-text"},
    **{"left-heading": "column-heading-text", "attribution": "attribution-text", "caption": "caption-text"},
    "byline": "byline-text",
}
"""The token that each slot's text has."""


class Ground(Struct, frozen=True):
    """Everything drawn behind the content of a layout."""

    color: str
    """``#rrggbb`` of the background."""
    backdrop: LayoutPicture | None
    artwork: tuple[Artwork, ...]
    known: bool
    """Whether ``artwork`` is complete, so that :meth:`under` is reliable."""

    def under(self, box: Box) -> str:
        """The colour under a box, as far as plain shapes make it; of pictures, the mean of what is under it."""
        color = _mean(self.backdrop, box, self.color) if self.backdrop is not None else self.color
        for item in self.artwork:
            match item:
                case Decoration() if _share(item.box, box) >= _COVERED:
                    color = mixed(item.color, color, item.opacity)
                case LayoutPicture() if _share(item.box, box) >= _COVERED:
                    color = _mean(item, box, color)
                case Decoration() | LayoutPicture() | LayoutText():
                    continue
        return color


def is_inverse(ground: str, colors: Mapping[str, str]) -> bool:
    """Whether our text is easier to read in the colours for a strong ground."""
    plain = ratio(colors["text"], ground)
    return plain < AA_TEXT and plain < ratio(colors["on-accent"], ground)


def layout_colors(
    layout: Layout, match: Match, slots: Mapping[str, Slot], ground: Ground, colors: Mapping[str, str], *, inverse: bool
) -> dict[str, str]:
    """The colours that a layout sets otherwise.

    The template's placeholders keep their colours: its designer saw the ground under them.  Only invisible ones
    are left out: programs write colours into masters that no layout uses.
    The byline of a cover, for which no template has a placeholder, takes the subtitle's where it can be read.
    """
    found = {
        token: holder.look.color
        for name, token in _TOKENS.items()
        if (holder := match.slots.get(name)) is not None and is_seen(holder.look.color, holder, ground)
    }
    if layout not in (Layout.CONTENT, Layout.TWO_COLUMNS, Layout.CODE, Layout.COMPARISON):
        found.pop("text", None)
    found |= {f"{FEET[h.kind]}-text": h.look.color for h in match.candidate.holders if h.kind in FEET}
    if layout is Layout.TITLE and "byline" in slots:
        under = ground.under(slots["byline"].box)
        wanted = found.get("subtitle-text", colors["muted"])
        strongest = max((colors["text"], *_STRONGEST), key=lambda color: ratio(color, under))
        found["muted"] = readable(wanted, under, strongest)
    box = content_box(match, slots)
    if box is not None and layout not in COVERS and not inverse:
        under, text = ground.under(box), found.get("text", colors["text"])
        for token in _OURS:
            found.setdefault(token, readable(colors[token], under, text, AA_LARGE))
        if ratio(text, colors["surface"]) < AA_TEXT:
            panel = found["surface"] = mixed(text, under, SURFACE_TINT)
            found |= {token: readable(colors[token], panel, text) for token in REMARK_TOKENS}
    usual = inverted(colors) if inverse else colors
    if (head := slots.get("title")) is not None and _is_certain(ground):
        under = ground.under(head.box)
        if ratio(found.get("title-text", usual["title-text"]), under) < INVISIBLE:
            strongest = max(_STRONGEST, key=lambda color: ratio(color, under))
            found["title-text"] = colors["text"] if ratio(colors["text"], under) >= AA_TEXT else strongest
    return {token: color for token, color in found.items() if color != usual[token]}


def faint_text(layout: LayoutTokens, ground: Ground, colors: Mapping[str, str]) -> tuple[str, str] | None:
    """The colours of a layout's text and of its ground, where even large type can't be read."""
    box = main_box(layout.slots, ("body", "left"))
    if box is None or layout.inverse or not ground.known:
        return None
    text, under = layout.colors.get("text", colors["text"]), ground.under(box)
    return (text, under) if ratio(text, under) < AA_LARGE else None


def is_seen(color: str, holder: Holder, ground: Ground) -> bool:
    """Whether text of a colour stands out in a placeholder at all, as far as the ground is known."""
    return not _is_certain(ground) or ratio(color, ground.under(holder.box)) >= INVISIBLE


def _is_certain(ground: Ground) -> bool:
    """Whether the colour under a box is known: everything is drawn, and a picture behind it can be read."""
    behind = ground.backdrop
    return ground.known and (behind is None or _pixels(behind.asset, ours=behind.color is not None) is not None)


def content_box(match: Match, slots: Mapping[str, Slot]) -> Box | None:
    """The box of a layout's content, by whose ground our own text is coloured; a cover's lines are its content."""
    lines = ("subtitle",) if "subtitle" not in match.slots else ()
    return main_box(slots, ("body", "left", "quote", "image", *lines, "title"))


def main_box(slots: Mapping[str, Slot], order: Iterable[str]) -> Box | None:
    """The box of the first of some slots that a layout has."""
    return next((slots[name].box for name in order if name in slots), None)


def _mean(picture: LayoutPicture, box: Box, otherwise: str) -> str:
    """The mean colour of the part of a picture that is under a box, over ``otherwise``.

    Just ``otherwise`` for a drawing of the template's, and for an unreadable picture.
    """
    from PIL import Image  # needed for templates with pictures alone

    pixels = _pixels(picture.asset, ours=picture.color is not None)
    if pixels is None:
        return otherwise
    left, top, right, bottom = picture.crop or (0.0, 0.0, 0.0, 0.0)
    across = pixels.width * (1 - left - right) / picture.box.width
    down = pixels.height * (1 - top - bottom) / picture.box.height
    start = (pixels.width * left, pixels.height * top)
    ends = (pixels.width * (1 - right), pixels.height * (1 - bottom))
    x = min(max(start[0] + (box.x - picture.box.x) * across, start[0]), ends[0] - 1)
    y = min(max(start[1] + (box.y - picture.box.y) * down, start[1]), ends[1] - 1)
    far_x = max(x + 1, min(start[0] + (box.right - picture.box.x) * across, ends[0]))
    far_y = max(y + 1, min(start[1] + (box.bottom - picture.box.y) * down, ends[1]))
    part = pixels.resize((1, 1), Image.Resampling.BOX, (x, y, far_x, far_y))
    red, green, blue, opacity = part.tobytes()
    return mixed(f"#{red:02X}{green:02X}{blue:02X}", otherwise, opacity / 255)


@lru_cache(maxsize=16)
def _pixels(asset: Asset, *, ours: bool) -> Pixels.Image | None:
    """A picture, or one of ``ours`` (a shape that was drawn as SVG), with few pixels: enough for means."""
    from PIL import Image, UnidentifiedImageError

    data = asset.data
    if asset.media_type == "image/svg+xml":
        if not ours:
            return None
        import resvg_py

        data = bytes(resvg_py.svg_to_bytes(svg_string=data.decode(), width=_FEW))
    try:
        with Image.open(io.BytesIO(data)) as image:
            deep = image.mode.startswith("I")  # 16 bits of grey, which Pillow would cut off at 255
            plain = image.convert("I").point(lambda grey: grey * (1 / 257)).convert("L") if deep else image
            small = (min(_FEW, image.width), min(_FEW, image.height))
            return plain.convert("RGBA").resize(small, Image.Resampling.BOX)
    except (UnidentifiedImageError, OSError):
        return None


def _share(cover: Box, box: Box) -> float:
    wide = min(cover.right, box.right) - max(cover.x, box.x)
    high = min(cover.bottom, box.bottom) - max(cover.y, box.y)
    return max(0.0, wide) * max(0.0, high) / (box.width * box.height)
