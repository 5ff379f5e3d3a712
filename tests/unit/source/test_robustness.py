"""Whatever an author feeds it, reading a deck ends with a deck or with faults that have a place."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.source.deck import load_deck, load_demo

RELAXED = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
VALID = """---
title: Everything
vars: {name: Docker, many: [1, 2]}
duration: 45m
---

# {{ name }}

{% for n in many %}
Line {{ n }}
{% endfor %}

---
id: lists
incremental: true
---

## Lists [link](#lists) `code {{ x }}` ~~no~~ $x^2$

- one **two** *three*
  1. deep {.fragment}
- [x] done

. . .

> quoted
> — Someone

::: warning Mind
text[^1]
:::

[^1]: A note.

<!-- Notes with `code` -->

---

::: left
| a | b |
|---|--:|
| 1 | 2 |
:::

::: right
```python {1|2}
x = 1
y = 2
```
:::

---

# Demo

```console {ready=/up/ timeout=5s}
$ docker run -it alpine sh
/ # ls \\
> -l
...
/ # exit
$ false
[exit 1]
```

Term
: Meaning

![alt](missing.png){width=60%}
"""
PIECES = [
    "---",
    "```",
    "~~~",
    "::: left",
    ":::",
    "$ ",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "<!--",
    "-->",
    "[^1]",
    "> ",
    "- ",
    "\t",
    "\r\n",
    "|",
    "{.fragment}",
    "&#0;",
    "\x00",
    "\ufeff",
    "\U00100000",
    "`",
    "$$",
    "![",
    "](",
    "id: x",
    "# ",
    "[exit 1]",
    "^C",
    "\\",
    "…",
    "é",
    "\u202e",
]


def deck_or_faults(folder: Path, data: bytes) -> None:
    """Read a deck; faults must stand in a line of the file, or have no position."""
    file = folder / "deck.md"
    file.write_bytes(data)
    lines = data.count(b"\n") + data.count(b"\r") + 1
    try:
        load_deck(file)
    except QuarterdeckError as error:
        assert error.diagnostics
        for fault in error.diagnostics:
            if fault.span is not None and fault.span.file.endswith("deck.md"):
                assert 1 <= fault.span.line <= lines
                assert fault.span.column >= 1
                assert fault.span.length >= 1


@RELAXED
@given(text=st.text(max_size=300))
def test_any_text(tmp_path: Path, text: str) -> None:
    """A file of random characters is read or refused."""
    deck_or_faults(tmp_path, text.encode("utf-8", "surrogatepass"))


@RELAXED
@given(data=st.binary(max_size=200))
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    """A file that is no text is read or refused."""
    deck_or_faults(tmp_path, data)


@pytest.mark.slow
@RELAXED
@given(parts=st.lists(st.sampled_from([*PIECES, "\n", "\n\n", " ", "word", "key: v"]), max_size=60))
def test_any_syntax(tmp_path: Path, parts: list[str]) -> None:
    """The marks of the language in any order are read or refused."""
    deck_or_faults(tmp_path, "".join(parts).encode())


@pytest.mark.slow
@RELAXED
@given(seed=st.integers(0, 2**32))
def test_any_mutation(tmp_path: Path, seed: int) -> None:
    """A deck that was damaged while it was typed is read or refused."""
    chance = random.Random(seed)
    text = VALID
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(3):
            case 0:
                text = text[:at] + text[at + chance.randrange(20) :]
            case 1:
                text = text[:at] + chance.choice(PIECES) + text[at:]
            case _:
                text = text[:at] + text[at:][: chance.randrange(80)] + text[at:]
    deck_or_faults(tmp_path, text.encode())


@pytest.mark.slow
@RELAXED
@given(
    parts=st.lists(
        st.sampled_from([*PIECES, "```console\n", "```\n", "\n", "$ ls", "---\n", "stage: {allow: [x]}", "/ # "]),
        max_size=40,
    )
)
def test_any_demo(tmp_path: Path, parts: list[str]) -> None:
    """A demo script of any marks is read or refused."""
    file = tmp_path / "any.md"
    file.write_text("".join(parts), "utf-8")
    try:
        load_demo(file)
    except QuarterdeckError as error:
        assert error.diagnostics


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "# a\n\n" + ">" * 3000 + " x",
        "# a\n\n" + "".join("  " * depth + "- x\n" for depth in range(300)),
        "# a\n\n" + "".join("  " * depth + f"{':' * 3} {{.x}}\n" for depth in range(2)) + "::: {.x}\n" * 500,
        "# a\n\n" + "[" * 5000 + "](" * 5000,
        "# a\n\n" + "![" * 3000,
        "# a\n\n" + "*" * 5000 + "x",
        "# a\n\n" + "[x" * 2000 + "]{.a}" * 2000,
        "---\nvars: " + "[" * 100000 + "\n---\n# a",
        "---\nvars: " + "- " * 5000 + "\n---\n# a",
        "---\nvars: {a: &a [1], b: &b [*a, *a], c: " + "[" * 60 + "*b" + "]" * 60 + "}\n---\n# a",
        "# a\n\n{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}",
        "# a\n\n" + "{% if 1 %}" * 500,
        "# a\n\n```console\n$ " + "(" * 5000 + "\n```\n",
    ],
)
def test_deep_nesting(tmp_path: Path, text: str) -> None:
    """What is nested without end is refused, not a crash."""
    deck_or_faults(tmp_path, text.encode())


def test_line_ends_and_byte_order_mark(tmp_path: Path) -> None:
    """A deck saved on Windows is the same deck."""
    plain = re.sub(r"!\[alt\].*\n", "", VALID)
    (tmp_path / "plain.md").write_bytes(plain.encode())
    (tmp_path / "windows.md").write_bytes(b"\xef\xbb\xbf" + plain.replace("\n", "\r\n").encode())
    one, other = (load_deck(tmp_path / f"{name}.md").deck for name in ("plain", "windows"))
    assert [s.title_text for s in one.slides] == [s.title_text for s in other.slides]
    assert [d.script_hash for d in one.demos.values()] == [d.script_hash for d in other.demos.values()]


@pytest.mark.parametrize("fence", ["```chart", "```dot", "```console", "```python"])
def test_a_fence_on_the_last_line(tmp_path: Path, fence: str) -> None:
    """A deck saved in the middle of typing a fence is refused with the fence's place."""
    deck = tmp_path / "deck.md"
    deck.write_text(f"# Title\n\n{fence}", "utf-8")
    with pytest.raises(QuarterdeckError) as error:
        load_deck(deck)
    assert {fault.span.line for fault in error.value.diagnostics if fault.span} == {3}
