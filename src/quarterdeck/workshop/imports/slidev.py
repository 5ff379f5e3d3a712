"""Slidev's Markdown: front matter on every slide, layouts with slots, clicks, components of Vue.

Source of the format: the guide of Slidev (syntax, layouts, animations).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
    front_end,
    read_lines,
    read_yaml,
)
from quarterdeck.workshop.imports.html import FEED, with_emoji, without_html
from quarterdeck.workshop.imports.markdown import (
    add_notes,
    color,
    columns,
    named_layout,
    plain_fence,
    plain_markdown,
    split_title,
)

_SLOT = re.compile(r"::([\w-]+)::\s*\Z")
_SNIPPET = re.compile(r"<<<\s+(\S+?)(?:#([\w-]+))?(?:\s+(.*))?\Z")
_INTERPOLATION = re.compile(r"\{\{.*?\}\}")
_FORMULA_STEPS = re.compile(r"\s{0,3}\$\$\s*\{[^{}]*\}\s*\Z")
_MDC_BLOCK = re.compile(r"\s{0,3}:{1,2}[\w-]+(?:\{.*\}|\[.*\])?\s*\Z")
_DIV = re.compile(r"^\s{0,3}:::")
_MDC_ATTRIBUTES = re.compile(
    r"(?<=[\s\w\"'*~`)\]>.!?])\{(?:\s*(?:[.#:@][\w\-./\[\]!:&#%()]+|v-[\w.-]+(?:=[^\s{}]+)?"
    r"|[\w:@-]+=(?:\"[^\"]*\"|'[^']*'|[^\s{}]+)))+\s*\}"
)
"""Attributes of text: classes, ids, directives, and keys with values."""
_MDC_SPAN = re.compile(r"\[([^\[\]\n]+)\]\{[^{}\n]*\}")
_CLICK = re.compile(r"\[click(?::\d+)?\]\s*")
_PAUSE = f"{FEED}{FEED}. . .{FEED}{FEED}"
_DEPTH = 8
"""How deep files may include others."""
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
        *("duration", "lineNumbers", "level", "hideInToc", "class", "layoutClass", "preload", "url", "mdc", "comark"),
        *("highlighter", "drawings", "colorSchema", "canvasWidth", "favicon", "download", "exportFilename"),
        *("htmlAttrs", "selectable", "record", "presenter", "browserExporter", "routerMode", "aspectRatio"),
        *("themeConfig", "remoteAssets", "monaco", "defaults", "seoMeta", "keywords", "wakeLock", "contextMenu"),
        *("overviewSnapshots",),
    }
)
"""Keys that are taken over or reported elsewhere, or that say nothing about what a slide shows."""
_CENTERED = frozenset({"center", "statement", "fact", "end"})


def read_slidev(path: Path, deck: NewDeck, losses: Losses) -> None:
    """Fill ``deck`` from a Slidev deck."""
    lines = read_lines(path, losses)
    reader = _SlidevReader(deck, losses, path.parent)
    reader.read_file(lines, path, 0)


def _duration(text: str) -> str | None:
    match = re.fullmatch(r"\s*(?:(\d+)\s*h(?:ours?)?)?\s*(?:(\d+)\s*m(?:in(?:utes?)?)?)?\s*", text)
    if match is None or not (match[1] or match[2]):
        return None
    return f"{match[1]}h{match[2] or 0}m" if match[1] else f"{match[2]}m"


def _words(value: object) -> list[str]:
    """The words of a text or a list."""
    if isinstance(value, list):
        return [word for each in value for word in _words(each)]
    return str(value).split() if value else []


def _is_quotation(lines: Sequence[ForeignLine]) -> bool:
    """Whether a slide has nothing but a quotation, and a title at most."""
    texts = [line.text for line in split_title(lines)[1] if line.text.strip()]
    return bool(texts) and all(text.lstrip().startswith(">") for text in texts)


class _SlidevReader:
    """Reads the slides of a deck, and of the files that it takes in."""

    def __init__(self, deck: NewDeck, losses: Losses, root: Path) -> None:
        self._deck = deck
        self._losses = losses
        self._root = root
        self._numbers = False

    def read_file(self, lines: Sequence[ForeignLine], path: Path, depth: int) -> None:
        """Append the slides of a file."""
        for number, (front, body) in enumerate(self._split(lines)):
            if number == 0 and depth == 0:
                self._headmatter(front, lines[0])
            if (source := front.get("src")) and isinstance(source, str):
                self._take_in(source, path, body[0] if body else lines[0], depth)
                continue
            if body or front:
                self._slide(front, body, body[0] if body else lines[0], path)

    def _split(self, lines: Sequence[ForeignLine]) -> list[tuple[Mapping[str, Any], list[ForeignLine]]]:
        """The slides: their front matter and lines."""
        separators = []
        at = 0
        for chunk in chunks(lines):
            if chunk.kind is ChunkKind.TEXT:
                separators += [at + n for n, line in enumerate(chunk.lines) if line.text.rstrip() == "---"]
            at += len(chunk.lines)
        slides: list[tuple[Mapping[str, Any], list[ForeignLine]]] = []
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

    def _headmatter(self, front: Mapping[str, Any], at: ForeignLine) -> None:
        for key in ("title", "author"):
            if isinstance(front.get(key), str) and front[key].strip():
                self._deck.front[key] = front[key].strip()
        if seconds := _duration(str(front.get("duration", ""))):
            self._deck.front["duration"] = seconds
        self._numbers = str(front.get("lineNumbers")) == "true"
        for key in ("theme", "info", "addons", "fonts"):
            if key in front:
                self._losses.report(f"'{key}' was left out", at)

    def _take_in(self, source: str, path: Path, at: ForeignLine, depth: int) -> None:
        name = source.partition("#")[0]
        file = (self._root / name.lstrip("/")) if name.startswith("/") else path.parent / name
        if depth >= _DEPTH or not file.is_file():
            self._losses.report(f"there is no file '{source}' to include slides from", at)
            return
        if "#" in source:
            self._losses.report(f"all slides of {name} were taken in, not only those of '{source}'", at)
        self.read_file(read_lines(file, self._losses), file, depth + 1)

    def _slide(self, front: Mapping[str, Any], body: Sequence[ForeignLine], at: ForeignLine, path: Path) -> None:
        slide = NewSlide(next((line for line in body if line.text.strip()), at))
        public = [path.parent, self._root / "public", self._root, path.parent / "public"]
        pictures = Pictures(public, self._deck, self._losses)
        parts = list(chunks(body))
        while parts and not parts[-1].text.strip():
            parts.pop()
        notes = next((chunk for chunk in reversed(parts) if chunk.kind is ChunkKind.COMMENT), None)
        trailing = parts[parts.index(notes) + 1 :] if notes else []
        if any(chunk.text.strip() and not chunk.text.strip().startswith("<style") for chunk in trailing):
            notes = None
        for chunk in parts:
            match chunk.kind:
                case ChunkKind.COMMENT if chunk is not notes and chunk.comment:
                    self._losses.report("a comment was left out: notes come last on a slide", chunk.lines[0])
                case ChunkKind.FENCE:
                    slide.lines += self._fence(chunk).lines
                case ChunkKind.TEXT:
                    for part in self._with_snippets(chunk, path):
                        fence = part.kind is ChunkKind.FENCE
                        slide.lines += (part if fence else self._text(part, pictures)).lines
        self._slots(slide, front)
        self._front(slide, front, pictures)
        if notes is not None:
            inner = notes.with_text(notes.text.replace("<!--", "").replace("-->", ""))
            add_notes(slide, [line.with_text(_CLICK.sub("", line.text)) for line in inner.lines], self._losses)
        self._deck.slides.append(slide)

    def _fence(self, chunk: Chunk) -> Chunk:
        first, *rest = chunk.lines
        if "magic-move" in first.text:
            self._losses.report("of code that morphs, only the last step was imported", first)
            inner = [fence for fence in chunks(rest[:-1]) if fence.kind is ChunkKind.FENCE]
            if inner:
                return plain_fence(inner[-1], self._losses)
        for word in ("monaco", "twoslash"):
            if re.search(rf"(?:\{{|\s){word}\b", first.text):
                self._losses.report(f"'{word}' was left out: the code is shown as it is", first)
        plain = plain_fence(chunk, self._losses)
        if self._numbers and not plain.lines[0].text.strip("`~ ").startswith(("mermaid", "dot")):
            info = plain.lines[0].text
            numbered = f"{info[:-1]} .numbers}}" if info.endswith("}") else f"{info} {{.numbers}}"
            return Chunk(plain.kind, (plain.lines[0].with_text(numbered), *plain.lines[1:]))
        return plain

    def _with_snippets(self, chunk: Chunk, path: Path) -> Iterator[Chunk]:
        """Text, and the fences of the files that it takes in."""
        lines: list[ForeignLine] = []
        for line in chunk.lines:
            snippet = _SNIPPET.match(line.text)
            if snippet is None:
                lines.append(line)
                continue
            yield Chunk(chunk.kind, tuple(lines))
            yield Chunk(ChunkKind.FENCE, tuple(self._snippet(snippet, line, path)))
            lines = []
        yield Chunk(chunk.kind, tuple(lines))

    def _text(self, chunk: Chunk, pictures: Pictures) -> Chunk:
        lines: list[ForeignLine] = []
        for line in chunk.lines:
            if _FORMULA_STEPS.match(line.text):
                self._losses.report("the steps of a formula were left out", line)
                lines.append(line.with_text("$$"))
            elif _MDC_BLOCK.match(line.text) and not _SLOT.match(line.text):
                self._losses.report("a component was left out", line)
                lines.append(line.with_text(""))
            else:
                text = self._plain(line)
                lines.append(line.with_text(self._interpolated(_DIV.sub(r"\\:::", text), line)))
        worded = with_emoji(Chunk(chunk.kind, tuple(lines)), self._losses)
        pictured = pictures.in_text(worded, lambda match, target, line: f"![{match['alt']}](<{target}>)")
        shown = without_html(pictured, self._losses, self._component, target=pictures.target)
        return plain_markdown(shown, divs=True)

    def _plain(self, line: ForeignLine) -> str:
        """A line without the attributes of its spans and other parts, except in formulas."""
        text = _MDC_SPAN.sub(r"\1", line.text)
        if "$" not in text and _MDC_ATTRIBUTES.search(text):
            text = _MDC_ATTRIBUTES.sub("", text).rstrip()
        if text != line.text:
            self._losses.report("attributes of text were left out", line)
        return text

    def _interpolated(self, text: str, line: ForeignLine) -> str:
        if "{{" not in text or "`" in text:
            return text
        self._losses.report("a Vue expression was left out", line)
        return _INTERPOLATION.sub("", text)

    def _component(self, name: str, attributes: str, closing: bool, at: ForeignLine) -> str | None:
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

    def _snippet(self, match: re.Match[str], line: ForeignLine, path: Path) -> list[ForeignLine]:
        name = match[1]
        file = self._root / name.removeprefix("@/").lstrip("/") if name.startswith(("@/", "/")) else path.parent / name
        try:
            code = file.read_text("utf-8").rstrip("\n")
        except (OSError, UnicodeDecodeError):
            self._losses.report(f"there is no file '{name}' to show", line)
            return [line.with_text("")]
        if match[2]:
            region = re.search(rf"#region {re.escape(match[2])}[^\n]*\n(.*?)\n[^\n]*#endregion", code, re.DOTALL)
            code = region[1] if region else code
        language = (match[3] or "").split(" ")[0].strip("{}") or file.suffix.lstrip(".")
        marks = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", code)), default=0))
        texts = ["", f"{marks}{language}", *code.split("\n"), marks, ""]
        return [line.with_text(text) for text in texts]

    def _slots(self, slide: NewSlide, front: Mapping[str, Any]) -> None:
        """``::right::`` begins a slot; what comes before is the left one's."""
        marks = [(n, m[1]) for n, line in enumerate(slide.lines) if (m := _SLOT.match(line.text))]
        if str(front.get("layout", "")).startswith("two-cols") or {"left", "right"} & {name for _, name in marks}:
            self._two_columns(slide, marks)
            return
        for number, name in marks:
            self._losses.report(f"the slot '{name}' was left out: its content follows the rest", slide.lines[number])
            slide.lines[number] = slide.lines[number].with_text("")

    def _two_columns(self, slide: NewSlide, marks: Sequence[tuple[int, str]]) -> None:
        starts = [(-1, "default"), *marks]
        parts: dict[str, list[ForeignLine]] = {}
        for (begin, name), (end, _) in zip(starts, [*starts[1:], (len(slide.lines), "")], strict=True):
            parts.setdefault(name, []).extend(slide.lines[begin + 1 : end])
        title, rest = split_title(parts.pop("default", []))
        left, right = parts.pop("left", []), parts.pop("right", [])
        for name, lines in parts.items():
            self._losses.report(f"the slot '{name}' was put below the right one", slide.origin)
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
            first = not self._deck.slides
            if not named_layout(slide, "title" if first else "section") and not (first and "layout" not in front):
                self._losses.report(f"the layout '{layout}' became a plain slide: there is too much on it", at)
        elif layout in ("section", *_CENTERED):
            if not named_layout(slide, "section"):
                self._losses.report(f"the layout '{layout}' became a plain slide: there is too much on it", at)
        elif layout == "quote" and _is_quotation(slide.lines):
            slide.front["layout"] = "quote"
        elif layout.startswith("image-") and (source := front.get("image")):
            if path := pictures.target(str(source), at):
                columns(slide, picture=f"![](<{path}>){{.decorative}}", side=layout.removeprefix("image-"), at=at)
        elif layout.startswith("iframe"):
            self._losses.report("the embedded page became a link", at)
            slide.add(at, "", f"[{front.get('url', '')}](<{front.get('url', '')}>)")
        elif layout not in ("", "default", "two-cols", "two-cols-header", "image"):
            self._losses.report(f"the layout '{layout}' became a plain slide", at)
        background = front.get("background") or (front.get("image") if layout == "image" else None)
        if (
            isinstance(background, str)
            and background
            and (said := color(background) or pictures.target(background, at))
        ):
            slide.front["background"] = said
        if words := " ".join(_words(front.get("class")) + _words(front.get("layoutClass"))):
            self._losses.report(f"the class {words} was left out", at)
        if str(front.get("hide", front.get("disabled"))) == "true":
            slide.front["hide"] = True
        if alias := re.sub(r"[^\w-]+", "-", str(front.get("routeAlias", ""))).strip("-").lower():
            slide.front["id"] = alias
        if transition := str(front.get("transition", "")).partition("|")[0].strip():
            if transition in _TRANSITIONS:
                slide.front["transition"] = _TRANSITIONS[transition]
            elif transition != "none":
                self._losses.report(f"the transition '{transition}' was left out", at)
        for key in front:
            if key not in _SILENT and (self._deck.slides or key not in ("theme", "info", "addons", "fonts")):
                self._losses.report(f"'{key}' was left out", at)
        if not split_title(slide.lines)[0] and (title := str(front.get("title", ""))) and self._deck.slides:
            slide.lines = [at.with_text(f"# {title}"), at.with_text(""), *slide.lines]
