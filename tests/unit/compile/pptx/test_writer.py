"""The whole file."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from msgspec.structs import replace

from quarterdeck.compile.pptx.writer import write_pptx
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import (
    Block,
    Callout,
    Chart,
    Code,
    Column,
    Image,
    List,
    ListItem,
    Paragraph,
    Quote,
    Row,
    Run,
    Series,
    Table,
)
from quarterdeck.model.deck import Background, Layout, Slide
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support.ooxml_lint import P14, A, P, Pptx
from support.placed_decks import HARBOUR
from support.pptx_deck import built, bullets, deck_of, everything, opened, raster, slide, texts, words


@pytest.mark.slow
def test_same_source_same_bytes() -> None:
    """Building twice gives the same file, charts and pictures included."""
    assert built(everything()) == built(everything())


def test_layouts_are_the_themes() -> None:
    """All layouts are there to add slides with, by their names."""
    pptx = opened(slide(words("x")))
    names = [pptx.xml(name).find(f"{P}cSld").get("name") for name in pptx.matching("ppt/slideLayouts/")]
    assert names == [layout.replace("-", " ").capitalize() for layout in Layout]


def test_what_is_written_on_a_new_demo_slide_can_be_read() -> None:
    """The placeholder of its terminal has the terminal's ground: its light text stood on a light slide."""
    pptx = opened(slide(words("x")))
    (part,) = [n for n in pptx.matching("ppt/slideLayouts/") if pptx.xml(n).find(f"{P}cSld").get("name") == "Demo"]
    shapes = {s.find(f".//{P}cNvPr").get("name").rstrip("0123456789 "): s for s in pptx.xml(part).iter(f"{P}sp")}
    ground = shapes["Terminal"].find(f"{P}spPr/{A}solidFill/{A}srgbClr")
    assert f"#{ground.get('val')}".lower() == HARBOUR.colors["terminal-background"].lower()
    assert shapes["Body"].find(f"{P}spPr/{A}solidFill") is None
    assert shapes["Terminal"].find(f".//{A}buNone") is not None
    assert [t.text for t in shapes["Terminal"].iter(f"{A}t")] == ["Terminal"]


def test_what_is_added_to_a_list_stands_as_far_apart() -> None:
    """Items that an organiser adds in PowerPoint have the space of ours, which slides inherit."""
    pptx = opened(slide(bullets("one", "two", *["more"] * 5)))
    layouts = {pptx.xml(n).find(f"{P}cSld").get("name"): n for n in pptx.matching("ppt/slideLayouts/")}
    body = next(
        s
        for s in pptx.xml(layouts["Content"]).iter(f"{P}sp")
        if (s.find(f".//{P}cNvPr").get("name") or "").startswith("Body")
    )
    spaces = [int(level.find(f"{A}spcBef/{A}spcPts").get("val")) for level in body.find(f".//{A}lstStyle")]
    style = HARBOUR.styles["body"]
    assert spaces[0] == pytest.approx(75 * style.size * style.space_before, abs=50)
    assert all(0 < nested < spaces[0] for nested in spaces[1:])


def test_every_level_can_be_read_on_a_dark_layout() -> None:
    """Text that someone adds on a lower level was dark on dark: it came from the master."""
    pptx = opened(slide(words("x")))
    (part,) = [n for n in pptx.matching("ppt/slideLayouts/") if pptx.xml(n).find(f"{P}cSld").get("name") == "Quote"]
    shapes = {s.find(f".//{P}cNvPr").get("name").rstrip("0123456789 "): s for s in pptx.xml(part).iter(f"{P}sp")}
    fills = [etree.tostring(run.find(f"{A}solidFill")[0]) for run in shapes["Quote"].iter(f"{A}defRPr")]
    assert len(fills) == 5
    assert len(set(fills)) == 1


def test_slides_have_their_layout() -> None:
    """Each slide is based on the layout that its author chose."""
    pptx = opened(*(Slide(str(layout), layout, (Run("T"),)) for layout in Layout))
    for name, layout in zip(pptx.matching("ppt/slides/"), Layout, strict=True):
        based = pptx.xml(pptx.related(name, "slideLayout")[0]).find(f"{P}cSld").get("name")
        assert based == layout.replace("-", " ").capitalize()


