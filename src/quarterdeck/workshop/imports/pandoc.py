"""Pandoc's Markdown, as its slide writers read it: headings begin slides, divs hold columns and notes.

Source of the format: the manual of pandoc ("Slide shows", "Pandoc's Markdown").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import dropwhile, pairwise
from pathlib import Path

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
    split_front,
)
from quarterdeck.workshop.imports.html import without_html
from quarterdeck.workshop.imports.markdown import (
    add_notes,
    color,
    outside_columns,
    plain_fence,
    plain_markdown,
    title_slide,
)

_HEADING = re.compile(
    r" {0,3}(?P<marks>#{1,6})[ \t]+(?P<text>.*?)(?:[ \t]+#+)?[ \t]*(?P<attributes>\{[^{}]*\})?[ \t]*\Z"
)
_RULE = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})\Z")
_DIV = re.compile(r"\s*:{3,}[ \t]*(?P<info>.*?)[ \t]*:*[ \t]*\Z")
_ATTRIBUTE = re.compile(r"""([\w-]+)=("[^"]*"|'[^']*'|[^\s}]+)""")
_BACKDROP = re.compile(r"\{[^{}]*\b(?:data-)?background(?:-\w+)?=[^{}]*\}\s*\Z")
"""The attributes of a heading that only a slide's can have."""
_LENGTHS = ("width", "height")
_RAW_SPAN = re.compile(r"`[^`\n]*`\{=[\w.-]+\}")
_SPAN = re.compile(r"\[([^\[\]\n]+)\]\{[^{}\n]*\}")
_ENVIRONMENT = re.compile(r"\\(begin|end)\{(?:align|alignat|eqnarray|equation|gather|multline)\*?\}\s*\Z")
"""The first or last line of a formula in LaTeX; within dollars pandoc knows only others, such as ``aligned``."""
_GRID = re.compile(r" {0,3}\+(?:[-=:]+\+)+\s*\Z")
_REMARKS = frozenset({"note", "tip", "important", "warning", "caution"})
_LISTS = ("incremental", "nonincremental")


def read_pandoc(path: Path, deck: NewDeck, losses: Losses) -> None:
    """Fill ``deck`` from a Markdown file that pandoc makes slides of."""
    lines = read_lines(path, losses)
    front, body = split_front(lines, losses)
    if not front:
        front, body = _title_block(body)
    for key, value in front.items():
        text = ", ".join(map(_plain, value)) if isinstance(value, list) else _plain(value)
        if key in ("title", "subtitle", "author", "date", "lang") and text.strip():
            deck.front[key] = " ".join(text.split())
        elif key in ("incremental",):
            deck.front["incremental"] = text == "true"
        elif key not in ("fontsize", "documentclass", "output", "header-includes", "aspectratio", "colorlinks"):
            losses.report(f"the key '{key}' was left out", lines[0])
    body = _atx(body)
    if "title" in deck.front:
        deck.slides.append(title_slide(deck, lines[0]))
    reader = _PandocReader(deck, losses, Pictures([path.parent], deck, losses))
    for slide in _slides(body, _slide_level(body)):
        reader.read(slide)


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return str(value.get("name", value.get("text", "")))
    return str(value)


def _title_block(lines: Sequence[ForeignLine]) -> tuple[dict[str, str], Sequence[ForeignLine]]:
    """``% title``, ``% authors``, ``% date`` at the beginning of the file."""
    front: dict[str, str] = {}
    at = 0
    for key in ("title", "author", "date"):
        if at >= len(lines) or not lines[at].text.startswith("%"):
            break
        text = [lines[at].text[1:].strip()]
        at += 1
        while at < len(lines) and lines[at].text.startswith(" ") and lines[at].text.strip():
            text.append(lines[at].text.strip())
            at += 1
        front[key] = " ".join(text).replace(";", ",")
    return front, lines[at:]


def _atx(lines: Sequence[ForeignLine]) -> list[ForeignLine]:
    """The lines with setext headings turned into ``#`` headings."""
    changed: list[ForeignLine] = []
    for chunk in chunks(lines):
        if chunk.kind is not ChunkKind.TEXT:
            changed += chunk.lines
            continue
        for line in chunk.lines:
            before = changed[-1].text.strip() if changed else ""
            under = re.fullmatch(r" {0,3}(=+|-+)[ \t]*", line.text)
            if under and before and re.match(r"[^#>|:+*\-!`~]", before) and not re.search(r"\s{2,}|\|", before):
                changed[-1] = changed[-1].with_text(f"{'#' if under[1][0] == '=' else '##'} {before}")
                changed.append(line.with_text(""))
            else:
                changed.append(line)
    return changed


