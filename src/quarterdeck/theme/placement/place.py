"""Places every element of every slide: the entry of this package.

Text beside a column of pictures is centred with them, because hanging from the top it leaves half of its column empty.
All other short content is moved towards the middle, by one rule for all layouts: 30 % of what is free is above it, and
columns begin together.  Text is moved by ``anchor`` and an inset, in the layout's own box: so the placeholder still
follows the master, and grows evenly when it is edited in PowerPoint.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, Diagnostics, Severity, in_order, suggestion
from quarterdeck.memo import Memo
from quarterdeck.model.cast import Cast
from quarterdeck.model.content import Block, Image, Paragraph, Run, plain_text
from quarterdeck.model.deck import MORPH, SLOTS, Deck, Layout, Slide
from quarterdeck.model.demo import Demo
from quarterdeck.model.placed import (
    Element,
    PlacedChart,
    PlacedImage,
    PlacedShape,
    PlacedSlide,
    PlacedTable,
    PlacedTerminal,
    PlacedText,
)
from quarterdeck.model.theme import CARD_PADDING, HEIGHT, WIDTH, Box, LayoutTokens, Slot, Template, Theme
from quarterdeck.theme.colors import AA_LARGE, dressed, ground, ground_color, inverted, mixed, ratio, readable_on
from quarterdeck.theme.elements.pictures import full_bleed
from quarterdeck.theme.placement.fit import Filling, Fitted, fit_slots, grow_slots, overflow
from quarterdeck.theme.placement.furniture import (
    SectionNumber,
    draft_mark,
    foot_faults,
    lights,
    numbered_sections,
    placed_foot,
    renumbered_foot,
)
from quarterdeck.theme.placement.notes import notes_faults, notes_page
from quarterdeck.theme.placement.split import shown_slides


def template_warnings(deck: Deck, template: Template) -> Iterator[Diagnostic]:
    """The template's own warnings, and one for each layout that the deck uses and the template lacks."""
    yield from template.diagnostics
    first = {slide.layout: slide for slide in reversed(deck.slides)}
    for layout, slide in first.items():
        own = template.layouts[layout]
        if own.substitute:
            yield Diagnostic(
                f"{template.file} has no layout for '{layout}': such slides use '{own.name}'",
                slide.span,
                hint=f"give the template a layout named '{layout}' with placeholders for its slots",
                code="template-layout",
                severity=Severity.WARNING,
            )


VEIL_OPACITY = 0.74
"""Opacity of the ``deep`` colour over a picture that has text on it."""
FEW = 0.65
"""Share of a slot's height that short content takes at most."""
OPTICAL_MIDDLE = 0.3
"""Share of the free height above short content: in the exact middle it would seem too low."""
CENTERED = (Layout.CONTENT, Layout.TWO_COLUMNS, Layout.CODE, Layout.BLANK)
"""The layouts whose short content is moved towards the middle."""
CARD_TINT, CARD_RADIUS = 0.13, 18.0
CARD_LEAST = 0.62
"""Share of the height that its slots have that a card takes at least."""
TERMINAL_GAP = 8.0
"""px from the words above a terminal to its panel."""
BESIDE = "beside"
BESIDE_SHARE = 0.34
"""Share of a terminal's width that words beside it take, where the theme says nothing else."""
BESIDE_GAP = 28.0
BESIDE_STYLE = "column-body"
BYLINE_JOINT = "  ·  "
COVERS = (Layout.TITLE, Layout.SECTION)
SIGNED = (Layout.TITLE, Layout.CLOSING)
"""The layouts that name the author."""


OVERFLOWS = frozenset({"text-overflow", "code-overflow", "table-overflow", "chart-overflow", "formula-overflow"})
"""The codes of faults that say that something doesn't fit on its slide."""


class Placed(Struct, frozen=True):
    """The slides of a deck, placed."""

    slides: tuple[PlacedSlide, ...]
    diagnostics: tuple[Diagnostic, ...]
    """Errors and warnings; after an error, content that doesn't fit extends beyond its box."""


