"""How LibreOffice draws a PPTX, compared with what was measured: words, line breaks and places."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lxml import etree

from pptx_deck import SHOW_URL, everything
from quarterdeck.compile.pptx.writing import write_pptx
from quarterdeck.model.content import InlineMath
from quarterdeck.model.placed import PlacedParagraph, PlacedSlide, PlacedText
from quarterdeck.model.theme import WIDTH
from quarterdeck.theme.loading import load_theme
from quarterdeck.theme.placing import place

SLACK = 6.0
"""px that a word may stand beside its box: LibreOffice's own rounding, and the box that it gives a glyph."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page, in px of the slide."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@pytest.fixture(scope="module")
def drawn(
    office: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[PlacedSlide, list[Word]]]:
    """Each slide that is shown, with the words that LibreOffice drew on it."""
    theme, deck = load_theme("harbour", Path()), everything()
    slides = place(deck, theme, {}).slides
    path = tmp_path_factory.mktemp("office") / "deck.pptx"
    path.write_bytes(write_pptx(deck, slides, theme, show_url=SHOW_URL))
    pages = list(words_of(office(path)))
    return list(zip((placed for placed in slides if not placed.slide.hidden), pages, strict=True))


def words_of(pdf: Path) -> Iterator[list[Word]]:
    """The words of each page."""
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True)
    for page in etree.fromstring(done.stdout, etree.XMLParser(recover=True)).iter("{*}page"):
        scale = WIDTH / float(page.get("width", 1))
        yield [
            Word(word.text or "", *(float(word.get(edge, 0)) * scale for edge in ("xMin", "yMin", "xMax", "yMax")))
            for word in page.iter("{*}word")
        ]


def texts_of(placed: PlacedSlide) -> Iterator[tuple[PlacedText, PlacedParagraph]]:
    """The paragraphs whose drawing can be compared: from the left, and without formulas and emoji."""
    for element in placed.elements:
        if not isinstance(element, PlacedText):
            continue
        for paragraph in element.paragraphs:
            plain = not any(isinstance(inline, InlineMath) for inline in paragraph.inlines)
            if plain and not paragraph.rtl and all(max(line, default="") < "\u2e80" for line in paragraph.lines):
                yield element, paragraph


@pytest.mark.office
def test_every_line_is_a_line(drawn: list[tuple[PlacedSlide, list[Word]]]) -> None:
    """Text breaks where it was measured to break."""
    for placed, words in drawn:
        for element, paragraph in texts_of(placed):
            left = element.box.x + paragraph.indent - SLACK
            inside = [w for w in words if w.left >= left and w.right <= element.box.right + SLACK]
            lines = set(_lines(inside))
            for line in paragraph.lines:
                wanted = _letters(line)
                assert any(wanted == _letters(found) for found in lines), (placed.slide.id, line, lines)


@pytest.mark.office
def test_no_word_leaves_the_slide(drawn: list[tuple[PlacedSlide, list[Word]]]) -> None:
    """Nothing runs off the slide."""
    for placed, words in drawn:
        assert words, placed.slide.id
        for word in words:
            assert word.left >= 0, (placed.slide.id, word)
            assert word.right <= WIDTH, (placed.slide.id, word)
            assert word.bottom <= WIDTH * 9 / 16, (placed.slide.id, word)


@pytest.mark.office
def test_first_lines_stand_at_the_top_of_their_boxes(drawn: list[tuple[PlacedSlide, list[Word]]]) -> None:
    """Text that is anchored at the top begins there."""
    seen = 0
    for placed, words in drawn:
        for element, first in texts_of(placed):
            if element.anchor != "top" or first is not element.paragraphs[0] or not first.lines:
                continue
            seen += 1
            top, bottom = element.box.y - SLACK, element.box.y + first.line_height + SLACK
            beginning = [
                w for w in words if w.top >= top and w.bottom <= bottom and _letters(first.lines[0]).startswith(w.text)
            ]
            assert beginning, (placed.slide.id, first.lines[0])
    assert seen > 5


def _lines(words: list[Word]) -> Iterator[str]:
    """Words that stand on one line, joined."""
    rows: dict[int, list[Word]] = {}
    for word in words:
        middle = (word.top + word.bottom) / 2
        row = next((key for key in rows if abs(key - middle) <= 8), round(middle))
        rows.setdefault(row, []).append(word)
    for row in rows.values():
        yield " ".join(word.text for word in sorted(row, key=lambda word: word.left))


def _letters(line: str) -> str:
    """A line without its blanks, which a PDF hasn't, and without raised numbers' places."""
    return re.sub(r"[\s\x0b\u00a0]+", "", line)
