"""Tables, with the widths and heights that were measured."""

from __future__ import annotations

from quarterdeck.compile.reveal.drawing import Drawing
from quarterdeck.compile.reveal.markup import classes, fragment, place, px
from quarterdeck.compile.reveal.text import draw_paragraph
from quarterdeck.model.placed import PlacedCell, PlacedTable


def draw_table(table: PlacedTable, drawing: Drawing) -> str:
    """A table in its box; its first row is the header."""
    columns = "".join(f'<col style="width:{px(width)}">' for width in table.column_widths)
    head = _row(table, 0, drawing)
    body = "".join(_row(table, index, drawing) for index in range(1, len(table.rows)))
    across, down = table.padding
    style = f"{place(table.box)};--across:{px(across)};--down:{px(down)};--rule:{table.rule_color}"
    return (
        f'<div{classes("qd-table", fragment=table.fragment)} style="{style}">'
        f"<table><colgroup>{columns}</colgroup><thead>{head}</thead><tbody>{body}</tbody></table></div>"
    )


def _row(table: PlacedTable, index: int, drawing: Drawing) -> str:
    background = table.header_background if index == 0 else table.stripe if index % 2 == 0 else None
    style = f"height:{px(table.row_heights[index])}" + (f";background:{background}" if background else "")
    cells = "".join(_cell(cell, header=index == 0, drawing=drawing) for cell in table.rows[index])
    return f'<tr{fragment(table.row_fragments[index])} style="{style}">{cells}</tr>'


def _cell(cell: PlacedCell, *, header: bool, drawing: Drawing) -> str:
    tag = 'th scope="col"' if header else "td"
    inset = f' style="padding-right:calc(var(--across) + {px(cell.inset_right)})"' if cell.inset_right else ""
    return f"<{tag}{inset}>{draw_paragraph(cell.paragraph, drawing)}</{tag.partition(' ')[0]}>"
