"""A whole talk in real browsers: presenter, projector, followers, phone."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from quarterdeck.show.commands import Key
from quarterdeck.stage.events import Outcome, Output
from running_show import Running, opened

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

TERMINAL = """demo => {
  const rows = document.querySelectorAll(`.qd-terminal[data-demo="${demo}"] .xterm-rows > div`);
  return [...rows].map(row => row.textContent.replaceAll('\\u00a0', ' ').trimEnd()).join('\\n').trimEnd();
}"""

FRONT = """text => document.querySelector('.present .qd-xterm:not(.qd-behind) .xterm-rows')
  .textContent.replaceAll('\\u00a0', ' ').trim() === text"""
CELLS = """() => {
  const panel = document.querySelector('.present .qd-terminal').getBoundingClientRect();
  const room = document.querySelector('.present .qd-screens').getBoundingClientRect();
  const screen = document.querySelector('.present .xterm-screen').getBoundingClientRect();
  const cursor = document.querySelector('.present .xterm-cursor').getBoundingClientRect();
  const width = screen.width / 100;
  return {
    width,
    seen: Math.min(100, Math.round(room.width / width)),
    panel: [panel.left, panel.top, panel.right, panel.bottom].map(Math.round),
    cursorInSight: cursor.bottom <= room.bottom + 1 && cursor.right <= room.right + 1,
  };
}"""


@pytest.fixture
def running() -> Iterator[Running]:
    """A show of the sample deck."""
    show = Running()
    yield show
    show.stop()
    show.loop.close()


@pytest.fixture
def context(chromium: "Browser") -> Iterator["BrowserContext"]:
    """A browser without any history; every error in a page fails the test."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720})
    errors: list[str] = []
    context.on("weberror", lambda error: errors.append(str(error.error)))
    context.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield context
    context.close()
    assert [e for e in errors if "WebSocket" not in e and "ERR_CONNECTION_REFUSED" not in e] == []


def shows(page: "Page", slide: str) -> None:
    """Wait until a deck's page shows a slide."""
    page.wait_for_function("id => document.querySelector('section.present')?.id === id", arg=slide)


def prints(page: "Page", demo: str, text: str) -> None:
    """Wait until a demo's terminal shows exactly this."""
    page.wait_for_function(f"([demo, text]) => ({TERMINAL})(demo) === text", arg=[demo, text])


def intends(page: "Page", text: str) -> None:
    """Wait until the page says that next will do this."""
    page.wait_for_function("text => document.getElementById('intent').textContent === text", arg=text)


def test_a_whole_talk_from_the_presenters_page(running: Running, context: "BrowserContext") -> None:
    """One key goes through slides, items and steps; the projector shows each of them."""
    presenter = opened(context, running.url("/presenter", token=True))
    projector = opened(context, running.url(token=True))
    presenter.bring_to_front()
    intents = [
        "show item 1 of 2",
        "show item 2 of 2",
        "go to slide 3: First demo",
        "show item 1 of 1",
        "run echo hello",
        "run echo again",
        "go to slide 4: Between",
        "go to slide 5: Second demo",
        "run docker run nginx",
        "run curl localhost",
        "go to slide 6: End",
        "nothing: this is the last slide",
    ]
    for intent in intents:
        presenter.keyboard.press("Space")
        intends(presenter, intent)
        if intent == "run echo again":
            shows(projector, "first-demo")
            prints(projector, "hello", "$ echo hello\nhello\n$")
            assert projector.inner_text(".present .qd-badge").strip().lower() == "live"
    shows(projector, "end")
    assert [run for run in running.live.log if run.startswith("run")] == [
        "run step-1",
        "run step-2",
        "run run",
        "run curl",
    ]


def test_the_presenters_page_shows_what_the_speaker_needs(running: Running, context: "BrowserContext") -> None:
    """Notes, both slides, steps with what they should print, clock and plan."""
    presenter = opened(context, running.url("/presenter", token=True))
    assert presenter.inner_text("#notes") == "Say who you are."
    assert presenter.inner_text("#planned") == "of 6:00"
    current, upcoming = (frame for frame in presenter.frames if "preview=" in frame.url)
    current.wait_for_function("() => document.querySelector('section.present')?.id === 'welcome'")
    upcoming.wait_for_function("() => document.querySelector('section.present')?.id === 'why'")
    running.call(lambda show: show.order(Key.NEXT_SLIDE))
    running.call(lambda show: show.order(Key.NEXT_SLIDE))
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


