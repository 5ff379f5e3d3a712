"""What the audience takes home is an attendee's copy."""

import io
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.project.outputs.scripts import handout_page
from quarterdeck.project.project import load_project
from support.presented import presented

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

DECK = """---
title: Harbour
---
# First

---

# Second

- Shown to all
- and understood


<!-- Whispered to the speaker. -->

---

# Last
"""


def test_the_files_hold_the_slides_and_no_notes(chromium: "Browser", tmp_path: Path) -> None:
    """PPTX, HTML and handout, once the last slide was shown and not before."""
    (tmp_path / "deck.md").write_text(DECK)
    context = chromium.new_context()
    with presented(tmp_path / "deck.md", "--engine", "replay", home=tmp_path) as show:
        page = context.new_page()
        page.goto(show.addresses["projector"])
        page.wait_for_selector("html[data-role=speaker]")
        name = tmp_path.name
        files = [f"{show.addresses['audience']}files/{name}{end}" for end in (".pptx", ".html", "-handout.html")]
        assert {context.request.get(file).status for file in files} == {404}
        page.keyboard.press("End")
        page.wait_for_selector(".qd-files a", state="attached")
        pptx, *texts = (context.request.get(file).body() for file in files)
        assert context.request.get(f"{show.addresses['audience']}files/deck.md").status == 404
    with zipfile.ZipFile(io.BytesIO(pptx)) as parts:
        texts.append(b"".join(parts.read(part) for part in parts.namelist()))
    assert [b"Whispered" in text for text in texts] == [False] * 3
    assert [b"Shown to all" in text.replace(b"\xc2\xa0", b" ") for text in texts] == [True] * 3
    context.close()


def test_short_sections_of_a_handout_share_a_page(chromium: "Browser", tmp_path: Path) -> None:
    """Nobody prints a page that is nearly empty: four sections of one line each are on one page, with the contents."""
    sections = "\n\n---\n\n".join(f"# Part {n}\n\n---\n\n## Topic {n}\n\nOne line." for n in range(1, 5))
    (tmp_path / "deck.md").write_text(f"---\ntitle: Harbour\n---\n# Harbour\n\n---\n\n{sections}\n")
    project = load_project(tmp_path / "deck.md")
    context = chromium.new_context()
    page = context.new_page()
    page.set_content(handout_page(project, paper="A4"))
    printed = page.pdf(prefer_css_page_size=True)
    context.close()
    text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=printed, capture_output=True, check=True).stdout
    assert text.count(b"One line.") == 4
    assert text.count(b"\f") <= 2
