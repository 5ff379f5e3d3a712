"""What someone changed in a file since it was built, as edits of the paragraphs that the deck gives now.

Three states are compared: the file as it was built (checksums alone), as it was edited, and as the deck gives it now.
Slides belong together by their names, else by their paragraphs, else by their words: LibreOffice drops names, and gives
shapes new numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

from quarterdeck.compile.pptx.base import BaseSlide
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.text.source_file import shown_path
from quarterdeck.workshop.edits.changes import Comparison, Refusal
from quarterdeck.workshop.edits.pages import Page, Pages, read_pages
from quarterdeck.workshop.edits.slide import SlideComparison

LEAST_SHARED = 0.5
"""Share of a slide's paragraphs that two versions have in common, if their names don't tell."""
LEAST_KNOWN = 0.3
"""Share of the base's paragraphs that the deck must still give: below, it was built with other options."""


def base_of(edited: Pages, name: str, original: Path | None) -> Sequence[BaseSlide]:
    """What a file keeps of itself as it was built, or else the file ``original``.

    Raises:
        QuarterdeckError: when neither has it.

    """
    base = read_pages(original).base if original is not None else edited.base
    if base is None:
        raise QuarterdeckError.of(
            f"{shown_path(original) if original is not None else name} doesn't say what it was built from",
            hint="LibreOffice and Google drop that: give the file as it was built with --base FILE"
            if original is None
            else "--base takes the PPTX as 'quarterdeck build' wrote it",
            code="no-base",
        )
    return base


def comparison_of(base: Sequence[BaseSlide], edited: Pages, now: Pages, name: str) -> Comparison:
    """What changed in a file.

    Raises:
        QuarterdeckError: when it was built from another deck, or with other options.

    """
    found = compared(base, edited.pages, now.pages)
    if found.known < LEAST_KNOWN:
        raise QuarterdeckError.of(
            f"{name} was built from another deck, or from another form of it",
            hint="give the same --set, --audience, --role, --lang and --finish as 'build' got; for a variant of a "
            "workshop, its manifest instead of the deck",
            code="other-deck",
        )
    return found


def compared(base: Sequence[BaseSlide], edited: Sequence[Page], now: Sequence[Page]) -> Comparison:
    """What changed from ``base`` to ``edited``, for the deck that gives ``now``."""
    names = [slide.id for slide in base]
    sums = [[s for shape in slide.shapes for s in shape.paragraphs] for slide in base]
    to_edited = _matched(names, sums, edited)
    to_now = _matched(names, sums, now)
    lost = {slide: now[number] for slide, number in to_now.items() if slide not in to_edited}
    to_edited |= _reworded(names, lost, edited, to_edited)
    found = Comparison()
    for place, slide in enumerate(base):
        theirs, ours = to_edited.get(place), to_now.get(place)
        if theirs is None:
            if ours is not None:
                found.removed.append(ours)
        elif ours is None:
            if _is_changed(slide, edited[theirs]):
                what = f"slide {theirs + 1} ('{edited[theirs].title}') was edited, and the deck no longer has it"
                found.refusals.append(Refusal(None, what, is_conflict=True))
        else:
            found.pairs[ours] = theirs
            if edited[theirs].is_hidden != now[ours].is_hidden:
                found.hidden.append(ours)
            SlideComparison(slide, edited[theirs], now[ours], ours, found).compare()
    matched, has_names = set(to_edited.values()), any(page.name in names for page in edited)
    back = {theirs: to_now.get(place) for place, theirs in to_edited.items()}
    for number, page in enumerate(edited):
        if number not in matched:
            before = next((back[n] for n in range(number - 1, -1, -1) if back.get(n) is not None), None)
            found.added.append((page, before))
            if not has_names and (gone := _lost_near(number, to_edited, to_now)) is not None:
                found.doubtful[number] = gone
    order = [back[n] for n in range(len(edited)) if back.get(n) is not None]
    if order != sorted(order, key=lambda n: n or 0):
        found.refusals.append(Refusal(None, "slides were put into another order", "move them in the deck's source"))
    known = Counter(paragraph.sum for page in now for shape in page.shapes for paragraph in shape.paragraphs)
    every = [s for slide in sums for s in slide]
    found.known = sum(s in known for s in every) / len(every) if every else 1.0
    return found


def _is_changed(slide: BaseSlide, page: Page) -> bool:
    kept = Counter(s for shape in slide.shapes for s in shape.paragraphs)
    return kept != Counter(p.sum for shape in page.shapes for p in shape.paragraphs)


def _matched(names: Sequence[str], sums: Sequence[Sequence[str]], pages: Sequence[Page]) -> dict[int, int]:
    """The index of the page for each slide of the base that has one."""
    found: dict[int, int] = {}
    counts = [Counter(p.sum for shape in page.shapes for p in shape.paragraphs) for page in pages]
    named: dict[str, list[int]] = {}
    for number, page in enumerate(pages):
        named.setdefault(page.name, []).append(number)
    for slide, name in enumerate(names):
        if same := named.get(name):
            found[slide] = max(same, key=lambda page: (_share(Counter(sums[slide]), counts[page]), -page))
    known, taken = frozenset(names), set(found.values())
    free = [page for page in range(len(pages)) if page not in taken and pages[page].name not in known]
    rest = {slide: Counter(sums[slide]) for slide in range(len(names)) if slide not in found}
    found |= _alike(rest, {page: counts[page] for page in free})
    taken = set(found.values())
    for slide in set(range(len(names))) - set(found):
        other = found.get(slide - 1, -1) + 1
        alone = found.get(slide + 1, len(pages)) == other + 1 and other in free and other not in taken
        if alone and counts[other].total() == len(sums[slide]) and _share(Counter(sums[slide]), counts[other]):
            found[slide] = other  # most of it was edited, but it stands between the same slides
    return found


def _reworded(
    names: Sequence[str], lost: Mapping[int, Page], edited: Sequence[Page], known: Mapping[int, int]
) -> dict[int, int]:
    """The pages of slides that were lost: all their paragraphs may have been edited, but for a few words each."""
    taken = set(known.values())
    free = {n: _words(page) for n, page in enumerate(edited) if n not in taken and page.name not in names}
    return _alike({slide: _words(page) for slide, page in lost.items()}, free)


def _alike(some: Mapping[int, Counter[str]], others: Mapping[int, Counter[str]]) -> dict[int, int]:
    """The pairs that share most, the best first; of equal ones those whose places are nearest."""
    shares = [
        (-_share(own, theirs), abs(one - other), one, other)
        for one, own in some.items()
        for other, theirs in others.items()
    ]
    found: dict[int, int] = {}
    for share, _, one, other in sorted(shares):
        if -share >= LEAST_SHARED and one not in found and other not in found.values():
            found[one] = other
    return found


def _words(page: Page) -> Counter[str]:
    return Counter(word for text in page.texts for word in text.split())


def _lost_near(number: int, to_edited: Mapping[int, int], to_now: Mapping[int, int]) -> int | None:
    """The deck's slide that belongs between the same slides as a page, and is not in the file, if there is one."""
    before = max((slide for slide, page in to_edited.items() if page < number), default=-1)
    after = min((slide for slide, page in to_edited.items() if page > number), default=max(to_now, default=-1) + 1)
    return next((to_now[slide] for slide in range(before + 1, after) if slide in to_now), None)


def _share(some: Counter[str], others: Counter[str]) -> float:
    most = max(some.total(), others.total())
    return (some & others).total() / most if most else 0.0