def _headings(lines: Sequence[ForeignLine]) -> Iterator[tuple[int, int]]:
    """The place and level of each heading."""
    at = 0
    for chunk in chunks(lines):
        for number, line in enumerate(chunk.lines):
            match = _HEADING.match(line.text) if chunk.kind is ChunkKind.TEXT else None
            if match:
                yield at + number, len(match["marks"])
        at += len(chunk.lines)


def _slide_level(lines: Sequence[ForeignLine]) -> int:
    """The highest level of headings that are followed by content, not by another heading."""
    found = list(_headings(lines))
    levels = []
    for (place, level), (following, _) in pairwise([*found, (len(lines), 0)]):
        between = [line.text for line in lines[place + 1 : following] if line.text.strip()]
        if between and not all(_RULE.match(text) for text in between):
            levels.append(level)
    return min(levels, default=1)


def _slides(lines: Sequence[ForeignLine], level: int) -> list[list[ForeignLine]]:
    """The lines of each slide; headings above the slide level, and those with a background, get their own slides."""
    begins = {place for place, own in _headings(lines) if own <= level or _BACKDROP.search(lines[place].text)}
    slides: list[list[ForeignLine]] = [[]]
    at = 0
    for chunk in chunks(lines):
        for number, line in enumerate(chunk.lines):
            if at + number in begins:
                slides.append([line])
            elif chunk.kind is ChunkKind.TEXT and _RULE.match(line.text):
                slides.append([])
            else:
                slides[-1].append(line)
        at += len(chunk.lines)
    return [slide for slide in slides if any(line.text.strip() for line in slide)]


