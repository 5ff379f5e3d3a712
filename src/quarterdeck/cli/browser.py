"""Opens the speaker's pages in the browser without revealing their addresses.

The address of a page holds the token.  As an argument of the browser every user of the machine could read it, so the
browser gets a file of mode 0600 that redirects to the page, and is removed soon after.
"""

from __future__ import annotations

import atexit
import contextlib
import shutil
import tempfile
import threading
import webbrowser
from collections.abc import Iterable
from html import escape
from pathlib import Path

SECONDS = 30.0
"""How long a browser may take to read the file."""

WAY = """<!DOCTYPE html>
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
    removal = threading.Timer(SECONDS, shutil.rmtree, (folder,), {"ignore_errors": True})
    removal.daemon = True
    removal.start()
    with contextlib.suppress(webbrowser.Error):
        webbrowser.get()  # looks for browsers; two threads that look at once find one for the first of them only
    for number, address in enumerate(addresses, start=1):
        way = folder / f"page-{number}.html"
        way.touch(mode=0o600)
        way.write_text(WAY.format(address=escape(address)), "utf-8")
        threading.Thread(target=webbrowser.open, args=(way.as_uri(),), daemon=True).start()


def _private_folder() -> Path:
    """A folder for the speaker only (0700), where browsers may read.

    Those packed as snaps see neither hidden folders nor the system's folder for temporary files, but the home folder.
    """
    try:
        return Path(tempfile.mkdtemp(prefix="quarterdeck-", dir=Path.home()))
    except (OSError, RuntimeError):  # no home, or one that can't be written to
        return Path(tempfile.mkdtemp(prefix="quarterdeck-"))
