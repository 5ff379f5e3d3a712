"""The map of the code leads to places that there are."""

from __future__ import annotations

import re

from conftest import ROOT

PACKAGE = ROOT / "src" / "quarterdeck"


def test_every_path() -> None:
    """Each module and folder that CONTRIBUTING names exists, from the tree's root or from the package."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"`(\w[\w.-]*(?:/[\w.-]+)*/?)`", text))
    paths = [path for path in named if "/" in path or path.endswith((".py", ".md"))]
    assert len(paths) > 50
    assert [path for path in paths if not ((PACKAGE / path).exists() or (ROOT / path).exists())] == []


def test_every_package() -> None:
    """None is missing from the map."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    packages = [path.parent.name for path in PACKAGE.glob("*/__init__.py")]
    assert len(packages) >= 8
    assert [name for name in packages if f"| `{name}/` |" not in text] == []
