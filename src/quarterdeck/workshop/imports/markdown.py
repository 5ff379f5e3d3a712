"""Writes slides of foreign decks in our Markdown: layouts, columns, fences, notes, and the source of the whole deck.

Each line of the new source keeps its place in the foreign deck.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from quarterdeck.source.markdown.fences import code_spans
from quarterdeck.workshop.imports.foreign import Chunk, ChunkKind, ForeignLine, Losses, NewDeck, NewSlide, chunks
from quarterdeck.workshop.imports.html import without_html

_TEMPLATE = re.compile(r"\{(?=\{|%|# )")
_SETEXT = re.compile(r" {0,3}(=+|-+)[ \t]*\Z")
_RULE = re.compile(r" {0,3}-[ \t]*-[ \t]*-[ \t-]*\Z")
_DIV = re.compile(r" {0,3}:::")
_TAGS = re.compile(r"</?[A-Za-z][^<>]*>")
_BRACED = re.compile(r"(?<=\s)\{(?=[A-Za-z][\w-]*\}\\?\s*\Z)")
"""A word in braces at the end of a line, which our parser would take for an attribute."""
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
    return Chunk(chunk.kind, tuple(line.with_text(_BRACED.sub(r"\\{", escaped(line.text))) for line in lines))


_HEADING = re.compile(r" {0,3}#{1,6}[ \t]")
_DIAGRAM = re.compile(r"(\s*(?:`{3,}|~{3,}))(?:mermaid|dot|graphviz)\b")
_STEPS = re.compile(r"\{([\d\-,|*a-z]*)\}")
_INFO = re.compile(r"([\w+#.-]*)")
_NUMBERS = re.compile(r"\{[^}]*lines\s*:\s*true[^}]*\}|\.numberLines|\.number-lines")
_LINE_SETS = re.compile(r"(?:all|\*|none|hide|\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)(?:\|(?:all|\*|none|hide|[\d,-]+))*\Z")
CONSOLES = ("console", "shell-session")
"""Fences that would run in our decks, which the author of a foreign deck didn't intend."""


def plain_fence(chunk: Chunk, losses: Losses) -> Chunk:
    """A fence in our syntax: language, line steps, line numbers."""
    first, *rest = chunk.lines
    match = re.match(r"(\s*)(`{3,}|~{3,})\s*(.*)", first.text)
    if match is None:
        return chunk
    indent, marks, info = match[1], match[2], match[3].strip()
    language = re.match(r"\{\s*\.([\w+#-]+)", info)
    word = language[1] if language else (_INFO.match(info) or [""])[0]
    if word in CONSOLES:
        word = "shell-session"
    if word in ("chart", "math", "plantuml", "raw") or info.startswith("{="):
        losses.report(f"a {info.strip('{}=') or word} block became plain text", first)
        word = "text"
    if word in {"mermaid", "dot", "graphviz"}:
        if info != word:
            losses.report(f"'{info.removeprefix(word).strip()}' of a diagram was left out", first)
        return Chunk(chunk.kind, (first.with_text(f"{indent}{marks}{word}"), *rest))
    count = len(rest) - (1 if rest and rest[-1].text.strip().startswith(marks[:3]) else 0)
    attributes = _steps(info, count)
    if _NUMBERS.search(info):
        attributes.append(".numbers")
    braces = "{" + " ".join(attributes) + "}" if attributes else ""
    closing = () if rest and rest[-1].text.strip().startswith(marks[:3]) else (first.with_text(f"{indent}{marks}"),)
    return Chunk(chunk.kind, (first.with_text(f"{indent}{marks}{word} {braces}".rstrip()), *rest, *closing))


def _steps(info: str, count: int) -> list[str]:
    """The line steps of a fence, if the code has these lines."""
    for match in _STEPS.finditer(info):
        if match[1] and _LINE_SETS.match(match[1]):
            steps = match[1].replace("*", "all").replace("none", "all").replace("hide", "all")
            numbers = [int(number) for number in re.findall(r"\d+", steps)]
            if all(1 <= number <= count for number in numbers) and steps != "all":
                return [steps]
    return []


def color(text: str) -> str | None:
    """A colour of CSS as ``#rrggbb``; None for gradients, pictures and anything that is not a colour."""
    from PIL import ImageColor

    try:
        red, green, blue = ImageColor.getrgb(text.strip().lower())[:3]
    except ValueError:
        return None
    return f"#{red:02x}{green:02x}{blue:02x}"


