"""The browser on the machine: started for a job, and gone after it."""

from __future__ import annotations

import io
import os
import socket
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest
from PIL import Image

from conftest import missing
from quarterdeck import browser
from quarterdeck.browser import DrawingBrowser, PageCamera, fonts_version, running_browser
from quarterdeck.installed import browser_path

pytestmark = pytest.mark.slow

GREEN = (0, 128, 0, 255)
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20">'


@pytest.fixture
def program() -> str:
    """The path of a browser."""
    return browser_path() or missing("browser", "no Chromium is on the PATH")


def drawn(data: bytes) -> Image.Image:
    """The picture in a PNG."""
    return Image.open(io.BytesIO(data)).convert("RGBA")


def program_that(path: Path, script: str) -> str:
    """A program in place of the browser."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


def test_a_browser_that_ends_says_why(tmp_path: Path) -> None:
    """The last of what it said is the reason."""
    broken = program_that(tmp_path / "chromium", "echo first >&2; echo no display >&2; exit 3")
    with pytest.raises(EOFError, match="no display"), running_browser(broken, 20.0):
        pass


def test_a_browser_that_hangs_is_ended(tmp_path: Path) -> None:
    """With all that it started."""
    pid = tmp_path / "pid"
    hung = program_that(tmp_path / "chromium", f"sleep 600 & echo $! > {pid}; wait")
    with pytest.raises(TimeoutError, match="longer than 1 s"), running_browser(hung, 1.0):
        pass
    deadline = time.monotonic() + 10
    while _lives(int(pid.read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_temporary_folders_of_the_browser_go_with_it(tmp_path: Path) -> None:
    """Chromium leaves ``org.chromium.…`` in the folder for temporary files, each time."""
    made = tmp_path / "made"
    script = f"mktemp -d -t org.chromium.XXXXXX > {made}.new && mv {made}.new {made}; exit 3"
    with pytest.raises(EOFError), running_browser(program_that(tmp_path / "chromium", script), 20.0):
        pass
    assert not Path(made.read_text().strip()).exists()


def _lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_version_changes_with_the_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawing in fonts of the machine is drawn again when one is installed."""
    monkeypatch.setattr(browser, "FONT_FOLDERS", (str(tmp_path),))
    fonts_version.cache_clear()
    before = fonts_version()
    (tmp_path / "new.ttf").touch()
    os.utime(tmp_path, ns=(1, 1))
    fonts_version.cache_clear()
    assert fonts_version() != before
    fonts_version.cache_clear()


@pytest.mark.browser
def test_drawings_one_after_the_other(program: str) -> None:
    """One browser draws them all, each at its size, on nothing; light or dark as the page is."""
    drawing = DrawingBrowser()
    try:
        scheme = f"{HEAD}<style>:root{{color-scheme:light dark}}rect{{fill:light-dark(#008000,#fff)}}</style>"
        svg = f'{scheme}<rect width="20" height="20"/></svg>'.encode()
        first = drawn(drawing.draw(svg, (40.0, 20.0), 2.0, program, dark=False))
        dark = drawn(drawing.draw(svg, (40.0, 20.0), 1.0, program, dark=True))
        again = drawing.draw(svg, (40.0, 20.0), 2.0, program, dark=False)
    finally:
        drawing.close()
    assert (first.size, dark.size) == ((80, 40), (40, 20))
    assert (first.getpixel((20, 20)), first.getpixel((60, 20))) == (GREEN, (0, 0, 0, 0))
    assert dark.getpixel((10, 10)) == (255, 255, 255, 255)
    assert drawn(again).tobytes() == first.tobytes()


@pytest.mark.browser
def test_scripts_in_a_drawing_do_not_run(program: str) -> None:
    """It is shown as a picture, as in the HTML."""
    script = "<script>document.documentElement.innerHTML = ''</script>"
    svg = f'{HEAD}<rect width="40" height="20" fill="green"/>{script}</svg>'.encode()
    drawing = DrawingBrowser()
    try:
        assert drawn(drawing.draw(svg, (40.0, 20.0), 1.0, program, dark=False)).getpixel((5, 5)) == GREEN
        with pytest.raises(ValueError, match="can't show it"):
            drawing.draw(b"<svg", (40.0, 20.0), 1.0, program, dark=False)
    finally:
        drawing.close()


class _Counted(BaseHTTPRequestHandler):
    """A page in another colour each time, that a browser may cache, and that asks something."""

    colors: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """A page of one colour, to its lower edge."""
        color = self.colors.pop(0) if self.path == "/" else "gray"
        body = f"<body style='margin:0;height:3000px;background:{color}'><script>alert(1)</script>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Cache-Control", "max-age=3600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Nothing."""


def test_the_picture_of_a_page_is_of_the_page_as_it_is_now(program: str) -> None:
    """Twice as sharp as it is large; neither a cached page, nor one that asks something, holds it up."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Counted)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Counted.colors = ["rgb(255, 0, 0)", "rgb(0, 0, 255)"]
    with closing(server.socket), closing(PageCamera(program)) as camera:
        pictures = [drawn(camera.take(f"http://localhost:{server.server_port}/", (300, 100), 2)) for _ in range(2)]
        server.shutdown()
    assert [picture.size for picture in pictures] == [(600, 200)] * 2
    red, blue = (picture.getpixel((599, 199)) for picture in pictures)
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] - red[2] > 245
    assert blue[2] - blue[0] > 245


def test_a_page_that_is_not_there_has_no_picture(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says which, and what the browser says."""
    monkeypatch.setattr(browser, "TRY_SECONDS", 0.01)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with closing(PageCamera(program)) as camera, pytest.raises(ValueError, match=rf"{port}/x: net::ERR_"):
        camera.take(f"http://localhost:{port}/x", (300, 100), 2)


def test_a_picture_has_a_bounded_size(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What doesn't fit in good quality is stored in a lower one."""
    noise = "data:text/html,<canvas id=c width=400 height=300></canvas><script>const x=c.getContext('2d'),"
    noise += "d=x.createImageData(400,300);for(let i=0;i<d.data.length;i++)d.data[i]=Math.random()*256;"
    noise += "x.putImageData(d,0,0)</script>"
    with closing(PageCamera(program)) as camera:
        whole = len(camera.take(noise, (400, 300), 1))
        monkeypatch.setattr(browser, "PICTURE_LIMIT", whole // 2)
        assert len(camera.take(noise, (400, 300), 1)) <= whole // 2
