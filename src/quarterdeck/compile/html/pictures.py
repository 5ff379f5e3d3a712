"""Pictures, videos and formulas in a page.

PNG, JPEG, GIF and WebP are embedded as they are, SVG as a picture too, so that no script in it can run.  Formulas are
drawn as pictures, with their TeX as alternative text.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from msgspec import Struct, field

from quarterdeck.compile.html.markup import classes, escape, font_stack, place, px
from quarterdeck.model.cast import Cast
from quarterdeck.model.content import Asset, Link, SlideLink, WebLink
from quarterdeck.model.deck import Deck
from quarterdeck.model.placed import PlacedImage, PlacedMath, PlacedMedia
from quarterdeck.model.theme import LayoutPicture, Theme
from quarterdeck.theme.measure.formulas import formula_size, formula_svg


class DrawingContext(Struct, frozen=True):
    """What drawing one slide needs: deck, theme, recordings, pictures and colours."""

    deck: Deck
    """The parts of it that slides use are compared in ``reveal/page.py``, which reuses slides drawn before."""
    theme: Theme
    casts: Mapping[str, Cast]
    """The recordings by demo; empty on the page of a running show, whose server plays them."""
    pictures: PictureSources | PictureNames
    colors: Mapping[str, str]
    """The colour tokens of the slide being drawn."""

    def family(self, font: str) -> str:
        """The CSS font stack for ``heading``, ``body`` or ``mono``."""
        return font_stack(self.theme, font)


class PictureSources(Struct):
    """Gives each picture its source, so that one shown many times is in the page once."""

    shown: dict[str, Asset] = field(default_factory=dict)
    """The pictures so far, by their keys."""

    def attributes(self, asset: Asset) -> str:
        """``src`` for a picture's first use; later ones name the first, and the page's script copies its source."""
        key = _key(asset)
        if key in self.shown:
            return _same_as(key)
        self.shown[key] = asset
        return _source(key, asset)


class PictureNames(Struct):
    """Gives each picture its name alone, for a part of a page that is drawn by itself."""

    shown: dict[str, Asset] = field(default_factory=dict)
    """The pictures so far, by their keys."""

    def attributes(self, asset: Asset) -> str:
        """The attributes of any use but the first."""
        key = _key(asset)
        self.shown[key] = asset
        return _same_as(key)


def with_sources(parts: Iterable[tuple[str, Mapping[str, Asset]]]) -> Iterator[str]:
    """Parts drawn with the names of pictures alone: the first use of each picture gets its source."""
    seen: set[str] = set()
    for part, pictures in parts:
        whole = part
        for key, asset in pictures.items():
            if key not in seen:
                seen.add(key)
                whole = whole.replace(f"<img {_same_as(key)}", f"<img {_source(key, asset)}", 1)
        yield whole


def _key(asset: Asset) -> str:
    return hashlib.sha256(asset.data).hexdigest()[:16]


def _same_as(key: str) -> str:
    return f'data-same-as="{key}"'


def _source(key: str, asset: Asset) -> str:
    return f'data-picture="{key}" src="{data_uri(asset)}"'


def data_uri(asset: Asset) -> str:
    """A file as a ``data:`` URI (RFC 2397)."""
    return f"data:{asset.media_type};base64,{base64.b64encode(asset.data).decode('ascii')}"


def href(link: Link) -> str:
    """Where a link leads: reveal.js names slides by ``#/ID``; anything else leaves in a new tab."""
    match link:
        case SlideLink(slide=slide):
            return f'href="#/{escape(slide)}"'
        case WebLink(url=url):
            return f'href="{escape(url)}" target="_blank" rel="noopener noreferrer"'


def draw_image(image: PlacedImage, drawing: DrawingContext) -> str:
    """A picture in its box, cropped by hanging over the edges of a box that hides what hangs over."""
    style = within(image.crop)
    picture = f'<img {drawing.pictures.attributes(image.asset)} alt="{escape(image.alt)}" style="{style}">'
    if image.link is not None:
        picture = f"<a {href(image.link)}>{picture}</a>"
    return f'<div{classes("qd-picture", fragment=image.fragment)} style="{place(image.box)}">{picture}</div>'


def draw_layout_picture(item: LayoutPicture) -> str:
    """A picture of a layout in its box, hidden from screen readers, with its own source."""
    picture = f'<img src="{data_uri(item.asset)}" alt="" style="{within(item.crop)}">'
    return f'<div class="qd-picture" style="{place(item.box)}" aria-hidden="true">{picture}</div>'


def within(crop: tuple[float, float, float, float] | None) -> str:
    """The declarations of a picture in a box that hides what hangs over its edges."""
    if crop is None:
        return "left:0;top:0;width:100%;height:100%"
    left, top, right, bottom = crop
    wide, high = 1 / (1 - left - right), 1 / (1 - top - bottom)
    return f"left:{-left * wide:.4%};top:{-top * high:.4%};width:{wide:.4%};height:{high:.4%}"


def draw_media(placed: PlacedMedia) -> str:
    """A video or sound in its box; reveal.js starts what plays by itself when its slide is entered."""
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


@lru_cache(maxsize=2048)
def formula_source(tex: str, size: float, color: str, *, inline: bool) -> str:
    """A formula drawn in type of ``size`` px, as a ``data:`` URI."""
    svg = formula_svg(tex, size, color, inline=inline)
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode('ascii')}"


def inline_formula(tex: str, size: float, color: str) -> str:
    """A formula within a line: it sits on the text's baseline and doesn't make the line higher."""
    measured = formula_size(tex, inline=True)
    height, depth = measured.height * size, measured.depth * size
    # The margins take away all of the picture's height, so the line keeps its own.
    margins = f"margin-top:{px(depth - height)};margin-bottom:{px(-depth)}"
    style = f"width:{px(measured.width * size)};height:{px(height)};{margins}"
    source = formula_source(tex, size, color, inline=True)
    return f'<img class="qd-formula" src="{source}" alt="{escape(tex)}" style="{style}">'


def draw_math(math: PlacedMath) -> str:
    """A displayed formula, as large as its box."""
    source = formula_source(math.tex, math.size, math.color, inline=False)
    attributes = f' src="{source}" alt="{escape(math.tex)}" style="{place(math.box)}"'
    return f"<img{classes('qd-math', fragment=math.fragment)}{attributes}>"
