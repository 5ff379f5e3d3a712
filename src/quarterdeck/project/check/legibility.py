"""Checks that a deck can be read from the last row: contrast, and type size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic, Severity, SourceSpan
from quarterdeck.model.content import Block, Chart, Code, Diagram, Image, Run, Table
from quarterdeck.model.placed import (
    Element,
    PlacedChart,
    PlacedCode,
    PlacedImage,
    PlacedMath,
    PlacedParagraph,
    PlacedShape,
    PlacedSlide,
    PlacedTable,
    PlacedTerminal,
    PlacedText,
)
from quarterdeck.model.theme import Box, Decoration, LayoutPicture, Theme
from quarterdeck.theme.colors import AA_LARGE, AA_TEXT, SVG, mixed, ratio
from quarterdeck.theme.elements.context import POINT
from quarterdeck.theme.measure.runs import run_look

if TYPE_CHECKING:
    from quarterdeck.project.check.shapes import Lost

LEAST_READABLE = 13 * POINT
"""px; content in smaller type is reported.  Captions, footnotes and the foot of a slide may be smaller."""
LEAST_IN_DRAWING = 11 * POINT
"""px; text in drawings names things that the slide says in larger type, as captions do."""
LARGE, LARGE_BOLD = 18 * POINT, 14 * POINT
"""px from which less contrast will do (WCAG 2.2, "large scale")."""
LINES_NAMED = 4
"""Lines of a drawing's file that one message names."""
SIDELINES = ("caption", "footnotes", "footer", "date", "number", "byline", "eyebrow")
"""Roles and tags of text that may be small."""


def illegible(placed: PlacedSlide, theme: Theme, blocks: Sequence[Block]) -> Iterator[Diagnostic]:
    """The warnings about one slide; ``blocks`` are the blocks of its source."""
    yield from _low_contrast(placed, theme, blocks)
    yield from _small_type(placed, blocks)
    yield from _drawings(placed, theme, blocks)


def _small_type(placed: PlacedSlide, blocks: Sequence[Block]) -> Iterator[Diagnostic]:
    smallest: dict[str, float] = {}
    for element in placed.elements:
        for what, size in _sizes(element):
            smallest[what] = min(size, smallest.get(what, size))
    for what, size in smallest.items():
        if size < LEAST_READABLE - 0.1:
            yield Diagnostic(
                f"the {what} on this slide is in {size / POINT:.0f} pt: too small to read from the back of the room",
                _written(what, blocks) or placed.slide.span,
                "ask for fewer columns or rows with 'terminal:'"
                if what == "terminal"
                else "shorten it, or split the slide",
                "small-type",
                Severity.WARNING,
            )


def _sizes(element: Element) -> Iterator[tuple[str, float]]:
    match element:
        case PlacedText(role=role, paragraphs=paragraphs) if role not in SIDELINES and role != "title":
            yield from (("text", p.size) for p in paragraphs if p.tag not in SIDELINES and p.inlines)
        case PlacedCode(size=size):
            yield "code", size
        case PlacedTable(rows=rows):
            yield from (("table", cell.paragraph.size) for row in rows for cell in row)
        case PlacedChart(size=size):
            yield "chart", size
        case PlacedTerminal(type=type_):
            yield "terminal", type_.size


def _written(what: str, blocks: Sequence[Block]) -> SourceSpan | None:
    kinds = {"code": Code, "table": Table, "chart": Chart}
    return next((b.span for b in blocks if what in kinds and isinstance(b, kinds[what])), None)


def _drawings(placed: PlacedSlide, theme: Theme, blocks: Sequence[Block]) -> Iterator[Diagnostic]:
    """The type size and contrast of text in the author's drawings and diagrams, on this slide and in this theme."""
    spans = {b.asset.path: b.span for b in blocks if isinstance(b, Image) and b.asset.media_type == SVG}
    diagrams = iter([b for b in blocks if isinstance(b, Diagram)])
    for number, element in enumerate(placed.elements):
        if not isinstance(element, PlacedImage) or element.asset.media_type != SVG or element == placed.backdrop:
            continue
        behind = _ground(placed, theme, element.box, placed.elements[:number])
        path = element.asset.path
        if path in spans:
            yield from _of_drawing(element, f"'{path}'", theme, behind, spans[path] or placed.slide.span)
        elif (diagram := next(diagrams, None)) is not None:
            yield from _of_drawing(element, "this diagram", theme, behind, diagram.span or placed.slide.span)


