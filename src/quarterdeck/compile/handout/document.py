"""A deck as a handout: one HTML document without scripts, to be read on a screen or printed.

Format: CSS Paged Media 3 for pages, their headers and footers, which Chromium draws since version 131.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib import resources
from itertools import groupby

from msgspec import Struct

from quarterdeck import __version__
from quarterdeck.compile.handout.demos import NumberedExercise, write_demo, write_exercise, write_hints, write_solutions
from quarterdeck.compile.handout.paper import DrawnFigures, Sheet, custom_properties, paper_colors
from quarterdeck.compile.html.blocks import PAPER, BlockWriter
from quarterdeck.compile.html.markup import draw_decoration, escape, font_faces
from quarterdeck.compile.html.pictures import draw_layout_picture
from quarterdeck.model.content import EXERCISE, Admonition, Asset, Block
from quarterdeck.model.deck import SLOTS, Deck, Layout, Slide
from quarterdeck.model.options import Agenda, Role
from quarterdeck.model.phrases import words
from quarterdeck.model.theme import HEIGHT, WIDTH, LayoutPicture, Theme

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'"
"""The page's content security policy: it carries all that it shows, and runs nothing."""
NO_PAGES: Mapping[str, int] = {}
NO_PICTURES: Mapping[str, Mapping[str, Asset]] = {}


class Chapter(Struct, frozen=True):
    """The slides under one section slide."""

    id: str
    title: str
    slides: tuple[Slide, ...]


class ContentsEntry(Struct, frozen=True):
    """A line of the contents."""

    anchor: str
    text: str
    level: int = 1


def write_handout(
    deck: Deck,
    theme: Theme,
    pictures: Mapping[str, Mapping[str, Asset]] = NO_PICTURES,
    *,
    paper: str = "",
    pages: Mapping[str, int] = NO_PAGES,
) -> str:
    """The document; notes and solutions are in it unless it is an attendee's.

    ``pictures``: those of the pages that demos open, by the demo and the step.  ``paper``: a CSS page size, ``A4``;
    empty leaves it to the printer.  ``pages``: the page number of each anchor of the contents, for a printed copy.
    """
    colors = paper_colors(theme)
    sheet = Sheet(deck, theme, colors, words(deck.lang), BlockWriter(PAPER, DrawnFigures(theme, colors)), pictures)
    whole = deck.role is not Role.ATTENDEE
    exercises = _exercises(deck)
    chapters = tuple(_chapters(deck))
    body = "".join(_chapter(chapter, exercises, sheet, notes=whole) for chapter in chapters)
    numbered = tuple(exercises.values())
    hints = write_hints(numbered, sheet)
    solutions = write_solutions(numbered, sheet) if whole else ""
    entries = tuple(_entries(chapters, exercises, sheet, hints=bool(hints), solutions=bool(solutions)))
    front = _cover(sheet) + _agenda(deck.agenda, sheet) + _contents(entries, pages, sheet)
    document = f"{front}{body}{hints}{solutions}"
    author = f'<meta name="author" content="{escape(deck.author)}">\n' if deck.author else ""
    return f"""<!DOCTYPE html>
<html lang="{escape(deck.lang)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="Quarterdeck {__version__}">
{author}<title>{escape(deck.title)}</title>
<style>{font_faces(theme, [document], [document])}</style>
<style>{custom_properties(theme, sheet.colors)}
{_page_rule(deck, paper)}
{_stylesheet()}</style>
</head>
<body>
<main>
{document}
</main>
</body>
</html>
"""


def _stylesheet() -> str:
    return (resources.files("quarterdeck.compile.handout") / "handout.css").read_text("utf-8")


def _page_rule(deck: Deck, paper: str) -> str:
    """The texts of headers and footers, which only a rule can hold."""
    size = f"size:{paper};" if paper else ""
    return (
        f"@page{{{size}@top-left{{content:{_string(deck.title)}}}@bottom-left{{content:{_string(_byline(deck))}}}"
        "@bottom-right{content:counter(page) ' / ' counter(pages)}}"
    )


def _byline(deck: Deck) -> str:
    return " · ".join(part for part in (deck.author, deck.date) if part)


def _string(text: str) -> str:
    """A CSS string (CSS Syntax 3, 4.3.5) that is safe in a ``style`` element."""
    return '"' + "".join(c if c.isalnum() or c in " .,-·" else f"\\{ord(c):x} " for c in text) + '"'


def _exercises(deck: Deck) -> dict[str, NumberedExercise]:
    """The exercises by the id of the slide that sets them."""
    tasks = [s for s in deck.slides if s.exercise and not s.demo and not s.hidden]
    return {
        slide.id: NumberedExercise(
            n, slide.title_text, deck.exercises[slide.exercise or ""], round((slide.duration or 0) / 60)
        )
        for n, slide in enumerate(tasks, start=1)
    }