def test_a_follower_looks_back_but_never_leads(running: Running, context: "BrowserContext") -> None:
    """Its keys move its own page only, and a button brings it back to the show."""
    follower = opened(context, running.url())
    for _ in range(5):
        running.call(lambda show: show.order(Key.NEXT))
    shows(follower, "first-demo")
    follower.keyboard.press("ArrowLeft")
    follower.keyboard.press("ArrowLeft")
    shows(follower, "welcome")
    assert running.call(lambda show: show.state.slide) == 2
    follower.click("text=Back to the show")
    shows(follower, "first-demo")
    follower.keyboard.press("ArrowRight")
    assert running.call(lambda show: (show.state.slide, show.state.fragment)) == (2, 1)


def test_the_phone_drives_the_show(chromium: "Browser", running: Running) -> None:
    """Its large button is all that a talk needs."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    phone = opened(context, running.url("/remote", token=True))
    phone.tap("#next")
    phone.wait_for_function("() => document.getElementById('title').textContent === 'Why'")
    assert phone.inner_text("#notes") == "Three reasons."
    phone.tap("#back")
    phone.wait_for_function("() => document.getElementById('title').textContent === 'Welcome'")
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
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
        running.call(lambda show: show.order(Key.NEXT))
    shows(first, "first-demo")
    running.call(lambda show: show.order(Key.NEXT))
    for text in ("$ echo hello\nhello\n$", "$ echo hello\nhello\n$ echo again\nagain\n$"):
        running.call(lambda show: show.order(Key.NEXT))
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
    running.call(lambda show: show.order(Key.NEXT_SLIDE))
    shows(page, "why")
    running.stop()
    running.start()
    shows(page, "welcome")


def test_a_failed_step_goes_on_from_its_recording(running: Running, context: "BrowserContext") -> None:
    """One key: the output is replaced, and the badge says so."""
    running.live.outcomes["step-1"] = Outcome.FAILED
    projector = opened(context, running.url(token=True))
    running.call(lambda show: show.order(Key.NEXT_SLIDE))
    running.call(lambda show: show.order(Key.NEXT_SLIDE))
    running.call(lambda show: show.order(Key.NEXT))
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
        running.call(lambda show, key=key: show.order(key))
    prints(projector, "hello", "$")
    projector.keyboard.press("Space")
    prints(projector, "hello", "$ echo hello")
    projector.keyboard.press("v")
    prints(projector, "hello", "$ echo hello\nhello\n$")


def test_the_speaker_types_into_the_terminal(running: Running, context: "BrowserContext") -> None:
    """T hands the terminal over, every key goes there, F2 ends it."""
    projector = opened(context, running.url(token=True))
    running.call(lambda show: show.order(Key.NEXT_SLIDE))
    running.call(lambda show: show.order(Key.NEXT_SLIDE))
    prints(projector, "hello", "$")
    projector.keyboard.press("t")
    projector.wait_for_selector(".present .qd-takes-keys")
    projector.keyboard.type("docker ps b")
    prints(projector, "hello", "$ docker ps b")
    projector.keyboard.press("F2")
    projector.wait_for_selector(".present .qd-takes-keys", state="detached")
    assert not running.call(lambda show: show.state.blank)


def test_the_speaker_types_from_the_presenters_page(running: Running, context: "BrowserContext") -> None:
    """The terminal lies over the slide there, and the projector shows what is typed."""
    presenter = opened(context, running.url("/presenter", token=True))
    projector = opened(context, running.url(token=True))
    running.call(lambda show: show.order(Key.NEXT_SLIDE))
    running.call(lambda show: show.order(Key.NEXT_SLIDE))
    prints(projector, "hello", "$")
    presenter.bring_to_front()
    presenter.keyboard.press("t")
    presenter.wait_for_selector("#mirror:not([hidden]) .xterm-rows")
    presenter.keyboard.type("ls -l")
    presenter.wait_for_function("() => document.querySelector('#mirror .xterm-rows').textContent.includes('ls -l')")
    projector.bring_to_front()
    prints(projector, "hello", "$ ls -l")


def test_the_speaker_types_into_a_second_terminal(running: Running, context: "BrowserContext") -> None:
    """S, or F3 while typing, brings one of the speaker's own to the front on every page, late ones too."""
    presenter = opened(context, running.url("/presenter", token=True))
    projector = opened(context, running.url())
    for _ in range(2):
        running.call(lambda show: show.order(Key.NEXT_SLIDE))
    prints(projector, "hello", "$")
    presenter.bring_to_front()
    for key in ("t", "F3"):
        presenter.keyboard.press(key)
    presenter.wait_for_selector("#mirror:not([hidden]) .xterm-rows")
    projector.wait_for_selector(".present .qd-tabs:text-is('Terminal 2 of 2')")
    presenter.keyboard.type("docker ps")
    presenter.wait_for_function("() => document.querySelector('#mirror .xterm-rows').textContent.includes('docker ps')")
    late = opened(context, running.url())
    for page in (projector, late):
        page.bring_to_front()
        page.wait_for_function(FRONT, arg="docker ps")
    presenter.bring_to_front()
    presenter.keyboard.press("F2")
    presenter.wait_for_selector("#mirror", state="hidden")
    presenter.keyboard.press("s")
    for page in (projector, late):
        page.bring_to_front()
        page.wait_for_function(FRONT, arg="$")


