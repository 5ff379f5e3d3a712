"""Text boxes and filled placeholders: paragraphs and runs (ECMA-376 part 1, 21.1.2).

Properties that a paragraph shares with its placeholder's level are left out, so that the layout and the master
keep control; all others are written here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count
from typing import TypeAlias, assert_never

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.compile.pptx.animation import Build
from quarterdeck.compile.pptx.canvas import Canvas, click
from quarterdeck.compile.pptx.elements.formulas import linear_runs
from quarterdeck.compile.pptx.elements.omml import office_math
from quarterdeck.compile.pptx.layouts import ANCHORS, AUTOFIT, FOOTERS, GROWS, NO_AUTOFIT
from quarterdeck.compile.pptx.package.ooxml import (
    MATH_FONT,
    MATH_PREFIX,
    SLIDE_NUMBER_FIELD,
    attribute,
    centipoints,
    emu,
    extent,
    text,
)
from quarterdeck.compile.pptx.shape import RECTANGLE, either, properties
from quarterdeck.compile.pptx.text_style import (
    ALIGNMENTS,
    AUTOMATIC_NUMBERS,
    NO_BULLET,
    ListLevel,
    TextDefaults,
    bullet_mark,
    bullet_number,
    indentation,
    line_spacing,
    typeface,
)
from quarterdeck.model.content import Inline, InlineMath, LineBreak, Run
from quarterdeck.model.placed import Bullet, PlacedParagraph, PlacedText
from quarterdeck.model.theme import Box, Slot, TemplatePlaceholder
from quarterdeck.theme.measure.runs import RunLook, run_look

BASELINES = {True: 30000, False: -15000}
"""How far superscripts and subscripts are shifted, in 1/1000 % of the size; Office then sets them at 2/3 of it."""

BLANK = "\u00a0"
"""The text of an item without any: PowerPoint and LibreOffice show no bullet before an empty paragraph."""

Formulas: TypeAlias = Callable[[str, Callable[[bool, int], str]], str]
"""Writes a formula in a line, given its TeX and the run properties for upright or italic type, raised (1) or
lowered (-1)."""


def native_formula(tex: str, look: Callable[[bool, int], str]) -> str:
    """A formula that PowerPoint can edit."""
    return f"<{MATH_PREFIX}:m>{office_math(tex, look(True, 0))}</{MATH_PREFIX}:m>"


def linear_formula(tex: str, look: Callable[[bool, int], str]) -> str:
    """A formula as ordinary text, for programs that know no formulas."""
    return "".join(f"<a:r>{look(r.italic, r.rise)}<a:t>{text(r.text)}</a:t></a:r>" for r in linear_runs(tex))


def has_formula(inlines: Sequence[Inline]) -> bool:
    """Whether there is a formula in a paragraph."""
    return any(isinstance(inline, InlineMath) for inline in inlines)


class Numbering(Struct):
    """Follows the numbered items of one text box."""

    _lists: dict[int, tuple[int, str]] = field(default_factory=dict)
    """By level: where the list began, and the mark that comes next."""

    def start(self, paragraph: PlacedParagraph) -> int | None:
        """The number that the paragraph's list begins at; None for a paragraph without a number."""
        level = paragraph.level
        for deeper in [known for known in self._lists if known > level]:
            del self._lists[deeper]
        bullet = paragraph.bullet
        if bullet is None or bullet.number is None:
            self._lists.pop(level, None)
            return None
        began, expected = self._lists.get(level, (bullet.number, bullet.text))
        if bullet.text != expected:
            began = bullet.number
        self._lists[level] = (began, f"{bullet.number + 1}{bullet.delimiter}")
        return began


_USUAL = 'rot="0" vert="horz" wrap="square" numCol="1" anchorCtr="0" '
"""Properties that few templates' placeholders set differently."""


class Frame(Struct, frozen=True):
    """Where a text is, as far as it doesn't inherit that from its placeholder."""

    geometry: str
    """The content of its ``p:spPr``."""
    body: str
    """Its ``a:bodyPr``."""


