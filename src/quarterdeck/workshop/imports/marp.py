"""Marp's Markdown: directives in comments, backgrounds as pictures, rulers between slides.

Source of the format: the documentation of Marpit (directives, loose YAML, image syntax, fragmented lists) and of Marp
CLI (transitions).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from quarterdeck.workshop.imports.foreign import (
    Chunk,
    ChunkKind,
    ForeignLine,
    Losses,
    NewDeck,
    NewSlide,
    Pictures,
    chunks,
    length,
    read_lines,
    read_yaml,
    split_front,
)
from quarterdeck.workshop.imports.html import with_emoji, without_html
from quarterdeck.workshop.imports.markdown import add_notes, color, columns, named_layout, plain_fence, plain_markdown

DIRECTIVES = frozenset(
    {
        *("theme", "style", "headingDivider", "lang", "title", "description", "author", "keywords", "url", "image"),
        *("marp", "size", "math", "paginate", "header", "footer", "class", "color", "transition"),
        *("backgroundColor", "backgroundImage", "backgroundPosition", "backgroundRepeat", "backgroundSize"),
    }
)
"""Directives of comments and front matter; with an underscore they apply to their slide only."""
_SAID = {
    "theme": "the theme",
    "style": "own CSS",
    "header": "the header",
    "description": "the description",
    "keywords": "the keywords",
    "url": "the address of the deck",
    "image": "the picture for links to the deck",
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
_TRANSITIONS = {
    **dict.fromkeys(("none", "fade", "push", "wipe", "cover", "slide", "zoom"), ""),
    "fade-out": "fade",
    "reveal": "uncover",
    "dissolve": "dissolve",
}
"""Marp's transitions that we have, with our names for them if they are others."""


def read_marp(path: Path, deck: NewDeck, losses: Losses) -> None:
    """Fill ``deck`` from a Marp deck."""
    lines = read_lines(path, losses)
    front, body = split_front(lines, losses, DIRECTIVES)
    _deck_keys(front, deck, lines[0], losses)
    reader = _MarpReader(deck, losses, Pictures([path.parent], deck, losses))
    reader.set(front, lines[0], own=False)
    for slide in _slides(body, _levels(front.get("headingDivider"))):
        reader.read(slide)


def _deck_keys(front: Mapping[str, Any], deck: NewDeck, at: ForeignLine, losses: Losses) -> None:
    for key in ("title", "author", "lang", "footer"):
        if isinstance(front.get(key), str) and front[key].strip():
            deck.front[key] = front[key].strip()
    for key in front:
        if key.lstrip("_$") not in DIRECTIVES:
            losses.report(f"'{key}' was left out", at)


def _levels(value: object) -> frozenset[int]:
    """The levels of headings that start a slide."""
    if isinstance(value, list):
        return frozenset(int(level) for level in value if str(level).isdigit())
    return frozenset(range(1, int(str(value)) + 1)) if str(value).isdigit() else frozenset()


def _slides(lines: Sequence[ForeignLine], levels: frozenset[int]) -> list[list[ForeignLine]]:
    slides: list[list[ForeignLine]] = [[]]
    for chunk in chunks(lines):
        for line in chunk.lines:
            before = slides[-1][-1].text.strip() if slides[-1] else ""
            heading = _HEADING.match(line.text)
            if chunk.kind is not ChunkKind.TEXT:
                slides[-1].append(line)
            elif _RULE.match(line.text) and not (_SETEXT.match(line.text) and before and _is_text(before)):
                slides.append([])
            elif heading and len(heading[1]) in levels and any(other.text.strip() for other in slides[-1]):
                slides.append([line])
            else:
                slides[-1].append(line)
    return slides


def _is_text(line: str) -> bool:
    """Whether hyphens below a line turn it into a heading."""
    return not re.match(r"[#>|]|[-*+] |\d+[.)] |<", line)


