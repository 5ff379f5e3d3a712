"""A deck of what doesn't fit easily: long words, deep lists, wide tables, long code, full columns."""

from __future__ import annotations

import random
import re

WORDS = re.findall(
    r"\S+",
    "the container a of host network is runs image volume kernel and it data port with state-of-the-art "
    "Donaudampfschifffahrtsgesellschaft internationalisation reproducibility /var/lib/docker/containers "
    "--no-cache registry.example.org/team/service:2026.11 Straße naïve Привет Ελληνικά word—dash 10-20 "
    "e-mail “quoted” it’s",
)
LONG = "antidisestablishmentarianism Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz x" * 2


def generated(count: int, seed: int) -> str:
    """The Markdown of so many slides; the same for the same seed."""
    chance = random.Random(seed)
    kinds = (_long_words, _deep_list, _wide_table, _code, _remarks, _columns, _terms, _caption)
    slides = (
        f"---\nid: s{number}\n{head}---\n\n## {some_words(chance, 2, 8)}\n\n{body}\n"
        for number in range(count)
        for head, body in [kinds[number % len(kinds)](chance)]
    )
    return "---\ntitle: Generated\nfooter: Generated\n---\n" + "\n".join(slides)


def some_words(chance: random.Random, least: int, most: int) -> str:
    """Some words at random."""
    return " ".join(chance.choice(WORDS) for _ in range(chance.randint(least, most)))


def _long_words(chance: random.Random) -> tuple[str, str]:
    paragraphs = [
        " ".join(
            LONG.split()[chance.randrange(2)][: chance.randint(20, 70)] if chance.random() < 0.4 else word
            for word in some_words(chance, 4, 14).split()
        )
        for _ in range(chance.randint(1, 4))
    ]
    return "", "\n\n".join(paragraphs)


def _deep_list(chance: random.Random) -> tuple[str, str]:
    lines, depth = [], 0
    for _ in range(chance.randint(4, 12)):
        mark = "1." if chance.random() < 0.3 else "-"
        lines.append(f"{'   ' * depth}{mark} {some_words(chance, 1, 12)}")
        depth = max(0, min(5, depth + chance.choice((-1, 0, 1, 1))))
    return "", "\n".join(lines)


def _wide_table(chance: random.Random) -> tuple[str, str]:
    columns = chance.randint(3, 8)
    rows = [[some_words(chance, 1, 4) for _ in range(columns)] for _ in range(chance.randint(2, 7))]
    rule = [chance.choice((":--", "--:", ":-:")) for _ in range(columns)]
    return "", "\n".join(f"| {' | '.join(row)} |" for row in (rows[0], rule, *rows[1:]))


def _code(chance: random.Random) -> tuple[str, str]:
    lines = [f"{' ' * chance.randint(0, 8)}{some_words(chance, 1, 9)}"[:95] for _ in range(chance.randint(2, 18))]
    numbers = ' {.numbers title="a.sh"}' if chance.random() < 0.5 else ""
    return "layout: code\n", f"```sh{numbers}\n" + "\n".join(lines) + "\n```"


def _remarks(chance: random.Random) -> tuple[str, str]:
    return "", (
        f"::: warning {some_words(chance, 1, 6)}\n{some_words(chance, 5, 30)}\n:::\n\n"
        f"> {some_words(chance, 5, 25)}\n>\n> — {some_words(chance, 1, 4)}\n\n"
        f"{some_words(chance, 3, 9)}[^1]\n\n[^1]: {some_words(chance, 5, 20)}"
    )


def _columns(chance: random.Random) -> tuple[str, str]:
    sides = "\n\n".join(
        f"::: {side}\n### {some_words(chance, 1, 5)}\n\n"
        + "\n".join(f"- {some_words(chance, 1, 12)}" for _ in range(chance.randint(1, 6)))
        + "\n:::"
        for side in ("left", "right")
    )
    return "layout: comparison\n", sides


def _terms(chance: random.Random) -> tuple[str, str]:
    entries = (f"{some_words(chance, 1, 4)}\n: {some_words(chance, 3, 25)}" for _ in range(chance.randint(1, 4)))
    return "", "\n\n".join(entries)


def _caption(chance: random.Random) -> tuple[str, str]:
    return "layout: image\n", f"![x](picture.png)\n\n{some_words(chance, 2, 20)}"
