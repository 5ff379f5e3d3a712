"""What decides whether a recording of a demo still holds: the hash of its script."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from quarterdeck.files.demo_folder import demo_files
from quarterdeck.model.demo import Command, Demo, Interaction, KeyPress, Step


def script_hash(demo: Demo, before: str = "") -> str:
    """SHA-256, in hex, of all that decides what runs and what is expected.

    ``before``: the hash of the demo that it continues.
    """
    told = {
        "steps": [_step(step) for step in demo.steps],
        "image": demo.stage_image,
        "allow": sorted(demo.permissions.allow),
        "env": dict(sorted(demo.env.items())),
        "secrets": sorted(demo.secrets),
        "continues": before,
    }
    digest = hashlib.sha256(json.dumps(told, ensure_ascii=True, sort_keys=True).encode())
    if demo.files is not None:
        for path in demo_files(demo.files, demo.path):
            name = path.relative_to(demo.files).as_posix().encode("utf-8", "surrogateescape")
            digest.update(b"\0" + name + b"\0" + hashlib.sha256(_content(path)).digest())
    return digest.hexdigest()


def _content(path: Path) -> bytes:
    """What the file holds; of a link that leads to no file, where it leads."""
    return path.read_bytes() if path.is_file() else os.fsencode(path.readlink())


def _step(step: Step) -> dict[str, object]:
    return {
        "id": step.id,
        "kind": step.kind.value,
        "terminal": step.terminal,
        "background": step.background,
        "fails": step.expect_failure,
        "service": step.service,
        "runner": step.runner,
        "ready": [step.ready.kind, step.ready.value] if step.ready else None,
        "open": step.open_url,
        "typed": [_interaction(i) for i in step.interactions],
    }


def _interaction(interaction: Interaction) -> list[object]:
    expected = interaction.expected
    outcome = [list(expected.lines), expected.given, expected.status]
    match interaction:
        case Command():
            return [interaction.prompt, list(interaction.lines), interaction.nested, *outcome]
        case KeyPress():
            return [interaction.prompt, f"^{interaction.key}", *outcome]
