"""A whole talk in real browsers: presenter, projector, followers, phone."""

import io
import json
from operator import methodcaller
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from quarterdeck.show.machine.commands import Jump, Key
from quarterdeck.stage.events import Outcome
from support.running_show import Running, opened, prints, shows

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

INTENTS = [
    "show item 1 of 2",
    "show item 2 of 2",
    "go to slide 3: First demo",
    "show item 1 of 1",
    "▶ echo hello",
    "▶ echo again",
    "go to slide 4: Between",
    "go to slide 5: Second demo",
    "▶ docker run nginx",
    "▶ curl localhost",
    "go to slide 6: End",
    "end of the talk",
]
"""What next will do, after each press of it in a whole talk."""
RUN = ["run step-1", "run step-2", "run run", "run curl"]
"""The steps that it runs."""


def intends(page: "Page", text: str) -> None:
    """Wait until the page says that next will do this."""
    page.wait_for_function("text => document.getElementById('intent').textContent === text", arg=text)


def test_a_whole_talk_from_the_presenters_page(running: Running, context: "BrowserContext") -> None:
    """One key goes through slides, items and steps; the projector shows each of them."""
    presenter = opened(context, running.url("/presenter", token=True))
    projector = opened(context, running.url(token=True))
    presenter.bring_to_front()
    for intent in INTENTS:
        presenter.keyboard.press("Space")
        intends(presenter, intent)
        if intent == "▶ echo again":
            shows(projector, "first-demo")
            prints(projector, "hello", "$ echo hello\nhello\n$")
            assert projector.inner_text(".present .qd-badge").strip().lower() == "live"
    shows(projector, "end")
    assert [run for run in running.live.log if run.startswith("run")] == RUN


def test_the_presenters_page_shows_what_the_speaker_needs(running: Running, context: "BrowserContext") -> None:
    """Notes, both slides, steps with what they should print, clock and plan."""
    presenter = opened(context, running.url("/presenter", token=True))
    assert presenter.inner_text("#notes") == "Say who you are."
    assert presenter.inner_text("#planned") == "of 6:00"
    presenter.frame_locator("iframe[title^='The slide']").locator("section.present#welcome").wait_for()
    presenter.frame_locator("iframe[title='What comes next']").locator("section.present#why").wait_for()
    running.call(lambda show: show.command(Key.NEXT_SLIDE))
    running.call(lambda show: show.command(Key.NEXT_SLIDE))
    presenter.wait_for_selector("#steps li")
    assert presenter.inner_text("#steps li.next .lines").strip() == "$ echo hello\nhello"
    assert presenter.inner_text("#notes") == "Type slowly."
    presenter.wait_for_function("() => document.getElementById('elapsed').textContent === '0:00'")
    presenter.keyboard.press("Space")
    presenter.wait_for_function("() => document.getElementById('elapsed').textContent !== '0:00'")


def test_the_projectors_page_commands_and_hides_its_token(running: Running, context: "BrowserContext") -> None:
    """A clicker plugged into the projector's machine drives the show; the address bar shows no token."""
    projector = opened(context, running.url(token=True))
    assert projector.url == running.url()
    projector.keyboard.press("PageDown")
    shows(projector, "why")
    projector.reload()
    projector.wait_for_selector("html[data-role=speaker]")
    shows(projector, "why")
    projector.keyboard.press("PageUp")
    shows(projector, "welcome")


