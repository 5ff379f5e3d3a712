"""Text in drawings: its size, its colour, and what is below it."""

from __future__ import annotations

from pathlib import Path

import pytest

from quarterdeck.model.content import Asset
from quarterdeck.project.check.drawings import ground_at, labels, picture_without_text
from quarterdeck.project.check.rules import check
from quarterdeck.theme.file import load_theme

HARBOUR = load_theme("harbour", Path())


def svg(inside: str, *, root: str = 'width="200" height="100"', css: str = "") -> bytes:
    """A drawing."""
    style = f"<style>{css}</style>" if css else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" {root}>{style}{inside}</svg>'.encode()


@pytest.mark.parametrize(
    ("inside", "css", "color"),
    [
        ("<text>a</text>", "", "#000000"),
        ('<g fill="#c33"><text>a</text></g>', "", "#CC3333"),
        ('<g fill="red"><text style="fill: rgb(0, 0, 255)">a</text></g>', "", "#0000FF"),
        ('<text class="k" fill="red">a</text>', ".k { fill: lime !important }", "#00FF00"),
        (
            '<g class="k"><g><text id="n" class="k">a</text></g></g>',
            "#n{fill:#111} .k .k{fill:#222} text{fill:#333}",
            "#111111",
        ),
        ('<g class="k"><text>a</text></g>', ".k > text { fill: #123456 } g text { fill: red }", "#123456"),
        ('<g color="#272"><text fill="currentColor">a</text></g>', "", "#227722"),
        ('<text style="fill: var(--c)">a</text>', ":root { --c: #d33 }", "#DD3333"),
        ('<text style="fill: var(--none, #d33)">a</text>', "", "#DD3333"),
        ('<text style="fill: light-dark(#111, #eee)">a</text>', "", "#111111"),
        ('<text fill="hsl(120, 100%, 25%)">a</text>', "", "#008000"),
        ('<text fill="url(#gradient)">a</text>', "", None),
        ('<text fill="oklch(1 0 0)">a</text>', "", None),
        ('<text stroke="#fff">a</text>', "", None),
        ("<text>a</text>", "text:not(.z) { fill: red }", None),
        ("<text>a</text>", "@media screen { text { fill: red } }", None),
        ("<text>a</text>", "rect:not(.z) { width: 9px }", "#000000"),
    ],
)
def test_the_colour_that_wins_is_found_or_left_open(inside: str, css: str, color: str | None) -> None:
    """By inheritance, order and specificity; what isn't certain is never reported."""
    (label,) = labels(svg(inside, css=css))
    assert label.color == color


def test_dark_pages_change_drawings_that_follow_them() -> None:
    """`light-dark()` is light in a drawing that doesn't say so."""
    inside = '<text style="fill: light-dark(#111, rgb(238, 238, 238))">a</text>'
    follows = svg(inside, root='width="9" height="9" style="color-scheme: light dark"')
    assert [labels(follows, dark=dark)[0].color for dark in (False, True)] == ["#111111", "#EEEEEE"]
    assert labels(svg(inside), dark=True)[0].color == "#111111"


@pytest.mark.parametrize(
    ("inside", "root", "size"),
    [
        ('<text font-size="20">a</text>', 'width="200" height="100"', 20),
        ("<text>a</text>", 'width="200" height="100"', 16),
        ('<text font-size="20">a</text>', 'width="200" height="100" viewBox="0 0 400 200"', 10),
        ('<text font-size="20">a</text>', 'width="200" height="100" viewBox="0 0 400 100"', 10),
        ('<g transform="scale(2) rotate(30)"><text font-size="20">a</text></g>', 'width="200" height="100"', 40),
        ('<g font-size="20"><text style="font-size: 50%">a</text></g>', 'width="200" height="100"', 10),
        ('<g font-size="12pt"><text font-size="2em">a</text></g>', 'width="200" height="100"', 32),
        ('<text style="font: bold 30px Arial">a</text>', 'width="200" height="100"', 30),
        ('<text transform="matrix(3 0 0 3 5 5)" font-size="9">a</text>', 'width="200" height="100"', 27),
    ],
)
def test_sizes_are_those_on_the_drawing(inside: str, root: str, size: float) -> None:
    """After its box, its transforms, and the units of its type."""
    (label,) = labels(svg(inside, root=root))
    assert label.size == pytest.approx(size)


@pytest.mark.parametrize(
    ("inside", "root", "place"),
    [
        ('<text x="50" y="40" font-size="10" text-anchor="middle">abcd</text>', "", (50, 37)),
        ('<text x="50" y="40" font-size="10">abcd</text>', "", (60, 37)),
        ('<text x="50" y="40" font-size="10" text-anchor="end">abcd</text>', "", (40, 37)),
        ('<text x="50" y="40" font-size="10" text-anchor="middle" dominant-baseline="central">ab</text>', "", (50, 40)),
        (
            '<g transform="translate(10 20)"><text x="50" y="40" font-size="10" text-anchor="middle">ab</text></g>',
            "",
            (60, 57),
        ),
        ('<text text-anchor="middle" font-size="10"><tspan x="30" y="50">ab</tspan></text>', "", (30, 47)),
        ('<text x="30" y="3" text-anchor="middle" font-size="10">ab</text>', 'viewBox="-10 0 100 50"', (80, 0)),
    ],
)
def test_places_are_those_on_the_drawing(inside: str, root: str, place: tuple[float, float]) -> None:
    """The second of three points is in the middle of the text."""
    (label,) = labels(svg(inside, root=f'width="200" height="100" {root}'))
    assert label.places[1] == pytest.approx(place)


