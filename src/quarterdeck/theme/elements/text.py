"""Paragraphs, headings, lists and definition lists → one text box."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, SourceSpan
from quarterdeck.model.content import Align, Footnotes, Inline, InlineMath, Run, plain_text
from quarterdeck.model.placed import Bullet, Element, PlacedParagraph, PlacedShape, PlacedText
from quarterdeck.model.theme import Box, TextStyle
from quarterdeck.theme.elements.context import Context, MeasuredBlock, line_height
from quarterdeck.theme.measure.balance import break_evenly
from quarterdeck.theme.measure.formulas import formula_size
from quarterdeck.theme.measure.lines import MARGIN, Lines, MeasuredParagraph, break_stably
from quarterdeck.theme.measure.runs import broken_at, in_capitals, measured_paragraph, typefaces, widest

NESTED_FACTOR = 7 / 8
"""Size of nested list items, as a share of the style's."""
COLOR_CLASSES = ("accent", "muted", "note", "tip", "warning", "danger")


class TextSpec(Struct, frozen=True):
    """A paragraph before it is measured: text, style, indentation and bullet."""

    inlines: tuple[Inline, ...]
    style: str
    """The name of a text style."""
    tag: str = "p"
    factor: float = 1.0
    """Share of the style's size."""
    before: float | None = None
    """em above it; None takes the style's."""
    level: int = 0
    steps: tuple[float, ...] = ()
    """em of each indentation from the outermost, of the slot's full size; the last one holds the bullet."""
    bullet: str | None = None
    """The mark; "" for an item whose template gives it none."""
    number: int | None = None
    hanging: float | None = None
    """em from the mark to the text; None for the whole of the last indentation."""
    bullet_color: str | None = None
    """``#rrggbb``; None for the theme's accent."""
    bullet_scale: float = 1.0
    """The size of the mark, as a share of the text's."""
    align: Align | None = None
    color: str | None = None
    """The name of a colour token; None takes the style's."""
    bold: bool = False
    italic: bool = False
    fragment: int | None = None
    classes: tuple[str, ...] = ()
    span: SourceSpan | None = None


class TextPlan(Struct, frozen=True):
    """The purpose of a text box: its role, its placeholder and when it appears."""

    role: str = "text"
    anchor: str = "top"
    placeholder: str | None = None
    fragment: int | None = None


_PLAIN = TextPlan()


class _Set(Struct, frozen=True):
    """A measured paragraph without its line breaks."""

    spec: TextSpec
    paragraph: PlacedParagraph
    column: MeasuredParagraph


def measured_text(specs: Sequence[TextSpec], context: Context, plan: TextPlan = _PLAIN) -> MeasuredBlock:
    """Measure paragraphs as one text box, as wide as the context allows."""
    parts = [_set(spec, context, first=index == 0) for index, spec in enumerate(specs)]
    even = all(context.theme.styles[p.spec.style].balanced and p.paragraph.align is Align.LEFT for p in parts)
    broken = (break_evenly if even else break_stably)([part.column for part in parts], context.width)
    breaks = broken.breaks or ((),) * len(parts)
    paragraphs = tuple(
        replace(
            part.paragraph,
            lines=text,
            inlines=broken_at(part.paragraph.inlines, own, uppercase=part.paragraph.uppercase),
        )
        for part, text, own in zip(parts, broken.texts, breaks, strict=True)
    )
    marks = []
    height = 0.0
    for part, lines in zip(parts, broken.lines, strict=True):
        height += part.paragraph.space_before + _height(part.paragraph, lines)
        marks.append((height, part.spec.span))

    def draw(box: Box) -> tuple[Element, ...]:
        return (
            PlacedText(
                box=box,
                paragraphs=paragraphs,
                anchor=plan.anchor,
                inset_right=broken.inset,
                placeholder=plan.placeholder,
                role=plan.role,
                fragment=plan.fragment,
            ),
        )

    return MeasuredBlock(
        height=height,
        draw=draw,
        least=height,
        before=_before(specs[0], context),
        faults=tuple(fault for part in parts for fault in _faults(part, context)),
        marks=tuple(marks),
        lines=sum(len(lines.ends) for lines in broken.lines),
        torn=broken.torn,
        is_text=True,
    )


def _height(paragraph: PlacedParagraph, lines: Lines) -> float:
    return paragraph.line_height * max(1, len(lines.ends))


def _before(spec: TextSpec, context: Context) -> float:
    style = context.theme.styles[spec.style]
    share = style.space_before if spec.before is None else spec.before
    return float(round(context.size(style, spec.factor) * share * context.air))


