"""Matches each of our layouts with one of a template's.

In this order: the same name, a known name, the words of one among others, the type if the placeholders agree, and the
arrangement of the placeholders.  A layout without a match uses one that has just a title.  Whatever a layout is called,
its placeholders must be of use: a body of two lines is none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from msgspec import Struct

from quarterdeck.model.deck import Layout
from quarterdeck.model.theme import HEIGHT, WIDTH, Box
from quarterdeck.theme.template.names import ALIASES, TITLE_ONLY, is_called, is_unusual, plain, tells
from quarterdeck.theme.template.placeholders import FEET, TITLES, Holder

TYPES: Mapping[Layout, tuple[str, ...]] = {
    Layout.TITLE: ("title",),
    Layout.SECTION: ("secHead",),
    Layout.CONTENT: ("obj", "tx"),
    Layout.TWO_COLUMNS: ("twoObj", "twoColTx"),
    Layout.COMPARISON: ("twoTxTwoObj",),
    Layout.IMAGE: ("picTx",),
    Layout.BLANK: ("blank",),
}
"""ST_SlideLayoutType (ECMA-376 part 1, 19.7.15)."""
_SAME_ROW = 0.1 * HEIGHT
"""px by which the tops of columns may differ."""
_LARGE = 0.25 * WIDTH * HEIGHT
"""px² that a layout's only placeholder must have to be its body rather than a line of text."""
_LINE_HEIGHT = 0.12 * HEIGHT
"""px of height that a placeholder for a line or two may have."""
_NEAR = 0.06 * HEIGHT
"""px between a title and a line that belongs to it."""
_FOOT = 0.82 * HEIGHT
"""px below which a line is a source or remark."""
_LEAST_HEIGHT, _LEAST_WIDTH = 0.22 * HEIGHT, 0.25 * WIDTH
"""px that a body must have."""
_LEAST_LINE = 0.2 * WIDTH
"""px of width that a line of a cover needs."""
_CLOSING_TITLE = 0.6 * HEIGHT
"""px above which the title of a closing slide must end."""
_OVERLAP = 0.2
"""Share of a title that a body may cover."""
_NUMBER_SIZE = 1.5
"""How many times larger than the title a placeholder's type must be to hold the number of a section."""
_COVER_SIZE = 53.0
"""px of type from which a title alone in the middle of a slide is a cover's."""


class Candidate(Struct, frozen=True):
    """A layout of the template that could be matched."""

    part: str
    name: str
    kind: str
    """Its ``type``."""
    holders: tuple[Holder, ...]

    @property
    def title(self) -> Holder | None:
        """The placeholder for the title, if there is one."""
        return next((holder for holder in self.holders if holder.kind in TITLES), None)

    @property
    def all_content(self) -> tuple[Holder, ...]:
        """All placeholders but the title and those at the foot, from the top, then from the left."""
        kept = (holder for holder in self.holders if holder.kind not in (*TITLES, *FEET))
        return tuple(sorted(kept, key=lambda holder: (round(holder.frame.y / _SAME_ROW), holder.frame.x)))

    @property
    def content(self) -> tuple[Holder, ...]:
        """Those for content, without the lines above or below a title and at the foot."""
        every = self.all_content
        return tuple(holder for holder in every if not self._is_line(holder, every))

    def _is_line(self, holder: Holder, every: Sequence[Holder]) -> bool:
        """Whether it is a kicker, a subtitle or a source, and not the heading of a column."""
        frame, title = holder.frame, self.title
        if not holder.is_text or frame.height > _LINE_HEIGHT:
            return False
        if any(other is not holder and _beside(other.frame, frame) for other in every):
            return False
        near = title is not None and (
            -_NEAR <= frame.y - title.frame.bottom <= _NEAR or -_NEAR <= title.frame.y - frame.bottom <= _NEAR
        )
        return near or frame.y > _FOOT

    @property
    def is_cover(self) -> bool:
        """Whether it begins a talk: nothing of content may stand there."""
        title = self.title
        if title is None or any(h.area >= _LARGE and h.is_text and h.kind != "subTitle" for h in self.content):
            return False
        return title.kind == "ctrTitle" or self.kind == "title" or is_called(self.name, ALIASES[Layout.TITLE])


