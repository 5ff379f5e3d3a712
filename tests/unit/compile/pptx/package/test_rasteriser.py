"""Drawings are drawn within bounds, whatever they are."""

from __future__ import annotations

import io
import subprocess
from typing import Any

import pytest
from PIL import Image

from quarterdeck.compile.pptx.package import rasteriser
from quarterdeck.compile.pptx.package.rasteriser import draw
from quarterdeck.theme.measure.formulas import formula_svg

OPTIONS: dict[str, Any] = {"width": 200, "dpi": 96.0, "skip_system_fonts": True}
RED = '<rect width="400" height="300" fill="#FF0000"/>'


def svg(body: str) -> str:
    """A drawing."""
    space = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'<svg {space} width="400" height="300" viewBox="0 0 400 300">{body}</svg>'


def masks(levels: int) -> str:
    """Masks that each use the one before twice."""
    made = "".join(f'<mask id="m{n}">{masked(n - 1) * 2}</mask>' for n in range(1, levels))
    return made + masked(levels - 1)


def masked(level: int) -> str:
    """A rectangle behind a mask."""
    return f'<rect width="400" height="300" fill="white" mask="url(#m{level})"/>'


PLAIN = (
    RED,
    '<g><path d="M0 0L9 9"/></g><text x="1" y="20">words</text>',
    '<defs><linearGradient id="a"><stop/></linearGradient></defs><rect width="9" height="9" fill="url(#a)"/>',
)
NOT_PLAIN = (
    '<g filter="url(#f)"/>',
    "<style>rect{fill:red}</style>" + RED,
    '<path stroke-dasharray="0.001" d="M0 0h9"/>',
    "<g>" * 40 + "</g>" * 40,
    "<svg:g xmlns:svg='x'>" * 40 + "</svg:g>" * 40,
    '<g id="a"><path/></g><use xlink:href="#a"/>',
    '<symbol id="a"><use xlink:href="#b"/></symbol><use xlink:href="#a"/>',
    "<pattern/>",
    "<image/>",
    "<path/>" * 6000,
    '<path d="' + "M0 0" * 300_000 + '"/>',
)


def test_what_is_drawn_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A few shapes and words, and every formula, need no process of their own; all else does."""
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a process"))
    formula = formula_svg(r"\sum_{i=1}^n \frac{a_i}{\sqrt{b}}", 20.0, "#000000", inline=False)
    for drawing in (*map(svg, PLAIN), formula):
        assert draw(drawing, OPTIONS).startswith(b"\x89PNG")
    for body in NOT_PLAIN:
        with pytest.raises(pytest.fail.Exception):
            draw(svg(body), OPTIONS)


def test_process_draws_the_same() -> None:
    """A drawing looks the same wherever it is drawn."""
    drawn = [Image.open(io.BytesIO(draw(svg(body), OPTIONS))) for body in (RED, f"<switch>{RED}</switch>")]
    assert drawn[0].size == drawn[1].size == (200, 150)
    assert drawn[0].tobytes() == drawn[1].tobytes()


def test_deep_drawing() -> None:
    """Hundreds of groups within each other, by which resvg would end this process, are drawn."""
    picture = Image.open(io.BytesIO(draw(svg("<g>" * 900 + RED + "</g>" * 900), OPTIONS)))
    assert picture.convert("RGBA").getpixel((5, 5)) == (255, 0, 0, 255)


@pytest.mark.slow
def test_drawing_that_takes_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is given up after so much processor time."""
    monkeypatch.setattr(rasteriser, "MOST_SECONDS", 1)
    noise = (
        '<filter id="f" x="0" y="0" width="1" height="1"><feTurbulence baseFrequency="1" numOctaves="99999"/></filter>'
    )
    with pytest.raises(ValueError, match="more than 1 s of processor time"):
        draw(svg(f'{noise}<g filter="url(#f)">{RED}</g>'), OPTIONS)


@pytest.mark.slow
def test_drawing_that_takes_too_much_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """It doesn't take this process with it."""
    monkeypatch.setattr(rasteriser, "MOST_MEMORY", 1 << 30)
    with pytest.raises(ValueError, match="too much memory, or is nested too deeply"):
        draw(svg(masks(24)), {**OPTIONS, "width": 4096})


def test_what_is_no_drawing() -> None:
    """Resvg's own words, from wherever it is called; a process that can't start says why."""
    for text in ("<svg", "<svg><style/>", svg('<use xlink:href="#a"/>' + "<svg>" * 3000 + "</svg>" * 3000)):
        with pytest.raises(ValueError, match=r"SVG|root"):
            draw(text, OPTIONS)
