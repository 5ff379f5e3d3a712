"""Commands that were changed during a show: nothing of them runs before the speaker has agreed, in the show."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.project import engines as consent
from quarterdeck.project.project import load_project
from support.pictures import picture
from support.presented import presented

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.engine, pytest.mark.slow]

DEMO = """---
title: Saved
---
# First

```console
$ echo one
one
```

---

# Second

Two.
"""


def test_other_commands_run_once_the_speaker_has_agreed(
    engine: object, chromium: "Browser", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A title is saved without a question, and its demo stays where it is; other commands are asked about."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    deck = tmp_path / "talk" / "deck.md"
    deck.parent.mkdir()
    deck.write_text(DEMO)
    consent.give(load_project(deck.parent).deck.demos.values())  # as the speaker does when the show begins
    with presented(deck.parent, home=tmp_path) as show:
        context = chromium.new_context(viewport={"width": 1280, "height": 720})
        presenter = context.new_page()
        presenter.goto(show.addresses["presenter"])
        presenter.wait_for_selector("#status:has-text('not run yet')")
        presenter.keyboard.press("Space")
        presenter.wait_for_selector("#status:has-text('step 1 of 1 done')")
        deck.write_text(DEMO.replace("# First", "# The first"))
        presenter.wait_for_function("() => document.title.includes('The first')")
        assert "step 1 of 1 done" in presenter.inner_text("#status")
        assert presenter.is_hidden("#question")

        deck.write_text(DEMO.replace("# First", "# The first").replace("echo one\none", "touch agreed"))
        presenter.wait_for_selector("#question >> visible=true")
        picture(presenter, "presenter-asked")
        presenter.keyboard.press("y")
        assert presenter.inner_text("#question-lines") == "the-first\ntouch agreed"
        picture(presenter, "presenter-looks")
        for key in ("Space", "Enter", "PageDown", "y"):
            presenter.keyboard.press(key)  # agrees to nothing
        presenter.keyboard.press("Escape")
        assert "step 1 of 1 done" in presenter.inner_text("#status")
        presenter.click("#question-open")
        presenter.click("#question-yes")
        presenter.wait_for_selector("#question", state="hidden")
        presenter.wait_for_selector("#status:has-text('not run yet')")
        presenter.keyboard.press("Space")
        presenter.wait_for_selector("#status:has-text('step 1 of 1 done')")
        context.close()
    assert consent.given(load_project(deck.parent).deck.demos.values())
