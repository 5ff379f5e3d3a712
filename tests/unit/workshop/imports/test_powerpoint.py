"""Presentations of PowerPoint: what they become."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from PIL import Image as Pixels
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from quarterdeck.compile.pptx.package.ooxml import COMPATIBILITY, DRAWING, DRAWING_2010, MATH
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import Chart, Image, InlineMath, List, Paragraph, Run, Table
from quarterdeck.model.deck import Layout
from quarterdeck.project.check.rules import blocks
from quarterdeck.project.outputs.formats import pptx
from quarterdeck.project.project import load_project
from quarterdeck.workshop.imports.deck import Dialect, dialect_of, import_deck
from quarterdeck.workshop.imports.powerpoint import SUFFIXES
from support.imported_decks import EXAMPLES, imported, plain_notes, texts

_OPEN, _MACROS = "application/vnd.openxmlformats-officedocument.presentationml", "application/vnd.ms-powerpoint"
MAIN = {
    ".pptx": f"{_OPEN}.presentation.main+xml",
    ".pptm": f"{_MACROS}.presentation.macroEnabled.main+xml",
    ".potx": f"{_OPEN}.template.main+xml",
    ".potm": f"{_MACROS}.template.macroEnabled.main+xml",
    ".ppsx": f"{_OPEN}.slideshow.main+xml",
    ".ppsm": f"{_MACROS}.slideshow.macroEnabled.main+xml",
}
"""The content types of main parts (ECMA-376 part 1, 13.3.6; MS-OFFMACRO2), apart from those that the program lists."""


@pytest.fixture
def powerpoint(tmp_path: Path) -> Path:
    """A PPTX as python-pptx makes it: list, two columns with a table and a chart, picture, notes, a hidden slide."""
    file = Presentation()
    file.core_properties.title = "Harbour *pilots*"
    slide = file.slides.add_slide(file.slide_layouts[0])
    slide.shapes.title.text = "Harbour *pilots*"
    slide.placeholders[1].text = "How a ship comes home"
    slide = file.slides.add_slide(file.slide_layouts[1])
    slide.shapes.title.text = "What a pilot does"
    frame = slide.placeholders[1].text_frame
    frame.text = "Boards at the roads"
    nested = frame.add_paragraph()
    nested.level = 1
    bold = nested.add_run()
    bold.text, bold.font.bold = "in any {{ weather }}", True
    bold.hyperlink.address = "https://example.org/"
    slide.notes_slide.notes_text_frame.text = "Say: <every> shoal."
    slide.shapes.add_picture(str(EXAMPLES.parent / "conformance/deck/img/harbour.png"), Inches(1), Inches(5))
    slide = file.slides.add_slide(file.slide_layouts[5])
    slide.shapes.title.text = "Depths"
    table = slide.shapes.add_table(2, 2, Inches(0.5), Inches(2), Inches(4), Inches(1)).table
    for row, cells in enumerate((("tide", "depth"), ("high", "12 | 13"))):
        for column, text in enumerate(cells):
            table.cell(row, column).text = text
    data = CategoryChartData()
    data.categories = ["high", "low"]
    data.add_series("depth", (12, 7.5))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(5.5), Inches(2), Inches(4), Inches(3), data)
    slide._element.set("show", "0")
    path = tmp_path / "pilots.pptx"
    file.save(str(path))
    return path


def test_powerpoint(powerpoint: Path, tmp_path: Path) -> None:
    """Titles, lists, links, pictures, tables, charts, notes and hidden slides of a PPTX."""
    deck, told = imported(powerpoint, tmp_path)
    assert deck.title == "Harbour *pilots*"
    assert texts(deck) == ["Harbour *pilots*", "What a pilot does", "Depths"]
    title, pilot, depths = deck.slides
    assert title.layout is Layout.TITLE
    (shoals,) = [block for block in blocks(pilot) if isinstance(block, List) and len(block.items) == 1][:1]
    assert "in any {{ weather }}" in str(shoals) and "https://example.org/" in str(shoals)
    assert [b.alt for b in blocks(pilot) if isinstance(b, Image)] == ["harbour.png"]
    assert "<every> shoal" in plain_notes(pilot)
    assert depths.hidden and depths.layout is Layout.TWO_COLUMNS
    (table,) = [b for b in blocks(depths) if isinstance(b, Table)]
    assert "12 | 13" in str(table)
    (chart,) = [b for b in blocks(depths) if isinstance(b, Chart)]
    assert [list(series.values) for series in chart.series] == [[12, 7.5]]
    assert told == {}


def test_a_title_of_several_lines(tmp_path: Path) -> None:
    """Its lines, which the file ends with a space or not, and its paragraphs are one line with single blanks."""
    file = Presentation()
    slide = file.slides.add_slide(file.slide_layouts[1])
    slide.shapes.title.text = "Home, \vafter all\nand dry"
    file.save(str(tmp_path / "home.pptx"))
    deck, _ = imported(tmp_path / "home.pptx", tmp_path / "again")
    assert texts(deck) == ["Home, after all and dry"]


def test_a_file_that_is_not_a_presentation(tmp_path: Path) -> None:
    """The message says what to do with a broken file."""
    path = tmp_path / "broken.pptx"
    path.write_bytes(b"PK\x03\x04 no zip")
    with pytest.raises(QuarterdeckError, match="not a readable PowerPoint file"):
        import_deck(path, tmp_path / "out")


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_every_kind_of_presentation(powerpoint: Path, tmp_path: Path, suffix: str) -> None:
    """Templates and slide shows, with macros or without, are decks as a PPTX is: only their content type differs."""
    path = tmp_path / f"other{suffix}"
    plain = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
    with zipfile.ZipFile(powerpoint) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name == "[Content_Types].xml":
                assert plain.encode() in content
                content = content.replace(plain.encode(), MAIN[suffix].encode())
            after.writestr(name, content)
    assert dialect_of(path) is Dialect.POWERPOINT
    deck, told = imported(path, tmp_path)
    assert texts(deck) == ["Harbour *pilots*", "What a pilot does", "Depths"]
    assert told == {}


def test_another_office_file(powerpoint: Path, tmp_path: Path) -> None:
    """A document that was renamed is refused, not imported as an empty deck."""
    path = tmp_path / "letter.pptx"
    with zipfile.ZipFile(powerpoint) as before, zipfile.ZipFile(path, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"presentationml.presentation.main", b"wordprocessingml.x"))
    with pytest.raises(QuarterdeckError, match="not a readable PowerPoint file: its main part is"):
        import_deck(path, tmp_path / "out")


def test_looks_and_levels_of_text(tmp_path: Path) -> None:
    """Bold, italic and raised text stay, also in neighbouring runs; levels stay, and one that is skipped is told."""
    file = Presentation()
    slide = file.slides.add_slide(file.slide_layouts[1])
    slide.shapes.title.text = "Looks"
    frame = slide.placeholders[1].text_frame
    looks = {
        "plain ": (),
        "bold": ("bold",),
        " and ": (),
        "both": ("bold", "italic"),
        " one": ("bold",),
        "two": ("bold",),
    }
    paragraph = frame.paragraphs[0]
    for text, names in looks.items():
        run = paragraph.add_run()
        run.text = text
        for name in names:
            setattr(run.font, name, True)
    raised = paragraph.add_run()
    raised.text = "2"
    raised.font._element.set("baseline", "30000")
    underlined = paragraph.add_run()
    underlined.text, underlined.font.underline = " under", True
    for level, text in ((2, "deep"), (1, "middle"), (2, "deeper"), (0, "back")):
        paragraph = frame.add_paragraph()
        paragraph.text, paragraph.level = text, level
    file.save(str(tmp_path / "looks.pptx"))
    deck, told = imported(tmp_path / "looks.pptx", tmp_path / "ours")
    outer, *inner = [block for block in blocks(deck.slides[0]) if isinstance(block, List)]
    assert [len(one.items) for one in (outer, *inner)] == [2, 2, 1]
    (first, _) = outer.items[0].blocks
    assert isinstance(first, Paragraph)
    runs = [run for run in first.inlines if isinstance(run, Run)]
    assert {run.text.strip() for run in runs if run.bold and not run.italic} == {"bold", "onetwo"}
    assert [run.text for run in runs if run.italic and run.bold] == ["both"]
    assert [run.text for run in runs if run.superscript] == ["2"]
    (message,) = [message for each in told.values() for message in each]
    assert message == "underlines were left out; levels of a list that skip one were moved up"


OFFICE_FORMULA = (
    f'<a14:m xmlns:a14="{DRAWING_2010}"><m:oMath xmlns:m="{MATH}"><m:f><m:num><m:r><m:t>a</m:t></m:r></m:num>'
    "<m:den><m:rad><m:radPr><m:degHide m:val='1'/></m:radPr><m:deg/><m:e><m:r><m:t>b</m:t></m:r></m:e></m:rad></m:den>"
    "</m:f></m:oMath></a14:m>"
)


def test_numbers_boxes_formulas_and_charts(tmp_path: Path) -> None:
    """Where a numbered list begins, checked boxes, PowerPoint's own formulas, and titles of charts and axes stay."""
    file = Presentation()
    slide = file.slides.add_slide(file.slide_layouts[1])
    slide.shapes.title.text = "Marks"
    frame = slide.placeholders[1].text_frame
    for number, (text, mark) in enumerate(
        (
            ("third", '<a:buAutoNum type="arabicPeriod" startAt="3"/>'),
            ("fourth", '<a:buAutoNum type="arabicPeriod" startAt="3"/>'),
            ("done", '<a:buChar char="☑"/>'),
            ("open", '<a:buChar char="☐"/>'),
        )
    ):
        paragraph = frame.paragraphs[0] if number == 0 else frame.add_paragraph()
        paragraph.text = text
        paragraph._p.get_or_add_pPr().append(etree.fromstring(mark.replace("/>", f' xmlns:a="{DRAWING}"/>')))
    holder = slide.shapes.add_textbox(Inches(1), Inches(6), Inches(4), Inches(1))
    holder.text_frame.text = "so "
    holder.text_frame.paragraphs[0]._p.append(etree.fromstring(OFFICE_FORMULA))
    shape = holder._element
    both = etree.SubElement(shape.getparent(), f"{{{COMPATIBILITY}}}AlternateContent")
    choice = etree.SubElement(both, f"{{{COMPATIBILITY}}}Choice", Requires="a14")
    choice.append(shape)
    slide = file.slides.add_slide(file.slide_layouts[5])
    slide.shapes.title.text = "Chart"
    data = CategoryChartData()
    data.categories = ["a", "b"]
    data.add_series("s", (1, 2))
    frame = slide.shapes.add_chart(XL_CHART_TYPE.BAR_STACKED, 0, Inches(2), Inches(8), Inches(4), data)
    frame.chart.has_title = True
    frame.chart.chart_title.text_frame.text = 'A "title"'
    frame.chart.value_axis.has_title = True
    frame.chart.value_axis.axis_title.text_frame.text = "Values"
    picture = slide.shapes.add_textbox(0, 0, Inches(2), Inches(1))
    picture.text_frame.text, picture.rotation = "turned", 30
    file.save(str(tmp_path / "marks.pptx"))
    deck, told = imported(tmp_path / "marks.pptx", tmp_path / "ours")
    numbered, boxes = [block for block in blocks(deck.slides[0]) if isinstance(block, List)]
    assert (numbered.ordered, numbered.start, len(numbered.items)) == (True, 3, 2)
    assert [item.checked for item in boxes.items] == [True, False]
    said = [block for block in blocks(deck.slides[0]) if isinstance(block, Paragraph)][-1]
    assert said.inlines == (Run("so "), InlineMath(r"\frac{a}{\sqrt{b}}"))
    (chart,) = [block for block in blocks(deck.slides[1]) if isinstance(block, Chart)]
    assert (chart.kind, chart.title, chart.stacked, chart.across) == ("bar", "A 'title'", True, "Values")
    messages = [message for each in told.values() for message in each]
    assert messages == ["something that was turned stands upright: TextBox 3"]


