"""Pictures: PNG, JPEG, GIF and WebP as they are, SVG as a picture too, so that no script in it can run."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from quarterdeck.compile.reveal.markup import classes, escape, place
from quarterdeck.lazy import dataclass, field
from quarterdeck.model.content import Asset, Link, SlideLink, WebLink
from quarterdeck.model.placed import PlacedImage

if TYPE_CHECKING:
    from quarterdeck.compile.reveal.drawing import Drawing


@dataclass(slots=True)
class PictureSources:
    """Gives each picture its source, so that one shown many times is in the page once."""

    first: dict[str, str] = field(default_factory=dict)
    """The attributes of each picture's first use, by its key."""

    def attributes(self, asset: Asset) -> str:
        """``src`` for a picture's first use; later ones name the first, and the page's script copies its source."""
        key = hashlib.sha256(asset.data).hexdigest()[:16]
        if key in self.first:
            return _same_as(key)
        self.first[key] = f'data-picture="{key}" src="{data_uri(asset)}"'
        return self.first[key]


def shown_once(parts: Iterable[tuple[str, Mapping[str, str]]]) -> Iterator[str]:
    """Parts of a page that were drawn apart, each with the first uses in it; what is in an earlier one is named."""
    seen: set[str] = set()
    for part, first in parts:
        for key, attributes in first.items():
            if key in seen:
                part = part.replace(attributes, _same_as(key), 1)  # noqa: PLW2901
        seen.update(first)
        yield part


def _same_as(key: str) -> str:
    return f'data-same-as="{key}"'


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


def draw_image(image: PlacedImage, drawing: Drawing) -> str:
    """A picture in its box, cropped by hanging over the edges of a box that hides what hangs over."""
    style = _within(image.crop)
    picture = f'<img {drawing.pictures.attributes(image.asset)} alt="{escape(image.alt)}" style="{style}">'
    if image.link is not None:
        picture = f"<a {href(image.link)}>{picture}</a>"
    return f'<div{classes("qd-picture", fragment=image.fragment)} style="{place(image.box)}">{picture}</div>'


def _within(crop: tuple[float, float, float, float] | None) -> str:
    if crop is None:
        return "left:0;top:0;width:100%;height:100%"
    left, top, right, bottom = crop
    wide, high = 1 / (1 - left - right), 1 / (1 - top - bottom)
    return f"left:{-left * wide:.4%};top:{-top * high:.4%};width:{wide:.4%};height:{high:.4%}"
