"""Which files go into the package, and in which format."""

from __future__ import annotations

import io

import pytest
from PIL import Image as Pixels

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import Asset, Image, Length
from support.pptx_deck import opened, raster, slide, vector


def test_drawings_stay_vectors() -> None:
    """An SVG is there as it is, and for programs that show none as a PNG, sharp where it is largest.

    That is two pixels for each px of the slide, whatever size the drawing itself says: a small one isn't blurred.
    """
    pptx = opened(slide(Image(vector(), "A box", width=Length(20, "%"))), slide(Image(vector(), "A box"), id_="two"))
    media = {name.rpartition(".")[2]: name for name in pptx.names if name.startswith("ppt/media/")}
    assert pptx.parts[media["svg"]] == vector().data
    with Pixels.open(io.BytesIO(pptx.parts[media["png"]])) as image:
        assert image.size == (1920, 960)


def test_webp_becomes_png() -> None:
    """PowerPoint shows no WebP."""
    pptx = opened(slide(Image(raster("WEBP"), "A field")))
    assert [name for name in pptx.names if name.startswith("ppt/media/")] == ["ppt/media/image1.png"]


@pytest.mark.parametrize("kind", ["image/webp", "image/svg+xml"])
def test_broken_pictures_are_named(kind: str) -> None:
    """The file that can't be read is named in the message."""
    broken = Asset("images/broken", kind, b"<not a picture", 40, 30)
    with pytest.raises(QuarterdeckError, match="images/broken"):
        opened(slide(Image(broken, "A field")))
