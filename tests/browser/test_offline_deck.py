"""The offline page in a real browser: opened from a file, with the network cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from conftest import missing
from quarterdeck.compile.reveal.page import write_html
from quarterdeck.project.outputs.formats import html
from quarterdeck.project.project import load_project
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support import example_deck

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.browser

SIZES = ((1280, 720), (1920, 1080), (1000, 800))


@pytest.fixture(scope="module")
def deck_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example deck's page on disk."""
    path = tmp_path_factory.mktemp("deck") / "example.html"
    path.write_text(example_deck.example_page(), encoding="utf-8")
    return path


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    """A page without a network; the test fails if it asks for anything, or if its script throws."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    context.set_offline(True)
    page = context.new_page()
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [url[:200] for url in asked if not url.startswith(("file:", "data:"))] == []
    assert faults == []


def open_slide(page: Page, deck_file: Path, slide: str = "cover", query: str = "") -> None:
    """Open the deck at a slide."""
    page.goto(f"{deck_file.as_uri()}{query}#/{slide}")
    page.wait_for_selector(".reveal.ready")
    page.wait_for_selector(f"#{slide.partition('/')[0]}.present")


def terminal(page: Page) -> Locator:
    """The rows of the demo's terminal."""
    return page.locator("#counting .xterm-rows")


def wait_for_text(page: Page, text: str) -> None:
    """Wait until the terminal shows a text."""
    page.wait_for_function(
        "text => document.querySelector('#counting .xterm-rows').innerText.replaceAll('\\u00a0', ' ').includes(text)",
        arg=text,
    )


def present(page: Page) -> str:
    """The id of the slide that is shown."""
    return str(page.evaluate("document.querySelector('.slides > section.present').id"))


def visible_fragments(page: Page) -> list[str]:
    """The places of the fragments that are shown on the present slide."""
    script = "[...document.querySelectorAll('section.present .fragment.visible')].map(f => f.dataset.fragmentIndex)"
    return sorted(page.evaluate(script))


def test_deck_opens_from_a_file_with_its_fonts(page: Page, deck_file: Path) -> None:
    """Text is set in the embedded fonts, not in whatever the machine has."""
    open_slide(page, deck_file)
    faces = page.evaluate("[...document.fonts].filter(f => f.status === 'loaded').map(f => f.family)")
    assert {"Arimo", "Cousine"} <= {face.strip('"') for face in faces}
    assert page.locator("#cover h2").inner_text() == "An example & more"


def test_one_key_goes_from_the_first_slide_to_the_last(page: Page, deck_file: Path) -> None:
    """Fragments, then steps, then the next slide; and the way back undoes each of them."""
    open_slide(page, deck_file)
    places = [("cover", 0)]
    while present(page) != "end":
        before = places[-1]
        page.keyboard.press("PageDown")
        page.wait_for_function(
            "([slide, count]) => { const now = document.querySelector('section.present');"
            " return now.id !== slide || now.querySelectorAll('.fragment.visible').length !== count }",
            arg=list(before),
        )
        places.append((present(page), len(visible_fragments(page))))
        # A press during a step would finish it instead of going on.
        page.wait_for_selector(".qd-dots [data-state=running]", state="detached")
    assert [slide for slide, _ in places] == [
        *("cover", "lists", "lists", "lists", "columns", "code", "code", "table", "table"),
        *("picture", "math", "chart", "counting", "counting", "counting", "counting", "counting", "end"),
    ]
    for before in reversed(places[:-1]):
        page.keyboard.press("PageUp")
        assert (present(page), len(visible_fragments(page))) == before


def test_fragments_appear_in_their_order(page: Page, deck_file: Path) -> None:
    """Nested items come with the one they belong to."""
    open_slide(page, deck_file, "lists")
    assert visible_fragments(page) == []
    page.keyboard.press("ArrowRight")
    assert visible_fragments(page) == ["0", "0"]
    page.keyboard.press("ArrowRight")
    assert visible_fragments(page) == ["0", "0", "1"]
    page.keyboard.press("ArrowLeft")
    assert visible_fragments(page) == ["0", "0"]


def test_line_steps_replace_each_other(page: Page, deck_file: Path) -> None:
    """One set of lines is marked at a time."""
    open_slide(page, deck_file, "code")
    layers = page.locator("#code .qd-bands")
    assert [layers.nth(i).evaluate("e => getComputedStyle(e).visibility") for i in range(2)] == ["visible", "hidden"]
    page.keyboard.press("ArrowRight")
    layers.nth(0).and_(page.locator(":not(:visible)")).wait_for(state="attached")
    assert [layers.nth(i).evaluate("e => getComputedStyle(e).visibility") for i in range(2)] == ["hidden", "visible"]


