"""A text without templates costs nothing; a template reaches its project's files."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.source.template.render import Rendering, is_template, project_root
from quarterdeck.text.passage import Passage
from support.deck_folder import DeckFolder


@pytest.mark.parametrize(
    ("text", "expected"),
    [("{{ x }}", True), ("{% if %}", True), ("{# note #}", True), ("# T {#id}", False), ("{.class}", False)],
)
def test_what_is_a_template(text: str, expected: bool) -> None:
    """Expressions, statements and comments; ids in braces aren't comments."""
    assert is_template(text) is expected


def test_plain_text_needs_no_jinja() -> None:
    """Importing it takes as long as reading fifty slides."""
    code = (
        "import sys; from pathlib import Path\n"
        "from quarterdeck.diagnostics import Diagnostics\n"
        "from quarterdeck.source.template.render import Rendering\n"
        "from quarterdeck.text.passage import Passage\n"
        "plain = Passage.of_file('# T', 'deck.md')\n"
        "rendering = Rendering({}, Path(), Path(), Diagnostics())\n"
        "assert rendering.render(plain) is plain and rendering.included == ()\n"
        "print('jinja2' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_rendered(folder: DeckFolder) -> None:
    """Variables are put in, and includes are remembered."""
    part = folder.write("part.md", "in {{ place }}")
    found = Diagnostics()
    rendering = Rendering({"place": "Bremen"}, folder.path, folder.path, found)
    passage = rendering.render(Passage.of_file("{% include 'part.md' %}", "deck.md"))
    assert passage is not None
    assert passage.text.strip() == "in Bremen"
    assert rendering.included == (part,)
    assert rendering.expand("At {{ place }}", None) == "At Bremen"
    rendering.expand("{{ plcae }}", SourceSpan("deck.md", 2))
    assert [str(fault.span) for fault in found] == ["deck.md:2:1"]


@pytest.mark.parametrize(
    ("mark", "deck", "root"),
    [
        (".git/HEAD", "a/talk", "a/.."),
        ("a/workshop.yaml", "a/talk", "a"),
        (".git/HEAD", "a/decks/talk", "a"),
        ("a/quarterdeck-pack.json", "a/b/talk", "a"),
    ],
)
def test_the_project_of_a_deck(tmp_path: Path, mark: str, deck: str, root: str) -> None:
    """The folder with ``decks/`` around it, else the nearest with a project's mark."""
    for file in (tmp_path / mark, tmp_path / deck / "deck.md"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert project_root(tmp_path / deck) == (tmp_path / root).resolve()
