"""SVG drawings in the theme's colours: ``var(--qd-TOKEN, #rrggbb)`` in one becomes the colour of that token.

It is how CSS names a custom property (CSS Custom Properties, 3), so programs that don't know the theme show
the colour behind the comma.  It is replaced before anything is drawn, because neither PowerPoint nor what makes
PNGs of SVGs evaluates it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from quarterdeck.lazy import replace
from quarterdeck.model.content import Asset

SVG = "image/svg+xml"
_MARK = b"var(--qd-"
_TOKEN = re.compile(r"var\(\s*--qd-([a-z0-9-]+)\s*(?:,\s*(#[0-9a-fA-F]{3,8}|[a-zA-Z]+)\s*)?\)")


def dressed(asset: Asset, colors: Mapping[str, str]) -> Asset:
    """The drawing in the colours that hold on a slide; any other picture as it is."""
    if asset.media_type != SVG or _MARK not in asset.data:
        return asset
    return _dressed(asset, tuple(colors.items()))


@lru_cache(maxsize=256)
def _dressed(asset: Asset, colors: tuple[tuple[str, str], ...]) -> Asset:
    tokens = dict(colors)

    def color(found: re.Match[str]) -> str:
        return tokens.get(found[1]) or found[2] or found[0]

    text = asset.data.decode("utf-8", "surrogateescape")
    return replace(asset, data=_TOKEN.sub(color, text).encode("utf-8", "surrogateescape"))
