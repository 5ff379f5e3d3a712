"""Names of images as clients write them."""

from __future__ import annotations

import re


def normalised(reference: str) -> str:
    """A reference as the engine lists it: ``docker.io/library/nginx`` is ``nginx:latest``."""
    reference = reference.removeprefix("docker.io/").removeprefix("library/")
    if "@" in reference or ":" in reference.rpartition("/")[2]:
        return reference
    return f"{reference}:latest"


def tagged(repository: str, tag: str) -> str:
    """The reference that a request names by ``repo`` and ``tag``."""
    if not tag:
        return normalised(repository)
    return normalised(f"{repository}@{tag}" if tag.startswith("sha256:") else f"{repository}:{tag}")


def matches_reference(reference: str, pattern: str) -> bool:
    """Whether the filter ``reference=PATTERN`` selects a tag: with or without the part behind the colon.

    A ``*`` stands for anything but a slash, a ``?`` for one character (Go's ``path.Match``).
    """
    pieces = (
        {"*": "[^/]*", "?": "[^/]"}.get(piece, piece if piece.startswith("[") else re.escape(piece))
        for piece in re.findall(r"\[[^\]]*\]|.", pattern)
    )
    wanted = re.compile("".join(pieces))
    return any(wanted.fullmatch(text) for text in (reference, reference.rpartition(":")[0]))
