"""The extension in a real VS Code: what an author who types sees."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import missing
from support import vscode
from support.vscode import Vscode, Window
from support.waiting import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

DECK = """---
title: A talk
duration: 5m
---
layout: title
---

# A talk

---
id: second
demo: hello
---

# The second one

Text
"""
DEMO_LINE, SECOND_LINE = 12, 17
DEMO = "---\ntitle: Hello, harbour\n---\n\n```console\n$ echo hello\nhello\n```\n"


@pytest.fixture(scope="module")
def window(chromium: Browser, tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Window]:
    """A window of VS Code with the extension, packed from these sources; its folder has a deck for each test."""
    if not vscode.INSTALLED.exists():
        missing("vscode", "there is no code-server: run .ci/vscode")
    folder = tmp_path_factory.mktemp("folder").resolve()
    for name in ("faults", "preview", "lenses", "gone"):
        (folder / name).mkdir()
        (folder / name / "deck.md").write_text(DECK, "utf-8")
    (folder / "demos").mkdir()
    (folder / "demos" / "hello.md").write_text(DEMO, "utf-8")
    packed = tmp_path_factory.mktemp("packed")
    subprocess.run(
        [sys.executable, str(root / "src" / "vscode" / "pack.py"), str(packed)], check=True, capture_output=True
    )
    (package,) = packed.glob("*.vsix")
    started = Vscode(folder)
    try:
        yield Window(started, started.start(package), chromium)
    finally:
        started.stop()


def test_faults_completion_and_explanation(window: Window) -> None:
    """A fault is underlined while it is typed; values are completed, demos are explained, and F12 opens them."""
    window.open("faults/deck.md")
    window.go(DEMO_LINE)
    window.type("x")
    window.page.wait_for_selector(".squiggly-error")
    window.page.keyboard.press("F8")
    assert "did you mean 'hello'?" in window.see(".marker-widget", "there is no demo 'hellox'")
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("Backspace")
    window.page.wait_for_selector(".squiggly-error", state="detached")

    window.page.keyboard.press("Control+k")
    window.page.keyboard.press("Control+i")
    assert "echo hello" in window.see(".monaco-hover", "Hello, harbour")
    window.page.keyboard.press("Escape")

    window.page.keyboard.press("Home")
    window.page.keyboard.press("Shift+End")
    window.page.keyboard.type("layout: ")
    window.page.keyboard.press("Control+Space")
    assert "two-columns" in window.see(".suggest-widget .monaco-list-rows", "comparison")
    window.page.keyboard.press("Escape")
    window.page.keyboard.press("Home")
    window.page.keyboard.press("Shift+End")
    window.page.keyboard.type("demo: hello")

    window.page.keyboard.press("F12")
    window.page.wait_for_selector('.monaco-editor[data-uri$="/demos/hello.md"]')


def test_colours(window: Window) -> None:
    """Titles look alike, also below the deck's front matter; what is typed in a demo doesn't look like its output."""
    window.open("faults/deck.md")
    wait_until(
        lambda: window.look("# A talk") == window.look("# The second one") != window.look("Text"),
        vscode.SECONDS,
        "titles in their colour",
    )
    window.open("demos/hello.md")
    (output,) = wait_until(lambda: window.look("hello"), vscode.SECONDS, "the demo")
    wait_until(
        lambda: (typed := window.look("$ echo hello")) and output not in typed[-1:], vscode.SECONDS, "what is typed"
    )


def test_the_preview_beside_the_text(window: Window) -> None:
    """It shows the slide that the cursor is in, as it is typed."""
    window.open("preview/deck.md")
    window.go(8)
    window.command("Quarterdeck: Open Preview to the Side")
    wait_until(lambda: window.shown_slide() == "A talk", vscode.SECONDS, "the first slide")
    window.page.locator('.monaco-editor[data-uri$="/preview/deck.md"] .view-lines').click()
    window.go(SECOND_LINE)
    wait_until(lambda: window.shown_slide() == "The second one", vscode.SECONDS, "the second slide")
    window.go(SECOND_LINE - 2)
    window.type(", changed")
    wait_until(lambda: window.shown_slide() == "The second one, changed", vscode.SECONDS, "what was typed")


def test_lenses_and_commands_run_the_program(window: Window) -> None:
    """The lens above a slide runs its demo, and presents from it; a command builds the deck that the cursor is in."""
    deck, demo = window.vscode.folder / "lenses" / "deck.md", window.vscode.folder / "demos" / "hello.md"
    lens = '.monaco-editor[data-uri$="/lenses/deck.md"] .codelens-decoration a'
    for title, words in (
        ("run demo", ("run", str(demo))),
        ("rehearse", ("rehearse", str(demo))),
        ("present from here", ("present", str(deck), "--from", "second")),
    ):
        window.open("lenses/deck.md")
        window.go(DEMO_LINE)
        window.page.locator(lens, has_text=title).click()
        wait_until(lambda words=words: window.vscode.asked(*words), vscode.SECONDS, title)  # type: ignore[misc]
    window.open("lenses/deck.md")
    window.command("Quarterdeck: Build PPTX and HTML")
    made = window.vscode.folder / "out"
    wait_until(
        lambda: {path.suffix for path in made.glob("lenses.*")} == {".pptx", ".html"}, vscode.SECONDS, "both outputs"
    )


def test_a_new_deck(window: Window) -> None:
    """It is created in the folder that is open, and shown."""
    window.open("gone/deck.md")
    window.page.wait_for_selector('.monaco-editor[data-uri$="/gone/deck.md"] .codelens-decoration a')
    window.command("Quarterdeck: New Deck…")
    window.page.locator(".quick-input-widget", has_text="Its folder").wait_for()
    window.page.locator(".quick-input-widget input[type=text]").fill("fresh")
    window.page.keyboard.press("Enter")
    window.page.wait_for_selector('.monaco-editor[data-uri$="/fresh/deck.md"]')
    assert window.vscode.asked("new", "fresh")
    assert (window.vscode.folder / "fresh" / "demos" / "hello.md").exists()


def test_where_the_program_is_missing(window: Window) -> None:
    """The author is told what isn't installed, and may say where it is; then faults are found again."""
    lens = '.monaco-editor[data-uri$="/gone/deck.md"] .codelens-decoration a'
    window.open("gone/deck.md")
    window.page.wait_for_selector(lens)
    window.vscode.configure(window.vscode.home / "nowhere" / "quarterdeck")
    told = window.see(".notification-toast", "Quarterdeck isn't installed here")
    assert "nowhere/quarterdeck" in told
    assert "Open Settings" in told
    window.page.wait_for_selector(lens, state="detached")
    window.vscode.configure(window.vscode.program)
    window.page.wait_for_selector(lens)
