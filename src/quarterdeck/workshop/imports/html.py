"""Converts HTML and names of emoji within Markdown to Markdown, since our sources don't take them.

The rest of the HTML is reported as lost.
"""

from __future__ import annotations

import html
import re
import unicodedata
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
_RAISED = {"sup": "sup", "sub": "sub"}
_QUIET = frozenset({"span", "p", "div", "section", "article", "main", "header", "figure", "tbody"})
"""Tags that mean nothing by themselves: the content stays, the tag goes."""
_LOOKS = frozenset({"center", "small", "big", "font", "u", "ins", "mark", "abbr"})
"""Tags that only change the look of their content: the content stays, and the look is reported."""
_LISTS = ("ul", "ol")
_MEANINGLESS = frozenset({"id", "title", "lang", "dir", "name"})
"""Attributes that say nothing about positions and colours."""
_ONLY_MARK = re.compile(r"\s*(?:[-#>]+|1\.)\s*")
_LINK = re.compile(r"(?<!!)\[([^\[\]]*)\]\(<([^<>\n]*)>\)")
_AUTOLINK = re.compile(r"<(?:https?:|mailto:)[^<>\s]*>")
APART = "\x0c"
"""Keeps the end of one code span and the start of the next from merging into one mark."""
FEED = "\x0b"
"""A line end in the replacement of a component."""
BEGIN = "\x0e"
"""A line end before a list item or a heading: the line it is taken from loses its indentation."""
Component = Callable[[str, str, bool, ForeignLine], str | None]
"""Converts a component of the foreign tool: (name, attributes, closing, place) → text, with ``FEED`` between its lines;
None if the tag is ordinary HTML."""


def without_html(
    chunk: Chunk,
    losses: Losses,
    component: Component | None = None,
    *,
    target: Callable[[str, ForeignLine], str | None] | None = None,
    notes: list[ForeignLine] | None = None,
) -> Chunk:
    """The chunk without HTML, except in code.

    ``target`` gives the path of a picture in the new deck; without it the ``src`` stays.  Comments within lines are
    added to ``notes``; without it they are reported.
    """
    text = chunk.text
    if "<" not in text:
        return chunk
    tagged = _TAG.search(text) is not None
    text = _outside_code(text, lambda part, offset: _DROPPED.sub(lambda m: _dropped(m, chunk, offset, losses), part))

    def uncommented(match: re.Match[str], offset: int) -> str:
        line, said = _line(chunk, text, offset + match.start()), match[0][4:-3].strip()
        if notes is not None and said not in ("", "fit"):
            notes.extend(line.with_text(word.strip()) for word in said.split("\n"))
        elif said not in ("", "fit"):
            losses.report("a comment within a line was left out", line)
        return _feeds(match[0])

    text = _outside_code(text, lambda part, offset: _INLINE_COMMENT.sub(lambda m: uncommented(m, offset), part))
    tags = _Tags(chunk, text, losses, component, target)

    def convert(part: str, offset: int) -> str:
        return _TAG.sub(lambda match: tags.converted(match, offset), part)

    plain = _outside_code(text, convert).replace(f"`{APART}`", "` `").replace(APART, "")
    converted = chunk.with_text(_LINK.sub(_link, plain))
    return _split(_dedented(converted)) if tagged else converted


