"""Prints decks and handouts to PDF, and takes pictures of slides, with the browser on this machine.

Its option ``--print-to-pdf`` doesn't wait until the pages are laid out, so it is driven (``quarterdeck.browser``).
"""

from __future__ import annotations

import base64
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from quarterdeck.browser import BROWSER_FAULTS, Tab, running_browser
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.installed import browser_path
from quarterdeck.model.theme import HEIGHT, WIDTH
from quarterdeck.project.outputs.scripts import handout_page
from quarterdeck.project.project import Project

PRINT_SECONDS = 120.0
_DATES = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}[^)]*\)")
LOADED = (
    "location.href !== 'about:blank' && document.readyState === 'complete'"
    " && document.body.offsetHeight >= 0 && document.fonts.status === 'loaded'"
)
"""True once an ordinary page can be printed: it is loaded, and so are the fonts that its layout needs."""
PICTURE_SCALE = 2
"""Pixels for each px of a slide's picture: 2560 × 1440 in all."""
_PLACES = """[...document.querySelectorAll(".pdf-page")].map((page) => {
  const { x, y } = page.getBoundingClientRect();
  return { x: x + scrollX, y: y + scrollY };
})"""
LAID_OUT = "document.documentElement.classList.contains('qd-printable')"
"""True once the pages of a deck are laid out."""


def find_browser(
    use: str = "to print the PDF with",
    otherwise: str = "add '?print-pdf' to the address of the HTML and print it",
) -> str:
    """The path of a browser that can print; ``use`` and what to do ``otherwise`` are for the message.

    Raises:
        QuarterdeckError: when there is none.

    """
    path = browser_path()
    if path is None:
        raise QuarterdeckError.of(
            f"no browser was found {use}",
            hint=f"install Chromium or Chrome; or {otherwise}",
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
    hint = "open the HTML with '?print-pdf' at the end of its address and print it"
    with _opened(page, query, when, "did not print the PDF", hint) as tab:
        printed = tab.ask(
            "Page.printToPDF",
            printBackground=True,
            preferCSSPageSize=True,
            generateTaggedPDF=True,
            generateDocumentOutline=True,
        )
        return undated(base64.b64decode(printed["data"]))


def slide_pictures(page: bytes) -> list[bytes]:
    """A PNG of each slide of an HTML deck, with everything on it, ``PICTURE_SCALE`` pixels for each px.

    Raises:
        QuarterdeckError: when there is no browser, or it fails.

    """
    hint = "print a PDF with --to pdf, and turn its pages into pictures"
    with _opened(page, "print-pdf", LAID_OUT, "did not take the pictures", hint) as tab:
        places = tab.ask("Runtime.evaluate", expression=_PLACES, returnByValue=True)["result"]["value"]
        return [_picture(tab, place) for place in places]


@contextmanager
def _opened(page: bytes, query: str, when: str, failure: str, hint: str) -> Iterator[Tab]:
    """An HTML page in a browser, once the JavaScript expression ``when`` is true in it.

    Raises:
        QuarterdeckError: when there is no browser, or it fails: ``failure`` says what it did not do.

    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="quarterdeck-print-", ignore_cleanup_errors=True) as scratch:
        source = Path(scratch, "deck.html")
        source.write_bytes(page)
        try:
            with running_browser(browser, PRINT_SECONDS) as tab:
                tab.open(f"{source.as_uri()}?{query}", when)
                yield tab
        except BROWSER_FAULTS as error:
            raise QuarterdeckError.of(f"{browser} {failure}: {error}", hint=hint, code="print-failed") from None


def _picture(tab: Tab, place: dict[str, float]) -> bytes:
    clip = {"x": place["x"], "y": place["y"], "width": WIDTH, "height": HEIGHT, "scale": PICTURE_SCALE}
    shot = tab.ask("Page.captureScreenshot", format="png", clip=clip, captureBeyondViewport=True)
    return base64.b64decode(shot["data"])


def undated(pdf: bytes) -> bytes:
    """The document without the time at which it was printed, so that the same deck gives the same bytes.

    As many bytes as before: the table of the objects' places still holds.
    """
    return _DATES.sub(lambda match: re.sub(rb"\d", b"0", match[0]).replace(b"D:00000000", b"D:19800101"), pdf)


LETTER_REGIONS = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "CR", "GT", "PA", "PR", "VE"})
"""Regions of a language tag that print on Letter paper (Unicode CLDR, paperSize); all others on A4."""


def print_handout(project: Project) -> bytes:
    """The handout as PDF, on the paper of the deck's language, with page numbers in its table of contents.

    It is printed twice: the first print shows on which page each chapter begins.
    """
    paper = paper_of(project.deck.lang)
    first = print_pdf(handout_page(project, paper=paper).encode())
    return print_pdf(handout_page(project, paper=paper, pages=page_numbers(first)).encode())


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
