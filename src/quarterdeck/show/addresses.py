"""The addresses of a show's pages, QR codes of them (ISO/IEC 18004), and how a browser opens them in private.

The address of a page holds the token.  As an argument of the browser every user of the machine could read it, so the
browser gets a file of mode 0600 that redirects to the page, and is removed soon after.
"""

from __future__ import annotations

import atexit
import contextlib
import shutil
import socket
import tempfile
import threading
import webbrowser
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the pages of a show are."""

    audience: str
    presenter: str
    """With the token, in the fragment, which browsers keep to themselves."""
    remote: str
    projector: str
    """The audience's page for the projector, which may command."""
    followers: tuple[str, ...] = ()
    """Where other machines find the audience's page; empty without ``--lan``."""

    def named(self) -> dict[str, str]:
        """Each address with the name that speakers know the page by."""
        named = {"Presenter": self.presenter, "Projector": self.projector, "Phone": self.remote}
        return named | {"Audience": self.followers[0] if self.followers else self.audience}


def addresses_of(port: int, token: str, *, lan: bool) -> Addresses:
    """The addresses of a show's pages.

    The phone's page is under this machine's own address when other machines may come, because a phone is one.
    """
    base = f"http://127.0.0.1:{port}"
    others = tuple(f"http://{name}:{port}/" for name in lan_names()) if lan else ()
    return Addresses(
        audience=f"{base}/",
        presenter=f"{base}/presenter#token={token}",
        remote=f"{others[0] if others else f'{base}/'}remote#token={token}",
        projector=f"{base}/#token={token}",
        followers=others,
    )


def lan_names() -> tuple[str, ...]:
    """The address of this machine on the network that leads out, and its name there; the best first."""
    names = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("192.0.2.1", 9))  # RFC 5737: no such host, and nothing is sent; it only picks the interface
        names.append(str(probe.getsockname()[0]))
    host = socket.gethostname().lower()
    names += [host, f"{host}.local"] if "." not in host else [host]
    return tuple(dict.fromkeys(names))


BORDER = 2
"""Modules of quiet zone; the standard wants four, phones do with two, and 80 × 24 cells are few."""
BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
"""The character for a dark upper and lower module."""
DARK, LIGHT = "#000000", "#ffffff"
"""Its colours, whatever the terminal's are: inverted codes are not read by every phone."""


QUIET_ZONE = 4
"""Modules of quiet zone that the standard wants (ISO/IEC 18004, 6.3.8)."""


def qr_rows(text: str) -> tuple[str, ...]:
    """The rows of a text's QR code with its quiet zone, ``1`` for a dark module."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return tuple("".join(str(module & 1) for module in row) for row in code.matrix_iter(border=QUIET_ZONE))


def qr_lines(text: str) -> tuple[str, ...]:
    """The lines of a text's QR code, to be written dark on light."""
    import segno

    code = segno.make(text, error="l", micro=False, boost_error=False)
    rows: list[Sequence[int]] = [tuple(row) for row in code.matrix_iter(border=BORDER)]
    if len(rows) % 2:
        rows.append((0,) * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return tuple(
        "".join(BLOCKS[upper, lower] for upper, lower in zip(above, below, strict=True)) for above, below in pairs
    )


OPENING_SECONDS = 30.0
"""How long a browser may take to read the file."""

REDIRECT = """<!DOCTYPE html>
<meta charset="utf-8">
<meta name="referrer" content="no-referrer">
<meta http-equiv="refresh" content="0; url={address}">
<title>Quarterdeck</title>
<p><a href="{address}">To the show</a></p>
"""


def open_pages(addresses: Iterable[str]) -> None:
    """Open each address in its own thread: with some browsers the call returns only when they are closed."""
    folder = _private_folder()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    removal = threading.Timer(OPENING_SECONDS, shutil.rmtree, (folder,), {"ignore_errors": True})
    removal.daemon = True
    removal.start()
    with contextlib.suppress(webbrowser.Error):
        webbrowser.get()  # looks for browsers; two threads that look at once find one for the first of them only
    for number, address in enumerate(addresses, start=1):
        way = folder / f"page-{number}.html"
        way.touch(mode=0o600)
        way.write_text(REDIRECT.format(address=escape(address)), "utf-8")
        threading.Thread(target=webbrowser.open, args=(way.as_uri(),), daemon=True).start()


def _private_folder() -> Path:
    """A folder for the speaker only (0700), where browsers may read.

    Those packed as snaps see neither hidden folders nor the system's folder for temporary files, but the home folder.
    """
    try:
        return Path(tempfile.mkdtemp(prefix="quarterdeck-way-", dir=Path.home()))
    except (OSError, RuntimeError):  # no home, or one that can't be written to
        return Path(tempfile.mkdtemp(prefix="quarterdeck-way-"))
