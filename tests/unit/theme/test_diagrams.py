"""Diagrams drawn by Graphviz and Mermaid, in the theme's colours and font."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from msgspec.structs import replace

from conftest import missing
from quarterdeck.browser import DrawingBrowser
from quarterdeck.compile.pptx.package.media import rasterised
from quarterdeck.diagnostics import Diagnostic, SourceSpan
from quarterdeck.model.content import Asset, Diagram, Length
from quarterdeck.model.placed import PlacedImage
from quarterdeck.model.theme import Theme
from quarterdeck.theme import diagrams as drawing
from quarterdeck.theme.diagrams import diagram_look, picture_of
from quarterdeck.theme.file import load_theme
from support.mermaid import mermaid
from support.placed_decks import elements, placed, slide

__all__ = ["mermaid"]

HARBOUR = load_theme("harbour", Path())
NIGHT = load_theme("night", Path())
dot = pytest.mark.usefixtures("graphviz")


@pytest.fixture
def graphviz() -> None:
    """Graphviz, which draws diagrams in its language."""
    if shutil.which("dot") is None:
        missing("office", "no dot is on the PATH")


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder for what is kept."""
    drawing._drawn.cache_clear()
    monkeypatch.setattr(platformdirs, "user_cache_dir", lambda name: str(tmp_path / "cache" / name))
    return tmp_path / "cache"


def diagram(language: str, *lines: str) -> Diagram:
    """A diagram whose fence is line 7 of a deck."""
    spans = tuple(SourceSpan("deck.md", 8 + index) for index in range(len(lines)))
    return Diagram(language, "\n".join(lines), "alt", span=SourceSpan("deck.md", 7), lines=spans)


def drawn(made: Diagram, theme: Theme = HARBOUR) -> str:
    """Its SVG."""
    picture = picture_of(made, diagram_look(theme, theme.colors))
    assert isinstance(picture, Asset), picture
    assert picture.width > 20 and picture.height > 20
    return picture.data.decode()


def fault(made: Diagram) -> Diagnostic:
    """Why it can't be drawn."""
    found = picture_of(made, diagram_look(HARBOUR, HARBOUR.colors))
    assert isinstance(found, Diagnostic)
    return found


@dot
@pytest.mark.parametrize("theme", [HARBOUR, NIGHT])
def test_graphs_wear_the_theme(theme: Theme) -> None:
    """Text, lines and font are the theme's; what the author says counts more."""
    svg = drawn(diagram("dot", "digraph { a -> b; c [color=crimson style=filled] }"), theme)
    colors = {color.lower() for color in re.findall(r'(?:fill|stroke)="(#\w{6}|crimson)"', svg)}
    for token in ("text", "muted", "accent-2"):
        assert theme.colors[token].lower() in colors
    assert "crimson" in colors
    assert "black" not in svg
    assert 'font-family="Arial, Arimo, sans-serif"' in svg


@dot
def test_a_fault_in_a_graph_has_its_line() -> None:
    """The tool's complaint stands at the line that it names, in the author's file."""
    found = fault(diagram("dot", "digraph {", " a -> ", "}"))
    assert (found.code, str(found.span)) == ("bad-diagram", "deck.md:10:1")


