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
"""Programs to look for, in this order."""


def browser_path() -> str | None:
    """The path of the first of these that is installed; None if none is."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)
