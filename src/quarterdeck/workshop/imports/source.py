"""The new deck as text, each line knowing where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from quarterdeck.source.markdown.fences import code_spans
from quarterdeck.workshop.imports.foreign import Line, NewDeck, NewSlide, Piece, PieceKind, pieces

_TEMPLATE = re.compile(r"\{(?=\{|%|# )")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*\Z")
_RULE = re.compile(r" {0,3}-[ \t]*-[ \t]*-[ \t-]*\Z")
_DIV = re.compile(r" {0,3}:::")
SEPARATOR = "---"


def written(deck: NewDeck) -> list[Line]:
    """All lines of the deck's source."""
    nowhere = deck.slides[0].origin
    lines = [nowhere.saying(text) for text in front_matter(deck.front)] if deck.front else []
    for number, slide in enumerate(deck.slides):
        lines += _slide(slide, first=number == 0, opened=bool(deck.front))
    return lines


def _slide(slide: NewSlide, *, first: bool, opened: bool) -> Iterable[Line]:
    if slide.front:
        texts = front_matter(slide.front)
        yield from map(slide.origin.saying, texts[1:] if first and opened else texts)
        yield slide.origin.saying("")
    elif not first:
        yield slide.origin.saying(SEPARATOR)
        yield slide.origin.saying("")
    elif opened:
        yield slide.origin.saying("")
    yield from _trimmed(slide.lines)
    yield slide.origin.saying("")


def front_matter(values: Mapping[str, object]) -> list[str]:
    """YAML between separators."""
    import yaml

    text = yaml.safe_dump(dict(values), allow_unicode=True, sort_keys=False, width=10_000)
    return [SEPARATOR, *text.rstrip("\n").split("\n"), SEPARATOR]


def _trimmed(lines: Sequence[Line]) -> list[Line]:
    """Without blank lines at the ends, and no two in a row outside of fences."""
    kept: list[Line] = []
    for piece in pieces(lines):
        for line in piece.lines:
            blank = piece.kind is PieceKind.TEXT and not line.text.strip()
            if not (blank and (not kept or not kept[-1].text.strip())):
                kept.append(line)
    while kept and not kept[-1].text.strip():
        kept.pop()
    return kept


def escaped(text: str) -> str:
    """Text in which nothing is a template, but in code."""
    parts, at = [], 0
    for begin, end in code_spans(text):
        parts += [_TEMPLATE.sub(_spoken, text[at:begin]), text[begin:end]]
        at = end
    return "".join([*parts, _TEMPLATE.sub(_spoken, text[at:])]).replace("\0", "\ufffd")


def _spoken(match: re.Match[str]) -> str:
    return "{{ '{' }}"


def plain_markdown(piece: Piece, *, divs: bool = False) -> Piece:
    """Text that means in a source of ours what it means in CommonMark: no setext headings, rules or stray divs."""
    lines: list[Line] = []
    for line in piece.lines:
        before = lines[-1].text if lines else ""
        underline = _SETEXT.match(line.text)
        if underline and before.strip() and not before.lstrip().startswith(("#", ">", "-", "*", "|", "+")):
            lines[-1] = lines[-1].saying(f"{'#' if underline[1][0] == '=' else '##'} {before.strip()}")
            lines.append(line.saying(""))
        elif _RULE.match(line.text):
            lines.append(line.saying(""))
        elif _DIV.match(line.text) and not divs:
            lines.append(line.saying("\\" + line.text.lstrip()))
        else:
            lines.append(line)
    return Piece(piece.kind, tuple(line.saying(escaped(line.text)) for line in lines))
