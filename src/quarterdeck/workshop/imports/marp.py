"""Marp's Markdown: directives in comments, backgrounds as pictures, rulers between slides.

Source of the format: the documentation of Marpit (directives, image syntax, fragmented lists).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quarterdeck.source.markdown.fences import code_spans
from quarterdeck.workshop.imports.foreign import (
    Line,
    Losses,
    NewDeck,
    NewSlide,
    Piece,
    PieceKind,
    pieces,
    read_lines,
    read_yaml,
    split_front,
)
from quarterdeck.workshop.imports.html import without_html
from quarterdeck.workshop.imports.pictures import Pictures, length
from quarterdeck.workshop.imports.slides import add_notes, color, columns, named_layout, plain_fence
from quarterdeck.workshop.imports.source import plain_markdown

DIRECTIVES = frozenset(
    {
        *("theme", "style", "headingDivider", "lang", "title", "description", "author", "keywords", "url", "image"),
        *("marp", "size", "math", "paginate", "header", "footer", "class", "color"),
        *("backgroundColor", "backgroundImage", "backgroundPosition", "backgroundRepeat", "backgroundSize"),
    }
)
"""What a comment or the front matter may set; with an underscore, for its slide alone."""
_SAID = {
    "theme": "the theme",
    "style": "own CSS",
    "header": "the header",
    "size": "the size of slides: ours are 16:9",
    "color": "the colour of text",
    "backgroundPosition": "the background's place",
    "backgroundRepeat": "the background's repetition",
    "backgroundSize": "the background's size",
}
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]")
_SETEXT = re.compile(r" {0,3}-+[ \t]*\Z")
_URL = re.compile(r"""url\(\s*["']?(.*?)["']?\s*\)\Z""")
_FRAGMENTS = re.compile(r" {0,3}(?:\*|\d+\))[ \t]")
_SIZE = re.compile(r"(?:^|\s)(w|h|width|height):([\d.]+(?:px|%|cm|mm|in|pt|em|rem)?)(?=\s|\Z)")
_FILTER = re.compile(
    r"\b(?:blur|brightness|contrast|drop-shadow|grayscale|hue-rotate|invert|opacity|saturate|sepia)\b(?::\S+)?"
)
_SHORT_NAME = re.compile(r"(?<![\w:]):[a-z0-9_+-]{2,}:(?![\w:])")


def read_marp(path: Path, deck: NewDeck, losses: Losses) -> None:
    """Fill ``deck`` from a Marp deck."""
    lines = read_lines(path, losses)
    front, body = split_front(lines, losses)
    _deck_keys(front, deck, lines[0], losses)
    reading = _Reading(deck, losses, Pictures([path.parent], deck, losses))
    reading.set(front, lines[0], own=False)
    for slide in _slides(body, _levels(front.get("headingDivider"))):
        reading.read(slide)


def _deck_keys(front: Mapping[str, Any], deck: NewDeck, at: Line, losses: Losses) -> None:
    for key in ("title", "author", "lang", "footer"):
        if isinstance(front.get(key), str) and front[key].strip():
            deck.front[key] = front[key].strip()
    if "description" in front:
        losses.tell("the description was left out", at)


def _levels(value: object) -> frozenset[int]:
    """Which headings begin a slide: up to a level, or those of a list."""
    if isinstance(value, list):
        return frozenset(int(level) for level in value if str(level).isdigit())
    return frozenset(range(1, int(str(value)) + 1)) if str(value).isdigit() else frozenset()


def _slides(lines: Sequence[Line], levels: frozenset[int]) -> list[list[Line]]:
    slides: list[list[Line]] = [[]]
    for piece in pieces(lines):
        for line in piece.lines:
            before = slides[-1][-1].text.strip() if slides[-1] else ""
            heading = _HEADING.match(line.text)
            if piece.kind is not PieceKind.TEXT:
                slides[-1].append(line)
            elif _RULE.match(line.text) and not (_SETEXT.match(line.text) and before and _is_text(before)):
                slides.append([])
            elif heading and len(heading[1]) in levels and any(other.text.strip() for other in slides[-1]):
                slides.append([line])
            else:
                slides[-1].append(line)
    return slides


def _is_text(line: str) -> bool:
    """Whether hyphens under a line make a heading of it."""
    return not re.match(r"[#>|]|[-*+] |\d+[.)] |<", line)


class _Reading:
    """Reads slides in order: what a directive sets goes on until it is set again."""

    def __init__(self, deck: NewDeck, losses: Losses, pictures: Pictures) -> None:
        self._deck = deck
        self._losses = losses
        self._pictures = pictures
        self._lasting: dict[str, str] = {}
        self._own: dict[str, str] = {}

    def set(self, values: Mapping[str, Any], at: Line, *, own: bool) -> None:
        """Take directives."""
        for name, value in values.items():
            plain = name.removeprefix("_").removeprefix("$")
            text = " ".join(value) if isinstance(value, list) else str(value)
            if plain in _SAID and text not in ("", "16:9", "default"):
                self._losses.tell(f"{_SAID[plain]} was left out ({name})", at)
            (self._own if own or name.startswith("_") else self._lasting)[plain] = text

    def read(self, lines: Sequence[Line]) -> None:
        """Append a slide to the deck."""
        if not lines:
            return
        slide = NewSlide(next((line for line in lines if line.text.strip()), lines[0]))
        notes: list[Line] = []
        backgrounds: list[tuple[str, str, Line]] = []
        self._own = {}
        for piece in pieces(lines):
            match piece.kind:
                case PieceKind.COMMENT:
                    self._comment(piece, notes)
                case PieceKind.FENCE:
                    slide.lines += plain_fence(piece, self._losses).lines
                case PieceKind.TEXT:
                    slide.lines += self._text(piece, backgrounds).lines
        self._front(slide, backgrounds)
        add_notes(slide, notes, self._losses)
        self._deck.slides.append(slide)

    def _comment(self, piece: Piece, notes: list[Line]) -> None:
        said = piece.comment
        inner = piece.saying(piece.text.replace("<!--", "    ").replace("-->", "")).lines
        names = re.findall(r"^\s*([_$]?\w+)\s*:", said, re.MULTILINE)
        if names and names[0].lstrip("_$") in DIRECTIVES:
            stripped = [line.saying(line.text.strip()) if len(inner) == 1 else line for line in inner]
            self.set(read_yaml(stripped, self._losses), piece.lines[0], own=False)
        elif said and said != "fit":
            notes += [line.saying(line.text.strip()) for line in inner]

    def _text(self, piece: Piece, backgrounds: list[tuple[str, str, Line]]) -> Piece:
        def picture(match: re.Match[str], path: str, line: Line) -> str:
            words = match["alt"]
            if _FILTER.search(words):
                self._losses.tell("a picture's filter was left out", line)
                words = _FILTER.sub("", words)
            if re.match(r"bg\b", words):
                backgrounds.append((words, path, line))
                return ""
            sizes = {name[0]: length(value) for name, value in _SIZE.findall(words)}
            alt = re.sub(r"\b[\w-]+:\S+", "", words).strip()
            said = [f"{name}={sizes[name[0]]}" for name in ("width", "height") if sizes.get(name[0])]
            return f"![{alt}](<{path}>)" + ("{" + " ".join(said) + "}" if said else "")

        shown = plain_markdown(without_html(self._pictures.in_text(piece, picture), self._losses))
        return _fragmented(Piece(shown.kind, tuple(line.saying(_with_emoji(line.text)) for line in shown.lines)))

    def _front(self, slide: NewSlide, backgrounds: Sequence[tuple[str, str, Line]]) -> None:
        said = {**self._lasting, **self._own}
        classes = said.get("class", "").split()
        if {"lead", "title", "cover"} & set(classes):
            named_layout(slide, "title" if not self._deck.slides else "section")
        if left := [name for name in classes if name not in ("lead", "title", "cover")]:
            self._losses.tell(f"the class {' '.join(left)} was left out", slide.origin)
        if ground := said.get("backgroundColor", "").strip():
            if plain := color(ground):
                slide.front["background"] = plain
            else:
                self._losses.tell(f"the background '{ground}' was left out", slide.origin)
        image = _URL.match(said.get("backgroundImage", ""))
        if image and (path := self._pictures.target(image[1], slide.origin)):
            slide.front["background"] = path
        elif said.get("backgroundImage", "none") not in ("none", "") and not image:
            self._losses.tell("the background was left out", slide.origin)
        if "footer" in self._own:
            self._losses.tell("the footer of one slide was left out", slide.origin, "'footer' is a key of the deck")
        for words, path, line in backgrounds:
            side = re.search(r"\b(left|right)\b", words)
            if side:
                columns(slide, picture=f"![](<{path}>){{.decorative}}", side=side[1], at=line)
            elif "background" in slide.front and slide.front["background"] != path and len(backgrounds) > 1:
                self._losses.tell("a second background was left out", line)
            else:
                slide.front["background"] = path


def _with_emoji(text: str) -> str:
    """With the characters that short names between colons mean, outside of code."""
    if not _SHORT_NAME.search(text):
        return text
    from rich.emoji import Emoji

    kept = list(code_spans(text))

    def character(match: re.Match[str]) -> str:
        inside = any(begin <= match.start() < end for begin, end in kept)
        return match[0] if inside else Emoji.replace(match[0])

    return _SHORT_NAME.sub(character, text)


def _fragmented(piece: Piece) -> Piece:
    """Lists with ``*`` or ``1)`` appear item by item."""
    lines: list[Line] = []
    for line in piece.lines:
        if _FRAGMENTS.match(line.text) and not (lines and (lines[-1].text.strip() or _in_list(lines))):
            lines.append(line.saying("{.incremental}"))
        lines.append(line)
    return Piece(piece.kind, tuple(lines))


def _in_list(lines: Sequence[Line]) -> bool:
    """Whether the last text before a blank stretch belongs to a list."""
    last = next((line.text for line in reversed(lines) if line.text.strip()), "")
    return bool(_FRAGMENTS.match(last)) or last.startswith((" ", "\t"))