def _chapters(deck: Deck) -> Iterator[Chapter]:
    shown = [s for s in deck.slides if not s.hidden and not (s.exercise and s.demo) and s.layout is not Layout.TITLE]
    for number, (section, slides) in enumerate(groupby(shown, key=lambda slide: slide.section), start=1):
        own = tuple(slides)
        head = own[0] if own[0].layout is Layout.SECTION else None
        yield Chapter(head.id if head else f"chapter-{number}", section or "", own)


def _chapter(chapter: Chapter, exercises: Mapping[str, NumberedExercise], sheet: Sheet, *, notes: bool) -> str:
    head = f"<h2>{escape(chapter.title, quote=False)}</h2>" if chapter.title else ""
    slides = "".join(_slide(slide, exercises.get(slide.id), sheet, notes=notes) for slide in chapter.slides)
    anchor = f' id="{escape(chapter.id)}"' if not chapter.slides or chapter.slides[0].id != chapter.id else ""
    return f'<section class="chapter"{anchor}>{head}{slides}</section>'


def _slide(slide: Slide, exercise: NumberedExercise | None, sheet: Sheet, *, notes: bool) -> str:
    """A slide's text, its demo or its exercise, and its notes."""
    is_head = slide.layout is Layout.SECTION
    title = "" if is_head or not slide.title else f"<h3>{escape(slide.title_text, quote=False)}</h3>"
    content = sheet.writer.blocks(_content(slide))
    demo = sheet.deck.demos.get(slide.demo or "")
    parts = [
        title,
        f'<div class="lead">{content}</div>' if is_head and content else content,
        write_demo(demo, sheet) if demo else "",
        write_exercise(exercise, sheet) if exercise else "",
    ]
    if notes and slide.notes:
        parts.append(
            f'<aside class="notes"><p class="kind">{sheet.words.notes}</p>{sheet.writer.blocks(slide.notes)}</aside>'
        )
    return f'<section class="slide" id="{escape(slide.id)}">{"".join(parts)}</section>'


def _content(slide: Slide) -> Sequence[Block]:
    """The blocks of all slots, without the box of a task: the exercise has its own place."""
    blocks = [block for slot in SLOTS[slide.layout] for block in slide.slots.get(slot, ())]
    return [block for block in blocks if not (isinstance(block, Admonition) and block.kind == EXERCISE)]


def _entries(
    chapters: Sequence[Chapter],
    exercises: Mapping[str, NumberedExercise],
    sheet: Sheet,
    *,
    hints: bool,
    solutions: bool,
) -> Iterator[ContentsEntry]:
    for chapter in chapters:
        if chapter.title:
            yield ContentsEntry(chapter.id, chapter.title)
        for slide in chapter.slides:
            if slide.id in exercises:
                yield _exercise_entry(exercises[slide.id], sheet)
    if hints:
        yield ContentsEntry("hints", sheet.words.hints)
    if solutions:
        yield ContentsEntry("solutions", sheet.words.solutions)


def _cover(sheet: Sheet) -> str:
    """The title on the ground and with the shapes of the theme's title slide, and the picture beside its words."""
    deck, theme = sheet.deck, sheet.theme
    layout = theme.layouts[Layout.TITLE]
    shapes = "".join(draw_decoration(decoration, theme.colors) for decoration in layout.decorations)
    pictures = (item for item in layout.artwork if isinstance(item, LayoutPicture))
    words_end = layout.slots["title"].box.right if "title" in layout.slots else WIDTH
    shapes += "".join(draw_layout_picture(item) for item in pictures if item.box.x >= words_end)
    ground = theme.colors.get(layout.background, layout.background)
    text = theme.colors["on-accent" if layout.inverse else "text"]
    quiet = theme.colors["on-accent-muted" if layout.inverse else "muted"]
    edition = sheet.words.attendee if deck.role is Role.ATTENDEE else sheet.words.instructor
    subtitle = f"<p>{escape(deck.subtitle, quote=False)}</p>" if deck.subtitle else ""
    return (
        f'<header class="cover" style="background:{ground};color:{text};--quiet:{quiet}">'
        f'<div class="art" style="width:{WIDTH}px;height:{HEIGHT}px" aria-hidden="true">{shapes}</div>'
        f'<div class="words"><p class="edition">{escape(edition)}</p>'
        f"<h1>{escape(deck.title, quote=False)}</h1>{subtitle}"
        f'<p class="by">{escape(_byline(deck), quote=False)}</p></div></header>'
    )


def _agenda(agenda: Agenda, sheet: Sheet) -> str:
    """When each part begins and how long it takes; empty for a single part, or without planned durations."""
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


def _contents(entries: Sequence[ContentsEntry], pages: Mapping[str, int], sheet: Sheet) -> str:
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


def _exercise_entry(exercise: NumberedExercise, sheet: Sheet) -> ContentsEntry:
    """An exercise's line, below that of its chapter."""
    return ContentsEntry(exercise.id, f"{sheet.words.exercise} {exercise.number}: {exercise.title}", 2)
