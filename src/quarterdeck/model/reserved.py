"""Environment variables that a demo may not set: they are how its stage keeps it in the clean room."""

from __future__ import annotations

RESERVED = frozenset(
    {
        "HOME",
        "PATH",
        "SHELL",
        "TERM",
        "BASH_ENV",
        "ENV",
        "BASHOPTS",
        "SHELLOPTS",
        "PROMPT_COMMAND",
        "BUILDKIT_HOST",
        "BUILDX_BUILDER",
        "BUILDX_CONFIG",
    }
)
"""What the stage sets itself, what bash runs or reads unasked, and where builds would go past the engine."""
RESERVED_PREFIXES = ("DOCKER_", "LD_", "DYLD_")
"""Docker's own settings (which engine, whose credentials), and what changes every program that starts."""
HARMLESS = frozenset({"DOCKER_BUILDKIT", "DOCKER_DEFAULT_PLATFORM"})
"""Settings of Docker that a demo may be about, and that lead to no other engine."""


def is_reserved(name: str) -> bool:
    """Whether a demo's ``env`` and ``secrets`` must leave this variable alone."""
    return name not in HARMLESS and (name in RESERVED or name.startswith(RESERVED_PREFIXES))