def add_text(canvas: Canvas, element: PlacedText) -> None:
    """Write a text box, or fill the placeholder that it names."""
    number = canvas.new_id()
    placeholder = canvas.fill_placeholder(element.placeholder)
    slot = ""
    if placeholder is None:
        frame = _box(element)
        name, kind, place = element.role.replace("-", " ").capitalize(), '<p:cNvSpPr txBox="1"/>', ""
    else:
        slot = placeholder.slot
        inherited = canvas.layout.inherited.get(slot)
        own = canvas.layout.tokens.slots[slot]
        fit = NO_AUTOFIT if slot in FOOTERS else AUTOFIT
        frame = _within_layout(element, own, fit) if inherited is None else _within_template(element, inherited, fit)
        name, kind, place = placeholder.name, '<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>', placeholder.reference
    body = f"{frame.body}<a:lstStyle/>"
    geometry = frame.geometry

    def shape(formulas: Formulas) -> str:
        if placeholder is not None and placeholder.kind == "sldNum":
            content = _slide_number(element, canvas, slot)
        else:
            content = paragraphs(element.paragraphs, canvas, slot, formulas)
        return (
            f"<p:sp><p:nvSpPr>{properties(number, f'{name} {number}')}{kind}"
            f"{f'<p:nvPr>{place}</p:nvPr>' if place else '<p:nvPr/>'}</p:nvSpPr>"
            f"{f'<p:spPr>{geometry}</p:spPr>' if geometry else '<p:spPr/>'}"
            f"<p:txBody>{body}{content}</p:txBody></p:sp>"
        )

    if any(has_formula(paragraph.inlines) for paragraph in element.paragraphs):
        canvas.shapes.append(either(shape(native_formula), shape(linear_formula)))
    else:
        canvas.shapes.append(shape(native_formula))
    _animate(canvas, element, number)


def _box(element: PlacedText) -> Frame:
    """A text box: everything is its own."""
    bottom = f'bIns="{emu(element.inset_bottom)}" ' if element.inset_bottom else ""
    return Frame(
        f"{extent(element.box)}{RECTANGLE}<a:noFill/>",
        f'<a:bodyPr wrap="square" lIns="0" tIns="0" rtlCol="0" {bottom}rIns="{emu(element.inset_right)}" '
        f'anchor="{ANCHORS[element.anchor]}">{NO_AUTOFIT}</a:bodyPr>',
    )


def _within_layout(element: PlacedText, slot: Slot, fit: str) -> Frame:
    """In a placeholder of one of our layouts, whose insets are 0."""
    bottom = f'bIns="{emu(element.inset_bottom)}" ' if element.inset_bottom else ""
    return Frame(
        "" if slot.box == element.box else extent(element.box),
        f'<a:bodyPr {bottom}rIns="{emu(element.inset_right)}" anchor="{ANCHORS[element.anchor]}">{fit}</a:bodyPr>',
    )


def _within_template(element: PlacedText, own: TemplatePlaceholder, fit: str) -> Frame:
    """In a template's placeholder: only what differs from it."""
    left, top, right, bottom = own.insets
    box = element.box
    shape = Box(box.x - left, box.y - top, box.width + left + right, box.height + top + bottom)
    frame = "" if own.usual else _USUAL
    if element.inset_right:
        frame += f'rIns="{emu(right + element.inset_right)}" '
    if element.inset_bottom:
        frame += f'bIns="{emu(bottom + element.inset_bottom)}" '
    if element.anchor != own.anchor:
        frame += f'anchor="{ANCHORS[element.anchor]}"'
    stays = box == own.box or _stays_within(element, own)
    if not stays and own.grows and _begins_there(element, own):
        stays, fit = True, GROWS
    place = "" if stays else extent(shape)
    return Frame(place, f"<a:bodyPr {frame}".rstrip() + f">{fit}</a:bodyPr>")


def _stays_within(element: PlacedText, own: TemplatePlaceholder) -> bool:
    """Whether a text needs no more than the place of its placeholder, though it might have had more below it."""
    if not _begins_there(element, own) or element.box.height < own.box.height:
        return False
    lines = sum(len(paragraph.lines) * paragraph.line_height for paragraph in element.paragraphs)
    return lines + sum(paragraph.space_before for paragraph in element.paragraphs) <= own.box.height


def _begins_there(element: PlacedText, own: TemplatePlaceholder) -> bool:
    """Whether a text's first line is the placeholder's, however high its box is."""
    return element.anchor == "top" and replace(own.box, height=element.box.height) == element.box


