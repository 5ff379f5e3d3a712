"""Font files, and the widths of text that HarfBuzz measures on them.

A theme names families that Office has (Arial, Calibri, Courier New, Georgia).  Each has a twin with the same metrics
under a free licence; the twin is measured here and embedded in the HTML, so that the text breaks alike everywhere.

All widths are in em: multiply by the size.  Kerning is on, as it is in browsers and in Office.  Text is measured word
by word and each word only once; the kerning between a space and the word after it is added, so that the sum equals the
width of the whole line.

Characters that no embedded face has are drawn by a fallback font, which can't be known here.  They are taken to be
wide rather than narrow: East Asian wide characters, emoji and symbols 1 em, other letters 0.6 em, marks that combine
and invisible characters nothing.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.installed import STATIC
from quarterdeck.model.theme import Theme

if TYPE_CHECKING:
    import uharfbuzz

_FOLDER = STATIC / "fonts"
TWINS: Mapping[str, str] = {
    "Arial": "Arimo",
    "Calibri": "Carlito",
    "Courier New": "Cousine",
    "Georgia": "Gelasio",
}
"""Metric-compatible free families by the name that Office knows."""
SERIFS = frozenset({"Gelasio"})
"""The twins that are serifs."""


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


BOLD = 700
REGULAR = 400
FALLBACK_SYMBOL = 1.0
FALLBACK_LETTER = 0.6
_WORDS = re.compile(r" +|[^ ]+")


class Face(NamedTuple):
    """A family in one weight and style."""

    family: str
    """The twin's name, such as ``Arimo``."""
    bold: bool = False
    italic: bool = False


@cache
def x_height(family: str) -> float:
    """The height in em of a family's small letters, those of the ``x``."""
    font = _font(_files(Face(family))[0])
    return float(font.get_glyph_extents(font.get_nominal_glyph(ord("x"))).y_bearing / font.face.upem)


@lru_cache(maxsize=65536)
def word_width(face: Face, word: str) -> float:
    """The width in em of a text without spaces."""
    total = 0.0
    for index, letters in groupby(word, key=lambda c: _subset(face, c)):
        text = "".join(letters)
        total += sum(map(_fallback_width, text)) if index is None else _shaped(face, index, text)
    return total


@lru_cache(maxsize=4096)
def space_width(face: Face, before: str = "") -> float:
    """The width in em of a space, kerned with the character before it."""
    if before and _subset(face, before) != 0:
        before = ""
    return _shaped(face, 0, f"{before} ") - (_shaped(face, 0, before) if before else 0.0)


@lru_cache(maxsize=4096)
def space_kerning(face: Face, character: str) -> float:
    """The kerning in em between a space and the character after it; usually 0, or negative."""
    if _subset(face, character) != 0:
        return 0.0
    return _shaped(face, 0, f" {character}") - space_width(face) - _shaped(face, 0, character)


def text_width(face: Face, text: str) -> float:
    """The width in em of a text on one line."""
    if " " not in text:
        return word_width(face, text) if text else 0.0
    total = 0.0
    before = ""
    for word in _WORDS.findall(text):
        if word[0] == " ":
            total += space_width(face, before) + (len(word) - 1) * space_width(face)
        else:
            total += word_width(face, word)
            if before == " ":
                total += space_kerning(face, word[0])
        before = word[-1]
    return total


@cache
def _files(face: Face) -> tuple[FontFile, ...]:
    weight, style = (BOLD if face.bold else REGULAR), ("italic" if face.italic else "normal")
    return tuple(f for f in font_files() if (f.family, f.weight, f.style) == (face.family, weight, style))


@cache
def _font(file: FontFile) -> uharfbuzz.Font:
    import uharfbuzz  # 10 ms that commands which place nothing shouldn't pay

    return uharfbuzz.Font(uharfbuzz.Face(uharfbuzz.Blob(file.read_ttf())))


@lru_cache(maxsize=8192)
def _subset(face: Face, character: str) -> int | None:
    """The place of the first file of a face that has a character."""
    for index, file in enumerate(_files(face)):
        if _font(file).get_nominal_glyph(ord(character)) is not None:
            return index
    return None


def _shaped(face: Face, index: int, text: str) -> float:
    import uharfbuzz  # as above

    font = _font(_files(face)[index])
    buffer = uharfbuzz.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    uharfbuzz.shape(font, buffer, {"kern": True})
    return float(sum(glyph.x_advance for glyph in buffer.glyph_positions) / font.face.upem)


def _fallback_width(character: str) -> float:
    category = unicodedata.category(character)
    if category in {"Mn", "Me", "Cf", "Cc"} or "\ufe00" <= character <= "\ufe0f":
        return 0.0
    wide = unicodedata.east_asian_width(character) in "WF"
    return FALLBACK_LETTER if category.startswith("L") and not wide else FALLBACK_SYMBOL
