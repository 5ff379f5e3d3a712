"""A whole talk from the console, in a real terminal, against what the audience sees in a browser."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quarterdeck.model.cast import Cast, CastEvent, encode
from quarterdeck.source.deck import load_demo_chain
from quarterdeck.terminal.screenshot import render
from support.ports import free_port
from support.terminal import Terminal, in_terminal

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

SIZE = (80, 24)
SECONDS = 60
DECK = """---
title: By hand
duration: 4m
---
# By hand

---

# Reasons

- First
- Second

{.fragment}
Third

<!-- Give them time. -->

---
demo: greet
---

# Greeting

---

# The end
"""
DEMO = """A greeting.

```console
$ echo hello
hello
```

```console
$ echo again
again
```
"""
PROMPT = "$ "
WHITE = "48;5;231m"
"""A white ground, among xterm's 256 colours (SGR 48)."""
ROWS = "document.querySelector('section.present .xterm-rows').innerText"


def recorded(script: Path) -> Cast:
    """The demo's recording."""
    events = [CastEvent(0.0, "o", PROMPT)]
    for number, word in enumerate(("hello", "again"), start=1):
        at = number / 10
        events += [
            CastEvent(at, "m", f"step:step-{number}"),
            CastEvent(at, "o", f"echo {word}\r\n"),
            CastEvent(at + 0.05, "o", f"{word}\r\n{PROMPT}"),
            CastEvent(at + 0.05, "m", f"end:step-{number}:passed"),
        ]
    return Cast("greet", load_demo_chain(script)[-1].script_hash, tuple(events))


class Talk:
    """The console, and a page of the audience."""

    def __init__(self, console: Terminal, page: Page) -> None:
        self.console = console
        self.page = page
        self._written = ""

    @property
    def screen(self) -> str:
        """What the terminal shows now."""
        rows = render(self._written + self.console.text, *SIZE).visible()
        return "\n".join("".join(run.text for run in row) for row in rows)

    def press(self, keys: str) -> None:
        """Press keys at the console."""
        self._written += self.console.text
        self.console.press(keys)

    def until(self, *wanted: str) -> None:
        """Wait until the console shows all of this."""
        end = time.monotonic() + SECONDS
        while not all(text in self.screen for text in wanted):
            assert time.monotonic() < end, f"no {wanted} in\n{self.screen}"
            self.console.read(0.1)

    def shows(self, slide: str, items: int = 0) -> None:
        """Wait until the audience sees a slide with so many items."""
        self.page.wait_for_function(
            f"""() => document.querySelector('section.present')?.id === '{slide}' &&
                document.querySelectorAll('section.present .fragment.visible:not(.qd-step)').length === {items}"""
        )

    def prints(self, *wanted: str) -> None:
        """Wait until the audience sees this in the terminal, and nothing of what isn't there yet."""
        everything = {"echo hello", "echo again"}
        for text in everything & set(wanted):
            self.page.wait_for_function(f"() => {ROWS}.replaceAll('\\u00a0', ' ').includes('{text}')")
        for text in everything - set(wanted):
            self.page.wait_for_function(f"() => !{ROWS}.replaceAll('\\u00a0', ' ').includes('{text}')")


@pytest.fixture
def talk(tmp_path: Path, chromium: Browser) -> Iterator[Talk]:
    """A show of recordings, its console on the first slide."""
    deck, demos = tmp_path / "talk", tmp_path / "talk" / "demos"
    demos.mkdir(parents=True)
    (deck / "deck.md").write_text(DECK)
    (demos / "greet.md").write_text(DEMO)
    (demos / "greet.cast").write_text(encode(recorded(demos / "greet.md")))
    port = free_port()
    options = ("--engine", "replay", "--no-browser", "--port", str(port), "--record", str(tmp_path / "kept"))
    environ = {"XDG_STATE_HOME": str(tmp_path / "state")}
    page = chromium.new_page()
    with in_terminal("present", deck, *options, cwd=tmp_path, environ=environ, size=SIZE) as console:
        os.write(console.screen, b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62c")  # a light terminal's answers
        talk = Talk(console, page)
        talk.until("go to slide 2: Reasons")
        page.goto(f"http://127.0.0.1:{port}/")
        talk.shows("by-hand")
        yield talk
    page.close()


def test_a_whole_talk_by_hand(talk: Talk, tmp_path: Path) -> None:
    """Every press does on the audience's page what the console said it would, to the summary after the end."""
    assert WHITE in talk.console.text
    talk.until("1 watching", "recordings only")
    talk.press(" ")
    talk.shows("reasons")
    talk.until("Give them time.", "• First", "show item 1 of 1")
    talk.press(" ")
    talk.shows("reasons", items=1)
    talk.until("go to slide 3: Greeting")
    talk.press("\x1b[6~")  # Page Down, as a clicker sends it
    talk.shows("greeting")
    talk.until("→ ▶ echo hello", "│ hello")
    talk.press(" ")
    talk.prints("echo hello")
    talk.until("→ ▶ echo again", "▶ echo hello", "RECORDED")
    talk.press(" ")
    talk.prints("echo hello", "echo again")
    talk.until("go to slide 4: The end")
    talk.press("\x1b[5~")  # Page Up: the second step is undone
    talk.prints("echo hello")
    talk.press("r")
    talk.prints()
    talk.until("→ ▶ echo hello")
    talk.press("b")
    talk.page.wait_for_selector(".reveal.paused")
    talk.until("BLACK", "show the slide again")
    talk.press(" ")
    talk.page.wait_for_selector(".reveal:not(.paused)")
    talk.press("g")
    talk.until("title or number")
    talk.press("end\r")
    talk.shows("the-end")
    talk.until("end of the talk")
    talk.press("q")
    talk.until("End the show?")
    talk.press("y")
    assert talk.console.ended() == 0
    assert talk.console.restored
    for said in ("The show took", "of 4:00 planned", "2 played from recordings", "Greeting", "replays the show"):
        assert said in talk.console.text
    assert sorted(path.suffix for path in (tmp_path / "kept").iterdir()) == [".cast", ".html"]


def test_a_clicker_and_a_late_page_agree_with_the_console(talk: Talk, chromium: Browser) -> None:
    """Whoever comes late, or loads the page anew, sees what the others see."""
    for _ in range(3):
        talk.press("\x1b[6~")
    talk.until("→ ▶ echo hello")
    talk.press("\x1b[6~")
    talk.prints("echo hello")
    late = Talk(talk.console, chromium.new_page())
    late.page.goto(talk.page.url)
    talk.page.reload()
    for page in (talk, late):
        page.shows("greeting")
        page.prints("echo hello")
    talk.until("2 watching")
    late.page.close()
    talk.until("1 watching")