def test_recording_plays_step_by_step_with_its_badge(page: Page, deck_file: Path) -> None:
    """The terminal shows each command being typed and what it printed; the badge says that it isn't live."""
    open_slide(page, deck_file, "counting")
    badge = page.locator("#counting .qd-badge")
    assert badge.is_visible()
    assert badge.inner_text().lower() == "recorded"
    page.keyboard.press("ArrowRight")  # the slide's own fragment comes first
    assert page.locator("#counting .qd-status").inner_text() == "3 steps"
    page.keyboard.press("ArrowRight")
    wait_for_text(page, "$ echo one\none")
    page.wait_for_selector("#counting .qd-dots [data-step=step-1][data-state=recorded]")
    assert page.locator("#counting .qd-status").inner_text() == "Step 1 of 3"
    assert "two" not in terminal(page).inner_text()


def test_the_panel_invites_to_its_first_step(page: Page, deck_file: Path) -> None:
    """Until then it shows the first command; the terminal has it afterwards, and going back shows it again."""
    poster = "getComputedStyle(document.querySelector('#counting .qd-screens'), '::after').content"
    open_slide(page, deck_file, "counting")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"() => {poster} === '\"echo one\"'")
    page.keyboard.press("ArrowRight")
    wait_for_text(page, "$ echo one\none")
    assert page.evaluate(poster) == "none"
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"() => {poster} === '\"echo one\"'")


def test_next_press_finishes_a_running_step(page: Page, deck_file: Path) -> None:
    """Nobody waits for a slow command again: the press shows the rest, and only the one after it goes on."""
    open_slide(page, deck_file, "counting")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector("#counting .qd-dots [data-step=step-1][data-state=recorded]")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("#counting .qd-dots [data-step=step-3][data-state=running]")
    page.keyboard.press("ArrowRight")
    wait_for_text(page, "two")
    assert page.locator("#counting .qd-status").inner_text() == "Step 2 of 3"


def test_long_silence_of_the_recording_is_cut(page: Page, deck_file: Path) -> None:
    """A step that was silent for twenty seconds is over much sooner."""
    open_slide(page, deck_file, "counting/2")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowRight")
    wait_for_text(page, "$ sleep 20")
    page.wait_for_selector("#counting .qd-dots [data-step=step-3][data-state=recorded]", timeout=15_000)


def test_going_back_restores_the_terminal(page: Page, deck_file: Path) -> None:
    """The screen is that of the steps before, and playing again gives the same."""
    open_slide(page, deck_file, "counting/3")
    wait_for_text(page, "three")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => !document.querySelector('#counting .xterm-rows').innerText.includes('three')")
    wait_for_text(page, "two")


def test_reload_and_jump_come_back_to_the_same_screen(page: Page, deck_file: Path) -> None:
    """The address holds slide and step; a reload, a link or a bookmark lands there."""
    open_slide(page, deck_file, "counting/2")
    wait_for_text(page, "two")
    screen = terminal(page).inner_text()
    page.reload()
    page.wait_for_selector("#counting.present")
    wait_for_text(page, "two")
    assert terminal(page).inner_text() == screen
    page.keyboard.press("Home")
    page.wait_for_function("() => location.hash === '#/cover'")
    page.evaluate("location.hash = '#/counting/2'")
    page.wait_for_selector("#counting.present")
    assert terminal(page).inner_text() == screen


def test_link_to_a_slide_leads_there(page: Page, deck_file: Path) -> None:
    """A link by id works inside the file."""
    open_slide(page, deck_file, "columns")
    page.locator("#columns a", has_text="the list").click()
    page.wait_for_selector("#lists.present")


def test_clicking_a_terminal_leaves_the_keys_to_the_deck(page: Page, deck_file: Path) -> None:
    """Who selects text in a terminal can still go on with the next key."""
    open_slide(page, deck_file, "counting")
    page.locator("#counting .xterm-screen").click()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.querySelectorAll('#counting .fragment.visible').length === 1")