def test_the_phone_drives_the_show(chromium: "Browser", running: Running) -> None:
    """Its large button is all that a talk needs."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = opened(context, running.url("/remote", token=True))
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for intent in INTENTS:
        phone.tap("#next")
        intends(phone, intent)
        if intent == "go to slide 3: First demo":
            assert phone.inner_text("#notes") == "Three reasons."
    assert [run for run in running.live.log if run.startswith("run")] == RUN
    phone.tap("#back")
    phone.wait_for_function("() => document.getElementById('title').textContent === 'Second demo'")
    box = phone.locator("#cover").bounding_box()
    follower = opened(context, running.url())
    assert box is not None
    phone.bring_to_front()
    phone.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    phone.mouse.down()
    follower.wait_for_selector(".qd-pointer:not([hidden])")
    phone.mouse.up()
    context.close()


def test_a_page_without_the_token_is_told_where_to_find_it(running: Running, context: "BrowserContext") -> None:
    """Neither presenter nor phone page shows anything of the show."""
    for path in ("/presenter", "/remote"):
        page = context.new_page()
        page.goto(running.url(path))
        page.wait_for_selector("text=This page needs the speaker's address")
        assert "Say who you are" not in page.content()


def test_late_and_reloaded_pages_show_the_same(running: Running, context: "BrowserContext") -> None:
    """Slide, items and the terminal's text are those of the pages that were there all along."""
    first = opened(context, running.url())
    for _ in range(4):
        running.call(lambda show: show.command(Key.NEXT))
    shows(first, "first-demo")
    running.call(lambda show: show.command(Key.NEXT))
    for text in ("$ echo hello\nhello\n$", "$ echo hello\nhello\n$ echo again\nagain\n$"):
        running.call(lambda show: show.command(Key.NEXT))
        prints(first, "hello", text)
    late = opened(context, running.url())
    first.reload()
    for page in (first, late):
        shows(page, "first-demo")
        prints(page, "hello", "$ echo hello\nhello\n$ echo again\nagain\n$")
        assert page.locator(".present .fragment.visible").count() == 1


def test_a_page_comes_back_after_the_show_was_restarted(running: Running, context: "BrowserContext") -> None:
    """Within a moment, and where the new show is."""
    page = opened(context, running.url())
    running.call(lambda show: show.command(Key.NEXT_SLIDE))
    shows(page, "why")
    running.stop()
    running.start()
    shows(page, "welcome")


def test_a_failed_step_goes_on_from_its_recording(running: Running, context: "BrowserContext") -> None:
    """One key: the output is replaced, and the badge says so."""
    running.live.outcomes["step-1"] = Outcome.FAILED
    projector = opened(context, running.url(token=True))
    running.call(lambda show: show.command(Key.NEXT_SLIDE))
    running.call(lambda show: show.command(Key.NEXT_SLIDE))
    running.call(lambda show: show.command(Key.NEXT))
    prints(projector, "hello", "$")
    projector.keyboard.press("Space")
    projector.wait_for_selector(".present .qd-dots i[data-state=failed]")
    projector.keyboard.press("Space")
    projector.wait_for_selector(".present .qd-badge[data-kind=recorded]")
    prints(projector, "hello", "$ echo hello\nhello\n$")


def test_a_hanging_step_goes_on_from_its_recording(running: Running, context: "BrowserContext") -> None:
    """In the middle of the step, at one key."""
    running.live.hanging.add("step-1")
    projector = opened(context, running.url(token=True))
    for key in (Key.NEXT_SLIDE, Key.NEXT_SLIDE, Key.NEXT):
        running.call(methodcaller("command", key))
    prints(projector, "hello", "$")
    projector.keyboard.press("Space")
    prints(projector, "hello", "$ echo hello")
    projector.keyboard.press("v")
    prints(projector, "hello", "$ echo hello\nhello\n$")


def test_blank_is_for_the_audience_only(running: Running, context: "BrowserContext") -> None:
    """The audience sees black; the speaker's preview keeps the slide and says so."""
    presenter = opened(context, running.url("/presenter", token=True))
    follower = opened(context, running.url())
    presenter.bring_to_front()
    presenter.keyboard.press("b")
    presenter.wait_for_selector("text=The audience sees a black screen")
    follower.wait_for_selector(".reveal.paused")
    assert presenter.frames[1].locator(".reveal.paused").count() == 0


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1080)])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_on_the_presenters_page_is_cut_or_overlaps(
    chromium: "Browser", running: Running, width: int, height: int, scheme: Any
) -> None:
    """Every part lies within the window, beside and not upon the others."""
    context = chromium.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
    presenter = opened(context, running.url("/presenter", token=True))
    for slide in range(3):
        boxes = json.loads(
            presenter.evaluate("""JSON.stringify([...document.querySelectorAll(
              'header > *, #current-slide, .tools button, .demo, .clock, .upcoming, .notes, footer button')]
              .filter(e => e.getClientRects().length && e.getBoundingClientRect().width)
              .map(e => { const r = e.getBoundingClientRect();
                          return [e.id || e.className, r.left, r.top, r.right, r.bottom] }))""")
        )
        assert len(boxes) > 12
        for name, left, top, right, bottom in boxes:
            assert -1 <= left <= right <= width + 1, (slide, name)
            assert -1 <= top <= bottom <= height + 1, (slide, name)
        for index, (name, left, top, right, bottom) in enumerate(boxes):
            for other, left2, top2, right2, bottom2 in boxes[index + 1 :]:
                apart = right <= left2 + 1 or right2 <= left + 1 or bottom <= top2 + 1 or bottom2 <= top + 1
                assert apart, (slide, name, other)
        running.call(lambda show: show.command(Key.NEXT_SLIDE))
        presenter.wait_for_function(f"() => document.getElementById('place').textContent === '{slide + 2} / 6'")
    context.close()


