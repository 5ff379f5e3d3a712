"""Text in rows of a console's panel: wrapped with its indentation, cut to what is there to be seen, made harmless."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from quarterdeck.show.console.theme import Palette

MORE = "⋮"
"""Stands for rows that there is no room for."""
HARMLESS = {**{code: 0x2400 + code for code in range(32) if code != 10}, 9: 32, 127: 0x2421} | dict.fromkeys(
    range(128, 160), 0xFFFD
)
"""Control characters but for line ends, and what is seen in their place (Unicode's control pictures)."""
_WRAPPER = Console(width=80)
"""Rich wraps text by a console's means; any does."""


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