def named_layout(slide: NewSlide, layout: str) -> bool:
    """Give a slide the layout ``title`` or ``section`` if its content fits there; whether it does."""
    blocks = _blocks(slide.lines)
    headings = [block for block in blocks if _HEADING.match(block)]
    plain = [block for block in blocks if not re.match(r"\s*(?:[-*+>|!`~$]|\d+[.)]|:::|\{)", block)]
    if headings and blocks[0] == headings[0] and len(blocks) <= 3 and len(plain) == len(blocks):
        slide.front["layout"] = layout
        return True
    return False


def _blocks(lines: Sequence[ForeignLine]) -> list[str]:
    """The first line of each block of a slide, without comments."""
    first: list[str] = []
    for chunk in chunks(lines):
        if chunk.kind is ChunkKind.FENCE:
            first.append(chunk.lines[0].text)
        elif chunk.kind is ChunkKind.TEXT:
            before = ""
            for line in chunk.lines:
                begins = line.text.strip() and (
                    not before.strip() or _HEADING.match(before) or _HEADING.match(line.text)
                )
                if begins:
                    first.append(line.text)
                before = line.text
    return first


def columns(slide: NewSlide, *, picture: str, side: str, at: ForeignLine) -> None:
    """Put a slide's body and a picture into two columns."""
    if any(line.text.startswith(("::: left", "::: right")) for line in slide.lines):
        slide.add(at, "", picture)
        return
    title, body = split_title(slide.lines)
    slide.front["layout"] = "two-columns"
    own, other = ("right", "left") if side == "left" else ("left", "right")
    shown = [at.with_text(text) for text in (f"::: {other}", "", picture, "", ":::")]
    text = [at.with_text(f"::: {own}"), at.with_text(""), *body, at.with_text(""), at.with_text(":::")]
    parts = (shown, text) if side == "left" else (text, shown)
    slide.lines = [*title, at.with_text(""), *parts[0], at.with_text(""), *parts[1]]


def split_title(lines: Sequence[ForeignLine]) -> tuple[list[ForeignLine], list[ForeignLine]]:
    """The lines up to the slide's title, and the rest; there is no title if text comes before the heading."""
    for number, line in enumerate(lines):
        if _HEADING.match(line.text):
            return list(lines[: number + 1]), list(lines[number + 1 :])
        if line.text.strip():
            break
    return [], list(lines)


def outside_columns(slide: NewSlide) -> None:
    """Move text before and after columns into them, since such a slide has nothing but two columns."""
    slide.front["layout"] = "two-columns"
    title, rest = split_title(slide.lines)
    before: list[ForeignLine] = []
    left: list[ForeignLine] = []
    right: list[ForeignLine] = []
    after: list[ForeignLine] = []
    current = before
    depth = 0
    for line in rest:
        if line.text == "::: left":
            current, depth = left, 1
        elif line.text == "::: right":
            current, depth = right, 1
        elif line.text.startswith("::: "):
            current.append(line)
            depth += 1
        elif line.text == ":::" and depth:
            depth -= 1
            if depth:
                current.append(line)
            else:
                current = after
        else:
            current.append(line)
    at = slide.origin
    slide.lines = list(title)
    for name, parts in (("left", [*before, *left]), ("right", [*right, *after])):
        slide.add(at, "", f"::: {name}", "")
        slide.lines += parts
        slide.add(at, "", ":::")


def title_slide(deck: NewDeck, at: ForeignLine) -> NewSlide:
    """The slide with the deck's title, subtitle, author and date."""
    slide = NewSlide(at, {"layout": "title"})
    for key in ("title", "subtitle", "author", "date"):
        if key in deck.front:
            deck.front[key] = " ".join(_TAGS.sub(" ", str(deck.front[key])).split())
    slide.add(at, f"# {deck.front['title']}")
    told = [escaped(str(deck.front[key])) for key in ("subtitle", "author", "date") if key in deck.front]
    if told:
        slide.add(at, "", *(f"{text}\\" for text in told[:-1]), told[-1])
    return slide


def add_notes(slide: NewSlide, lines: Iterable[ForeignLine], losses: Losses) -> None:
    """Append lines as speaker notes."""
    noted = list(lines)
    if not any(line.text.strip() for line in noted):
        return
    slide.add(noted[0], "", "<!--")
    for chunk in chunks(noted):
        if chunk.kind is ChunkKind.TEXT:
            said = plain_markdown(without_html(chunk, losses)).lines
            slide.lines += [line.with_text(line.text.replace("-->", "→").replace("<!--", "")) for line in said]
        elif chunk.kind is ChunkKind.FENCE:
            first, *rest = plain_fence(chunk, losses).lines
            slide.lines.append(first.with_text(_DIAGRAM.sub(r"\1text", first.text)))
            slide.lines += [
                line.with_text(line.text.replace("-->", r"--\>").replace("<!--", r"\<!--")) for line in rest
            ]
    slide.add(noted[0], "-->")
