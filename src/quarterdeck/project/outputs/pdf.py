"""Prints decks and handouts to PDF with the browser on this machine.

The browser is driven through its DevTools protocol (https://chromedevtools.github.io/devtools-protocol), since its
option ``--print-to-pdf`` doesn't wait until the pages are laid out.
"""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarterdeck.compile.handout.document import write_handout
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.installed import browser_path
from quarterdeck.processes import kill_session
from quarterdeck.project.project import Project

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection


PRINT_SECONDS = 120.0
LOOK_SECONDS = 0.05
"""How long to wait between two checks of the browser's progress."""
END_SECONDS = 5.0
"""How long a browser may take to end by itself."""
PORT_FILE = "DevToolsActivePort"
"""The file in its profile in which Chromium writes its port and path."""
_DATES = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[^)]*\)")
LOADED = (
    "location.href !== 'about:blank' && document.readyState === 'complete'"
    " && document.body.offsetHeight >= 0 && document.fonts.status === 'loaded'"
)
"""True once an ordinary page can be printed: it is loaded, and so are the fonts that its layout needs."""
LAID_OUT = "document.documentElement.classList.contains('qd-printable')"
"""True once the pages of a deck are laid out."""


def find_browser() -> str:
    """The path of a browser that can print.

    Raises:
        QuarterdeckError: when there is none.

    """
    path = browser_path()
    if path is None:
        raise QuarterdeckError.of(
            "no browser was found to print the PDF with",
            hint="install Chromium or Chrome; or add '?print-pdf' to the address of the HTML and print it",
            code="no-browser",
        )
    return path


def print_deck(page: bytes, *, fragments: bool = False) -> bytes:
    """Print an HTML deck and return the PDF, with one page per slide or, for ``fragments``, per key press.

    Raises:
        QuarterdeckError: when there is no browser, or it fails.

    """
    return print_pdf(page, query="print-pdf&fragments" if fragments else "print-pdf", when=LAID_OUT)


