"""Running ``quarterdeck`` as a user does: a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

COMMAND_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Ran:
    """A command that has ended."""

    status: int
    out: str
    err: str


def quarterdeck(*arguments: str | Path, cwd: Path, environ: Mapping[str, str] | None = None) -> Ran:
    """Run a command to its end, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "quarterdeck", *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **(environ or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
