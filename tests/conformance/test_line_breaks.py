"""Lines break alike in Chromium, in LibreOffice, and in what the theme measured."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from conftest import missing
from quarterdeck.model.content import Block, Column, List, ListItem, Paragraph, Row, Run, Table
from quarterdeck.model.deck import Deck, Layout, Slide
from quarterdeck.model.placed import PlacedCell, PlacedParagraph, PlacedSlide, PlacedTable, PlacedText
from quarterdeck.theme.placement.place import place
from support.drawn_text import Word, letters, words_of
from support.placed_decks import HARBOUR, deck_of, elements

if TYPE_CHECKING:
    from playwright.sync_api import Browser

WORDS = re.findall(
    r"\S+",
    "the container runs a process with its own view of files and network Docker starts it from an image which is a "
    "file system and default command volumes outlive containers so data survives --rm -it --detach e-mail "
    "state-of-the-art AVATAR Tomorrow Yes, /var/lib/docker well-known “quoted” it’s ports: 8080:80 nginx:1.22 kernel "
    "namespaces limit what processes see control groups limit Straße naïve multi-stage Привет Ελλάδα word—dash 10-20",
)
SLIDES = 40
AGREEMENT = 0.985
"""Share of lines that must be the same; see the budget of broken lines in the prototypes' findings."""


def runs(chance: random.Random) -> tuple[Run, ...]:
    """A paragraph of words at random, some of them bold, italic or code."""
    made: list[Run] = []
    words: list[str] = []
    for _ in range(chance.randint(10, 40)):
        words.append(chance.choice(WORDS))
        if chance.random() < 0.12:
            text = " ".join(words) + " "
            looks = (Run(text, bold=True), Run(text, italic=True), Run(text, code=True), Run(text))
            made.append(chance.choice(looks))
            words = []
    return (*made, Run(" ".join(words) or "end"))


@pytest.fixture(scope="module")
def deck() -> Deck:
    """Slides of random paragraphs, in one column and in two; the same at every run."""
    chance = random.Random(20)
    slides = []
    for number in range(SLIDES):
        if number % 2:
            items = tuple(ListItem((Paragraph(runs(chance)),)) for _ in range(2))
            slots: dict[str, tuple[Block, ...]] = {"body": (Paragraph(runs(chance)), List(items))}
            slides.append(Slide(f"s{number}", Layout.CONTENT, (), slots))
        else:
            slots = {side: (Paragraph(runs(chance)),) for side in ("left", "right")}
            slides.append(Slide(f"s{number}", Layout.TWO_COLUMNS, (), slots))
    return replace(deck_of(*slides), footer=None)


@pytest.fixture(scope="module")
def slides(deck: Deck) -> tuple[PlacedSlide, ...]:
    """The slides, placed; all of them fit."""
    placed = place(deck, HARBOUR, {})
    assert placed.diagnostics == ()
    return placed.slides


TABLES = 16
CODE = ("docker compose --profile test up", "--publish-all", "docker-compose.override.yml", "multi-stage-build", "ro,z")


def cell(chance: random.Random, words: int) -> tuple[Run, ...]:
    """The content of a cell: words, a command with hyphens, or both."""
    text = " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, words)))
    return chance.choice(((Run(text),), (Run(f"{text} "), Run(chance.choice(CODE), code=True), Run(" now"))))


@pytest.fixture(scope="module")
def tables() -> tuple[PlacedSlide, ...]:
    """Slides with tables of random cells, three or four columns wide; the same at every run."""
    chance = random.Random(21)
    made = []
    for number in range(TABLES):
        columns = chance.randint(3, 4)
        rows = tuple(Row(tuple(cell(chance, 9) for _ in range(columns))) for _ in range(3))
        header = Row(tuple((Run(chance.choice(WORDS)),) for _ in range(columns)))
        table = Table(tuple(Column() for _ in range(columns)), header, rows)
        made.append(Slide(f"t{number}", Layout.CONTENT, (), {"body": (table,)}))
    placed = place(replace(deck_of(*made), footer=None), HARBOUR, {})
    assert placed.diagnostics == ()
    return placed.slides


def measured(slides: tuple[PlacedSlide, ...]) -> list[PlacedParagraph]:
    """All paragraphs in order."""
    return [p for slide in slides for text in elements(slide, PlacedText) for p in text.paragraphs]


LINES = """around => [...document.querySelectorAll(`${around} .qd-p`)].map(paragraph => {
  const walker = document.createTreeWalker(paragraph, NodeFilter.SHOW_TEXT);
  const lines = []; let last = null;
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest('.qd-bullet')) continue;
    for (let i = 0; i < node.length; i++) {
      const range = document.createRange();
      range.setStart(node, i); range.setEnd(node, i + 1);
      const boxes = range.getClientRects();
      if (!boxes.length) { if (lines.length) lines[lines.length - 1] += node.data[i]; continue; }
      const box = boxes[boxes.length - 1], middle = box.top + box.height / 2;
      if (last === null || middle > last + 12) { lines.push(''); last = middle; }
      lines[lines.length - 1] += node.data[i];
    }
  }
  return lines.map(line => line.trim());
})"""


@pytest.mark.browser
def test_chromium_breaks_cells_as_measured(tables: tuple[PlacedSlide, ...], chromium: Browser, tmp_path: Path) -> None:
    """Rows are as high as measured, so that a table keeps to its slide."""
    found = drawn_lines(tables, chromium, tmp_path, ".qd-table")
    wanted = [list(cell.paragraph.lines) for slide in tables for cell in cells_of(slide)]
    assert len(found) == len(wanted)
    agreement(wanted, found)


