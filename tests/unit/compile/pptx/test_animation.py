"""Fragments in PowerPoint's timeline."""

from __future__ import annotations

import pytest
from lxml import etree
from msgspec.structs import replace

from quarterdeck.compile.pptx.animation import Build, Timeline
from quarterdeck.model.content import LineSet, List, ListItem
from support.ooxml_lint import A, Element, P
from support.pptx_deck import bullets, first_slide, program, sized_table, words


def clicks(root: Element) -> list[list[tuple[str, str | None, str]]]:
    """For each click, and for the start if anything happens there: shape's name, paragraph and what happens to it."""
    names = {item.get("id"): item.get("name") for item in root.iter(f"{P}cNvPr")}
    found: list[list[tuple[str, str | None, str]]] = []
    for effect in root.iter(f"{P}cTn"):
        kind = effect.get("presetClass")
        if kind is None:
            continue
        if effect.get("nodeType") == "clickEffect" or not found:
            found.append([])
        target = next(effect.iter(f"{P}spTgt"))
        span = target.find(f"{P}txEl/{P}pRg")
        found[-1].append((names[target.get("spid")].rpartition(" ")[0], None if span is None else span.get("st"), kind))
    return found


def test_nothing_moves_without_fragments() -> None:
    """A slide without fragments has no timeline."""
    assert first_slide(words("x")).find(f"{P}timing") is None


def test_items_appear_one_by_one() -> None:
    """Each click shows the next item; what is nested in it comes with it."""
    items = List(
        (
            ListItem((words("first"), bullets("inner")), fragment=0),
            ListItem((words("second"),), fragment=1),
        )
    )
    root = first_slide(words("before"), items)
    assert clicks(root) == [[("Body", "1", "entr"), ("Body", "2", "entr")], [("Body", "3", "entr")]]


def test_rows_appear_one_by_one() -> None:
    """Rows of one fragment are a table of their own, right under the one before."""
    root = first_slide(sized_table(None, 0, 0, 1))
    frames = list(root.iter(f"{P}graphicFrame"))
    assert [len(list(frame.iter(f"{A}tr"))) for frame in frames] == [2, 2, 1]
    assert [len(click) for click in clicks(root)] == [1, 1]
    bottoms = [int(f.find(f"{P}xfrm/{A}off").get("y")) + int(f.find(f"{P}xfrm/{A}ext").get("cy")) for f in frames]
    tops = [int(frame.find(f"{P}xfrm/{A}off").get("y")) for frame in frames]
    assert bottoms[:-1] == tops[1:]


def test_bands_take_over_from_each_other() -> None:
    """A step through code shows the next lines and lets go of the last; the first is there from the start."""
    root = first_slide(program((1, 1), (3, 3), (2, 2)))
    start, first, second = clicks(root)
    assert [kind for _, _, kind in start] == ["emph"]
    assert [kind for _, _, kind in first] == ["emph", "exit"]
    assert [kind for _, _, kind in second] == ["entr", "exit"]
    begun = root.find(f".//{P}par/{P}cTn/{P}stCondLst/{P}cond[@evt='onBegin']")
    assert begun is not None


@pytest.mark.parametrize(
    ("ranges", "filled"),
    [([(1, 1), (3, 3), (2, 2)], [False, False, True]), ([(2, 2)], [True]), ([(1, 1), None], [False])],
)
def test_the_static_slide_shows_the_bands_of_the_last_step(
    ranges: list[tuple[int, int] | None], filled: list[bool]
) -> None:
    """As the HTML does in print: nobody sees bands that a show never shows together."""
    code = program(*(lines for lines in ranges if lines is not None))
    if None in ranges:
        code = replace(code, highlights=(*code.highlights, LineSet(())), highlight_fragments=(0,))
    root = first_slide(code)
    bands = [
        shape
        for shape in root.iter(f"{P}sp")
        if (shape.find(f"{P}nvSpPr/{P}cNvPr").get("name") or "").startswith("Highlight")
    ]
    assert [band.find(f"{P}spPr/{A}solidFill") is not None for band in bands] == filled


def test_the_first_band_comes_with_its_code() -> None:
    """Where the code itself appears later."""
    root = first_slide(replace(program((1, 1), (2, 2)), fragment=0, highlight_fragments=(1,)))
    first, second = clicks(root)
    assert "emph" in [kind for _, _, kind in first]
    assert [kind for _, _, kind in second] == ["entr", "exit"]


def test_fragments_come_in_their_order() -> None:
    """The order is that of the fragments, not that of the shapes."""
    root = first_slide(words("late", fragment=1), replace(sized_table(None), fragment=0))
    assert [click[0][0] for click in clicks(root)] == ["Table", "Body"]


def test_time_nodes_are_numbered_in_document_order() -> None:
    """PowerPoint expects each node's id once, from 1."""
    timeline = Timeline()
    timeline.appear(0, 2, Build.TEXT, 0)
    timeline.appear(0, 2, Build.TEXT, 1)
    timeline.leave(1, 3, Build.SHAPE)
    root = etree.fromstring(timeline.xml().replace("<p:timing>", '<p:timing xmlns:p="p">'))
    ids = [int(node.get("id", "0")) for node in root.iter("{p}cTn")]
    assert ids == list(range(1, len(ids) + 1))
