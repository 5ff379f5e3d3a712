"""Drawings as pixels."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.compile.pptx.package.raster import with_twins
from quarterdeck.theme.file import load_theme


def test_drawings_use_the_fonts_at_hand() -> None:
    """Fonts are named as the ones that are measured; the words of the drawing are left alone."""
    drawing = '<text font-family="Arial, sans-serif" style="font-family: \'Courier New\'">Arial</text>'
    renamed = with_twins(drawing, load_theme("harbour", Path()))
    assert renamed == '<text font-family="Arimo, sans-serif" style="font-family: \'Cousine\'">Arial</text>'
