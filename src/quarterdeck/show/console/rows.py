"""Rows of text in the console's panels: wrapped, clipped, without control characters; and a demo's terminals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.style import Style
from rich.text import Text

from quarterdeck.show.console.theme import ANSI, TERMINAL_GROUND, TERMINAL_INK, Palette
from quarterdeck.terminal.buffer import USUAL, Grid
from quarterdeck.terminal.cells import CellRun, CellStyle, Color, palette_color
from quarterdeck.terminal.screenshot import render

MORE = "⋮"
"""Drawn in place of rows for which there is no room."""
HARMLESS = {**{code: 0x2400 + code for code in range(32) if code != 10}, 9: 32, 127: 0x2421} | dict.fromkeys(
    range(128, 160), 0xFFFD
)
"""Control characters but for line ends, and what is seen in their place (Unicode's control pictures)."""
_WRAPPER = Console(width=80)
"""Rich wraps text by a console's means; any does."""
TAIL = 16 * 1024
"""Characters of a terminal's output that are drawn: more than a screen, less than a frame's work."""
SCROLLED_TAIL = 128 * 1024
"""Characters that can be scrolled back through."""
BASE = Style(color=TERMINAL_INK, bgcolor=TERMINAL_GROUND)
QUIET = Style(color="#8496a9", bgcolor=TERMINAL_GROUND)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a panel."""

    text: Text
    focus: bool = False
    """Whether it is what *next* is about, which stays in view."""


def harmless(text: Text) -> Text:
    """The text without control characters: a deck, or what a demo printed, must not command the terminal."""
    if text.plain.translate(HARMLESS) == text.plain:
        return text
    copy = text.copy()
    copy.plain = text.plain.translate(HARMLESS)
    return copy


def wrapped(row: Row, width: int) -> list[Row]:
    """A row that is too wide as several, the later ones indented as its text begins."""
    if row.text.no_wrap:
        text = row.text.copy()
        text.truncate(width, overflow="ellipsis")
        return [Row(text, row.focus)]
    plain = row.text.plain
    indent = len(plain) - len(plain.lstrip(" │•·›✓▶✗■●"))
    if row.text.cell_len <= width or indent + 10 > width:
        lines = list(row.text.wrap(_WRAPPER, max(1, width)))
        return [Row(line, row.focus) for line in lines] or [row]
    first, *rest = row.text.wrap(_WRAPPER, width - indent)
    return [Row(first, row.focus), *(Row(Text(" " * indent).append_text(line), row.focus) for line in rest)]


def window(rows: list[Row], height: int, palette: Palette) -> list[Row]:
    """As many rows as there is room for, those with the focus among them."""
    if len(rows) <= height or height < 1:
        return rows[: max(0, height)]
    focus = [number for number, row in enumerate(rows) if row.focus]
    first, last = (focus[0], focus[-1]) if focus else (0, 0)
    start = max(0, min(first - height // 3, len(rows) - height))
    start = max(start, min(last + 2 - height, first))
    shown = rows[start : start + height]
    more = Row(Text(MORE, palette.quiet))
    if start > 0 and not shown[0].focus:
        shown[0] = more
    if start + height < len(rows) and not shown[-1].focus:
        shown[-1] = more
    return shown


def joined(rows: Iterable[Row]) -> Text:
    """The rows as one text, for a panel."""
    return Text("\n").join(row.text for row in rows)


def terminals_text(texts: Mapping[int, str], width: int, height: int, back: int, grid: Grid = USUAL) -> Text:
    """A demo's terminals by number, each with an equal share of the height, ``back`` lines before their ends.

    ``grid``: their real size.
    """
    share = height // max(1, len(texts))
    rows: list[Text] = []
    for number, data in sorted(texts.items()):
        own = share - 1 if len(texts) > 1 else share
        if len(texts) > 1:
            rows.append(Text(f"── terminal {number} ".ljust(width, "─"), QUIET, no_wrap=True, end=""))
        rows += terminal_rows(data, width, max(1, own), back, grid)
    return Text("\n", BASE, no_wrap=True, overflow="crop", end="").join(rows[:height])


def terminal_rows(data: str, width: int, height: int, back: int = 0, grid: Grid = USUAL) -> list[Text]:
    """The last ``height`` rows of a terminal with its cursor, ``back`` rows before the end; long lines are wrapped."""
    limit = SCROLLED_TAIL if back else TAIL
    tail = data[-limit:]
    tail = tail[tail.find("\n") + 1 :] if len(data) > limit else tail
    screen = render(tail, grid.columns, grid.rows)
    rows: list[Text] = []
    begun = Text("", BASE, no_wrap=True, end="")
    end = max(screen.cursor_line + 1, _last_line(screen.lines) + 1)
    for number, line in enumerate(screen.lines[:end]):
        text = _line(line)
        if number == screen.cursor_line:
            _draw_cursor(text, screen.cursor_column)
        begun.append_text(text)
        if not screen.wrapped[number] or number + 1 == end:
            rows += _divided(begun, width)
            begun = Text("", BASE, no_wrap=True, end="")
    last = max(height, len(rows) - back)
    shown = rows[max(0, last - height) : last]
    return shown + [Text("", BASE)] * (height - len(shown))


def _last_line(lines: Sequence[Sequence[CellRun]]) -> int:
    return max((n for n, line in enumerate(lines) if any(run.text.strip() for run in line)), default=0)


def _divided(text: Text, width: int) -> list[Text]:
    if text.cell_len <= width:
        return [text]
    return list(text.divide(range(width, len(text), width)))


def _draw_cursor(text: Text, column: int) -> None:
    text.pad_right(max(0, column + 1 - len(text)))
    text.stylize(Style(color=TERMINAL_GROUND, bgcolor=TERMINAL_INK), column, column + 1)


def _line(runs: Sequence[CellRun]) -> Text:
    text = Text("", BASE, no_wrap=True, end="")
    for run in runs:
        text.append(run.text, _style(run.style))
    return text


def _style(style: CellStyle) -> Style:
    return Style(
        color=_color(style.fg),
        bgcolor=_color(style.bg),
        bold=style.bold,
        dim=style.dim,
        italic=style.italic,
        underline=style.underline,
        reverse=style.inverse,
        strike=style.strike,
    )


def _color(color: Color) -> str | None:
    if isinstance(color, int):
        return ANSI[color] if color < len(ANSI) else palette_color(color)
    return color
