"""Code → a panel with Pygments' token colours.

Tabs stay tabs, so that a Makefile copied from either output still runs; both outputs put a tab stop at every
``TAB_COLUMNS`` columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from math import floor
from typing import TYPE_CHECKING

from quarterdeck.diagnostics import Diagnostic, SourceSpan
from quarterdeck.model.content import Code
from quarterdeck.model.placed import CodeToken, Element, PlacedCode
from quarterdeck.model.theme import Box, Theme
from quarterdeck.terminal.screenshot import LONG_ID
from quarterdeck.theme.colors import COMMAND_COLOR, PROMPT_COLOR, mixed, quiet, soft
from quarterdeck.theme.elements.context import POINT, Context, MeasuredBlock, line_height
from quarterdeck.theme.measure.fonts import Face, text_width

if TYPE_CHECKING:
    from pygments.lexer import Lexer

PADDING = 20.0
"""px from the panel's edge to the code."""
NUMBER_GAP = 1.2
"""em between the line numbers and the code."""
TAB_COLUMNS = 4
"""Columns between two tab stops."""
BEFORE = 20.0
"""px above a panel."""
CONSOLE = "console"
"""The language of a transcript that is only shown: it looks like a terminal."""
TITLE_HEIGHT = 44.0
"""px of the bar with a panel's title."""
BAR_SHADE = 0.07
"""How much of the colour of code there is in the ground of that bar."""
_PROMPT = re.compile(r"(?:\S*[$#]|>>>|>|\^) ")
"""A shell's prompt, Python's, that of a command's further lines, and what keys begin with."""


def measured_code(code: Code, context: Context) -> MeasuredBlock:
    """A panel as high as its lines; its type shrinks until the longest line fits."""
    theme = context.theme
    style = theme.styles["code"]
    face = Face(theme.mono.twin)
    shown = code.text.split("\n")
    columns = [_width(face, line) for line in shown]
    longest = max(columns)
    last_number = code.first_number + len(shown) - 1
    numbers = len(str(last_number)) * text_width(face, "0") + NUMBER_GAP if code.numbers else 0.0
    room = context.width - 2 * PADDING
    size = context.size(style)
    while size > style.minimum + POINT / 2 and (longest + numbers) * size > room:
        size -= POINT
    leading = line_height(size, style.leading)
    title = TITLE_HEIGHT if code.title else 0.0
    height = len(shown) * leading + 2 * PADDING + title
    faults = []
    over = (longest + numbers) * size - room
    if over > 0:
        line = columns.index(longest)
        faults.append(
            Diagnostic(
                f"line {line + 1} of this code is {over:.0f} px too long for its {context.width:.0f} px wide panel, "
                f"even at {size / POINT:.0f} pt",
                _line_span(code, line),
                hint=f"break the line: {floor((room / size - numbers) / text_width(face, '0'))} characters fit",
                code="code-overflow",
            )
        )
    static = code.language == CONSOLE

    def draw(box: Box) -> tuple[Element, ...]:  # code is measured in several sizes, and coloured in one
        if static:
            lines = console_lines(shown, theme)
            ground, color = theme.colors["terminal-background"], soft(theme)
        else:
            lines = colored_lines(code.text, code.language, context.colors["code-text"], theme.syntax)
            ground, color = context.colors["code-background"], context.colors["code-text"]
        return (
            PlacedCode(
                box=Box(box.x, box.y, context.width, height),
                lines=lines,
                size=size,
                line_height=leading,
                padding=PADDING,
                background=ground,
                color=color,
                language=code.language,
                number_width=floor(numbers * size),
                number_color=quiet(theme) if static else context.colors["code-number"],
                first_number=code.first_number,
                highlights=code.highlights,
                highlight_fragments=code.highlight_fragments,
                highlight_color=theme.colors["terminal-bar"] if static else context.colors["code-highlight"],
                title=code.title,
                title_height=title,
                bar=theme.colors["terminal-bar"] if static else mixed(color, ground, BAR_SHADE),
                tab=text_width(face, " " * TAB_COLUMNS) * size if "\t" in code.text else 0.0,
                fragment=code.fragment,
            ),
        )

    last = len(shown) - 1
    marks = tuple(
        (PADDING + title + (index + 1) * leading + (PADDING if index == last else 0.0), _line_span(code, index))
        for index in range(len(shown))
    )
    return MeasuredBlock(height, draw, height, BEFORE, tuple(faults), marks)


