"""Nothing in a deck, in its files' names, or in what its demos print runs in anyone's browser."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.cast import Cast, CastEvent, encode
from support.presented import presented

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SCRIPT = "<script>hacked = 1</script><img src=x onerror=hacked=1>"
"""Escaped or in backticks, it is text; as it stands it is an error."""
FOLDER = "<img src=x onerror=hacked=1>"
PICTURE = '"onerror="hacked=1.svg'
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="hacked=1"><script>hacked=1</script></svg>'
DECK = f"""---
title: {SCRIPT}
footer: {SCRIPT}
---
# `{SCRIPT}`

`{SCRIPT}`

![{SCRIPT.replace("<", "&lt;")}](<{PICTURE}>)

<!-- `{SCRIPT}` -->

---
id: second
demo: greet
---

# `{SCRIPT}`
"""
DEMO = f"""---
title: {SCRIPT}
---
Say `{SCRIPT}`.

```console
$ echo '{SCRIPT}'
{SCRIPT}
```
"""
STEPS = """() => document.querySelector('section.present .xterm-rows')?.innerText.includes('hacked = 1')"""


def recorded() -> Cast:
    """The demo's recording."""
    events = (
        CastEvent(0.0, "o", "$ "),
        CastEvent(0.0, "m", "step:step-1"),
        CastEvent(0.1, "o", f"echo\r\n{SCRIPT}\x1b]0;{SCRIPT}\x07\x1b]52;c;aGFja2Vk\x07\r\n$ "),
        CastEvent(0.1, "m", "end:step-1:passed"),
    )
    return Cast("greet", "", events, title=SCRIPT)


def test_no_page_runs_what_a_deck_says(tmp_path: Path, chromium: "Browser") -> None:
    """Titles, text, notes, pictures, file names, commands and output are shown as what they are."""
    deck = tmp_path / FOLDER
    (deck / "demos").mkdir(parents=True)
    (deck / "deck.md").write_text(DECK)
    (deck / PICTURE).write_text(SVG)
    (deck / "demos" / "greet.md").write_text(DEMO)
    (deck / "demos" / "greet.cast").write_text(encode(recorded()))
    with presented(deck, "--engine", "replay", home=tmp_path) as show:
        context = chromium.new_context()
        pages = {name: context.new_page() for name in ("presenter", "audience", "phone")}
        for name, page in pages.items():
            page.goto(show.addresses[name])
        presenter, audience = pages["presenter"], pages["audience"]
        presenter.wait_for_selector("#link[data-state=good]")
        presenter.bring_to_front()
        presenter.keyboard.press("Space")
        audience.wait_for_function("() => document.querySelector('section.present')?.id === 'second'")
        presenter.wait_for_function("() => document.querySelector('#intent').textContent.startsWith('▶ ')")
        presenter.keyboard.press("Space")
        audience.bring_to_front()
        audience.wait_for_function(STEPS)
        for name, page in pages.items():
            assert page.evaluate("typeof hacked") == "undefined", name
            assert page.locator("img[src=x], script:not([src]):has-text('hacked = 1</')").count() == 0, name
            assert SCRIPT in page.title(), name
        context.close()
