"""``quarterdeck sync`` and ``quarterdeck merge``."""

from __future__ import annotations

from pathlib import Path

import pytest
from pptx import Presentation

from support.commands import quarterdeck

DECK = "# Ships\n\n- A ship\n- A harbour\n\n---\n\n# The end\n\nGo home\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A deck, and its PPTX with two edits."""
    (tmp_path / "deck.md").write_text(DECK)
    assert quarterdeck("build", "deck.md", "--to", "pptx", cwd=tmp_path).status == 0
    presentation = Presentation(str(next((tmp_path / "out").glob("*.pptx"))))
    frames = [x.text_frame for s in presentation.slides for x in s.shapes if x.has_text_frame]
    runs = [run for frame in frames for paragraph in frame.paragraphs for run in paragraph.runs]
    next(r for r in runs if r.text == "A harbour").text = "A deep harbour"
    next(r for r in runs if r.text == "Go home").text = "Go home now"
    presentation.save(str(tmp_path / "edited.pptx"))
    return tmp_path


@pytest.mark.slow
def test_sync(folder: Path) -> None:
    """Without --write it shows a diff; with it, the files change, and what can't be taken is reported with its line."""
    shown = quarterdeck("sync", "edited.pptx", "deck.md", cwd=folder)
    assert shown.status == 0
    assert "-- A harbour\n+- A deep harbour\n" in shown.out
    assert "2 edits can be taken: --write does" in shown.err
    assert (folder / "deck.md").read_text() == DECK
    (folder / "deck.md").write_text(DECK.replace("Go home", "Stay"))
    written = quarterdeck("sync", "edited.pptx", "deck.md", "--write", cwd=folder)
    assert written.status == 1
    assert written.out == "deck.md:4: A deep harbour\n"
    assert "deck.md:10:1: warning: both were changed: the file says 'Go home now', the deck says 'Stay'" in written.err
    assert (folder / "deck.md").read_text() == DECK.replace("Go home", "Stay").replace("A harbour", "A deep harbour")


@pytest.mark.slow
def test_merge(folder: Path) -> None:
    """The new file has the edits, and the deck is as it was."""
    made = quarterdeck("merge", "edited.pptx", "deck.md", "-o", "new.pptx", cwd=folder)
    assert (made.status, made.err) == (0, "")
    assert "2 edits made again" in made.out
    slides = Presentation(str(folder / "new.pptx")).slides
    texts = [x.text_frame.text for slide in slides for x in slide.shapes]
    assert "A ship\nA deep harbour" in texts
    assert (folder / "deck.md").read_text() == DECK


def test_files_that_can_not_be_read(folder: Path) -> None:
    """A message, never a traceback."""
    for command in (["sync", "none.pptx", "deck.md"], ["sync", "deck.md", "deck.md"], ["sync", "edited.pptx", "x"]):
        ran = quarterdeck(*command, cwd=folder)
        assert ran.status == 1
        assert "error:" in ran.err
        assert "Traceback" not in ran.err


@pytest.mark.slow
def test_a_variant_of_a_workshop(tmp_path: Path) -> None:
    """The manifest in place of the deck; the variant is told by its file's name, or by --variant."""
    (tmp_path / "deck.md").write_text("# {{ place }}\n\nA harbour\n\n---\nid: more\n---\n# More\n")
    forms = "forms:\n  short: {exclude: [more]}\n  long: {}\n"
    (tmp_path / "workshop.yaml").write_text(
        f"decks: .\nvars: {{place: Oslo}}\n{forms}matrix:\n  form: [short, long]\noutputs: [pptx]\n"
    )
    assert quarterdeck("workshop", "build", ".", cwd=tmp_path).status == 0
    (built,) = (tmp_path / "out").rglob("*short.pptx")
    presentation = Presentation(str(built))
    frames = [shape.text_frame for shape in presentation.slides[0].shapes if shape.has_text_frame]
    next(r for f in frames for p in f.paragraphs for r in p.runs if r.text == "A harbour").text = "A port"
    for name in (built.name, "from-anna.pptx"):
        presentation.save(str(tmp_path / name))
    told = quarterdeck("sync", built.name, "workshop.yaml", cwd=tmp_path)
    assert told.status == 0
    assert "+A port" in told.out
    asked = quarterdeck("sync", "from-anna.pptx", "workshop.yaml", cwd=tmp_path)
    assert asked.status == 1
    assert "--variant: short, long" in asked.err
    merged = ("merge", "from-anna.pptx", "workshop.yaml", "--variant", "short", "-o", "new.pptx")
    assert quarterdeck(*merged, cwd=tmp_path).status == 0
    assert len(Presentation(str(tmp_path / "new.pptx")).slides) == 1
    wrong = quarterdeck("sync", "from-anna.pptx", "workshop.yaml", "--variant", "wide", cwd=tmp_path)
    assert "there is no variant 'wide'" in wrong.err
    assert quarterdeck("sync", built.name, "deck.md", "--variant", "short", cwd=tmp_path).status == 2
    assert quarterdeck("sync", built.name, "workshop.yaml", "--set", "a=b", cwd=tmp_path).status == 2
