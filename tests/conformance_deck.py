"""The deck that uses everything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from mermaid import offer_mermaid
from quarterdeck.project.project import Choices, Project, load_project

DECK = Path(__file__).parent / "conformance" / "deck"


@pytest.fixture(scope="module")
def choices() -> Iterator[Choices]:
    """The deck goes without the diagrams whose tool isn't installed."""
    with pytest.MonkeyPatch.context() as patch:
        mermaid = offer_mermaid(patch)
        yield Choices({"diagrams": shutil.which("dot") is not None, "mermaid": mermaid})


@pytest.fixture(scope="module")
def project(choices: Choices) -> Project:
    """The deck, placed."""
    return load_project(DECK, choices)