def test_sections_begin_at_section_slides() -> None:
    """PowerPoint's sections are the deck's; what comes before the first has the deck's title."""
    slides = (
        slide(id_="a"),
        Slide("b", Layout.SECTION, (Run("Part & one"),)),
        slide(id_="c"),
        Slide("d", Layout.SECTION, (Run("Part two"),)),
    )
    sections = opened(*slides).xml("ppt/presentation.xml").iter(f"{P14}section")
    assert [(s.get("name"), len(list(s.iter(f"{P14}sldId")))) for s in sections] == [
        ("A talk", 1),
        ("Part & one", 2),
        ("Part two", 1),
    ]


def test_no_sections_without_section_slides() -> None:
    """A short deck has no sections."""
    assert list(opened(slide()).xml("ppt/presentation.xml").iter(f"{P14}section")) == []


def test_hidden_slides_are_hidden() -> None:
    """A hidden slide is there and isn't shown."""
    root = opened(replace(slide(), hidden=True)).xml("ppt/slides/slide1.xml")
    assert root.get("show") == "0"


def test_transitions() -> None:
    """A slide comes as its author said."""
    root = opened(replace(slide(), transition="fade")).xml("ppt/slides/slide1.xml")
    assert root.find(f"{P}transition/{P}fade") is not None


def test_a_morph_fades_in_programs_that_cannot() -> None:
    """PowerPoint moves what two slides share; older programs and LibreOffice fade."""
    root = opened(replace(slide(), transition="morph")).xml("ppt/slides/slide1.xml")
    (choice,) = root.iter("{*}Choice")
    assert choice.get("Requires") == "p159"
    assert choice.find("{*}transition/{*}morph").get("option") == "byObject"
    assert root.find(f"{{*}}AlternateContent/{{*}}Fallback/{P}transition/{P}fade") is not None
    assert root.find(f"{P}transition") is None


def test_unknown_transitions_are_named() -> None:
    """A misspelt transition is an error with a suggestion."""
    with pytest.raises(QuarterdeckError) as caught:
        opened(replace(slide(), transition="fad"))
    assert caught.value.diagnostics[0].hint == "did you mean 'fade'?"


def test_notes_keep_their_formatting() -> None:
    """Notes have paragraphs, bullets, bold words and code."""
    notes = (words("Say ", Run("this", bold=True)), bullets("one", "two"), Code("docker ps\ndocker rm x", "sh"))
    root = opened(replace(slide(), notes=notes)).xml("ppt/notesSlides/notesSlide1.xml")
    assert texts(root) == ["Say this", "one", "two", "docker ps", "docker rm x"]
    assert [r.findtext(f"{A}t") for r in root.iter(f"{A}r") if r.find(f"{A}rPr").get("b") == "1"] == ["this"]
    assert len(list(root.iter(f"{A}buChar"))) == 2


def test_slides_without_notes_have_no_notes_page() -> None:
    """Nothing is made for nothing."""
    assert opened(slide()).matching("ppt/notesSlides/") == []


def test_background_colour_and_picture() -> None:
    """A slide's own background is its background in PowerPoint, not a shape in the way."""
    pptx = opened(
        replace(slide(id_="a"), background=Background(color="#225544")),
        replace(slide(id_="b"), background=Background(image=raster(size=(128, 72)))),
    )
    colored, pictured = (pptx.xml(name) for name in pptx.matching("ppt/slides/"))
    assert next(colored.find(f"{P}cSld/{P}bg").iter(f"{A}srgbClr")).get("val") == "225544"
    assert pictured.find(f"{P}cSld/{P}bg/{P}bgPr/{A}blipFill") is not None
    assert pictured.find(f".//{P}pic") is None


def test_footer_is_on_the_slides_that_have_one() -> None:
    """The footer stands where the layout has it, and not on the cover."""
    deck = replace(deck_of(Slide("a", Layout.TITLE, (Run("T"),)), slide(id_="b")), footer="Left & right")
    cover, content = (Pptx(built(deck)).xml(f"ppt/slides/slide{number}.xml") for number in (1, 2))
    assert "Left & right" not in texts(cover)
    assert "Left & right" in texts(content)


