"""The flagship's PPTX and HTML."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.project.project import load_project
from quarterdeck.source.deck import load_deck
from quarterdeck.theme.placement.place import COVERS
from support.commands import quarterdeck
from support.flagship import FLAGSHIP
from support.ooxml_lint import lint

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the built flagship."""
    folder = tmp_path_factory.mktemp("out")
    ran = quarterdeck("build", FLAGSHIP, "-o", folder, "--strict", cwd=FLAGSHIP.parent.parent)
    assert ran.status == 0, ran.err
    return folder


WITHOUT_DEMO = ["outcomes", "racks", "what-is-docker", "compose", "limits", "next", "end"]
"""What the lecture opens and closes with, and two slides with a picture or a file as their exhibit."""


def test_each_claim_has_a_demo() -> None:
    """What the lecture claims, it runs: only covers and the slides that open and close it do without."""
    slides = load_deck(FLAGSHIP).deck.slides
    without = [slide.id for slide in slides if not slide.demo and slide.layout not in COVERS]
    assert without == WITHOUT_DEMO


def test_the_lecture_has_time_for_its_slides() -> None:
    """32 content slides and the closing one fill 45 minutes to the second, with a minute and more for each demo."""
    slides = load_deck(FLAGSHIP).deck.slides
    assert sum(slide.duration or 0 for slide in slides) == 45 * 60
    assert sum(slide.layout not in COVERS and slide.id != "end" for slide in slides) == 32
    assert [
        slide.id for slide in load_project(FLAGSHIP).shown.slides if slide.demo and (slide.duration or 0) < 60
    ] == []


def test_docker_is_not_typed_before_its_slide() -> None:
    """The first container of the lecture is a surprise: what comes before it is shown without Docker."""
    deck = load_deck(FLAGSHIP).deck
    place = [slide.id for slide in deck.slides].index("one-process")
    before = [deck.scripts[slide.demo] for slide in deck.slides[:place] if slide.demo]
    assert len(before) == 2
    lines = [
        line for demo in before for step in demo.steps for i in step.interactions for line in getattr(i, "lines", ())
    ]
    assert lines
    assert [line for line in lines if "docker" in line] == []


def test_building_twice_gives_identical_bytes(built: Path, tmp_path: Path) -> None:
    """Nothing of the clock, the machine or the order of hashes gets into the files."""
    for seed in ("1", "2"):
        ran = quarterdeck(
            "build", FLAGSHIP, "-o", tmp_path / seed, cwd=FLAGSHIP.parent.parent, environ={"PYTHONHASHSEED": seed}
        )
        assert ran.status == 0, ran.err
        for name in ("docker.pptx", "docker.html"):
            assert (tmp_path / seed / name).read_bytes() == (built / name).read_bytes(), name


@pytest.mark.office
def test_the_pptx_is_valid(built: Path, ooxml_validator: Callable[[bytes], list[str]]) -> None:
    """The Open XML SDK validator and our own lint report nothing."""
    pptx = (built / "docker.pptx").read_bytes()
    assert ooxml_validator(pptx) == []
    assert lint(pptx) == []


@pytest.mark.browser
def test_the_html_asks_for_nothing_outside_itself(built: Path, chromium: Browser) -> None:
    """With the network cut, every slide is shown, nothing is requested, and nothing is complained of."""
    context = chromium.new_context(offline=True, viewport={"width": 1280, "height": 720})
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    address = (built / "docker.html").as_uri()
    page.goto(address)
    page.locator("section.present").first.wait_for()
    for slide in load_project(FLAGSHIP).shown.slides:
        page.evaluate("id => { location.hash = '#/' + id }", slide.id)
        page.locator(f"section.present[id='{slide.id}']").wait_for()
    assert [url for url in asked if not url.startswith(("data:", "blob:", address))] == []
    assert complaints == []
    assert page.evaluate("[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.alt)") == []
    context.close()
