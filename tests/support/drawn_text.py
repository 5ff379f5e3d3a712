"""Text as Chromium and LibreOffice draw it: where it stands, where it breaks, how large it is; px of the slide."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lxml import etree

from conftest import missing
from quarterdeck.model.content import InlineMath
from quarterdeck.model.placed import (
    PlacedChart,
    PlacedCode,
    PlacedImage,
    PlacedMath,
    PlacedMedia,
    PlacedParagraph,
    PlacedSlide,
    PlacedTable,
    PlacedTerminal,
    PlacedText,
)
from quarterdeck.model.theme import HEIGHT, WIDTH, Box

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page of a PDF."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


def words_of(pdf: Path) -> list[list[Word]]:
    """The words of each page, as wide as a slide."""
    if shutil.which("pdftotext") is None:
        missing("office", "pdftotext is not on the PATH, to read the pages with")
    done = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True)
    pages = []
    for page in etree.fromstring(done.stdout, etree.XMLParser(recover=True)).iter("{*}page"):
        scale = WIDTH / float(page.get("width", 1))
        edges = ("xMin", "yMin", "xMax", "yMax")
        pages.append([Word(w.text or "", *(float(w.get(e, 0)) * scale for e in edges)) for w in page.iter("{*}word")])
    return pages


def letters(text: str) -> str:
    """A text without its blanks, which a PDF hasn't."""
    return re.sub(r"[\s\x0b\u00a0]+", "", text)


def measurable(paragraph: PlacedParagraph) -> bool:
    """Whether every renderer has the paragraph's letters and sets them from left to right."""
    plain = not any(isinstance(inline, InlineMath) for inline in paragraph.inlines)
    return plain and not paragraph.rtl and all(max(line, default="") < "\u2e80" for line in paragraph.lines)


def lines_in_place(
    placed: PlacedSlide, words: Sequence[Word]
) -> Iterator[tuple[PlacedParagraph, str, str, list[Word]]]:
    """Each measured line of a slide's text, and what LibreOffice drew in its place."""
    for text in (element for element in placed.elements if isinstance(element, PlacedText)):
        high = sum(p.space_before + p.line_height * len(p.lines) for p in text.paragraphs)
        spare = text.box.height - text.inset_bottom - high
        y = text.box.y + {"top": 0.0, "middle": 0.5, "bottom": 1.0}[text.anchor] * spare
        for paragraph in text.paragraphs:
            y += paragraph.space_before
            for line in paragraph.lines:
                middle, reach = y + paragraph.line_height / 2, paragraph.line_height / 2 - 2
                there = sorted(
                    (
                        word
                        for word in words
                        if abs((word.top + word.bottom) / 2 - middle) < reach
                        and text.box.x + paragraph.indent - 3 <= word.left < text.box.right
                    ),
                    key=lambda word: word.left,
                )
                yield paragraph, line, "".join(word.text for word in there), there
                y += paragraph.line_height


def boxes(placed: PlacedSlide) -> Iterator[Box]:
    """The boxes that words may stand in."""
    for element in placed.elements:
        match element:
            case PlacedText() | PlacedCode() | PlacedTable() | PlacedImage() | PlacedMath():
                yield element.box
            case PlacedChart() | PlacedMedia() | PlacedTerminal():
                yield element.box


DRAWN = """() => [...document.querySelectorAll('.slides > section')].map(slide => {
  const origin = slide.getBoundingClientRect(), at = rect => [rect.left - origin.left, rect.top - origin.top,
    rect.right - origin.left, rect.bottom - origin.top];
  const holders = '.qd-text, .qd-code, td, th, .qd-bar, .qd-screens, svg.qd-chart';
  const words = [];
  const walker = document.createTreeWalker(slide, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, holder = node.parentElement.closest(holders);
    if (!holder || node.parentElement.closest('aside.notes') || !node.data.trim()) continue;
    for (const word of node.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      for (const rect of range.getClientRects())
        words.push([word[0], at(rect), at(holder.getBoundingClientRect()), holder.className.baseVal
          ?? (holder.className || holder.tagName)]);
    }
  }
  const paragraphs = [...slide.querySelectorAll('.qd-text:not(.qd-footer, .qd-date, .qd-number) .qd-p')].map(p => {
    const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
    const found = []; let last = null;
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.parentElement.closest('.qd-bullet, .qd-math, svg')) continue;
      for (let i = 0; i < node.length; i++) {
        const range = document.createRange();
        range.setStart(node, i); range.setEnd(node, i + 1);
        const rects = range.getClientRects();
        if (!rects.length) { if (found.length) found[found.length - 1] += node.data[i]; continue; }
        const box = rects[rects.length - 1], middle = box.top + box.height / 2;
        if (last === null || middle > last + 12) { found.push(''); last = middle; }
        found[found.length - 1] += node.data[i];
      }
    }
    return [parseFloat(getComputedStyle(p).fontSize), found.map(line => line.trim())];
  });
  return {id: slide.id, words, paragraphs};
})"""


def drawn_in_browser(html: str, chromium: Browser, folder: Path) -> list[dict[str, Any]]:
    """What Chromium draws of each slide, hidden ones too: text with its box, and paragraphs with size and lines."""
    path = folder / "deck.html"
    path.write_text(html, "utf-8")
    page = chromium.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    page.goto(path.as_uri())
    page.wait_for_selector(".reveal.ready")
    page.add_style_tag(
        content=".reveal .slides { transform: none !important; zoom: 1 !important; }"
        ".reveal .slides > section { display: block !important; visibility: visible !important;"
        " transform: none !important; transition: none !important; } .qd-xterm { display: none; }"
        " .qd-screen { visibility: visible !important; }"
    )
    page.evaluate("document.fonts.ready")
    found: list[dict[str, Any]] = page.evaluate(DRAWN)
    page.close()
    return found
