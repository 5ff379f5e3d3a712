"""The panel of a slide's demo, with the screens as they are after the last step.

What is drawn here and the live terminals that the page puts in its place have the same type and the same cells; see
:mod:`quarterdeck.theme.elements.terminal_size` for how they are chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Command, Demo, ExpectedOutput, Key, KeyPress, Keys
from quarterdeck.model.placed import BAR_TEXT, PlacedPage, PlacedScreen, PlacedTerminal, TerminalRun, page_boxes
from quarterdeck.model.theme import Box, Theme
from quarterdeck.terminal.buffer import Grid
from quarterdeck.terminal.cells import CellRun, Color, cell_width, palette_color
from quarterdeck.terminal.screenshot import LONG_ID, render
from quarterdeck.theme.colors import COMMAND_COLOR, DIM, PROMPT_COLOR, mixed, quiet, soft
from quarterdeck.theme.elements.terminal_size import (
    BAR,
    GAP,
    PADDING,
    Chosen,
    Panel,
    Usage,
    choose,
    larger,
    recorded_usage,
)
from quarterdeck.theme.measure.fonts import Face, word_width

BAR_STATUS = 340.0
"""px of the bar that are left to the state of the steps, and to the link in PowerPoint."""
ELISION, ELLIPSIS = "...", "…"
PLACEHOLDER = "[..]"

ScreenLine = tuple[TerminalRun, ...]


def terminal_panel(demo: Demo, cast: Cast | None, theme: Theme, box: Box) -> PlacedTerminal:
    """The panel, in the largest type that the demo allows."""
    style = theme.styles["terminal"]
    last_pages = demo.pages
    panel = Panel(box, style, word_width(Face(theme.mono.twin), "0"), len(demo.terminals), bool(last_pages))
    written = {} if cast else {number: tuple(_written(demo, number, theme)) for number in demo.terminals}
    usages = [recorded_usage(cast, cast.output(n)) if cast else _usage(written[n]) for n in demo.terminals]
    chosen = choose(panel, usages, demo.terminal, recorded=cast is not None)
    pages = _pages(demo, cast, page_boxes(box, len(last_pages)))
    columns, rows = chosen.type.columns, chosen.type.rows
    covered = any(page.box for page in pages)
    seen = panel.seen(Grid(columns, rows)).rows if covered else rows
    shown = cast.emphasized() if cast else None
    screens = tuple(
        PlacedScreen(
            number,
            place,
            _recorded(shown, number, columns, rows, theme)[-seen:]
            if shown
            else tuple([line for whole in written[number] for line in _wrapped(whole, columns)][-rows:]),
        )
        for number, place in zip(demo.terminals, _places(panel, chosen), strict=True)
    )
    return PlacedTerminal(
        box=box,
        demo=demo.name,
        title=demo.title,
        type=chosen.type,
        larger=larger(panel, chosen),
        padding=PADDING,
        bar=BAR,
        screens=screens,
        recorded=cast is not None,
        background=theme.colors["terminal-background"],
        color=theme.colors["terminal-text"],
        output_color=soft(theme),
        pages=pages,
        page_count=len(last_pages),
    )


def _pages(demo: Demo, cast: Cast | None, boxes: Sequence[Box]) -> tuple[PlacedPage, ...]:
    """The pages of which there are pictures; those that are shown at the end last, from left to right."""
    places = {step.id: box for step, box in zip(demo.pages, boxes, strict=True)}
    pictures = cast.pictures if cast else {}
    pages = (
        PlacedPage(step.id, step.open_url, pictures[step.id], places.get(step.id))
        for step in demo.shown_steps
        if step.open_url is not None and step.id in pictures
    )
    return tuple(sorted(pages, key=lambda page: page.box.x if page.box else -1.0))


def fits_bar(words: str, box: Box, theme: Theme) -> bool:
    """Whether a text has room in the bar of a panel, beside the state of its steps."""
    return word_width(Face(theme.body.twin, bold=True), words) * BAR_TEXT <= box.width - 2 * PADDING - BAR_STATUS


def _places(panel: Panel, chosen: Chosen) -> Iterator[Box]:
    """The box of each terminal's cells: side by side, or one above the other."""
    box, count = panel.box, panel.count
    left, top = box.x + PADDING, box.y + BAR + PADDING
    width, height = box.width - 2 * PADDING, box.height - BAR - 2 * PADDING
    for place in range(count):
        if chosen.beside:
            each = (width - GAP * (count - 1)) / count
            yield Box(left + place * (each + GAP), top, each, height)
        else:
            each = (height - GAP * (count - 1)) / count
            yield Box(left, top + place * (each + GAP), width, each)


def _usage(lines: Sequence[ScreenLine]) -> Usage:
    return Usage(tuple(sum(cell_width(c) for run in line for c in run.text) for line in lines))


def _recorded(cast: Cast, number: int, columns: int, rows: int, theme: Theme) -> tuple[ScreenLine, ...]:
    screen = render(cast.output(number), columns, rows)
    return tuple(tuple(_run(run, theme) for run in line) for line in screen.visible())


def _run(run: CellRun, theme: Theme) -> TerminalRun:
    style = run.style
    ground = theme.colors["terminal-background"]
    color = _color(style.fg, theme) or soft(theme)
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


def _written(demo: Demo, number: int, theme: Theme) -> Iterator[ScreenLine]:
    """What the demo's script expects on a terminal, line by line."""
    prompt_color, bright = theme.terminal[PROMPT_COLOR], theme.terminal[COMMAND_COLOR]
    for step in demo.shown_steps:
        if step.terminal != number:
            continue
        for interaction in step.interactions:
            match interaction:
                case Command(prompt=prompt, lines=typed):
                    yield (TerminalRun(f"{prompt} ", prompt_color), TerminalRun(typed[0], bright, bold=True))
                    yield from ((TerminalRun(f"> {line}", bright, bold=True),) for line in typed[1:])
                case KeyPress(text=text, prompt=prompt):
                    yield (TerminalRun(f"{prompt} ".lstrip(), prompt_color), TerminalRun(text, bright, bold=True))
                case Keys(keys=keys):
                    yield tuple(run for key in keys for run in _pressed(key, theme))
            yield from _output(interaction.expected, theme)


def _pressed(key: Key, theme: Theme) -> Iterator[TerminalRun]:
    """Text as it is typed; a key with a name looks like one."""
    bright = theme.terminal[COMMAND_COLOR]
    if key.name:
        yield TerminalRun(f" {key.label} ", theme.colors["terminal-background"], soft(theme))
        yield TerminalRun(" ", bright)
    else:
        yield TerminalRun(key.label, bright, bold=True)


def _output(expected: ExpectedOutput, theme: Theme) -> Iterator[ScreenLine]:
    text, faint = soft(theme), quiet(theme)
    for line in expected.lines:
        if line.strip() == ELISION:
            yield (TerminalRun(ELLIPSIS, faint),)
            continue
        parts = line.split(PLACEHOLDER)
        runs = list(_with_dim_ids(parts[0], text, faint))
        for part in parts[1:]:
            runs += [TerminalRun(ELLIPSIS, faint), *_with_dim_ids(part, text, faint)]
        yield tuple(run for run in runs if run.text)


def _with_dim_ids(line: str, text: str, quiet: str) -> Iterator[TerminalRun]:
    at = 0
    for match in LONG_ID.finditer(line):
        yield TerminalRun(line[at : match.start()], text)
        yield TerminalRun(match[0], quiet)
        at = match.end()
    yield TerminalRun(line[at:], text)


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
