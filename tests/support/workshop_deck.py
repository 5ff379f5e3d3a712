"""A small workshop: a deck with a demo, an exercise, notes, and everything that attendees may not have."""

from __future__ import annotations

from pathlib import Path

from quarterdeck.model.options import Choices, Role
from quarterdeck.project.project import Project, load_project

NOTE = "Walk around and look at the screens."
SOLUTION = "docker run --detach --name shop --publish 8090:80 nginx:1.22"
REASON = "The door leads inwards, so the inner number comes last."
HELD_BACK = (NOTE, SOLUTION, REASON)
"""What no attendee may find."""

DECK = f"""---
title: Doors & ports
subtitle: How a container gets one
author: A. Speaker
---
# Doors & ports

---

# Publishing

---
id: ports
duration: 5m
demo: look
---

# A port is a door

See [the guide](https://example.org/guide).

<!-- {NOTE} -->

---
duration: 10m
demo: door
---

# Give the shop a door

Now you.
"""
DEMO = """---
title: Looking
images: [nginx:1.22]
---
The list is empty at first.

```console
$ docker ps --format '{{.Names}}'
...
[..]web
```

```console {.hide}
$ sleep 1
```
"""
EXERCISE = f"""---
title: A door
images: [nginx:1.22]
ports: [8090]
# {REASON}
task: |
  Start a server, so that its page can be read at <http://localhost:8090>.

  - It is called `shop`.
hints:
  - Look for *publish*.
  - The server listens on port 80.
---
{REASON}

<!-- {NOTE} -->

```console {{.setup}}
$ touch made
```

```console {{.solution}}
$ {SOLUTION}
[..]
```

```console {{.verify missing="No container called shop runs."}}
$ docker top shop
...
```

{REASON}
"""


def write_workshop(folder: Path) -> Path:
    """The deck in a folder, its demos beside it."""
    demos = folder / "demos"
    demos.mkdir(parents=True)
    (folder / "deck.md").write_text(DECK)
    (demos / "look.md").write_text(DEMO)
    (demos / "door").mkdir()
    (demos / "door" / "demo.md").write_text(EXERCISE)
    (demos / "door" / "index.html").write_text("<h1>Shop</h1>\n")
    return folder


def load_workshop(folder: Path, role: Role | None = None) -> Project:
    """The deck for a role."""
    return load_project(write_workshop(folder), Choices(role=role))
