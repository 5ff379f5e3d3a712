"""A workshop in a folder: a deck with sections, and a manifest under test."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.workshop.manifest.manifest import Manifest
from quarterdeck.workshop.manifest.read import read_manifest
from quarterdeck.workshop.manifest.variants import Variant, variants_of

DECK = """---
title: Ports & doors
---
id: hello
duration: 1m
---
# Ports & doors

{{ form | default("") }} at {{ event.place | default("home") }}

<!-- Secret: nobody reads this. -->

---
layout: section
id: basics
duration: 2m
---
# Basics

---
id: doors
duration: 7m
---
## Doors

{% include "modules/doors.md" %}

<!-- Secret again. -->

---
layout: section
id: deep
class: deep
duration: 20m
---
# Deep

---
id: agenda
duration: 1m
---
## Agenda

```agenda
```
"""


class Workshop:
    """The folder, and what is made of its manifest."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.file = path / "workshop.yaml"
        self.write("deck.md", DECK)
        self.write("modules/doors.md", "A door that is shut\n")

    def write(self, name: str, text: str) -> Path:
        """Write a file, and its folders."""
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        return file

    def manifest(self, text: str) -> Manifest:
        """Read a manifest of that text."""
        self.file.write_text(text, "utf-8")
        return read_manifest(self.path)

    def variants(self, text: str) -> tuple[Variant, ...]:
        """The variants of a manifest of that text."""
        return variants_of(self.manifest(text))