@pytest.mark.parametrize("size", SIZES)
def test_terminal_fills_its_panel_at_every_size(page: Page, deck_file: Path, size: tuple[int, int]) -> None:
    """All cells are inside the panel, and nearly as high as it, whatever the window's size."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    open_slide(page, deck_file, "counting")
    screen = page.locator("#counting .xterm-screen").bounding_box()
    panel = page.locator("#counting .qd-screens").bounding_box()
    assert screen is not None
    assert panel is not None
    assert screen["x"] >= panel["x"] - 1
    assert screen["x"] + screen["width"] <= panel["x"] + panel["width"] + 1
    assert 0.9 * panel["height"] <= screen["height"] <= panel["height"] + 1


def test_mouse_selects_the_cells_under_it(page: Page, deck_file: Path) -> None:
    """The slide's scale doesn't move the selection elsewhere."""
    page.set_viewport_size({"width": 1920, "height": 1080})
    open_slide(page, deck_file, "counting/1")
    wait_for_text(page, "$ echo one\none")
    row = page.locator("#counting .xterm-rows > div").nth(1).bounding_box()
    assert row is not None
    page.mouse.dblclick(row["x"] + 12, row["y"] + row["height"] / 2)
    selected = page.locator("#counting .xterm-selection div").first.bounding_box()
    assert selected is not None
    assert abs(selected["y"] - row["y"]) <= 2


def test_output_can_not_run_scripts(page: Page, tmp_path: Path) -> None:
    """Escape sequences, links and markup in a demo's output do nothing to the page."""
    nasty = (
        "\x1b]8;;javascript:document.title='taken'\x07link\x1b]8;;\x07 "
        "\x1b]0;taken\x07</script><script>document.title='taken'</script><img src=x onerror=document.title='taken'>"
        "\x1b[6n\x1b[c\x1b]52;c;dGFrZW4=\x07\r\nend-of-output\r\n"
    )
    path = tmp_path / "nasty.html"
    path.write_text(example_deck.example_page(recorded=example_deck.cast(third=nasty)), encoding="utf-8")
    open_slide(page, path, "counting/3")
    wait_for_text(page, "end-of-output")
    link = page.locator("#counting .xterm-rows > div", has_text="link ").bounding_box()
    assert link is not None
    page.mouse.click(link["x"] + 20, link["y"] + link["height"] / 2)
    assert page.title() == "An example & more"
    assert page.locator("#counting .qd-screens img").count() == 0


@pytest.mark.parametrize("query", ["?print-pdf", ""])
def test_printing_gives_a_page_a_slide(page: Page, deck_file: Path, tmp_path: Path, query: str) -> None:
    """Every slide is a 16:9 page with everything visible; a demo is printed with its last screen."""
    import re
    import shutil
    import subprocess

    open_slide(page, deck_file, "cover", query)
    path = tmp_path / "deck.pdf"
    page.pdf(path=path, prefer_css_page_size=True, print_background=True)
    if shutil.which("pdftotext") is None:
        missing("office", "no pdftotext is on the PATH")
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    pages = text.removesuffix("\f").split("\f")
    assert len(pages) == len(example_deck.deck().slides)
    assert re.search(r"inner.*Last,", pages[1], flags=re.DOTALL)
    assert re.search(r"one.*two.*three", pages[8], flags=re.DOTALL)
    assert "RECORDED" in pages[8].upper()


def test_elements_stand_at_their_boxes(page: Page, deck_file: Path) -> None:
    """The browser puts every text box where the theme placed it, to the pixel."""
    from quarterdeck.model.placed import PlacedText
    from quarterdeck.theme.file import load_theme
    from quarterdeck.theme.placement.place import place

    theme = load_theme("harbour", Path())
    slide = place(example_deck.deck(), theme, {"counting": example_deck.cast()}).slides[1]
    open_slide(page, deck_file, "lists")
    boxes = [element.box for element in slide.elements if isinstance(element, PlacedText)]
    for box, index in zip(boxes, range(len(boxes)), strict=True):
        drawn = page.locator("#lists .qd-text").nth(index).bounding_box()
        assert drawn == {"x": box.x, "y": box.y, "width": box.width, "height": box.height}


def test_lines_break_as_measured(page: Page, deck_file: Path) -> None:
    """Each paragraph has as many lines in the browser as the theme counted."""
    from quarterdeck.model.placed import PlacedText
    from quarterdeck.theme.file import load_theme
    from quarterdeck.theme.placement.place import place

    theme = load_theme("harbour", Path())
    slide = place(example_deck.deck(), theme, {"counting": example_deck.cast()}).slides[1]
    counted = [len(p.lines) for e in slide.elements if isinstance(e, PlacedText) for p in e.paragraphs]
    open_slide(page, deck_file, "lists")
    script = (
        "[...document.querySelectorAll('#lists .qd-text:not(.qd-footer,.qd-date,.qd-number) .qd-p')]"
        ".map(p => Math.round(p.getBoundingClientRect().height / parseFloat(getComputedStyle(p).lineHeight)))"
    )
    assert page.evaluate(script) == counted


@pytest.fixture(scope="module")
def opening_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example deck, whose demo opens two pages, with their pictures; the second step's is opened again."""
    urls = {"step-1": "http://localhost:8080", "step-3": "http://localhost:8081", "step-4": "http://localhost:8080"}
    demo, cast, deck = example_deck.demo(), example_deck.cast(), example_deck.deck()
    demo = replace(demo, steps=tuple(replace(step, open_url=urls.get(step.id)) for step in demo.steps))
    colors = {"step-1": "#aa0000", "step-3": "#00aa00", "step-4": "#0000aa"}
    cast = replace(cast, pictures={step: example_deck.picture(color) for step, color in colors.items()})
    deck = replace(deck, demos={"counting": demo})
    theme = load_theme("harbour", Path())
    slides = place(deck, theme, {"counting": cast}).slides
    path = tmp_path_factory.mktemp("opening") / "example.html"
    path.write_text(write_html(deck, slides, theme, {"counting": cast}), encoding="utf-8")
    return path


