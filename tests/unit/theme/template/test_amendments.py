"""What our copy of a template's layouts gets besides."""

import re
import zipfile
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from quarterdeck.model.deck import Layout
from quarterdeck.model.theme import Template, Theme
from quarterdeck.theme.elements.context import POINT
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.template.amendments import COVER_NAME
from quarterdeck.theme.template.package import A, P
from support.company_templates import HERON, heron, nordwind


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Theme:
    """Heron's theme."""
    folder = tmp_path_factory.mktemp("heron")
    return load_theme(heron(folder).name, folder)


def template(theme: Theme) -> Template:
    """The template of a theme."""
    assert theme.template is not None
    return theme.template


def part(theme: Theme, name: str) -> etree._Element:
    """A part as the PPTX gets it."""
    return etree.fromstring(next(each.data for each in template(theme).parts if each.name == name))


def test_a_template_without_a_cover_gets_one(bare: Theme) -> None:
    """Title, subtitle and byline have placeholders, so that whoever moves them moves the slide's."""
    cover = template(bare).layouts[Layout.TITLE]
    assert (cover.name, cover.substitute) == (COVER_NAME, False)
    assert {"title", "subtitle", "byline"} <= set(cover.placeholders)
    boxes = [bare.layouts[Layout.TITLE].slots[name].box for name in ("title", "subtitle", "byline")]
    assert all(above.bottom <= below.y for above, below in pairwise(boxes))
    assert cover.placeholders["title"].levels[0].size >= 40 * POINT


def test_the_new_cover_is_listed_under_a_new_number(bare: Theme) -> None:
    """PowerPoint would repair a file in which two layouts have one, and tell the client so."""
    master = part(bare, "ppt/slideMasters/slideMaster1.xml")
    ids = [item.get("id") for item in master.iter(f"{P}sldLayoutId")]
    assert len(ids) == 4
    assert len({*ids, str(template(bare).masters[0][0])}) == 5


def test_a_template_with_a_cover_keeps_its_layouts(tmp_path: Path) -> None:
    """Nothing is added to what is there."""
    theme = load_theme(nordwind(tmp_path).name, tmp_path)
    assert COVER_NAME not in [own.name for own in template(theme).layouts.values()]


def test_invisible_titles_get_their_colour_in_the_layout(bare: Theme) -> None:
    """White on white: slides inherit the colour of text, by its name in the theme, and a warning says so."""
    own = template(bare).layouts[Layout.CONTENT]
    assert own.placeholders["title"].levels[0].color == f"#{HERON['dk1']}"
    layout = part(bare, own.part)
    title = next(shape for shape in layout.iter(f"{P}sp") if shape.find(f".//{P}ph[@type='title']") is not None)
    (fill,) = title.iterfind(f"{P}txBody/{A}lstStyle/{A}lvl1pPr/{A}defRPr/{A}solidFill")
    assert fill[0].get("val") == "tx1"
    said = [each.message for each in template(bare).diagnostics if each.code == "template-contrast"]
    assert any("'Title and Content' can't be seen: it is #FFFFFF on #FFFFFF" in message for message in said)


def test_text_too_small_to_read_is_larger_in_the_layout(bare: Theme) -> None:
    """9 pt become 11, and a date of 36 pt, for which no place is wide enough, 20."""
    own = template(bare).layouts[Layout.CONTENT]
    assert own.placeholders["body"].levels[0].size == pytest.approx(11 * POINT)
    assert own.placeholders["date"].levels[0].size == pytest.approx(20 * POINT)


def test_a_title_is_read_though_the_content_stands_on_a_dark_ground(bare: Theme) -> None:
    """Its own ground is light: in the content's white it would be lost."""
    comparison = bare.layouts[Layout.COMPARISON]
    assert comparison.inverse
    assert comparison.colors["title-text"] == f"#{HERON['dk1']}"


def test_macros_stay_out(bare: Theme) -> None:
    """Of a template with macros, masters and layouts are copied alone."""
    assert not [each.name for each in template(bare).parts if "vba" in each.name]


def test_numbers_that_a_program_left_out_or_repeated_are_mended(tmp_path: Path) -> None:
    """PowerPoint would repair the file, and tell the client so."""
    path = nordwind(tmp_path)
    name = "ppt/slideMasters/slideMaster1.xml"
    with zipfile.ZipFile(path) as packed:
        parts = {each: packed.read(each) for each in packed.namelist()}
    text = re.sub(r'(<p:sldLayoutId )id="\d+" ', r"\1", parts[name].decode())
    text = re.sub(r"<p:txStyles>.*</p:txStyles>", "", text).replace('<p:cNvPr id="11"', '<p:cNvPr id="10"')
    with zipfile.ZipFile(path, "w") as packed:
        for each, data in {**parts, name: text.encode()}.items():
            packed.writestr(each, data)
    theme = load_theme(path.name, tmp_path)
    master = part(theme, name)
    for numbers in (
        [item.get("id") for item in master.iter(f"{P}sldLayoutId")],
        [item.get("id") for item in master.iter(f"{P}cNvPr")],
    ):
        assert None not in numbers
        assert len(set(numbers)) == len(numbers)
    assert [child.tag for child in master].index(f"{P}txStyles") == len(master) - 1
