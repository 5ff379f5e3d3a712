"""Widths of text, measured with HarfBuzz on the embedded fonts.

All widths are in em: multiply by the size.  Kerning is on, as it is in browsers and in Office.
Text is measured word by word and each word only once; the kerning between a space and the word
after it is added, so that the sum equals the width of the whole line.

Characters that no embedded face has are drawn by a fallback font, which can't be known here.  They
are taken to be wide rather than narrow: East Asian wide characters, emoji and symbols 1 em, other
letters 0.6 em, marks that combine and invisible characters nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from quarterdeck.theme.measure.fonts import FontFile, font_files

if TYPE_CHECKING:
    import uharfbuzz

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
