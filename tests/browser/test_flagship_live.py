"""The whole flagship, presented live with one key, in a real Chromium against a real engine."""

from __future__ import annotations

import html
import re
import urllib.request
from typing import TYPE_CHECKING

import pytest

from quarterdeck.project.project import load_project
from support.flagship import FLAGSHIP, NOTHING, labelled, read_from_slide, running_show, squeezed, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from quarterdeck.model.demo import Demo
    from quarterdeck.stage.docker.address import EngineAddress

pytestmark = [pytest.mark.engine, pytest.mark.browser]

KEY = "PageDown"
"""What a clicker sends."""
STEP_SECONDS = 90


def test_one_key_presents_the_whole_flagship_live(engine: EngineAddress, chromium: Browser) -> None:
    """Every slide in order, every step run for real and passed, its output in the slide's terminal."""
    deck = load_project(FLAGSHIP).shown
    slides = [slide for slide in deck.slides if not slide.hidden]
    environ = {"DOCKER_HOST": engine.url}
    with running_show(FLAGSHIP, "--yes", "--engine", "docker", "--no-typing", environ=environ) as show:
        projector, presenter = chromium.new_page(), chromium.new_page()
        projector.goto(show.projector)
        presenter.goto(show.presenter)
        presenter.locator("#link[data-state=good]").wait_for()
        for place, slide in enumerate(slides):
            projector.locator(f"section.present[id='{slide.id}']").wait_for(timeout=STEP_SECONDS * 1000)
            assert_presenter_shows(presenter, deck.demos.get(slide.demo or ""), place, len(slides))
            for _ in range(slide.fragments):
                presenter.keyboard.press(KEY)
            if slide.demo:
                run_demo(projector, presenter, deck.demos[slide.demo])
            if place + 1 < len(slides):
                wait_until(
                    lambda: "go to slide" in presenter.locator("#intent").inner_text(), STEP_SECONDS, "the slide's end"
                )
                presenter.keyboard.press(KEY)
        assert "end of the talk" in presenter.locator("#intent").inner_text()
        projector.close()
        presenter.close()
    assert show.process.returncode == 0
    assert labelled(engine.url) == NOTHING


def run_demo(projector: Page, presenter: Page, demo: Demo) -> None:
    """Press the key for each step, and read what it printed from the terminal in the slide."""
    steps = demo.shown_steps
    for number, step in enumerate(steps, start=1):
        wait_until(
            lambda: (
                presenter.locator("#intent").inner_text().startswith("▶ ")
                and "once the stage" not in presenter.locator("#intent").inner_text()
            ),
            STEP_SECONDS,
            f"getting the stage ready for {demo.name}",
        )
        presenter.keyboard.press(KEY)
        status = projector.locator("section.present .qd-status")
        done = f"step {number} of {len(steps)} done"
        wait_until(
            lambda done=done, status=status: done in status.inner_text(),
            STEP_SECONDS,
            f"{demo.name}/{step.id}: '{done}'",
        )
        assert status.get_attribute("data-state") == "passed", f"{demo.name}/{step.id}: {status.inner_text()}"
        if step.terminal == 1 and step.open_url is None:
            read_from_slide(projector, demo.name, step)
        if step.open_url:
            assert_page_in_slide(projector, step.open_url)


def assert_page_in_slide(projector: Page, url: str) -> None:
    """The page that the demo's own container serves is the one in the slide."""
    with urllib.request.urlopen(url, timeout=STEP_SECONDS) as answer:
        page = re.sub(r"(?s)<(head|title|style|script)\b.*?</\1>|<[^>]*>", " ", answer.read().decode())
    served = squeezed(html.unescape(page))
    assert served, f"{url} serves no text"
    body = projector.frame_locator(f"section.present iframe[src^='{url}']").locator("body")
    wait_until(lambda: squeezed(body.inner_text()) == served, STEP_SECONDS, f"{url} in the slide: {served!r}")


def assert_presenter_shows(presenter: Page, demo: Demo | None, place: int, count: int) -> None:
    """Meanwhile: where the talk is, the clock, notes, and the demo's steps."""
    wait_until(
        lambda: f"{place + 1} / {count}" in presenter.locator("#place").inner_text(), STEP_SECONDS, f"slide {place + 1}"
    )
    assert re.fullmatch(r"\d+:\d\d(:\d\d)?", presenter.locator("#elapsed").inner_text())
    assert presenter.locator("#notes").inner_text().strip(), "every slide of the flagship has notes"
    if place + 1 < count:
        assert presenter.locator("#next-title").inner_text().strip()
    if demo:
        assert presenter.locator("#steps > li").count() == len(demo.shown_steps)
