"""How long slides take, and the ``agenda`` fence: a table of when each part begins, filled in once all slides are read.

The body of the fence may give other headings than the usual ones::

    ```agenda
    Uhrzeit | Kapitel | Dauer
    ```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.model.content import Admonition, Align, Block, Callout, Column, Group, List, Quote, Row, Run, Table
from quarterdeck.model.deck import Deck, Slide
from quarterdeck.model.options import SPOKEN, Agenda, Break, Part, Schedule
from quarterdeck.model.phrases import ENGLISH, Words
from quarterdeck.model.walk import prose
from quarterdeck.text.passage import Passage

COLUMNS = (Column(Align.RIGHT, 0.15), Column(Align.LEFT, 0.7), Column(Align.RIGHT, 0.15))
HALF = (Column(Align.RIGHT, 0.1), Column(Align.LEFT, 0.29), Column(Align.RIGHT, 0.09))
HALVES = (*HALF, Column(Align.LEFT, 0.04), *HALF)
"""The columns of an agenda of two halves, side by side."""
MOST_ROWS = 10
"""Parts that a slide can hold below each other."""
_EMPTY = Row(((), (), ()))
_UNFILLED: tuple[Row, ...] = (_EMPTY,)
"""The rows of a table that waits for the agenda; known by its identity."""


def read_agenda(body: Passage, fragment: int | None, found: Diagnostics) -> Table:
    """The table that a fence means, its rows not known yet."""
    written = [line for line in body.lines if line.strip()]
    headings = [word.strip() for word in written[0].strip().strip("|").split("|")] if written else []
    if len(written) > 1 or len(headings) not in (0, len(COLUMNS)):
        found.error(
            "an agenda is made from the durations of slides: it holds at most its three headings",
            body.line_span(0),
            hint="Start | Topic | Minutes",
            code="bad-agenda",
        )
    header = Row(tuple((Run(word),) for word in headings)) if headings else _EMPTY
    return Table(COLUMNS, header, _UNFILLED, fragment=fragment, span=body.line_span(0))


def with_agenda(blocks: Sequence[Block], agenda: Agenda, words: Words) -> tuple[Block, ...]:
    """The blocks with every agenda filled in."""
    return tuple(_filled(block, agenda, words) for block in blocks)


def has_agenda(blocks: Sequence[Block]) -> bool:
    """Whether one of the blocks waits for the agenda."""
    return with_agenda(blocks, Agenda(), ENGLISH) != tuple(blocks)


def _filled(block: Block, agenda: Agenda, words: Words) -> Block:
    match block:
        case Table(rows=rows) if rows is _UNFILLED:
            own = tuple((Run(word),) for word in (words.start, words.topic, words.minutes))
            header = Row(own) if block.header is _EMPTY else block.header
            return _table(replace(block, header=header), _rows(agenda))
        case Group(blocks=inner) | Quote(blocks=inner) | Admonition(blocks=inner) | Callout(blocks=inner):
            return replace(block, blocks=with_agenda(inner, agenda, words))
        case List(items=items):
            return replace(block, items=tuple(replace(i, blocks=with_agenda(i.blocks, agenda, words)) for i in items))
    return block


def _table(unfilled: Table, rows: list[Row]) -> Table:
    if len(rows) <= MOST_ROWS:
        return replace(unfilled, rows=tuple(rows))
    half = (len(rows) + 1) // 2
    left, right = rows[:half], rows[half:] + [_EMPTY] * (2 * half - len(rows))
    return replace(
        unfilled,
        columns=HALVES,
        header=_beside(unfilled.header, unfilled.header),
        rows=tuple(_beside(a, b) for a, b in zip(left, right, strict=True)),
    )


def _beside(left: Row, right: Row) -> Row:
    return Row((*left.cells, (), *right.cells))


def _rows(agenda: Agenda) -> list[Row]:
    """One for each part that takes a minute or more."""
    return [
        Row(
            (
                (Run(agenda.clock(part.begin)),),
                (Run(part.title, italic=part.is_break),),
                (Run(str(part.minutes)),),
            )
        )
        for part in agenda.parts
        if part.minutes > 0
    ]


def plan(slides: Sequence[Slide], title: str, schedule: Schedule, words: Words, total: float | None = None) -> Agenda:
    """The agenda of the shown slides; ``title`` is that of the slides before the first section.

    ``total`` is the deck's duration in seconds: slides without a duration share what it leaves to them equally.
    """
    shown = [slide for slide in slides if not slide.hidden]
    unplanned = tuple(slide.id for slide in shown if slide.duration is None)
    given = sum(slide.duration or 0.0 for slide in shown) + sum(each.seconds for each in schedule.breaks)
    share = max(0.0, (total or 0.0) - given) / len(unplanned) if unplanned else 0.0
    waiting = list(schedule.breaks)
    parts: list[Part] = []
    now = 0.0
    for group in _groups(shown, {b.after for b in waiting if b.after}):
        seconds = sum(share if slide.duration is None else slide.duration for slide in group)
        parts.append(Part(group[0].section or title, now, seconds, slides=tuple(slide.id for slide in group)))
        now += seconds
        if group[-1] is shown[-1]:
            break  # nothing comes after
        for each in [b for b in waiting if _is_due(b, group[-1], shown, (schedule.start or 0) + now / 60)]:
            parts.append(Part(each.title or words.pause, now, each.seconds, is_break=True))
            now += each.seconds
            waiting.remove(each)
    return Agenda(tuple(parts), schedule.start, unplanned, share)


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


def planned_seconds(slides: Sequence[Slide], deck: Deck) -> list[float]:
    """Seconds of each shown slide: its own, or the share that the agenda gives it.

    Slides that one slide of the source has become divide its share among them; where it has a duration, that is the
    first one's.
    """
    unplanned, share = set(deck.agenda.unplanned), deck.agenda.share
    if not deck.agenda.parts:  # a deck that wasn't read from a source
        unplanned = {slide.id for slide in slides if slide.duration is None}
        left = (deck.duration or 0.0) - sum(slide.duration or 0.0 for slide in slides)
        share = max(0.0, left) / max(1, len(unplanned))
    seconds: list[float] = []
    together: list[int] = []
    for slide in slides:
        if slide.duration is not None:
            together = []
            seconds.append(slide.duration)
            continue
        if slide.id in unplanned:
            together = []
        elif not together:
            seconds.append(0.0)
            continue
        together.append(len(seconds))
        seconds.append(0.0)
        for place in together:
            seconds[place] = share / len(together)
    return seconds


READ = 240.0
"""Words per minute that an audience reads."""
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_EAST_ASIAN = "[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
"""Not compiled here, which takes 2 ms: few decks have any."""
CHARACTERS_IN_WORD = 2.0
"""Characters of Chinese, Japanese and Korean that count as one word."""


def reading_seconds(slide: Slide) -> float:
    """The time to say the notes of a slide or to read the slide, whichever is longer."""
    return max(60 * words(" ".join(prose(slide.notes))) / SPOKEN, read_seconds(slide))


def read_seconds(slide: Slide) -> float:
    """The time to read a slide without its notes."""
    return 60 * words(" ".join(prose(block for blocks in slide.slots.values() for block in blocks))) / READ


def words(text: str) -> float:
    """How many words it takes to say a text."""
    if text.isascii():
        return len(_WORD.findall(text))
    characters = len(re.findall(_EAST_ASIAN, text))
    return len(_WORD.findall(re.sub(_EAST_ASIAN, " ", text))) + characters / CHARACTERS_IN_WORD
