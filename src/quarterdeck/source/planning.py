"""The agenda of a talk: the durations of its slides, section by section, with breaks between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quarterdeck.model.agenda import Agenda, Break, Part, Schedule
from quarterdeck.model.deck import Slide
from quarterdeck.model.phrases import Words


def plan(slides: Sequence[Slide], title: str, schedule: Schedule, words: Words) -> Agenda:
    """The agenda of the shown slides; ``title`` is that of the slides before the first section."""
    shown = [slide for slide in slides if not slide.hidden]
    waiting = list(schedule.breaks)
    parts: list[Part] = []
    now = 0.0
    for group in _groups(shown, {b.after for b in waiting if b.after}):
        seconds = sum(slide.duration or 0.0 for slide in group)
        parts.append(Part(group[0].section or title, now, seconds, slides=tuple(slide.id for slide in group)))
        now += seconds
        if group[-1] is shown[-1]:
            break  # nothing comes after
        for each in [b for b in waiting if _is_due(b, group[-1], shown, (schedule.start or 0) + now / 60)]:
            parts.append(Part(each.title or words.pause, now, each.seconds, is_break=True))
            now += each.seconds
            waiting.remove(each)
    return Agenda(tuple(parts), schedule.start, tuple(slide.id for slide in shown if slide.duration is None))


def _groups(slides: Sequence[Slide], ends: set[str]) -> Iterator[list[Slide]]:
    """The slides section by section; a section is cut after each slide in ``ends``."""
    group: list[Slide] = []
    for slide in slides:
        if group and (slide.section_id != group[-1].section_id or _is_cut(group[-1], ends)):
            yield group
            group = []
        group.append(slide)
    if group:
        yield group


def _is_cut(slide: Slide, ends: set[str]) -> bool:
    """Whether a break follows this slide; the id of a section slide means its section."""
    return slide.id in ends and slide.id != slide.section_id


def _is_due(each: Break, last: Slide, shown: Sequence[Slide], minutes: float) -> bool:
    """Whether a break follows the slide ``last``, which ends a group at this time of day."""
    following = shown[shown.index(last) + 1]
    ends_section = following.section_id != last.section_id
    if each.after is not None:
        return (ends_section and each.after == last.section_id) or _is_cut(last, {each.after})
    return ends_section and each.at is not None and minutes >= each.at
