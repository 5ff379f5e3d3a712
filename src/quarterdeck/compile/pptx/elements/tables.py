"""Tables (``a:tbl``, ECMA-376 part 1, 21.1.3.13).

A table whose rows appear one by one is written as several tables on top of each other, since
PowerPoint can't animate a row: each holds the neighbouring rows of one fragment.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import accumulate, groupby

from quarterdeck.compile.pptx.animation import Build
from quarterdeck.compile.pptx.canvas import Canvas
from quarterdeck.compile.pptx.elements.text import Formulas, has_formula, linear_formula, native_formula, paragraphs
from quarterdeck.compile.pptx.package.ooxml import NO_TABLE_STYLE, TABLE, emu, extent
from quarterdeck.compile.pptx.shape import either, properties
from quarterdeck.model.placed import HEADER_RULE, PlacedCell, PlacedTable
from quarterdeck.model.theme import Box

RULE = 1.0
"""px of the rule under a row."""


def add_table(canvas: Canvas, table: PlacedTable) -> None:
    """Add a table; rows that appear later become separate tables, because PowerPoint can't animate rows."""
    tops = [0.0, *accumulate(table.row_heights)]
    places = range(len(table.rows))

    def fragment(row: int) -> int | None:
        own = table.row_fragments[row] if row < len(table.row_fragments) else None
        return table.fragment if own is None else own

    parts = [(appears, list(members)) for appears, members in groupby(places, key=fragment)]
    placeholder = canvas.fill_placeholder(table.placeholder, ("", "tbl")) if len(parts) == 1 else None
    place = f"<p:nvPr>{placeholder.reference}</p:nvPr>" if placeholder else "<p:nvPr/>"
    for appears, rows in parts:
        first, last = rows[0], rows[-1]
        number = canvas.new_id()
        box = Box(table.box.x, table.box.y + tops[first], sum(table.column_widths), tops[last + 1] - tops[first])
        shape = partial(_frame, canvas, table, rows, number, box, place)
        formulas = any(has_formula(cell.paragraph.inlines) for row in rows for cell in table.rows[row])
        canvas.shapes.append(
            either(shape(native_formula), shape(linear_formula)) if formulas else shape(native_formula)
        )
        canvas.timeline.appear(appears, number, Build.OBJECT)


def _frame(
    canvas: Canvas, table: PlacedTable, rows: Sequence[int], number: int, box: Box, place: str, formulas: Formulas
) -> str:
    """Some of the rows as a separate table."""
    body = "".join(_row(canvas, table, row, formulas) for row in rows)
    grid = "".join(f'<a:gridCol w="{emu(width)}"/>' for width in table.column_widths)
    header = ' firstRow="1"' if rows[0] == 0 and table.header_rule else ""
    banded = ' bandRow="1"' if table.stripe else ""
    return (
        f"<p:graphicFrame><p:nvGraphicFramePr>{properties(number, f'Table {number}')}<p:cNvGraphicFramePr>"
        f'<a:graphicFrameLocks noGrp="1"/></p:cNvGraphicFramePr>{place}</p:nvGraphicFramePr>'
        f'{extent(box, "p:xfrm")}<a:graphic><a:graphicData uri="{TABLE}"><a:tbl>'
        f"<a:tblPr{header}{banded}><a:tableStyleId>{NO_TABLE_STYLE}</a:tableStyleId></a:tblPr>"
        f"<a:tblGrid>{grid}</a:tblGrid>{body}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )


def _row(canvas: Canvas, table: PlacedTable, row: int, formulas: Formulas) -> str:
    cells = "".join(_cell(canvas, table, cell, row, formulas) for cell in table.rows[row])
    return f'<a:tr h="{emu(table.row_heights[row])}">{cells}</a:tr>'


def _cell(canvas: Canvas, table: PlacedTable, cell: PlacedCell, row: int, formulas: Formulas) -> str:
    palette = canvas.production.palette
    content = paragraphs((cell.paragraph,), canvas, formulas=formulas)
    across, down = table.padding
    fill = palette.fill(table.stripe) if table.stripe and row and row % 2 == 0 else "<a:noFill/>"
    header = None if row else table.header_rule
    width, color = (HEADER_RULE, header) if header else (RULE, table.rule_color)
    rule = f'<a:lnB w="{emu(width)}">{palette.fill(color)}</a:lnB>'
    none = "".join(f'<a:{edge} w="0"><a:noFill/></a:{edge}>' for edge in ("lnL", "lnR", "lnT"))
    return (
        f"<a:tc><a:txBody><a:bodyPr/><a:lstStyle/>{content}</a:txBody>"
        f'<a:tcPr marL="{emu(across)}" marR="{emu(across + cell.inset_right)}" marT="{emu(down)}" marB="{emu(down)}" '
        f'anchor="ctr">{none}{rule}{fill}</a:tcPr></a:tc>'
    )
