"""Font files: which there are, and which a deck's pages embed.

A theme names families that Office has (Arial, Calibri, Courier New).  Each has a twin with the
same metrics under a free licence; the twin is measured here and embedded in the HTML, so that the
text breaks alike everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.installed import STATIC
from quarterdeck.model.theme import Theme

_FOLDER = STATIC / "fonts"
TWINS: Mapping[str, str] = {
    "Arial": "Arimo",
    "Calibri": "Carlito",
    "Courier New": "Cousine",
}
"""Metric-compatible free families by the name that Office knows."""


class FontFile(Struct, frozen=True):
    """One file of a family: some of its characters, in one weight and style."""

    family: str
    """The twin's name, such as ``Arimo``."""
    weight: int
    style: str
    """``normal`` or ``italic``."""
    subset: str
    unicode_range: str
    """As CSS writes it: ``U+0000-00FF,U+0131``."""
    woff2: str
    ttf: str

    def read_ttf(self) -> bytes:
        """The font as uncompressed TrueType, for HarfBuzz."""
        return (_FOLDER / self.ttf).read_bytes()


class FontFace(Struct, frozen=True):
    """A face to embed in a page."""

    family: str
    weight: int
    style: str
    unicode_range: str
    woff2: bytes


@cache
def font_files() -> tuple[FontFile, ...]:
    """Every font file that comes with Quarterdeck; latin comes first in each family.

    Raises:
        QuarterdeckError: where the static files were never made.

    """
    try:
        entries = json.loads((_FOLDER / "fonts.json").read_text("utf-8"))
    except FileNotFoundError:
        raise QuarterdeckError.of(
            "this installation has no fonts to measure text with",
            hint="install the package; in a checkout run: python src/web/hatch_build.py",
            code="missing-static-files",
        ) from None
    return tuple(
        FontFile(
            family=entry["family"],
            weight=int(entry["weight"]),
            style=entry["style"],
            subset=entry["subset"],
            unicode_range=entry["unicodeRange"],
            woff2=entry["woff2"],
            ttf=entry["ttf"],
        )
        for entry in entries
    )


def faces(theme: Theme, is_wanted: Callable[[FontFile], bool] = lambda _: True) -> tuple[FontFace, ...]:
    """The faces of a theme's three families, each once, in a fixed order; only those that are wanted are read."""
    wanted = {family.twin for family in (theme.heading, theme.body, theme.mono)}
    return tuple(
        FontFace(file.family, file.weight, file.style, file.unicode_range, _woff2(file.woff2))
        for file in font_files()
        if file.family in wanted and is_wanted(file)
    )


@cache
def _woff2(name: str) -> bytes:
    return (_FOLDER / name).read_bytes()
