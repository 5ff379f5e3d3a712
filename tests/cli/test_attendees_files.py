"""Nothing of the instructor's is in what attendees get: a hunt for marked words in every file of a workshop."""

from __future__ import annotations

import base64
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest
from PIL import Image, PngImagePlugin

from support.commands import quarterdeck

HIDDEN = {
    "comment-of-yaml": "zq01marked",
    "variable": "zq02marked",
    "section-by-role": "zq03marked",
    "subtitle-of-section": "zq04marked",
    "title-by-role": "zq05marked",
    "text-by-role": "zq06marked",
    "note": "zq07marked",
    "comment-of-template": "zq08marked",
    "section-by-audience": "zq09marked",
    "title-by-audience": "zq10marked",
    "hidden-section": "zq11marked",
    "hidden-title": "zq12marked",
    "picture-by-role": "zq13marked",
    "alt-by-role": "zq14marked",
    "text-of-png": "zq15marked",
    "text-of-png-compressed": "zq16marked",
    "after-the-end-of-png": "zq17marked",
    "exif": "zq18marked",
    "comment-of-jpeg": "zq19marked",
    "comment-of-svg": "zq20marked",
    "metadata-of-svg": "zq21marked",
    "file-of-draw-io": "zq22marked",
    "demo-by-role": "zq23marked",
    "command-by-role": "zq24marked",
    "comment-of-demo": "zq25marked",
    "comment-of-demo-yaml": "zq26marked",
    "solution": "zq27marked",
    "reason": "zq28marked",
    "file-of-solution": "zq29marked",
    "backup": "zq30marked",
    "swap-file": "zq31marked",
    "dotfile": "zq32marked",
    "file-in-dot-folder": "zq33marked",
    "png-of-demo": "zq34marked",
    "translation-note": "zq36marked",
    "class-of-left-out": "zq37marked",
    "id-by-role": "zq38marked",
    "section-of-two": "zq39marked",
}
"""A word that no attendee may find, by where the author wrote it."""
OPEN = "zq99open"
"""A word of a slide for everybody, in a section whose title slide is for instructors."""


def deck(words: Mapping[str, str]) -> str:
    """A deck with a marked word in every place that attendees don't see."""
    return f"""---
title: Harbour
lang: en
duration: 60m
# {words["comment-of-yaml"]}
vars: {{grading: {words["variable"]}}}
---
duration: 2m
---

# Harbour

---
duration: 2m
---

## Plan

```agenda
```

{{# {words["comment-of-template"]} #}}

![A ship](ship.png)

---
layout: section
role: instructor
duration: 3m
id: {words["id-by-role"]}
---

# {words["section-by-role"]} how to grade

{words["subtitle-of-section"]}

---
duration: 5m
---

## Everybody's {OPEN}

Text, and [the plan](#plan).

![A photo](photo.jpg)

<!-- {words["note"]} -->

---
role: instructor
class: {words["class-of-left-out"]}
---

## {words["title-by-role"]}

{words["text-by-role"]}

![{words["alt-by-role"]}](secret.svg)

---
role: instructor
demo: grading
---

## Grade them

---
layout: section
audience: experts
---

# {words["section-by-audience"]}

---
audience: experts
---

## {words["title-by-audience"]}

Deep.

---
layout: section
hide: true
---

# {words["hidden-section"]}

---
hide: true
---

## {words["hidden-title"]}

Text

---
layout: section
role: instructor
---

# {words["section-of-two"]}

---
demo: look
duration: 4m
---

## Looking

---
demo: door
duration: 9m
---

## A door

![Drawing](drawing.svg)
"""


LOOK = """---
title: Looking
# {0}
---
Everybody sees this.

<!-- {1} -->

```console
$ echo hello
hello
```
"""
GRADING = """---
title: {0}
---
```console
$ echo {1}
[..]
```
"""
DOOR = """---
title: A door
task: Open it.
hints: [Push.]
---
{0}

```console {{.solution}}
$ touch open-the-door-{1}
```

```console {{.verify missing="It is shut."}}
$ ls
...
```
"""
MANIFEST = """
title: Harbour days
event: {{date: 2026-05-12, start: 9:00, breaks: [{{after: {0}, duration: 10m, title: Tea}}]}}
matrix:
  role: [instructor, attendee]
  audience: [beginners]
outputs: [pptx, html, handout, kit, calendar]
"""
TRANSLATION = """---
title: Hafen
---
id: harbour
---

# Hafen

<!-- {0} -->
"""