def cells_of(slide: PlacedSlide) -> list[PlacedCell]:
    """The cells of a slide's tables, row by row."""
    return [cell for table in elements(slide, PlacedTable) for row in table.rows for cell in row]


@pytest.mark.office
def test_libreoffice_breaks_cells_as_measured(
    tables: tuple[PlacedSlide, ...], office: Callable[[Path], Path], tmp_path: Path
) -> None:
    """The cells of the PPTX have the same lines as those of the HTML, code with hyphens included."""
    wanted, found = [], []
    for slide, words in zip(tables, words_of(pdf_of(tables, office, tmp_path)), strict=True):
        for table in elements(slide, PlacedTable):
            top = table.box.y
            for row, height in zip(table.rows, table.row_heights, strict=True):
                left = table.box.x
                for cell, width in zip(row, table.column_widths, strict=True):
                    there = [w for w in words if left <= w.left < left + width and top <= middle_of(w) < top + height]
                    wanted.append([letters(line) for line in cell.paragraph.lines])
                    found.append(lines_of(there, cell.paragraph.line_height))
                    left += width
                top += height
    agreement(wanted, found)


def middle_of(word: Word) -> float:
    """The height at which it is."""
    return (word.top + word.bottom) / 2


def lines_of(words: list[Word], line_height: float) -> list[str]:
    """Words as the lines that they are on."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=middle_of):
        if not lines or middle_of(word) > middle_of(lines[-1][0]) + line_height / 2:
            lines.append([])
        lines[-1].append(word)
    return ["".join(letters(word.text) for word in sorted(line, key=lambda word: word.left)) for line in lines]


@pytest.mark.browser
def test_chromium_breaks_lines_as_measured(slides: tuple[PlacedSlide, ...], chromium: Browser, tmp_path: Path) -> None:
    """The audience sees the lines that were measured, so that nothing leaves its box."""
    found = drawn_lines(slides, chromium, tmp_path, ":is(.qd-body, .qd-left, .qd-right)")
    wanted = [list(paragraph.lines) for paragraph in measured(slides)]
    assert len(found) == len(wanted)
    agreement(wanted, found)


@pytest.mark.office
def test_libreoffice_breaks_lines_as_measured(
    slides: tuple[PlacedSlide, ...], office: Callable[[Path], Path], tmp_path: Path
) -> None:
    """The PPTX has the same lines as the HTML."""
    if shutil.which("pdftotext") is None:
        missing("office", "pdftotext is not on the PATH, to read the pages with")
    pdf = pdf_of(slides, office, tmp_path)
    boxes = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    pages = boxes.split("<page ")[1:]
    assert len(pages) == len(slides)
    wanted, found = [], []
    for slide, page in zip(slides, pages, strict=True):
        for line, words in lines_of_page(slide, page):
            wanted.append([line.replace(" ", "")])
            found.append([words])
    agreement(wanted, found)


def drawn_lines(slides: tuple[PlacedSlide, ...], chromium: Browser, folder: Path, around: str) -> list[list[str]]:
    """The lines of each paragraph within the elements that a selector names, as Chromium breaks them."""
    from quarterdeck.compile.reveal.page import write_html

    path = folder / "deck.html"
    path.write_text(write_html(deck_of(*(placed.slide for placed in slides)), slides, HARBOUR, {}), "utf-8")
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(f"{path.as_uri()}?view=print")
    page.add_style_tag(content=".qd-slide, .reveal .slides > section { display: block !important; }")
    page.evaluate("document.fonts.ready")
    found: list[list[str]] = page.evaluate(LINES, around)
    page.close()
    return found


def pdf_of(slides: tuple[PlacedSlide, ...], office: Callable[[Path], Path], folder: Path) -> Path:
    """The slides as LibreOffice prints them."""
    from quarterdeck.compile.pptx.writer import write_pptx

    path = folder / "deck.pptx"
    deck = deck_of(*(placed.slide for placed in slides))
    path.write_bytes(write_pptx(deck, slides, HARBOUR, show_url="http://127.0.0.1:7777"))
    return office(path)


def lines_of_page(slide: PlacedSlide, page: str) -> list[tuple[str, str]]:
    """Each measured line, with what LibreOffice drew in its place; without spaces."""
    scale = 1280 / float(re.findall(r'width="([\d.]+)"', page)[0])
    pattern = r'<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="[\d.]+" yMax="([\d.]+)">(.*?)</word>'
    words = [
        (float(x) * scale, (float(top) + float(bottom)) / 2 * scale, unescape(word))
        for x, top, bottom, word in re.findall(pattern, page)
    ]
    made = []
    for text in elements(slide, PlacedText):
        y = text.box.y
        if text.anchor == "middle":  # short columns stand near the middle of their box
            high = sum(p.space_before + p.line_height * len(p.lines) for p in text.paragraphs)
            y += (text.box.height - text.inset_bottom - high) / 2
        for paragraph in text.paragraphs:
            y += paragraph.space_before
            left = text.box.x + paragraph.indent - 3
            for line in paragraph.lines:
                middle, reach = y + paragraph.line_height / 2, paragraph.line_height / 2 - 2
                there = sorted(
                    (x, word) for x, m, word in words if abs(m - middle) < reach and left <= x < text.box.right
                )
                made.append((line, "".join(word for _, word in there)))
                y += paragraph.line_height
    return made


def agreement(wanted: list[list[str]], found: list[list[str]]) -> None:
    """Nearly all lines are the same; those that aren't are shown."""
    total = sum(map(len, wanted))
    other = [(a, b) for a, b in zip(wanted, found, strict=True) if a != b]
    apart = sum(max(sum(x != y for x, y in zip(a, b, strict=False)), abs(len(a) - len(b))) for a, b in other)
    assert total > 200
    assert 1 - apart / total >= AGREEMENT, other