def place(
    deck: Deck,
    theme: Theme,
    casts: Mapping[str, Cast],
    memo: Memo[Placement] | None = None,
    *,
    draft: bool = False,
) -> Placed:
    """Place every element of every slide; ``casts`` are the recordings by the name of their demo.

    ``memo`` holds slides placed before, which are reused.  In a draft, slides on which something doesn't fit are
    marked.
    """
    memo = Memo() if memo is None else memo
    found = Diagnostics()
    if theme.template is not None:
        found.extend(template_warnings(deck, theme.template))
    found.extend(foot_faults(deck, theme))
    slides: list[PlacedSlide] = []
    taken = {slide.id for slide in deck.slides}
    numbered = numbered_sections(deck.slides)
    for slide in deck.slides:
        demo = deck.demos.get(slide.demo) if slide.demo else None
        for shown in shown_slides(slide, demo, theme, taken):
            context = SlideContext.of(shown, deck, theme, casts, numbered.get(shown.id))
            placement = _slide(shown, len(slides) + 1, context, memo)
            found.extend(placement.faults)
            placed = placement.slide
            if draft and any(fault.code in OVERFLOWS for fault in placement.faults):
                mark = draft_mark(theme, placed.colors)
                placed = replace(placed, elements=(*placed.elements, *mark))
            slides.append(placed)
    return Placed(tuple(_leading(slides)), in_order(found))


def _leading(slides: Sequence[PlacedSlide]) -> Iterator[PlacedSlide]:
    """The slides; one whose next shown slide morphs from it says so."""
    shown = [placed for placed in slides if not placed.slide.hidden]
    leading = {one.slide.id for one, after in pairwise(shown) if after.slide.transition == MORPH}
    return (replace(placed, leads=True) if placed.slide.id in leading else placed for placed in slides)


class SlideContext(Struct, frozen=True):
    """Everything that a slide's elements depend on, besides the slide itself."""

    theme: Theme
    byline: str
    footer: str | None
    date: str | None
    section: SectionNumber | None
    demo: Demo | None
    cast: Cast | None

    @classmethod
    def of(
        cls, slide: Slide, deck: Deck, theme: Theme, casts: Mapping[str, Cast], section: SectionNumber | None
    ) -> SlideContext:
        """The context of one slide of a deck."""
        demo = deck.demos.get(slide.demo) if slide.demo else None
        by = BYLINE_JOINT.join(part for part in (deck.author, deck.date) if part)
        return cls(theme, by, deck.footer, deck.date, section, demo, casts.get(demo.name) if demo else None)


class Placement(Struct, frozen=True):
    """A slide with its elements placed, and the faults found meanwhile."""

    slide: PlacedSlide
    faults: tuple[Diagnostic, ...]


def _slide(slide: Slide, number: int, context: SlideContext, memo: Memo[Placement]) -> Placement:
    """A slide from ``memo``, or placed now; one with a fault is placed again."""

    def make() -> Placement:
        own = Diagnostics()
        return Placement(_placed(slide, number, context, own), tuple(own))

    placement = memo.made(slide.id, (slide, context), make, lambda known: not known.faults)
    placed = placement.slide
    if placed.number == number:
        return placement
    return replace(placement, slide=replace(placed, number=number, foot=renumbered_foot(placed.foot, number)))


