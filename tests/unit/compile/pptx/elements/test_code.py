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
