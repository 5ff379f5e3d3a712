"""The size of drawings, and what they use that resvg doesn't draw."""

from __future__ import annotations

import pytest

from quarterdeck.model.svg import (
    declarations,
    features_beyond_resvg,
    fonts_of_machine,
    imported_styles,
    is_moving,
    parse_svg,
    style_sheet,
    svg_size,
)

OWN = {"Arial": "Arimo", "Courier New": "Cousine"}


def svg(inside: str = "", *, root: str = "", css: str = "") -> bytes:
    """A drawing."""
    style = f"<style>{css}</style>" if css else ""
    return f'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" {root}>{style}{inside}</svg>'.encode()


PLAIN_STYLES = [
    ".k { fill: #0f0 } /* a { b: var(--c) } */ #n, rect > .z rect { stroke: rgb(1, 2, 3); stroke-width: 2px }",
    "[class] { fill: red } [id='n'] { fill: RED }",
    "rect { fill: red !important; -inkscape-stroke: none }",
    "a:hover { fill: var(--c) } rect::selection { fill: oklch(1 0 0) }",
    ":root { --main: oklch(70% 0.1 20) }",
    "svg { width: 100%; height: 50px }",
    "@charset 'utf-8'; @keyframes spin { from { transform: rotate(0) } } rect { fill: hsl(200, 70%, 50%) }",
    "@font-face { font-family: Inter; src: url(inter.woff2) }",
    "rect { filter: drop-shadow(4px 4px 2px #000); fill: url(#g); mask: url('#m') }",
]


@pytest.mark.parametrize("css", PLAIN_STYLES)
def test_plain_css_is_left_to_resvg(css: str) -> None:
    """Every drawing would take a second from a browser."""
    assert features_beyond_resvg(svg("<rect/>", css=css)) == ()


PLAIN_ELEMENTS = [
    '<rect fill="#2255774d" stroke="rgba(200,30,30,0.3)" transform="translate(5 5) rotate(10)"/>',
    '<rect fill="transparent" stroke="currentColor" opacity="30%"/>',
    '<rect fill="var(--qd-text, #10233B)" style="stroke:var(--qd-accent)"/>',
    '<path fill="context-stroke" stroke="rgb(200 30 30)" d="M0 0"/>',
    '<text fill="url(#a) none" style="font: 20px Arial; dominant-baseline: middle">var(--x) oklch(</text>',
    '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
    '<rect><animate attributeName="fill" fill="freeze"/></rect>',
]


@pytest.mark.parametrize("inside", PLAIN_ELEMENTS)
def test_plain_elements_are_left_to_resvg(inside: str) -> None:
    """Colours of the theme are put in before it draws."""
    assert features_beyond_resvg(svg(inside)) == ()


BEYOND = [
    ("<foreignObject/>", "", "foreignObject"),
    ("<switch><foreignObject/><text>x</text></switch>", "", "foreignObject"),
    ('<rect style="fill:var(--c)"/>', "", "var()"),
    ('<rect fill="var(--c, red)"/>', "", "var()"),
    ('<rect fill="light-dark(#fff, #000)"/>', "", "light-dark()"),
    ('<rect fill="oklch(70% 0.15 200)"/>', "", "oklch()"),
    ('<rect fill="color-mix(in srgb, red, blue)"/>', "", "color-mix()"),
    ('<rect fill="hwb(120 0% 0%)"/>', "", "hwb()"),
    ('<rect fill="rgb(200 30 30 / 40%)"/>', "", "'rgb(200 30 30 / 40%)'"),
    ('<rect fill="rgba(1,2,3,50%)"/>', "", "'rgba(1,2,3,50%)'"),
    ('<rect fill="hsl(120deg, 100%, 50%)"/>', "", "'hsl(120deg, 100%, 50%)'"),
    ('<rect fill="CanvasText"/>', "", "the colour 'CanvasText'"),
    ('<rect style="fill:unset"/>', "", "'unset'"),
    ('<rect width="2rem"/>', "", "the unit 'rem'"),
    ('<rect style="transform:translate(50px,20px)"/>', "", "'transform' in CSS"),
    ('<rect style="rotate:10deg"/>', "", "'rotate' in CSS"),
    ('<rect style="clip-path:circle(5px)"/>', "", "'clip-path' with a shape"),
    ('<text style="text-transform:uppercase">a</text>', "", "'text-transform'"),
    ('<path vector-effect="non-scaling-stroke"/>', "", "'vector-effect'"),
    ('<path pathLength="10" stroke-dasharray="1 1"/>', "", "'pathLength'"),
    ("<rect/>", "rect { width: 5px }", "'width' in CSS"),
    ("<rect/>", '[id^="n"] { fill: red }', "the selector '[id^=\"n\"]'"),
    ("<rect/>", "rect:not(.z) { fill: red }", "the selector 'rect:not(.z)'"),
    ("<rect/>", "rect:last-child { fill: red }", "the selector 'rect:last-child'"),
    ("<rect/>", ":is(rect, g) { fill: red }", "the selector ':is(rect'"),
    ("<rect/>", "g ~ rect { fill: red }", "the selector 'g ~ rect'"),
    ("<rect/>", "g { rect { fill: red } }", "nested CSS rules"),
    ("<rect/>", "@media screen { rect { fill: red } }", "@media"),
    ("<rect/>", "@supports (fill: red) { rect { fill: red } }", "@supports"),
    ("<rect/>", "@layer a { rect { fill: red } }", "@layer"),
    ("<text>a</text>", "@font-face { font-family: X; src: url(data:font/woff2;base64,AA) }", "@font-face"),
    ("<rect/>", "svg { background: #fff }", "'background'"),
]


