"""No text leaves its box, and lines break and are as large as was measured, in Chromium and in LibreOffice."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace
from PIL import Image

from quarterdeck.model.deck import Layout
from quarterdeck.model.placed import PlacedText
from quarterdeck.model.theme import HEIGHT, WIDTH
from quarterdeck.project.outputs.formats import html, pdf, pptx
from quarterdeck.project.project import Project, load_project
from quarterdeck.source.deck import load_deck
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support.conformance_deck import choices, project
from support.drawn_text import boxes, drawn_in_browser, letters, lines_in_place, measurable, words_of
from support.flagship import FLAGSHIP
from support.generated_deck import generated, some_words
from tools.side_by_side import difference, pairs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["choices", "project"]

SLIDES = int(os.environ.get("QUARTERDECK_GENERATED", "96"))
"""How many slides are generated."""
SEED = int(os.environ.get("QUARTERDECK_GENERATED_SEED", "1"))
SLACK = 1.5
"""px that Chromium's boxes of letters may stand beside theirs."""
OFFICE_SLACK = 6.0
"""px beside a box: LibreOffice's own rounding, and the side bearings of letters."""
FONT_BOX = 1.303
"""Height of a word's box in a PDF of LibreOffice, as a share of its size: that of Liberation's font box."""
ALIKE = 0.007
"""How far the pictures of a slide may be from each other; without a picture, panel or table they are farther."""
GLOWING = {Layout.TITLE: 0.016, Layout.SECTION: 0.016, Layout.QUOTE: 0.016, Layout.CLOSING: 0.016}
"""The same for layouts with a glow, which LibreOffice lets fade out later."""
UNLIKE: Mapping[str, float] = {
    "code": 0.02,  # the marks of all steps, which come and go in a show
    "most-charts": 0.02,  # LibreOffice's larger marks, and legend
    "media": 0.07,  # Chromium's controls
}
"""Slides that are farther apart on paper than on a screen."""
NOTES_PAGES = (
    'pdf:impress_pdf_Export:{"ExportNotesPages":{"type":"boolean","value":"true"},'
    '"ExportOnlyNotesPages":{"type":"boolean","value":"true"}}'
)
NOTES_TOP, NOTES_BOTTOM, NOTES_RIGHT = (WIDTH * edge / 6858000 for edge in (4400550, 8001000, 6172200))
"""Of the notes under their slide, on a page that is as wide as a slide is here."""
AGREEMENT = {"conformance": 1.0, "flagship": 1.0, "generated": 0.985}
"""Share of lines that must be the same; of generated ones, some can't be settled by any width."""


@pytest.fixture(scope="module", params=["conformance", "flagship", "generated"])
def deck(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Project]:
    """A deck, placed, and what it is."""
    match request.param:
        case "conformance":
            return request.param, request.getfixturevalue("project")
        case "flagship":
            return request.param, load_project(FLAGSHIP)
        case name:
            return name, _generated(tmp_path_factory.mktemp("generated"))


def _generated(folder: Path) -> Project:
    """Slides that are hard to fit; those that can't be are errors, and left out."""
    Image.new("RGB", (640, 400), "teal").save(folder / "picture.png")
    (folder / "deck.md").write_text(generated(SLIDES, SEED), "utf-8")
    whole, theme = load_deck(folder).deck, load_theme("harbour", folder)
    fitting = [slide for slide in whole.slides if not place(replace(whole, slides=(slide,)), theme, {}).diagnostics]
    assert len(fitting) > 0.75 * len(whole.slides)
    made = replace(whole, slides=tuple(fitting))
    return Project(made, theme, place(made, theme, {}).slides, {})


@pytest.mark.browser
def test_chromium(deck: tuple[str, Project], chromium: Browser, tmp_path: Path) -> None:
    """Every word is in its box and on the slide; sizes and lines are those that were measured."""
    name, made = deck
    drawn = {slide["id"]: slide for slide in drawn_in_browser(html(made).decode(), chromium, tmp_path)}
    seen = other = 0
    for placed in made.slides:
        if placed.slide.hidden:
            continue
        slide = drawn[placed.slide.id]
        for word, (left, top, right, bottom), box, holder in slide["words"]:
            where = (placed.slide.id, word, holder)
            middle = (top + bottom) / 2
            assert box[0] - SLACK <= left and right <= box[2] + SLACK and box[1] <= middle <= box[3], where
            assert left >= 0 and right <= WIDTH and bottom <= HEIGHT, where
        measured = [p for e in placed.elements if isinstance(e, PlacedText) for p in e.paragraphs]
        for paragraph, (size, lines) in zip(measured, slide["paragraphs"], strict=True):
            assert size == pytest.approx(paragraph.size, abs=0.05), (placed.slide.id, lines)
            if measurable(paragraph):
                seen += len(lines)
                shown = [line.upper() if paragraph.uppercase else line for line in lines]  # what a page has is not so
                other += [letters(line) for line in paragraph.lines] != [letters(line) for line in shown]
    assert seen > 100
    assert 1 - other / seen >= AGREEMENT[name]


