"""The lint itself: a file broken on purpose doesn't pass."""

from __future__ import annotations

import io
import zipfile

import pytest

from support.ooxml_lint import lint
from support.pptx_deck import built, everything

SLIDE = "ppt/slides/slide3.xml"
PRESENTATION = "ppt/presentation.xml"
MASTER = "ppt/slideMasters/slideMaster1.xml"
BREAKAGES = {
    "shape id twice": (SLIDE, 'id="3" name', 'id="2" name', "shapes have the id 2"),
    "layout id of the master": (MASTER, 'sldLayoutId id="2147483649"', 'sldLayoutId id="2147483648"', "have the id"),
    "no layout list": (MASTER, "sldLayoutIdLst", "extLst", "no sldLayoutIdLst"),
    "no text styles": (MASTER, "txStyles", "extLst", "no txStyles"),
    "timing names no shape": (SLIDE, 'spid="', 'spid="9', "which isn't there"),
    "timing names no paragraph": (SLIDE, 'pRg st="', 'pRg st="9', "names paragraph"),
    "time node twice": (SLIDE, 'cTn id="3"', 'cTn id="2"', "time nodes have the id 2"),
    "build of another group": (SLIDE, 'grpId="0" build', 'grpId="5" build', "built without an effect"),
    "section names no slide": (PRESENTATION, 'p14:sldId id="257"', 'p14:sldId id="999"', "names the slide 999"),
    "section id twice": (PRESENTATION, None, None, "sections have the id"),
    "placeholder of no layout": (SLIDE, 'idx="13"', 'idx="77"', "isn't in"),
    "placeholder twice": (
        SLIDE,
        'type="ftr" sz="quarter" idx="11"',
        'type="dt" sz="half" idx="10"',
        "fill the placeholder",
    ),
    "no content type": ("[Content_Types].xml", "/ppt/viewProps.xml", "/ppt/other.xml", "has no content type"),
    "dead relationship": ("ppt/_rels/presentation.xml.rels", "viewProps.xml", "other.xml", "isn't there"),
    "unknown relationship": (SLIDE, 'r:id="rId2"', 'r:id="rId99"', "which it doesn't have"),
    "axis missing": ("ppt/charts/chart1.xml", 'crossAx val="50010001"', 'crossAx val="7"', "names the axis 7"),
}


@pytest.fixture(scope="module")
def sound() -> bytes:
    """A file without a fault."""
    return built(everything())


@pytest.mark.parametrize("breakage", BREAKAGES)
def test_breakage_is_found(sound: bytes, breakage: str) -> None:
    """Each fault that PowerPoint would stumble over is named."""
    part, before, after, message = BREAKAGES[breakage]
    faults = lint(_changed(sound, part, before, after))
    assert any(message in fault for fault in faults), faults


def test_notes_master_needs_a_theme_of_its_own(sound: bytes) -> None:
    """Sharing the slides' theme makes PowerPoint repair the file."""
    changed = _changed(sound, "ppt/notesMasters/_rels/notesMaster1.xml.rels", "theme2.xml", "theme1.xml")
    assert any("is the theme of 2 masters" in fault for fault in lint(changed))


def _changed(data: bytes, part: str, before: str | None, after: str | None) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(buffer, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode() if name == part else source.read(name)
            if isinstance(content, str):
                content = _replaced(content, before, after)
            target.writestr(name, content)
    return buffer.getvalue()


def _replaced(content: str, before: str | None, after: str | None) -> str:
    if before is None or after is None:
        start = content.index(' id="{') + len(' id="')
        second = content.index(' id="{', start) + len(' id="')
        return content[:second] + content[start : start + 38] + content[second + 38 :]
    assert before in content
    return content.replace(before, after)
