"""remark's Markdown, as a file of its own, within its HTML page, or as xaringan's R Markdown.

``---`` begins a slide, ``--`` continues one, ``???`` begins its notes; a slide opens with properties
(``class: center``), and ``.name[…]`` gives text a class.  Source of the format: remark's wiki (Markdown, Formatting).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.source.markdown.fences import code_spans
from quarterdeck.text.source_file import shown_path
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
from quarterdeck.workshop.imports.html import FEED, without_html
from quarterdeck.workshop.imports.markdown import (
    add_notes,
    color,
    named_layout,
    outside_columns,
    plain_fence,
    plain_markdown,
    split_title,
    title_slide,
)

PAGES = frozenset({".html", ".htm"})
_TEXTAREA = re.compile(r"<textarea\b[^>]*\bid\s*=\s*[\"']?source[\"']?[^>]*>", re.IGNORECASE)
_SOURCE_URL = re.compile(r"\bsourceUrl\s*:\s*[\"']([^\"']+)[\"']")
_MARKED_LINES = re.compile(r"\bhighlightLines[\"']?\s*:\s*true\b")
_PROPERTY = re.compile(r"\s*(?:<!--\s*)?([A-Za-z][\w-]*)\s*:(?:\s+(.*?))?\s*(?:-->)?\s*\Z")
_PROPERTIES = frozenset(
    {"name", "class", "template", "layout", "count", "continued", "exclude", "background-image"}
) | {
    *("background-color", "background-size", "background-position", "background-repeat"),
}
_CLASS = re.compile(r"\\.|((?:\.[A-Za-z_][\w-]*)+)\[|\[|\]")
_URL = re.compile(r"url\(\s*[\"']?(.*?)[\"']?\s*\)\Z")
_SCALE = re.compile(r"\A:scale\s+(\S+?)(?:,\s*|\s+|\Z)")
_VARIABLE = re.compile(r"\{\{\s*([\w-]+)\s*\}\}")
_HIDDEN_CODE = re.compile(r"\s*(?:`{3,}|~{3,})\s*\{r\b.*\b(?:include|echo)\s*=\s*(?:F|FALSE)\b")
_COLUMNS = {
    **dict.fromkeys(("left-column", "pull-left", "column-left", "leftcol", "left-col"), "left"),
    **dict.fromkeys(("right-column", "pull-right", "column-right", "rightcol", "right-col"), "right"),
}
_CENTERED = frozenset({"center", "middle", "title-slide", "title", "inverse"})
_FIRST_MARK = re.compile(r"\A\s*(?:(?:class|name|layout|template|background-image):[^\n]*\n)+(?!---\s*$)", re.MULTILINE)
_MARKS = re.compile(
    r"^\?\?\?\s*$|^layout: (?:true|false)\s*$|^count: false\s*$|^(?:\.[a-z][\w-]*)+\["
    r"|(?:^\s*(?:[-*+]|\d+\.)\s.*\n|\n\n)--\s*$",
    re.MULTILINE,
)


def is_remark(front: Mapping[str, Any], body: Sequence[ForeignLine]) -> bool:
    """Whether a Markdown file has syntax that only remark has."""
    if "xaringan" in str(front.get("output", "")):
        return True
    text = "\n".join(chunk.text for chunk in chunks(body) if chunk.kind is ChunkKind.TEXT)
    return (not front and _FIRST_MARK.search(text) is not None) or _MARKS.search(text) is not None


@dataclass(slots=True)
class _RawSlide:
    """A slide as it is written."""

    properties: dict[str, str] = field(default_factory=dict)
    lines: list[ForeignLine] = field(default_factory=list)
    notes: list[ForeignLine] = field(default_factory=list)


def read_remark(path: Path, deck: NewDeck, losses: Losses) -> None:
    """Fill ``deck`` from a deck of remark.

    Raises:
        QuarterdeckError: for an HTML page without such a deck.

    """
    lines = read_lines(path, losses)
    page = "\n".join(line.text for line in lines)
    front: Mapping[str, Any] = {}
    if path.suffix.lower() in PAGES:
        lines = _of_page(path, lines, page, losses)
    else:
        front, rest = split_front(lines, losses)
        lines = tuple(rest)
    for key in ("title", "subtitle", "author", "date"):
        value = front.get(key)
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value or "")
        if text.strip():
            deck.front[key] = " ".join(text.split())
    if "title" in deck.front and lines:
        deck.slides.append(title_slide(deck, lines[0]))
    reader = _RemarkReader(deck, losses, Pictures([path.parent], deck, losses), _MARKED_LINES.search(page) is not None)
    for raw in _slides(lines, losses):
        reader.read(raw)


def _of_page(path: Path, lines: Sequence[ForeignLine], page: str, losses: Losses) -> tuple[ForeignLine, ...]:
    """The Markdown in a page, or in the file that the page names, where remark prefers it."""
    named = _SOURCE_URL.search(page)
    if named and (path.parent / named[1]).is_file():
        return read_lines(path.parent / named[1], losses)
    if named:
        raise QuarterdeckError.of(
            f"{shown_path(path)} takes its slides from '{named[1]}', which isn't there",
            hint="give the Markdown file that it means",
            code="unreadable-file",
        )
    opening = _TEXTAREA.search(page)
    if opening:
        first = page.count("\n", 0, opening.end())
        end = page.find("</textarea", opening.end())
        content = html.unescape(page[opening.end() : len(page) if end < 0 else end])
        numbers = range(first, len(lines))
        return tuple(lines[n].with_text(text) for n, text in zip(numbers, content.split("\n"), strict=False))
    raise QuarterdeckError.of(
        f'{shown_path(path)} isn\'t a deck of remark: it has no <textarea id="source">, and names no source',
        hint="of HTML pages, only remark's can be imported; give the Markdown file that the page was made from",
        code="unreadable-file",
    )


def _slides(lines: Sequence[ForeignLine], losses: Losses) -> list[_RawSlide]:
    slides = [_RawSlide()]
    noting = opening = False
    for chunk in chunks(lines):
        if chunk.kind is ChunkKind.FENCE and _HIDDEN_CODE.match(chunk.lines[0].text):
            losses.report("R code that runs without being shown was left out", chunk.lines[0])
            continue
        for line in chunk.lines:
            mark = line.text.rstrip() if chunk.kind is ChunkKind.TEXT else ""
            if mark == "---":
                slides.append(_RawSlide())
                noting = opening = False
            elif mark == "--":
                slides[-1].lines += [line.with_text(text) for text in ("", ". . .", "")]
                noting, opening = False, True
            elif mark == "???":
                noting = True
            elif noting:
                slides[-1].notes.append(line)
            elif opening and (match := _PROPERTY.match(line.text)) and match[1] in _PROPERTIES:
                continue  # the slide has its properties already
            else:
                opening = opening and not line.text.strip()
                slides[-1].lines.append(line)
    for slide in slides:
        _take_properties(slide)
    return slides


def _take_properties(slide: _RawSlide) -> None:
    for number, line in enumerate(slide.lines):
        match = _PROPERTY.match(line.text)
        if line.text.strip() and (match is None or (match[1] not in _PROPERTIES and match[1] != match[1].lower())):
            del slide.lines[:number]
            return
        if match:
            slide.properties[match[1]] = (match[2] or "").strip()
    slide.lines.clear()


class _RemarkReader:
    """Reads slides in order; those with ``layout: true`` and those with names serve later ones as templates."""

    def __init__(self, deck: NewDeck, losses: Losses, pictures: Pictures, marked_lines: bool) -> None:
        self._deck = deck
        self._losses = losses
        self._pictures = pictures
        self._marked_lines = marked_lines
        self._layout: _RawSlide | None = None
        self._named: dict[str, _RawSlide] = {}
        self._open: list[tuple[str, ...]] = []
        self._told: set[str] = set()

    def read(self, raw: _RawSlide) -> None:
        """Append a slide to the deck, unless it only serves as a template."""
        if raw.properties.get("layout") == "false":
            self._layout = None
        template = self._named.get(raw.properties.get("template", ""), self._layout)
        whole = raw if template is None else _upon(template, raw)
        if name := raw.properties.get("name"):
            self._named[name] = whole
        if raw.properties.get("layout") == "true":
            self._layout = whole
            return
        if whole.lines or whole.notes:
            self._append(whole)

    def _append(self, raw: _RawSlide) -> None:
        slide = NewSlide(next((line for line in raw.lines if line.text.strip()), (*raw.lines, *raw.notes)[0]))
        self._open, self._told = [], set()
        for chunk in chunks(raw.lines):
            match chunk.kind:
                case ChunkKind.FENCE:
                    slide.lines += self._fence(chunk).lines
                case ChunkKind.TEXT:
                    slide.lines += self._text(chunk, raw.properties).lines
                case ChunkKind.COMMENT if chunk.comment:
                    self._losses.report("a comment was left out: notes come after '???'", chunk.lines[0])
        slide.add(slide.origin, *(":::" for names in self._open if _column(names)))
        if any(line.text in ("::: left", "::: right") for line in slide.lines):
            outside_columns(slide)
        self._front(slide, raw.properties)
        add_notes(slide, raw.notes, self._losses)
        self._deck.slides.append(slide)

    def _fence(self, chunk: Chunk) -> Chunk:
        first, *code = chunk.lines
        if re.match(r"\s*(?:`{3,}|~{3,})\s*\{r\b", first.text):
            self._once("R code isn't run: it is shown as it is", first)
            marks = re.match(r"\s*(?:`{3,}|~{3,})", first.text)
            chunk = Chunk(chunk.kind, (first.with_text(f"{marks[0] if marks else '```'}r"), *code))
        if not self._marked_lines:
            return plain_fence(chunk, self._losses)
        marked = [number for number, line in enumerate(code, 1) if line.text.startswith("*")]
        plain = plain_fence(
            Chunk(chunk.kind, (chunk.lines[0], *(line.with_text(line.text.removeprefix("*")) for line in code))),
            self._losses,
        )
        if not marked:
            return plain
        opening = plain.lines[0]
        word = "" if opening.text.strip("`~ ") else "text"
        lines = opening.with_text(f"{opening.text.rstrip()}{word} {{{','.join(map(str, marked))}}}")
        return Chunk(plain.kind, (lines, *plain.lines[1:]))

    def _text(self, chunk: Chunk, variables: Mapping[str, str]) -> Chunk:
        def picture(match: re.Match[str], path: str, line: ForeignLine) -> str:
            scale = _SCALE.match(match["alt"])
            alt = _SCALE.sub("", match["alt"]).strip()
            width = length(scale[1]) if scale else None
            return f"![{alt}](<{path}>)" + (f"{{width={width}}}" if width else "")

        lines = [
            part
            for line in chunk.lines
            for part in self._classed(line.with_text(_VARIABLE.sub(lambda m: variables.get(m[1], m[0]), line.text)))
        ]
        shown = self._pictures.in_text(Chunk(chunk.kind, tuple(lines)), picture)
        plain = without_html(shown, self._losses, target=self._pictures.target)
        return plain_markdown(plain, divs=True)

    def _classed(self, line: ForeignLine) -> Iterator[ForeignLine]:
        """The line without ``.name[`` and the bracket that closes it; columns become divs on lines of their own."""
        kept = list(code_spans(line.text))
        parts: list[str] = []
        at = 0
        for match in _CLASS.finditer(line.text):
            if any(begin <= match.start() < end for begin, end in kept):
                continue
            said: str | None = None
            if match[1]:
                names = tuple(match[1].strip(".").split("."))
                said = f"{FEED}{FEED}::: {_column(names)}{FEED}{FEED}" if _column(names) else ""
                self._open.append(names)
                self._tell(names, line)
            elif match[0] == "[":
                self._open.append(())
            elif match[0] == "]" and self._open and (names := self._open.pop()):
                said = f"{FEED}{FEED}:::{FEED}{FEED}" if _column(names) else ""
            if said is not None:
                parts += [line.text[at : match.start()], said]
                at = match.end()
        text = "".join([*parts, line.text[at:]])
        divs = FEED in text
        yield from (line.with_text(part.strip() if divs else part) for part in text.split(FEED))

    def _tell(self, names: Sequence[str], line: ForeignLine) -> None:
        for name in names:
            if name not in _COLUMNS and name not in ("footnote", "center"):
                self._once(f"the class '{name}' of text was left out", line)

    def _once(self, what: str, line: ForeignLine) -> None:
        if what not in self._told:
            self._told.add(what)
            self._losses.report(what, line)

    def _front(self, slide: NewSlide, properties: Mapping[str, str]) -> None:
        at = slide.origin
        classes = [word for word in re.split(r"[,\s]+", properties.get("class", "")) if word]
        first = not self._deck.slides
        centered = {"center", "middle"} <= set(classes) or {"title-slide", "title"} & set(classes)
        if centered and named_layout(slide, "title" if first else "section"):
            classes = [name for name in classes if name not in _CENTERED]
        if classes:
            self._losses.report(f"the class {', '.join(classes)} was left out", at)
        image = _URL.match(properties.get("background-image", ""))
        if image and (path := self._pictures.target(image[1], at)):
            slide.front["background"] = path
        elif ground := properties.get("background-color"):
            if plain := color(ground):
                slide.front["background"] = plain
            else:
                self._losses.report(f"the background '{ground}' was left out", at)
        if name := re.sub(r"[^\w-]+", "-", properties.get("name", "")).strip("-").lower():
            slide.front["id"] = name
        if properties.get("exclude") == "true":
            slide.front["hide"] = True
        for key in properties:
            if key.startswith("background-") and key not in ("background-image", "background-color"):
                self._losses.report(f"'{key}' was left out", at)
            elif key not in _PROPERTIES:
                self._losses.report(f"the property '{key}' was left out", at)


def _column(names: Sequence[str]) -> str:
    """The slot that a class means; empty for other classes."""
    return next((_COLUMNS[name] for name in names if name in _COLUMNS), "")


def _upon(template: _RawSlide, own: _RawSlide) -> _RawSlide:
    """A slide with what it inherits: content after its title or around its own, and properties but the name."""
    properties = {key: value for key, value in template.properties.items() if key not in ("name", "layout", "template")}
    classes = ", ".join(filter(None, (properties.get("class"), own.properties.get("class"))))
    properties.update(own.properties)
    if classes:
        properties["class"] = classes
    place = next((n for n, line in enumerate(template.lines) if line.text.strip() == "{{content}}"), None)
    if place is None:
        title, rest = split_title(own.lines)
        lines = [*title, *template.lines, *rest]
    else:
        lines = [*template.lines[:place], *own.lines, *template.lines[place + 1 :]]
    return _RawSlide(properties, lines, own.notes)
