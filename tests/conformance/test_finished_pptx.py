"""What python-pptx saves after a user's function is the same presentation, and as valid."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from lxml import etree

from quarterdeck.project.finish import Finish
from quarterdeck.project.outputs.formats import pptx
from quarterdeck.project.project import Project
from support.conformance_deck import choices, project
from support.ooxml_lint import lint

__all__ = ["choices", "project"]
NOTHING = Finish("nothing.py", b"def finish(presentation):\n    pass\n")
NUMBERED = Finish(
    "numbered.py",
    b"""from pptx.util import Pt

def finish(presentation):
    for number, slide in enumerate(presentation.slides, 1):
        box = slide.shapes.add_textbox(Pt(10), Pt(10), Pt(80), Pt(20))
        box.text_frame.text = f"copy {number}"
""",
)


def parts(data: bytes) -> dict[str, bytes]:
    """The parts of a file; XML in its canonical form, content types in any order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    for name, content in found.items():
        if name.endswith((".xml", ".rels")):
            root = etree.fromstring(content)
            if name == "[Content_Types].xml":
                root[:] = sorted(root, key=lambda entry: sorted(entry.attrib.values()))
            found[name] = etree.tostring(root, method="c14n")
    return found


def test_nothing_is_lost(project: Project) -> None:
    """A function that does nothing changes no part, not even one that python-pptx doesn't know."""
    before, after = parts(pptx(project)), parts(NOTHING.applied(pptx(project)))
    types = "[Content_Types].xml"
    assert len(before) > 100
    assert {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)} <= {types}
    assert declared(before[types], before) == declared(after[types], after)


def declared(types: bytes, names: dict[str, bytes]) -> dict[str, str | None]:
    """The content type of each part, by its own name or its extension."""
    root = etree.fromstring(types)
    own = {str(entry.get("PartName")).lstrip("/"): entry.get("ContentType") for entry in root if entry.get("PartName")}
    usual = {entry.get("Extension"): entry.get("ContentType") for entry in root if entry.get("Extension")}
    return {name: own.get(name, usual.get(name.rpartition(".")[2])) for name in names if not name.startswith("[")}


def test_it_is_still_without_fault(project: Project) -> None:
    """Our own lint finds nothing in a finished deck."""
    assert lint(NUMBERED.applied(pptx(project))) == []


@pytest.mark.office
def test_office_finds_no_fault(project: Project, ooxml_validator: Callable[[bytes], list[str]]) -> None:
    """Neither does the Open XML SDK."""
    assert ooxml_validator(NUMBERED.applied(pptx(project))) == []