def _placed(slide: Slide, number: int, context: SlideContext, found: Diagnostics) -> PlacedSlide:
    theme = context.theme.on(slide.layout)
    tokens = theme.layouts[slide.layout]
    _check_background(slide, theme, found)
    color, colors = ground(theme, tokens, slide.background)
    cover, slide_content = _full_bleed(slide)
    in_bar = _said_in_bar(slide_content, tokens, theme) if context.demo is not None else None
    if in_bar is not None:
        slide_content = replace(slide_content, slots={k: v for k, v in slide_content.slots.items() if k != "body"})
    fillings = tuple(_fillings(slide_content, tokens, context))
    behind: list[Element] = []
    if slide.background is not None and slide.background.image is not None:
        behind.append(full_bleed(slide.background.image, ""))
    if cover is not None:
        color, colors = theme.colors["deep"], inverted(theme.colors)
        behind.append(full_bleed(dressed(cover.asset, colors), cover.alt, cover.link, cover.fragment))
    if behind and (fillings or slide.demo):
        behind.append(PlacedShape(Box(0, 0, WIDTH, HEIGHT), "rectangle", theme.colors["deep"], VEIL_OPACITY))
    fitted = fit_slots(fillings, theme, colors, shrink=slide.fit != "error")
    if slide.fit == "shrink":
        fitted = grow_slots(fitted, theme, colors)
    if slide.layout is Layout.TWO_COLUMNS:
        fitted = _level_with_pictures(fitted)
    top = _top(fitted, slide.layout)
    elements: list[Element] = [*_cards(fitted, colors)]
    for each in fitted:
        elements += _drawn(each, slide.layout, top if each.filling.name in SLOTS[slide.layout] else 0.0)
    for each in fitted:
        owner = slide.title_span if each.filling.name == "title" else slide.span
        found.extend(overflow(each, owner or slide.span, slide.layout))
    if context.section is not None and tokens.progress is not None:
        elements += lights(context.section, tokens.progress, colors)
    if context.demo is not None:
        terminal = _terminal(slide_content, tokens, context.demo, context.cast, theme, _lowest(fitted))
        elements.append(terminal if in_bar is None else replace(terminal, title=in_bar))
    notes = notes_page(slide.notes, theme)
    found.extend(notes_faults(slide.notes, notes.over, slide.span))
    foot = placed_foot({"footer": context.footer, "date": context.date, "number": str(number)}, tokens, theme, colors)
    return PlacedSlide(slide, (*behind, *elements), foot, number, color, colors, notes.paragraphs, notes.points)


def _check_background(slide: Slide, theme: Theme, found: Diagnostics) -> None:
    color = slide.background.color if slide.background is not None else None
    if color is not None and ground_color(theme, color) is None:
        found.error(
            f"unknown background colour '{color}'",
            slide.span,
            hint=f"{suggestion(color, theme.colors)}; or write it as '#rrggbb'",
            code="unknown-color",
        )


def _full_bleed(slide: Slide) -> tuple[Image | None, Slide]:
    """The picture that covers the slide, and the slide without it."""
    cover: Image | None = None
    slots: dict[str, tuple[Block, ...]] = {}
    for name, blocks in slide.slots.items():
        kept: list[Block] = []
        for block in blocks:
            if cover is None and isinstance(block, Image) and block.full_bleed:
                cover = block
            else:
                kept.append(block)
        slots[name] = tuple(kept)
    return cover, (slide if cover is None else replace(slide, slots=slots))


def _fillings(slide: Slide, tokens: LayoutTokens, context: SlideContext) -> Iterator[Filling]:
    """The layout's slots that have content, in reading order."""
    if slide.title and "title" in tokens.slots:
        yield Filling("title", _of_its_own(slide, "title", tokens), (Paragraph(slide.title, span=slide.title_span),))
    if slide.section and "eyebrow" in tokens.slots:
        yield Filling("eyebrow", tokens.slots["eyebrow"], (Paragraph((Run(slide.section),)),))
    for name in SLOTS[slide.layout]:
        if blocks := slide.slots.get(name, ()):
            slot = _beside(slide, tokens) if name == BESIDE else _of_its_own(slide, name, tokens)
            yield Filling(name, slot, tuple(blocks))
    if slide.layout in SIGNED and "byline" in tokens.slots and context.byline:
        yield Filling("byline", tokens.slots["byline"], (Paragraph((Run(context.byline),)),))
    if context.section is not None and "part" in tokens.slots:
        yield Filling("part", tokens.slots["part"], (Paragraph((Run(str(context.section.number)),)),))


