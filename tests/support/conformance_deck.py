"""The deck that uses everything."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from quarterdeck.model.options import Choices
from quarterdeck.project.project import Project, load_project
from support.mermaid import offer_mermaid

DECK = Path(__file__).parents[1] / "conformance" / "deck"


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
