"""The boxes of our slots on a template's layout: its placeholders, or our own boxes within its margins."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.model.deck import SLOTS, Layout
from quarterdeck.model.theme import HEIGHT, WIDTH, Box, Slot, Theme
from quarterdeck.theme.template.match import Match
from quarterdeck.theme.template.placeholders import FEET, Holder

GUTTER = 48.0
LINE = 40.0
"""px for a line of small text."""
GAP = 12.0
_FOOT = 0.8 * HEIGHT
"""Placeholders of the foot below this share of the slide bound the area of content."""
_LOWEST = 684.0
"""px where content ends on a layout without a foot."""
_DEMO_TITLE = 64.0
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


def slots_of(layout: Layout, match: Match, on: Page, base: Theme) -> dict[str, Slot]:
    """Every slot of one of our layouts, in reading order, then the foot."""
    models = base.layouts[layout].slots
    boxes = _boxes(layout, match, on)
    slots: dict[str, Slot] = {}
    for name in ("title", *SLOTS[layout], "byline"):
        holder, box = match.slots.get(name), boxes.get(name)
        if name not in models or (box is None and holder is None):
            continue
        model = models[name]
        if layout is Layout.QUOTE and name == "title":
            model = replace(model, style="title")
        if box is not None:
            align = holder.look.align if holder is not None else _alignment(layout, match, model.align)
            slots[name] = replace(model, box=box, align=align)
        elif holder is not None and holder.kind == "pic":
            slots[name] = replace(model, box=_clipped(holder.box, HEIGHT))
        elif holder is not None:
            slots[name] = Slot(_clipped(holder.box, HEIGHT), model.style, holder.anchor, holder.look.align)
    for holder in match.candidate.holders:
        foot = FEET.get(holder.kind)
        if foot is not None and foot not in slots:
            slots[foot] = Slot(holder.box, "footer", holder.anchor, holder.look.align)
    return slots


def _alignment(layout: Layout, match: Match, usual: str) -> str:
    """A cover's lines are aligned as its title is."""
    title = match.slots.get("title")
    return title.look.align if title is not None and layout in (Layout.TITLE, Layout.SECTION) else usual


def _boxes(layout: Layout, match: Match, on: Page) -> dict[str, Box]:
    """Boxes for slots without a placeholder, and for those that can't use the place of theirs."""
    area, title = on.area, match.slots.get("title")
    match layout:
        case Layout.TITLE | Layout.SECTION if title is not None:
            return _cover(layout, match, title)
        case Layout.DEMO if title is not None:
            return _demo(title, on)
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
            picture = match.slots["image"].box
            below = picture.bottom + LINE + GAP < on.lowest
            return (
                {"caption": Box(picture.x, picture.bottom + GAP / 2, picture.width, LINE)} if below else _image(picture)
            )
        case Layout.QUOTE if match.substitute:
            return _quote(area)
        case Layout.QUOTE if "attribution" not in match.slots:
            quote = match.slots["quote"].box
            return {"attribution": Box(quote.x, min(quote.bottom + GAP, on.lowest - 2 * LINE), quote.width, 2 * LINE)}
        case Layout.BLANK:
            top = max(0.0, min(area.y, on.top))
            return {"body": Box(area.x, top, area.width, area.bottom - top)}
        case _:
            return {}


def _cover(layout: Layout, match: Match, title: Holder) -> dict[str, Box]:
    boxes: dict[str, Box] = {}
    head = title.box
    if match.substitute:
        head = boxes["title"] = Box(head.x, 176, head.width, 208)
    given = match.slots.get("subtitle")
    if given is not None:
        sub = _clipped(given.box, HEIGHT)
    elif head.bottom + GAP + 2 * LINE <= _LOWEST:
        sub = boxes["subtitle"] = Box(head.x, head.bottom + GAP, head.width, min(110.0, _LOWEST - head.bottom - GAP))
    else:
        sub = boxes["subtitle"] = Box(head.x, head.y - 2 * LINE - GAP, head.width, 2 * LINE)
    if layout is Layout.TITLE and "byline" not in match.slots:
        if sub.height >= 3 * LINE:
            boxes["subtitle"] = Box(sub.x, sub.y, sub.width, sub.height - LINE - GAP)
            boxes["byline"] = Box(sub.x, sub.bottom - LINE, sub.width, LINE)
        else:
            boxes["byline"] = Box(sub.x, min(max(sub.bottom, head.bottom) + GAP, HEIGHT - LINE), sub.width, LINE)
    return boxes


def _demo(title: Holder, on: Page) -> dict[str, Box]:
    """The terminal takes all available space: it has to hold 24 lines."""
    head, area = title.box, on.area
    head = Box(head.x, head.y, head.width, min(head.height, _DEMO_TITLE))
    body = Box(area.x, head.bottom + 4, area.width, 44)
    top = max(head.bottom + 4, min(body.bottom + 4, on.lowest - _TERMINAL.height))
    body = replace(body, height=max(20.0, top - 4 - body.y))
    width = max(area.width, _TERMINAL.width)
    x = max(0.0, min(area.x, WIDTH - width - 24))
    return {"title": head, "body": body, "terminal": Box(x, top, width, on.lowest - top)}


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
    left, top = max(0.0, box.x), max(0.0, box.y)
    return Box(left, top, max(1.0, min(WIDTH, box.right) - left), max(1.0, min(lowest, box.bottom) - top))
