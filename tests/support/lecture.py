"""A lecture of any length, in the Markdown of Quarterdeck and in that of pandoc: the same slides, said in both."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PIL import Image

PICTURE = "picture.png"


def write_lecture(folder: Path, slides: int, dialect: Callable[[int], str], separator: str) -> Path:
    """The deck as ``deck.md``, with the picture that it shows."""
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / PICTURE).exists():
        Image.linear_gradient("L").resize((640, 360)).save(folder / PICTURE)
    path = folder / "deck.md"
    path.write_text(separator.join(map(dialect, range(slides))), "utf-8")
    return path


def for_quarterdeck(folder: Path, slides: int) -> Path:
    """The lecture for ``quarterdeck build``."""
    return write_lecture(folder, slides, _quarterdeck_slide, "\n---\n\n")


def for_pandoc(folder: Path, slides: int) -> Path:
    """The lecture for ``pandoc --slide-level=1``."""
    return write_lecture(folder, slides, _pandoc_slide, "\n")


def _quarterdeck_slide(number: int) -> str:
    title, body, columns = _content(number)
    parts = [f"# {title}\n", body]
    if columns:
        parts += [f"::: left\n{columns[0]}:::\n", f"::: right\n{columns[1]}:::\n"]
    return "\n".join((*parts, f"<!--\n{_notes(number)}-->\n"))


def _pandoc_slide(number: int) -> str:
    title, body, columns = _content(number)
    parts = [f"# {title}\n", body]
    if columns:
        left, right = (f"::: column\n{column}:::\n" for column in columns)
        parts.append(f":::: columns\n{left}\n{right}::::\n")
    return "\n".join((*parts, f"::: notes\n{_notes(number)}:::\n"))


def _notes(number: int) -> str:
    return (
        f"Say what slide {number} is about, and *why* it matters to who listens.\n\n"
        "- Ask who has met this before\n- Show it in the shell, slowly\n\n"
        "What goes wrong: the image isn't there yet. Pull it before the talk.\n"
    )


def _content(number: int) -> tuple[str, str, tuple[str, str] | None]:
    """Title, body and columns of a slide: one of six kinds in turn."""
    match number % 6:
        case 0:
            body = (
                f"- A process of the host with a **view** of its own, number {number}\n"
                "- Files from an *image*, changes in a layer of their own\n"
                "    - layers are shared by all who need them\n"
                "    - a [container](https://example.org/container) adds one that can be written\n"
                "- Limits by control groups: `--memory`, `--cpus`\n"
            )
            return f"What a container is, part {number}", body, None
        case 1:
            body = (
                "| Image | Size | Since |\n|:------|-----:|:-----:|\n"
                f"| alpine | {number} MB | 2015 |\n| `debian` | 120 MB | 1993 |\n"
                "| **nginx** | 140 MB | 2004 |\n| redis | 110 MB | 2009 |\n"
            )
            return f"Images and their sizes, part {number}", body, None
        case 2:
            body = (
                "```yaml\nservices:\n  web:\n    image: nginx:1.22\n    ports:\n      - 8080:80\n"
                f"  cache:\n    image: redis:7  # number {number}\n    restart: always\n```\n"
            )
            return f"A compose file, part {number}", body, None
        case 3:
            body = (
                "Containers share the kernel of their host, and that is why they start in a fraction of a second: "
                f"nothing boots. Number {number}.\n\nA second paragraph says that *isolation* comes from namespaces, "
                "and **limits** from control groups; both were there long before Docker was.\n"
            )
            return f"Why they are fast, part {number}", body, None
        case 4:
            columns = (
                f"- A picture beside text\n- It stands in a column of its own\n- Number {number}\n",
                f"![A gradient from black to white]({PICTURE})\n",
            )
            return f"A picture, part {number}", "", columns
        case _:
            body = (
                "1. Build the image\n2. Push it to a registry\n"
                f"3. Pull it on the host, {number} times\n4. Run it\n\n> Simple things should be simple.\n"
            )
            return f"Four steps, part {number}", body, None
