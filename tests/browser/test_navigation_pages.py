"""Ways through a show besides its one key: overview, numbers, followers' looking back, links from PowerPoint."""

from typing import TYPE_CHECKING

import pytest

from quarterdeck.show.machine.commands import Jump, Key
from quarterdeck.show.web.documents import TakeHome
from support.running_show import Running, opened, prints, shows

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

pytestmark = pytest.mark.browser


def test_a_follower_looks_back_but_never_leads(running: Running, context: "BrowserContext") -> None:
    """Its keys move its own page only, and a button brings it back to the show."""
    follower = opened(context, running.url())
    for _ in range(5):
        running.call(lambda show: show.command(Key.NEXT))
    shows(follower, "first-demo")
    follower.keyboard.press("ArrowLeft")
    follower.keyboard.press("ArrowLeft")
    shows(follower, "welcome")
    assert running.call(lambda show: show.state.slide) == 2
    follower.click(".qd-return")
    shows(follower, "first-demo")
    follower.keyboard.press("ArrowRight")
    assert running.call(lambda show: (show.state.slide, show.state.fragment)) == (2, 1)


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


def test_the_overview_goes_to_any_slide(running: Running, context: "BrowserContext") -> None:
    """O, arrows and Enter, or a click: on the projector's page, and on the presenter's in a frame of its own."""
    projector = opened(context, running.url(token=True))
    presenter = opened(context, running.url("/presenter", token=True))
    projector.bring_to_front()
    projector.keyboard.press("o")
    projector.wait_for_selector(".qd-overview[open] button[aria-current]")
    assert projector.locator(".qd-overview li").count() == 6
    for key in ("ArrowRight", "ArrowRight", "Enter"):
        projector.keyboard.press(key)
    shows(projector, "first-demo")
    assert projector.locator(".qd-overview[open]").count() == 0
    presenter.bring_to_front()
    presenter.keyboard.press("Escape")
    grid = presenter.frame_locator("#overview-dialog iframe")
    grid.locator(".qd-overview[open] button", has_text="End").click()
    presenter.wait_for_function("() => document.getElementById('place').textContent === '6 / 6'")
    presenter.keyboard.press("o")
    grid.locator(".qd-overview[open] button[aria-current]").press("Escape")
    presenter.locator("#overview-dialog").wait_for(state="hidden")
    presenter.keyboard.press("Home")
    shows(projector, "welcome")


def test_a_slides_number_and_enter_go_there(running: Running, context: "BrowserContext") -> None:
    """As in PowerPoint; another key in between forgets the number."""
    projector = opened(context, running.url(token=True))
    for key in ("4", "Escape", "5", "Enter"):
        projector.keyboard.press(key)
    shows(projector, "second-demo")
    follower = opened(context, running.url())
    for key in ("2", "Enter"):
        follower.keyboard.press(key)
    shows(follower, "why")
    assert running.call(lambda show: show.state.slide) == 4


def test_a_follower_sees_how_far_behind_it_is(running: Running, context: "BrowserContext") -> None:
    """While the show goes on without it; the overview has no slide that was not shown yet."""
    follower = opened(context, running.url())
    running.call(lambda show: show.command(Jump("between")))
    shows(follower, "between")
    for _ in range(2):
        follower.keyboard.press("ArrowLeft")
    shows(follower, "why")
    button = follower.locator(".qd-return")
    assert button.inner_text() == "Back to live · 2 slides behind"
    running.call(lambda show: show.command(Key.NEXT_SLIDE))
    follower.wait_for_selector(".qd-return:text-is('Back to live · 3 slides behind')")
    shows(follower, "why")
    follower.keyboard.press("o")
    follower.wait_for_selector(".qd-overview[open]")
    assert follower.locator(".qd-overview li").count() == 5
    follower.locator(".qd-overview button", has_text="Second demo").click()
    shows(follower, "second-demo")
    assert follower.locator(".qd-return").is_disabled()


