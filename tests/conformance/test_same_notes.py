"""Speaker notes say the same on PowerPoint's notes page, on the pages of the deck and in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import pytest
from lxml import html

from quarterdeck.project.outputs.formats import html as html_of
from quarterdeck.project.outputs.formats import pptx as pptx_of
from quarterdeck.project.project import Project, load_project
from quarterdeck.show.prose import notes_text, prose
from support.ooxml_lint import A, Element, P, Pptx
from support.shown import words

DECK = """---
title: Notes
---
# One

Text.

<!--
Say **this**, ~~not that~~, and H[2]{.sub}O.[^why]

- [x] wired
- [ ] lit
- plain

3. third
4. fourth

| Port | Count | Note |
|------|------:|:----:|
| http |    80 | open |
| alt  |  8080 | ~~shut~~ |

> To be
>
> — Hamlet

::: warning Mind the **gap**
It is wide.
:::

Term
: Its meaning

$$ a^2 $$

[^why]: Because it is *wet*.
-->
"""


class Line(NamedTuple):
    """A paragraph of notes, or a row of a table, as it is read."""

    mark: str
    """``•``, ``☑``, or ``#3`` for an item of a list that is numbered from 3."""
    text: str
    bold: str
    struck: str
    raised: str
    lowered: str
    aligns: tuple[str, ...]
    """Of the cells of a row."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A deck of one slide, whose notes have it all."""
    deck = tmp_path_factory.mktemp("notes") / "deck.md"
    deck.write_text(DECK)
    return load_project(deck.parent)


@pytest.fixture(scope="module")
def in_html(project: Project) -> list[Line]:
    """The notes of the page."""
    return lines_in_html(html_of(project).decode())


@pytest.fixture(scope="module")
def in_pptx(project: Project) -> list[Line]:
    """The notes of the PPTX."""
    return list(lines_in_pptx(pptx_of(project)))


def lines_in_html(page: str) -> list[Line]:
    """The lines in the ``aside`` of the first slide with notes."""
    root: Element = html.document_fromstring(page)
    aside = root.xpath("//section/aside[@class='notes']")[0]
    return [_html_line(item) for item in aside.xpath(".//p | .//li | .//tr | .//dt")]


def _html_line(item: Element) -> Line:
    box = "".join(item.xpath("./span[@class='box']/text()"))
    mark = box
    if item.tag == "li" and not box:
        listed = item.getparent()
        mark = "•" if listed.tag == "ul" else f"#{listed.get('start', '1')}"
    cells = item.xpath("./td | ./th")
    return Line(
        mark,
        words(" ".join(cell.text_content() for cell in cells) or item.text_content().removeprefix(box)),
        _inside(item, "strong", "th", "dt"),
        _inside(item, "s"),
        _inside(item, "sup"),
        _inside(item, "sub"),
        tuple((cell.get("style") or "text-align:left").removeprefix("text-align:") for cell in cells),
    )


def _inside(item: Element, *tags: str) -> str:
    """The text in elements of some kinds, the item itself or within it."""
    around = " or ".join(f"ancestor::{tag}" for tag in tags)
    return words("".join(item.xpath(f".//text()[{around}]")))


def lines_in_pptx(data: bytes) -> Iterator[Line]:
    """The lines of the first notes page."""
    notes = Pptx(data).xml("ppt/notesSlides/notesSlide1.xml")
    body = next(s for s in notes.iter(f"{P}sp") if s.find(f".//{P}ph[@type='body']") is not None)
    for paragraph in body.iter(f"{A}p"):
        properties = paragraph.find(f"{A}pPr")
        assert properties is not None
        character, number = properties.find(f"{A}buChar"), properties.find(f"{A}buAutoNum")
        mark = "" if character is None else character.get("char", "")
        if number is not None:
            mark = f"#{number.get('startAt', '1')}"
        text = "".join(_texts(paragraph))
        yield Line(
            mark,
            words(text),
            words("".join(_texts(paragraph, "b", "1")).replace("\t", "")),
            words("".join(_texts(paragraph, "strike", "sngStrike"))),
            words("".join(_texts(paragraph, "baseline", "30000"))),
            words("".join(_texts(paragraph, "baseline", "-25000"))),
            _aligns(properties, text),
        )


def _texts(paragraph: Element, name: str = "", value: str = "") -> Iterator[str]:
    for run in paragraph.iter(f"{A}r"):
        look = run.find(f"{A}rPr")
        assert look is not None
        if not name or look.get(name) == value:
            yield run.findtext(f"{A}t") or ""


def _aligns(properties: Element, text: str) -> tuple[str, ...]:
    stops = [{"l": "left", "ctr": "center", "r": "right"}[t.get("algn", "")] for t in properties.iter(f"{A}tab")]
    if not stops:
        return ()
    return tuple(stops) if text.startswith("\t") else ("left", *stops)


def test_every_line_is_the_same_in_both(in_pptx: list[Line], in_html: list[Line]) -> None:
    """Text, marks of lists and tasks, bold, struck and raised words, numbers of footnotes, columns of tables."""
    assert in_pptx == in_html


def test_nothing_of_it_is_missing(in_html: list[Line]) -> None:
    """The comparison isn't one of nothing with nothing."""
    assert Line("", "Say this, not that, and H2O.1", "this", "not that", "1", "2", ()) in in_html
    assert [line.mark for line in in_html if line.mark] == ["☑", "☐", "•", "#3", "#3", "#1"]
    assert Line("", "alt 8080 shut", "", "shut", "", "", ("left", "right", "center")) in in_html
    assert Line("", "Port Count Note", "PortCountNote", "", "", "", ("left", "right", "center")) in in_html
    assert Line("", "— Hamlet", "", "", "", "", ()) in in_html
    assert Line("", "Mind the gap", "Mind the gap", "", "", "", ()) in in_html
    assert Line("#1", "Because it is wet.", "", "", "", "", ()) in in_html


def test_the_console_says_it_too(project: Project) -> None:
    """In plain text, what is struck through keeps its ``~~`` and numbers of footnotes are raised."""
    notes = project.deck.slides[0].notes
    for shown in (notes_text(notes), prose(notes, 80)):
        for part in ("☑ wired", "☐ lit", "• plain", "3. third", "1. Because it is", "— Hamlet", "O.¹"):
            assert part in shown.replace("\x1b[3mwet\x1b[0m", "wet"), part
    assert "~~not that~~" in notes_text(notes)
    assert "\x1b[9mnot that\x1b[0m" in prose(notes, 80)