def _set(spec: TextSpec, context: Context, *, first: bool) -> _Set:
    style = context.theme.styles[spec.style]
    factor = spec.factor * (NESTED_FACTOR if spec.level and not style.lists else 1.0)
    size, full = context.size(style, factor), context.em
    bold, italic = style.bold or spec.bold, style.italic != spec.italic
    drawn = in_capitals(spec.inlines) if style.uppercase else spec.inlines
    rtl = is_rtl(plain_text(drawn))
    steps = [float(round(step * full)) for step in spec.steps]
    color = _color(spec, style)
    hanging = steps[-1] if steps else 0.0
    if spec.hanging is not None:
        hanging = float(round(spec.hanging * full))
    paragraph = PlacedParagraph(
        inlines=spec.inlines,
        size=size,
        line_height=line_height(size, style.leading),
        color=context.colors[color],
        font=style.font,
        bold=bold,
        italic=italic,
        align=_align(spec, context, rtl=rtl),
        level=spec.level,
        indent=sum(steps),
        hanging=hanging if spec.bullet is not None else 0.0,
        bullet=None
        if spec.bullet is None
        else Bullet(spec.bullet, spec.bullet_color or context.colors["accent"], spec.number, spec.bullet_scale),
        space_before=0.0 if first else _before(spec, context),
        rtl=rtl,
        fragment=spec.fragment,
        tag=spec.tag,
        tracking=style.tracking * size,
        uppercase=style.uppercase,
    )
    faces = typefaces(context.theme, style.font, bold, italic, style.tracking)
    return _Set(spec, paragraph, measured_paragraph(drawn, faces, size, paragraph.indent))


def _color(spec: TextSpec, style: TextStyle) -> str:
    return next((name for name in spec.classes if name in COLOR_CLASSES), spec.color or style.color)


def _align(spec: TextSpec, context: Context, *, rtl: bool) -> Align:
    for name in ("center", "right", "left"):
        if name in spec.classes:
            return Align(name)
    align = spec.align or context.align
    return Align.RIGHT if rtl and align is Align.LEFT else align


def is_rtl(text: str) -> bool:
    """Whether the first letter with a direction reads from right to left (UAX #9, P2 and P3)."""
    if text.isascii():
        return False
    kinds = (unicodedata.bidirectional(c) for c in text)
    return next((kind != "L" for kind in kinds if kind in {"L", "R", "AL"}), False)


def _faults(part: _Set, context: Context) -> list[Diagnostic]:
    found = []
    room = context.width - part.paragraph.indent
    em = part.paragraph.size * (1 + MARGIN)
    fits = not part.column.tokens or widest(part.column.tokens) * em <= room
    over = 0 if fits else ceil(widest(part.column.loose) * em - room)
    if over > 0:
        word = max(part.column.loose, key=lambda token: token.width).text.strip()
        shown = word if len(word) <= 40 else f"{word[:39]}…"
        found.append(
            Diagnostic(
                f"'{shown}' is {over} px too wide: there are {room:.0f} px for it",
                part.spec.span,
                hint="break it up, or use a layout with wider columns",
                code="text-overflow",
            )
        )
    return [*found, *formula_faults(part.spec.inlines, part.spec.span)]


def formula_faults(inlines: Sequence[Inline], span: SourceSpan | None) -> Iterator[Diagnostic]:
    """A diagnostic for each formula of a text that can't be parsed."""
    for inline in inlines:
        if isinstance(inline, InlineMath) and (fault := formula_size(inline.tex, inline=True).fault) is not None:
            yield Diagnostic(f"can't read the formula ${inline.tex}$: {fault}", span, code="bad-formula")


RULE = (96.0, 1.0)
"""px of the rule's width and height."""
RULE_GAP = 10.0


def measured_footnotes(footnotes: Footnotes, context: Context) -> MeasuredBlock:
    """The footnotes of a slide, numbered from 1, under a rule."""
    specs = [
        TextSpec((Run(f"{number}", superscript=True), Run(" "), *inlines), "small", tag="footnote", span=footnotes.span)
        for number, inlines in enumerate(footnotes.notes, start=1)
    ]
    text = measured_text(specs, context, TextPlan(role="footnotes"))
    above = RULE[1] + RULE_GAP

    def draw(box: Box) -> tuple[Element, ...]:
        rule = PlacedShape(Box(box.x, box.y, *RULE), "rectangle", context.colors["rule"])
        return (rule, *text.draw(Box(box.x, box.y + above, box.width, box.height - above)))

    height = text.height + above
    return MeasuredBlock(height, draw, height, 0.0, text.faults, ((height, footnotes.span),))
