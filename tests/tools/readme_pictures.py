"""The README's pictures: of a slide and of the presenter page, from a show of the flagship on a real engine, of the
console, and of some slides in each theme.

``python tests/tools/readme_pictures.py`` writes them to ``.github/``, where Docker answers and Chromium is installed.
"""

from __future__ import annotations

import asyncio
import io
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PIL import Image
from playwright.sync_api import sync_playwright

from quarterdeck.project.outputs.formats import html
from quarterdeck.project.project import load_project
from quarterdeck.show.addresses import AddressBook
from quarterdeck.show.console.app import Console
from quarterdeck.show.machine.clock import Clock
from quarterdeck.show.machine.plan import plan_show
from quarterdeck.show.show import Show
from quarterdeck.stage.replay import ReplayEngine
from quarterdeck.theme.file import BUILT_IN, load_theme
from quarterdeck.theme.placement.place import place
from support.flagship import FLAGSHIP, running_show, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

FOLDER = Path(__file__).parents[2] / ".github"
SLIDE, DEMO, STEPS = "environment", "environment", 2
"""A slide whose demo shows the page of a server that it has just started."""
SIZE = (1280, 720)
"""px: as a projector shows the slide."""
COLORS = 255
"""Of the palette that the pictures are saved with: a third of the bytes, and no difference to the eye."""
SECONDS = 60
SETTLED = 1000
"""ms after which the small slide on the presenter page is drawn, too."""
TALKED = 34 * 60 + 20
"""Seconds that a speaker who keeps to the plan has talked at that slide; the page's clock is put forward by them."""
FORWARD = (
    "seconds => { const now = performance.now.bind(performance); performance.now = () => now() + seconds * 1000; }"
)

CONSOLE_SLIDE, CONSOLE_STEPS = "own-processes", 2
INTO_SLIDE = 40
"""Seconds of it that have passed."""
CONSOLE_SIZE = (105, 32)
"""Columns and rows."""

IN_EACH_THEME = ("docker-from-racks-to-containers", "running-containers", "stacks", "virtual-machines")
GAP = 8
"""Pixels between the slides of that picture."""


def main() -> None:
    """Take all pictures."""
    console = asyncio.run(_console())  # before Playwright's own event loop begins
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        _take_show(chromium)
        _take_themes(chromium)
        _save(_drawn(chromium, console), "console")
        chromium.close()


def _take_show(chromium: Browser) -> None:
    with running_show(FLAGSHIP, "--yes", "--engine", "docker", "--no-typing", "--from", SLIDE) as show:
        context = chromium.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, reduced_motion="reduce")
        presenter, projector = context.new_page(), context.new_page()
        presenter.goto(show.presenter)
        presenter.locator("#link[data-state=good]").wait_for()
        projector.goto(show.projector)
        projector.locator(f"section.present[id='{SLIDE}']").wait_for()
        for step in range(1, STEPS + 1):
            presenter.keyboard.press("PageDown")
            wait_until(lambda step=step: _done(projector) == step, SECONDS, f"step {step}")
        projector.frame_locator(".qd-page iframe").last.locator("h1").wait_for()
        presenter.evaluate(FORWARD, TALKED)
        presenter.locator("#pace", has_text="on time").wait_for()
        presenter.wait_for_timeout(SETTLED)
        _save(_screenshot(presenter), "presenter")
        _save(_screenshot(projector), "slide")


async def _console() -> str:
    """The console as SVG, in the middle of a demo that plays its recording."""
    project = load_project(FLAGSHIP)
    recordings = ReplayEngine(project.casts, speed=50)
    deck = project.shown
    place = [slide.id for slide in deck.slides].index(CONSOLE_SLIDE)
    plan = plan_show(deck, project.casts.keys(), live=False)
    spent = {slide.id: slide.seconds for slide in plan.slides[:place]}
    on_time = Clock.resumed(sum(spent.values()) + INTO_SLIDE, spent, CONSOLE_SLIDE)
    show = Show(deck, project.casts.keys(), recordings, recordings, start=place, clock=on_time)
    console = Console(show, AddressBook(7777, "token"), watching=lambda: 31)
    async with console.run_test(size=CONSOLE_SIZE) as pilot:
        for done in range(CONSOLE_STEPS):
            await pilot.press("space")
            async with asyncio.timeout(SECONDS):
                while show.state.steps != done + 1:
                    await pilot.pause(0.05)
        await pilot.pause(1)
        svg = console.export_screenshot(title="quarterdeck present decks/docker")
    await show.close()
    return svg


def _drawn(chromium: Browser, svg: str) -> Image.Image:
    page = chromium.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
    page.set_content(f"<style>body {{ margin: 0; }} svg {{ display: block; width: {SIZE[0]}px; }}</style>{svg}")
    return Image.open(io.BytesIO(page.locator("svg").first.screenshot())).convert("RGB")


def _take_themes(chromium: Browser) -> None:
    """A row for each theme, as wide as the other pictures."""
    project = load_project(FLAGSHIP)
    across = len(IN_EACH_THEME)
    scale = (SIZE[0] - GAP * (across - 1)) / across / SIZE[0]
    width, height = round(SIZE[0] * scale), round(SIZE[1] * scale)
    made = Image.new("RGB", (SIZE[0], (height + GAP) * len(BUILT_IN) - GAP), "white")
    page = chromium.new_page(viewport={"width": SIZE[0], "height": SIZE[1]}, reduced_motion="reduce")
    for row, name in enumerate(BUILT_IN):
        theme = load_theme(name, FLAGSHIP)
        themed = replace(project, theme=theme, slides=place(project.deck, theme, project.casts).slides)
        page.set_content(html(themed).decode())
        for column, id_ in enumerate(IN_EACH_THEME):
            page.evaluate("id => { location.hash = `#/${id}`; }", id_)
            page.locator(f"section.present[id='{id_}']").wait_for()
            slide = _screenshot(page).resize((width, height), Image.Resampling.LANCZOS)
            made.paste(slide, (column * (width + GAP), row * (height + GAP)))
    _save(made, "themes")


def _done(page: Page) -> int:
    """How many steps of the demo have passed."""
    return page.locator("section.present .qd-dots i[data-state='passed']").count()


def _screenshot(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def _save(picture: Image.Image, name: str) -> None:
    picture.quantize(COLORS, kmeans=3, dither=Image.Dither.NONE).save(FOLDER / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
