"""A deck as PDF, printed by the browser on the machine: one page a slide."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from quarterdeck.diagnostics import QuarterdeckError

BROWSERS = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "microsoft-edge",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
"""Browsers that print from the command line, in the order they are looked for."""
PRINT_SECONDS = 120.0
SETTLE_MILLISECONDS = 20_000
"""Virtual time that the page gets to load fonts and lay itself out."""


def find_browser() -> str:
    """The path of a browser that can print.

    Raises:
        QuarterdeckError: when there is none.

    """
    for program in BROWSERS:
        if path := shutil.which(program):
            return path
    raise QuarterdeckError.of(
        "no browser was found to print the PDF with",
        hint="install Chromium or Chrome; or open the HTML with '?print-pdf' behind its address and print it",
        code="no-browser",
    )


def print_pdf(page: bytes) -> bytes:
    """Print an HTML deck; gives the PDF.

    Raises:
        QuarterdeckError: when there is no browser, or it fails.

    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="quarterdeck-print-", ignore_cleanup_errors=True) as scratch:
        source, target = Path(scratch, "deck.html"), Path(scratch, "deck.pdf")
        source.write_bytes(page)
        command = [
            browser,
            "--headless",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            f"--user-data-dir={scratch}/profile",
            "--no-pdf-header-footer",
            f"--virtual-time-budget={SETTLE_MILLISECONDS}",
            f"--print-to-pdf={target}",
            f"{source.as_uri()}?print-pdf",
        ]
        if os.geteuid() == 0:
            command.insert(1, "--no-sandbox")  # Chromium refuses to sandbox for root
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=PRINT_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise _failed(browser, f"it took longer than {PRINT_SECONDS:.0f} s") from None
        if not target.exists():
            raise _failed(browser, done.stderr.strip().rpartition("\n")[2] or f"status {done.returncode}")
        return target.read_bytes()


def _failed(browser: str, why: str) -> QuarterdeckError:
    return QuarterdeckError.of(
        f"{browser} did not print the PDF: {why}",
        hint="open the HTML with '?print-pdf' behind its address and print it",
        code="print-failed",
    )
