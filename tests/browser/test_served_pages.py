"""The pages that containers serve are seen on every audience page, and never take the keys."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from quarterdeck.show.machine.commands import Key, Open
from quarterdeck.stage.events import Output, PageOpened
from support.running_show import Running, opened, shows

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

pytestmark = pytest.mark.browser

BODY = b"""<title>Served</title><link rel="icon" href="data:,">
<button onclick="this.textContent = 'pressed'" style="position:fixed;inset:0">press</button>"""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """A page that is one button."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def addresses() -> Iterator[tuple[str, str]]:
    """Two containers' pages."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), _Handler) for _ in range(2)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    yield (f"http://localhost:{servers[0].server_port}", f"http://localhost:{servers[1].server_port}")
    for server in servers:
        server.shutdown()
        server.server_close()


def show_pages(running: Running, *urls: str) -> None:
    """Go to the demo, and have it open these."""
    running.call(lambda show: show.command(Open("ports")))
    running.settle()
    for url in urls:
        running.call(lambda show, url=url: show.on_event("ports", PageOpened(url, 0.0)))  # type: ignore[misc]


def framed(page: "Page", url: str) -> None:
    """Wait until a page shows another."""
    page.frame_locator(f".present iframe[src^='{url}']").locator("button").wait_for()


def test_every_audience_page_shows_an_opened_page(
    running: Running, context: "BrowserContext", addresses: tuple[str, str]
) -> None:
    """The projector's, a second one, one that is reloaded, one that comes late; both pages, side by side."""
    projector, second = opened(context, running.url(token=True)), opened(context, running.url())
    show_pages(running, *addresses)
    for page in (projector, second, opened(context, running.url())):
        for url in addresses:
            framed(page, url)
    projector.reload()
    for url in addresses:
        framed(projector, url)
    left, right = (projector.locator(".present .qd-page").nth(n).bounding_box() for n in (0, 1))
    assert left is not None
    assert right is not None
    assert left["y"] == right["y"]
    assert left["x"] + left["width"] < right["x"]
    assert left["width"] == pytest.approx(right["width"], abs=1)


@pytest.mark.parametrize("path", ["/presenter", "/remote"])
def test_the_speakers_pages_show_a_card(
    running: Running, context: "BrowserContext", addresses: tuple[str, str], path: str
) -> None:
    """With the address, where the audience sees the page; nothing is loaded."""
    page = opened(context, running.url(path, token=True))
    show_pages(running, addresses[0])
    preview = page.frame_locator("iframe[title^='The slide']")
    assert preview.locator(".qd-card .qd-address").inner_text() == addresses[0].removeprefix("http://")
    assert preview.locator("iframe").count() == 0


def test_a_click_into_the_page_works_there_and_leaves_the_keys_to_the_show(
    running: Running, context: "BrowserContext", addresses: tuple[str, str]
) -> None:
    """A clicker's next press is the show's."""
    projector = opened(context, running.url(token=True))
    show_pages(running, addresses[0])
    button = projector.frame_locator(".present iframe").locator("button")
    button.click()
    assert button.inner_text() == "pressed"
    projector.wait_for_function("() => document.activeElement === document.body && document.hasFocus()")
    projector.keyboard.press("Shift+ArrowRight")
    shows(projector, "end")


def test_a_key_enlarges_the_page_and_closes_it(
    running: Running, context: "BrowserContext", addresses: tuple[str, str]
) -> None:
    """It then fills the slide; the same page is there again after that, and was not loaded anew."""
    projector = opened(context, running.url(token=True))
    show_pages(running, addresses[0])
    button = projector.frame_locator(".present iframe").locator("button")
    button.click()
    frame = projector.locator(".present iframe")
    small = frame.bounding_box()
    projector.keyboard.press("z")
    projector.wait_for_selector(".present .qd-page-large")
    large = frame.bounding_box()
    assert small is not None
    assert large is not None
    assert large["width"] * large["height"] > 0.85 * 1280 * 720
    assert small["width"] * small["height"] < 0.5 * large["width"] * large["height"]
    projector.keyboard.press("z")
    frame.wait_for(state="hidden")
    projector.keyboard.press("z")
    frame.wait_for(state="visible")
    assert frame.bounding_box() == small
    assert button.inner_text() == "pressed"
    running.call(lambda show: show.command(Key.RESET))
    frame.wait_for(state="detached")


def test_the_terminal_scrolls_above_a_page(
    running: Running, context: "BrowserContext", addresses: tuple[str, str]
) -> None:
    """What the next step prints is seen; once the page is closed, the whole terminal is."""
    projector = opened(context, running.url(token=True))
    show_pages(running, addresses[0])
    framed(projector, addresses[0])
    lines = "".join(f"line {n}\r\n" for n in range(12))
    running.call(lambda show: show.on_event("ports", Output(1, lines, 0.0)))
    places = """() => {
        const box = (selector) => document.querySelector(`.present ${selector}`)?.getBoundingClientRect();
        const [cursor, page, panel] = [box('.xterm-cursor'), box('.qd-page'), box('.qd-terminal')];
        const rows = [...document.querySelectorAll('.present .xterm-rows > div')];
        const last = rows.find((row) => row.textContent.trim() === 'line 11')?.getBoundingClientRect();
        return last && cursor && [last.top - panel.top, cursor.bottom, page.top];
    }"""
    projector.wait_for_function(f"() => {{ const p = ({places})(); return p && p[0] > 28 && p[1] <= p[2]; }}")
    for _ in range(2):
        projector.keyboard.press("z")
    projector.locator(".present iframe").wait_for(state="hidden")
    projector.wait_for_function(f"() => {{ const p = ({places})(); return p[1] > p[2]; }}")


def test_a_lone_page_is_as_wide_as_its_panel(
    running: Running, context: "BrowserContext", addresses: tuple[str, str]
) -> None:
    """In its lower half."""
    projector = opened(context, running.url(token=True))
    show_pages(running, addresses[0])
    framed(projector, addresses[0])
    alone = projector.locator(".present .qd-page").bounding_box()
    panel = projector.locator(".present .qd-terminal").bounding_box()
    assert alone is not None
    assert panel is not None
    assert alone["width"] == pytest.approx(panel["width"] - 16, abs=1), "this demo opens one page only"
    assert alone["y"] == pytest.approx(panel["y"] + panel["height"] / 2, abs=1)