def test_pictures_are_as_they_are_shown(tmp_path: Path) -> None:
    """Cropped, and turned: the left half of 40 × 20 px on its side is 20 × 20, with the top on the right."""
    pixels = Pixels.new("RGB", (40, 20), (0, 0, 255))
    pixels.paste((255, 0, 0), (0, 0, 40, 10))
    pixels.save(tmp_path / "halves.png")
    file = Presentation()
    slide = file.slides.add_slide(file.slide_layouts[6])
    picture = slide.shapes.add_picture(str(tmp_path / "halves.png"), 0, 0)
    picture.crop_right, picture.rotation = 0.5, 90
    file.save(str(tmp_path / "turned.pptx"))
    outputs, told = import_deck(tmp_path / "turned.pptx", tmp_path / "ours")
    (data,) = [output.data for output in outputs if output.path.suffix == ".png"]
    with Pixels.open(io.BytesIO(data)) as shown:
        assert shown.size == (20, 20)
        assert [shown.convert("RGB").getpixel(at) for at in ((15, 5), (15, 15))] == [(255, 0, 0)] * 2
        assert shown.convert("RGB").getpixel((5, 10)) == (0, 0, 255)
    assert not told


def test_the_file_as_theme(powerpoint: Path, tmp_path: Path) -> None:
    """A comment in the front matter offers the file's own design: without its mark it is the deck's theme."""
    outputs, _ = import_deck(powerpoint, tmp_path / "ours")
    text = outputs[0].data.decode()
    (line,) = [line for line in text.split("\n") if line.startswith("# theme: ")]
    assert line == f'# theme: "../{powerpoint.name}"  # to keep its design'
    themed = text.replace("# theme:", "theme:")
    assert themed.index("theme:") < themed.index("\n---\n")