def paragraphs(
    written: Sequence[PlacedParagraph], canvas: Canvas, slot: str = "", formulas: Formulas = native_formula
) -> str:
    """The ``a:p`` elements; ``slot`` is the placeholder's, "" for a text box, which has no defaults."""
    numbering = Numbering()
    return (
        "".join(_paragraph(p, canvas, slot, formulas, numbering, first=place == 0) for place, p in enumerate(written))
        or "<a:p/>"
    )


def _level(paragraph: PlacedParagraph, canvas: Canvas, slot: str) -> tuple[int, ListLevel | None]:
    """The level of a paragraph in a placeholder, from 0, and what it inherits there."""
    outline = canvas.layout.outline(slot, paragraph)
    levels = canvas.layout.levels[slot] if slot else ()
    return outline, levels[min(outline, len(levels) - 1)] if levels else None


def _paragraph(
    paragraph: PlacedParagraph, canvas: Canvas, slot: str, formulas: Formulas, numbering: Numbering, *, first: bool
) -> str:
    outline, level = _level(paragraph, canvas, slot)
    inherited = level.defaults if level else None
    runs = RunWriter(paragraph, canvas, inherited, formulas)
    content = "".join(runs.inline(inline) for inline in paragraph.inlines)
    if not content:
        content = runs.inline(Run(BLANK)) if paragraph.bullet else runs.end()
    return f"<a:p>{_properties(paragraph, canvas, outline, level, numbering, first=first)}{content}</a:p>"


def _properties(
    paragraph: PlacedParagraph,
    canvas: Canvas,
    outline: int,
    level: ListLevel | None,
    numbering: Numbering,
    *,
    first: bool = True,
) -> str:
    """The ``a:pPr``: indentation, alignment, spacing, bullet."""
    inherited = level.defaults if level else None
    start = numbering.start(paragraph)
    plain = level is not None and level.matches(paragraph)
    attributes = "" if plain else indentation(paragraph.indent, paragraph.hanging)
    if outline:
        attributes += f' lvl="{min(outline, 8)}"'
    if inherited is None or paragraph.align is not inherited.align:
        attributes += f' algn="{ALIGNMENTS[paragraph.align]}"'
    if paragraph.rtl != (inherited is not None and inherited.rtl):
        attributes += f' rtl="{int(paragraph.rtl)}"'
    spacing = ""
    if inherited is None or not inherited.spaces(paragraph):
        spacing = line_spacing(paragraph.line_height)
    if inherited is None or (paragraph.space_before != inherited.above and not (first and inherited.above)):
        spacing += f'<a:spcBef><a:spcPts val="{centipoints(paragraph.space_before)}"/></a:spcBef>'
    palette = canvas.production.palette
    scale = _scale(paragraph.bullet, level)
    match paragraph.bullet:
        case _ if plain:
            bullet = ""
        case None | Bullet(text=""):
            bullet = NO_BULLET
        case mark if start is not None and start in AUTOMATIC_NUMBERS:
            bullet = bullet_number(start, mark.delimiter, mark.color, palette, scale)
        case mark:
            bullet = bullet_mark(mark.text, mark.color, palette, scale)
    inside = f"{spacing}{bullet}"
    if not inside:
        return f"<a:pPr{attributes}/>" if attributes else ""
    return f"<a:pPr{attributes}>{inside}</a:pPr>"


def _scale(bullet: Bullet | None, level: ListLevel | None) -> float | None:
    """The size of a bullet, as a share of its text's; None where it has that anyway."""
    usual = level.bullet_scale if level is not None else 1.0
    return bullet.scale if bullet is not None and bullet.scale != usual else None


def _slide_number(element: PlacedText, canvas: Canvas, slot: str) -> str:
    """The slide's number as a field, so that it follows when slides are moved."""
    paragraph = element.paragraphs[0]
    outline, level = _level(paragraph, canvas, slot)
    run = RunWriter(paragraph, canvas, level.defaults if level else None, native_formula)
    shown = text("".join(getattr(inline, "text", "") for inline in paragraph.inlines))
    return (
        f"<a:p>{_properties(paragraph, canvas, outline, level, Numbering())}"
        f'<a:fld id="{SLIDE_NUMBER_FIELD}" type="slidenum">{run.plain()}<a:t>{shown}</a:t></a:fld></a:p>'
    )