class _PandocReader:
    """Reads slides, and appends them to the deck."""

    def __init__(self, deck: NewDeck, losses: Losses, pictures: Pictures) -> None:
        self._deck = deck
        self._losses = losses
        self._pictures = pictures

    def read(self, lines: Sequence[ForeignLine]) -> None:
        """Append a slide to the deck."""
        lines = list(dropwhile(lambda line: not line.text.strip(), lines))
        slide = NewSlide(lines[0])
        lines = self._heading(slide, lines)
        body, notes = self._divs(lines)
        for chunk in chunks(body):
            match chunk.kind:
                case ChunkKind.COMMENT if chunk.comment:
                    self._losses.report("a comment was left out: it isn't a note for pandoc", chunk.lines[0])
                case ChunkKind.FENCE:
                    slide.lines += self._fence(chunk).lines
                case ChunkKind.TEXT:
                    slide.lines += self._text(chunk).lines
        if any(line.text.startswith(("::: left", "::: right")) for line in slide.lines):
            outside_columns(slide)
        for group in notes:
            add_notes(slide, _dedented(group), self._losses)
        self._deck.slides.append(slide)

    def _heading(self, slide: NewSlide, lines: Sequence[ForeignLine]) -> Sequence[ForeignLine]:
        match = _HEADING.match(lines[0].text)
        if match is None:
            return lines
        attributes = match["attributes"] or ""
        for name, quoted in _ATTRIBUTE.findall(attributes):
            value = quoted.strip("\"'")
            if name in ("background-image", "data-background-image", "data-background"):
                if path := self._pictures.target(value, lines[0]):
                    slide.front["background"] = path
            elif name in ("background-color", "data-background-color") and (said := color(value)):
                slide.front["background"] = said
            else:
                self._losses.report(f"'{name}' of the heading was left out", lines[0])
        if identifier := re.search(r"#([\w-]+)", attributes):
            slide.front["id"] = identifier[1]
        title = f"# {match['text']}" if match["text"] else ""
        return [lines[0].with_text(title), *lines[1:]]

    def _fence(self, chunk: Chunk) -> Chunk:
        if re.match(r"\s*(?:`{3,}|~{3,})\s*\{=", chunk.lines[0].text):
            self._losses.report("content for one output format was left out", chunk.lines[0])
            return chunk.with_text("\n" * (len(chunk.lines) - 1))
        return plain_fence(chunk, self._losses)

    def _text(self, chunk: Chunk) -> Chunk:
        def picture(match: re.Match[str], path: str, line: ForeignLine) -> str:
            given = dict(_ATTRIBUTE.findall(match["attributes"] or ""))
            said = [f"{n}={v}" for n in _LENGTHS if (v := length(given.pop(n, "").strip("\"'")))]
            for name in given:
                self._losses.report(f"'{name}' of a picture was left out", line)
            return f"![{match['alt']}](<{path}>)" + ("{" + " ".join(said) + "}" if said else "")

        lines: list[ForeignLine] = []
        for line in chunk.lines:
            text = line.text
            if _GRID.match(text) and not (lines and lines[-1].text.lstrip().startswith(("+", "|"))):
                self._losses.report("a grid table became plain text", line, "write it as a pipe table: | a | b |")
            if _RAW_SPAN.search(text):
                self._losses.report("content for one output format was left out", line)
                text = _RAW_SPAN.sub("", text)
            lines += _formula(line) or [line.with_text(_SPAN.sub(r"\1", text))]
        shown = self._pictures.in_text(Chunk(chunk.kind, tuple(lines)), picture)
        plain = without_html(shown, self._losses, target=self._pictures.target)
        return _quoted_lists(plain_markdown(plain, divs=True))

    def _divs(self, lines: Sequence[ForeignLine]) -> tuple[list[ForeignLine], list[list[ForeignLine]]]:
        """The lines with divs that ours know, and the speaker notes."""
        body: list[ForeignLine] = []
        notes: list[list[ForeignLine]] = []
        open_divs: list[str] = []
        columns = 0
        for chunk in chunks(lines):
            for line in chunk.lines:
                match = _DIV.match(line.text) if chunk.kind is ChunkKind.TEXT else None
                target = notes[-1] if "notes" in open_divs else body
                if match is None:
                    target.append(line)
                    continue
                closed = open_divs.pop() if not match["info"] and open_divs else None
                if closed is not None:
                    if closed == "known":
                        body.append(line.with_text(":::"))
                    continue
                name = self._div_name(match["info"])
                if name == "notes":
                    notes.append([])
                if name == "column":
                    columns += 1
                    name = self._column(columns, line, body)
                elif name in (*_LISTS, *_REMARKS):
                    target.append(line.with_text(f"::: {name}"))
                    name = "known"
                elif name not in ("notes", "columns"):
                    self._losses.report(
                        f"the div '{match['info'] or 'without a name'}' was left out: its content stays", line
                    )
                open_divs.append(name)
        body += [lines[-1].with_text(":::") for name in open_divs if name == "known"]
        return body, notes

    def _div_name(self, info: str) -> str:
        classes = re.findall(r"\.([\w-]+)", info) if "{" in info else info.split()[:1]
        return classes[0] if classes else ""

    def _column(self, number: int, line: ForeignLine, body: list[ForeignLine]) -> str:
        if number <= 2:
            body += [line.with_text(""), line.with_text("::: left" if number == 1 else "::: right"), line.with_text("")]
            return "known"
        self._losses.report("a third column was put below the second", line)
        for place in range(len(body) - 1, -1, -1):
            if body[place].text == ":::":
                del body[place]
                break
        return "known"


def _formula(line: ForeignLine) -> list[ForeignLine]:
    """A line that begins or ends a formula in plain LaTeX, with the dollars that ours have; none for any other."""
    match = _ENVIRONMENT.match(line.text)
    if match is None:
        return []
    return [line.with_text("$$"), line] if match[1] == "begin" else [line, line.with_text("$$")]


def _dedented(lines: Sequence[ForeignLine]) -> list[ForeignLine]:
    """Lines without the indentation that all share: notes may be within a list."""
    indent = min((len(line.text) - len(line.text.lstrip()) for line in lines if line.text.strip()), default=0)
    return [line.with_text(line.text[indent:]) for line in lines]


def _quoted_lists(chunk: Chunk) -> Chunk:
    """A list in a quote appears item by item."""
    lines: list[ForeignLine] = []
    inside = False
    for line in chunk.lines:
        item = re.match(r" {0,3}>[ \t]?((?:[-*+]|\d+[.)])[ \t].*)", line.text)
        if item and not inside and not (lines and lines[-1].text.lstrip().startswith(">")):
            lines.append(line.with_text("{.incremental}"))
            inside = True
        if inside and line.text.lstrip().startswith(">"):
            lines.append(line.with_text(re.sub(r"^ {0,3}>[ \t]?", "", line.text)))
        else:
            inside = False
            lines.append(line)
    return Chunk(chunk.kind, tuple(lines))
