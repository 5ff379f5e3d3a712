"""A demo's terminals as the console draws them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.style import Style
from rich.text import Text

from quarterdeck.show.console.theme import ANSI, TERMINAL_GROUND, TERMINAL_INK
from quarterdeck.terminal.cells import CellRun, CellStyle, Color, palette_color
from quarterdeck.terminal.screenshot import render

TAIL = 16 * 1024
"""Characters of a terminal's output that are drawn: more than a screen, less than a frame's work."""
SCROLLED_TAIL = 128 * 1024
"""Characters that can be scrolled back through."""
BASE = Style(color=TERMINAL_INK, bgcolor=TERMINAL_GROUND)
QUIET = Style(color="#8496a9", bgcolor=TERMINAL_GROUND)


def terminals_text(texts: Mapping[int, str], width: int, height: int, back: int) -> Text:
    """A demo's terminals by number, each with an equal share of the height, ``back`` lines before their ends."""
    share = height // max(1, len(texts))
    rows: list[Text] = []
    for number, data in sorted(texts.items()):
        own = share - 1 if len(texts) > 1 else share
        if len(texts) > 1:
            rows.append(Text(f"── terminal {number} ".ljust(width, "─"), QUIET, no_wrap=True, end=""))
        rows += terminal_rows(data, width, max(1, own), back)
    return Text("\n", BASE, no_wrap=True, overflow="crop", end="").join(rows[:height])


def terminal_rows(data: str, width: int, height: int, back: int = 0) -> list[Text]:
    """So many rows of a terminal, its cursor in them; lines that are too long go on in the next row."""
    limit = SCROLLED_TAIL if back else TAIL
    tail = data[-limit:]
    tail = tail[tail.find("\n") + 1 :] if len(data) > limit else tail
    screen = render(tail)
    rows: list[Text] = []
    begun = Text("", BASE, no_wrap=True, end="")
    end = max(screen.cursor_line + 1, _last_line(screen.lines) + 1)
    for number, line in enumerate(screen.lines[:end]):
        text = _line(line)
        if number == screen.cursor_line:
            _draw_cursor(text, screen.cursor_column)
        begun.append_text(text)
        if not screen.wrapped[number] or number + 1 == end:
            rows += _wrapped(begun, width)
            begun = Text("", BASE, no_wrap=True, end="")
    last = max(height, len(rows) - back)
    shown = rows[max(0, last - height) : last]
    return shown + [Text("", BASE)] * (height - len(shown))


def _last_line(lines: Sequence[Sequence[CellRun]]) -> int:
    return max((n for n, line in enumerate(lines) if any(run.text.strip() for run in line)), default=0)


def _wrapped(text: Text, width: int) -> list[Text]:
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
