"""Pictures, videos and sounds: ``![alt](file "caption"){width=60%}``."""

from __future__ import annotations

import re

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.model.content import Image, Length, Media, Run
from quarterdeck.source.assets import Assets
from quarterdeck.source.markdown.attributes import Attributes
from quarterdeck.source.markdown.context import Fragments
from quarterdeck.source.markdown.inlines import FRAGMENT, PictureMark

KEYS = ("width", "height", "crop", "caption", "poster", "autoplay", "loop", "decorative", "full-bleed", FRAGMENT)
_LENGTH = re.compile(r"(\d{1,4}(?:\.\d{1,3})?)(%|px)?\Z")


class PictureReader(Struct):
    """Turns pictures met in text into blocks."""

    assets: Assets
    fragments: Fragments
    found: Diagnostics

    def read(self, mark: PictureMark, around: int | None) -> Image | Media | None:
        """The picture, or None after telling why there is none."""
        attributes = mark.attributes
        attributes.report_unknown(KEYS, lambda _: mark.span, self.found, "of a picture")
        asset = self.assets.load(mark.source, mark.span)
        fragment = self.fragments.place(around, own=attributes.has(FRAGMENT))
        if asset is None:
            return None
        width = parse_length(attributes, "width", mark.span, self.found)
        if not asset.media_type.startswith("image/"):
            poster = attributes.values.get("poster")
            return Media(
                asset,
                mark.alt,
                poster=self.assets.load(poster, mark.span) if poster else None,
                width=width,
                autoplay=attributes.has("autoplay"),
                loop=attributes.has("loop"),
                fragment=fragment,
                span=mark.span,
            )
        caption = attributes.values.get("caption") or mark.title
        decorative = ("decorative",) if attributes.has("decorative") else ()
        return Image(
            asset,
            "" if decorative else mark.alt,
            caption=(Run(caption),) if caption else (),
            width=width,
            height=parse_length(attributes, "height", mark.span, self.found),
            crop=self._crop(attributes, mark.span),
            full_bleed=attributes.has("full-bleed"),
            link=mark.link,
            fragment=fragment,
            classes=(*decorative, *(n for n in attributes.classes if n not in (FRAGMENT, "full-bleed", "decorative"))),
            span=mark.span,
        )

    def _crop(self, attributes: Attributes, span: SourceSpan) -> tuple[float, float, float, float] | None:
        text = attributes.values.get("crop")
        if text is None:
            return None
        words = text.replace(",", " ").split()
        shares = [float(m[1]) / 100 for word in words if (m := _LENGTH.match(word)) and m[2] != "px"]
        if len(shares) == len(words) == 1:
            shares *= 4
        if len(shares) == 4 and len(words) in (1, 4) and shares[0] + shares[2] < 1 and shares[1] + shares[3] < 1:
            return shares[0], shares[1], shares[2], shares[3]
        self.found.error(
            f"unknown crop '{text}'",
            span,
            hint='say how much is cut off left, top, right and bottom: crop="10% 0 10% 5%"',
            code="wrong-type",
        )
        return None


def parse_length(attributes: Attributes, key: str, span: SourceSpan, found: Diagnostics) -> Length | None:
    """The length given for ``key``; a bare number is in pixels."""
    text = attributes.values.get(key)
    if text is None:
        return None
    match = _LENGTH.match(text)
    if match and float(match[1]) > 0 and not (match[2] == "%" and float(match[1]) > 100):
        return Length(float(match[1]), match[2] or "px")
    found.error(
        f"'{text}' is not a {key}",
        span,
        hint="a share of the space (60%) or pixels of a 1280-px slide (320px)",
        code="wrong-type",
    )
    return None
