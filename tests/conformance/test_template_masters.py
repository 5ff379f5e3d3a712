"""What slides inherit from a company's template: whoever edits its masters and layouts moves every slide."""

from __future__ import annotations

import io
import subprocess
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from PIL import Image as Pixels

from quarterdeck.compile.pptx.writer import write_pptx
from quarterdeck.model.deck import Layout
from quarterdeck.model.placed import PlacedText
from quarterdeck.project.project import Project, load_project
from support.company_templates import DECK, KESTREL, halyard, heron, kestrel, nordwind, petrel
from support.drawn_text import letters, lines_in_place, words_of
from support.ooxml_lint import A, Element, P, Pptx, lint

SHARE = 0.9
"""Of all placeholders that slides fill, at least so many must follow."""
MOVED = (20, 36)
"""px to the right and down."""
PX = 9525
RED = "C00000"


TEMPLATES = {"nordwind": nordwind, "halyard": halyard, "kestrel": kestrel, "petrel": petrel, "heron": heron}


@dataclass(frozen=True)
class Built:
    """A deck in a template."""

    project: Project
    pptx: bytes


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Built]:
    """Writes the deck of all layouts in one of the templates."""

    @cache
    def written(name: str) -> Built:
        folder = tmp_path_factory.mktemp(name)
        template = TEMPLATES[name](folder)
        Pixels.new("RGB", (400, 200), (90, 160, 90)).save(folder / "green.png")
        (folder / "deck.md").write_text(DECK.format(theme=template.name))
        project = load_project(folder / "deck.md")
        return Built(project, write_pptx(project.deck, project.slides, project.theme, show_url="http://localhost:7777"))

    return written


@pytest.fixture(params=TEMPLATES)
def built(request: pytest.FixtureRequest, build: Callable[[str], Built]) -> Built:
    """The deck in each of the templates."""
    return build(request.param)


def filled(pptx: Pptx, slide: str) -> list[Element]:
    """The shapes of text that fill placeholders."""
    return [s for s in pptx.xml(slide).iter(f"{P}sp") if s.find(f"{P}nvSpPr/{P}nvPr/{P}ph") is not None]


def says_its_look(shape: Element) -> bool:
    """Whether a placeholder sets the size, colour or font of all its text itself."""
    runs = list(shape.iter(f"{A}rPr"))
    own = (
        [run.get("sz") is not None for run in runs],
        [run.find(f"{A}solidFill") is not None for run in runs],
        [run.find(f"{A}latin") is not None for run in runs],
    )
    styles = shape.find(f"{P}txBody/{A}lstStyle")
    return len(styles) > 0 or any(each and all(each) for each in own)


def test_placeholders_write_only_what_differs(built: Built) -> None:
    """Neither place nor look, but for the few whose text is smaller, or whose place is another."""
    pptx = Pptx(built.pptx)
    shapes = [shape for slide in pptx.matching("ppt/slides/") for shape in filled(pptx, slide)]
    assert len(shapes) > 12
    placed = [shape for shape in shapes if shape.find(f"{P}spPr/{A}xfrm") is not None]
    styled = [shape for shape in shapes if says_its_look(shape)]
    assert len(placed) <= (1 - SHARE) * len(shapes)
    assert len(styled) <= (1 - SHARE) * len(shapes)


def test_added_text_shrinks_where_powerpoint_users_expect_it(built: Built) -> None:
    """In titles and text, at the size that is there now; what a layout's autofit had shrunk is not inherited."""
    pptx = Pptx(built.pptx)
    for slide in pptx.matching("ppt/slides/"):
        for shape in filled(pptx, slide):
            foot = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph").get("type") in ("ftr", "dt", "sldNum")
            (fit,) = shape.find(f"{P}txBody/{A}bodyPr")
            assert fit.tag == f"{A}{'noAutofit' if foot else 'normAutofit'}"
            assert not fit.attrib