def _animate(canvas: Canvas, element: PlacedText, number: int) -> None:
    """Paragraphs that appear one by one, or else the whole box."""
    if all(p.fragment in (None, element.fragment) for p in element.paragraphs):
        canvas.timeline.appear(element.fragment, number, Build.TEXT)
        return
    for place, paragraph in zip(count(), element.paragraphs):
        own = element.fragment if paragraph.fragment is None else paragraph.fragment
        canvas.timeline.appear(own, number, Build.TEXT, place)


class RunWriter:
    """Writes the runs of one paragraph."""

    def __init__(
        self, paragraph: PlacedParagraph, canvas: Canvas, inherited: TextDefaults | None, formulas: Formulas
    ) -> None:
        self._paragraph = paragraph
        self._canvas = canvas
        self._inherited = inherited
        self._formulas = formulas
        self._language = f' lang="{attribute(canvas.production.deck.lang)}"'

    def inline(self, inline: Inline) -> str:
        """One run, break or formula."""
        match inline:
            case Run(text=""):
                return ""
            case Run():
                look = self._properties(inline, "a:rPr")
                return f"<a:r>{look}<a:t>{text(inline.text.replace(chr(10), ' '))}</a:t></a:r>"
            case LineBreak():
                return f"<a:br>{self.plain()}</a:br>"
            case InlineMath(tex=tex):
                return self._formulas(tex, self._formula_look)
            case _:
                assert_never(inline)

    def plain(self) -> str:
        """The properties of plain text in the paragraph."""
        return self._properties(Run(""), "a:rPr")

    def end(self) -> str:
        """The properties that give an empty paragraph its height."""
        return self._properties(Run(""), "a:endParaRPr")

    def _properties(self, run: Run, element: str) -> str:
        paragraph, inherited = self._paragraph, self._inherited
        theme = self._canvas.production.theme
        colors, tinted = self._canvas.colors, not paragraph.in_table
        look = run_look(run, paragraph.font, paragraph.bold, paragraph.italic, colors, theme, tinted=tinted)
        attributes = self._language
        if inherited is None or paragraph.size * look.code != inherited.size:
            attributes += f' sz="{centipoints(paragraph.size * look.code)}"'
        if look.bold != (inherited is not None and inherited.bold):
            attributes += f' b="{int(look.bold)}"'
        if look.italic != (inherited is not None and inherited.italic):
            attributes += f' i="{int(look.italic)}"'
        capitals = paragraph.uppercase and not run.code
        if capitals != (inherited is not None and inherited.uppercase):
            attributes += f' cap="{"all" if capitals else "none"}"'
        if look.strike:
            attributes += ' strike="sngStrike"'
        if look.rise:
            attributes += f' baseline="{BASELINES[look.rise > 0]}"'
        if paragraph.tracking != (inherited.tracking if inherited else 0.0):
            attributes += f' spc="{centipoints(paragraph.tracking)}"'
        inside = self._fill(look)
        if look.ground is not None:
            inside += f"<a:highlight>{self._canvas.production.palette.color(look.ground)}</a:highlight>"
        if inherited is None or look.font != inherited.font:
            inside += typeface(look.font, theme)
        if run.link is not None:
            inside += click(self._canvas, run.link, run.link_title)
        return f"<{element}{attributes}>{inside}</{element}>" if inside else f"<{element}{attributes}/>"

    def _fill(self, look: RunLook) -> str:
        color = look.color or self._paragraph.color
        if self._inherited is not None and color == self._inherited.color:
            return ""
        return self._canvas.production.palette.fill(color)

    def _formula_look(self, italic: bool, rise: int) -> str:
        paragraph = self._paragraph
        attributes = f'{self._language} sz="{centipoints(paragraph.size)}" i="{int(italic)}"'
        if self._inherited is not None and self._inherited.uppercase:
            attributes += ' cap="none"'
        if rise:
            attributes += f' baseline="{BASELINES[rise > 0]}"'
        fill = self._canvas.production.palette.fill(paragraph.color)
        return f'<a:rPr{attributes}>{fill}<a:latin typeface="{MATH_FONT}"/></a:rPr>'
