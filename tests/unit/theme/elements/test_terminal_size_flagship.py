"""The type in the terminals of the flagship with its recordings: as it is placed, and in the PPTX."""

from io import BytesIO

import pytest
from pptx import Presentation
from pptx.shapes.group import GroupShape

from quarterdeck.model.placed import PlacedTerminal
from quarterdeck.project.outputs.formats import pptx
from quarterdeck.project.project import load_project
from support.flagship import FLAGSHIP

pytestmark = pytest.mark.slow


def test_the_last_row_can_read_every_demo() -> None:
    """Of 26 demos 23 or more have 18 pt or more, none less than 16 pt; the PPTX has the same sizes."""
    project = load_project(FLAGSHIP)
    placed = {
        number: round(element.type.size * 3 / 4, 2)
        for number, slide in enumerate(project.slides)
        for element in slide.elements
        if isinstance(element, PlacedTerminal)
    }
    assert len(placed) == 26
    assert sum(points >= 18 for points in placed.values()) >= 23, placed
    assert min(placed.values()) >= 16, placed
    written = {}
    for number, slide in enumerate(Presentation(BytesIO(pptx(project))).slides):
        for group in slide.shapes:
            if isinstance(group, GroupShape) and group.name.startswith("Demo "):
                (screen,) = (shape for shape in group.shapes if shape.name == "Screen")
                sizes = {run.font.size.pt for line in screen.text_frame.paragraphs for run in line.runs}
                (written[number],) = sizes
    assert written == placed
