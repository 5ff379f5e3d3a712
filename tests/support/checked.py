"""Checking decks that a test writes."""

from pathlib import Path

from quarterdeck.project.check.rules import check


def codes(folder: Path, text: str) -> list[str]:
    """The codes of all faults of a deck."""
    (folder / "deck.md").write_text(text)
    return [fault.code for fault in check(folder)]


def faults_of(folder: Path, text: str) -> list[tuple[str, str]]:
    """The code of each fault, and its line and column."""
    (folder / "deck.md").write_text(text)
    return [(fault.code, str(fault.span).partition(":")[2]) for fault in check(folder)]
