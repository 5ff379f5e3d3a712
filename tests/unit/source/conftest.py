"""Cases written as Markdown: a title, then input and expected outcome between lines that hold a single dot.

A test that takes ``case`` runs once for each case in the file named like its module, ``blocks.md`` for
``test_blocks.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from support.deck_folder import DeckFolder


@dataclass(frozen=True)
class Case:
    title: str
    source: str
    expected: str


def read_cases(path: Path) -> list[Case]:
    """All cases of a file."""
    cases: list[Case] = []
    title, inside = "", False
    parts: list[list[str]] = [[]]
    for line in path.read_text("utf-8").splitlines():
        if line != ".":
            if inside:
                parts[-1].append(line)
            elif line.strip():
                title = line.lstrip("# ")
        elif not inside:
            parts, inside = [[]], True
        elif len(parts) == 1:
            parts.append([])
        else:
            cases.append(Case(title, "\n".join(parts[0]), "\n".join(parts[1])))
            inside = False
    assert not inside, f"the last case of {path} isn't closed"
    return cases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give ``case`` its cases."""
    if "case" in metafunc.fixturenames:
        module = Path(metafunc.module.__file__)
        cases = read_cases(module.with_name(module.stem.removeprefix("test_") + ".md"))
        metafunc.parametrize("case", cases, ids=[case.title for case in cases])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DeckFolder:
    """An empty folder that the command is given in: faults name its files by their relative paths."""
    monkeypatch.chdir(tmp_path)
    return DeckFolder(tmp_path)
