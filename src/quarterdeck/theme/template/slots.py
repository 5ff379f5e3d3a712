"""The boxes of our slots on a template's layout: its placeholders, or our own boxes within its margins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.model.deck import SLOTS, Layout
from quarterdeck.model.theme import CARD_PADDING, HEIGHT, WIDTH, Artwork, Box, LayoutPicture, LayoutText, Slot, Theme
from quarterdeck.theme.template.match import COVERS, Match
from quarterdeck.theme.template.placeholders import FEET, TITLES, Holder

GUTTER = 48.0
LINE = 40.0
"""px for a line of small text."""
_QUOTE = 180.0
"""px that a quotation should have; half the area, where that is more."""
GAP = 12.0
_CARDED, _CARD_GAP = 320.0, 32.0
"""px of height from which columns have cards, and between two of these."""
STATED = 0.55
"""Share of the area that a statement takes, where its layout is a substitute."""
CODE_SHARE = 0.36
"""Share of the width that a QR code may take on a closing slide."""
_FOOT = 0.8 * HEIGHT
"""Placeholders of the foot below this share of the slide bound the area of content."""
_LOWEST = 684.0
"""px where content ends on a layout without a foot."""
_HIGHEST_TEXT = 24.0
"""px from a slide's edge to text that no placeholder holds."""
_DEMO_TITLE = 64.0
_DEMO_LINE = 28.0
"""px of the words above a terminal: a line in the smallest type."""
_HIGHEST = 0.4 * HEIGHT
"""px above which the title of a demo must end."""
_TERMINAL = Box(0, 0, 936, 470)
"""The least that a terminal of 100 × 24 needs; only its size counts."""


class Page(Struct, frozen=True):
    """The margins of a template's slides."""

    area: Box
    """The area of content below the title."""
    top: float
    """px where the title begins."""
    lowest: float
    """px above which everything must end."""


def page(matches: Mapping[Layout, Match]) -> Page:
    """The margins that the template's content layout keeps."""
    content = matches[Layout.CONTENT]
    feet = [h.frame.y for h in content.candidate.holders if h.kind in FEET and h.frame.y > _FOOT]
    lowest = min([_LOWEST, *(y - GAP / 2 for y in feet)])
    body, title = content.slots.get("body"), content.slots["title"]
    if body is not None:
        box = _higher(body, content, lowest)
        return Page(_clipped(box, lowest), title.box.y, lowest)
    top = title.box.bottom + GAP * 2 if title.box.bottom < HEIGHT / 2 else HEIGHT * 0.25
    return Page(_clipped(Box(title.box.x, top, title.box.width, lowest - top), lowest), title.box.y, lowest)


def slots_of(layout: Layout, match: Match, on: Page, base: Theme, drawn: Sequence[Artwork]) -> dict[str, Slot]:
    """Every slot of one of our layouts, in reading order, then the foot; ``drawn`` is the layout's artwork."""
    models = base.layouts[layout].slots
    artwork = [item.box for item in drawn]
    marks = [item.box for item in drawn if _is_mark(item)]
    boxes = _boxes(layout, match, on, artwork)
    over = [box for name, box in boxes.items() if name != "title"]
    slots: dict[str, Slot] = {}
    for name in ("title", *SLOTS[layout], "byline", *(("part",) if "part" in match.slots else ())):
        holder, box = match.slots.get(name), boxes.get(name)
        if name not in models or (box is None and holder is None):
            continue
        model = replace(models[name], alone=None)
        if layout is Layout.QUOTE and name == "title":
            model = replace(model, style="title" if holder is not None else "label")
        if box is not None:
            align = holder.align if holder is not None else _alignment(name, layout, match, model.align)
            card = model.card if on.area.height >= _CARDED else None
            slots[name] = replace(model, box=box, align=align, card=card)
            if layout is Layout.CLOSING and name == "body":
                slots[name] = replace(slots[name], alone=replace(box, width=boxes["image"].right - box.x))
            if name == "image" and layout is Layout.IMAGE:
                whole = holder.frame if holder is not None else on.area
                slots[name] = replace(slots[name], alone=_clipped(whole, HEIGHT))
        elif holder is not None and holder.kind == "pic":
            slots[name] = replace(model, box=_clipped(holder.frame, HEIGHT))
        elif holder is not None:
            box = _higher(holder, match, on.lowest)
            slots[name] = Slot(box, model.style, holder.anchor, holder.align, give=_give(holder, box, over))
    for holder in match.candidate.holders:
        foot = FEET.get(holder.kind)
        if foot is not None and foot not in slots and not any(_holds(item, holder.frame) for item in marks):
            slots[foot] = Slot(holder.box, foot, holder.anchor, holder.align)
    return slots


