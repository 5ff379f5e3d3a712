"""Code on a slide."""

from __future__ import annotations

from msgspec.structs import replace

from support.ooxml_lint import A, P
from support.pptx_deck import first_slide, program, texts


def test_code_is_copied_without_its_numbers() -> None:
    """The code stands in a box of its own, line by line; blanks at the start of a line stay."""
    code = replace(program(), text="if x:\n    y()\n")
    root = first_slide(code)
    boxes = {s.find(f"{P}nvSpPr/{P}cNvPr").get("name").rpartition(" ")[0]: s for s in root.iter(f"{P}sp")}
    lines = ["".join(t.text for t in p.iter(f"{A}t")) for p in boxes["Code (python)"].iter(f"{A}p")]
    assert lines[:2] == ["if x:", "    y()"]
    assert texts(boxes["Line numbers"])[:2] == ["1", "2"]
    assert boxes["Code (python)"].find(f"{P}txBody/{A}bodyPr").get("wrap") == "none"


def test_tabs_are_copied() -> None:
    """A tab stays a tab, with stops where the HTML has them; lines without one have none."""
    root = first_slide(replace(program(), text="all:\n\techo\tx", numbers=False, highlights=()))
    (box,) = (s for s in root.iter(f"{P}sp") if s.find(f"{P}nvSpPr/{P}cNvPr").get("name").startswith("Code (python)"))
    plain, tabbed = box.iter(f"{A}p")
    assert ["".join(t.text for t in p.iter(f"{A}t")) for p in (plain, tabbed)] == ["all:", "\techo\tx"]
    stops = [int(tab.get("pos")) for tab in tabbed.iter(f"{A}tab")]
    assert len(stops) > 2
    assert max(abs(stop - stops[0] * n) for n, stop in enumerate(stops, 1)) <= len(stops)
    assert not list(plain.iter(f"{A}tab"))