def test_larger_type_takes_the_whole_slide_on_every_page(running: Running, context: "BrowserContext") -> None:
    """Plus thrice: the cursor's line is still in sight, and 60 columns fill the slide; minus undoes it."""
    presenter = opened(context, running.url("/presenter", token=True))
    projector = opened(context, running.url())
    for _ in range(2):
        running.call(lambda show: show.order(Key.NEXT_SLIDE))
    prints(projector, "hello", "$")
    running.call(lambda show: show.happen("hello", Output(1, "\r\n".join(map(str, range(100))), 0.0)))
    placed = projector.evaluate(CELLS)
    assert placed["seen"] == 100
    presenter.bring_to_front()
    seen = []
    for _ in range(3):
        presenter.keyboard.press("+")
        projector.bring_to_front()
        projector.wait_for_function(f"width => ({CELLS})().width > width", arg=placed["width"])
        placed = projector.evaluate(CELLS)
        assert placed["panel"] == [0, 0, 1280, 720]
        assert placed["cursorInSight"]
        seen.append(placed["seen"])
        presenter.bring_to_front()
    assert seen == [100, 80, 60]
    for _ in range(3):
        presenter.keyboard.press("-")
    projector.wait_for_selector(".present .qd-zoomed", state="detached")


STROKES = """() => [...document.querySelectorAll('.qd-drawing g')].map(group => {
  const slide = document.querySelector('.reveal .slides').getBoundingClientRect();
  const box = group.getBoundingClientRect();
  return [(box.left + box.width / 2 - slide.left) / slide.width, (box.top + box.height / 2 - slide.top) / slide.height];
})"""


def drag(page: "Page", selector: str, *places: tuple[float, float]) -> None:
    """Press the mouse at the first place on an element, move over the others, and let it go."""
    box = page.locator(selector).bounding_box()
    assert box is not None
    points = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=5)
    page.mouse.up()


def strokes(page: "Page", count: int) -> list[list[float]]:
    """The middles of the strokes seen, once there are that many; in shares of the slide."""
    page.bring_to_front()
    page.wait_for_function(f"count => ({STROKES})().length === count", arg=count)
    middles: list[list[float]] = page.evaluate(STROKES)
    return middles


def test_drawing_on_the_slide(running: Running, context: "BrowserContext") -> None:
    """From the presenter's page and the projector's; each slide keeps its own, late pages get it; undo and erase."""
    presenter = opened(context, running.url("/presenter", token=True))
    projector = opened(context, running.url(token=True))
    presenter.bring_to_front()
    presenter.keyboard.press("Control+p")
    drag(presenter, "#cover", (0.2, 0.2), (0.4, 0.4))
    drag(presenter, "#cover", (0.7, 0.6), (0.9, 0.6))
    middles = strokes(projector, 2)
    assert [[round(x, 1), round(y, 1)] for x, y in middles] == [[0.3, 0.3], [0.8, 0.6]]
    late = opened(context, running.url())
    assert strokes(late, 2) == middles
    projector.bring_to_front()
    projector.keyboard.press("d")
    drag(projector, ".qd-surface", (0.1, 0.9), (0.3, 0.9))
    assert [round(share, 1) for share in strokes(late, 3)[2]] == [0.2, 0.9]
    running.call(lambda show: show.order(Key.NEXT))
    shows(late, "why")
    assert strokes(late, 0) == []
    running.call(lambda show: show.order(Key.PREVIOUS_SLIDE))
    assert len(strokes(late, 3)) == 3
    projector.bring_to_front()
    projector.keyboard.press("Control+z")
    strokes(late, 2)
    projector.bring_to_front()
    projector.keyboard.press("e")
    strokes(late, 0)
    projector.bring_to_front()
    projector.keyboard.press("Escape")
    assert projector.locator(".qd-surface").is_hidden()