def _line_span(code: Code, index: int) -> SourceSpan | None:
    """The place of a line; the first one is below the line that opens the fence."""
    return code.span.below(index + 1) if code.span is not None and code.fenced else code.span


def _width(face: Face, line: str) -> float:
    """The width of a line in em; a tab ends at the next tab stop."""
    if "\t" not in line:
        return text_width(face, line)
    stop = text_width(face, " " * TAB_COLUMNS)
    *tabbed, last = line.split("\t")
    width = 0.0
    for part in tabbed:
        width = stop * (floor((width + text_width(face, part)) / stop + 1e-6) + 1)
    return width + text_width(face, last)


def console_lines(lines: Sequence[str], theme: Theme) -> tuple[tuple[CodeToken, ...], ...]:
    """The lines of a transcript: prompts coloured, commands bold and bright, output softer, long ids dim."""
    return tuple(tuple(token for token in _console_line(line, theme) if token.text) for line in lines)


def _console_line(line: str, theme: Theme) -> Iterator[CodeToken]:
    if match := _PROMPT.match(line):
        yield CodeToken(match[0], theme.terminal[PROMPT_COLOR])
        yield CodeToken(line[match.end() :], theme.terminal[COMMAND_COLOR], bold=True)
        return
    line = line.removeprefix("\\") if line.startswith(("\\$ ", "\\^ ")) else line
    at = 0
    for match in LONG_ID.finditer(line):
        yield CodeToken(line[at : match.start()], soft(theme))
        yield CodeToken(match[0], quiet(theme))
        at = match.end()
    yield CodeToken(line[at:], soft(theme))


def colored_lines(
    text: str, language: str | None, plain: str, syntax: Mapping[str, str]
) -> tuple[tuple[CodeToken, ...], ...]:
    """The lines as coloured tokens; without a language, or with one that Pygments doesn't know, all ``plain``."""
    if language is None:
        return tuple((CodeToken(line, plain),) if line else () for line in text.split("\n"))
    colors: dict[str, str] = {}
    lines: list[list[CodeToken]] = [[]]
    for kind, value in _lexed(text, language):
        if kind not in colors:
            colors[kind] = _syntax_color(kind, syntax) or plain
        color, italic = colors[kind], kind.startswith("Comment")
        for index, part in enumerate(value.split("\n")):
            if index:
                lines.append([])
            if not part:
                continue
            before = lines[-1][-1] if lines[-1] else None
            if before is not None and (before.color, before.italic) == (color, italic):
                lines[-1][-1] = CodeToken(before.text + part, color, italic=italic)
            else:
                lines[-1].append(CodeToken(part, color, italic=italic))
    return tuple(map(tuple, lines))


@lru_cache(maxsize=512)
def _lexed(text: str, language: str) -> tuple[tuple[str, str], ...]:
    lexer = _lexer(language)
    if lexer is None:
        return (("Text", text),)
    return tuple((_kind(kind), value) for kind, value in lexer.get_tokens(text))


@cache
def _kind(kind: tuple[str, ...]) -> str:
    """The name of a type of Pygments: ``Literal.Number``."""
    return ".".join(kind)


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    """Finding a lexer by its name takes as long as using it."""
    from pygments.lexers import get_lexer_by_name  # 30 ms that decks without code shouldn't pay
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def _syntax_color(kind: str, syntax: Mapping[str, str]) -> str | None:
    """The colour of a token type: its own or that of the nearest parent, also by its last part (``Literal.Number``)."""
    parts = kind.split(".")
    for end in range(len(parts), 0, -1):
        for start in range(end):
            if (color := syntax.get(".".join(parts[start:end]))) is not None:
                return color
    return None