COMPANIONS = {"title": "subtitle", "image": "caption", "body": "image"}
"""The slot that goes with another one."""


def _of_its_own(slide: Slide, name: str, tokens: LayoutTokens) -> Slot:
    """A slot, with the room that it has without its companion if that is empty."""
    slot = tokens.slots[name]
    if slot.alone is None or slide.slots.get(COMPANIONS.get(name, "")):
        return slot
    return replace(slot, box=slot.alone, anchor=slot.anchor if name == "body" else "middle")


def _level_with_pictures(fitted: tuple[Fitted, ...]) -> tuple[Fitted, ...]:
    """Centre text beside a column of pictures, as the pictures are."""
    if not any(each.stack.only_pictures for each in fitted):
        return fitted
    return tuple(_in_the_middle(each) if each.filling.name != "title" else each for each in fitted)


def _in_the_middle(fitted: Fitted) -> Fitted:
    filling = fitted.filling
    return replace(fitted, filling=replace(filling, slot=replace(filling.slot, anchor="middle")))


def _top(fitted: tuple[Fitted, ...], layout: Layout) -> float:
    """The free px above the content of the slots, where that is short even in larger type; else 0."""
    if layout not in CENTERED:
        return 0.0
    main = [each for each in fitted if each.filling.name in SLOTS[layout]]
    if not main or not all(each.airy and each.stack.foot is None for each in main):
        return 0.0
    room = min(each.filling.slot.box.height for each in main)
    high = max(each.stack.height for each in main)
    return float(round((room - high) * OPTICAL_MIDDLE)) if high <= FEW * room else 0.0


def _cards(fitted: tuple[Fitted, ...], colors: Mapping[str, str]) -> Iterator[PlacedShape]:
    """The cards behind slots that have one: equally high, and no higher than their content asks for."""
    carded = [each for each in fitted if each.filling.slot.card is not None]
    beside, above, below = CARD_PADDING
    # artwork of a template may cover the background, and text is then in the colours for that
    readable = ratio(colors["text"], colors["background"]) >= AA_LARGE
    under = colors["background"] if readable else readable_on(colors["text"])
    lowest = max(
        (
            each.filling.slot.box.y
            + max(min(each.stack.height, each.filling.slot.box.height), CARD_LEAST * each.filling.slot.box.height)
            for each in carded
        ),
        default=0.0,
    )
    for each in carded:
        slot, heading = each.filling.slot, f"{each.filling.name}-heading"
        top = min([slot.box.y, *(other.filling.slot.box.y for other in fitted if other.filling.name == heading)])
        box = Box(slot.box.x - beside, top - above, slot.box.width + 2 * beside, lowest + below - top + above)
        tint = mixed(colors[slot.card or "surface"], under, CARD_TINT)
        yield PlacedShape(box, "rounded", tint, 1.0, CARD_RADIUS, name="Card")


def _drawn(fitted: Fitted, layout: Layout, top: float) -> Iterator[Element]:
    """The elements of a slot, so many px below its upper edge; its first text fills the slot's placeholder."""
    slot, name, stack = fitted.filling.slot, fitted.filling.name, fitted.stack
    if len(stack.blocks) == 1 and stack.blocks[0].is_text and stack.foot is None:
        for element in stack.blocks[0].draw(slot.box):
            yield _lowered(_filling_placeholder(element, name, slot, layout), fitted, top)
        return
    filled = name == BESIDE
    has_text = any(block.is_text for block in stack.blocks)
    for block, elements in stack.drawn(_anchored(fitted, top)):
        for place, element in enumerate(elements):
            if block.is_text and not filled and isinstance(element, PlacedText):
                filled = True
                yield _filling_placeholder(element, name, replace(slot, anchor="top"), layout)
            elif not (filled or has_text or place) and isinstance(element, PlacedTable | PlacedChart | PlacedImage):
                filled = True
                yield replace(element, placeholder=name)
            else:
                yield element