@pytest.mark.parametrize(("inside", "css", "feature"), BEYOND)
def test_what_resvg_would_leave_out_is_named(inside: str, css: str, feature: str) -> None:
    """It would be black or missing, without a word."""
    assert feature in features_beyond_resvg(svg(inside, css=css))


def test_the_ground_of_a_drawing_needs_a_browser() -> None:
    """draw.io and PlantUML write it as a style of the root."""
    assert features_beyond_resvg(svg(root='style="background-color: rgb(255, 255, 255)"')) == ("'background-color'",)
    assert features_beyond_resvg(svg(root='style="width:420px;background:none"')) == ()


def test_each_feature_is_named_once() -> None:
    """In the order of the drawing."""
    twice = '<rect fill="oklch(1 0 0)"/><foreignObject/><rect fill="oklch(1 0 0)"/>'
    assert features_beyond_resvg(svg(twice)) == ("oklch()", "foreignObject")


@pytest.mark.parametrize(
    "data", [b"", b"<svg", b"<svg><g></svg>", b"\xff\xfe", b"<!DOCTYPE s [<!ENTITY a 'b'>]><svg>&a;</svg>"]
)
def test_broken_drawings_have_no_features(data: bytes) -> None:
    """Drawing them tells what is wrong."""
    assert features_beyond_resvg(data) == ()
    assert not is_moving(data)


def test_entities_are_not_expanded() -> None:
    """A drawing can't fill the memory, nor read a file."""
    bomb = b'<!DOCTYPE s [<!ENTITY a "xxxxxxxxxx"><!ENTITY b "&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>'
    root = parse_svg(bomb + b'<svg xmlns="http://www.w3.org/2000/svg"><text>&b;&f;</text></svg>')
    assert root is not None
    assert "root:" not in "".join(str(text) for text in root.itertext())


@pytest.mark.parametrize(
    ("inside", "css", "moves"),
    [
        ('<rect><animate attributeName="x" dur="1s"/></rect>', "", True),
        ('<rect><animateTransform attributeName="transform" type="rotate"/></rect>', "", True),
        ("<rect/>", "rect { animation: spin 2s infinite }", True),
        ('<rect style="animation: spin 2s"/>', "", True),
        ("<rect/>", "rect { animation: none }", False),
        ("<rect/>", "@keyframes spin { from { x: 0 } }", False),
    ],
)
def test_drawings_that_move_are_known(inside: str, css: str, moves: bool) -> None:
    """By SMIL or by CSS."""
    assert is_moving(svg(inside, css=css)) is moves


@pytest.mark.parametrize(
    ("inside", "imports"),
    [
        ("<style>@import url('https://fonts.googleapis.com/css?family=Inter');</style>", True),
        ("<style>@font-face { src: url(inter.woff2) }</style>", True),
        ("<style>@font-face { src: url(data:font/woff2;base64,AA) }</style>", False),
        ("<style>@font-face { src: local('Inter') }</style>", False),
        ("<text>import</text>", False),
    ],
)
def test_styles_from_elsewhere_are_known(inside: str, imports: bool) -> None:
    """A picture in a page loads nothing."""
    assert imported_styles(svg(inside)) is imports


@pytest.mark.parametrize(
    ("inside", "machine"),
    [
        ('<text font-family="Arial, sans-serif">a</text>', False),
        ('<text style="font: bold 20px Arial">a</text>', False),
        ("<text font-family=\"'Courier New'\">a</text>", False),
        ('<text font-family="monospace">a</text>', False),
        ("<text>a</text>", True),
        ('<text font-family="JetBrains Mono, monospace">a</text>', True),
        ('<text font-family="serif">a</text>', True),
        ("<style>text { font-family: Georgia }</style><text>a</text>", True),
        ("<rect/>", False),
    ],
)
def test_text_in_fonts_of_the_machine_is_known(inside: str, machine: bool) -> None:
    """The HTML shows such text in fonts of the machine; so must the PPTX."""
    assert fonts_of_machine(svg(inside).decode(), OWN) is machine


def test_declarations() -> None:
    """Semicolons within brackets and quotes part nothing; names are in lower case, but for variables."""
    text = "FILL: red ! important; --Ab: 1; src: url(data:a;b,c); font-family: 'a;b'; broken"
    assert declarations(text) == (
        ("fill", "red"),
        ("--Ab", "1"),
        ("src", "url(data:a;b,c)"),
        ("font-family", "'a;b'"),
    )


def test_a_style_sheet_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    """As browsers do."""
    assert style_sheet("rect { fill: red").rules[0].declarations == (("fill", "red"),)
    assert style_sheet("rect").rules == ()
    assert style_sheet("@import 'a.css'; } rect { fill: red }").features == ()


@pytest.mark.parametrize(
    ("tag", "size"),
    [
        ('<svg width="40" height="30px">', (40, 30)),
        ('<svg width="1in" height="72pt">', (96, 96)),
        ('<svg viewBox="0 0 200 100">', (200, 100)),
        ('<svg viewBox="-5 -5 20 10" width="40">', (40, 20)),
        ('<svg height="10" viewBox="0,0,20,40">', (5, 10)),
        ('<svg width="100%" viewBox="0 0 8 4">', (8, 4)),
        ("<svg>", (300, 150)),
        ('<svg viewBox="x" width="e">', (300, 150)),
    ],
)
def test_svg_size(tag: str, size: tuple[float, float]) -> None:
    """An SVG's size is that of its attributes, its view box, or the default."""
    assert svg_size(f"<?xml version='1.0'?>{tag}</svg>".encode()) == size


def test_what_is_not_an_svg_has_no_size() -> None:
    """Its data may be anything."""
    assert svg_size(b"<html></html>") is None
    assert svg_size(b"\xff\xd8") is None
