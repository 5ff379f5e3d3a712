"""Where tests find Mermaid's renderer."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from conftest import missing
from quarterdeck.installed import browser_path


def offer_mermaid(patch: pytest.MonkeyPatch) -> bool:
    """Put ``mmdc`` on the PATH, installed by ``.ci/mermaid`` or otherwise; whether it is there, with a browser."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "quarterdeck-dev" / "mermaid"
    node = [] if shutil.which("node") else [str(folder / "node" / "bin")]
    patch.setenv("PATH", os.pathsep.join([os.environ["PATH"], str(folder / "node_modules" / ".bin"), *node]))
    return shutil.which("mmdc") is not None and browser_path() is not None


@pytest.fixture
def mermaid(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mermaid's renderer on the PATH, and a browser for it to draw with."""
    if not offer_mermaid(monkeypatch):
        missing("browser", "Mermaid's renderer or a browser for it isn't installed: run .ci/mermaid")
