"""Microsoft's validator of Office files, as a fixture."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import missing

SECONDS = 120


def validator_program() -> Path | None:
    """The validator: ``QUARTERDECK_OOXML_VALIDATOR``, or where ``.ci/validator`` puts it."""
    named = os.environ.get("QUARTERDECK_OOXML_VALIDATOR")
    if named:
        return Path(named)
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "quarterdeck-dev" / "ooxml-validator" / "node_modules" / "@xarsh"
    return next((path for path in sorted(folder.glob("*/ooxml-validator")) if os.access(path, os.X_OK)), None)


@pytest.fixture(scope="session")
def ooxml_validator(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], list[str]]:
    """Gives the faults that the Open XML SDK finds in a PPTX."""
    program = validator_program()
    if program is None:
        missing("office", "the Open XML SDK validator isn't installed: run .ci/validator")

    def validate(pptx: bytes) -> list[str]:
        path = tmp_path_factory.mktemp("validated") / "deck.pptx"
        path.write_bytes(pptx)
        done = subprocess.run([program, path], capture_output=True, text=True, timeout=SECONDS)
        errors = json.loads(done.stdout)["errors"]
        return [f"{error['path']} {error['xPath']}: {error['description']}" for error in errors]

    return validate