def test_properties_say_who_and_what() -> None:
    """Title and author are in the file's properties."""
    core = Pptx(built(everything())).parts["docProps/core.xml"].decode()
    assert "<dc:title>A talk &amp; more</dc:title>" in core
    assert "<dc:creator>Me</dc:creator>" in core


@pytest.mark.parametrize(("name", "text"), [("harbour", "dk1"), ("night", "lt1")])
def test_dark_themes_turn_the_colour_map(name: str, text: str) -> None:
    """New text in a dark deck is light, in a light deck dark."""
    pptx = Pptx(built(deck_of(slide()), name))
    assert pptx.xml("ppt/slideMasters/slideMaster1.xml").find(f"{P}clrMap").get("tx1") == text


def named_groups(pptx: Pptx) -> list[str]:
    """The names of the groups of the first slide, without their numbers."""
    found = pptx.xml("ppt/slides/slide1.xml").iter(f"{P}grpSp")
    return [group.find(f"{P}nvGrpSpPr/{P}cNvPr").get("name").rpartition(" ")[0] for group in found]


def test_a_callout_is_one_group() -> None:
    """Panel, bar and text move together in PowerPoint, and appear together."""
    callout = Callout((Paragraph((Run("A container is a process."),)),), (), fragment=0)
    pptx = opened(slide(callout))
    assert named_groups(pptx) == ["Callout"]
    root = pptx.xml("ppt/slides/slide1.xml")
    (group,) = root.iter(f"{P}grpSp")
    assert "A container is a process." in "".join(group.itertext())
    targets = {target.get("spid") for target in root.iter(f"{P}spTgt")}
    assert targets == {group.find(f"{P}nvGrpSpPr/{P}cNvPr").get("id")}


def test_what_appears_by_itself_is_in_no_group() -> None:
    """PowerPoint can't animate the parts of a group; neither can it group tables."""
    items = List((ListItem((Paragraph((Run("one"),)),), fragment=0),))
    assert named_groups(opened(slide(Callout((items,), ())))) == []
    assert named_groups(opened(slide(Quote((Paragraph((Run("q"),)),))))) == ["Quotation"]


@pytest.mark.parametrize(
    ("block", "path"),
    [
        (Table((Column(),), Row(((Run("Engine"),),)), (Row(((Run("Docker"),),)),)), "nvGraphicFramePr"),
        (Chart("column", ("a", "b"), (Series("s", (1.0, 2.0)),)), "nvGraphicFramePr"),
        (Image(raster(), "A field"), "nvPicPr"),
    ],
)
def test_tables_charts_and_pictures_fill_their_placeholder(block: Block, path: str) -> None:
    """As if they had been inserted by a click on it; beside text they stand by themselves."""
    holders = f".//{P}{path}/{P}nvPr/{P}ph"
    alone = opened(slide(block)).xml("ppt/slides/slide1.xml")
    (holder,) = alone.iterfind(holders)
    assert holder.get("type") is None
    beside = opened(slide(words("Text first"), block)).xml("ppt/slides/slide1.xml")
    assert list(beside.iterfind(holders)) == []


def test_a_logo_belongs_to_the_layouts(tmp_path: Path) -> None:
    """It is changed once, in the master's view, and not on every slide; a drawing stays one."""
    logo = '<svg xmlns="http://www.w3.org/2000/svg" width="50" height="10"><rect width="9" height="9"/></svg>'
    (tmp_path / "logo.svg").write_text(logo)
    (tmp_path / "own.yaml").write_text("extends: harbour\nlogo: logo.svg\n")
    theme = load_theme("own.yaml", tmp_path)
    deck = deck_of(slide(words("Hello")))
    data = write_pptx(deck, place(deck, theme, {}).slides, theme, show_url="http://127.0.0.1:7777")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        names = [name for name in package.namelist() if re.match(r"ppt/slideLayouts/slideLayout\d+\.xml", name)]
        assert len(names) == len(theme.layouts)
        assert all(b"<p:pic>" in package.read(name) for name in names)
        assert b"<p:pic>" not in package.read("ppt/slides/slide1.xml")
        assert b"svgBlip" in package.read(names[0])
