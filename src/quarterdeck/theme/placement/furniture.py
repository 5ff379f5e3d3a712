"""What slides have around their content: footer, date and number at the foot, and the lights of a section.

The number of a section, and its lights, count the sections that are shown: a variant leaves sections out, and "4 of 9"
must be true of it.  The foot is placed here for both outputs; in the PPTX it fills the layout's placeholders ``ftr``,
``dt`` and ``sldNum``, so that it follows the master when that is edited.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import ceil

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic
from quarterdeck.model.content import Align, Run
from quarterdeck.model.deck import Deck, Layout, Slide
from quarterdeck.model.placed import PlacedParagraph, PlacedShape, PlacedText
from quarterdeck.model.theme import WIDTH, Box, LayoutTokens, Slot, Theme
from quarterdeck.theme.colors import readable_on
from quarterdeck.theme.elements.context import POINT, line_height, whole_points
from quarterdeck.theme.elements.text import is_rtl
from quarterdeck.theme.measure.fonts import Face, text_width
from quarterdeck.theme.measure.lines import MARGIN

GAP = 8.0
"""px between two lights."""
LEAST_LIGHT = 8.0
"""px; a deck with so many sections that lights would be shorter shows none."""
DRAFT = "DRAFT: doesn't fit"
DRAFT_BOX = Box(WIDTH - 244, 14, 230, 36)
AHEAD = 0.22
"""Opacity of the lights of sections still to come."""


class SectionNumber(Struct, frozen=True):
    """A section among all sections of its deck."""

    number: int
    """From 1."""
    count: int


def numbered_sections(slides: Sequence[Slide]) -> Mapping[str, SectionNumber]:
    """The number of each section that is shown, by the id of its slide; empty for a deck with a single section."""
    sections = [slide.id for slide in slides if slide.layout is Layout.SECTION and not slide.hidden]
    if len(sections) < 2:
        return {}
    return {id_: SectionNumber(number, len(sections)) for number, id_ in enumerate(sections, start=1)}


def lights(part: SectionNumber, box: Box, colors: Mapping[str, str]) -> Iterator[PlacedShape]:
    """A row with a light for each section; those up to this one are lit."""
    width = (box.width - GAP * (part.count - 1)) / part.count
    if width < LEAST_LIGHT:
        return
    for index in range(part.count):
        place = Box(box.x + index * (width + GAP), box.y, width, box.height)
        lit = index < part.number
        color, opacity = (colors["beacon"], 1.0) if lit else (colors["text"], AHEAD)
        yield PlacedShape(place, "rounded", color, opacity, box.height / 2)


def placed_foot(
    texts: Mapping[str, str | None], tokens: LayoutTokens, theme: Theme, colors: Mapping[str, str]
) -> tuple[PlacedText, ...]:
    """Footer, date and number where the layout has them; ``texts`` has the text of each by its name."""
    return tuple(
        _foot(name, text, tokens.slots[name], theme, colors)
        for name, text in texts.items()
        if text and name in tokens.slots
    )


def _foot(name: str, text: str, slot: Slot, theme: Theme, colors: Mapping[str, str]) -> PlacedText:
    style = theme.styles[slot.style]
    shown = text.upper() if style.uppercase else text
    face = Face(theme.font(style.font).twin, style.bold, style.italic)
    em = text_width(face, shown) + len(shown) * style.tracking
    size = style.size
    while size > style.minimum and em * size * (1 + MARGIN) > slot.box.width:
        size = max(style.minimum, whole_points(size - POINT))
    paragraph = PlacedParagraph(
        inlines=(Run(text),),
        size=size,
        line_height=line_height(size, style.leading),
        color=colors[style.color],
        font=style.font,
        bold=style.bold,
        italic=style.italic,
        align=Align(slot.align),
        lines=(shown,),
        rtl=is_rtl(shown),
        tracking=size * style.tracking,
        uppercase=style.uppercase,
    )
    return PlacedText(slot.box, (paragraph,), anchor=slot.anchor, placeholder=name, role=name)


def draft_mark(theme: Theme, colors: Mapping[str, str]) -> tuple[PlacedShape, PlacedText]:
    """What a slide of a draft says in its corner when something on it doesn't fit."""
    style = theme.styles["small"]
    fill = colors["danger"]
    size = max(style.size, style.minimum)
    paragraph = PlacedParagraph(
        inlines=(Run(DRAFT),),
        size=size,
        line_height=line_height(size, style.leading),
        color=readable_on(fill),
        font=style.font,
        bold=True,
        align=Align.CENTER,
        lines=(DRAFT,),
    )
    return PlacedShape(DRAFT_BOX, "rounded", fill, 1.0, 6.0), PlacedText(DRAFT_BOX, (paragraph,), anchor="middle")


def renumbered_foot(foot: tuple[PlacedText, ...], number: int) -> tuple[PlacedText, ...]:
    """The foot of a slide that has another number now."""
    text = str(number)
    return tuple(
        replace(each, paragraphs=(replace(each.paragraphs[0], inlines=(Run(text),), lines=(text,)),))
        if each.role == "number"
        else each
        for each in foot
    )


def foot_faults(deck: Deck, theme: Theme) -> Iterator[Diagnostic]:
    """A footer or date that is wider than its place on some slide; each is reported once."""
    layouts = [theme.layouts[layout] for layout in {slide.layout for slide in deck.slides}]
    for name, text in (("footer", deck.footer), ("date", deck.date)):
        placed = [
            foot
            for tokens in layouts
            for foot in placed_foot({name: text}, tokens, theme.on(tokens.layout), theme.colors)
        ]
        if not placed:
            continue
        narrowest = min(placed, key=lambda foot: foot.box.width)
        room = narrowest.box.width
        over = ceil(_width(narrowest.paragraphs[0], theme) * (1 + MARGIN) - room)
        if over > 0:
            yield Diagnostic(
                f"the {name} is {over} px too wide: a slide has {room:.0f} px for it",
                deck.foot_spans.get(name),
                hint="shorten it",
                code="text-overflow",
            )


def _width(paragraph: PlacedParagraph, theme: Theme) -> float:
    """The px that it takes on one line."""
    text = paragraph.lines[0]
    face = Face(theme.font(paragraph.font).twin, paragraph.bold, paragraph.italic)
    return text_width(face, text) * paragraph.size + len(text) * paragraph.tracking
