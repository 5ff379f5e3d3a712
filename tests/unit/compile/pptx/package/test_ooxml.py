"""Escaping and units."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from quarterdeck.compile.pptx.package.ooxml import attribute, centipoints, emu, extent, text
from quarterdeck.model.theme import Box

ILLEGAL = re.compile(r"[\x00-\x1f\ud800-\udfff\ufffe\uffff]")
"""What XML 1.0 (2.2) has no form for, and the three blanks that it has one for."""


@given(st.text())
def test_any_text_comes_through(value: str) -> None:
    """Whatever an author writes stands in the file, but for characters that XML has no form for."""
    root = etree.fromstring(f'<a b="{attribute(value)}">{text(value)}</a>')
    allowed = "".join(c for c in value if c in "\t\n\r" or not ILLEGAL.match(c))
    assert (root.text or "") == allowed
    assert root.get("b") == allowed


def test_units_are_whole() -> None:
    """A px is 9525 EMU and 75 hundredths of a point."""
    assert (emu(1.5), centipoints(24)) == (14288, 1800)


def test_neighbours_touch() -> None:
    """Boxes that share an edge share it in the file too, whatever was rounded."""
    left = etree.fromstring(_declared(extent(Box(0, 0, 100 / 3, 10))))
    right = etree.fromstring(_declared(extent(Box(100 / 3, 0, 100 / 3, 10))))
    assert int(left[0].get("x", 0)) + int(left[1].get("cx", 0)) == int(right[0].get("x", 0))


def _declared(xml: str) -> str:
    return xml.replace("<a:xfrm>", '<a:xfrm xmlns:a="a">')
