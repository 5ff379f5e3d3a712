"""Pictures of pages in states that are hard to get to, to be looked at."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = os.environ.get("QUARTERDECK_PICTURES")
"""Where they are put; none are taken without it."""


def picture(page: Page, name: str) -> None:
    """Take a picture of a page as it is now, if somebody wants to look."""
    if FOLDER:
        page.screenshot(path=Path(FOLDER) / f"{name}.png")