def _beside(slide: Slide, tokens: LayoutTokens) -> Slot:
    """The place for words or code to the left of a terminal: the theme's own, else a third of the terminal's."""
    if BESIDE in tokens.slots:
        return tokens.slots[BESIDE]
    terminal, left = tokens.slots["terminal"].box, tokens.slots["title"].box.x
    top = terminal.y if slide.slots.get("body") else tokens.slots["body"].box.y + TERMINAL_GAP
    right = terminal.x + terminal.width * BESIDE_SHARE
    return Slot(Box(left, top, right - left, terminal.bottom - top), BESIDE_STYLE)


def _filling_placeholder(element: Element, name: str, slot: Slot, layout: Layout) -> Element:
    if not isinstance(element, PlacedText):
        return element
    paragraphs = element.paragraphs
    if name == BESIDE:  # no layout has a placeholder for it
        return replace(element, role=name, anchor=slot.anchor)
    if name == "title":
        tag = "h1" if layout in COVERS else "h2"
        paragraphs = tuple(replace(paragraph, tag=tag) for paragraph in paragraphs)
    return replace(element, placeholder=name, role=name, anchor=slot.anchor, paragraphs=paragraphs)


def _lowered(element: Element, fitted: Fitted, top: float) -> Element:
    """Move text so many px down from the upper edge of its slot, within the layout's box."""
    if not top or not isinstance(element, PlacedText) or fitted.filling.slot.anchor != "top":
        return element
    below = fitted.filling.slot.box.height - fitted.stack.height - 2 * top
    return replace(element, anchor="middle", inset_bottom=float(round(below)))


def _anchored(fitted: Fitted, top: float) -> Box:
    """The box of a stack in its slot: pictures alone in the middle, short content near it, others by the anchor."""
    box, stack = fitted.filling.slot.box, fitted.stack
    anchor = "middle" if stack.only_pictures else fitted.filling.slot.anchor
    spare = max(0.0, box.height - max(stack.least, min(stack.height, box.height)))
    above = {"top": top, "middle": spare / 2, "bottom": spare}[anchor]
    if stack.foot is not None:
        above = 0.0
    return Box(box.x, box.y + above, box.width, box.height - above)


def _lowest(fitted: tuple[Fitted, ...]) -> float | None:
    """Where the words above a terminal end; None where there are none."""
    return next((f.filling.slot.box.y + f.stack.height for f in fitted if f.filling.name == "body"), None)


def _said_in_bar(slide: Slide, tokens: LayoutTokens, theme: Theme) -> str | None:
    """The sentence above a terminal, where it has room in the terminal's bar; None for more, or for something else."""
    from quarterdeck.theme.elements.terminal import fits_bar

    match slide.slots.get("body", ()):
        case (Paragraph(inlines=inlines, fragment=None),) if slide.layout is Layout.DEMO:
            words = plain_text(inlines)
            plain = all(isinstance(inline, Run) and inline.link is None and not inline.classes for inline in inlines)
            return words if plain and fits_bar(words, tokens.slots["terminal"].box, theme) else None
        case _:
            return None


def _terminal(
    slide: Slide, tokens: LayoutTokens, demo: Demo, cast: Cast | None, theme: Theme, above: float | None
) -> PlacedTerminal:
    """The panel, as high as the words above it allow."""
    from quarterdeck.theme.elements.terminal import terminal_panel

    box = tokens.slots["terminal"].box
    top = tokens.slots["body"].box.y if above is None else above
    top = min(box.y, top + TERMINAL_GAP)
    if slide.slots.get(BESIDE):
        words = _beside(slide, tokens).box
        box = Box(words.right + BESIDE_GAP, words.y, box.right - words.right - BESIDE_GAP, words.height)
        top = words.y
    return terminal_panel(demo, cast, theme, replace(box, y=top, height=box.bottom - top))