def test_labels_of_draw_io_are_in_their_boxes() -> None:
    """They are HTML; the text that says "Text is not SVG" isn't shown by a browser."""
    html = (
        '<switch><foreignObject width="100%" height="100%"><div xmlns="http://www.w3.org/1999/xhtml" style="display:'
        ' flex; width: 118px; height: 1px; padding-top: 30px; margin-left: 201px;"><div style="font-size: 0px"><div'
        ' style="font-size: 12px; color: rgb(255, 0, 0); font-weight: 700">web <b>server</b></div></div></div>'
        "</foreignObject><text>web server</text></switch><switch><g/><text>Text is not SVG</text></switch>"
    )
    found = labels(svg(html))
    assert [(label.text, label.size, label.bold, label.color) for label in found] == [
        ("web", 12.0, True, "#FF0000"),
        ("server", 12.0, True, "#FF0000"),
    ]
    assert found[0].places == ((260.0, 30.0),)


@pytest.mark.parametrize(
    "inside",
    [
        "<defs><text>a</text></defs>",
        '<text display="none">a</text>',
        "<symbol><text>a</text></symbol>",
        "<title>a</title>",
        "<text> </text>",
        "<rect/>",
    ],
)
def test_what_is_not_shown_is_not_read(inside: str) -> None:
    """It can't be too small."""
    assert labels(svg(inside)) == ()
    assert labels(b"<svg") == ()


def test_the_ground_is_the_drawing_without_its_text() -> None:
    """Over what is behind the drawing; nothing is known outside of it, or above a picture."""
    inside = '<rect width="100" height="100" fill="#204060"/><text x="0" y="99" font-size="300">MMM</text>'
    picture = picture_without_text(Asset("a.svg", "image/svg+xml", svg(inside), 200.0, 100.0), HARBOUR)
    assert picture is not None
    assert ground_at(picture, (0.25, 0.5), "#FFFFFF") == "#204060"
    assert ground_at(picture, (0.75, 0.5), "#FFFFFF") == "#FFFFFF"
    assert ground_at(picture, (0.75, 0.5), None) is None
    assert ground_at(picture, (1.5, 0.5), "#FFFFFF") is None
    assert picture_without_text(Asset("a.svg", "image/svg+xml", b"<svg", 9.0, 9.0), HARBOUR) is None


def found_in(folder: Path, inside: str, theme: str = "harbour", width: str = "") -> list[tuple[str, str]]:
    """Code and message of the faults of a deck with a drawing of 1000 × 400 px."""
    (folder / "a.svg").write_bytes(svg(inside, root='width="1000" height="400"'))
    (folder / "deck.md").write_text(f"---\ntheme: {theme}\n---\n# Talk\n\n---\n# Slide\n\n![alt](a.svg){width}\n")
    return [(fault.code, fault.message) for fault in check(folder / "deck.md")]


def test_text_that_one_theme_hides_is_told_in_that_theme(tmp_path: Path) -> None:
    """Black text on nothing is read on a light slide, and not on a dark one; text in the theme's colour on both."""
    text = '<text x="500" y="200" font-size="30" font-family="Arial"{}>Words</text>'
    assert found_in(tmp_path, text.format("")) == []
    ((code, message),) = found_in(tmp_path, text.format(""), "night")
    assert code == "low-contrast"
    assert message.startswith("the text 'Words' in '")
    assert found_in(tmp_path, text.format(' style="fill:var(--qd-text)"'), "night") == []
    on_white = f'<rect width="1000" height="400" fill="#fff"/>{text.format("")}'
    assert found_in(tmp_path, on_white, "night") == []


def test_pale_text_on_a_gradient_is_told_once(tmp_path: Path) -> None:
    """Two texts of the same colours make one warning."""
    gradient = '<linearGradient id="g"><stop stop-color="#eee"/><stop offset="1" stop-color="#eee"/></linearGradient>'
    texts = "".join(f'<text x="99" y="{y}" font-size="30" font-family="Arial" fill="#ccc">W</text>' for y in (99, 199))
    ground = f'{gradient}<rect width="1000" height="400" fill="url(#g)"/>'
    assert [code for code, _ in found_in(tmp_path, ground + texts)] == ["low-contrast"]


def test_text_too_small_to_read_is_told_at_the_size_it_is_shown(tmp_path: Path) -> None:
    """The same drawing may do when it is larger."""
    text = '<text x="500" y="200" font-size="18" font-family="Arial">Words</text>'
    assert found_in(tmp_path, text) == []
    ((code, message),) = found_in(tmp_path, text, width="{width=30%}")
    assert (code, "in 5 pt" in message or "in 4 pt" in message) == ("small-type", True)