def print_pdf(page: bytes, *, query: str = "", when: str = LOADED) -> bytes:
    """Print an HTML page once the JavaScript expression ``when`` is true in it; the same page gives the same bytes.

    Raises:
        QuarterdeckError: when there is no browser, or it fails.

    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="quarterdeck-print-", ignore_cleanup_errors=True) as scratch:
        source = Path(scratch, "deck.html")
        source.write_bytes(page)
        try:
            with _running(browser, Path(scratch, "profile")) as profile:
                return undated(_printed(profile, f"{source.as_uri()}?{query}", when))
        except (OSError, EOFError, TimeoutError, ValueError) as error:
            raise QuarterdeckError.of(
                f"{browser} did not print the PDF: {error}",
                hint="open the HTML with '?print-pdf' at the end of its address and print it",
                code="print-failed",
            ) from None


def undated(pdf: bytes) -> bytes:
    """The document without the time at which it was printed, so that the same deck gives the same bytes.

    As many bytes as before: the table of the objects' places still holds.
    """
    return _DATES.sub(lambda match: re.sub(rb"\d", b"0", match[0]).replace(b"D:00000000", b"D:19800101"), pdf)


@contextmanager
def _running(browser: str, profile: Path) -> Iterator[Path]:
    """Run a browser without a window; yields the profile once it listens, and ends the browser afterwards.

    Raises:
        EOFError: when it ends by itself.

    """
    profile.mkdir()
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
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said, start_new_session=True
        )
        try:
            deadline = time.monotonic() + PRINT_SECONDS
            while not _answers(profile):
                if process.poll() is not None:
                    said.seek(0)
                    last = said.read().decode("utf-8", "replace").strip().rpartition("\n")[2]
                    raise EOFError(last or f"it ended with status {process.returncode}")
                _wait(deadline)
            yield profile
        finally:
            process.terminate()
            try:
                process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                pass  # it is killed
            finally:
                kill_session(process.pid)  # its helpers too
                process.wait()


def _answers(profile: Path) -> bool:
    """Whether the browser has written its port completely."""
    try:
        return (profile / PORT_FILE).read_text().count("\n") >= 1
    except OSError:
        return False


def _wait(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError(f"it took longer than {PRINT_SECONDS:.0f} s")
    time.sleep(LOOK_SECONDS)


def _printed(profile: Path, address: str, when: str) -> bytes:
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    deadline = time.monotonic() + PRINT_SECONDS
    port, path = (profile / PORT_FILE).read_text().split("\n")[:2]
    try:
        with connect(f"ws://127.0.0.1:{port}{path}", max_size=None, compression=None, proxy=None) as connection:
            session = _DevTools(connection, deadline)
            target = session.ask("Target.createTarget", url=address)["targetId"]
            session.id = session.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
            while not session.ask("Runtime.evaluate", expression=when)["result"].get("value"):
                _wait(deadline)
            printed = session.ask(
                "Page.printToPDF",
                printBackground=True,
                preferCSSPageSize=True,
                generateTaggedPDF=True,
                generateDocumentOutline=True,
            )
            return base64.b64decode(printed["data"])
    except WebSocketException as error:
        raise EOFError(f"the connection to it broke: {error}") from None


class _DevTools:
    """A DevTools connection: commands to the browser, one after the other."""

    def __init__(self, connection: ClientConnection, deadline: float) -> None:
        self._connection = connection
        self._deadline = deadline
        self._count = 0
        self.id: str | None = None
        """The session of the page that commands go to; None for the browser itself."""

    def ask(self, method: str, **parameters: object) -> dict[str, Any]:
        """The result of a command.

        Raises:
            TimeoutError: when there is none in time.
            ValueError: when the browser refuses it.

        """
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        self._connection.send(json.dumps(message | ({"sessionId": self.id} if self.id else {})))
        while True:
            answer = json.loads(self._connection.recv(max(0.0, self._deadline - time.monotonic())))
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise ValueError(answer["error"].get("message", "it gave no reason"))
                result: dict[str, Any] = answer["result"]
                return result


LETTER_REGIONS = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "CR", "GT", "PA", "PR", "VE"})
"""Regions of a language tag that print on Letter paper (Unicode CLDR, paperSize); all others on A4."""


def print_handout(project: Project) -> bytes:
    """The handout as PDF, on the paper of the deck's language, with page numbers in its table of contents.

    It is printed twice: the first print shows on which page each chapter begins.
    """
    paper = paper_of(project.deck.lang)
    first = print_pdf(write_handout(project.deck, project.theme, paper=paper).encode())
    pages = page_numbers(first)
    return print_pdf(write_handout(project.deck, project.theme, paper=paper, pages=pages).encode())


def paper_of(lang: str) -> str:
    """The page size in which a language is printed: ``letter`` for ``en-US``, ``A4`` for ``en-GB`` and ``de``."""
    regions = {part.upper() for part in lang.split("-")[1:] if len(part) == 2}
    return "letter" if regions & LETTER_REGIONS else "A4"


_PAGE = re.compile(rb"\n(\d+) 0 obj\n<</Type /Page\b")
_KIDS = re.compile(rb"\n(\d+) 0 obj\n<</Type /Pages\b(.*?)>>\s*endobj", re.DOTALL)
_REFERENCE = re.compile(rb"(\d+) 0 R")
_NAMED = re.compile(rb"/(?!Dest )([^\s/\[\]()<>]+) \[(\d+) 0 R /XYZ")
"""A named destination, not that of a bookmark (``/Dest [… /XYZ``)."""


def page_numbers(pdf: bytes) -> Mapping[str, int]:
    """The page number, from 1, of each anchor that is the target of a link.

    Reads what Skia writes, Chromium's PDF library: objects that aren't packed, a tree of pages in their order, and
    named destinations (ISO 32000-1, 7.7.3.2 and 12.3.2.3).  Empty if the browser writes PDFs differently.
    """
    pages = [int(number) for number in _PAGE.findall(pdf)]
    in_tree = [int(kid) for _, body in _KIDS.findall(pdf) for kid in _REFERENCE.findall(body.partition(b"/Kids")[2])]
    order = [kid for kid in in_tree if kid in pages] or pages
    return {_decoded(name): order.index(int(page)) + 1 for name, page in _NAMED.findall(pdf) if int(page) in order}


def _decoded(name: bytes) -> str:
    """A name without its escapes (ISO 32000-1, 7.3.5)."""
    plain = re.sub(rb"#([0-9a-fA-F]{2})", lambda match: bytes([int(match[1], 16)]), name)
    return plain.decode("utf-8", "replace")
