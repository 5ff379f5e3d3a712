"""Compares the words of a deck with the planned time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from quarterdeck.diagnostics import Diagnostic, Severity
from quarterdeck.model.content import Admonition, Block, Callout, DefinitionList, Heading, Paragraph, Table, plain_text
from quarterdeck.model.deck import Deck, Slide
from quarterdeck.model.walk import every

SPOKEN = 160.0
"""Words per minute of a fluent speaker who reads the notes aloud."""
READ = 240.0
"""Words per minute that an audience reads."""
TOLERANCE = 1.1
"""The factor by which it may take longer than planned."""
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
CHARACTERS_IN_WORD = 2.0
"""Characters of Chinese, Japanese and Korean that count as one word."""


def reading_seconds(slide: Slide) -> float:
    """The time to say the notes of a slide or to read the slide, whichever is longer."""
    spoken = _words(slide.notes) / SPOKEN
    shown = _words(block for blocks in slide.slots.values() for block in blocks) / READ
    return 60 * max(spoken, shown)


def too_much_said(deck: Deck) -> Iterator[Diagnostic]:
    """Warnings for slides whose notes or text take longer than their ``duration``, and for a deck that does."""
    total = 0.0
    for slide in deck.slides:
        needed = reading_seconds(slide)
        if not slide.hidden:
            total += max(needed, slide.duration or 0.0)
        if slide.duration is not None and needed > slide.duration * TOLERANCE:
            yield Diagnostic(
                f"it takes {_clock(needed)} to read this slide or say its notes, {_clock(slide.duration)} is planned",
                slide.span,
                "shorten the notes, or give the slide more time with 'duration'",
                "reading-time",
                Severity.WARNING,
            )
    planned = any(slide.duration is not None for slide in deck.slides)
    if deck.duration is not None and not planned and deck.slides and total > deck.duration * TOLERANCE:
        yield Diagnostic(
            f"it takes {_clock(total)} to read the slides and say their notes, {_clock(deck.duration)} is planned",
            deck.slides[0].span,
            "shorten the notes, or change 'duration' of the deck",
            "reading-time",
            Severity.WARNING,
        )


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"


def _words(blocks: Iterable[Block]) -> float:
    text = " ".join(_text(blocks))
    characters = len(_EAST_ASIAN.findall(text))
    return len(_WORD.findall(_EAST_ASIAN.sub(" ", text))) + characters / CHARACTERS_IN_WORD


def _text(blocks: Iterable[Block]) -> Iterator[str]:
    """The text that is read as prose, without code and pictures."""
    for block in every(blocks):
        match block:
            case Paragraph(inlines=text) | Heading(inlines=text) | Admonition(title=text) | Callout(title=text):
                yield plain_text(text)
            case DefinitionList(items=definitions):
                yield from (plain_text(definition.term) for definition in definitions)
            case Table(header=header, rows=rows):
                yield from (plain_text(cell) for row in (header, *rows) for cell in row.cells)
