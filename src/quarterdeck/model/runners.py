"""The languages of ``{run}`` fences, and what runs them."""

from __future__ import annotations

from collections.abc import Mapping

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
