"""A small deck with a recorded demo, to be filmed."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.model.cast import Cast, CastEvent, encode
from quarterdeck.project.project import Project, load_project

DECK = """---
title: "Harbour; = # tour"
author: A. Pilot
---

# Ships {#ships}

One is there.

. . .

Another comes.

<!--
Say: the harbour has room for two ships, and no more. Nobody has ever seen three.

It is a small harbour.

Show: the map.
-->

---
hide: true
---

# Hidden

---
id: hello
demo: hello
duration: 20s
---

# A demo

---
background: "#ff0000"
layout: blank
---
"""
SCRIPT = """The greeting is typed & printed.

```console
$ echo hello
hello
```

```console
$ sleep 60
```

That was it.
"""
EVENTS = (
    (0.0, "o", "$ "),
    (0.0, "m", "step:step-1"),
    (0.1, "i", "echo hello\r"),
    (0.2, "o", "echo hello"),
    (0.4, "o", "\r\nhello\r\n"),
    (0.4, "m", "end:step-1:passed"),
    (0.5, "o", "$ "),
    (0.5, "m", "step:step-2"),
    (0.6, "i", "sleep 60\r"),
    (0.6, "o", "sleep 60\r\n"),
    (60.6, "o", "$ "),
    (60.6, "m", "end:step-2:passed"),
)


def filmed_deck(folder: Path, deck: str = DECK) -> Project:
    """The deck, written to a folder and read, with a recording in which a step waits for a minute."""
    (folder / "demos").mkdir(parents=True)
    (folder / "deck.md").write_text(deck)
    (folder / "demos" / "hello.md").write_text(SCRIPT)
    demo = load_project(folder).deck.demos["hello"]
    cast = Cast("hello", demo.script_hash, tuple(CastEvent(*event) for event in EVENTS), 60, 10)
    demo.cast_path.write_text(encode(cast))
    project = load_project(folder)
    assert project.warnings == ()
    return project
