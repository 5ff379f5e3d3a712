"""The first page: the deck's cover, the agenda, and the contents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from quarterdeck.compile.handout.demos import NumberedExercise
from quarterdeck.compile.handout.paper import Sheet
from quarterdeck.compile.html.markup import draw_shape, escape
from quarterdeck.model.agenda import Agenda
from quarterdeck.model.deck import Layout
from quarterdeck.model.options import Role
from quarterdeck.model.placed import PlacedShape
from quarterdeck.model.theme import HEIGHT, WIDTH


class ContentsEntry(Struct, frozen=True):
    """A line of the contents."""

    anchor: str
    text: str
    level: int = 1


def write_cover(sheet: Sheet) -> str:
    """The title on the ground and with the shapes of the theme's title slide."""
    deck, theme = sheet.deck, sheet.theme
    layout = theme.layouts[Layout.TITLE]
    shapes = "".join(
        draw_shape(PlacedShape(d.box, d.shape, theme.colors.get(d.color, d.color), d.opacity, d.radius))
        for d in layout.decorations
    )
    ground = theme.colors.get(layout.background, layout.background)
    text = theme.colors["on-accent" if layout.inverse else "text"]
    quiet = theme.colors["on-accent-muted" if layout.inverse else "muted"]
    edition = sheet.words.attendee if deck.role is Role.ATTENDEE else sheet.words.instructor
    by = " · ".join(part for part in (deck.author, deck.date) if part)
    subtitle = f"<p>{escape(deck.subtitle, quote=False)}</p>" if deck.subtitle else ""
    return (
        f'<header class="cover" style="background:{ground};color:{text};--quiet:{quiet}">'
        f'<div class="art" style="width:{WIDTH}px;height:{HEIGHT}px" aria-hidden="true">{shapes}</div>'
        f'<div class="words"><p class="edition">{escape(edition)}</p>'
        f"<h1>{escape(deck.title, quote=False)}</h1>{subtitle}"
        f'<p class="by">{escape(by, quote=False)}</p></div></header>'
    )


def write_agenda(agenda: Agenda, sheet: Sheet) -> str:
    """When each part begins and how long it takes; nothing where there is one part, or nobody planned."""
    if len(agenda.parts) < 2 or not agenda.seconds:
        return ""
    words = sheet.words
    rows = "".join(
        f"<tr{' class=break' if part.is_break else ''}><td>{agenda.clock(part.begin)}</td>"
        f"<td>{escape(part.title, quote=False)}</td><td>{part.minutes} {words.minutes}</td></tr>"
        for part in agenda.parts
        if part.minutes
    )
    head = f"<tr><th>{words.start}</th><th>{words.topic}</th><th></th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    return f'<section class="agenda"><h2>{words.agenda}</h2>{table}</section>'


def write_contents(entries: Sequence[ContentsEntry], pages: Mapping[str, int], sheet: Sheet) -> str:
    """The chapters and exercises, each with its page where that is known."""
    items = "".join(
        f'<li class="level-{entry.level}"><a href="#{escape(entry.anchor)}"><span>{escape(entry.text, quote=False)}'
        f"</span>{_page(entry, pages)}</a></li>"
        for entry in entries
    )
    return f'<nav class="contents"><h2>{sheet.words.contents}</h2><ol>{items}</ol></nav>' if entries else ""


def _page(entry: ContentsEntry, pages: Mapping[str, int]) -> str:
    page = pages.get(entry.anchor)
    return f"<b>{page}</b>" if page else ""


def exercise_entry(exercise: NumberedExercise, sheet: Sheet) -> ContentsEntry:
    """An exercise's line, below that of its chapter."""
    return ContentsEntry(exercise.id, f"{sheet.words.exercise} {exercise.number}: {exercise.title}", 2)
