"""Whatever becomes of a deck while it is edited, building it ends with outputs or with faults that have a place."""

from __future__ import annotations

import os
import random
import shutil
import traceback
from pathlib import Path

import pytest

from quarterdeck.cli.report import forget_sources, line_of
from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, render
from quarterdeck.project.outputs.formats import html, pptx
from quarterdeck.project.project import BuildCache, load_project
from support.fuzzing import CHANGES, mutated, slides_of
from support.ooxml_lint import lint

SOURCE = Path(__file__).parent / "deck"
DECKS = int(os.environ.get("QUARTERDECK_FUZZ", "150"))
"""How many decks; a long run: ``QUARTERDECK_FUZZ=10000``."""
SEED = int(os.environ.get("QUARTERDECK_FUZZ_SEED", "1"))
SHARE_BUILT = 0.2
"""Share of the decks that must be free of errors, or the changes are too wild to test anything but errors."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that the deck takes in."""
    folder = tmp_path_factory.mktemp("fuzzed") / "deck"
    shutil.copytree(SOURCE, folder)
    return folder


def test_no_deck_ends_in_a_traceback(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each deck is built, or refused with messages that point into its files."""
    monkeypatch.chdir(folder)
    front_matter, slides = slides_of((SOURCE / "deck.md").read_text("utf-8"))
    built = 0
    failures: list[str] = []
    for number in range(DECKS):
        text = mutated(random.Random(f"{SEED}-{number}"), slides, front_matter)
        (folder / "deck.md").write_bytes(text.encode())
        forget_sources()
        try:
            built += _built(folder, text)
        except Exception:  # noqa: BLE001 - any exception is what is looked for
            failures.append(f"seed {SEED}-{number}\n{traceback.format_exc(limit=-6)}")
    assert not failures, f"{len(failures)} of {DECKS}:\n" + "\n".join(failures[:20])
    assert built >= SHARE_BUILT * DECKS


def test_nothing_shows_what_was_kept(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deck that is edited in one sitting, step by step, gives the outputs and messages of a first build each time."""
    monkeypatch.chdir(folder)
    chance = random.Random(f"{SEED}-editing")
    written = (SOURCE / "deck.md").read_text("utf-8").split("\n")
    kept, lines = BuildCache(), list(written)
    for step in range(DECKS // 5):
        (folder / "deck.md").write_bytes("\n".join(lines).encode())
        assert _outcome(folder, kept) == _outcome(folder, None), f"seed {SEED}, step {step}"
        lines = list(written) if chance.random() < 0.4 else lines
        chance.choice(CHANGES)(chance, lines)


def _outcome(folder: Path, kept: BuildCache | None) -> object:
    """What somebody sees of a build."""
    try:
        project = load_project(folder, cache=kept)
        return pptx(project), html(project), project.warnings
    except QuarterdeckError as error:
        return error.diagnostics


def _built(folder: Path, text: str) -> bool:
    try:
        project = load_project(folder)
        made = pptx(project)
        assert html(project)
    except QuarterdeckError as error:
        assert error.diagnostics
        for fault in error.diagnostics:
            _check_place(fault, text)
        return False
    for fault in project.warnings:
        _check_place(fault, text)
    assert lint(made) == []
    return True


def _check_place(fault: Diagnostic, text: str) -> None:
    """The message can be printed, and its place is one of the file."""
    assert render(fault, line_of)
    span = fault.span
    if span is not None and span.file == "deck.md":
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        assert 1 <= span.line <= len(lines) + 1, fault
        assert span.column >= 1, fault