def write(folder: Path, words: Mapping[str, str]) -> None:
    """The deck with its demos, pictures and manifest, and what editors left beside them."""
    door = folder / "demos" / "door"
    (door / "solution").mkdir(parents=True)
    (door / ".vscode").mkdir()
    (folder / "deck.md").write_text(deck(words))
    (folder / "deck.de.md").write_text(TRANSLATION.format(words["translation-note"]))
    (folder / "workshop.yaml").write_text(MANIFEST.format(words["id-by-role"]))
    (folder / "demos" / "look.md").write_text(LOOK.format(words["comment-of-demo-yaml"], words["comment-of-demo"]))
    (folder / "demos" / "grading.md").write_text(GRADING.format(words["demo-by-role"], words["command-by-role"]))
    (door / "demo.md").write_text(DOOR.format(words["reason"], words["solution"]))
    (door / "solution" / "done.sh").write_text(words["file-of-solution"])
    (door / "page.html~").write_text(words["backup"])
    (door / ".page.html.swp").write_text(words["swap-file"])
    (door / ".env").write_text(words["dotfile"])
    (door / ".vscode" / "settings.json").write_text(words["file-in-dot-folder"])
    (door / ".dockerignore").write_text("*.log")
    (door / "page.html").write_text("<h1>Door</h1>")
    (door / "page.png").write_bytes(png(words["png-of-demo"], "", ""))
    (folder / "ship.png").write_bytes(
        png(words["text-of-png"], words["text-of-png-compressed"], words["after-the-end-of-png"])
    )
    exif = Image.Exif()
    exif[0x010E] = words["exif"]
    exif[0x0112] = 6
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "navy").save(buffer, "JPEG", exif=exif, comment=words["comment-of-jpeg"])
    (folder / "photo.jpg").write_bytes(buffer.getvalue())
    (folder / "secret.svg").write_text(svg(f"<text y='20'>{words['picture-by-role']}</text>"))
    remarks = f"<!-- {words['comment-of-svg']} --><metadata>{words['metadata-of-svg']}</metadata>"
    (folder / "drawing.svg").write_text(
        svg(remarks).replace("<svg ", f'<svg content="&lt;mxfile&gt;{words["file-of-draw-io"]}" ')
    )


def png(text: str, packed: str, trailing: str) -> bytes:
    """A picture with text in it that nobody sees."""
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", text)
    info.add_text("Description", packed, zip=True)
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(buffer, "PNG", pnginfo=info)
    return buffer.getvalue() + trailing.encode()


def svg(content: str) -> str:
    """A drawing."""
    rect = '<rect width="90" height="60" fill="#123456"/>'
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="90" height="60">{rect}{content}</svg>'


_EMBEDDED = re.compile(rb"data:[\w/+.-]+;base64,([A-Za-z0-9+/=]+)")


def opened(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file with everything in it: the parts of archives, embedded data, compressed texts of pictures."""
    yield name, data
    if zipfile.is_zipfile(io.BytesIO(data)):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for inner in archive.namelist():
                yield from opened(f"{name}/{inner}", inner.encode() + b"\n" + archive.read(inner))
    for number, found in enumerate(_EMBEDDED.findall(data)):
        yield from opened(f"{name}#{number}", base64.b64decode(found.rstrip(b"=") + b"==="))
    if b"\x89PNG" in data[:200] and b"IEND" in data:
        with Image.open(io.BytesIO(data[data.index(b"\x89PNG") :])) as picture:
            yield f"{name} (texts)", repr(picture.info).encode()


def hunted(files: Mapping[str, bytes], words: Mapping[str, str]) -> dict[str, set[str]]:
    """The files in which each word is found, by where the author wrote it."""
    found: dict[str, set[str]] = {}
    for name, data in files.items():
        for inner, content in opened(name, data):
            lower = content.lower()
            for place, word in words.items():
                if word.encode() in lower or word.encode("utf-16-le") in lower:
                    found.setdefault(place, set()).add(inner)
    return found


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The output folder of the workshop."""
    folder = tmp_path_factory.mktemp("harbour")
    write(folder, HIDDEN)
    ran = quarterdeck("workshop", "build", ".", "-o", "out", "-j", "1", cwd=folder)
    assert ran.status == 0, ran.err
    return folder / "out"


def files_of(folder: Path) -> dict[str, bytes]:
    """All files below a folder, by their paths."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


SHOWN_TO_INSTRUCTORS = {place for place in HIDDEN if "by-role" in place} | {
    "note",
    "hidden-title",
    "solution",
    "reason",
}


@pytest.mark.slow
def test_attendees_get_nothing_of_the_instructors(built: Path) -> None:
    """Not in slides, agenda, handout, kit, calendar or index, nor in parts of files that nobody sees."""
    theirs = {name: data for name, data in files_of(built).items() if name.startswith("attendee")}
    assert {name.rpartition(".")[2] for name in theirs} == {"pptx", "html", "zip", "ics"}
    assert hunted(theirs, HIDDEN) == {}
    assert hunted(theirs, {"open": OPEN}), "a section's title is left out, not its slides"


@pytest.mark.slow
def test_the_hunt_finds_what_instructors_get(built: Path) -> None:
    """Or the test above could never fail."""
    own = {name: data for name, data in files_of(built).items() if name.startswith("instructor")}
    assert set(hunted(own, HIDDEN)) >= SHOWN_TO_INSTRUCTORS


@pytest.mark.slow
def test_the_page_for_attendees_links_their_files_alone(built: Path) -> None:
    """Every one of them, and nothing else; a break after an instructor's section is taken all the same."""
    page = (built / "attendees.html").read_text()
    links = {unquote(link) for link in re.findall(r'href="([^"]*)"', page)}
    assert links == {name for name in files_of(built) if name.startswith("attendee/")}
    assert "instructor" not in page.partition("</style>")[2]
    assert "Tea" in page
