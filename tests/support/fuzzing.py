"""Decks that went wrong: real ones, changed at random in the ways that editing, merging and pasting go wrong."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

SNIPPETS = (
    "---",
    "--- ",
    "- - -",
    "***",
    ". . .",
    ":::",
    "::: left",
    "::: {.fragment}",
    "::: note",
    "```",
    "```python {1|2-3}",
    "```chart {type=pie}",
    "```chart {type=bar stacked min=-1 max=9 unit=% legend=right labels x=X y=Y}",
    "```console",
    "```dot",
    "```mermaid",
    "$$",
    "<!--",
    "-->",
    "{% if x %}",
    "{% endif %}",
    "{{ ship }}",
    "{{ nobody.x }}",
    "{{ ship * 10**9 }}",
    '{% include "modules/diagram.md" %}',
    '{% include "deck.md" %}',
    "{# note #}",
    "{% raw %}",
    "{.fragment}",
    "{.incremental}",
    '{widths="1 x"}',
    "![a](img/harbour.png){width=900%}",
    '![](img/ship.svg){crop="90% 0 20% 0"}',
    "![v](media/voyage.mp4){full-bleed}",
    "[x](#nowhere)",
    "[x](javascript:a)",
    "[^1]",
    "[^1]: note",
    "[a]{.fragment}",
    "| a | b |",
    "|--|:-:|",
    "| 1 |",
    "> [!TIP]",
    "> — Me",
    "Term\n: Meaning",
    "1) one",
    "999999999. big",
    "- [x] done",
    "#",
    "####### seven",
    "id: cover",
    "layout: demo",
    "layout: imge",
    "demo: greeting",
    "demo: ../greeting",
    "fit: split",
    "fit: error",
    "background: '#12'",
    "background: accent",
    "transition: zoom",
    "duration: 1e9h",
    "hide: true",
    "vars: [1]",
    "\t",
    "\x00",
    "\ufeff",
    "\u202e",
    "\ud7ff",
    "\U0001f6a2",
    "e\u0301\u0301\u0301",
    "日本語",
    "مرحبا",
    "&#0;",
    "&#x110000;",
    "&amp;",
    "\\",
    "\r",
    "\x0b",
    "\u2028",
    "$x^{$",
    "$\\frac{1}{$",
    "$\\undefined$",
    "$$\\begin{matrix} a & b \\\\ c$$",
    "*" * 50,
    "[" * 60,
    ">" * 45 + " deep",
    "- " * 30 + "deep",
    "W" * 300,
    "word " * 400,
    "`",
    "``` ```",
    "$ docker ps",
    "$ cat <<EOF",
    "^C",
    "[exit 3]",
    ">>> 1",
    "<b>raw</b>",
    "<https://example.org>",
    "mailto:a@b.c",
    "!!python/object:os.system",
    "? : ?",
    "{a: b",
)
Change = Callable[[random.Random, list[str]], None]


def mutated(chance: random.Random, slides: Sequence[str], front_matter: str) -> str:
    """A deck of a few of the slides, with a few changes."""
    chosen = [chance.choice(slides) for _ in range(chance.randint(1, 3))]
    text = "\n---\n".join(chosen)
    if chance.random() < 0.5:
        text = f"{front_matter}{text}"
    lines = text.split("\n")
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        chance.choice(CHANGES)(chance, lines)
    return "\n".join(lines)


def slides_of(deck: str) -> tuple[str, list[str]]:
    """The front matter of a deck, and its slides with theirs."""
    front_matter, _, rest = deck.removeprefix("---\n").partition("\n---\n")
    return f"---\n{front_matter}\n---\n", re.split(r"\n---\n(?=[a-z]+:|\n)", rest)


def _remove(chance: random.Random, lines: list[str]) -> None:
    if len(lines) > 1:
        del lines[chance.randrange(len(lines))]


def _repeat(chance: random.Random, lines: list[str]) -> None:
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(lines))


def _swap(chance: random.Random, lines: list[str]) -> None:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


def _insert_line(chance: random.Random, lines: list[str]) -> None:
    lines.insert(chance.randrange(len(lines) + 1), chance.choice(SNIPPETS))


def _insert_within(chance: random.Random, lines: list[str]) -> None:
    at = chance.randrange(len(lines))
    place = chance.randint(0, len(lines[at]))
    lines[at] = lines[at][:place] + chance.choice(SNIPPETS) + lines[at][place:]


def _cut_line(chance: random.Random, lines: list[str]) -> None:
    at = chance.randrange(len(lines))
    lines[at] = lines[at][: chance.randint(0, len(lines[at]))]


def _cut_end(chance: random.Random, lines: list[str]) -> None:
    del lines[max(1, chance.randrange(len(lines) + 1)) :]


def _change_letter(chance: random.Random, lines: list[str]) -> None:
    at = chance.randrange(len(lines))
    if lines[at]:
        place = chance.randrange(len(lines[at]))
        letter = chance.choice("{}[]()<>|:`*_~$#-+=\"'\\!%&^ \t0aZ/.,;@")
        lines[at] = lines[at][:place] + letter + lines[at][place + 1 :]


def _indent(chance: random.Random, lines: list[str]) -> None:
    start = chance.randrange(len(lines))
    by = chance.choice((" ", "  ", "    ", "\t", "> ", "- ", "1. "))
    for at in range(start, min(len(lines), start + chance.randint(1, 8))):
        lines[at] = by + lines[at]


def _join(chance: random.Random, lines: list[str]) -> None:
    at = chance.randrange(len(lines))
    if at + 1 < len(lines):
        lines[at] += lines.pop(at + 1)


CHANGES: tuple[Change, ...] = (
    _remove,
    _repeat,
    _swap,
    _insert_line,
    _insert_line,
    _insert_within,
    _cut_line,
    _cut_end,
    _change_letter,
    _indent,
    _join,
)
