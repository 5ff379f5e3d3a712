"""What a workshop of a hundred variants costs: ``pytest -s tests/benchmarks/bench_workshop.py``.

The name keeps it out of an ordinary test run.  Budgets hold on a machine with two processors that does nothing else.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from lecture import for_quarterdeck

VARIANTS, SLIDES = 100, 50
BUILD_SECONDS = 20.0
UNCHANGED_SECONDS = 1.0
USERS = 20
"""Variants that take in the module that is changed."""
MANIFEST = """
title: A hundred variants
event: {date: 2026-05-12, start: "9:00"}
events:
EVENTS
matrix:
  audience: [a, b, c, d, e]
  role: [instructor, attendee]
outputs: [pptx, html, calendar]
"""
EVENTS = "\n".join(f"  city-{n}: {{place: City {n}}}" for n in range(10))
MODULE = "\n---\nid: extra\n---\n\n# Only some see this\n\nText of the module\n"


@pytest.fixture(scope="module")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deck of 50 slides, one of which comes from a module that a fifth of the variants takes in."""
    folder = tmp_path_factory.mktemp("workshop")
    deck = for_quarterdeck(folder, SLIDES)
    text = deck.read_text("utf-8")
    text += (
        '\n{% if audience == "a" %}{% include "modules/extra.md" %}{% endif %}\n---\n\n# In {{ event.place }}\n\nx\n'
    )
    deck.write_text(text, "utf-8")
    (folder / "modules").mkdir()
    (folder / "modules/extra.md").write_text(MODULE, "utf-8")
    manifest = MANIFEST.replace("EVENTS", EVENTS)
    (folder / "workshop.yaml").write_text(f"decks: {deck.name}\n{manifest}", "utf-8")
    return folder


def build(folder: Path, environ: Mapping[str, str]) -> tuple[float, dict[str, int]]:
    """Seconds of the whole process, and how many variants came to what."""
    command = [sys.executable, "-m", "quarterdeck", "workshop", "build", str(folder), "-o", str(folder / "out")]
    begin = time.perf_counter()
    done = subprocess.run([*command, "-j", "2"], check=True, capture_output=True, text=True, env=environ)
    seconds = time.perf_counter() - begin
    return seconds, {state: int(count) for count, state in re.findall(r"(\d+) (built|unchanged)", done.stdout)}


def test_a_hundred_variants(workshop: Path, tmp_path: Path) -> None:
    """All of them, then none of them again, then those that use what has changed."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ["PYTHONPYCACHEPREFIX"] = str(tmp_path / "bytecode")
    every, counts = build(workshop, environ)
    assert counts == {"built": VARIANTS}
    none, counts = build(workshop, environ)
    assert counts == {"unchanged": VARIANTS}
    module = workshop / "modules/extra.md"
    module.write_text(MODULE.replace("Text", "Another text"), "utf-8")
    some, counts = build(workshop, environ)
    sys.stdout.write(f"\n{VARIANTS} variants: {every:.1f} s; unchanged: {none:.2f} s; {USERS} of them: {some:.1f} s\n")
    assert counts == {"built": USERS, "unchanged": VARIANTS - USERS}
    assert none <= UNCHANGED_SECONDS
    assert every <= BUILD_SECONDS