def pages_shown(page: Page) -> list[tuple[str, int]]:
    """The pages in the demo's panel: their addresses, and the places of their left edges in tenths of the slide."""
    pages = page.locator("#counting .qd-pages:not(.qd-at-end) .qd-page")
    boxes = [pages.nth(n).bounding_box() for n in range(pages.count())]
    return [(text, round(box["x"] / 128)) for text, box in zip(pages.all_inner_texts(), boxes, strict=True) if box]


def test_a_recording_shows_pictures_of_the_pages_that_were_opened(page: Page, opening_file: Path) -> None:
    """After their steps, each at its place from the first on; undone with their steps, and there after a reload."""
    open_slide(page, opening_file, "counting/1")
    picture = "document.querySelector('#counting .qd-pages:not(.qd-at-end) .qd-page img')"
    page.wait_for_function(f"() => {picture}?.naturalWidth === 640")
    first = page.evaluate(f"{picture}.src")
    assert pages_shown(page) == [("localhost:8080", 0)]
    open_slide(page, opening_file, "counting/3")
    page.reload()
    page.wait_for_function(f"() => {picture} && {picture}.src !== {first!r}")
    assert pages_shown(page) == [("localhost:8080", 0), ("localhost:8081", 5)]
    for shown in ([("localhost:8080", 0), ("localhost:8081", 5)], [("localhost:8080", 0)], []):
        page.keyboard.press("ArrowLeft")
        page.wait_for_function(f"() => {picture}?.src === {first!r} || {len(shown)} === 0")
        assert pages_shown(page) == shown


def test_a_page_that_was_opened_is_printed(page: Page, opening_file: Path) -> None:
    """Where it stands at the end of the demo."""
    open_slide(page, opening_file, "counting")
    page.emulate_media(media="print")
    shown = page.locator("#counting .qd-at-end .qd-page")
    assert [shown.nth(n).is_visible() for n in range(2)] == [True, True]
    assert shown.all_inner_texts() == ["localhost:8080", "localhost:8081"]


def test_a_phone_held_upright_is_told_to_turn(page: Page, deck_file: Path) -> None:
    """By a sign under the slide, which fills only a third of the screen; on a wide screen there is none."""
    sign = "getComputedStyle(document.querySelector('.reveal-viewport'), '::after').content"
    open_slide(page, deck_file)
    assert page.evaluate(sign) == "none"
    page.set_viewport_size({"width": 390, "height": 844})
    page.wait_for_function(f"{sign} === '\"↻\"'")


MORPHING = """---
title: Morph
---
# Ports

---
layout: two-columns
---

# The door is closed

::: left
In words
:::

::: right
And why
:::

```console
$ true
```

---
transition: morph
---

# The door is closed

And stays so

---

# Another thought

Of its own
"""
WATCHED = """() => {
  window.faintest = 1;
  new MutationObserver(() => {
    for (const title of document.querySelectorAll("section.present h2")) {
      window.faintest = Math.min(window.faintest, Number(getComputedStyle(title).opacity));
    }
  }).observe(document.querySelector(".slides"), {subtree: true, attributes: true});
}"""


def test_a_title_stays_from_the_picture_to_its_demo(page: Page, tmp_path: Path) -> None:
    """It neither fades nor moves; the slides that don't ask for it come as always, and the terminal is seen."""
    (tmp_path / "deck.md").write_text(MORPHING)
    (tmp_path / "deck.html").write_bytes(html(load_project(tmp_path)))
    open_slide(page, tmp_path / "deck.html", "the-door-is-closed")
    place = page.locator("section.present h2").bounding_box()
    page.evaluate(WATCHED)
    for slide, moves in (("the-door-is-closed-demo", True), ("the-door-is-closed-2", True), ("another-thought", False)):
        page.evaluate("id => { location.hash = '#/' + id }", slide)
        page.wait_for_selector(f"section.present[id='{slide}']")
        if not moves:
            assert page.locator(f"section[id='{slide}']").get_attribute("data-auto-animate") is None
            continue
        page.wait_for_selector(f"section[id='{slide}'][data-auto-animate='running']")
        assert page.evaluate("window.faintest") == 1
        page.wait_for_function("() => document.getAnimations().every(each => each.playState === 'finished')")
        assert page.locator("section.present h2").bounding_box() == pytest.approx(place)
    open_slide(page, tmp_path / "deck.html", "the-door-is-closed-demo")
    assert page.locator("section.present .qd-terminal").evaluate("each => getComputedStyle(each).opacity") == "1"
