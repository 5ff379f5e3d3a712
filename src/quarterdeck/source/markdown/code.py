"""Fences: code with line steps, agendas, charts, diagrams and formulas."""

from __future__ import annotations

import re

from msgspec import Struct

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.model.content import Block, Code, Diagram, Length, LineSet, Math
from quarterdeck.source import agenda
from quarterdeck.source.markdown import charts
from quarterdeck.source.markdown.attributes import Attributes, parse_info
from quarterdeck.source.markdown.context import Fragments
from quarterdeck.source.markdown.figures import parse_length
from quarterdeck.source.markdown.habits import ATTRIBUTES, RUN
from quarterdeck.source.markdown.inlines import FRAGMENT
from quarterdeck.source.markdown.parser import Node
from quarterdeck.text.passage import Passage
from quarterdeck.text.source_file import presentable

DIAGRAM_KEYS = ("alt", "width", FRAGMENT)


def read_diagram(
    body: Passage, language: str, alt: str, width: Length | None, fragment: int | None, span: SourceSpan
) -> Diagram:
    """The diagram in the lines of ``body``."""
    lines = tuple(body.line_span(index) for index in range(len(body.lines)))
    return Diagram(language, body.text, alt, width, fragment, span, lines)


KEYS = ("numbers", "numberLines", "start", "title", "vars", FRAGMENT)
_RANGE = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?\Z")


class CodeReader(Struct):
    """Turns fences of one passage into blocks."""

    passage: Passage
    fragments: Fragments
    found: Diagnostics

    def read(self, node: Node, around: int | None) -> Block | None:
        """The block that a fence means, or None after reporting why there is none."""
        info = parse_info(node.token.info)
        attributes = info.attributes
        if info.rest:
            self.found.error(
                f"'{info.rest}' isn't known here",
                self._opening(node).find(info.rest),
                hint=RUN if info.rest.startswith("+") else "attributes go in braces: {2-3|5 .numbers}",
                code="unknown-key",
            )
        match info.word:
            case "agenda":
                self._known(node, attributes, (FRAGMENT,))
                fragment = self.fragments.place(around, own=attributes.has(FRAGMENT))
                return agenda.read_agenda(body_of(self.passage, node), fragment, self.found)
            case "chart":
                self._known(node, attributes, charts.KEYS)
                fragment = self.fragments.place(around, own=attributes.has(FRAGMENT))
                return charts.read_chart(
                    body_of(self.passage, node), attributes, self._opening(node), fragment, self.found
                )
            case "dot" | "graphviz" | "mermaid":
                self._known(node, attributes, DIAGRAM_KEYS)
                fragment = self.fragments.place(around, own=attributes.has(FRAGMENT))
                span = self._opening(node).line_span(0)
                width = parse_length(attributes, "width", span, self.found)
                language = "mermaid" if info.word == "mermaid" else "dot"
                alt = attributes.values.get("alt", "")
                return read_diagram(body_of(self.passage, node), language, alt, width, fragment, span)
            case "math":
                fragment = self.fragments.place(around, own=attributes.has(FRAGMENT))
                return Math(presentable(node.token.content.strip()), fragment, self.passage.line_span(node.first))
        return self._code(node, info.word, attributes, around)

    def _code(self, node: Node, language: str, attributes: Attributes, around: int | None) -> Code:
        self._known(node, attributes, (*KEYS, "static") if language == "console" else KEYS)
        text = presentable(node.token.content.removesuffix("\n"))
        fragment = self.fragments.place(around, own=attributes.has(FRAGMENT))
        highlights = self._highlights(node, attributes.steps, text.count("\n") + 1)
        later = [self.fragments.next() for _ in highlights[1:]]
        start = attributes.values.get("start", "1")
        if not (start.isascii() and start.isdigit() and len(start) < 7):
            self.found.error(f"'{start}' is not a line number", self._opening(node).find(start), code="wrong-type")
            start = "1"
        own = ("numbers", "numberLines", "vars", "static", FRAGMENT)
        return Code(
            text,
            language=language or None,
            numbers=any(attributes.has(name) for name in ("numbers", "numberLines")) or "start" in attributes.values,
            first_number=int(start),
            highlights=highlights,
            highlight_fragments=tuple(place for place in later if place is not None),
            title=attributes.values.get("title"),
            fragment=fragment,
            classes=tuple(name for name in attributes.classes if name not in own),
            span=self.passage.line_span(node.first),
        )

    def _highlights(self, node: Node, steps: str | None, count: int) -> tuple[LineSet, ...]:
        if steps is None:
            return ()
        sets: list[LineSet] = []
        for step in steps.split("|"):
            ranges: list[tuple[int, int]] = []
            for part in step.split(","):
                match = _RANGE.match(part)
                if match is None:
                    continue  # "all"
                first, last = int(match[1]), int(match[2] or match[1])
                if not 1 <= first <= last <= count:
                    self.found.error(
                        f"the code has no lines {part}",
                        self._opening(node).find(part),
                        hint=f"it has {count} line{'s' if count > 1 else ''}, counted from 1",
                        code="bad-line-step",
                    )
                    continue
                ranges.append((first, last))
            sets.append(LineSet(tuple(ranges)))
        return tuple(sets)

    def _known(self, node: Node, attributes: Attributes, keys: tuple[str, ...]) -> None:
        attributes.report_unknown(keys, self._opening(node).find, self.found, "of a fence", elsewhere=ATTRIBUTES)

    def _opening(self, node: Node) -> Passage:
        return self.passage.part(node.first, node.first + 1)


def body_of(passage: Passage, node: Node) -> Passage:
    """The code in a fence, line by line at its place, without the indentation of a list that holds it."""
    lines = node.token.content.removesuffix("\n").split("\n")
    place = passage.part(node.first + 1, node.first + 1 + len(lines))
    if len(place.lines) != len(lines):
        opening = passage.part(node.first, node.first + 1)  # the fence may be the last line there is
        return Passage(tuple(lines), (opening.origins[0],) * len(lines))
    indents = [max(0, old.find(new)) if new else 0 for old, new in zip(place.lines, lines, strict=True)]
    return place.dedented(indents).with_lines(lines)