class Match(Struct, frozen=True):
    """A layout of the template, and which of its placeholders are our slots."""

    candidate: Candidate
    slots: Mapping[str, Holder]
    substitute: bool = False
    """Whether it is only a substitute for a layout that the template lacks."""


def match_layouts(candidates: Sequence[Candidate]) -> dict[Layout, Match]:
    """A match for every layout; none at all where no layout of the template has a title, or only covers have."""
    bare = _title_only(candidates)
    if bare is None:
        return {}
    usual = sorted(candidates, key=lambda candidate: is_unusual(candidate.name))
    found: dict[Layout, Match] = {}
    tests: tuple[Callable[[Candidate, Layout], bool], ...] = (
        lambda candidate, layout: plain(candidate.name) == plain(layout),
        lambda candidate, layout: is_called(candidate.name, ALIASES[layout]),
        lambda candidate, layout: tells(candidate.name, ALIASES[layout]) and _may_be(candidate, layout),
        lambda candidate, layout: candidate.kind in TYPES.get(layout, ()) and _agrees(candidate, layout),
        lambda candidate, layout: layout in TYPES and _agrees(candidate, layout),
        lambda candidate, layout: layout is Layout.CONTENT and _below_title(candidate),
    )
    for test in tests:
        for layout in Layout:
            if layout not in found:
                found |= dict(_first(usual, layout, test, {match.candidate.part for match in found.values()}))
    return {layout: found.get(layout) or _substitute(layout, found, bare) for layout in Layout}


def _first(
    candidates: Sequence[Candidate], layout: Layout, test: Callable[[Candidate, Layout], bool], taken: set[str]
) -> Iterator[tuple[Layout, Match]]:
    for candidate in candidates:
        slots = _slots(candidate, layout) if candidate.part not in taken and test(candidate, layout) else None
        if slots is not None and _is_of_use(slots, layout) and not (layout not in COVERS and candidate.is_cover):
            yield layout, Match(candidate, slots)
            return


COVERS = (Layout.TITLE, Layout.SECTION)


def _title_only(candidates: Sequence[Candidate]) -> Candidate | None:
    """The layout with a title at the top and as little else as possible; never a cover."""
    titled = [each for each in candidates if each.title is not None and not each.is_cover]
    high = [each for each in titled if each.title is not None and each.title.frame.bottom < HEIGHT / 2]
    for of in (high, titled):
        named = [each for each in of if is_called(each.name, TITLE_ONLY) or each.kind == "titleOnly"]
        empty = [each for each in of if not each.content and each.kind != "secHead"]
        usual = [each for each in of if each.kind in ("obj", "tx")]
        if of:
            return next(iter([*named, *empty, *usual, *of]))
    return None


def _substitute(layout: Layout, found: Mapping[Layout, Match], bare: Candidate) -> Match:
    """The substitute for a layout that the template lacks; no template has layouts for code and demos."""
    if layout is Layout.CODE and Layout.CONTENT in found:
        return found[Layout.CONTENT]
    title = bare.title
    slots = {"title": title} if title is not None and layout is not Layout.BLANK else {}
    return Match(bare, slots, substitute=layout not in (Layout.CODE, Layout.DEMO, Layout.BLANK))


def _is_of_use(slots: Mapping[str, Holder], layout: Layout) -> bool:
    """Whether the placeholders have room for what we put there, and text runs across."""
    if layout in COVERS:
        return all(holder.is_upright for holder in slots.values())
    title = slots.get("title")
    bodies = [slots[name] for name in ("body", "left", "right", "image") if name in slots]
    if any(body.frame.height < _LEAST_HEIGHT or body.frame.width < _LEAST_WIDTH for body in bodies):
        return False
    if not all(holder.is_upright for holder in slots.values()):
        return False
    return title is None or all(_common(title.frame, body.frame) <= _OVERLAP * title.area for body in bodies)


