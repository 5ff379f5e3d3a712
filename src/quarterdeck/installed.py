"""What is installed: the files that come with Quarterdeck (scripts, fonts, themes), and a browser.

``importlib.resources`` finds them in archives too, from which this program with its compiled libraries can't run, and
takes 4 ms to load.
"""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

from quarterdeck.diagnostics import QuarterdeckError

PACKAGE = Path(__file__).parent
STATIC = PACKAGE / "static"
"""What the wheel's build hook makes."""


@cache
def static_bytes(name: str) -> bytes:
    """A file of the package's ``static`` folder.

    Raises:
        QuarterdeckError: where the static files were never made.

    """
    try:
        return (STATIC / name).read_bytes()
    except FileNotFoundError:
        raise QuarterdeckError.of(
            f"this installation has no {name}",
            hint="install the package, or make the files in a checkout: python src/web/hatch_build.py",
            code="missing-static-files",
        ) from None


BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
"""Browsers that can draw and print without a window, in the order they are looked for."""


def browser_path() -> str | None:
    """The path of the first of ``BROWSERS`` on this machine; None if there is none."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def program_version(program: str) -> str:
    """A text that changes when another version of the program at this path is installed."""
    about = Path(program).resolve().stat()
    return f"{about.st_size} {about.st_mtime_ns}"
