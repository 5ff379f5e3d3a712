"""Warnings about drawings that can't look the same in both outputs."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.diagnostics import QuarterdeckError, Severity
from quarterdeck.project import project
from quarterdeck.project.outputs.formats import pptx
from quarterdeck.project.project import load_project

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="90">'
MANY = '<foreignObject/><rect fill="oklch(1 0 0)"/><rect fill="lab(1 0 0)"/><rect fill="color(srgb 1 0 0)"/>'


def warnings(folder: Path, inside: str, slide: str = "![a](a.svg)\n\n![again](a.svg)") -> list[tuple[str, str]]:
    """Code and message of each warning about a drawing that is on a slide twice."""
    (folder / "a.svg").write_text(f"{HEAD}{inside}</svg>")
    (folder / "deck.md").write_text(f"# Talk\n\n---\n# Slide\n\n{slide}\n")
    found = load_project(folder / "deck.md").warnings
    assert all(fault.severity is Severity.WARNING and fault.span is not None for fault in found)
    return [(fault.code, fault.message) for fault in found]


@pytest.fixture
def no_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a browser."""
    monkeypatch.setattr(project, "browser_path", lambda: None)


@pytest.mark.usefixtures("no_browser")
def test_without_a_browser_the_features_are_named(tmp_path: Path) -> None:
    """Once for each drawing; the first few of many."""
    ((code, message),) = warnings(tmp_path, MANY)
    assert code == "svg-feature"
    assert message.endswith("it uses foreignObject, oklch(), lab() and 1 more")
    ((_, message),) = warnings(tmp_path, "<foreignObject/>")
    assert message.endswith("it uses foreignObject")


@pytest.mark.usefixtures("no_browser")
@pytest.mark.parametrize(
    "slide", ["- a\n  - ![a](a.svg)", "::: callout\n![a](a.svg)\n:::", "words\n\n---\nbackground: a.svg\n---\n# Next"]
)
def test_drawings_are_found_wherever_they_are(tmp_path: Path, slide: str) -> None:
    """In lists, in boxes, behind everything."""
    assert [code for code, _ in warnings(tmp_path, "<foreignObject/>", slide)] == ["svg-feature"]


def test_with_a_browser_they_look_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to warn of."""
    monkeypatch.setattr(project, "browser_path", lambda: "/usr/bin/chromium")
    assert warnings(tmp_path, MANY) == []


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<rect><animate attributeName="x"/></rect>', "svg-animation"),
        ("<style>@import 'https://example.org/a.css';</style>", "svg-import"),
    ],
)
def test_what_no_browser_helps_with_is_told(tmp_path: Path, inside: str, code: str) -> None:
    """With a browser on the machine, and without."""
    assert [found for found, _ in warnings(tmp_path, inside)] == [code]


@pytest.mark.usefixtures("no_browser")
def test_plain_drawings_are_silent(tmp_path: Path) -> None:
    """As most are."""
    assert warnings(tmp_path, '<rect fill="var(--qd-text, #123456)" width="9" height="9"/>') == []


def test_drawings_that_can_not_be_drawn(tmp_path: Path) -> None:
    """Each is an error at its own line, all of them in one round."""
    deep = "<svg>" * 3000 + "</svg>" * 3000
    for name, inside in (("a.svg", deep), ("b.svg", f"<g>{deep}</g>"), ("c.svg", "<path/>")):
        (tmp_path / name).write_text(f"{HEAD}{inside}</svg>")
    text = "# One\n\n![a](a.svg)\n\n---\n\n# Two\n\n![b](c.svg)\n\n---\n\n# Three\n\n- ![b](b.svg)\n"
    (tmp_path / "deck.md").write_text(text)
    with pytest.raises(QuarterdeckError) as raised:
        pptx(load_project(tmp_path / "deck.md"))
    found = [(fault.span and (fault.span.line, fault.span.column), fault.code) for fault in raised.value.diagnostics]
    assert found == [((3, 6), "bad-picture"), ((15, 8), "bad-picture")]