def _below_title(candidate: Candidate) -> bool:
    """Whether its largest placeholder is below the title: it will do for content."""
    title, body = candidate.title, max(candidate.content, key=lambda holder: holder.area, default=None)
    return title is not None and body is not None and body.is_text and body.frame.y >= title.frame.bottom - _NEAR


def _may_be(candidate: Candidate, layout: Layout) -> bool:
    """Whether a layout whose name says more is what its name says."""
    return not is_unusual(candidate.name) and (layout not in _COUNTED or _agrees(candidate, layout))


_COUNTED = (Layout.CONTENT, Layout.TWO_COLUMNS, Layout.COMPARISON)
"""Layouts that differ by how many placeholders they have."""


def _agrees(candidate: Candidate, layout: Layout) -> bool:
    """Whether a layout has exactly our placeholders, arranged as expected."""
    content, every = candidate.content, candidate.all_content
    kinds = [holder.kind for holder in content]
    title = candidate.title
    match layout:
        case Layout.TITLE:
            return (candidate.is_cover and len(every) <= 3) or _is_alone(candidate)
        case Layout.SECTION:
            return (
                title is not None
                and len(every) == 1
                and every[0].kind == "body"
                and every[0].area < _LARGE
                and every[0].frame.height <= 0.3 * HEIGHT
                and title.frame.width >= 0.35 * WIDTH
                and (title.look.size > every[0].look.size or candidate.kind == "secHead")
                and (not candidate._is_line(every[0], every) or title.frame.bottom > 0.25 * HEIGHT)
            )
        case Layout.CONTENT:
            return len(content) == 1 and content[0].area >= _LARGE and _below_title(candidate)
        case Layout.TWO_COLUMNS:
            return len(content) == 2 and "pic" not in kinds and _slots(candidate, layout) is not None
        case Layout.COMPARISON:
            return len(content) == 4 and "pic" not in kinds and _slots(candidate, layout) is not None
        case Layout.IMAGE:
            return kinds.count("pic") == 1 and len(content) <= 2
        case Layout.BLANK:
            return title is None and not every
        case _:
            return False


def _is_alone(candidate: Candidate) -> bool:
    """Whether a large title alone stands in the middle of the slide."""
    title = candidate.title
    if title is None or candidate.all_content or title.look.size < _COVER_SIZE:
        return False
    return 0.25 * HEIGHT < title.frame.y + title.frame.height / 2 < 0.75 * HEIGHT


def _slots(candidate: Candidate, layout: Layout) -> dict[str, Holder] | None:
    """Our slots among the placeholders of a layout; None where one that it can't do without is missing."""
    title = {"title": candidate.title} if candidate.title is not None else {}
    content = candidate.content
    by_size = sorted((holder for holder in content if holder.is_text), key=lambda holder: -holder.area)
    match layout:
        case Layout.BLANK:
            return {}
        case Layout.QUOTE:
            return _quotation(candidate)
        case _ if candidate.title is None:
            return None
        case Layout.STATEMENT:
            return title | dict(zip(("subtitle",), _texts(candidate.all_content), strict=False))
        case Layout.TITLE:
            lines = [holder for holder in candidate.all_content if _is_free_line(holder, candidate)]
            return title | dict(zip(("subtitle", "byline"), _texts(lines), strict=False))
        case Layout.SECTION:
            return title | _section(candidate.title, _texts(candidate.all_content))
        case Layout.CONTENT | Layout.CODE:
            return title | {"body": by_size[0]} if by_size else None
        case Layout.TWO_COLUMNS:
            return _columns(title, by_size[:2], ("left", "right"))
        case Layout.COMPARISON:
            bodies = _columns(title, by_size[:2], ("left", "right"))
            heads = _columns({}, by_size[2:4], ("left-heading", "right-heading"))
            if bodies is None or heads is None or heads["left-heading"].frame.y > bodies["left"].frame.y:
                return None
            return bodies | heads
        case Layout.IMAGE:
            picture = max((h for h in content if h.kind == "pic"), key=lambda holder: holder.area, default=None)
            if picture is None:
                return None
            # PowerPoint's own layout has the caption close to a title below the picture: no subtitle
            near = candidate.all_content if candidate.kind in TYPES[Layout.IMAGE] else content
            captions = [holder for holder in near if holder is not picture and holder.is_text]
            return title | {"image": picture} | dict(zip(("caption",), captions, strict=False))
        case Layout.CLOSING:
            return _closing(candidate.title, content)
        case Layout.DEMO:
            return title
        case _:
            return None


