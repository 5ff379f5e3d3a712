"""What a workshop of a hundred variants costs: ``pytest -s tests/benchmarks/bench_workshop.py``.

The name keeps it out of an ordinary test run.  The budgets are times of all processors together, which another load on
the machine changes least, and the memory of the largest process.
"""

from __future__ import annotations

import os
import re
import resource
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.lecture import for_quarterdeck

VARIANTS, SLIDES = 100, 50
BUILD_SECONDS = 6.0
UNCHANGED_SECONDS = 1.0
MEGABYTES = 55.0
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


@dataclass(frozen=True)
class Cost:
    """What a build took."""

    seconds: float
    processors: float
    """Seconds of all processors together."""
    megabytes: float
    """Memory of the largest process of any build so far."""
    counts: dict[str, int]
    """How many variants came to what."""

    def __str__(self) -> str:
        return f"{self.processors:.2f} s of processors, {self.seconds:.2f} s by the clock, {self.megabytes:.1f} MB"


def build(folder: Path, environ: Mapping[str, str]) -> Cost:
    """A build with two workers, the whole process."""
    command = [sys.executable, "-m", "quarterdeck", "workshop", "build", str(folder), "-o", str(folder / "out")]
    before, begin = os.times(), time.perf_counter()
    done = subprocess.run([*command, "-j", "2"], check=True, capture_output=True, text=True, env=environ)
    seconds, after = time.perf_counter() - begin, os.times()
    processors = after.children_user + after.children_system - before.children_user - before.children_system
    counts = {state: int(count) for count, state in re.findall(r"(\d+) (built|unchanged)", done.stdout)}
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return Cost(seconds, processors, megabytes, counts)


def test_a_hundred_variants(workshop: Path, tmp_path: Path) -> None:
    """All of them, then none of them again, then those that use what has changed."""
    environ = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ["PYTHONPYCACHEPREFIX"] = str(tmp_path / "bytecode")
    every = build(workshop, environ)
    none = build(workshop, environ)
    module = workshop / "modules/extra.md"
    module.write_text(MODULE.replace("Text", "Another text"), "utf-8")
    some = build(workshop, environ)
    sys.stdout.write(f"\n{VARIANTS} variants: {every}\nunchanged: {none}\n{USERS} of them: {some}\n")
    assert every.counts == {"built": VARIANTS}
    assert none.counts == {"unchanged": VARIANTS}
    assert some.counts == {"built": USERS, "unchanged": VARIANTS - USERS}
    assert every.processors <= BUILD_SECONDS
    assert every.megabytes <= MEGABYTES
    assert none.processors <= UNCHANGED_SECONDS
