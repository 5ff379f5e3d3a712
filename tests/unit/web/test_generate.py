"""The pages' scripts that are written from Python code."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture
def generator(root: Path) -> ModuleType:
    """The script as a module."""
    spec = importlib.util.spec_from_file_location("generate", root / "src" / "web" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_pages_agree_with_the_python_code(generator: ModuleType) -> None:
    """Keys and messages that were changed are written: ``python src/web/generate.py`` does it."""
    assert generator.stale() == []


def test_changed_file_is_noticed(generator: ModuleType, tmp_path: Path) -> None:
    """A script that was edited by hand, or is older than the code."""
    for name, make in generator.FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(make(), "utf-8")
    assert generator.stale(tmp_path) == []
    edited = tmp_path / "shared" / "keytable.ts"
    edited.write_text(edited.read_text("utf-8").replace('n: "next"', 'n: "back"'), "utf-8")
    assert generator.stale(tmp_path) == ["shared/keytable.ts"]
