"""Inline Markdown to runs of text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TypeAlias, TypeVar

from markdown_it.token import Token
from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.model.content import Inline, InlineMath, LineBreak, Link, Run
from quarterdeck.source.markdown.attributes import NONE, Attributes, parse_attributes
from quarterdeck.source.markdown.context import SlideLinks, link_to
from quarterdeck.source.markdown.habits import COMPONENT, TAGS
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import presentable

FRAGMENT = "fragment"
HTML_HINT = "write it in backticks, or '\\<' for a plain '<'; comments are speaker notes"
_TAG_NAME = re.compile(r"</?([A-Za-z][\w-]*)")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]+\]")

_PLAIN = Run("")


class PictureMark(Struct, frozen=True):
    """A picture in a line of text; whoever reads the line decides if it may be there."""

    source: str
    alt: str
    title: str | None
    attributes: Attributes
    link: Link | None
    span: SourceSpan


Part: TypeAlias = Inline | PictureMark
P = TypeVar("P", bound=Part)


class Line(Struct):
    """The parts of one stretch of inline text, and the attributes at its end."""

    parts: list[Part]
    attributes: Attributes = NONE

    @property
    def inlines(self) -> tuple[Inline, ...]:
        """The parts without pictures."""
        return tuple(part for part in self.parts if not isinstance(part, PictureMark))

    @property
    def pictures(self) -> tuple[PictureMark, ...]:
        """The pictures alone."""
        return tuple(part for part in self.parts if isinstance(part, PictureMark))


class InlineReader(Struct):
    """Turns inline tokens of one passage into runs."""

    passage: Passage
    found: Diagnostics
    links: SlideLinks
    _seen: Counter[tuple[int, str]] = field(default_factory=Counter)
    """How often a text was looked for in the lines from a first one: inline tokens have an order, but no positions."""

    def read(self, token: Token | None, first: int, end: int, *, takes_attributes: bool = True) -> Line:
        """The parts of an ``inline`` token that is in the lines from ``first`` to before ``end``."""
        if token is None:
            return Line([])
        children = list(token.children or ())
        attributes = _take_attributes(children) if takes_attributes else NONE
        return Line(_Builder(self, first, end).build(children), attributes)

    def refuse_pictures(self, line: Line, where: str) -> None:
        """Report the pictures in a line that can't hold any."""
        for picture in line.pictures:
            self.found.error(
                f"{where} can't hold a picture", picture.span, hint="give it a line of its own", code="no-slot"
            )

    def place(self, text: str, first: int, end: int) -> SourceSpan:
        """The next place of a text in some lines."""
        occurrence = self._seen[first, text]
        self._seen[first, text] += 1
        return self.passage.find(text, first, end, occurrence)


class _Builder:
    """Walks the children of one inline token."""

    def __init__(self, reader: InlineReader, first: int, end: int) -> None:
        self._reader = reader
        self._first = first
        self._end = end
        self._parts: list[Part] = []
        self._style = _PLAIN
        self._outer: list[Run] = []

    def build(self, children: Sequence[Token]) -> list[Part]:
        for at, token in enumerate(children):
            self._take(token, children, at)
        return trimmed(self._parts)

    def _take(self, token: Token, children: Sequence[Token], at: int) -> None:
        match token.type:
            case "text":
                self._dangling_footnotes(token.content)
                self._text(token.content)
            case "text_special":
                self._text(token.content)
            case "softbreak":
                self._text(" ")
            case "hardbreak":
                self._parts.append(LineBreak())
            case "code_inline":
                self._code(token)
            case "strong_open":
                self._enter(replace(self._style, bold=True))
            case "em_open":
                self._enter(replace(self._style, italic=True))
            case "s_open":
                self._enter(replace(self._style, strike=True))
            case "span_open":
                self._enter(self._classed(self._style, _attributes_of(token)))
            case "link_open":
                self._open_link(token, children[at + 1 :])
            case "strong_close" | "em_close" | "s_close" | "span_close" | "link_close":
                self._style = self._outer.pop() if self._outer else _PLAIN
            case "image":
                self._picture(token)
            case "math_inline" | "math_inline_double":
                self._parts.append(InlineMath(presentable(token.content.strip())))
            case "footnote_ref":
                self._append(replace(self._style, text=str(token.meta["id"] + 1), superscript=True))
            case "html_inline":
                self._html(token)
            case "footnote_anchor":
                pass  # the way back to the reference: slides are small enough
            case _:
                self._text(token.content)

    def _enter(self, style: Run) -> None:
        self._outer.append(self._style)
        self._style = style

    def _text(self, text: str) -> None:
        if text:
            text = presentable(text)
            self._append(Run(text) if self._style is _PLAIN else replace(self._style, text=text))

    def _dangling_footnotes(self, text: str) -> None:
        for match in _FOOTNOTE.finditer(text) if "[^" in text else ():
            self._reader.found.error(
                f"there is no footnote {match[0]}",
                self._place(match[0]),
                hint=f"write '{match[0]}: its text' on the same slide",
                code="missing-footnote",
            )

    def _append(self, run: Run) -> None:
        last = self._parts[-1] if self._parts else None
        if isinstance(last, Run) and _alike(last, run):
            self._parts[-1] = replace(last, text=last.text + run.text)
        else:
            self._parts.append(run)

    def _code(self, token: Token) -> None:
        attributes = _attributes_of(token)
        shown = tuple(name for name in attributes.classes if name != "vars")
        style = self._classed(self._style, replace(attributes, classes=shown))
        self._append(replace(style, text=presentable(token.content), code=True))

    def _open_link(self, token: Token, rest: Iterable[Token]) -> None:
        href = str(token.attrs.get("href", ""))
        closing = next((t for t in rest if t.type == "link_close"), None)
        span = self._place(href)
        link = link_to(href, span, self._reader.links, self._reader.found)
        title = token.attrs.get("title")
        style = replace(self._style, link=link, link_title=str(title) if title else None)
        self._enter(self._classed(style, _attributes_of(closing) if closing else NONE))

    def _picture(self, token: Token) -> None:
        source = str(token.attrs.get("src", ""))
        alt = "".join(_plain(token.children or ())) if token.children else token.content
        title = token.attrs.get("title")
        self._parts.append(
            PictureMark(
                source,
                presentable(alt),
                presentable(str(title)) if title else None,
                _attributes_of(token),
                self._style.link,
                self._place(source),
            )
        )

    def _classed(self, style: Run, attributes: Attributes) -> Run:
        classes = attributes.classes
        if FRAGMENT in classes:
            self._reader.found.error(
                "a part of a line can't be a fragment: PowerPoint has none",
                self._place(f".{FRAGMENT}"),
                hint="leave a blank before '{' to make the whole line one, or use '. . .' between paragraphs",
                code="inline-fragment",
            )
        attributes.report_unknown((), self._place, self._reader.found)
        if "sup" in classes or "sub" in classes:
            style = replace(style, superscript="sup" in classes, subscript="sub" in classes)
        own = tuple(name for name in classes if name not in ("sup", "sub", FRAGMENT))
        return replace(style, classes=(*style.classes, *own))

    def _html(self, token: Token) -> None:
        report_html(token.content, self._place(token.content), self._reader.found)

    def _place(self, text: str) -> SourceSpan:
        return self._reader.place(text, self._first, self._end)


