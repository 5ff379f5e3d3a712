"""Parts of a PPTX as they are, so that a change of the format is seen in review.

Whole parts as indented XML, never the bytes of the archive.  After a change that is meant:
``pytest tests/golden --snapshot-update``.
"""

from __future__ import annotations

import pytest
from lxml import etree
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from support.ooxml_lint import Pptx
from support.pptx_deck import built, everything

PARTS = {
    "presentation": "ppt/presentation.xml",
    "theme": "ppt/theme/theme1.xml",
    "master": "ppt/slideMasters/slideMaster1.xml",
    "content layout": "ppt/slideLayouts/slideLayout3.xml",
    "notes master": "ppt/notesMasters/notesMaster1.xml",
    "notes": "ppt/notesSlides/notesSlide1.xml",
    "text": "ppt/slides/slide3.xml",
    "table": "ppt/slides/slide5.xml",
    "code": "ppt/slides/slide6.xml",
    "demo": "ppt/slides/slide11.xml",
    "maths": "ppt/slides/slide13.xml",
    "chart": "ppt/charts/chart1.xml",
    "media": "ppt/slides/slide18.xml",
}


class XmlExtension(SingleFileSnapshotExtension):
    """A file of indented XML for each part."""

    _write_mode = WriteMode.TEXT
    file_extension = "xml"


@pytest.fixture(scope="module")
def pptx() -> Pptx:
    """A deck with everything in it."""
    return Pptx(built(everything()))


@pytest.mark.parametrize("part", PARTS)
def test_part(pptx: Pptx, part: str, snapshot: SnapshotAssertion) -> None:
    """The part is what it was."""
    root = pptx.xml(PARTS[part])
    etree.indent(root)
    text = etree.tostring(root, encoding="unicode")
    assert text + "\n" == snapshot(extension_class=XmlExtension)
