"""How large the type in the flagship's terminals is, in the browser and in the PPTX."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.placed import PlacedTerminal
from quarterdeck.project.outputs.formats import html
from quarterdeck.project.project import Project, load_project
from support.flagship import FLAGSHIP

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

MEASURED = """() => {
  const terminals = [...document.querySelectorAll('section.present .qd-room')].map((room) => {
    const seen = room.getBoundingClientRect();
    const cells = room.querySelector('.xterm-screen').getBoundingClientRect();
    const type = parseFloat(getComputedStyle(room.querySelector('.xterm-rows')).fontSize);
    const scale = cells.width / room.querySelector('.xterm-screen').offsetWidth;
    return {
      points: (type * scale * 3) / 4,
      rows: room.querySelectorAll('.xterm-rows > div').length,
      cut: cells.right > seen.right + 1 || cells.bottom > seen.bottom + 1,
      filled: cells.width / seen.width,
    };
  });
  return terminals;
}"""


@pytest.fixture(scope="module")
def project() -> Project:
    """The flagship with its recordings."""
    return load_project(FLAGSHIP)


def panels(project: Project) -> Iterator[tuple[str, PlacedTerminal]]:
    """The panel of each slide that has a demo."""
    for placed in project.slides:
        for element in placed.elements:
            if isinstance(element, PlacedTerminal):
                yield placed.slide.id, element


def test_every_demo_is_drawn_in_the_type_that_was_chosen(project: Project, chromium: Browser, tmp_path: Path) -> None:
    """At 1280 × 720: 23 demos or more at 18 pt or more, none under 16 pt; every cell is in sight."""
    page_file = tmp_path / "flagship.html"
    page_file.write_bytes(html(project))
    page = chromium.new_page(viewport={"width": 1280, "height": 720})
    page.goto(page_file.as_uri())
    page.wait_for_selector(".reveal.ready")
    sizes: dict[str, float] = {}
    for slide, panel in panels(project):
        page.evaluate("slide => { location.hash = `#/${slide}`; }", slide)
        page.wait_for_selector(f"section.present[id='{slide}'] .xterm-rows > div")
        page.wait_for_function(
            f"rows => ({MEASURED})().every((terminal) => terminal.rows === rows)", arg=panel.type.rows
        )
        for terminal in page.evaluate(MEASURED):
            assert not terminal["cut"], slide
            assert terminal["filled"] > 0.9, slide
            assert terminal["points"] == pytest.approx(panel.type.size * 3 / 4, rel=0.03), slide
            sizes[panel.demo] = round(terminal["points"], 1)
    page.close()
    assert len(sizes) == 26
    assert sum(points >= 17.5 for points in sizes.values()) >= 23, sizes
    assert min(sizes.values()) >= 15.5, sizes
