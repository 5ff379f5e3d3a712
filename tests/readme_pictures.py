"""The README's pictures of a slide and of the presenter page, taken from a show of the flagship on a real engine.

``python tests/readme_pictures.py`` writes them to ``.github/``, where Docker answers and Chromium is installed.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from flagship import FLAGSHIP, running_show, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).parent.parent / ".github"
SLIDE, DEMO, STEPS = "environment", "environment", 2
"""A slide whose demo shows the page of a server that it has just started."""
SIZE = (1280, 720)
"""px: as a projector shows the slide."""
COLORS = 255
"""Of the palette that the pictures are saved with: a third of the bytes, and no difference to the eye."""
SECONDS = 60
TALKED = 32 * 60 + 50
"""Seconds that a speaker who keeps to the plan has talked at that slide; the page's clock is put forward by them."""
FORWARD = (
    "seconds => { const now = performance.now.bind(performance); performance.now = () => now() + seconds * 1000; }"
)


def main() -> None:
    """Take both pictures."""
    with (
        running_show(FLAGSHIP, "--yes", "--engine", "docker", "--no-typing", "--from", SLIDE) as show,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        context = chromium.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, reduced_motion="reduce")
        presenter, projector = context.new_page(), context.new_page()
        presenter.goto(show.presenter)
        presenter.locator("#link[data-state=good]").wait_for()
        projector.goto(show.projector)
        projector.locator(f"section.present[id='{SLIDE}']").wait_for()
        for step in range(1, STEPS + 1):
            presenter.keyboard.press("PageDown")
            wait_until(lambda step=step: _done(projector) == step, SECONDS, f"step {step}")
        projector.frame_locator(".qd-page iframe").locator("h1").wait_for()
        presenter.evaluate(FORWARD, TALKED)
        presenter.locator("#pace", has_text="on time").wait_for()
        _save(presenter, "presenter")
        _save(projector, "slide")
        chromium.close()


def _done(page: Page) -> int:
    """How many steps of the demo have passed."""
    return page.locator("section.present .qd-dots i[data-state='passed']").count()


def _save(page: Page, name: str) -> None:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLORS, kmeans=3, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
