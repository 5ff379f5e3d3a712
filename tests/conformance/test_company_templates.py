"""A deck in a company's template: the PPTX on its masters, the HTML in its looks."""

from __future__ import annotations

import base64
import io
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image as Pixels
from pptx import Presentation

from quarterdeck.compile.pptx.writer import write_pptx
from quarterdeck.compile.reveal.page import write_html
from quarterdeck.model.deck import Layout
from quarterdeck.project.project import Project, load_project
from support.company_templates import DECK, HALYARD, NORDWIND, halyard, logo, nordwind
from support.ooxml_lint import A, P, Pptx, lint


@dataclass(frozen=True)
class Built:
    """A deck in one of the templates, written."""

    project: Project
    template: Path
    pptx: bytes
    html: str


@pytest.fixture(scope="module", params=[nordwind, halyard], ids=["nordwind", "halyard"])
def built(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The deck in each of the two."""
    folder = tmp_path_factory.mktemp("company")
    template: Path = request.param(folder)
    Pixels.new("RGB", (400, 200), (90, 160, 90)).save(folder / "green.png")
    (folder / "deck.md").write_text(DECK.format(theme=template.name))
    project = load_project(folder / "deck.md")
    html = write_html(project.deck, project.slides, project.theme, project.casts)
    return Built(project, template, written(project), html)


def written(project: Project) -> bytes:
    """The PPTX."""
    return write_pptx(project.deck, project.slides, project.theme, show_url="http://localhost:7777")


def shapes_with_placeholders(pptx: Pptx, slide: str) -> list[tuple[str, bool]]:
    """The type of each placeholder that a slide fills, and whether it says its place."""
    found = []
    for shape in pptx.xml(slide).iterfind(f".//{P}spTree/*"):
        holder = shape.find(f"*/{P}nvPr/{P}ph")
        if holder is not None:
            found.append((holder.get("type", ""), shape.find(f"{P}spPr/{A}xfrm/{A}ext") is not None))
    return found


def test_the_masters_and_layouts_are_the_templates(built: Built) -> None:
    """All of them, those that the deck doesn't use too, with themes and pictures; none of ours, no slide of theirs."""
    ours, theirs = Pptx(built.pptx), Pptx(built.template.read_bytes())
    for folder in ("ppt/slideMasters/", "ppt/slideLayouts/"):
        assert ours.matching(folder) == theirs.matching(folder)
    names = [[p.xml(n).find(f"{P}cSld").get("name") for n in p.matching("ppt/slideLayouts/")] for p in (ours, theirs)]
    assert names[0] == names[1]
    assert all(ours.parts[n] == theirs.parts[n] for n in theirs.matching("ppt/theme/"))
    assert ours.parts["ppt/media/image1.png"] == logo()
    assert len(ours.matching("ppt/slides/")) == len(built.project.slides)
    assert b"presentationml.presentation.main+xml" in ours.parts["[Content_Types].xml"]


def test_a_widescreen_templates_parts_are_kept_to_the_byte(tmp_path: Path) -> None:
    """What PowerPoint knows and we don't stays in them."""
    (tmp_path / "deck.md").write_text(DECK.format(theme=halyard(tmp_path).name).partition("---\nlayout: image")[0])
    ours, theirs = Pptx(written(load_project(tmp_path / "deck.md"))), Pptx((tmp_path / "halyard.potx").read_bytes())
    for name in theirs.matching("ppt/slideMasters/") + theirs.matching("ppt/slideLayouts/"):
        assert ours.parts[name] == theirs.parts[name]


def test_slides_fill_the_templates_placeholders(built: Built) -> None:
    """Each slide stands on the matched layout; its title is that layout's title, its lists fill its bodies."""
    presentation = Presentation(io.BytesIO(built.pptx))
    template = built.project.theme.template
    assert template is not None
    for placed, slide in zip(built.project.slides, presentation.slides, strict=True):
        assert slide.slide_layout.name == template.layouts[placed.slide.layout].name
        if placed.slide.title:
            assert slide.shapes.title is not None
            assert slide.shapes.title.text_frame.text.casefold() == placed.slide.title_text.casefold()
    content = presentation.slides[2]
    assert content.placeholders[1].text_frame.paragraphs[0].text == "Er sieht nur seine eigenen Dateien"
    two = presentation.slides[3]
    filled = {shape.text_frame.text for shape in two.placeholders if shape.placeholder_format.idx not in (0, 11, 12)}
    assert filled == {"Links", "Rechts"}
    assert content.notes_slide.notes_text_frame.text == "Langsam sprechen."


def test_the_foot_is_there_only_where_the_layout_has_it(built: Built) -> None:
    """Nordwind's content has a footer and a number, no date; its cover has nothing."""
    pptx = Pptx(built.pptx)
    kinds = [{kind for kind, _ in shapes_with_placeholders(pptx, slide)} for slide in pptx.matching("ppt/slides/")]
    feet = {"dt", "ftr", "sldNum"}
    expected = {"ftr", "sldNum"} if built.template.stem == "nordwind" else {"sldNum"}
    assert kinds[0] & feet == set()
    assert kinds[2] & feet == expected


def test_the_file_is_valid(built: Built, ooxml_validator: Callable[[bytes], list[str]]) -> None:
    """Neither our lint nor Microsoft's validator finds a fault."""
    assert lint(built.pptx) == []
    assert ooxml_validator(built.pptx) == []


def test_the_same_deck_gives_the_same_bytes(built: Built) -> None:
    """Also when the template is read anew."""
    assert written(load_project(built.template.parent / "deck.md")) == built.pptx


@pytest.mark.office
def test_libreoffice_opens_it(built: Built, office: Callable[[Path], Path], tmp_path: Path) -> None:
    """Every slide, with its text."""
    path = tmp_path / "deck.pptx"
    path.write_bytes(built.pptx)
    text = subprocess.run(["pdftotext", office(path), "-"], capture_output=True, text=True, check=True).stdout
    pages = text.split("\f")[:-1]
    assert len(pages) == len(built.project.slides)
    assert "Er endet mit seinem Befehl" in pages[2]
    assert "teilen sich den Kern" in pages[4]


def test_the_page_wears_the_brand(built: Built) -> None:
    """Colours and fonts of the template are those of the page; the logo of the master is in it once."""
    colors = NORDWIND if built.template.stem == "nordwind" else HALYARD
    ground, ink = ("lt1", "dk1") if built.template.stem == "nordwind" else ("dk1", "lt1")
    assert f"--qd-background: #{colors[ground]};" in built.html
    assert f"--qd-text: #{colors[ink]};" in built.html
    assert f"--qd-accent: #{colors['accent1']};" in built.html
    font = "'Carlito','Calibri',sans-serif" if built.template.stem == "nordwind" else "'Gelasio','Georgia',serif"
    assert f"--qd-font-heading: {font};" in built.html
    mark = base64.b64encode(logo()).decode()
    assert built.html.count(mark) == (1 if built.template.stem == "nordwind" else 0)


def test_a_layout_that_the_template_lacks_is_named_once(built: Built) -> None:
    """With the layout that stands in for it, at the first slide that asks for it."""
    found = [d for d in built.project.warnings if d.code == "template-layout"]
    lacking = {"quote"} if built.template.stem == "nordwind" else {"comparison", "image", "quote"}
    assert {layout.value for layout in Layout if any(f"'{layout}'" in d.message for d in found)} == lacking
    assert len(found) == len(lacking)
    assert all(d.span is not None and d.hint for d in found)