def test_the_pointer_is_seen_by_the_audience(running: Running, context: "BrowserContext") -> None:
    """Held down, or with the laser wherever the mouse is; it goes when the mouse leaves the slide."""
    presenter = opened(context, running.url("/presenter", token=True))
    follower = opened(context, running.url())
    dot = follower.locator(".qd-pointer")
    presenter.bring_to_front()
    box = presenter.locator("#cover").bounding_box()
    assert box is not None
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    presenter.mouse.move(*middle)
    presenter.mouse.down()
    dot.wait_for(state="visible")
    shown = follower.evaluate("document.querySelector('.qd-pointer').style.cssText")
    assert {round(float(share.split(":")[1].strip(" %"))) for share in shown.split(";")[:2]} == {50}
    presenter.mouse.up()
    dot.wait_for(state="hidden")
    presenter.keyboard.press("l")
    presenter.mouse.move(middle[0] + 20, middle[1])
    dot.wait_for(state="visible")
    presenter.mouse.move(5, 5)
    dot.wait_for(state="hidden")


def test_blank_is_for_the_audience_only(running: Running, context: "BrowserContext") -> None:
    """The audience sees black; the speaker's preview keeps the slide and says so."""
    presenter = opened(context, running.url("/presenter", token=True))
    follower = opened(context, running.url())
    presenter.bring_to_front()
    presenter.keyboard.press("b")
    presenter.wait_for_selector("text=The audience sees black")
    follower.wait_for_selector(".reveal.paused")
    assert presenter.frames[1].locator(".reveal.paused").count() == 0


def test_jumping_with_search(running: Running, context: "BrowserContext") -> None:
    """G, a few letters, Enter."""
    presenter = opened(context, running.url("/presenter", token=True))
    presenter.keyboard.press("g")
    presenter.keyboard.type("second")
    presenter.keyboard.press("Enter")
    presenter.wait_for_function("() => document.getElementById('place').textContent === '5 / 6'")


def test_powerpoints_link_opens_the_stage(running: Running, context: "BrowserContext") -> None:
    """In the browser that has the speaker's page, the link goes to its demo, ready for one key."""
    opened(context, running.url("/presenter", token=True))
    stage = opened(context, running.url("/stage/ports"))
    shows(stage, "second-demo")
    prints(stage, "ports", "$")
    stage.keyboard.press("Space")
    prints(stage, "ports", "$ docker run nginx\n$")


def test_escape_sequences_do_nothing_but_draw(running: Running, context: "BrowserContext") -> None:
    """What a demo prints can't set the page's title, run script, or type answers."""
    projector = opened(context, running.url(token=True))
    title = projector.title()
    link = "\x1b]8;;javascript:document.title='hacked'\x07link\x1b]8;;\x07"
    evil = f"\x1b]0;hacked\x07{link}<img src=x onerror=alert(1)>\x1b[6n\x1b[c"
    late = opened(context, running.url())
    shows(late, "welcome")
    for _ in range(2):
        running.call(lambda show: show.order(Key.NEXT_SLIDE))
    prints(late, "hello", "$")
    running.call(lambda show: show.happen("hello", Output(1, evil, 0.0)))
    prints(late, "hello", "$ link<img src=x onerror=alert(1)>")
    late.locator(".present .xterm-screen").click(position={"x": 30, "y": 10})
    assert late.title() == projector.title() == title
    assert late.locator(".qd-terminal img").count() == 0
    assert not [entry for entry in running.live.log if entry.startswith("write")]


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
        running.call(lambda show: show.order(Key.NEXT_SLIDE))
        presenter.wait_for_function(f"() => document.getElementById('place').textContent === '{slide + 2} / 6'")
    context.close()


def test_a_phone_shows_slides_and_a_terminal_with_its_cursor(chromium: "Browser", running: Running) -> None:
    """A small window is no reason for a long page; drawing a terminal takes the focus from nothing."""
    for _ in range(2):
        running.call(lambda show: show.order(Key.NEXT_SLIDE))
    context = chromium.new_context(viewport={"width": 360, "height": 640})
    phone = opened(context, running.url())
    shows(phone, "first-demo")
    running.call(lambda show: show.order(Key.NEXT))  # the fragment
    prints(phone, "hello", "$")
    phone.wait_for_selector(".present .xterm-cursor")
    assert phone.locator(".reveal-scroll").count() == 0
    assert phone.evaluate("document.activeElement === document.body")
    context.close()