def test_the_audience_takes_the_deck_home_after_the_last_slide(running: Running, context: "BrowserContext") -> None:
    """Links to the files appear then, on late pages too, and not before."""
    running.offer(TakeHome("sample", lambda: pytest.fail("nobody asked")))
    follower = opened(context, running.url())
    assert follower.locator(".qd-files a").count() == 0
    running.call(lambda show: show.command(Key.LAST))
    follower.wait_for_selector(".qd-files a", state="attached")
    running.call(lambda show: show.command(Key.FIRST))
    for page in (follower, opened(context, running.url())):
        page.wait_for_selector(".qd-files a", state="attached")
        links = page.locator(".qd-files a")
        assert links.all_text_contents() == ["PowerPoint", "Slides", "Handout"]
        assert links.first.get_attribute("href") == "/files/sample.pptx"


def test_the_audience_is_shown_where_to_follow(running: Running, context: "BrowserContext") -> None:
    """J brings the address and its code, where others can follow; elsewhere it says what that takes."""
    presenter = opened(context, running.url("/presenter", token=True))
    presenter.keyboard.press("j")
    presenter.wait_for_selector(".qd-notice:has-text('--lan')")
    running.call(lambda show: show.invite("http://192.0.2.7:7777/"))
    presenter.reload()
    presenter.wait_for_selector("#invite:enabled")
    follower = opened(context, running.url())
    presenter.bring_to_front()
    presenter.keyboard.press("j")
    follower.wait_for_selector(".qd-invitation strong:text-is('192.0.2.7:7777')")
    assert follower.locator(".qd-invitation svg path").get_attribute("d")
    presenter.keyboard.press("j")
    follower.locator(".qd-invitation").wait_for(state="hidden")


def test_the_stage_goes_full_screen_and_leads_back(running: Running, context: "BrowserContext") -> None:
    """The key that runs the first step makes it full screen; the one after the last step leaves it to PowerPoint."""
    opened(context, running.url("/presenter", token=True))
    stage = opened(context, running.url("/stage/ports"))
    prints(stage, "ports", "$")
    stage.keyboard.press("PageDown")
    prints(stage, "ports", "$ docker run nginx\n$")
    stage.wait_for_function("() => document.fullscreenElement !== null")
    stage.keyboard.press("PageDown")
    prints(stage, "ports", "$ docker run nginx\n$ curl localhost\n$")
    stage.wait_for_selector(".present .qd-status:text-is('step 2 of 2 done')")
    stage.keyboard.press("PageDown")
    stage.wait_for_selector(".qd-notice:has-text('back to PowerPoint')")
    assert running.call(lambda show: show.state.slide) == 4


def test_a_stage_without_the_speakers_browser_only_follows(running: Running, context: "BrowserContext") -> None:
    """It moves nothing, says what it takes, and gets it as soon as the presenter's page is opened."""
    stage = opened(context, running.url("/stage/ports"))
    stage.wait_for_selector('.qd-notice:has-text("presenter\'s page")')
    stage.keyboard.press("Space")
    assert running.call(lambda show: show.state.slide) == 0
    opened(context, running.url("/presenter", token=True))
    shows(stage, "second-demo")


def test_another_sites_link_to_a_stage_waits_for_a_key(running: Running, context: "BrowserContext") -> None:
    """It shows a page to the speaker, but it can't move the show."""
    opened(context, running.url("/presenter", token=True))
    page = context.new_page()
    page.route(
        "http://elsewhere.test/", lambda route: route.fulfill(body=f'<a href="{running.url("/stage/ports")}">x</a>')
    )
    page.goto("http://elsewhere.test/")
    page.click("a")
    page.wait_for_selector(".qd-notice:has-text('A key goes to the demo ports')")
    shows(page, "welcome")
    assert running.call(lambda show: show.state.slide) == 0
    page.keyboard.press("Space")
    shows(page, "second-demo")