_TO_PICTURE = rb'(<Relationship [^>]*Target=")\.\./media/[^"]*png"'


@pytest.mark.parametrize(
    "name, old, new",
    [
        (r".*\.png", rb"(?s).*", b"nonsense"),
        (r".*\.png", rb"(?s)(?<=.{40}).*", b""),
        (r"ppt/slides/slide1\.xml", rb"r:embed=", b"r:link="),
        (r"ppt/slides/slide1\.xml", rb' r:embed="[^"]*"', b""),
        (r"ppt/slides/_rels/slide1\.xml\.rels", _TO_PICTURE, rb'\1file:///nowhere.png" TargetMode="External"'),
        (r"ppt/slides/_rels/slide1\.xml\.rels", _TO_PICTURE + rb"[^>]*>", b""),
    ],
    ids=["damaged", "cut off", "linked", "without a file", "outside", "missing"],
)
def test_a_picture_that_is_not_there_is_left_out_and_told(tmp_path: Path, name: str, old: bytes, new: bytes) -> None:
    """The rest of the deck is imported."""
    file = Presentation()
    slide = file.slides.add_slide(file.slide_layouts[5])
    slide.shapes.title.text = "Pilots"
    slide.shapes.add_picture(str(EXAMPLES.parent / "conformance/deck/img/harbour.png"), Inches(1), Inches(5))
    file.save(str(tmp_path / "whole.pptx"))
    changed = 0
    with zipfile.ZipFile(tmp_path / "whole.pptx") as whole, zipfile.ZipFile(tmp_path / "new.pptx", "w") as broken:
        for entry in whole.namelist():
            data = whole.read(entry)
            if re.fullmatch(name, entry):
                data, count = re.subn(old, new, data, count=1)
                changed += count
            broken.writestr(entry, data)
    assert changed
    deck, told = imported(tmp_path / "new.pptx", tmp_path)
    assert texts(deck) == ["Pilots"]
    assert any("left out: Picture" in message for message in told[1]), told


def test_what_our_own_slides_say_around_their_content_is_no_content(tmp_path: Path) -> None:
    """The section above a title, an author below a cover: imported, they would be said a second time."""
    source = tmp_path / "source"
    source.mkdir()
    words = (
        "# Cover\n\n---\n\n# Part\n\n---\n\n# Ships\n\nA hull\n\n---\nlayout: statement\n---\n\n# All float\n\nSo far\n"
    )
    (source / "deck.md").write_text(f"---\nauthor: Ann\n---\n{words}")
    (tmp_path / "own.pptx").write_bytes(pptx(load_project(source)))
    imported(tmp_path / "own.pptx", tmp_path)
    made = (tmp_path / "decks" / "new" / "deck.md").read_text()
    assert made.partition("# Cover")[2].count("Ann") == 0
    assert made.lower().count("part") == 1
    assert "layout: statement\n---\n\n# All float\n\nSo far" in made
