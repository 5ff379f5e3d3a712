"""Pictures of both outputs of a deck, slide by slide, side by side.

``python tests/tools/side_by_side.py DECK FOLDER`` writes them to look at; a test compares them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from PIL import Image, ImageChops, ImageFilter, ImageStat

GAP = 6
"""Pixels between the two pictures of a slide."""


def pictures(pdf: Path, width: int) -> list[Image.Image]:
    """The pages of a PDF, so many pixels wide."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-png", "-scale-to-x", str(width), "-scale-to-y", str(width * 9 // 16)]
        subprocess.run([*command, str(pdf), f"{folder}/page"], check=True, capture_output=True)
        return [Image.open(path).convert("RGB") for path in sorted(Path(folder).iterdir())]


def difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are from each other, 0 to 1; letters that stand a pixel beside each other hardly count."""
    soft = (picture.filter(ImageFilter.GaussianBlur(picture.width / 160)) for picture in (one, other))
    return max(ImageStat.Stat(ImageChops.difference(*soft)).mean) / 255


def sheet(one: Image.Image, other: Image.Image) -> Image.Image:
    """Two pictures beside each other."""
    made = Image.new("RGB", (one.width + GAP + other.width, one.height), "red")
    made.paste(one, (0, 0))
    made.paste(other, (one.width + GAP, 0))
    return made


def pairs(pptx_pdf: Path, html_pdf: Path, width: int) -> Iterator[tuple[Image.Image, Image.Image]]:
    """Each slide as PPTX and as HTML."""
    yield from zip(pictures(pptx_pdf, width), pictures(html_pdf, width), strict=True)


def main(deck: Path, folder: Path, convert: Callable[[Path, Path], Path]) -> None:
    """Write a picture for each slide of a deck."""
    from quarterdeck.project.outputs.formats import pdf, pptx
    from quarterdeck.project.project import load_project

    project = load_project(deck)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "deck.pptx").write_bytes(pptx(project))
    (folder / "html.pdf").write_bytes(pdf(project))
    shown = [placed.slide.id for placed in project.slides if not placed.slide.hidden]
    drawn = pairs(convert(folder / "deck.pptx", folder), folder / "html.pdf", 960)
    for number, (id_, (one, other)) in enumerate(zip(shown, drawn, strict=True), start=1):
        sheet(one, other).save(folder / f"{number:03}-{id_}.png")


def _with_libreoffice(pptx: Path, folder: Path) -> Path:
    command = ["soffice", "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(pptx)]
    subprocess.run(command, check=True, capture_output=True)
    return folder / f"{pptx.stem}.pdf"


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), _with_libreoffice)