def _give(holder: Holder, box: Box, over: Sequence[Box]) -> float:
    """How much higher than its box the text of a placeholder may be: a line of its own size always fits.

    It is less than 0 where one of the boxes ``over`` it stands on its lower edge.
    """
    taken = max((box.bottom - each.y for each in over if _covers_foot(each, box)), default=0.0)
    if taken > 0:
        return -round(taken * (2 if holder.anchor == "middle" else 1), 2)
    return round(max(holder.insets[1] + holder.insets[3], _line(holder) - box.height), 2)


def _covers_foot(one: Box, other: Box) -> bool:
    """Whether a box stands on the lower edge of another."""
    across = min(one.right, other.right) - max(one.x, other.x)
    return across > 1 and other.y < one.y < other.bottom <= one.bottom


def _line(holder: Holder) -> float:
    """The px that a line in a placeholder's own size takes."""
    return holder.look.size * holder.look.leading + 1


def _spare(holder: Holder, lines: int) -> float:
    """How many px at the lower edge of a placeholder's box so many lines of its text leave free."""
    free = max(0.0, holder.box.height - lines * _line(holder))
    return {"top": free, "middle": free / 2}.get(holder.anchor, 0.0)


def _higher(holder: Holder, match: Match, lowest: float) -> Box:
    """The box of a placeholder's text; one that PowerPoint makes as high as its text may be as high as the slide."""
    box = _clipped(holder.box, HEIGHT)
    below = [h for h in match.candidate.holders if h is not holder and h.frame.y >= holder.frame.bottom - 1]
    if not holder.grows or holder.kind in TITLES or any(h.kind not in FEET for h in below):
        return box
    return replace(box, height=max(box.height, lowest - box.y))


def _alignment(slot: str, layout: Layout, match: Match, usual: str) -> str:
    """A cover's lines are aligned as its title is, and the last of them as the one above it."""
    title = (match.slots.get("subtitle") if slot == "byline" else None) or match.slots.get("title")
    return title.align if title is not None and layout in (Layout.TITLE, Layout.SECTION) else usual


def _boxes(layout: Layout, match: Match, on: Page, artwork: Sequence[Box]) -> dict[str, Box]:
    """Boxes for slots without a placeholder, and for those that can't use the place of theirs."""
    title = match.slots.get("title")
    area = on.area
    if match.substitute and title is not None and title.box.bottom < HEIGHT / 2 and layout not in COVERS:
        top = max(area.y, title.box.bottom + GAP)
        area = clear_of(Box(area.x, top, area.width, area.bottom - top), artwork)
    match layout:
        case Layout.TITLE | Layout.SECTION if title is not None:
            return _cover(layout, match, title, on)
        case Layout.DEMO if title is not None:
            return _demo(title, on, artwork)
        case Layout.TWO_COLUMNS if match.substitute:
            left, right = _halves(area)
            return {"left": left, "right": right}
        case Layout.COMPARISON if match.substitute:
            return _comparison(area)
        case Layout.CONTENT if match.substitute:
            return {"body": area}
        case Layout.CODE if "body" not in match.slots:
            return {"body": area}
        case Layout.IMAGE if "caption" not in match.slots:
            if match.substitute:
                return _image(area)
            picture = match.slots["image"].frame
            top = picture.bottom + GAP / 2
            if title is not None and picture.bottom - GAP < title.frame.y < top + LINE:
                top = title.frame.bottom + GAP / 2
            if top + LINE + GAP / 2 >= on.lowest:
                return _image(picture)
            return {"caption": Box(picture.x, top, picture.width, LINE)}
        case Layout.STATEMENT if match.substitute:
            said = replace(area, height=area.height * STATED)
            return {
                "title": said,
                "subtitle": Box(area.x, said.bottom + GUTTER / 2, area.width, area.bottom - said.bottom),
            }
        case Layout.STATEMENT if title is not None and "subtitle" not in match.slots:
            return {
                "subtitle": Box(
                    title.box.x, title.box.bottom + GAP, title.box.width, on.lowest - title.box.bottom - GAP
                )
            }
        case Layout.CLOSING if title is not None:
            body = match.slots.get("body")
            if body is not None:
                return _closing(_clipped(body.box, on.lowest))
            top = title.box.bottom + GAP
            free = Box(title.box.x, top, max(title.box.width, area.right - title.box.x), on.lowest - top)
            return _closing(area if match.substitute else clear_of(free, artwork))
        case Layout.QUOTE if match.substitute:
            return _quote(area)
        case Layout.QUOTE:
            return _quoted(match, on)
        case Layout.BLANK:
            top = min(area.y, max(_HIGHEST_TEXT, on.top))
            return {"body": clear_of(Box(area.x, top, area.width, area.bottom - top), artwork)}
        case _:
            return {}


