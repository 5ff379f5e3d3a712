"""Drives the browser on this machine without a window: prints pages, draws what resvg can't, takes pictures of pages.

It is told what to do in the DevTools protocol (https://chromedevtools.github.io/devtools-protocol).  Each use starts a
browser with an empty profile and ends it: nothing of the user's own browser is read or changed.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarterdeck.processes import kill_session

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

BROWSER_FAULTS = (OSError, EOFError, TimeoutError, ValueError)
"""What is raised when the browser doesn't start, ends, takes too long or refuses a command."""
LOOK_SECONDS = 0.05
"""How long to wait between two checks of the browser's progress."""
END_SECONDS = 5.0
"""How long a browser may take to end by itself."""
PORT_FILE = "DevToolsActivePort"
"""The file in its profile in which Chromium writes its port and path."""

DRAW_SECONDS = 60.0
PAGE = """<!DOCTYPE html>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>
html, body {{ margin: 0; background: transparent; color-scheme: {scheme}; }}
img {{ display: block; width: {width}px; height: {height}px; }}
</style>
<img src="data:image/svg+xml;base64,{data}" alt="">
"""
"""A page with nothing but the drawing, as a picture: no script in it runs, no file is read."""
LOADED = "location.protocol === 'file:' && document.readyState === 'complete'"
DECODED = "document.images[0].decode().then(() => 'drawn', () => 'broken')"

PICTURE_SECONDS = 15.0
"""How long a page that a demo serves may take until there is a picture of it."""
TRIES = 4
"""How often a page is loaded that can't be: browsers give up when a network changes, as it does with each container."""
TRY_SECONDS = 0.4
"""How long to wait before the next try."""
PICTURE_LIMIT = 256 * 1024
"""Bytes of a picture at most; the qualities below are tried until it is as small as that."""
QUALITIES = (90, 75, 50, 25, 10, 1)
"""Of JPEG, in per cent."""
DRAWN = (
    "document.readyState === 'complete' && "
    "document.fonts.ready.then(() => new Promise((done) => setTimeout(() => done(true), 300)))"
)
"""Whether a page has all that it names; its scripts get a moment for the rest."""
NO_DIALOGS = "window.alert = window.print = () => {}; window.confirm = () => false; window.prompt = () => null;"
"""Nobody is there to close them."""

FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.fonts",
    "~/.local/share/fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
)


class Tab:
    """A tab of the browser: commands to it, one after the other."""

    def __init__(self, connection: ClientConnection, seconds: float) -> None:
        self._connection = connection
        self._seconds = seconds
        self._deadline = time.monotonic() + seconds
        self._count = 0
        self._session: str | None = None

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """The result of a command.

        Raises:
            TimeoutError: when there is none in time.
            ValueError: when the browser refuses it.

        """
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        self._connection.send(json.dumps(message | ({"sessionId": self._session} if self._session else {})))
        while True:
            answer = json.loads(self._connection.recv(max(0.0, self._deadline - time.monotonic())))
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise ValueError(answer["error"].get("message", "it gave no reason"))
                result: dict[str, Any] = answer["result"]
                return result

    def open(self, address: str, when: str) -> None:
        """Open a page in a new tab, and wait until the JavaScript expression ``when`` is true in it."""
        self._session = None
        self._deadline = time.monotonic() + self._seconds
        target = self.ask("Target.createTarget", url=address)["targetId"]
        self._session = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.wait_for(when)

    def take_time(self) -> None:
        """Let the next commands have as much time again as a page that is opened."""
        self._deadline = time.monotonic() + self._seconds

    def wait_for(self, when: str) -> None:
        """Wait until the JavaScript expression ``when`` is true in the page."""
        while not self.ask("Runtime.evaluate", expression=when, awaitPromise=True)["result"].get("value"):
            _wait(self._deadline, self._seconds)


@contextmanager
def running_browser(browser: str, seconds: float) -> Iterator[Tab]:
    """Run a browser, and end it with everything that it started; ``seconds`` is the time for each page.

    Raises one of ``BROWSER_FAULTS`` when it fails.
    """
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    with (
        tempfile.TemporaryDirectory(
            prefix="quarterdeck-browser-", dir=_folder(), ignore_cleanup_errors=True
        ) as profile,
        _listening(browser, Path(profile), seconds) as address,
    ):
        try:
            with connect(address, max_size=None, compression=None, proxy=None) as connection:
                yield Tab(connection, seconds)
        except WebSocketException as error:
            raise EOFError(f"the connection to it broke: {error}") from None


def _folder() -> str | None:
    """The folder for profiles.  The browser makes Unix sockets there, whose paths have about 100 characters at most."""
    return None if len(tempfile.gettempdir()) < 30 or os.name != "posix" else "/tmp"


@contextmanager
def _listening(browser: str, profile: Path, seconds: float) -> Iterator[str]:
    """Run a browser; yields its address once it listens.  Raises :class:`EOFError` when it ends by itself."""
    command = [
        browser,
        "--headless",
        "--disable-gpu",
        "--no-first-run",
        "--disable-background-networking",
        "--remote-debugging-port=0",
        f"--user-data-dir={profile}",
        "about:blank",
    ]
    if os.name == "posix" and os.geteuid() == 0:
        command.insert(1, "--no-sandbox")  # Chromium refuses to sandbox for root
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env={**os.environ, "TMPDIR": str(profile)},  # Chromium leaves folders in it
            start_new_session=True,
        )
        try:
            deadline = time.monotonic() + seconds
            while (address := _address(profile)) is None:
                if process.poll() is not None:
                    said.seek(0)
                    last = said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
                    raise EOFError(last or f"it ended with status {process.returncode}")
                _wait(deadline, seconds)
            yield address
        finally:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(END_SECONDS)
            kill_session(process.pid)  # its helpers too
            process.wait()


