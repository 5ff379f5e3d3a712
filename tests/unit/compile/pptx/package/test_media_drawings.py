"""Drawings as pixels."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import pytest
from PIL import Image

from conftest import missing
from quarterdeck.browser import DrawingBrowser
from quarterdeck.compile.pptx.package import media
from quarterdeck.compile.pptx.package.media import needs_browser, with_twins
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.installed import browser_path
from quarterdeck.model.content import Asset
from quarterdeck.theme.file import load_theme


@pytest.fixture
def chromium_on_path() -> None:
    """A browser to draw with."""
    if browser_path() is None:
        missing("browser", "no Chromium is on the PATH")


def test_drawings_use_the_fonts_at_hand() -> None:
    """Fonts are named as the ones that are measured; the words of the drawing are left alone."""
    drawing = '<text font-family="Arial, sans-serif" style="font-family: \'Courier New\'">Arial</text>'
    renamed = with_twins(drawing, load_theme("harbour", Path()))
    assert renamed == '<text font-family="Arimo, sans-serif" style="font-family: \'Cousine\'">Arial</text>'


HARBOUR = load_theme("harbour", Path())
FEATURES = [
    '<rect width="99" height="99" style="--c:green;fill:var(--c)"/>',
    '<style>:root{--c:green}rect{fill:var(--c)}</style><rect width="99" height="99"/>',
    '<rect width="99" height="99" fill="red" style="fill:light-dark(green,red)"/>',
    '<rect width="99" height="99" fill="oklch(51.98% 0.1769 142.5)"/>',
    '<rect width="99" height="99" fill="color-mix(in srgb, green, green)"/>',
    '<rect width="99" height="99" fill="rgb(0 128 0 / 100%)"/>',
    '<style>[id^="n"]{fill:green}</style><rect id="n1" width="99" height="99"/>',
    '<style>rect:not(.z){fill:green}</style><rect width="99" height="99"/>',
    '<style>:is(rect){fill:green}</style><rect width="99" height="99"/>',
    '<style>rect:last-child{fill:green}</style><rect width="99" height="99"/>',
    '<style>g{rect{fill:green}}</style><g><rect width="99" height="99"/></g>',
    '<style>@media screen{rect{fill:green}}</style><rect width="99" height="99"/>',
    '<rect x="-99" width="99" height="99" fill="green" style="transform:translate(99px)"/>',
    '<style>rect{width:99px;height:99px}</style><rect fill="green"/>',
    '<foreignObject width="99" height="99"><div xmlns="http://www.w3.org/1999/xhtml"'
    ' style="background:green;height:99px"></div></foreignObject>',
]


def middle(inside: str) -> object:
    """The colour in the middle of a drawing's PNG, without its opacity."""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="60" height="60">{inside}</svg>'
    with closing(DrawingBrowser()) as browser:
        png = media.rasterised(Asset("a.svg", "image/svg+xml", svg.encode(), 60, 60), HARBOUR, browser)
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.size == (120, 120)
        return picture.convert("RGBA").getpixel((60, 60))


@pytest.mark.browser
@pytest.mark.usefixtures("chromium_on_path")
@pytest.mark.parametrize("inside", FEATURES)
def test_what_resvg_cannot_draw_is_drawn_by_the_browser(inside: str) -> None:
    """Each of these is black or missing in resvg."""
    assert middle(inside) == (0, 128, 0, 255)


@pytest.mark.parametrize("inside", FEATURES)
def test_without_a_browser_resvg_draws_what_it_can(monkeypatch: pytest.MonkeyPatch, inside: str) -> None:
    """The deck is built all the same; a warning has named the feature (``project.drawings``)."""
    monkeypatch.setattr(media, "browser_path", lambda: None)
    assert middle(inside) != (0, 128, 0, 255)
    assert needs_browser(f'<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode())


def test_a_browser_that_fails_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Never a drawing without its labels instead."""
    (tmp_path / "chromium").write_text("#!/bin/sh\necho no display >&2\nexit 1\n")
    (tmp_path / "chromium").chmod(0o755)
    monkeypatch.setattr(media, "browser_path", lambda: str(tmp_path / "chromium"))
    with pytest.raises(QuarterdeckError, match=r"did not draw a\.svg: no display") as caught:
        middle("<foreignObject/>")
    assert caught.value.diagnostics[0].code == "drawing-failed"