def _of_drawing(
    image: PlacedImage, name: str, theme: Theme, behind: str | None, span: SourceSpan | None
) -> Iterator[Diagnostic]:
    # decks without drawings need no picture library
    from quarterdeck.project.check.drawings import ground_at, labels, picture_without_text
    from quarterdeck.project.check.shapes import lost, shapes

    found = labels(image.asset.data, dark=theme.dark)
    left, _, right, _ = image.crop or (0.0, 0.0, 0.0, 0.0)
    scale = image.box.width / (image.asset.width * (1 - left - right)) if image.asset.width else 1.0
    small = min((label for label in found if label.size), key=lambda label: label.size, default=None)
    if small is not None and small.size * scale < LEAST_IN_DRAWING - 0.1:
        yield Diagnostic(
            f"the text '{small.text}' in {name} is shown in {small.size * scale / POINT:.0f} pt: "
            "too small to read from the back of the room",
            span,
            "set it larger, or show a part of the whole",
            "small-type",
            Severity.WARNING,
        )
    drawn = shapes(image.asset.data, dark=theme.dark)
    needed = drawn or any(label.color and label.places for label in found)
    picture = picture_without_text(image.asset, theme) if needed else None
    if picture is not None:
        size = (image.asset.width, image.asset.height)
        yield from (_lost(each, name, span) for each in lost(drawn, picture, size, behind))
    seen: set[tuple[str, str]] = set()
    for label in found if picture is not None else ():
        if label.color is None or not label.places:
            continue
        shares = ((x / image.asset.width, y / image.asset.height) for x, y in label.places)
        below = [ground_at(picture, share, behind) for share in shares] if picture is not None else []
        pairs = [(mixed(label.color, ground, label.opacity), ground) for ground in below if ground is not None]
        if not pairs or len(pairs) < len(below):
            continue
        color, ground = best = max(pairs, key=lambda pair: ratio(*pair))
        large = label.size * scale >= (LARGE_BOLD if label.bold else LARGE) - 0.1
        least = AA_LARGE if large else AA_TEXT
        if best in seen or ratio(color, ground) >= least - 0.01:
            continue
        seen.add(best)
        yield Diagnostic(
            f"the text '{label.text}' in {name}, {color} on {ground}, has a contrast of "
            f"{ratio(color, ground):.1f}; {least:g} is needed (WCAG 2.2 AA)",
            span,
            'change its colour, or take one of the theme: fill="var(--qd-text, #10233B)" in a drawing',
            "low-contrast",
            Severity.WARNING,
        )


def _lost(found: Lost, name: str, span: SourceSpan | None) -> Diagnostic:
    many = len(found.lines)
    where = ", ".join(map(str, sorted(set(found.lines))[:LINES_NAMED]))
    return Diagnostic(
        f"{f'{many} shapes' if many > 1 else 'a shape'} in {name} can hardly be seen: {found.color} on {found.ground} "
        f"has a contrast of {ratio(found.color, found.ground):.2f} (the drawing's line {where})",
        span,
        'give it an outline, or colours of the theme: fill="var(--qd-accent, #B83A24)"',
        "low-contrast",
        Severity.WARNING,
    )


class Contrast(Struct, frozen=True):
    """Something drawn on a ground, and the contrast that it needs."""

    what: str
    """As it is called in messages."""
    color: str
    """``#rrggbb``."""
    ground: str | None
    """None where it isn't certain."""
    least: float


def _low_contrast(placed: PlacedSlide, theme: Theme, blocks: Sequence[Block]) -> Iterator[Diagnostic]:
    """WCAG 1.4.3 and 1.4.11: each pair of colours with too little contrast, once per slide."""
    seen: set[tuple[str, str]] = set()
    for pair in _pairs(placed, theme):
        color, ground = pair.color, pair.ground
        if ground is None or (color, ground) in seen or ratio(color, ground) >= pair.least - 0.01:
            continue
        seen.add((color, ground))
        yield Diagnostic(
            f"{pair.what} in {color} on {ground} has a contrast of {ratio(color, ground):.1f}; {pair.least:g} is "
            "needed (WCAG 2.2 AA)",
            _written(pair.what, blocks) or placed.slide.span,
            _remedy(color, ground, theme),
            "low-contrast",
            Severity.WARNING,
        )


def _remedy(color: str, ground: str, theme: Theme) -> str:
    """What to change, with the names that the two colours have in the theme."""
    names = (next((name for name, value in theme.colors.items() if value == each), None) for each in (color, ground))
    named = " or ".join(f"'{name}'" for name in names if name is not None)
    return f"choose another background, or change {named or 'the colours'} in the theme"


