"""What the slides of all foreign decks have in common: layouts, columns, fences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from quarterdeck.workshop.imports.foreign import Line, Losses, NewSlide, Piece, PieceKind, pieces
from quarterdeck.workshop.imports.html import without_html
from quarterdeck.workshop.imports.source import plain_markdown

_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
_STEPS = re.compile(r"\{([\d\-,|*a-z]*)\}")
_INFO = re.compile(r"([\w+#.-]*)")
_NUMBERS = re.compile(r"\{[^}]*lines\s*:\s*true[^}]*\}|\.numberLines|\.number-lines")
_LINE_SETS = re.compile(r"(?:all|\*|none|hide|\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)(?:\|(?:all|\*|none|hide|[\d,-]+))*\Z")
CONSOLES = ("console", "shell-session")
"""Fences that would run in a deck of ours: a foreign deck's author has not meant them to."""


def plain_fence(piece: Piece, losses: Losses) -> Piece:
    """A fence that means in a source of ours what it means elsewhere: language, line steps, line numbers."""
    first, *rest = piece.lines
    match = re.match(r"(\s*)(`{3,}|~{3,})\s*(.*)", first.text)
    if match is None:
        return piece
    indent, marks, info = match[1], match[2], match[3].strip()
    language = re.match(r"\{\s*\.([\w+#-]+)", info)
    word = language[1] if language else (_INFO.match(info) or [""])[0]
    if word in CONSOLES:
        word = "shell-session"
    if word in ("chart", "math", "plantuml", "raw") or info.startswith("{="):
        losses.tell(f"a {info.strip('{}=') or word} block stays text", first)
        word = "text"
    if word in {"mermaid", "dot", "graphviz"}:
        return Piece(piece.kind, (first.saying(f"{indent}{marks}{word}"), *rest))
    count = len(rest) - (1 if rest and rest[-1].text.strip().startswith(marks[:3]) else 0)
    attributes = _steps(info, count)
    if _NUMBERS.search(info):
        attributes.append(".numbers")
    braces = "{" + " ".join(attributes) + "}" if attributes else ""
    closing = () if rest and rest[-1].text.strip().startswith(marks[:3]) else (first.saying(f"{indent}{marks}"),)
    return Piece(piece.kind, (first.saying(f"{indent}{marks}{word} {braces}".rstrip()), *rest, *closing))


def _steps(info: str, count: int) -> list[str]:
    """Line steps that the code has the lines for."""
    for match in _STEPS.finditer(info):
        if match[1] and _LINE_SETS.match(match[1]):
            steps = match[1].replace("*", "all").replace("none", "all").replace("hide", "all")
            numbers = [int(number) for number in re.findall(r"\d+", steps)]
            if all(1 <= number <= count for number in numbers) and steps != "all":
                return [steps]
    return []


def color(text: str) -> str | None:
    """A colour of CSS as ours are written, ``#rrggbb``; None for gradients, pictures and what isn't one."""
    from PIL import ImageColor

    try:
        red, green, blue = ImageColor.getrgb(text.strip().lower())[:3]
    except ValueError:
        return None
    return f"#{red:02x}{green:02x}{blue:02x}"


def named_layout(slide: NewSlide, layout: str) -> None:
    """Give a slide the layout ``title`` or ``section`` where it holds no more than such a slide can."""
    blocks = _blocks(slide.lines)
    headings = [block for block in blocks if _HEADING.match(block)]
    plain = [block for block in blocks if not re.match(r"\s*(?:[-*+>|!`~$]|\d+[.)]|:::|\{)", block)]
    if headings and blocks[0] == headings[0] and len(blocks) <= 3 and len(plain) == len(blocks):
        slide.front["layout"] = layout


def _blocks(lines: Sequence[Line]) -> list[str]:
    """The first lines of a slide's blocks, comments aside."""
    first: list[str] = []
    for piece in pieces(lines):
        if piece.kind is PieceKind.FENCE:
            first.append(piece.lines[0].text)
        elif piece.kind is PieceKind.TEXT:
            before = ""
            for line in piece.lines:
                begins = line.text.strip() and (
                    not before.strip() or _HEADING.match(before) or _HEADING.match(line.text)
                )
                if begins:
                    first.append(line.text)
                before = line.text
    return first


def columns(slide: NewSlide, *, picture: str, side: str, at: Line) -> None:
    """Put a slide's body beside a picture."""
    if any(line.text.startswith(("::: left", "::: right")) for line in slide.lines):
        slide.add(at, "", picture)
        return
    title, body = split_title(slide.lines)
    slide.front["layout"] = "two-columns"
    own, other = ("right", "left") if side == "left" else ("left", "right")
    shown = [at.saying(text) for text in (f"::: {other}", "", picture, "", ":::")]
    text = [at.saying(f"::: {own}"), at.saying(""), *body, at.saying(""), at.saying(":::")]
    parts = (shown, text) if side == "left" else (text, shown)
    slide.lines = [*title, at.saying(""), *parts[0], at.saying(""), *parts[1]]


def split_title(lines: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines up to the slide's title, and the rest; no title where text comes before it."""
    for number, line in enumerate(lines):
        if _HEADING.match(line.text):
            return list(lines[: number + 1]), list(lines[number + 1 :])
        if line.text.strip():
            break
    return [], list(lines)


def add_notes(slide: NewSlide, lines: Iterable[Line], losses: Losses) -> None:
    """Append lines as speaker notes."""
    piece = Piece(PieceKind.TEXT, tuple(line for line in lines))
    if not piece.text.strip():
        return
    said = plain_markdown(without_html(piece, losses))
    first = said.lines[0]
    slide.add(first, "", "<!--")
    slide.lines += [line.saying(line.text.replace("-->", "→").replace("<!--", "")) for line in said.lines]
    slide.add(first, "-->")
