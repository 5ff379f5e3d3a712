"""Where the Markdown of a slide is."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.project.project import load_project
from quarterdeck.workshop.edits.sources import AmbiguousError, Sources, written

DECK = """\
---
title: The talk
---
layout: title
---

# The talk

---
demo: greet
layout: two-columns
---

# Two

::: left
same

same
:::

::: right
{% include "part.md" %}
:::
"""


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    """Those of a deck with an include and a demo."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "demos").mkdir()
    (tmp_path / "deck.md").write_text(DECK)
    (tmp_path / "part.md").write_text("Included\n")
    (tmp_path / "demos" / "greet.md").write_text("# Greet\n\n```console\n$ echo ahoy\nahoy\n```\n")
    return Sources(load_project(tmp_path))


def test_a_paragraph_and_its_place(sources: Sources) -> None:
    """In the slide, in an include, in the script of its demo; with line and column."""
    for text, place in (("Two", "deck.md:14:3"), ("Included", "part.md:1:1"), ("Greet", "demos/greet.md:1:3")):
        found = sources.found(1, text, 0, 1)
        assert found is not None
        assert str(found.span) == place
    assert sources.found(1, "nowhere", 0, 1) is None


def test_equal_paragraphs(sources: Sources) -> None:
    """They are told apart by their order, where all of them are found."""
    second = sources.found(1, "same", 1, 2)
    assert second is not None
    assert second.span.line == 19
    with pytest.raises(AmbiguousError):
        sources.found(1, "same", 0, 1)


def test_a_slide_that_is_shown_as_two(sources: Sources) -> None:
    """That of a demo is the same slide of the source."""
    assert list(sources.origins) == [0, 1, 1]


def test_files_are_written_as_they_were(tmp_path: Path) -> None:
    """Line ends and the byte-order mark stay."""
    file = tmp_path / "x.md"
    file.write_bytes(b"\xef\xbb\xbfa\r\nb\r\n")
    assert dict(written({file: "a\nc\n"})) == {file: b"\xef\xbb\xbfa\r\nc\r\n"}
