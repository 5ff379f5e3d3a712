"""The flagship where there is no engine: the audience's page plays every demo's recording."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.project.project import load_project
from support.flagship import FLAGSHIP, read_from_slide, running_show, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SECONDS = 90


def test_without_an_engine_every_recording_plays_with_its_badge(chromium: Browser, tmp_path: Path) -> None:
    """``present`` finds no engine, says so, and each demo plays in its slide from the committed recording."""
    deck = load_project(FLAGSHIP).shown
    shown = [slide for slide in deck.slides if not slide.hidden]
    environ = {"DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"}
    with running_show(FLAGSHIP, "--yes", environ=environ) as show:
        audience, presenter = chromium.new_page(), chromium.new_page()
        audience.goto(show.audience)
        presenter.goto(show.presenter)
        presenter.locator("#link[data-state=good]").wait_for()
        intent = presenter.locator("#intent")
        for place, slide in enumerate(shown):
            audience.locator(f"section.present[id='{slide.id}']").wait_for()
            for _ in range(slide.fragments):
                presenter.keyboard.press("Space")
            demo = deck.demos[slide.demo] if slide.demo else None
            for number, step in enumerate(demo.shown_steps if demo else (), start=1):
                assert demo
                wait_until(lambda: intent.inner_text().startswith("▶ "), SECONDS, f"{demo.name}: the next step")
                presenter.keyboard.press("Space")
                done = f"step {number} of {len(demo.shown_steps)} played from its recording"
                status = audience.locator("section.present .qd-status")
                wait_until(
                    lambda s=status, d=done: "waits for this step" in intent.inner_text() or d in s.inner_text(),
                    SECONDS,
                    f"{demo.name}: the recording",
                )
                presenter.keyboard.press("i")  # shows the rest of it at once
                wait_until(lambda s=status, d=done: d in s.inner_text(), SECONDS, f"{demo.name}/{step.id}: {done}")
                assert audience.locator("section.present .qd-badge").inner_text().lower().endswith("recorded")
                assert audience.locator("section.present .qd-badge").is_visible()
                if step.terminal == 1:
                    read_from_slide(audience, demo.name, step)
            if place + 1 < len(shown):
                wait_until(lambda: "go to slide" in intent.inner_text(), SECONDS, "the slide's end")
                presenter.keyboard.press("Space")
        audience.close()
        presenter.close()
    assert show.process.returncode == 0
