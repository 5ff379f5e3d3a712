"""Slidev's Markdown: front matter on every slide, layouts with slots, clicks, components of Vue.

Source of the format: the guide of Slidev (syntax, layouts, animations).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from quarterdeck.workshop.imports.foreign import (
    Line,
    Losses,
    NewDeck,
    NewSlide,
    Piece,
    PieceKind,
    front_end,
    pieces,
    read_lines,
    read_yaml,
)
from quarterdeck.workshop.imports.html import FEED, without_html
from quarterdeck.workshop.imports.pictures import Pictures
from quarterdeck.workshop.imports.slides import add_notes, color, columns, named_layout, plain_fence, split_title
from quarterdeck.workshop.imports.source import plain_markdown

_SLOT = re.compile(r"::([\w-]+)::\s*\Z")
_SNIPPET = re.compile(r"<<<\s+(\S+?)(?:#([\w-]+))?(?:\s+(.*))?\Z")
_INTERPOLATION = re.compile(r"\{\{.*?\}\}")
_FORMULA_STEPS = re.compile(r"\s{0,3}\$\$\s*\{[^{}]*\}\s*\Z")
_MDC_BLOCK = re.compile(r"\s{0,3}:{1,2}[\w-]+(?:\{.*\}|\[.*\])?\s*\Z")
_DIV = re.compile(r"^\s{0,3}:::")
_MDC_SPAN = re.compile(r"\[([^\[\]\n]+)\]\{[^{}\n]*\}")
_CLICK = re.compile(r"\[click(?::\d+)?\]\s*")
_PAUSE = f"{FEED}{FEED}. . .{FEED}{FEED}"
_DEPTH = 8
"""How deep files may take in others."""
_TRANSITIONS = {
    "fade": "fade",
    "fade-out": "fade",
    "slide-left": "push",
    "slide-right": "push",
    "slide-up": "push",
    "slide-down": "push",
}
_SILENT = frozenset(
    {
        *("layout", "background", "image", "title", "src", "hide", "disabled", "routeAlias", "transition", "author"),
        *("duration", "lineNumbers", "layoutClass", "level", "hideInToc", "preload", "url", "mdc", "comark"),
        *("highlighter", "drawings", "colorSchema", "canvasWidth", "favicon", "download", "exportFilename"),
        *("htmlAttrs", "selectable", "record", "presenter", "browserExporter", "routerMode", "aspectRatio"),
        *("themeConfig", "remoteAssets", "monaco", "defaults", "seoMeta", "keywords", "wakeLock", "contextMenu"),
        *("overviewSnapshots",),
    }
)
"""Keys that are taken over, or that say nothing about what a slide shows."""


def read_slidev(path: Path, deck: NewDeck, losses: Losses) -> None:
    """Fill ``deck`` from a Slidev deck."""
    lines = read_lines(path, losses)
    reading = _Reading(deck, losses, path.parent)
    reading.read_file(lines, path, 0)


def _duration(text: str) -> str | None:
    match = re.fullmatch(r"\s*(?:(\d+)\s*h(?:ours?)?)?\s*(?:(\d+)\s*m(?:in(?:utes?)?)?)?\s*", text)
    if match is None or not (match[1] or match[2]):
        return None
    return f"{match[1]}h{match[2] or 0}m" if match[1] else f"{match[2]}m"


class _Reading:
    """Reads the slides of a deck, and of the files that it takes in."""

    def __init__(self, deck: NewDeck, losses: Losses, root: Path) -> None:
        self._deck = deck
        self._losses = losses
        self._root = root
        self._numbers = False

    def read_file(self, lines: Sequence[Line], path: Path, depth: int) -> None:
        """Append the slides of a file."""
        for number, (front, body) in enumerate(self._split(lines)):
            if number == 0 and depth == 0:
                self._headmatter(front, lines[0])
            if (source := front.get("src")) and isinstance(source, str):
                self._take_in(source, path, body[0] if body else lines[0], depth)
                continue
            if body or front:
                self._slide(front, body, body[0] if body else lines[0], path)

    def _split(self, lines: Sequence[Line]) -> list[tuple[Mapping[str, Any], list[Line]]]:
        """The slides: their front matter and lines."""
        separators = []
        at = 0
        for piece in pieces(lines):
            if piece.kind is PieceKind.TEXT:
                separators += [at + n for n, line in enumerate(piece.lines) if line.text.rstrip() == "---"]
            at += len(piece.lines)
        slides: list[tuple[Mapping[str, Any], list[Line]]] = []
        start = 0
        front: dict[str, Any] = {}
        skip = -1
        for separator in separators:
            if separator <= skip:
                continue
            if separator or any(line.text.strip() for line in lines[:separator]):
                slides.append((front, list(lines[start:separator])))
            end = front_end(lines, separator)
            front = dict(read_yaml(lines[separator + 1 : end], self._losses)) if end is not None else {}
            start = (separator if end is None else end) + 1
            skip = start - 1
        slides.append((front, list(lines[start:])))
        return [(f, body) for f, body in slides if f or any(line.text.strip() for line in body)]

    def _headmatter(self, front: Mapping[str, Any], at: Line) -> None:
        for key in ("title", "author"):
            if isinstance(front.get(key), str) and front[key].strip():
                self._deck.front[key] = front[key].strip()
        if seconds := _duration(str(front.get("duration", ""))):
            self._deck.front["duration"] = seconds
        self._numbers = str(front.get("lineNumbers")) == "true"
        for key in ("theme", "info", "addons", "fonts"):
            if key in front:
                self._losses.tell(f"'{key}' was left out", at)

    def _take_in(self, source: str, path: Path, at: Line, depth: int) -> None:
        name = source.partition("#")[0]
        file = (self._root / name.lstrip("/")) if name.startswith("/") else path.parent / name
        if depth >= _DEPTH or not file.is_file():
            self._losses.tell(f"there is no file '{source}' to take slides from", at)
            return
        if "#" in source:
            self._losses.tell(f"all slides of {name} were taken in, not only those of '{source}'", at)
        self.read_file(read_lines(file, self._losses), file, depth + 1)

    def _slide(self, front: Mapping[str, Any], body: Sequence[Line], at: Line, path: Path) -> None:
        slide = NewSlide(next((line for line in body if line.text.strip()), at))
        public = [path.parent, self._root / "public", self._root, path.parent / "public"]
        pictures = Pictures(public, self._deck, self._losses)
        parts = list(pieces(body))
        while parts and not parts[-1].text.strip():
            parts.pop()
        notes = next((piece for piece in reversed(parts) if piece.kind is PieceKind.COMMENT), None)
        trailing = parts[parts.index(notes) + 1 :] if notes else []
        if any(piece.text.strip() and not piece.text.strip().startswith("<style") for piece in trailing):
            notes = None
        for piece in parts:
            match piece.kind:
                case PieceKind.FENCE:
                    slide.lines += self._fence(piece).lines
                case PieceKind.TEXT:
                    for part in self._with_snippets(piece, path):
                        fence = part.kind is PieceKind.FENCE
                        slide.lines += (part if fence else self._text(part, pictures)).lines
        self._slots(slide, front)
        self._front(slide, front, pictures)
        if notes is not None:
            inner = notes.saying(notes.text.replace("<!--", "").replace("-->", ""))
            add_notes(slide, [line.saying(_CLICK.sub("", line.text)) for line in inner.lines], self._losses)
        self._deck.slides.append(slide)

    def _fence(self, piece: Piece) -> Piece:
        first, *rest = piece.lines
        if "magic-move" in first.text:
            self._losses.tell("of code that morphs only the last step was kept", first)
            inner = [fence for fence in pieces(rest[:-1]) if fence.kind is PieceKind.FENCE]
            if inner:
                return plain_fence(inner[-1], self._losses)
        for word in ("monaco", "twoslash"):
            if re.search(rf"(?:\{{|\s){word}\b", first.text):
                self._losses.tell(f"'{word}' was left out: the code is shown as it is", first)
        plain = plain_fence(piece, self._losses)
        if self._numbers and not plain.lines[0].text.strip("`~ ").startswith(("mermaid", "dot")):
            info = plain.lines[0].text
            numbered = f"{info[:-1]} .numbers}}" if info.endswith("}") else f"{info} {{.numbers}}"
            return Piece(plain.kind, (plain.lines[0].saying(numbered), *plain.lines[1:]))
        return plain

    def _with_snippets(self, piece: Piece, path: Path) -> Iterator[Piece]:
        """Text, and the fences of the files that it takes in."""
        lines: list[Line] = []
        for line in piece.lines:
            snippet = _SNIPPET.match(line.text)
            if snippet is None:
                lines.append(line)
                continue
            yield Piece(piece.kind, tuple(lines))
            yield Piece(PieceKind.FENCE, tuple(self._snippet(snippet, line, path)))
            lines = []
        yield Piece(piece.kind, tuple(lines))

    def _text(self, piece: Piece, pictures: Pictures) -> Piece:
        lines: list[Line] = []
        for line in piece.lines:
            if _FORMULA_STEPS.match(line.text):
                self._losses.tell("the steps of a formula were left out", line)
                lines.append(line.saying("$$"))
            elif _MDC_BLOCK.match(line.text) and not _SLOT.match(line.text):
                self._losses.tell("a component was left out", line)
                lines.append(line.saying(""))
            else:
                text = _MDC_SPAN.sub(r"\1", line.text)
                lines.append(line.saying(self._interpolated(_DIV.sub(r"\\:::", text), line)))
        shown = without_html(Piece(piece.kind, tuple(lines)), self._losses, self._component)
        shown = pictures.in_text(shown, lambda match, target, line: f"![{match['alt']}](<{target}>)")
        return plain_markdown(shown, divs=True)

    def _interpolated(self, text: str, line: Line) -> str:
        if "{{" not in text or "`" in text:
            return text
        self._losses.tell("what Vue computes was left out", line)
        return _INTERPOLATION.sub("", text)

    def _component(self, name: str, attributes: str, closing: bool, at: Line) -> str | None:
        if name.lower() in ("v-clicks", "vclicks"):
            return f"{FEED}:::{FEED}" if closing else f"{FEED}::: incremental{FEED}"
        if name.lower() in ("v-click", "vclick", "v-after"):
            return "" if closing else _PAUSE
        if (
            not closing
            and re.search(r"(?:^|\s)v-click\b", attributes)
            and name.lower() in ("div", "p", "ul", "ol", "h2")
        ):
            return _PAUSE
        return None

    def _snippet(self, match: re.Match[str], line: Line, path: Path) -> list[Line]:
        name = match[1]
        file = self._root / name.removeprefix("@/").lstrip("/") if name.startswith(("@/", "/")) else path.parent / name
        try:
            code = file.read_text("utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError):
            self._losses.tell(f"there is no file '{name}' to show", line)
            return [line.saying("")]
        if match[2]:
            region = re.search(rf"#region {re.escape(match[2])}[^\n]*\n(.*?)\n[^\n]*#endregion", code, re.DOTALL)
            code = region[1] if region else code
        language = (match[3] or "").split(" ")[0].strip("{}") or file.suffix.lstrip(".")
        marks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0))
        texts = ["", f"{marks}{language}", *code.split("\n"), marks, ""]
        return [line.saying(text) for text in texts]

    def _slots(self, slide: NewSlide, front: Mapping[str, Any]) -> None:
        """``::right::`` begins a slot; what comes before is the left one's."""
        marks = [(n, m[1]) for n, line in enumerate(slide.lines) if (m := _SLOT.match(line.text))]
        if str(front.get("layout", "")).startswith("two-cols") or {"left", "right"} & {name for _, name in marks}:
            self._two_columns(slide, marks)
            return
        for number, name in marks:
            self._losses.tell(f"the slot '{name}' was left out: its content follows the rest", slide.lines[number])
            slide.lines[number] = slide.lines[number].saying("")

    def _two_columns(self, slide: NewSlide, marks: Sequence[tuple[int, str]]) -> None:
        starts = [(-1, "default"), *marks]
        parts: dict[str, list[Line]] = {}
        for (begin, name), (end, _) in zip(starts, [*starts[1:], (len(slide.lines), "")], strict=True):
            parts.setdefault(name, []).extend(slide.lines[begin + 1 : end])
        title, rest = split_title(parts.pop("default", []))
        left, right = parts.pop("left", []), parts.pop("right", [])
        for name, lines in parts.items():
            self._losses.tell(f"the slot '{name}' was put under the right one", slide.origin)
            right += lines
        slide.front["layout"] = "two-columns"
        slide.lines = list(title)
        for name, lines in (("left", [*rest, *left]), ("right", right)):
            if any(line.text.strip() for line in lines):
                slide.add(slide.origin, "", f"::: {name}", "")
                slide.lines += lines
                slide.add(slide.origin, "", ":::")

    def _front(self, slide: NewSlide, front: Mapping[str, Any], pictures: Pictures) -> None:
        at = slide.origin
        layout = str(front.get("layout", "" if self._deck.slides else "cover"))
        if layout in ("cover", "intro"):
            named_layout(slide, "title")
        elif layout in ("section", "center", "statement", "fact", "end"):
            named_layout(slide, "section")
        elif layout.startswith("image-") and (source := front.get("image")):
            if path := pictures.target(str(source), at):
                columns(slide, picture=f"![](<{path}>){{.decorative}}", side=layout.removeprefix("image-"), at=at)
        elif layout.startswith("iframe"):
            self._losses.tell("the page in the slide became a link", at)
            slide.add(at, "", f"[{front.get('url', '')}](<{front.get('url', '')}>)")
        elif layout not in ("", "default", "none", "full", "quote", "two-cols", "two-cols-header", "image"):
            self._losses.tell(f"the layout '{layout}' became a plain slide", at)
        background = front.get("background") or (front.get("image") if layout == "image" else None)
        if (
            isinstance(background, str)
            and background
            and (said := color(background) or pictures.target(background, at))
        ):
            slide.front["background"] = said
        if str(front.get("hide", front.get("disabled"))) == "true":
            slide.front["hide"] = True
        if alias := re.sub(r"[^\w-]+", "-", str(front.get("routeAlias", ""))).strip("-").lower():
            slide.front["id"] = alias
        if transition := str(front.get("transition", "")).partition("|")[0].strip():
            if transition in _TRANSITIONS:
                slide.front["transition"] = _TRANSITIONS[transition]
            elif transition != "none":
                self._losses.tell(f"the transition '{transition}' was left out", at)
        for key in front:
            if key not in _SILENT and (self._deck.slides or key not in ("theme", "info", "addons", "fonts")):
                self._losses.tell(f"'{key}' was left out", at)
        if not split_title(slide.lines)[0] and (title := str(front.get("title", ""))) and self._deck.slides:
            slide.lines = [at.saying(f"# {title}"), at.saying(""), *slide.lines]
