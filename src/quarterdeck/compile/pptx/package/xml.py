"""XML as text: escaping, and the units that DrawingML counts in.

Parts are written as strings, because a document tree of every slide costs many times as much as
the text itself.  Everything from an author goes through :func:`text` or :func:`attribute`.
"""

from __future__ import annotations

import re

from quarterdeck.model.theme import EMU_PER_PX, Box

DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that XML 1.0 (2.2) doesn't allow in any form; they are left out."""
_SPECIAL = re.compile("[\x00-\x1f&<>\ud800-\udfff\ufffe\uffff]")


def text(value: str) -> str:
    """Escape character data."""
    if not _SPECIAL.search(value):
        return value
    value = _ILLEGAL.sub("", value)
    return value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#13;")


def attribute(value: str) -> str:
    """The value of an attribute in double quotes; line breaks and tabs are preserved."""
    return text(value).replace('"', "&quot;").replace("\t", "&#9;").replace("\n", "&#10;")


def emu(px: float) -> int:
    """A length in English Metric Units (ECMA-376 part 1, 20.1.10.16)."""
    return round(px * EMU_PER_PX)


def centipoints(px: float) -> int:
    """A size of type or a line height in hundredths of a point (20.1.10.72): 1 px is 75."""
    return round(px * 75)


def extent(box: Box, element: str = "a:xfrm") -> str:
    """The place and size of a shape: ``a:xfrm``, or ``p:xfrm`` in a graphic frame.

    Edges are rounded rather than sizes, so that what touches on the slide touches in the file.
    """
    x, y = emu(box.x), emu(box.y)
    return (
        f'<{element}><a:off x="{x}" y="{y}"/>'
        f'<a:ext cx="{max(0, emu(box.right) - x)}" cy="{max(0, emu(box.bottom) - y)}"/></{element}>'
    )