def _split(chunk: Chunk) -> Chunk:
    """Split lines at the line ends that components and tags have put in."""
    lines: list[ForeignLine] = []
    waiting = ""
    for line in chunk.lines:
        for text in line.text.split(FEED):
            before, *begun = text.split(BEGIN)
            if waiting and text.strip():
                before, waiting = f"{waiting}{text.split(BEGIN)[0].strip()}", ""
            if before.strip() or not begun:
                lines.append(line.with_text(before))
            for part in begun:
                if _ONLY_MARK.fullmatch(part):
                    waiting = part  # the text is on the next line
                else:
                    lines.append(line.with_text(part.rstrip()))
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
    target: Callable[[str, ForeignLine], str | None] | None
    links: list[str | None] = field(default_factory=list)
    """The targets of the links that are still open."""
    lists: list[str] = field(default_factory=list)
    """The lists that are still open: ``ul`` or ``ol``."""
    reported: set[str] = field(default_factory=set)
    """Losses that are reported once in a chunk."""

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
        if tag in _RAISED:
            return f"]{{.{_RAISED[tag]}}}" if closing else "["
        attributes = {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(match["attributes"])}
        match tag:
            case "br":
                begins = not self.text[: offset + match.start()].rpartition("\n")[2].strip()
                return feeds if begins else self._broken(line, offset + match.end()) + feeds
            case "hr":
                return feeds
            case "img" if "src" in attributes:
                return self._picture(attributes, line) + feeds
            case "ul" | "ol" | "li" | "blockquote" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                return self._block(tag, closing=closing) + feeds
            case "a" if closing:
                target = self.links.pop() if self.links else None
                return f"](<{target}>)" if target else ""
            case "a":
                self.links.append(attributes.get("href"))
                return f"[{feeds}" if self.links[-1] else feeds
        if tag in _LOOKS and not closing:
            self._once(f"the look of <{tag}> was left out: its text stays", line)
        elif tag not in _QUIET and not closing:
            self.losses.report(f"<{match['name']}> was left out", line)
        elif attributes.keys() - _MEANINGLESS and not closing:
            self._once("positions and colours of tags were left out", line)
        return feeds

    def _once(self, what: str, line: ForeignLine) -> None:
        if what not in self.reported:
            self.reported.add(what)
            self.losses.report(what, line)

    def _broken(self, line: ForeignLine, after: int) -> str:
        """A line break; a blank in tables and headings, which have none, and a line end where a blank line follows."""
        if line.text.lstrip().startswith(("|", "#")):
            return " "
        rest = self.text[after:].partition("\n")
        if not re.sub(r"<[^<>]*>", "", rest[0]).strip():
            return "" if not rest[2].partition("\n")[0].strip() else "\\"
        return f"\\{FEED}"

    def _block(self, tag: str, *, closing: bool) -> str:
        """The beginning or end of a list, an item, a quotation or a heading."""
        if tag in _LISTS:
            if closing:
                if self.lists:
                    self.lists.pop()
                return "" if self.lists else FEED + FEED
            self.lists.append(tag)
            return FEED + FEED if len(self.lists) == 1 else ""
        if closing:
            return FEED if tag != "li" else ""
        if tag == "li":
            marker = "1. " if self.lists and self.lists[-1] == "ol" else "- "
            return BEGIN + "   " * max(0, len(self.lists) - 1) + marker
        return FEED + BEGIN + ("> " if tag == "blockquote" else "#" * int(tag[1]) + " ")

    def _picture(self, attributes: Mapping[str, str], line: ForeignLine) -> str:
        path: str | None = html.unescape(attributes["src"])
        if self.target is not None:
            path = self.target(str(path), line)
        if path is None:
            web = attributes["src"].startswith(("http://", "https://"))
            return f"[{html.unescape(attributes.get('alt', '')) or 'picture'}](<{attributes['src']}>)" if web else ""
        width = attributes.get("width", "").removesuffix("px")
        size = f"{{width={width}px}}" if width.isdigit() and int(width) else ""
        return f"![{html.unescape(attributes.get('alt', ''))}](<{path}>){size}"


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


_SHORT_NAME = re.compile(r"(?<![\w:/.]):([a-z+-][a-z0-9_+-]+|100|1234):(?![\w:])")
_EMOJI_NAMES = {
    "rofl": "rolling on the floor laughing",
    "hugs": "hugging face",
    "shrug": "shrug",
    "facepalm": "face palm",
    "mask": "face with medical mask",
    "thinking": "thinking face",
    "monocle_face": "face with monocle",
    "face_in_clouds": "face without mouth",
    "lady_beetle": "lady beetle",
    "brain": "brain",
    "people_hugging": "people hugging",
}
"""Names that are neither Rich's nor made from Unicode's, with Unicode's."""
_FLAGS = frozenset({"cn", "de", "es", "eu", "fr", "gb", "it", "jp", "kr", "ru", "uk", "us"})


def with_emoji(chunk: Chunk, losses: Losses) -> Chunk:
    """The text with emoji for their short names (``:rocket:``), except in code; an unknown name stays, and is reported.

    The names are GitHub's (gemoji); most of them are Rich's, or Unicode's with underscores.
    """
    return Chunk(chunk.kind, tuple(line.with_text(_worded(line, losses)) for line in chunk.lines))


def _worded(line: ForeignLine, losses: Losses) -> str:
    if not _SHORT_NAME.search(line.text):
        return line.text
    kept = list(code_spans(line.text))

    def character(match: re.Match[str]) -> str:
        if any(begin <= match.start() < end for begin, end in kept):
            return match[0]
        if found := emoji_of(match[1]):
            return found
        losses.report(f"the emoji {match[0]} isn't known: its name stays", line)
        return match[0]

    return _SHORT_NAME.sub(character, line.text)


def emoji_of(name: str) -> str | None:
    """The emoji of a short name; None if there is none."""
    from rich._emoji_codes import EMOJI

    if name in _FLAGS:
        code = "gb" if name == "uk" else name
        return "".join(chr(0x1F1E6 + ord(letter) - ord("a")) for letter in code)
    for known in (name, name.replace("_", "-"), f"{name}_face", f"face_with_{name}"):
        if known in EMOJI:
            return EMOJI[known]
    for words in (_EMOJI_NAMES.get(name, name.replace("_", " ")), f"{name.replace('_', ' ')} face"):
        try:
            return unicodedata.lookup(words.upper())
        except KeyError:
            continue
    return None