@pytest.fixture(scope="module")
def office_pdf(
    deck: tuple[str, Project], office: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The deck's PPTX as LibreOffice draws it."""
    path = tmp_path_factory.mktemp("office") / "deck.pptx"
    path.write_bytes(pptx(deck[1]))
    return office(path)


@pytest.mark.office
def test_libreoffice(deck: tuple[str, Project], office_pdf: Path) -> None:
    """One page a slide, every word in a box; sizes and lines, those of titles too, are those that were measured."""
    name, made = deck
    shown = [placed for placed in made.slides if not placed.slide.hidden]
    seen, other = 0, []
    for placed, words in zip(shown, words_of(office_pdf), strict=True):
        slots = made.theme.layouts[placed.slide.layout].slots
        holders = [*boxes(placed), *(slots[foot].box for foot in ("footer", "date", "number") if foot in slots)]
        for word in words:
            middle, half = (word.top + word.bottom) / 2, (word.bottom - word.top) / FONT_BOX / 2
            assert any(
                box.x - OFFICE_SLACK <= word.left
                and word.right <= box.right + OFFICE_SLACK
                and box.y - OFFICE_SLACK / 2 <= middle - half
                and middle + half <= box.bottom + OFFICE_SLACK / 2
                for box in holders
            ), (placed.slide.id, word)
        for paragraph, line, found, there in lines_in_place(placed, words):
            if not measurable(paragraph):
                continue
            seen += 1
            if letters(line) != letters(found):
                other.append((placed.slide.id, line, found))
            elif there:
                size = max(word.bottom - word.top for word in there) / FONT_BOX
                assert size == pytest.approx(paragraph.size, rel=0.03), (placed.slide.id, line)
    assert seen > 100
    assert 1 - len(other) / seen >= AGREEMENT[name], other


@pytest.mark.browser
@pytest.mark.office
@pytest.mark.parametrize("deck", ["conformance"], indirect=True)
def test_pictures_are_alike(deck: tuple[str, Project], office_pdf: Path, tmp_path: Path) -> None:
    """Slide by slide, what LibreOffice and Chromium draw looks the same from a few steps away."""
    path = tmp_path / "html.pdf"
    path.write_bytes(pdf(deck[1]))
    shown = [placed.slide for placed in deck[1].slides if not placed.slide.hidden]
    most = {slide.id: UNLIKE.get(slide.id, GLOWING.get(slide.layout, ALIKE)) for slide in shown}
    apart = {id_: round(difference(*pair), 4) for id_, pair in zip(most, pairs(office_pdf, path, 480), strict=True)}
    assert {id_: value for id_, value in apart.items() if value > most[id_]} == {}


@pytest.mark.office
@pytest.mark.parametrize("deck", ["generated"], indirect=True)
def test_generated_slides_are_valid(deck: tuple[str, Project], ooxml_validator: Callable[[bytes], list[str]]) -> None:
    """What is hard to fit is no fault of the file either."""
    assert ooxml_validator(pptx(deck[1])) == []


@pytest.mark.office
def test_notes_stay_on_their_page(office: Callable[..., Path], tmp_path: Path) -> None:
    """Long notes are set smaller, so that a printed notes page has all of them."""
    chance = random.Random(SEED)
    notes = [
        "\n\n".join(some_words(chance, 20, 70) for _ in range(chance.randint(1, 3)))
        + "".join(f"\n- {some_words(chance, 1, 8)}" for _ in range(chance.randint(0, 4)))
        for _ in range(12)
    ]
    slides = (f"---\n\n# Slide {n}\n\n<!--\n{text}\n-->\n" for n, text in enumerate(notes))
    (tmp_path / "deck.md").write_text("# Notes\n\n" + "\n".join(slides), "utf-8")
    made = load_project(tmp_path)
    assert made.warnings == ()
    assert len({placed.notes_points for placed in made.slides}) > 2
    path = tmp_path / "notes.pptx"
    path.write_bytes(pptx(made))
    pages = words_of(office(path, NOTES_PAGES))[1:]
    for text, points, drawn in zip(notes, [p.notes_points for p in made.slides[1:]], pages, strict=True):
        below = [word for word in drawn if word.top > NOTES_TOP]
        assert letters("".join(word.text for word in below)).count("container") == text.count("container")
        assert max(word.bottom for word in below) < NOTES_BOTTOM, points
        assert max(word.right for word in below) < NOTES_RIGHT