@pytest.mark.parametrize(("language", "hint"), [("mermaid", "npm install"), ("dot", "Graphviz")])
def test_a_missing_tool_is_named(language: str, hint: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A diagram whose tool isn't installed says what to install, at its fence."""
    monkeypatch.setenv("PATH", str(tmp_path))
    found = fault(diagram(language, "graph"))
    assert (found.code, str(found.span)) == ("missing-tool", "deck.md:7:1")
    assert hint in (found.hint or "")


def _tool(folder: Path, script: str) -> Callable[[], int]:
    """A ``dot`` of our own on the PATH; gives how often it ran."""
    folder.mkdir()
    program, count = folder / "dot", folder / "count"
    program.write_text(f"#!/bin/sh\necho x >>{count}\n{script}\n")
    program.chmod(0o755)
    return lambda: len(count.read_text().split()) if count.exists() else 0


def test_a_diagram_is_drawn_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next build takes what was kept; a failure is kept by this process alone."""
    runs = _tool(tmp_path / "bin", 'cat >/dev/null; echo \'<svg width="40" height="40"></svg>\'')
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    for _ in range(2):
        drawn(diagram("dot", "digraph {}"))
        drawing._drawn.cache_clear()  # as in another process
    assert runs() == 1
    drawn(diagram("dot", "digraph {}"), NIGHT)
    assert runs() == 2


@pytest.mark.slow
def test_a_diagram_that_takes_too_long_is_tried_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A slide is measured often while its type is fitted; a deck is not built for a minute each time."""
    runs = _tool(tmp_path / "bin", "sleep 600")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    monkeypatch.setattr(drawing, "SECONDS", 1)
    monkeypatch.setattr(drawing, "program_version", lambda program: "")
    graph = diagram("dot", "digraph { a -> b }")
    assert [fault(graph).message for _ in range(3)] == ["dot can't draw this: it took longer than 1 s"] * 3
    assert runs() == 1


@pytest.mark.slow
def test_a_tool_ends_though_its_build_was_killed(tmp_path: Path) -> None:
    """After its share of processor time: nobody is there to end it."""
    code = (
        "from quarterdeck.theme import diagrams; diagrams.SECONDS = 1\n"
        f"diagrams.output_of(['/bin/sh', '-c', 'echo $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid;"
        " while :; do :; done'], '', {})"
    )
    build = subprocess.Popen([sys.executable, "-c", code])
    while not (tmp_path / "pid").exists():
        assert build.poll() is None
        time.sleep(0.01)
    build.kill()
    build.wait()
    tool = int((tmp_path / "pid").read_text())
    while Path(f"/proc/{tool}").exists() and " Z " not in Path(f"/proc/{tool}/stat").read_text():
        time.sleep(0.05)


def test_a_tool_that_fails_is_quoted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first words, without the stack of calls behind them."""
    _tool(tmp_path / "bin", "printf 'Error: no such shape\\n    at draw (file:///x.js:1)\\n' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}:/usr/bin:/bin")
    assert fault(diagram("dot", "digraph {}")).message == "dot can't draw this: no such shape"


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.usefixtures("mermaid")
def test_mermaid_wears_the_theme() -> None:
    """Labels are text that every program shows, in the theme's font; the picture is no black box in a PPTX."""
    svg = drawn(diagram("mermaid", "flowchart LR", "  ship[Ship at sea] -->|unload| quay{Free?}"))
    assert "<foreignObject" not in svg
    assert "Ship" in svg and "unload" in svg
    assert HARBOUR.colors["text"].lower() in svg.lower()
    assert re.search("font-family:Arial, ?Arimo, ?sans-serif", svg)
    assert re.search(r'<svg width="[\d.]+" height="[\d.]+"', svg)
    size = re.search(r'<svg width="([\d.]+)" height="([\d.]+)"', svg)
    assert size is not None
    asset = Asset("d.svg", "image/svg+xml", svg.encode(), float(size[1]), float(size[2]))
    assert _has_ink(rasterised(asset, HARBOUR, DrawingBrowser()), HARBOUR.colors["text"])


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.usefixtures("mermaid")
def test_mermaid_gives_the_same_bytes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where it makes up ids, so that outputs can be compared."""
    graph = diagram("mermaid", "gitGraph", "  commit", "  commit")
    monkeypatch.setattr(drawing, "cached_drawing", lambda kind, description, draw: draw())
    first = drawn(graph)
    drawing._drawn.cache_clear()
    assert drawn(graph) == first


@pytest.mark.slow
@pytest.mark.browser
@pytest.mark.usefixtures("mermaid")
def test_a_fault_in_mermaid_has_its_line() -> None:
    """The parser's words, at a line of the fence."""
    found = fault(diagram("mermaid", "flowchart LR", "  a --> b", "  b -->| c"))
    assert found.code == "bad-diagram"
    assert "Parse error" in found.message and "\n" not in found.message
    assert found.span is not None and found.span.line >= 9


def _has_ink(png: bytes, color: str) -> bool:
    """Whether a picture has pixels of a colour: its text was drawn."""
    import io

    from PIL import Image

    wanted = tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))
    picture = Image.open(io.BytesIO(png)).convert("RGBA")
    counts: Any = picture.getcolors(1 << 24) or []  # of RGBA pixels; Pillow's type covers pictures of one channel too
    return sum(int(n) for n, pixel in counts if pixel[3] > 200 and pixel[:3] == wanted) > 100


@dot
def test_labels_are_no_larger_than_text() -> None:
    """Two nodes don't fill the slide in letters that shout; many take the width, and the author's width holds."""
    few, many = "digraph { rankdir=LR; a -> b }", f"digraph {{ rankdir=LR; {' -> '.join('abcdefghijklmn')} }}"
    largest = HARBOUR.styles["body"].size * (1 + HARBOUR.styles["body"].growth)
    widths = {}
    for name, made in {"few": diagram("dot", few), "many": diagram("dot", many)}.items():
        picture = picture_of(made, diagram_look(HARBOUR, HARBOUR.colors))
        assert isinstance(picture, Asset)
        label = drawing.label_size(picture)
        assert label is not None
        assert label == pytest.approx(14 * 4 / 3, rel=0.01)
        (placed_picture,) = elements(placed(slide(made)).slides[0], PlacedImage)
        widths[name] = placed_picture.box.width
        assert label * placed_picture.box.width / picture.width <= largest + 0.01
        assert placed_picture.box.x + placed_picture.box.width / 2 == pytest.approx(640)
    assert widths["few"] < 600 < widths["many"] == 1120
    (asked,) = elements(placed(slide(replace(diagram("dot", few), width=Length(70, "%")))).slides[0], PlacedImage)
    assert asked.box.width == pytest.approx(784)
