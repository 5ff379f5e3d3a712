"""The page of keys names every key that the code knows, with what its own help says of it."""

from __future__ import annotations

import re

import pytest

from conftest import ROOT
from quarterdeck.show.console.keys import BINDINGS, END_TYPING, HELP, OTHER_TERMINAL
from quarterdeck.show.run.keys import HELP as SOLO_HELP

PAGE = (ROOT / "src" / "quarterdeck" / "reference" / "keys.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## ([^\n]+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))
SCRIPT = (ROOT / "src" / "web" / "src" / "shared" / "keys.ts").read_text("utf-8")
CONSOLE, PAGES, RUN = "The console", "The presenter's page and the projector's", "`quarterdeck run`"
SHOWN = {
    **{"ArrowRight": "→", "ArrowLeft": "←", "ArrowUp": "↑", "ArrowDown": "↓", " ": "Space", "space": "Space"},
    **{"right": "→", "left": "←", "up": "↑", "down": "↓", "PageUp": "PgUp", "PageDown": "PgDn", "Escape": "Esc"},
    **{"pageup": "PgUp", "pagedown": "PgDn", "escape": "Esc", "enter": "Enter", "backspace": "Backspace"},
    **{
        "full_stop": ".",
        "comma": ",",
        "slash": "/",
        "plus": "+",
        "minus": "-",
        "equals_sign": "=",
        "question_mark": "?",
    },
}
"""How the page writes what browsers and Textual call otherwise."""


def keys_of(section: str) -> set[str]:
    """The keys in the first column of a section, with modifiers and letters as they are compared."""
    cells = re.findall(r"^\| (.*?) \|", SECTIONS[section], re.MULTILINE)
    text = " ".join(cells).replace("−", "-")
    spaced = re.sub(r"\b(Shift|Ctrl|Alt)[ +-]", r"\1+", text)
    return set(spaced.split())


def shown(name: str) -> str:
    """A key as the page writes it."""
    *modifiers, key = name.split("+") if len(name) > 1 else [name]
    key = SHOWN.get(key, key.capitalize() if len(key) > 1 else key)
    return "".join(f"{each.capitalize()}+" for each in modifiers) + (key.upper() if modifiers else key)


def rows(pairs: list[tuple[str, str]]) -> list[str]:
    """Rows of a table."""
    return [f"| {' '.join(keys.split())} | {meaning} |" for keys, meaning in pairs]


def test_the_console() -> None:
    """Its help word for word, and each key that is bound."""
    for row in rows([pair for _, group in HELP for pair in group]):
        assert row in SECTIONS[CONSOLE]
    bound = [key for keys, _ in BINDINGS for key in keys.split(",") if not key.isdigit()]
    named = keys_of(CONSOLE)
    assert [key for key in (*bound, END_TYPING, OTHER_TERMINAL) if shown(key) not in named] == []


def test_the_pages() -> None:
    """Their help word for word, and each key of their tables."""
    listed = SCRIPT.split("const HELP")[1].split("];")[0]
    for row in rows(re.findall(r'\["(.*?)", "(.*?)"\]', listed)):
        assert row in SECTIONS[PAGES]
    tables = SCRIPT.split("TYPING_KEYS")[0]
    bound = re.findall(r'^  "?(\S|[^"\n]+?)"?: "[\w-]+",$', tables, re.MULTILINE)
    assert len(bound) > 40
    named = {key.upper() for key in keys_of(PAGES)}
    assert [key for key in bound if shown(key).upper() not in named] == []


@pytest.mark.parametrize("line", [line for line in SOLO_HELP if re.match(r"   \S.*?  ", line)])
def test_running_a_demo(line: str) -> None:
    """The help of ``quarterdeck run``, word for word."""
    match = re.match(r"   (.*?)  +(\S.*)", line)
    assert match is not None
    assert rows([(match[1], match[2])])[0] in SECTIONS[RUN]