class _MarpReader:
    """Reads slides in order; a directive applies to all later slides until it is set again."""

    def __init__(self, deck: NewDeck, losses: Losses, pictures: Pictures) -> None:
        self._deck = deck
        self._losses = losses
        self._pictures = pictures
        self._lasting: dict[str, str] = {}
        self._own: dict[str, str] = {}

    def set(self, values: Mapping[str, Any], at: ForeignLine, *, own: bool) -> None:
        """Apply directives; ``own`` ones to the present slide only."""
        for name, value in values.items():
            plain = name.removeprefix("_").removeprefix("$")
            text = " ".join(value) if isinstance(value, list) else str(value)
            if plain == "paginate" and name.startswith("_") and text != "true":
                self._losses.report(f"the slide has its number all the same ({name})", at)
            if plain in _SAID and text not in ("", "16:9", "default"):
                self._losses.report(f"{_SAID[plain]} was left out ({name})", at)
            (self._own if own or name.startswith("_") else self._lasting)[plain] = text

    def read(self, lines: Sequence[ForeignLine]) -> None:
        """Append a slide to the deck."""
        if not lines:
            return
        slide = NewSlide(next((line for line in lines if line.text.strip()), lines[0]))
        notes: list[ForeignLine] = []
        backgrounds: list[tuple[str, str, ForeignLine]] = []
        self._own = {}
        for chunk in chunks(lines):
            match chunk.kind:
                case ChunkKind.COMMENT:
                    self._comment(chunk, notes)
                case ChunkKind.FENCE:
                    slide.lines += plain_fence(chunk, self._losses).lines
                case ChunkKind.TEXT:
                    slide.lines += self._text(chunk, backgrounds, notes).lines
        self._front(slide, backgrounds)
        add_notes(slide, notes, self._losses)
        self._deck.slides.append(slide)

    def _comment(self, chunk: Chunk, notes: list[ForeignLine]) -> None:
        said = chunk.comment
        inner = chunk.with_text(chunk.text.replace("<!--", "    ").replace("-->", "")).lines
        names = re.findall(r"^\s*([_$]?\w+)\s*:", said, re.MULTILINE)
        if names and names[0].lstrip("_$") in DIRECTIVES:
            stripped = [line.with_text(line.text.strip()) if len(inner) == 1 else line for line in inner]
            self.set(read_yaml(stripped, self._losses, DIRECTIVES), chunk.lines[0], own=False)
        elif said and said != "fit":
            notes += [line.with_text(line.text.strip()) for line in inner]

    def _text(self, chunk: Chunk, backgrounds: list[tuple[str, str, ForeignLine]], notes: list[ForeignLine]) -> Chunk:
        def picture(match: re.Match[str], path: str, line: ForeignLine) -> str:
            words = match["alt"]
            if _FILTER.search(words):
                self._losses.report("a picture's filter was left out", line)
                words = _FILTER.sub("", words)
            if re.match(r"bg\b", words):
                backgrounds.append((words, path, line))
                return ""
            sizes = {name[0]: length(value) for name, value in _SIZE.findall(words)}
            alt = re.sub(r"\b[\w-]+:\S+", "", words).strip()
            said = [f"{name}={sizes[name[0]]}" for name in ("width", "height") if sizes.get(name[0])]
            return f"![{alt}](<{path}>)" + ("{" + " ".join(said) + "}" if said else "")

        inline: list[ForeignLine] = []
        pictured = self._pictures.in_text(chunk, picture)
        shown = plain_markdown(without_html(pictured, self._losses, target=self._pictures.target, notes=inline))
        for line in inline:
            self._comment(Chunk(ChunkKind.COMMENT, (line.with_text(f"<!-- {line.text} -->"),)), notes)
        return _fragmented(with_emoji(shown, self._losses))

    def _front(self, slide: NewSlide, backgrounds: Sequence[tuple[str, str, ForeignLine]]) -> None:
        said = {**self._lasting, **self._own}
        classes = said.get("class", "").split()
        covers = {"lead", "title", "cover"} & set(classes)
        if covers and not named_layout(slide, "title" if not self._deck.slides else "section"):
            self._losses.report(f"the class {min(covers)} was left out: there is too much on the slide", slide.origin)
        if left := [name for name in classes if name not in ("lead", "title", "cover")]:
            self._losses.report(f"the class {' '.join(left)} was left out", slide.origin)
        if ground := said.get("backgroundColor", "").strip():
            if plain := color(ground):
                slide.front["background"] = plain
            else:
                self._losses.report(f"the background '{ground}' was left out", slide.origin)
        image = _URL.match(said.get("backgroundImage", ""))
        if image and (path := self._pictures.target(image[1], slide.origin)):
            slide.front["background"] = path
        elif said.get("backgroundImage", "none") not in ("none", "") and not image:
            self._losses.report("the background was left out", slide.origin)
        if transition := said.get("transition", "").split(" ")[0]:
            if transition in _TRANSITIONS:
                slide.front["transition"] = _TRANSITIONS[transition] or transition
            else:
                self._losses.report(f"the transition '{transition}' was left out", slide.origin)
        if "footer" in self._own:
            self._losses.report("the footer of one slide was left out", slide.origin, "'footer' is a key of the deck")
        for words, path, line in backgrounds:
            side = re.search(r"\b(left|right)\b", words)
            if said_so := re.search(r"\b(?:fit|contain|vertical|auto)\b|\b(?:w|h|width|height):\S+|\d+%", words):
                self._losses.report(f"the size of a background was left out ({said_so[0]})", line)
            if side:
                columns(slide, picture=f"![](<{path}>){{.decorative}}", side=side[1], at=line)
            elif "background" in slide.front and slide.front["background"] != path and len(backgrounds) > 1:
                self._losses.report("a second background was left out", line)
            else:
                slide.front["background"] = path


def _fragmented(chunk: Chunk) -> Chunk:
    """The chunk with its fragmented lists (``*`` or ``1)``) marked as incremental."""
    lines: list[ForeignLine] = []
    for line in chunk.lines:
        if _FRAGMENTS.match(line.text) and not (lines and (lines[-1].text.strip() or _in_list(lines))):
            lines.append(line.with_text("{.incremental}"))
        lines.append(line)
    return Chunk(chunk.kind, tuple(lines))


def _in_list(lines: Sequence[ForeignLine]) -> bool:
    """Whether the last line of text belongs to a list."""
    last = next((line.text for line in reversed(lines) if line.text.strip()), "")
    return bool(_FRAGMENTS.match(last)) or last.startswith((" ", "\t"))
