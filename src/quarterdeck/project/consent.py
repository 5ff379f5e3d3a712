"""Whether the speaker has agreed that a deck's demos run commands on this machine.

The answer is kept by what would run: a change to any script asks again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from quarterdeck.model.demo import Command, Demo


def fingerprint(demos: Iterable[Demo]) -> str:
    """SHA-256, in hex, over the scripts of all demos."""
    digest = hashlib.sha256()
    for demo in sorted(demos, key=lambda d: d.name):
        digest.update(f"{demo.name}\0{demo.script_hash}\0".encode())
    return digest.hexdigest()


def commands(demos: Iterable[Demo]) -> list[tuple[str, str]]:
    """Every command that would run, with the name of its demo, to be shown before asking."""
    return [
        (demo.name, interaction.text)
        for demo in demos
        for step in demo.steps
        for interaction in step.interactions
        if isinstance(interaction, Command)
    ]


def given(demos: Iterable[Demo]) -> bool:
    """Whether the speaker has agreed to exactly these scripts before."""
    return (_folder() / fingerprint(demos)).exists()


def give(demos: Iterable[Demo]) -> None:
    """Keep the agreement."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / fingerprint(demos)).touch()


def _folder() -> Path:
    import platformdirs

    return Path(platformdirs.user_state_dir("quarterdeck")) / "agreed"