def _closing(title: Holder, content: Sequence[Holder]) -> dict[str, Holder] | None:
    """A title with room for an address below it, and the largest placeholder for text there."""
    if title.frame.bottom > _CLOSING_TITLE:
        return None
    below = (h for h in content if h.is_text and h.frame.y >= title.frame.bottom - _NEAR and _has_room(h))
    text = max(below, key=lambda holder: holder.area, default=None)
    return {"title": title} | ({"body": text} if text is not None else {})


def _has_room(holder: Holder) -> bool:
    return holder.frame.height >= _LEAST_HEIGHT and holder.frame.width >= _LEAST_WIDTH


def _is_free_line(holder: Holder, candidate: Candidate) -> bool:
    """Whether a line of a cover has room there, and isn't where the foot stands."""
    feet = [each.frame for each in candidate.holders if each.kind in FEET]
    taken = max((_common(holder.frame, foot) for foot in feet), default=0.0)
    return holder.frame.width >= _LEAST_LINE and taken <= holder.area / 2


def _section(title: Holder, texts: Sequence[Holder]) -> dict[str, Holder]:
    """What a section has besides its title: a placeholder in much larger type is for its number."""
    number = next((each for each in texts if each.look.size >= _NUMBER_SIZE * title.look.size), None)
    rest = [each for each in texts if each is not number]
    return dict(zip(("subtitle",), rest, strict=False)) | ({"part": number} if number is not None else {})


def _quotation(candidate: Candidate) -> dict[str, Holder] | None:
    """The quotation and who said it: in PowerPoint's own layout for quotations, the title is the quotation."""
    title = candidate.title
    texts = [holder for holder in candidate.all_content if holder.is_text]
    if title is not None and title.frame.height >= _LEAST_HEIGHT and all(text.area < title.area for text in texts):
        below = sorted((h for h in texts if h.frame.y > title.frame.y), key=lambda holder: holder.frame.y)
        return {"quote": title} | dict(zip(("attribution",), below, strict=False))
    largest = sorted(sorted(texts, key=lambda holder: -holder.area)[:2], key=lambda holder: holder.frame.y)
    if not largest:
        return None
    return ({"title": title} if title is not None else {}) | dict(zip(("quote", "attribution"), largest, strict=False))


def _texts(content: Sequence[Holder]) -> list[Holder]:
    return sorted((holder for holder in content if holder.is_text), key=lambda h: h.kind != "subTitle")


def _beside(one: Box, other: Box) -> bool:
    """Whether two boxes share a row."""
    return abs(one.y - other.y) <= _SAME_ROW and (one.right <= other.x + 1 or other.right <= one.x + 1)


def _common(one: Box, other: Box) -> float:
    """The px² that two boxes share."""
    wide = min(one.right, other.right) - max(one.x, other.x)
    high = min(one.bottom, other.bottom) - max(one.y, other.y)
    return max(0.0, wide) * max(0.0, high)


def _columns(title: Mapping[str, Holder], pair: Sequence[Holder], names: tuple[str, str]) -> dict[str, Holder] | None:
    """Two placeholders side by side."""
    if len(pair) != 2:
        return None
    left, right = sorted(pair, key=lambda holder: holder.frame.x)
    if abs(left.frame.y - right.frame.y) > _SAME_ROW or left.frame.right > right.frame.x + 1:
        return None
    return {**title, names[0]: left, names[1]: right}
