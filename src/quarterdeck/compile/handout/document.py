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
from quarterdeck.compile.handout.figures import DrawnFigures
from quarterdeck.compile.handout.front import ContentsEntry, exercise_entry, write_agenda, write_contents, write_cover
from quarterdeck.compile.handout.paper import Sheet, custom_properties, paper_colors
from quarterdeck.compile.html.blocks import PAPER, BlockWriter
from quarterdeck.compile.html.fonts import font_faces
from quarterdeck.compile.html.markup import escape
from quarterdeck.model.content import EXERCISE, Admonition, Block
from quarterdeck.model.deck import SLOTS, Deck, Layout, Slide
from quarterdeck.model.options import Role
from quarterdeck.model.phrases import words
from quarterdeck.model.theme import Theme

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'"
"""The page's content security policy: it carries all that it shows, and runs nothing."""
_NO_PAGES: Mapping[str, int] = {}


class Chapter(Struct, frozen=True):
    """The slides under one section slide."""

    id: str
    title: str
    slides: tuple[Slide, ...]


def write_handout(deck: Deck, theme: Theme, *, paper: str = "", pages: Mapping[str, int] = _NO_PAGES) -> str:
    """The document; notes and solutions are in it unless it is an attendee's.

    ``paper``: a CSS page size, ``A4``; empty leaves it to whoever prints.  ``pages``: the page that each
    anchor of the contents is on, for a printed copy.
    """
    colors = paper_colors(theme)
    sheet = Sheet(deck, theme, colors, words(deck.lang), BlockWriter(PAPER, DrawnFigures(theme, colors)))
    told = deck.role is not Role.ATTENDEE
    exercises = _exercises(deck)
    chapters = tuple(_chapters(deck))
    body = "".join(_chapter(chapter, exercises, sheet, notes=told) for chapter in chapters)
    numbered = tuple(exercises.values())
    hints = write_hints(numbered, sheet)
    solutions = write_solutions(numbered, sheet) if told else ""
    entries = tuple(_entries(chapters, exercises, sheet, hints=bool(hints), solutions=bool(solutions)))
    front = write_cover(sheet) + write_agenda(deck.agenda, sheet) + write_contents(entries, pages, sheet)
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
    by = " · ".join(part for part in (deck.author, deck.date) if part)
    return (
        f"@page{{{size}@top-left{{content:{_string(deck.title)}}}@bottom-left{{content:{_string(by)}}}"
        "@bottom-right{content:counter(page) ' / ' counter(pages)}}"
    )


def _string(text: str) -> str:
    """A CSS string (CSS Syntax 3, 4.3.5) that can stand in a ``style`` element."""
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
                yield exercise_entry(exercises[slide.id], sheet)
    if hints:
        yield ContentsEntry("hints", sheet.words.hints)
    if solutions:
        yield ContentsEntry("solutions", sheet.words.solutions)