def _quoted(match: Match, on: Page) -> dict[str, Box]:
    """What a layout for quotations has no placeholder for: who said it, or a title above a quotation in its place."""
    boxes: dict[str, Box] = {}
    quote = match.slots["quote"].box
    if "attribution" not in match.slots:
        boxes["attribution"] = Box(quote.x, min(quote.bottom + GAP, on.lowest - 2 * LINE), quote.width, 2 * LINE)
    if "title" not in match.slots:
        boxes["title"] = Box(quote.x, max(GAP, quote.y - LINE), quote.width, LINE)
    return boxes


def _is_mark(item: Artwork) -> bool:
    """Whether it is a logo or a claim, and no ground, bar or drawn shape."""
    is_small = item.box.width < WIDTH / 2 and item.box.height < HEIGHT / 2
    match item:
        case LayoutPicture(color=None):
            return is_small
        case LayoutText():
            return is_small
        case _:
            return False


def _holds(mark: Box, foot: Box) -> bool:
    """Whether a logo or claim stands where a line at the foot would: a template with one there has no such line."""
    wide = min(mark.right, foot.right) - max(mark.x, foot.x)
    high = min(mark.bottom, foot.bottom) - max(mark.y, foot.y)
    return wide > 0 and high > 0 and wide * high >= _MOST_TAKEN * foot.width * foot.height


_MOST_TAKEN = 0.3
"""The share of an area that artwork may take from it; what covers more is a ground to write on."""


def clear_of(area: Box, artwork: Sequence[Box]) -> Box:
    """The part of an area that rules, logos and the like leave free at its top, its foot and its sides."""
    left, top, right, bottom = area.x, area.y, area.right, area.bottom
    for item in artwork:
        wide = min(item.right, area.right) - max(item.x, area.x)
        high = min(item.bottom, area.bottom) - max(item.y, area.y)
        if wide <= 0 or high < 0 or wide * max(high, 1.0) > _MOST_TAKEN * area.width * area.height:
            continue
        cuts = {
            "top": item.bottom + GAP / 2 - area.y,
            "bottom": area.bottom - item.y + GAP / 2,
            "left": item.right + GAP / 2 - area.x,
            "right": area.right - item.x + GAP / 2,
        }
        sides = {"top": area.width, "bottom": area.width, "left": area.height, "right": area.height}
        side = min(cuts, key=lambda name: cuts[name] * sides[name])
        if cuts[side] * sides[side] > _MOST_TAKEN * area.width * area.height:
            continue
        match side:
            case "top":
                top = max(top, item.bottom + GAP / 2)
            case "bottom":
                bottom = min(bottom, item.y - GAP / 2)
            case "left":
                left = max(left, item.right + GAP / 2)
            case _:
                right = min(right, item.x - GAP / 2)
    return Box(left, top, max(1.0, right - left), max(1.0, bottom - top))