@pytest.mark.parametrize("path", ["/presenter", "/remote", "/"])
def test_no_page_is_wider_than_a_phone(chromium: "Browser", running: Running, path: str) -> None:
    """Nothing has to be scrolled sideways but the rows of commands."""
    running.call(lambda show: show.command(Jump("first-demo")))
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = opened(context, running.url(path, token=True))
    assert page.evaluate("[document.documentElement.scrollWidth, innerWidth]") == [390, 390]
    context.close()


def test_a_phone_shows_slides_and_a_terminal_with_its_cursor(chromium: "Browser", running: Running) -> None:
    """A small window is no reason for a long page; drawing a terminal takes the focus from nothing."""
    for _ in range(2):
        running.call(lambda show: show.command(Key.NEXT_SLIDE))
    context = chromium.new_context(viewport={"width": 360, "height": 640})
    phone = opened(context, running.url())
    shows(phone, "first-demo")
    running.call(lambda show: show.command(Key.NEXT))  # the fragment
    prints(phone, "hello", "$")
    phone.wait_for_selector(".present .xterm-cursor")
    assert phone.locator(".reveal-scroll").count() == 0
    assert phone.evaluate("document.activeElement === document.body")
    context.close()


def test_a_slide_has_clean_edges_at_any_size(chromium: "Browser", running: Running) -> None:
    """In a window that the slide doesn't fill to whole pixels, no other slide's terminal shines through at its edge."""
    context = chromium.new_context(viewport={"width": 1000, "height": 563})
    page = opened(context, running.url())
    running.call(lambda show: show.command(Jump("second-demo")))
    prints(page, "ports", "$")
    page.wait_for_function("() => getComputedStyle(document.querySelector('section.present')).opacity === '1'")
    picture = Image.open(io.BytesIO(page.screenshot())).convert("L")
    assert min(picture.crop((980, 60, 1000, 540)).tobytes()) > 230
    context.close()


def test_a_failure_says_how_to_go_on(running: Running, context: "BrowserContext") -> None:
    """In one sentence on the presenter's page and the phone, each naming its own key."""
    running.live.outcomes["step-1"] = Outcome.FAILED
    presenter = opened(context, running.url("/presenter", token=True))
    phone = opened(context, running.url("/remote", token=True))
    running.call(lambda show: show.command(Jump("first-demo")))
    running.settle()
    for _ in range(2):
        running.call(lambda show: show.command(Key.NEXT))
    for page, key in ((presenter, "Space"), (phone, "Next")):
        page.wait_for_selector("#fault:not([hidden])")
        assert page.inner_text("#fault") == f"it printed something else. {key} plays the recording."
    running.call(lambda show: show.command(Key.NEXT))
    for page in (presenter, phone):  # and the previews, of the next slide too, are drawn meanwhile
        intends(page, "▶ echo again")


def test_the_next_slides_demo_is_seen_as_recorded(running: Running, context: "BrowserContext") -> None:
    """In the small preview, at its own size even while the type is larger; when it is reached, it is empty again."""
    presenter = opened(context, running.url("/presenter", token=True))
    preview = presenter.frame_locator("iframe[title='What comes next']")
    running.call(lambda show: show.command(Jump("why")))
    running.call(lambda show: show.command(Key.LARGER))
    for _ in range(2):
        running.call(lambda show: show.command(Key.NEXT))
    panel = preview.locator("section.present#first-demo .qd-terminal")
    panel.locator(".qd-screen").wait_for(state="visible")
    panel.locator(".qd-xterm").wait_for(state="hidden")
    assert "echo hello" in panel.locator(".qd-screen").inner_text()
    assert "qd-zoomed" not in (panel.get_attribute("class") or "")
    running.call(lambda show: show.command(Key.NEXT))
    panel.locator(".qd-xterm").wait_for(state="visible")