def moved_and_coloured(data: bytes) -> bytes:
    """The file after someone has moved all placeholders of titles and text, and made their text red."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name.startswith(("ppt/slideMasters/slideMaster", "ppt/slideLayouts/slideLayout")):
                part = edited(part)
            new.writestr(name, part)
    return buffer.getvalue()


def edited(part: bytes) -> bytes:
    """A master or layout."""
    root = etree.fromstring(part)
    styles = [*root.iterfind(f"{P}txStyles/{P}titleStyle"), *root.iterfind(f"{P}txStyles/{P}bodyStyle")]
    for shape in root.iter(f"{P}sp"):
        holder = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
        if holder is None or holder.get("type") in ("ftr", "dt", "sldNum", "pic"):
            continue
        styles += shape.iterfind(f"{P}txBody/{A}lstStyle")
        offset = shape.find(f"{P}spPr/{A}xfrm/{A}off")
        if offset is not None:
            for key, by in zip(("x", "y"), MOVED, strict=True):
                offset.set(key, str(int(offset.get(key, "0")) + by * PX))
    for style in styles:
        for run in style.iter(f"{A}defRPr"):
            for fill in run.findall(f"{A}solidFill"):
                run.remove(fill)
            run.insert(0, etree.fromstring(f'<a:solidFill xmlns:a="{A[1:-1]}"><a:srgbClr val="{RED}"/></a:solidFill>'))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def pages(pdf: Path) -> list[Pixels.Image]:
    """Its pages as pictures."""
    done = subprocess.run(["pdftoppm", "-r", "60", "-png", str(pdf), str(pdf.with_suffix(""))], check=True)
    assert done.returncode == 0
    return [Pixels.open(path).convert("RGB") for path in sorted(pdf.parent.glob(f"{pdf.stem}-*.png"))]


def is_red(pixel: Any) -> bool:
    """Whether it is about the colour of the edited text."""
    return bool(pixel[0] > 140 and pixel[1] < 60 and pixel[2] < 60)


@pytest.mark.office
@pytest.mark.slow
def test_editing_the_master_moves_every_slide(built: Built, office: Callable[[Path], Path], tmp_path: Path) -> None:
    """Title and text stand elsewhere, and are red, on every slide that has some."""
    before, after = tmp_path / "before.pptx", tmp_path / "after.pptx"
    before.write_bytes(built.pptx)
    after.write_bytes(moved_and_coloured(built.pptx))
    old, new = office(before), office(after)
    followed = total = 0
    for placed, was, now in zip(built.project.slides, words_of(old), words_of(new), strict=True):
        texts = [e for e in placed.elements if isinstance(e, PlacedText) and e.placeholder is not None]
        for text in texts:
            holders = built.project.theme.template.layouts[placed.slide.layout].placeholders  # type: ignore[union-attr]
            if text.placeholder not in holders or not text.paragraphs[0].lines:
                continue
            first = text.paragraphs[0].lines[0].split()[0]
            places = [[(word.left, word.top) for word in page if word.text == first] for page in (was, now)]
            total += 1
            expected = {(round(x) + MOVED[0], round(y) + MOVED[1]) for x, y in places[0]}
            followed += any(abs(x - a) <= 4 and abs(y - b) <= 4 for x, y in places[1] for a, b in expected)
    assert total > 10
    assert followed >= SHARE * total
    reds = [sum(map(is_red, page.get_flattened_data())) for page in pages(new)]
    titled = [placed.slide.title != () and placed.slide.layout is not Layout.BLANK for placed in built.project.slides]
    assert all(red > 20 for red, has_title in zip(reds, titled, strict=True) if has_title)


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("name", ["nordwind", "kestrel"])
def test_lines_stand_where_they_were_measured(
    name: str, build: Callable[[str], Built], office: Callable[[Path], Path], tmp_path: Path
) -> None:
    """Though the template says how high its lines are and how far apart; Halyard's Georgia is not on every machine."""
    built = build(name)
    path = tmp_path / "deck.pptx"
    path.write_bytes(built.pptx)
    for placed, words in zip(built.project.slides, words_of(office(path)), strict=True):
        for _, line, there, _ in lines_in_place(placed, words):
            assert letters(line) in there, placed.slide.id


def test_the_file_is_valid(built: Built, ooxml_validator: Callable[[bytes], list[str]]) -> None:
    """Neither our lint nor Microsoft's validator finds a fault, before and after the edit."""
    for data in (built.pptx, moved_and_coloured(built.pptx)):
        assert lint(data) == []
        assert ooxml_validator(data) == []


def test_a_layout_is_chosen_by_what_it_holds(tmp_path: Path) -> None:
    """A kicker is no content; a body of 76 px is no body, whatever its layout is called."""
    (tmp_path / "deck.md").write_text(DECK.format(theme=kestrel(tmp_path).name).partition("---\nlayout: image")[0])
    theme = load_project(tmp_path / "deck.md").theme
    template = theme.template
    assert template is not None
    names = {layout.value: own.name for layout, own in template.layouts.items() if not own.substitute}
    assert names == {
        "title": "Cover",
        "section": "Divider",
        "content": "One content, with kicker",
        "two-columns": "Two contents",
        "code": "One content, with kicker",
        "image": "Picture",
        "quote": "Quote with Caption",
        "demo": "Only title",
        "blank": "Blank",
    }
    assert theme.on(Layout.TWO_COLUMNS).styles["column-body"].lists[0].factor * 22 == pytest.approx(16)
    assert "part" in template.layouts[Layout.SECTION].placeholders, "type thrice as large is for the section's number"
    assert template.layouts[Layout.QUOTE].placeholders["quote"].kind == "title"


def test_the_scheme_is_the_themes_own(tmp_path: Path) -> None:
    """Not one of those that PowerPoint offers besides."""
    (tmp_path / "deck.md").write_text(DECK.format(theme=kestrel(tmp_path).name).partition("---\nlayout: image")[0])
    colors = load_project(tmp_path / "deck.md").theme.colors
    assert colors["accent"] == f"#{KESTREL['accent1']}"
    assert "#FF00AA" not in colors.values()


def test_slides_on_a_layout_with_colours_of_its_own_say_so(build: Callable[[str], Built]) -> None:
    """Without it, programs take the master's map: black text on a black ground."""
    built = build("petrel")
    pptx = Pptx(built.pptx)
    maps = {}
    for placed, part in zip(built.project.slides, pptx.matching("ppt/slides/"), strict=True):
        maps[placed.slide.layout] = pptx.xml(part).find(f"{P}clrMapOvr")[0]
    assert maps[Layout.COMPARISON].get("tx1") == "lt1"
    assert maps[Layout.CONTENT].tag == f"{A}masterClrMapping"


def test_text_says_that_it_runs_to_the_right(build: Callable[[str], Built]) -> None:
    """Where the template's runs to the left: full stops would stand before their sentences."""
    built = build("petrel")
    pptx = Pptx(built.pptx)
    parts = dict(
        zip((placed.slide.layout for placed in built.project.slides), pptx.matching("ppt/slides/"), strict=True)
    )
    left = next(s for s in filled(pptx, parts[Layout.COMPARISON]) if s.find(f".//{P}ph").get("idx") == "2")
    looks = [p.find(f"{A}pPr") for p in left.iter(f"{A}p")]
    assert looks and all(look.get("rtl") == "0" and look.get("algn") == "l" for look in looks)
