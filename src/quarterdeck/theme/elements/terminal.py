"""The panel of a slide's demo, with the screen as it is after the last step.

A recorded screen is set in up to 18 pt, the cells of a live terminal in the 13 pt that 100 × 24 need: a recording can't
grow, so its own lines bound it, while a live terminal must hold whatever comes.
"""

from __future__ import annotations

from collections.abc import Iterator

from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Command, Demo, ExpectedOutput, KeyPress
from quarterdeck.model.placed import PlacedTerminal, TerminalRun
from quarterdeck.model.theme import Box, TextStyle, Theme
from quarterdeck.terminal.buffer import COLUMNS, ROWS
from quarterdeck.terminal.cells import CellRun, Color, cell_width, palette_color
from quarterdeck.terminal.screenshot import render
from quarterdeck.theme.colors import mixed
from quarterdeck.theme.elements.context import POINT, line_height
from quarterdeck.theme.measure.widths import Face, word_width

PADDING = 14.0
"""px from the panel's edge to the cells."""
BAR = 28.0
"""px of the title bar."""
DIM = 0.6
"""Share of its colour that dim text keeps."""
LARGEST = 18 * POINT
"""px of the largest type of a short screen; larger than the text above it would look wrong."""
SLACK = 1
"""Cells left free after the longest line of a screen, so that no renderer's rounding breaks it."""
PROMPT_COLOR = 2
"""ANSI colour of prompts without a recording."""
ELISION, ELLIPSIS = "...", "…"
PLACEHOLDER = "[..]"

ScreenLine = tuple[TerminalRun, ...]


def terminal_panel(demo: Demo, cast: Cast | None, theme: Theme, box: Box) -> PlacedTerminal:
    """The panel in the largest type with which all its cells fit, its screen in one with which its own lines do."""
    columns, rows = (cast.columns, cast.rows) if cast else (COLUMNS, ROWS)
    style = theme.styles["terminal"]
    cell = word_width(Face(theme.mono.twin), "0")
    size = style.size
    while size > style.minimum + POINT / 2 and not _fits(size, style, box, columns * cell, rows):
        size -= POINT
    screen = _recorded(cast, theme) if cast else _transcript(demo, theme, columns, rows)
    screen_size = size
    width = (_longest(screen) + SLACK) * cell
    while screen_size < LARGEST - POINT / 2 and _fits(screen_size + POINT, style, box, width, len(screen)):
        screen_size += POINT
    return PlacedTerminal(
        box=box,
        demo=demo.name,
        size=size,
        line_height=line_height(size, style.leading),
        padding=PADDING,
        bar=BAR,
        columns=columns,
        rows=rows,
        screen=screen,
        screen_size=screen_size,
        screen_line_height=line_height(screen_size, style.leading),
        recorded=cast is not None,
        background=theme.colors["terminal-background"],
        color=theme.colors["terminal-text"],
    )


def _fits(size: float, style: TextStyle, box: Box, width: float, rows: int) -> bool:
    high = rows * line_height(size, style.leading) + 2 * PADDING + BAR
    return width * size + 2 * PADDING <= box.width and high <= box.height


def _longest(screen: tuple[ScreenLine, ...]) -> int:
    """The width of a screen's longest line, in cells."""
    return max((sum(cell_width(character) for run in line for character in run.text) for line in screen), default=0)


def _recorded(cast: Cast, theme: Theme) -> tuple[ScreenLine, ...]:
    screen = render(cast.output(), cast.columns, cast.rows)
    return tuple(tuple(_run(run, theme) for run in line) for line in screen.visible())


def _run(run: CellRun, theme: Theme) -> TerminalRun:
    style = run.style
    ground = theme.colors["terminal-background"]
    color = _color(style.fg, theme) or theme.colors["terminal-text"]
    background = _color(style.bg, theme)
    if style.inverse:
        color, background = background or ground, color
    if style.dim:
        color = mixed(color, background or ground, DIM)
    return TerminalRun(run.text, color, background, style.bold, style.italic, style.underline)


def _color(color: Color, theme: Theme) -> str | None:
    match color:
        case int() if color < len(theme.terminal):
            return theme.terminal[color]
        case int():
            return palette_color(color).upper()
        case str():
            return color.upper()
        case None:
            return None


def _transcript(demo: Demo, theme: Theme, columns: int, rows: int) -> tuple[ScreenLine, ...]:
    """The screen that the demo's script expects: the last lines that fit."""
    lines = [line for line in _written(demo, theme) for line in _wrapped(line, columns)]
    return tuple(lines[-rows:])


def _written(demo: Demo, theme: Theme) -> Iterator[ScreenLine]:
    prompt_color, text = theme.terminal[PROMPT_COLOR], theme.colors["terminal-text"]
    for step in demo.shown_steps:
        for interaction in step.interactions:
            match interaction:
                case Command(prompt=prompt, lines=typed):
                    yield (TerminalRun(f"{prompt} ", prompt_color), TerminalRun(typed[0], text, bold=True))
                    yield from ((TerminalRun(f"> {line}", text, bold=True),) for line in typed[1:])
                case KeyPress(key=key, prompt=prompt):
                    yield (TerminalRun(f"{prompt} ".lstrip(), prompt_color), TerminalRun(f"^{key}", text, bold=True))
            yield from _output(interaction.expected, theme)


def _output(expected: ExpectedOutput, theme: Theme) -> Iterator[ScreenLine]:
    text, quiet = (
        theme.colors["terminal-text"],
        mixed(theme.colors["terminal-text"], theme.colors["terminal-background"], DIM),
    )
    for line in expected.lines:
        if line.strip() == ELISION:
            yield (TerminalRun(ELLIPSIS, quiet),)
            continue
        parts = line.split(PLACEHOLDER)
        runs = [TerminalRun(parts[0], text)]
        for part in parts[1:]:
            runs += [TerminalRun(ELLIPSIS, quiet), TerminalRun(part, text)]
        yield tuple(run for run in runs if run.text)


def _wrapped(line: ScreenLine, columns: int) -> Iterator[ScreenLine]:
    """A line cut where the terminal would wrap it."""
    row: list[TerminalRun] = []
    used = 0
    for run in line:
        text = ""
        for character in run.text:
            width = cell_width(character)
            if used + width > columns:
                yield (*row, TerminalRun(text, run.color, run.background, run.bold))
                row, text, used = [], "", 0
            text += character
            used += width
        if text:
            row.append(TerminalRun(text, run.color, run.background, run.bold))
    yield tuple(row)
