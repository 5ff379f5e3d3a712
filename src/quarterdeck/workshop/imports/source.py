"""The source of the new deck, each line with its place in the foreign deck."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from quarterdeck.source.markdown.fences import code_spans
from quarterdeck.workshop.imports.foreign import Chunk, ChunkKind, ForeignLine, NewDeck, NewSlide, chunks

_TEMPLATE = re.compile(r"\{(?=\{|%|# )")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*\Z")
_RULE = re.compile(r" {0,3}-[ \t]*-[ \t]*-[ \t-]*\Z")
_DIV = re.compile(r" {0,3}:::")
SEPARATOR = "---"


def source_lines(deck: NewDeck) -> list[ForeignLine]:
    """All lines of the deck's source."""
    nowhere = deck.slides[0].origin
    lines = [nowhere.with_text(text) for text in front_matter(deck.front)] if deck.front else []
    for number, slide in enumerate(deck.slides):
        lines += _slide(slide, first=number == 0, opened=bool(deck.front))
    return lines


def _slide(slide: NewSlide, *, first: bool, opened: bool) -> Iterable[ForeignLine]:
    if slide.front:
        texts = front_matter(slide.front)
        yield from map(slide.origin.with_text, texts[1:] if first and opened else texts)
        yield slide.origin.with_text("")
    elif not first:
        yield slide.origin.with_text(SEPARATOR)
        yield slide.origin.with_text("")
    elif opened:
        yield slide.origin.with_text("")
    yield from _trimmed(slide.lines)
    yield slide.origin.with_text("")


def front_matter(values: Mapping[str, object]) -> list[str]:
    """Front matter: YAML between separators."""
    import yaml

    text = yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, width=10_000)
    return [SEPARATOR, *text.rstrip("\n").split("\n"), SEPARATOR]


def _trimmed(lines: Sequence[ForeignLine]) -> list[ForeignLine]:
    """The lines without blank lines at the ends, and without two in a row outside fences."""
    kept: list[ForeignLine] = []
    for chunk in chunks(lines):
        for line in chunk.lines:
            blank = chunk.kind is ChunkKind.TEXT and not line.text.strip()
            if not (blank and (not kept or not kept[-1].text.strip())):
                kept.append(line)
    while kept and not kept[-1].text.strip():
        kept.pop()
    return kept


def escaped(text: str) -> str:
    """The text with template syntax escaped, except in code."""
    parts, at = [], 0
    for begin, end in code_spans(text):
        parts += [_TEMPLATE.sub(_spoken, text[at:begin]), text[begin:end]]
        at = end
    return "".join([*parts, _TEMPLATE.sub(_spoken, text[at:])]).replace("\0", "\ufffd")


def _spoken(match: re.Match[str]) -> str:
    return "{{ '{' }}"


def plain_markdown(chunk: Chunk, *, divs: bool = False) -> Chunk:
    """Text whose meaning in our sources is that of CommonMark: without setext headings, rules and stray divs."""
    lines: list[ForeignLine] = []
    for line in chunk.lines:
        before = lines[-1].text if lines else ""
        underline = _SETEXT.match(line.text)
        if underline and before.strip() and not before.lstrip().startswith(("#", ">", "-", "*", "|", "+")):
            lines[-1] = lines[-1].with_text(f"{'#' if underline[1][0] == '=' else '##'} {before.strip()}")
            lines.append(line.with_text(""))
        elif _RULE.match(line.text):
            lines.append(line.with_text(""))
        elif _DIV.match(line.text) and not divs:
            lines.append(line.with_text("\\" + line.text.lstrip()))
        else:
            lines.append(line)
    return Chunk(chunk.kind, tuple(line.with_text(escaped(line.text)) for line in lines))
