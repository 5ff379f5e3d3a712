"""What the audience takes home is an attendee's copy."""

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

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
