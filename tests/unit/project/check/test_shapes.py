"""Shapes of drawings that can't be told from their ground."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.project.check.rules import check


def found_in(folder: Path, inside: str, theme: str = "harbour", css: str = "") -> list[str]:
    """The messages about a slide with a drawing of 1000 × 400 px."""
    style = f"<style>{css}</style>" if css else ""
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" width="1000" height="400">{style}\n{inside}</svg>'
    (folder / "a.svg").write_text(svg)
    (folder / "deck.md").write_text(f"---\ntheme: {theme}\n---\n# Talk\n\n---\n# Slide\n\n![alt](a.svg)\n")
    found = check(folder / "deck.md")
    assert all((fault.code, fault.span is not None) == ("low-contrast", True) for fault in found)
    return [fault.message for fault in found]


SHAPES = (
    '<rect x="99" y="99" width="200" height="100" {}/>',
    '<circle cx="200" cy="200" r="90" {}/>',
    '<ellipse cx="200" cy="200" rx="90" ry="40" {}/>',
    '<g transform="translate(90 90) scale(2)"><polygon points="0,0 50,0 50,50" {}/></g>',
    '<path d="M100 100 h80 v80 l-80 -20 z" {}/>',
    '<path d="M100 100C100 200 300 200 300 100z" {}/>',
    '<path d="M100 100Q200 300 300 100T500 100z" {}/>',
)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_that_one_theme_hides_is_told_in_that_theme(tmp_path: Path, shape: str) -> None:
    """Nearly the colour of a dark slide, and easily seen on a light one; an outline or a colour of the theme helps."""
    fixed = shape.format('fill="#0B2240"')
    assert found_in(tmp_path, fixed) == []
    (message,) = found_in(tmp_path, fixed, "night")
    assert "hardly be seen: #0B2240 on #" in message
    assert message.endswith("(the drawing's line 2)")
    assert found_in(tmp_path, shape.format('fill="#0B2240" stroke="#8899AA"'), "night") == []
    assert found_in(tmp_path, shape.format('fill="var(--qd-deep, #0B2240)" stroke="var(--qd-muted)"'), "night") == []
    assert found_in(tmp_path, f'<g fill="var(--qd-accent)">{shape.format("")}</g>', "night") == []


def test_lines_are_told_together(tmp_path: Path) -> None:
    """Those of one colour make one message; lines are seen by their stroke alone."""
    first = '<line x1="99" y1="99" x2="300" y2="120" stroke="{0}"/>'
    lines = f'{first}\n<polyline points="9,300 99,320 200,300" fill="none" stroke="{{0}}" stroke-width="5"/>'
    (message,) = found_in(tmp_path, lines.format("#0B2240"), "night")
    assert message.startswith("2 shapes in '")
    assert message.endswith("(the drawing's line 2, 3)")
    assert found_in(tmp_path, lines.format("#8899AA"), "night") == []


@pytest.mark.parametrize(
    "inside",
    [
        '<rect width="1000" height="400" fill="#FCFAF6"/>',
        '<rect x="99" y="99" width="99" height="99" fill="none"/>',
        '<rect x="99" y="99" width="99" height="99" fill="#000" opacity="0.03"/>',
        '<rect x="99" y="99" width="0" height="99" fill="#FCFAF6"/>',
        '<defs><rect x="99" y="99" width="99" height="99" fill="#FCFAF6"/></defs>',
        '<rect x="99" y="99" width="99" height="99" fill="#FCFAF6" visibility="hidden"/>',
        '<rect x="99" y="99" width="99" height="99" fill="url(#none)"/>',
        '<g filter="url(#f)"><rect x="99" y="99" width="99" height="99" fill="#FCFAF6"/></g>',
        '<path d="M0 200H900" stroke="#000"/><rect x="99" y="150" width="99" height="99" fill="#FCFAF6"/>',
        '<path d="M10 10A5 5 0 01 20 20" fill="#FCFAF6"/>',
        '<path d="M100 100l60 60m0-60l-60 60" fill="none" stroke="#000" stroke-width="9"/>',
    ],
)
def test_what_is_faint_on_purpose_is_not_told(tmp_path: Path, inside: str) -> None:
    """A ground, what isn't drawn, what hides a part of a line, and what isn't certain; the slide is #FCFAF6."""
    assert found_in(tmp_path, inside) == []


def test_uncertain_styles_say_nothing(tmp_path: Path) -> None:
    """A rule that can't be followed may give the shape another colour."""
    shape = '<rect x="99" y="99" width="99" height="99" fill="#FCFAF6"/>'
    assert len(found_in(tmp_path, shape)) == 1
    assert found_in(tmp_path, shape, css="rect:not(.z) { fill: red }") == []
