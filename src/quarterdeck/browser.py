"""The browser on the machine that can draw and print without a window."""

from __future__ import annotations

import shutil

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
"""In the order in which they are looked for."""


def browser_path() -> str | None:
    """The path of the first that is there."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
