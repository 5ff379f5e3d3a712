"""Diagrams: pictures that their tools draw."""

from __future__ import annotations

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.content import Diagram, Image
from quarterdeck.theme.building.pictures import BEFORE, image_piece
from quarterdeck.theme.building.setting import Piece, Setting
from quarterdeck.theme.diagrams.drawing import picture_of
from quarterdeck.theme.diagrams.look import diagram_look


def diagram_piece(diagram: Diagram, setting: Setting) -> Piece:
    """A diagram, drawn by its tool in the colours that hold here."""
    drawn = picture_of(diagram, diagram_look(setting.theme, setting.colors))
    if isinstance(drawn, Diagnostic):
        return Piece(0.0, lambda _: (), 0.0, BEFORE, (drawn,))
    picture = Image(
        asset=drawn,
        alt=diagram.alt,
        width=diagram.width,
        fragment=diagram.fragment,
        classes=("center",),
        span=diagram.span,
    )
    return image_piece(picture, setting)
