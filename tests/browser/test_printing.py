"""Decks as PDF, printed by the browser on the machine."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from PIL import Image

from conftest import missing
from quarterdeck import installed as browser_module
from quarterdeck.compile.reveal.page import write_html
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.project.outputs import pdf as printing
from quarterdeck.project.outputs.pdf import print_deck, slide_pictures
from quarterdeck.project.project import load_project
from support import example_deck
from support.company_templates import petrel

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page() -> bytes:
    """The example deck."""
    return example_deck.example_page().encode()


def pages_of(pdf: bytes, folder: Path) -> list[str]:
    """The text of each page."""
    if shutil.which("pdftotext") is None:
        missing("office", "pdftotext is not on the PATH, to read the pages with")
    path = folder / "deck.pdf"
    path.write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    return text.removesuffix("\f").split("\f")


@pytest.fixture(autouse=True)
def browser() -> None:
    """Any browser that prints."""
    try:
        printing.find_browser()
    except QuarterdeckError as error:
        missing("browser", str(error))


def test_a_page_a_slide(page: bytes, tmp_path: Path) -> None:
    """Each slide is printed whole, its demo with the last screen; printing again gives the same bytes."""
    pdf = print_deck(page)
    pages = pages_of(pdf, tmp_path)
    assert len(pages) == len(example_deck.deck().slides)
    assert re.search(r"inner.*Last,", pages[1], flags=re.DOTALL)
    assert re.search(r"one.*two.*three", pages[8], flags=re.DOTALL)
    assert print_deck(page) == pdf


def test_a_picture_a_slide(page: bytes) -> None:
    """Of the whole slide and nothing beside it, the same each time."""
    pictures = slide_pictures(page)
    assert len(pictures) == len(example_deck.deck().slides)
    for data in pictures:
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.size == (2560, 1440)
            colors = picture.convert("RGB").resize((64, 36)).getcolors(64 * 36)
            assert colors is not None
            assert len(colors) > 2
    assert len(set(pictures)) == len(pictures)


def test_a_page_a_fragment(page: bytes, tmp_path: Path) -> None:
    """With fragments there is a page for each press: what isn't there yet is on none of those before."""
    slides = example_deck.deck().slides
    pages = pages_of(print_deck(page, fragments=True), tmp_path)
    assert len(pages) == len(slides) + sum(slide.fragments for slide in slides)
    assert ["inner" in text for text in pages[1:4]] == [False, True, True]
    assert ["Last," in text for text in pages[1:4]] == [False, False, True]


@pytest.mark.parametrize("fragments", [False, True])
@pytest.mark.parametrize("resolution", [96, 200])
def test_a_slide_covers_its_page(tmp_path: Path, page: bytes, fragments: bool, resolution: int) -> None:
    """There is no line at the foot nor at the right edge, where what is behind the slide would show."""
    if shutil.which("pdftoppm") is None:
        missing("office", "pdftoppm is not on the PATH, to look at the pages with")
    (tmp_path / "deck.pdf").write_bytes(print_deck(page, fragments=fragments))
    draw = ["pdftoppm", "-r", str(resolution), "-png", "-l", "4", str(tmp_path / "deck.pdf"), str(tmp_path / "page")]
    subprocess.run(draw, check=True)
    drawn = sorted(tmp_path.glob("page*.png"))
    assert drawn
    for path in drawn:
        with Image.open(path) as picture:
            pixels = picture.convert("RGB")
        lowest, above = (pixels.getpixel((9, pixels.height - row)) for row in (1, 9))
        assert lowest == above, path.name
        last, before = (pixels.getpixel((pixels.width - column, 9)) for column in (1, 9))
        assert isinstance(last, tuple)
        assert isinstance(before, tuple)
        assert all(shown >= inside for shown, inside in zip(last, before, strict=True)), (
            "paper at most, never a dark line"
        )


def test_a_browser_that_fails_is_named(page: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The browser's own last words are in the message."""
    broken = tmp_path / "chromium"
    broken.write_text("#!/bin/sh\necho 'no display, no luck' >&2\nexit 3\n")
    broken.chmod(0o755)
    monkeypatch.setattr(browser_module, "BROWSERS", (str(broken),))
    with pytest.raises(QuarterdeckError, match="did not print the PDF: no display, no luck") as caught:
        print_deck(page)
    assert "?print-pdf" in (caught.value.diagnostics[0].hint or "")


def test_what_stands_beyond_the_edge_takes_no_page(tmp_path: Path) -> None:
    """The template's date begins on the slide and ends below it."""
    (tmp_path / "deck.md").write_text(f"---\ndate: Today\ntheme: {petrel(tmp_path).name}\n---\n# One\n\n---\n# Two\n")
    project = load_project(tmp_path / "deck.md")
    page = write_html(project.deck, project.slides, project.theme, project.casts).encode()
    assert len(pages_of(print_deck(page), tmp_path)) == 2