def _cover(layout: Layout, match: Match, title: Holder, on: Page) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    head = title.box
    if match.substitute and title.fill is None and layout is Layout.TITLE:
        head = boxes["title"] = Box(head.x, 176, head.width, 208)
    given = match.slots.get("subtitle")
    if given is not None:
        sub = _clipped(given.box, HEIGHT)
    elif head.bottom + GAP + 2 * LINE <= on.lowest:
        sub = boxes["subtitle"] = Box(head.x, head.bottom + GAP, head.width, min(110.0, on.lowest - head.bottom - GAP))
    else:
        sub = boxes["subtitle"] = Box(head.x, head.y - 2 * LINE - GAP, head.width, 2 * LINE)
    if layout is Layout.TITLE and "byline" not in match.slots:
        below, above = max(sub.bottom, head.bottom) + GAP, min(sub.y, head.y) - GAP - LINE
        if given is not None and _spare(given, 1) >= LINE + GAP and sub.bottom <= on.lowest:
            boxes["byline"] = Box(sub.x, sub.bottom - LINE, sub.width, LINE)
        elif sub.height >= 3 * LINE:
            boxes["subtitle"] = Box(sub.x, sub.y, sub.width, min(sub.bottom, on.lowest) - sub.y - LINE - GAP)
            boxes["byline"] = Box(sub.x, min(sub.bottom, on.lowest) - LINE, sub.width, LINE)
        elif below + LINE > on.lowest and above > GAP:
            boxes["byline"] = Box(sub.x, above, sub.width, LINE)
        else:
            boxes["byline"] = Box(sub.x, min(below, HEIGHT - LINE), sub.width, LINE)
    return boxes


def _demo(title: Holder, on: Page, artwork: Sequence[Box]) -> dict[str, Box]:
    """The terminal takes all available space: it has to hold 24 lines.

    It may stand on the lower edge of a high placeholder, below a line of its title; a title too high for that is made
    lower.
    """
    boxes = dict[str, Box]()
    lower = _DEMO_LINE + 8 + _TERMINAL.height
    top = min(title.box.bottom, max(on.lowest - lower, title.box.bottom - _spare(title, 1)))
    if top > _HIGHEST or top + lower > on.lowest:
        head = boxes["title"] = Box(
            title.box.x, min(title.box.y, on.top), title.box.width, min(title.box.height, _DEMO_TITLE)
        )
        top = head.bottom
    width = max(on.area.width, _TERMINAL.width)
    x = max(0.0, min(on.area.x, WIDTH - width - 24))
    free = clear_of(Box(x, top + 4, width, on.lowest - top - 4), artwork)
    if free.height < _TERMINAL.height / 2:
        free = Box(x, top + 4, width, on.lowest - top - 4)
    high = min(LINE, max(_DEMO_LINE, free.height - _TERMINAL.height - 4))
    top = free.y + high + 4
    return {
        **boxes,
        "body": Box(max(free.x, on.area.x), free.y, min(on.area.width, free.width), high),
        "terminal": Box(free.x, top, free.width, free.bottom - top),
    }


def _halves(area: Box, gap: float = GUTTER) -> tuple[Box, Box]:
    width = (area.width - gap) / 2
    return replace(area, width=width), replace(area, x=area.x + width + gap, width=width)


def _comparison(area: Box) -> dict[str, Box]:
    """Two columns with their headings, within the cards behind them; a low area is too small for these."""
    boxes: dict[str, Box] = {}
    beside, above, below = CARD_PADDING if area.height >= _CARDED else (0.0, 0.0, 0.0)
    for name, card in zip(("left", "right"), _halves(area, _CARD_GAP if beside else GUTTER), strict=True):
        half = Box(card.x + beside, card.y + above, card.width - 2 * beside, card.height - above - below)
        boxes[f"{name}-heading"] = replace(half, height=LINE)
        boxes[name] = Box(half.x, half.y + LINE + GAP, half.width, half.height - LINE - GAP)
    return boxes


def _image(area: Box) -> dict[str, Box]:
    picture = replace(area, height=area.height - LINE - GAP)
    return {"image": picture, "caption": Box(area.x, area.bottom - LINE, area.width, LINE)}


def _closing(area: Box) -> dict[str, Box]:
    side = min(area.height, area.width * CODE_SHARE)
    words = replace(area, width=area.width - side - GUTTER)
    return {"body": words, "image": Box(area.right - side, area.y, side, side)}


def _quote(area: Box) -> dict[str, Box]:
    quote = replace(area, height=max(area.height * 0.5, min(_QUOTE, area.height - 2 * LINE)))
    return {
        "quote": quote,
        "attribution": Box(area.x, quote.bottom + GAP, area.width, area.bottom - quote.bottom - GAP),
    }


def _clipped(box: Box, lowest: float) -> Box:
    """The part of a box that is on the slide."""
    if box.x >= 0 and box.y >= 0 and box.right <= WIDTH and box.bottom <= lowest:
        return box
    left, top = max(0.0, box.x), max(0.0, box.y)
    return Box(left, top, max(1.0, min(WIDTH, box.right) - left), max(1.0, min(lowest, box.bottom) - top))
