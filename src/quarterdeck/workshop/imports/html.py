"""Converts HTML within Markdown to Markdown, since our sources don't take HTML; the rest is reported as lost."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from quarterdeck.source.markdown.fences import code_spans
from quarterdeck.workshop.imports.foreign import Chunk, ForeignLine, Losses

_TAG = re.compile(
    r"""<(?P<close>/?)(?P<name>[A-Za-z][\w.:-]*)(?P<attributes>(?:\s+(?:"[^"]*"|'[^']*'|[^'"<>])*)?)\s*(?P<end>/?)>""",
)
_ATTRIBUTE = re.compile(r"""([@:\w.-]+)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_DROPPED = re.compile(r"<(style|script|svg|iframe|video|audio|object|canvas)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_INLINE_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_MARKS = {"b": "**", "strong": "**", "i": "*", "em": "*", "del": "~~", "s": "~~", "strike": "~~"}
_SPOKEN = frozenset({"kbd", "code", "samp", "tt"})
_QUIET = frozenset({"span", "p", "div", "center", "small", "big", "font", "u", "ins", "sup", "sub", "mark", "section"})
"""Tags that only change the look of their content: the content stays, the tag goes."""
_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(<([^<>\n]*)>\)")
_AUTOLINK = re.compile(r"<(?:https?:|mailto:)[^<>\s]*>")
APART = "\x0c"
"""Keeps the end of one code span and the start of the next from merging into one mark."""
FEED = "\x0b"
"""A line end in the replacement of a component."""
Component = Callable[[str, str, bool, ForeignLine], str | None]
"""Converts a component of the foreign tool: (name, attributes, closing, place) → text, with ``FEED`` between its lines;
None if the tag is ordinary HTML."""


def without_html(chunk: Chunk, losses: Losses, component: Component | None = None) -> Chunk:
    """The chunk without HTML, except in code."""
    text = chunk.text
    if "<" not in text:
        return chunk
    tagged = _TAG.search(text) is not None
    text = _outside_code(text, lambda part, offset: _DROPPED.sub(lambda m: _dropped(m, chunk, offset, losses), part))
    text = _outside_code(text, lambda part, offset: _INLINE_COMMENT.sub(lambda m: _feeds(m[0]), part))
    tags = _Tags(chunk, text, losses, component)

    def convert(part: str, offset: int) -> str:
        return _TAG.sub(lambda match: tags.converted(match, offset), part)

    plain = _outside_code(text, convert).replace(f"`{APART}`", "` `").replace(APART, "")
    converted = chunk.with_text(_LINK.sub(_link, plain))
    return _split(_dedented(converted)) if tagged else converted


def _split(chunk: Chunk) -> Chunk:
    """Split lines at the line ends that components have put in."""
    lines = [line.with_text(text) for line in chunk.lines for text in line.text.split(FEED)]
    return Chunk(chunk.kind, tuple(lines))


def _link(match: re.Match[str]) -> str:
    """A link whose text was on several lines, or was a picture that is gone."""
    label = " ".join(match[1].split()) or match[2].partition("://")[2] or match[2]
    return f"[{label}](<{match[2]}>){_feeds(match[0])}"


def _feeds(text: str) -> str:
    """The line ends of a text."""
    return "\n" * text.count("\n")


def _outside_code(text: str, change: Callable[[str, int], str]) -> str:
    """The text with ``change(part, offset)`` applied to everything but code and autolinks."""
    parts, at = [], 0
    kept = sorted([*code_spans(text), *(match.span() for match in _AUTOLINK.finditer(text))])
    for begin, end in kept:
        if begin < at:
            continue
        parts += [change(text[at:begin], at), text[begin:end]]
        at = end
    return "".join([*parts, change(text[at:], at)])


def _dropped(match: re.Match[str], chunk: Chunk, offset: int, losses: Losses) -> str:
    line = _line(chunk, chunk.text, offset + match.start())
    losses.report(f"<{match[1].lower()}> was left out", line)
    return _feeds(match[0])


def _line(chunk: Chunk, text: str, position: int) -> ForeignLine:
    return chunk.lines[min(text.count("\n", 0, position), len(chunk.lines) - 1)]


@dataclass(slots=True)
class _Tags:
    """Converts the tags of one chunk, in order."""

    chunk: Chunk
    text: str
    losses: Losses
    component: Component | None
    links: list[str | None] = field(default_factory=list)
    """The targets of the links that are still open."""
    placed: bool = False
    """Whether the loss of positions and colours has been reported."""

    def converted(self, match: re.Match[str], offset: int) -> str:
        """The replacement of a tag."""
        line = _line(self.chunk, self.text, offset + match.start())
        feeds = _feeds(match[0])
        tag, closing = match["name"].lower(), bool(match["close"])
        said = self.component(match["name"], match["attributes"], closing, line) if self.component else None
        if said is not None:
            return said + feeds
        if tag in _MARKS:
            return _MARKS[tag]
        if tag in _SPOKEN:
            return "`" + APART if closing else "`"
        attributes = {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(match["attributes"])}
        match tag:
            case "br":
                begins = not self.text[: offset + match.start()].rpartition("\n")[2].strip()
                return feeds if begins else "\\" + feeds
            case "hr":
                return feeds
            case "img" if "src" in attributes:
                return _picture(attributes) + feeds
            case "a" if closing:
                target = self.links.pop() if self.links else None
                return f"](<{target}>)" if target else ""
            case "a":
                self.links.append(attributes.get("href"))
                return f"[{feeds}" if self.links[-1] else feeds
        if tag not in _QUIET and not closing:
            self.losses.report(f"<{match['name']}> was left out", line)
        elif attributes and not closing and not self.placed and tag not in ("p", "span", "u"):
            self.placed = True
            self.losses.report(f"positions and colours of <{tag}> and other tags were left out", line)
        return feeds


def _picture(attributes: Mapping[str, str]) -> str:
    width = attributes.get("width", "").removesuffix("px")
    size = f"{{width={width}px}}" if width.isdigit() else ""
    return f"![{html.unescape(attributes.get('alt', ''))}](<{attributes['src']}>){size}"


def _dedented(chunk: Chunk) -> Chunk:
    """The chunk without indentation that only followed HTML and would turn text into code."""
    lines = []
    in_list = False
    for line in chunk.lines:
        text = line.text
        if re.match(r"\s{0,3}(?:[-*+]|\d+[.)])\s", text):
            in_list = True
        elif text.strip() and not text.startswith((" ", "\t")):
            in_list = False
        if not in_list and text.startswith(("    ", "\t")):
            text = text.lstrip()
        lines.append(line.with_text(text))
    return Chunk(chunk.kind, tuple(lines))