def _pairs(placed: PlacedSlide, theme: Theme) -> Iterator[Contrast]:
    """All that is drawn on a slide, and its foot; drawings are looked at by themselves."""
    for number, element in enumerate((*placed.elements, *placed.foot)):
        before = placed.elements[:number]
        match element:
            case PlacedText(box=box, paragraphs=paragraphs):
                ground = _ground(placed, theme, box, before)
                for paragraph in paragraphs:
                    yield from _of_paragraph("text", paragraph, ground, placed)
                    if paragraph.bullet is not None and paragraph.bullet.text:
                        yield Contrast("a bullet", paragraph.bullet.color, ground, AA_LARGE)
            case PlacedMath(box=box, color=color):
                yield Contrast("a formula", color, _ground(placed, theme, box, before), AA_LARGE)
            case PlacedTable(rows=rows):
                ground = _ground(placed, theme, element.box, before)
                for row_number, row in enumerate(rows):
                    below = (element.stripe or ground) if row_number and row_number % 2 == 0 else ground
                    for cell in row:
                        yield from _of_paragraph("table", cell.paragraph, below, placed)
            case PlacedCode():
                yield from _of_code(element)
            case PlacedChart():
                yield from _of_chart(element, _ground(placed, theme, element.box, before))
            case PlacedTerminal():
                yield from _of_terminal(element, theme)


def _of_code(code: PlacedCode) -> Iterator[Contrast]:
    """Code on its panel and, where it steps through its lines, on the band behind them; its title and line numbers."""
    banded = {n for lines in code.highlights for first, last in lines.ranges for n in range(first, last + 1)}
    for number, line in enumerate(code.lines, start=1):
        for token in line:
            if token.text.strip():
                yield Contrast("code", token.color, code.background, AA_TEXT)
                if number in banded:
                    yield Contrast("code", token.color, code.highlight_color, AA_TEXT)
    if code.title:
        yield Contrast("code", code.color, code.bar, AA_TEXT)
    if code.number_width:
        yield Contrast("code", code.number_color or code.color, code.background, AA_LARGE)


def _of_chart(chart: PlacedChart, ground: str | None) -> Iterator[Contrast]:
    """Its labels, and the shapes that stand for values."""
    yield Contrast("chart", chart.text_color, ground, AA_TEXT)
    for color in chart.colors:
        yield Contrast("chart", color, ground, AA_LARGE)


def _of_terminal(terminal: PlacedTerminal, theme: Theme) -> Iterator[Contrast]:
    """Commands, output and the bar; the colours of programs, and what is dim on purpose, need less."""
    yield Contrast("terminal", terminal.color, terminal.background, AA_TEXT)
    yield Contrast("terminal", terminal.output_color, terminal.background, AA_TEXT)
    yield Contrast("terminal", terminal.color, theme.colors["terminal-bar"], AA_TEXT)
    for screen in terminal.screens:
        for run in (run for line in screen.lines for run in line if run.text.strip()):
            yield Contrast("terminal", run.color, run.background or terminal.background, AA_LARGE)


def _of_paragraph(what: str, paragraph: PlacedParagraph, ground: str | None, placed: PlacedSlide) -> Iterator[Contrast]:
    for inline in paragraph.inlines:
        if not isinstance(inline, Run) or not inline.text.strip():
            continue
        tinted = not paragraph.in_table
        look = run_look(inline, paragraph.font, paragraph.bold, paragraph.italic, placed.colors, tinted=tinted)
        large = paragraph.size * look.factor >= (LARGE_BOLD if look.bold else LARGE) - 0.1
        least = AA_LARGE if large else AA_TEXT
        yield Contrast(what, look.color or paragraph.color, look.ground or ground, least)


def _ground(placed: PlacedSlide, theme: Theme, box: Box, before: Sequence[Element]) -> str | None:
    """The colour behind a box: the slide's background and each shape around the box; None for a picture."""
    ground: str | None = placed.background
    layout = theme.layouts[placed.slide.layout]
    for item in (*layout.decorations, *layout.artwork):
        match item:
            case Decoration(box=around, shape=shape) if _covers(shape, around, box):
                ground = mixed(placed.colors.get(item.color, item.color), ground or item.color, item.opacity)
            case LayoutPicture(box=around) if _within(box, around):
                ground = None
    for element in before:
        if isinstance(element, PlacedShape) and _covers(element.shape, element.box, box):
            ground = mixed(element.fill, ground or element.fill, element.opacity)
    return ground


def _covers(shape: str, around: Box, box: Box) -> bool:
    """Whether a box is inside a shape; inside an ellipse if all its corners are."""
    if shape != "ellipse":
        return _within(box, around)
    corners = [(x, y) for x in (box.x, box.right) for y in (box.y, box.bottom)]
    middle_x, middle_y = around.x + around.width / 2, around.y + around.height / 2
    return all(
        ((x - middle_x) / (around.width / 2)) ** 2 + ((y - middle_y) / (around.height / 2)) ** 2 <= 1
        for x, y in corners
    )


def _within(inner: Box, outer: Box) -> bool:
    return (
        outer.x <= inner.x + 0.5
        and outer.y <= inner.y + 0.5
        and inner.right <= outer.right + 0.5
        and inner.bottom <= outer.bottom + 0.5
    )