def report_html(text: str, span: SourceSpan, found: Diagnostics) -> None:
    """Raw HTML would be seen in one output only."""
    tag = text.strip().split("\n", 1)[0]
    name = _TAG_NAME.match(tag)
    found.error(
        f"raw HTML can't be shown: {tag[:40]}",
        span,
        hint=_tag_hint(name[1]) if name else HTML_HINT,
        code="raw-html",
    )


def _tag_hint(name: str) -> str:
    """How a tag is said here; those with a capital are components of a page's program."""
    return COMPONENT if name[:1].isupper() and name.lower() not in TAGS else TAGS.get(name.lower(), HTML_HINT)


def _attributes_of(token: Token) -> Attributes:
    attributes = token.meta.get("attributes")
    return attributes if isinstance(attributes, Attributes) else NONE


def _take_attributes(children: list[Token]) -> Attributes:
    """Cut the attributes off the end of a line: ``some text {.fragment}``."""
    if not children or children[-1].type != "text":
        return NONE
    content = children[-1].content.rstrip()
    if not content.endswith("}"):
        return NONE
    start = content.rfind("{")
    while start >= 0:
        parsed = parse_attributes(content, start)
        if parsed is not None and parsed[1] == len(content):
            children[-1] = children[-1].copy(content=content[:start].rstrip())
            if not children[-1].content and len(children) > 1 and children[-2].type == "softbreak":
                del children[-2:]
            return parsed[0]
        start = content.rfind("{", 0, start)
    return NONE


def _plain(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        if token.children:
            yield from _plain(token.children)
        elif token.type in ("softbreak", "hardbreak"):
            yield " "
        else:
            yield token.content


def trimmed(parts: Sequence[P]) -> list[P]:
    """Without blanks and line breaks at both ends, which no output would show."""
    if parts and _is_solid(parts[0], 0) and _is_solid(parts[-1], -1):
        return list(parts)
    first, end = 0, len(parts)
    while first < end and _is_blank(parts[first]):
        first += 1
    while end > first and _is_blank(parts[end - 1]):
        end -= 1
    kept = list(parts[first:end])
    for at, strip in ((0, str.lstrip), (-1, str.rstrip)):
        edge = kept[at] if kept else None
        if isinstance(edge, Run) and not edge.code and strip(edge.text) != edge.text:
            kept[at] = replace(edge, text=strip(edge.text))
    return kept


def _alike(a: Run, b: Run) -> bool:
    """Whether two runs look the same."""
    return (
        a.code == b.code
        and a.bold == b.bold
        and a.italic == b.italic
        and a.strike == b.strike
        and a.superscript == b.superscript
        and a.subscript == b.subscript
        and a.link == b.link
        and a.link_title == b.link_title
        and a.classes == b.classes
    )


def _is_solid(part: Part, edge: int) -> bool:
    """Whether it surely has no blank at its first (0) or last (-1) character."""
    return type(part) is Run and part.text != "" and not part.text[edge].isspace()


def _is_blank(part: Part) -> bool:
    return isinstance(part, LineBreak) or (isinstance(part, Run) and not part.code and not part.text.strip())
