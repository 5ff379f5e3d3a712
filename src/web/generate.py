"""Writes the pages' scripts that repeat what the Python code decides: ``keytable.ts`` and ``messages.ts``.

    python src/web/generate.py

They are kept in the tree, because the build hook can't import Quarterdeck; a test compares them.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from quarterdeck.show.keys import PAGES_HELP, Action, Local, Place, bound, caps, help_keys
from quarterdeck.show.machine.commands import Key

SHARED = Path(__file__).resolve().parent / "src" / "shared"


def key_table() -> str:
    """The keys of pages, and their help."""
    plain = dict(bound(Place.PAGES))
    typing = dict(bound(Place.PAGES, typing=True))
    actions: list[Action] = [*Key, *sorted({each for each in plain.values() if isinstance(each, Local)}, key=str)]
    return "\n".join(
        (
            "// The pages' keys.  Written by `src/web/generate.py` from `quarterdeck/show/keys.py`.",
            "",
            'import type { Key } from "./messages";',
            "",
            "/** What a page does itself at a key. */",
            union("PageKey", (each for each in actions if isinstance(each, Local))),
            "",
            "/** The keys that command the show, by their names with modifiers. */",
            record("SHOW_KEYS", "string, Key", keys_with(plain, Key)),
            "",
            record("PAGE_KEYS", "string, PageKey", keys_with(plain, Local)),
            "",
            "/** Those that count while the speaker types; the programs in the terminal get all others. */",
            record("TYPING_KEYS", "string, Key", keys_with(typing, Key)),
            "",
            "/** What is written on the first key of each action, for buttons. */",
            record("CAPS", "Key | PageKey, string", {each: (caps(each, Place.PAGES) or ("",))[0] for each in actions}),
            "",
            "/** What each key does, for those who ask with `?`; keys are two spaces apart. */",
            "export const HELP: readonly (readonly [keys: string, meaning: string])[] = [",
            *(f"  [{quoted(help_keys(line, Place.PAGES))}, {quoted(line.text)}]," for line in PAGES_HELP),
            "];",
            "",
        )
    )


def keys_with(table: Mapping[str, Action], kind: type[Action]) -> dict[str, Action]:
    """The keys whose action is of a kind."""
    return {key: action for key, action in table.items() if isinstance(action, kind)}


def union(name: str, values: Iterable[str]) -> str:
    """A type that is one of some texts."""
    return "\n".join((f"export type {name} =", *(f"  | {quoted(value)}" for value in values))) + ";"


def record(name: str, types: str, entries: Mapping[str, str]) -> str:
    """A constant with an entry a line."""
    lines = (f"  {key if key.isidentifier() else quoted(key)}: {quoted(value)}," for key, value in entries.items())
    return "\n".join((f"export const {name}: Readonly<Record<{types}>> = {{", *lines, "};"))


def quoted(text: str) -> str:
    """A text as JavaScript writes it."""
    return json.dumps(text, ensure_ascii=False)


FILES: Mapping[str, Callable[[], str]] = {"keytable.ts": key_table}
"""What is written, and what makes its contents."""


def stale(folder: Path = SHARED) -> list[str]:
    """The names of files that don't say what the Python code does."""
    return [name for name, make in FILES.items() if (folder / name).read_text("utf-8") != make()]


if __name__ == "__main__":
    for name, make in FILES.items():
        (SHARED / name).write_text(make(), "utf-8")
    sys.stdout.write(f"wrote {', '.join(FILES)}\n")
