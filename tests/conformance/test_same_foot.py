"""Footer, date and number look the same in both outputs, and follow the master in PowerPoint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import pytest
from lxml import html

from quarterdeck.model.theme import EMU_PER_PX
from quarterdeck.project.outputs.formats import html as html_of
from quarterdeck.project.outputs.formats import pptx as pptx_of
from quarterdeck.project.project import Project, load_project
from support.ooxml_lint import A, Element, P, Pptx
from support.shown import words

DECK = """---
title: Feet
theme: ours.yaml
footer: Harbour & co
date: 30 November
---
# Cover

---

# One

Text.

---
layout: section
---
# Two

---
layout: demo
demo: one
---
# Three
"""
THEME = """extends: harbour
title: Ours
styles:
  footer: {size: 15, minimum: 11, leading: 1.27, color: accent-2, bold: true, italic: true, tracking: 0.08,
    uppercase: true}
"""
KINDS = {"ftr": "footer", "dt": "date", "sldNum": "number"}


class Foot(NamedTuple):
    """A text at the foot of a slide, as it is seen."""

    kind: str
    text: str
    size: float
    """pt."""
    color: str
    tracking: float
    """pt between letters."""
    leading: float
    """pt from line to line."""
    bold: bool
    italic: bool
    capitals: bool
    align: str
    box: tuple[float, ...]
    """px."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck in a theme with a footer that can't be overlooked."""
    folder = tmp_path_factory.mktemp("foot")
    (folder / "deck.md").write_text(DECK)
    (folder / "ours.yaml").write_text(THEME)
    (folder / "demos").mkdir()
    (folder / "demos" / "one.md").write_text("```console\n$ echo one\none\n```\n")
    return load_project(folder)


@pytest.fixture(scope="module")
def pptx(project: Project) -> Pptx:
    """The PPTX."""
    return Pptx(pptx_of(project))


def in_html(page: str) -> list[list[Foot]]:
    """The feet of each slide of a page."""
    root: Element = html.document_fromstring(page)
    return [sorted(_of_section(section)) for section in root.xpath("//section")]


def _of_section(section: Element) -> Iterator[Foot]:
    for kind in KINDS.values():
        for element in section.xpath(f"./div[contains(@class, 'qd-{kind}')]"):
            (paragraph,) = element
            box, style = _declared(element), _declared(paragraph)
            yield Foot(
                kind,
                words(paragraph.text_content()),
                round(_px(style["font-size"]) * 0.75, 1),
                style["color"],
                round(_px(style.get("letter-spacing", "0")) * 0.75, 1),
                round(_px(style["line-height"]) * 0.75, 1),
                style.get("font-weight") == "700",
                style.get("font-style") == "italic",
                style.get("text-transform") == "uppercase",
                style.get("text-align", "left"),
                tuple(_px(box[side]) for side in ("left", "top", "width", "height")),
            )


def _declared(element: Element) -> dict[str, str]:
    declarations = (part.partition(":") for part in element.get("style", "").split(";"))
    return {name: value for name, _, value in declarations}


def _px(length: str) -> float:
    return float(length.removesuffix("px"))


def in_pptx(pptx: Pptx) -> list[list[Foot]]:
    """The feet of each slide of a PPTX, with what they take from their layout."""
    parts = sorted(pptx.matching("ppt/slides/slide"), key=lambda name: int(re.findall(r"\d+", name)[-1]))
    return [sorted(_of_slide(pptx, part)) for part in parts]


def _of_slide(pptx: Pptx, part: str) -> Iterator[Foot]:
    layout = _placeholders(pptx.xml(pptx.related(part, "slideLayout")[0]))
    for kind, shape in _placeholders(pptx.xml(part)).items():
        given = layout[kind]
        level = _only(given, f".//{A}lstStyle/{A}lvl1pPr")
        run = _only(shape, f".//{A}rPr")
        looks = {**_only(level, f"{A}defRPr").attrib, **run.attrib}
        leading = shape.find(f".//{A}pPr/{A}lnSpc/{A}spcPts")
        if leading is None:
            leading = _only(level, f"{A}lnSpc/{A}spcPts")
        fill = run.find(f"{A}solidFill")
        paragraph = shape.find(f".//{A}pPr")
        align = (paragraph.get("algn") if paragraph is not None else None) or level.get("algn")
        box = shape.find(f"{P}spPr/{A}xfrm")
        yield Foot(
            KINDS[kind],
            words("".join(shape.xpath(".//*[local-name()='t']/text()"))),
            int(looks["sz"]) / 100,
            _color(pptx, _only(level, f"{A}defRPr/{A}solidFill") if fill is None else fill),
            round(int(looks.get("spc", "0")) / 100, 1),
            round(int(leading.get("val")) / 100, 1),
            looks.get("b") == "1",
            looks.get("i") == "1",
            looks.get("cap") == "all",
            {"l": "left", "ctr": "center", "r": "right"}[align],
            _extent(_only(given, f"{P}spPr/{A}xfrm") if box is None else box),
        )


def _placeholders(root: Element) -> dict[str, Element]:
    found = ((shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph"), shape) for shape in root.iter(f"{P}sp"))
    return {place.get("type"): shape for place, shape in found if place is not None and place.get("type") in KINDS}


def _only(element: Element, path: str) -> Element:
    found = element.find(path)
    assert found is not None, path
    return found


def _color(pptx: Pptx, fill: Element) -> str:
    scheme = fill.find(f"{A}schemeClr")
    if scheme is None:
        return f"#{_only(fill, f'{A}srgbClr').get('val')}"
    theme = _only(pptx.xml("ppt/theme/theme1.xml"), f".//{A}clrScheme/{A}{scheme.get('val')}")
    return f"#{theme[0].get('val')}"


def _extent(frame: Element) -> tuple[float, ...]:
    place, size = _only(frame, f"{A}off"), _only(frame, f"{A}ext")
    numbers = (place.get("x"), place.get("y"), size.get("cx"), size.get("cy"))
    return tuple(int(number) / EMU_PER_PX for number in numbers)


def test_the_foot_is_the_same_in_both(project: Project, pptx: Pptx) -> None:
    """Text, size, colour, tracking, leading, weight, capitals, alignment and box."""
    assert in_pptx(pptx) == in_html(html_of(project).decode())


def test_it_is_as_the_theme_says(project: Project) -> None:
    """Every property of the style reaches the page, and each slide has what its layout has."""
    cover, content, section, demo = in_html(html_of(project).decode())
    assert [foot.kind for foot in content] == [foot.kind for foot in demo] == ["date", "footer", "number"]
    assert [foot.kind for foot in section] == ["number"]
    assert cover == []
    assert content[1] == Foot(
        "footer", "Harbour & co", 15, "#1C6A86", 1.2, 18.8, True, True, True, "left", (80, 664, 720, 24)
    )
    assert [foot.text for foot in (content[2], section[0], demo[2])] == ["2", "3", "4"]


def test_it_follows_the_master(pptx: Pptx) -> None:
    """Nothing but the language is said on the slide; the number is a field that PowerPoint keeps up to date."""
    root = pptx.xml("ppt/slides/slide2.xml")
    for kind, shape in _placeholders(root).items():
        assert shape.find(f"{P}spPr/{A}xfrm") is None
        assert set(_only(shape, f".//{A}rPr").attrib) == {"lang"}
        assert len(_only(shape, f".//{A}rPr")) == 0
        assert (shape.find(f".//{A}fld[@type='slidenum']") is not None) == (kind == "sldNum")
    assert set(_placeholders(root)) == set(KINDS)