def _address(profile: Path) -> str | None:
    """Where the browser listens; None until it has written its port completely."""
    try:
        port, path, *_ = (profile / PORT_FILE).read_text().split("\n")
    except (OSError, ValueError):
        return None
    return f"ws://127.0.0.1:{port}{path}"


def _wait(deadline: float, seconds: float) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError(f"it took longer than {seconds:.0f} s")
    time.sleep(LOOK_SECONDS)


class DrawingBrowser:
    """A browser that is started for the first drawing that needs one, and draws all others until it is closed."""

    def __init__(self) -> None:
        self._open = ExitStack()
        self._tab: Tab | None = None

    def close(self) -> None:
        """End the browser, if it was started."""
        self._tab = None
        self._open.close()

    def draw(self, svg: bytes, size: tuple[float, float], scale: float, browser: str, *, dark: bool) -> bytes:
        """The PNG of a drawing that is ``size`` px large, with ``scale`` pixels for each px.

        ``browser`` is the program's path.  ``dark`` is whether the page around the drawing is dark, which
        ``light-dark()`` and media queries follow.

        Raises one of ``browser.BROWSER_FAULTS``.
        """
        width, height = (max(1.0, side) for side in size)
        page = PAGE.format(
            scheme="dark" if dark else "light",
            width=f"{width:.3f}",
            height=f"{height:.3f}",
            data=base64.b64encode(svg).decode("ascii"),
        )
        if self._tab is None:
            self._tab = self._open.enter_context(running_browser(browser, DRAW_SECONDS))
        tab = self._tab
        with tempfile.TemporaryDirectory(prefix="quarterdeck-draw-", ignore_cleanup_errors=True) as scratch:
            source = Path(scratch, "drawing.html")
            source.write_text(page, "utf-8")
            tab.open(source.as_uri(), LOADED)
            if tab.ask("Runtime.evaluate", expression=DECODED, awaitPromise=True)["result"].get("value") != "drawn":
                raise ValueError("it can't show it as a picture")
            tab.ask(
                "Emulation.setDeviceMetricsOverride",
                width=max(1, round(width)),
                height=max(1, round(height)),
                deviceScaleFactor=scale,
                mobile=False,
            )
            tab.ask("Emulation.setDefaultBackgroundColorOverride", color={"r": 0, "g": 0, "b": 0, "a": 0})
            shot = tab.ask("Page.captureScreenshot", format="png")
        return base64.b64decode(shot["data"])


class PageCamera:
    """Takes pictures of pages that are served on this machine, in a browser that is started for the first of them."""

    def __init__(self, browser: str) -> None:
        """``browser`` is the program's path."""
        self._browser = browser
        self._open = ExitStack()
        self._tab: Tab | None = None
        self._turn = threading.Lock()
        """Held while a picture is taken."""

    def close(self) -> None:
        """End the browser, if it was started."""
        with self._turn:
            self._end()

    def take(self, url: str, size: tuple[int, int], scale: float) -> bytes:
        """A JPEG of the upper part of a page in a window of ``size`` px, with ``scale`` pixels for each of them.

        May be called from any thread.  Raises one of ``BROWSER_FAULTS``.
        """
        with self._turn:
            try:
                if self._tab is None:
                    self._tab = self._open.enter_context(running_browser(self._browser, PICTURE_SECONDS))
                return _photographed(self._tab, url, size, scale)
            except TimeoutError:
                self._end()  # it may never answer again
                raise

    def _end(self) -> None:
        self._tab = None
        self._open.close()


def _photographed(tab: Tab, url: str, size: tuple[int, int], scale: float) -> bytes:
    tab.open("about:blank", "true")
    width, height = size
    tab.ask("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=False)
    tab.ask("Emulation.setScrollbarsHidden", hidden=True)
    tab.ask("Network.enable")  # or the next has no effect
    tab.ask("Network.setCacheDisabled", cacheDisabled=True)
    tab.ask("Page.enable")  # or the script below isn't run
    tab.ask("Page.addScriptToEvaluateOnNewDocument", source=NO_DIALOGS)
    for tries in range(1, TRIES + 1):
        fault = tab.ask("Page.navigate", url=url).get("errorText")
        if fault is None:
            break
        if tries == TRIES:
            raise ValueError(f"it can't open {url}: {fault}")
        time.sleep(TRY_SECONDS)
    tab.wait_for(DRAWN)
    data = b""
    for quality in QUALITIES:
        shot = tab.ask("Page.captureScreenshot", format="jpeg", quality=quality)
        data = base64.b64decode(shot["data"])
        if len(data) <= PICTURE_LIMIT:
            break
    tab.ask("Page.close")
    return data


@cache
def fonts_version() -> str:
    """A text that changes when fonts are installed or removed on this machine."""
    digest = sha256()
    for folder in FONT_FOLDERS:
        for place, _, names in sorted(os.walk(Path(folder).expanduser())):
            digest.update(f"{place} {Path(place).stat().st_mtime_ns} {len(names)}".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()
