"""Environment variables that a demo may not set: they are how its stage keeps it in the clean room."""

from __future__ import annotations

from collections.abc import Mapping

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


RUNNERS: Mapping[str, str] = {
    "bash": "bash -s",
    "go": "cat > main.go && go run main.go",
    "javascript": "node -",
    "js": "node -",
    "lua": "lua -",
    "node": "node -",
    "perl": "perl -",
    "php": "php",
    "psql": "psql --username postgres --set ON_ERROR_STOP=1",
    "py": "python3 -",
    "python": "python3 -",
    "r": "Rscript -",
    "redis": "redis-cli",
    "ruby": "ruby -",
    "sh": "sh -s",
    "sql": "psql --username postgres --set ON_ERROR_STOP=1",
    "sqlite": "sqlite3 -bail",
}
"""The command that reads a program of the language from its standard input, and fails when the program does.

``go`` reads a file only.  Without options psql and sqlite3 go on after a statement that failed; redis-cli
always does, so that only its output tells.
"""
