"""The speaker's consent to run a deck's commands on this machine.

An answer is stored under a hash of everything that would run, so after a change to any script the speaker is asked
again.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import unicodedata
from collections.abc import Iterable, Sequence

from quarterdeck.files.folders import consent_folder, demo_files
from quarterdeck.model.demo import EXCEPTIONS, Command, Demo, Keys


def fingerprint(demos: Iterable[Demo]) -> str:
    """SHA-256, in hex, over the scripts of all demos."""
    digest = hashlib.sha256()
    for demo in sorted(demos, key=lambda d: (d.name, d.script_hash)):
        digest.update(f"{demo.name}\0{demo.script_hash}\0".encode())
    return digest.hexdigest()


def commands(demos: Iterable[Demo]) -> list[tuple[str, str]]:
    """Every command or program that would run, and the keys pressed in one, with the name of its demo."""
    return [
        (demo.name, interaction.text)
        for demo in demos
        for step in demo.steps
        for interaction in step.interactions
        if isinstance(interaction, Command | Keys)
    ]


def settings(demos: Iterable[Demo]) -> list[tuple[str, str]]:
    """The environment variables that the demos set, in a shell's syntax, each with the name of its demo."""
    return [(demo.name, f"{name}={shlex.quote(value)}") for demo in demos for name, value in sorted(demo.env.items())]


def files(demos: Iterable[Demo]) -> list[tuple[str, str]]:
    """The files in the demos' folders, which their commands can use, each with the name of its demo."""
    return [
        (demo.name, path.relative_to(demo.files).as_posix())
        for demo in demos
        if demo.files is not None
        for path in demo_files(demo.files, demo.path)
    ]


def exceptions(demos: Iterable[Demo]) -> list[tuple[str, str]]:
    """What demos may do that the clean room normally refuses, each with the name of its demo."""
    return [(demo.name, EXCEPTIONS[word]) for demo in demos for word in sorted(demo.permissions.allow)]


def described(demos: Sequence[Demo]) -> list[tuple[str, str]]:
    """All that would run, and with what, each with the name of its demo; nothing of it is invisible."""
    found = [
        *commands(demos),
        *((name, f"with {text}") for name, text in settings(demos)),
        *((name, f"with the file {text}") for name, text in files(demos)),
        *((name, f"may {what}") for name, what in exceptions(demos)),
    ]
    return [(name, visible(text)) for name, text in found]


def visible(text: str) -> str:
    """A text with characters made visible that are invisible or reverse its direction."""
    return "".join(f"<U+{ord(c):04X}>" if unicodedata.category(c) == "Cf" else c for c in text)


def given(demos: Iterable[Demo]) -> bool:
    """Whether the speaker has agreed to exactly these scripts; False if the answer can't be read."""
    return os.access(consent_folder() / fingerprint(demos), os.F_OK)


def give(demos: Iterable[Demo]) -> None:
    """Store the consent; raises OSError if it can't be stored."""
    folder = consent_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / fingerprint(demos)).touch()
