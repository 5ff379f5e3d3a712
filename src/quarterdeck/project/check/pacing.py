"""Whether what a deck says can be said in the time that is planned."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from quarterdeck.diagnostics import Diagnostic, Severity
from quarterdeck.model.content import Admonition, Block, Callout, DefinitionList, Heading, Paragraph, Table, plain_text
from quarterdeck.model.deck import Deck, Slide
from quarterdeck.model.walk import every

SPOKEN = 160.0
"""Words a minute of a fluent speaker, who reads the notes out."""
READ = 240.0
"""Words a minute that an audience reads."""
TOLERANCE = 1.1
"""How much longer than planned it may take."""
_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
_EAST_ASIAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
CHARACTERS_IN_WORD = 2.0
"""Of Chinese, Japanese and Korean."""


def reading_seconds(slide: Slide) -> float:
    """The time to say the notes of a slide, or to read it where there is more of that."""
    spoken = _words(slide.notes) / SPOKEN
    shown = _words(block for blocks in slide.slots.values() for block in blocks) / READ
    return 60 * max(spoken, shown)


def too_much_said(deck: Deck) -> Iterator[Diagnostic]:
    """Slides whose notes or text take longer than their ``duration``, and a deck that takes longer than its own."""
    total = 0.0
    for slide in deck.slides:
        needed = reading_seconds(slide)
        if not slide.hidden:
            total += max(needed, slide.duration or 0.0)
        if slide.duration is not None and needed > slide.duration * TOLERANCE:
            yield Diagnostic(
                f"it takes {_clock(needed)} to read this slide or say its notes, "
                f"and {_clock(slide.duration)} are planned",
                slide.span,
                "say less, or plan more with 'duration'",
                "reading-time",
                Severity.WARNING,
            )
    planned = any(slide.duration is not None for slide in deck.slides)
    if deck.duration is not None and not planned and deck.slides and total > deck.duration * TOLERANCE:
        yield Diagnostic(
            f"it takes {_clock(total)} to read the slides and say their notes, and {_clock(deck.duration)} are planned",
            deck.slides[0].span,
            "say less, or change 'duration' of the deck",
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
    """What is read as prose: code isn't, and neither are pictures."""
    for block in every(blocks):
        match block:
            case Paragraph(inlines=text) | Heading(inlines=text) | Admonition(title=text) | Callout(title=text):
                yield plain_text(text)
            case DefinitionList(items=definitions):
                yield from (plain_text(definition.term) for definition in definitions)
            case Table(header=header, rows=rows):
                yield from (plain_text(cell) for row in (header, *rows) for cell in row.cells)
