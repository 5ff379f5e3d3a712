"""Printing where there is nothing to print with."""

from __future__ import annotations

import pytest

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.project.outputs.pdf import print_deck


def test_without_a_browser_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names what is missing, and another way to a PDF."""
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(QuarterdeckError, match="no browser was found to print the PDF with") as caught:
        print_deck(b"<html></html>")
    (fault,) = caught.value.diagnostics
    assert fault.code == "no-browser"
    assert "Chromium" in (fault.hint or "") and "?print-pdf" in (fault.hint or "")
