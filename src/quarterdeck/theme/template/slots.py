"""The boxes of our slots on a template's layout: its placeholders, or our own boxes within its margins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.model.deck import SLOTS, Layout
from quarterdeck.model.theme import HEIGHT, WIDTH, Box, Slot, Theme
from quarterdeck.theme.template.match import COVERS, Match
from quarterdeck.theme.template.placeholders import FEET, TITLES, Holder

GUTTER = 48.0
LINE = 40.0
"""px for a line of small text."""
GAP = 12.0
_FOOT = 0.8 * HEIGHT
"""Placeholders of the foot below this share of the slide bound the area of content."""
_LOWEST = 684.0
"""px where content ends on a layout without a foot."""
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
        return Page(_clipped(body.box, lowest), title.box.y, lowest)
    top = title.box.bottom + GAP * 2 if title.box.bottom < HEIGHT / 2 else HEIGHT * 0.25
    return Page(_clipped(Box(title.box.x, top, title.box.width, lowest - top), lowest), title.box.y, lowest)


def slots_of(layout: Layout, match: Match, on: Page, base: Theme, artwork: Sequence[Box]) -> dict[str, Slot]:
    """Every slot of one of our layouts, in reading order, then the foot; ``artwork`` is what the layout draws."""
    models = base.layouts[layout].slots
    boxes = _boxes(layout, match, on, artwork)
    slots: dict[str, Slot] = {}
    for name in ("title", *SLOTS[layout], "byline", *(("part",) if "part" in match.slots else ())):
        holder, box = match.slots.get(name), boxes.get(name)
        if name not in models or (box is None and holder is None):
            continue
        model = models[name]
        if layout is Layout.QUOTE and name == "title":
            model = replace(model, style="title" if holder is not None else "label")
        if box is not None:
            align = holder.look.align if holder is not None else _alignment(layout, match, model.align)
            slots[name] = replace(model, box=box, align=align)
            if name == "image":
                whole = holder.frame if holder is not None else on.area
                slots[name] = replace(slots[name], alone=_clipped(whole, HEIGHT))
        elif holder is not None and holder.kind == "pic":
            slots[name] = replace(model, box=_clipped(holder.frame, HEIGHT))
        elif holder is not None:
            box = _room(holder, match, on)
            slots[name] = Slot(box, model.style, holder.anchor, holder.look.align, give=_give(holder, box))
    for holder in match.candidate.holders:
        foot = FEET.get(holder.kind)
        if foot is not None and foot not in slots:
            slots[foot] = Slot(holder.box, foot, holder.anchor, holder.look.align)
    return slots


def _give(holder: Holder, box: Box) -> float:
    """How much higher than its box the text of a placeholder may be: a line of its own size always fits."""
    line = holder.look.size * holder.look.leading + 1
    return round(max(holder.insets[1] + holder.insets[3], line - box.height), 2)


def _room(holder: Holder, match: Match, on: Page) -> Box:
    """The box of a placeholder's text; one that PowerPoint makes as high as its text may be as high as the slide."""
    box = _clipped(holder.box, HEIGHT)
    below = [h for h in match.candidate.holders if h is not holder and h.frame.y >= holder.frame.bottom - 1]
    if not holder.grows or holder.kind in TITLES or any(h.kind not in FEET for h in below):
        return box
    return replace(box, height=max(box.height, on.lowest - box.y))


def _alignment(layout: Layout, match: Match, usual: str) -> str:
    """A cover's lines are aligned as its title is."""
    title = match.slots.get("title")
    return title.look.align if title is not None and layout in (Layout.TITLE, Layout.SECTION) else usual


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
            below = picture.bottom + LINE + GAP < on.lowest
            return (
                {"caption": Box(picture.x, picture.bottom + GAP / 2, picture.width, LINE)} if below else _image(picture)
            )
        case Layout.QUOTE if match.substitute:
            return _quote(area)
        case Layout.QUOTE:
            return _quoted(match, on)
        case Layout.BLANK:
            top = max(0.0, min(area.y, on.top))
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
    if match.substitute and title.fill is None:
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
        if sub.height >= 3 * LINE:
            boxes["subtitle"] = Box(sub.x, sub.y, sub.width, min(sub.bottom, on.lowest) - sub.y - LINE - GAP)
            boxes["byline"] = Box(sub.x, min(sub.bottom, on.lowest) - LINE, sub.width, LINE)
        elif below + LINE > on.lowest and above > GAP:
            boxes["byline"] = Box(sub.x, above, sub.width, LINE)
        else:
            boxes["byline"] = Box(sub.x, min(below, HEIGHT - LINE), sub.width, LINE)
    return boxes


def _demo(title: Holder, on: Page, artwork: Sequence[Box]) -> dict[str, Box]:
    """The terminal takes all available space: it has to hold 24 lines.  A title too high for that is made lower."""
    head, boxes = title.box, dict[str, Box]()
    if head.bottom > _HIGHEST or head.bottom + LINE + _TERMINAL.height > on.lowest:
        head = boxes["title"] = Box(head.x, min(head.y, on.top), head.width, min(head.height, _DEMO_TITLE))
    width = max(on.area.width, _TERMINAL.width)
    x = max(0.0, min(on.area.x, WIDTH - width - 24))
    free = clear_of(Box(x, head.bottom + 4, width, on.lowest - head.bottom - 4), artwork)
    if free.height < _TERMINAL.height / 2:
        free = Box(x, head.bottom + 4, width, on.lowest - head.bottom - 4)
    high = min(LINE, max(_DEMO_LINE, free.height - _TERMINAL.height))
    top = free.y + high + 4
    return {
        **boxes,
        "body": Box(max(free.x, on.area.x), free.y, min(on.area.width, free.width), high),
        "terminal": Box(free.x, top, free.width, free.bottom - top),
    }


def _halves(area: Box) -> tuple[Box, Box]:
    width = (area.width - GUTTER) / 2
    return replace(area, width=width), replace(area, x=area.x + width + GUTTER, width=width)


def _comparison(area: Box) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    for name, half in zip(("left", "right"), _halves(area), strict=True):
        boxes[f"{name}-heading"] = replace(half, height=LINE)
        boxes[name] = Box(half.x, half.y + LINE + GAP, half.width, half.height - LINE - GAP)
    return boxes


def _image(area: Box) -> dict[str, Box]:
    picture = replace(area, height=area.height - LINE - GAP)
    return {"image": picture, "caption": Box(area.x, area.bottom - LINE, area.width, LINE)}


def _quote(area: Box) -> dict[str, Box]:
    quote = replace(area, height=area.height * 0.5)
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
