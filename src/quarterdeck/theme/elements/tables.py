"""Tables: columns as wide as their content asks, cells broken like any text.

A list of terms is one, too, where its terms are short: each beside its meaning, without a header.

A command such as ``docker-compose`` is broken at its hyphen only if the columns have no width for whole ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor

from msgspec import Struct
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, SourceSpan
from quarterdeck.model.content import Align, DefinitionList, Inline, LineBreak, Paragraph, Table
from quarterdeck.model.placed import Element, PlacedCell, PlacedParagraph, PlacedTable
from quarterdeck.model.theme import Box, TextStyle
from quarterdeck.theme.elements.context import POINT, Context, MeasuredBlock, line_height
from quarterdeck.theme.elements.text import TextPlan, TextSpec, formula_faults, measured_text
from quarterdeck.theme.measure.lines import MARGIN, Broken, Token, break_stably
from quarterdeck.theme.measure.runs import (
    Typefaces,
    in_capitals,
    measured_paragraph,
    one_line,
    tokens,
    typefaces,
    widest,
)

MOST_TERM = 0.4
"""Share of a slot's width that terms may take beside their meanings."""
PADDING = (16.0, 12.0)
"""px left and right, above and below, in each cell."""
ROOMY_ROW = 30.0
"""px by which a row may be higher than its text asks for, where the slot has room."""
BEFORE = 20.0
CAPTION_GAP = 10.0
ROOMY = 1.03
"""A column gets this share of its longest line, so that it doesn't break for a renderer's rounding."""


class _Cell(Struct, frozen=True):
    inlines: tuple[Inline, ...]
    drawn: tuple[Inline, ...]
    """``inlines`` in capitals, if its style says so."""
    faces: Typefaces
    style: TextStyle
    size: float
    """px of its type."""
    tokens: tuple[Token, ...]
    whole: tuple[Token, ...]
    """The tokens if code isn't broken at hyphens."""


def measured_table(table: Table, context: Context) -> MeasuredBlock:
    """A table as wide as its slot, its rows as high as their text needs, and somewhat higher if there is room."""
    head, style = context.theme.styles["table-header"], context.theme.styles["table"]
    rows = [_cells(table.header.cells, context, head), *(_cells(row.cells, context, style) for row in table.rows)]
    widths = _widths(table, rows, context.width)
    placed: list[tuple[PlacedCell, ...]] = []
    heights: list[float] = []
    for cells in rows:
        made = [
            _placed(cell, column.align, width, context, "td" if heights else "th")
            for cell, column, width in zip(cells, table.columns, widths, strict=True)
        ]
        placed.append(tuple(made))
        heights.append(max((len(c.paragraph.lines) or 1) * c.paragraph.line_height for c in made) + 2 * PADDING[1])
    caption = _caption(table, context)
    under = CAPTION_GAP + caption.height if caption else 0.0
    least = sum(heights) + under

    def draw(box: Box) -> tuple[Element, ...]:
        more = floor((box.height - least) / len(heights))
        roomy = tuple(height + more for height in heights)
        drawn = PlacedTable(
            box=Box(box.x, box.y, sum(widths), sum(roomy)),
            column_widths=tuple(widths),
            row_heights=roomy,
            rows=tuple(placed),
            row_fragments=tuple(row.fragment for row in (table.header, *table.rows)),
            padding=PADDING,
            header_rule=context.colors["beacon" if context.theme.template is None else "accent"],
            rule_color=context.colors["rule"],
            fragment=table.fragment,
        )
        if caption is None:
            return (drawn,)
        return (drawn, *caption.draw(Box(box.x, drawn.box.bottom + CAPTION_GAP, context.width, caption.height)))

    bottoms = [sum(heights[: index + 1]) for index in range(len(heights))]
    return MeasuredBlock(
        least + ROOMY_ROW * len(heights),
        draw,
        least,
        BEFORE,
        _faults(table, rows, widths),
        tuple((bottom, _row_span(table, index)) for index, bottom in enumerate(bottoms)),
        sum(len(cell.paragraph.lines) for cells in placed for cell in cells),
    )


def stand_in_rows(terms: DefinitionList, context: Context) -> bool:
    """Whether there are terms, each has room beside its meanings, and these are text."""
    plain = bool(terms.items) and all(
        len(meaning) == 1 and isinstance(meaning[0], Paragraph) and not meaning[0].classes
        for item in terms.items
        for meaning in item.meanings
    )
    return plain and _term_width(terms, context) <= context.width * MOST_TERM


def measured_terms(terms: DefinitionList, context: Context) -> MeasuredBlock:
    """A list of terms in two columns, its rows somewhat higher than their text needs if there is room."""
    first = float(round(_term_width(terms, context)))
    widths = (first, context.width - first)
    rows = tuple(_term_cells(terms, context))
    placed = tuple(
        (_placed(term, Align.LEFT, first, context, "th"), _placed(said, Align.LEFT, widths[1], context, "td"))
        for term, said in rows
    )
    heights = [max((len(c.paragraph.lines) or 1) * c.paragraph.line_height for c in row) for row in placed]
    least = sum(heights) + 2 * PADDING[1] * len(heights)

    def draw(box: Box) -> tuple[Element, ...]:
        more = 2 * PADDING[1] + floor((box.height - least) / len(heights))
        roomy = tuple(height + more for height in heights)
        drawn = PlacedTable(
            box=Box(box.x, box.y, sum(widths), sum(roomy)),
            column_widths=widths,
            row_heights=roomy,
            rows=placed,
            row_fragments=tuple(item.fragment for item in terms.items),
            padding=PADDING,
            header_rule=None,
            rule_color=context.colors["rule"],
            fragment=terms.fragment,
        )
        return (drawn,)

    lines = sum(len(cell.paragraph.lines) for row in placed for cell in row)
    faults = tuple(
        fault
        for row in rows
        for column, (cell, width) in enumerate(zip(row, widths, strict=True), start=1)
        for fault in _cell_faults(cell, width, column, terms.span)
    )
    height = least + ROOMY_ROW * len(heights)
    return MeasuredBlock(height, draw, least, BEFORE, faults, ((least, terms.span),), lines)


def _term_cells(terms: DefinitionList, context: Context) -> Iterator[list[_Cell]]:
    """The cells of each row, in the slot's own type: the term in bold, and its meanings, each on a line of its own."""
    style = context.body
    for item in terms.items:
        meanings = [block.inlines for meaning in item.meanings for block in meaning if isinstance(block, Paragraph)]
        said = [part for inlines in meanings for part in (LineBreak(), *inlines)][1:]
        yield [*_cells([item.term], context, replace(style, bold=True)), *_cells([tuple(said)], context, style)]


def _term_width(terms: DefinitionList, context: Context) -> float:
    """The px that the longest term takes on one line, with the space around it."""
    rows = _term_cells(terms, context)
    return max((one_line(cell.tokens) * cell.size for cell, _ in rows), default=0.0) * ROOMY + 2 * PADDING[0]


def _row_span(table: Table, index: int) -> SourceSpan | None:
    """The place of a row; the line of hyphens is between the header, 0, and the others."""
    return table.span.below(index + 1 if index else 0) if table.span is not None else None


def _caption(table: Table, context: Context) -> MeasuredBlock | None:
    if not table.caption:
        return None
    spec = TextSpec(table.caption, "caption", tag="caption", fragment=table.fragment, span=table.span)
    return measured_text([spec], context, TextPlan(role="caption"))


def _cells(row: Sequence[tuple[Inline, ...]], context: Context, style: TextStyle) -> list[_Cell]:
    faces = typefaces(context.theme, style.font, style.bold, style.italic, style.tracking)
    size = context.size(style)
    cells = []
    for inlines in row:
        drawn = in_capitals(inlines) if style.uppercase else inlines
        cells.append(
            _Cell(inlines, drawn, faces, style, size, tokens(drawn, faces), tokens(drawn, faces, whole_code=True))
        )
    return cells


def _broken(cell: _Cell, width: float) -> Broken:
    """The lines of a cell, with code in one piece where all renderers can agree on that."""
    whole = break_stably([measured_paragraph(cell.drawn, cell.faces, cell.size, whole_code=True)], width)
    if not whole.unsettled:
        return whole
    cut = break_stably([measured_paragraph(cell.drawn, cell.faces, cell.size)], width)
    return cut if cut.unsettled <= whole.unsettled else whole


def _placed(cell: _Cell, align: Align, width: float, context: Context, tag: str) -> PlacedCell:
    style, size = cell.style, cell.size
    broken = _broken(cell, width - 2 * PADDING[0])
    paragraph = PlacedParagraph(
        inlines=cell.inlines,
        size=size,
        line_height=line_height(size, style.leading),
        color=context.colors[style.color],
        font=style.font,
        bold=style.bold,
        italic=style.italic,
        align=align,
        lines=broken.texts[0],
        tag=tag,
        tracking=style.tracking * size,
        uppercase=style.uppercase,
    )
    return PlacedCell(paragraph, broken.inset)


def _widths(table: Table, rows: Sequence[Sequence[_Cell]], width: float) -> list[float]:
    """Column widths in px that add up to ``width``.

    A column with a share from the author gets that.  Each other column gets the width of its longest word;
    then narrow ones get their longest line in full, and the rest share the remaining width.  Width that no
    column needs is distributed in proportion.
    """
    padding = 2 * PADDING[0]
    columns = range(len(table.columns))
    whole = [max(widest(row[c].whole) * row[c].size for row in rows) * ROOMY + padding for c in columns]
    need = [max(widest(row[c].tokens) * row[c].size for row in rows) * ROOMY + padding for c in columns]
    like = [max(one_line(row[c].tokens) * row[c].size for row in rows) * ROOMY + padding for c in columns]
    fixed = [None if column.width is None else column.width * width for column in table.columns]
    free = [c for c in columns if fixed[c] is None]
    left = width - sum(f for f in fixed if f is not None)
    shares = _shared([need[c] for c in free], [like[c] for c in free], left)
    cut = any(share < whole[c] for c, share in zip(free, shares, strict=True))
    if cut and sum(whole[c] for c in free) <= left:
        shares = _shared([whole[c] for c in free], [like[c] for c in free], left)
    result = [0.0 if f is None else f for f in fixed]
    for c, share in zip(free, shares, strict=True):
        result[c] = share
    return [float(round(w)) for w in result]


def _shared(need: Sequence[float], like: Sequence[float], room: float) -> list[float]:
    if sum(like) <= room:
        return [each * room / sum(like) for each in like]
    if sum(need) >= room:
        return [each * room / sum(need) for each in need]
    widths = list(need)
    open_columns = sorted(range(len(like)), key=lambda c: like[c])
    spare = room - sum(need)
    while open_columns and like[open_columns[0]] - need[open_columns[0]] <= spare / len(open_columns):
        modest = open_columns.pop(0)
        spare -= like[modest] - need[modest]
        widths[modest] = like[modest]
    wishes = sum(like[c] - need[c] for c in open_columns)
    for c in open_columns:
        widths[c] += spare * (like[c] - need[c]) / wishes
    return widths


def _faults(table: Table, rows: Sequence[Sequence[_Cell]], widths: Sequence[float]) -> tuple[Diagnostic, ...]:
    return tuple(
        fault
        for number, row in enumerate(rows)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True), start=1)
        for fault in _cell_faults(cell, width, column, _row_span(table, number))
    )


def _cell_faults(cell: _Cell, width: float, column: int, span: SourceSpan | None) -> Iterator[Diagnostic]:
    yield from formula_faults(cell.inlines, span)
    over = ceil(widest(cell.tokens) * cell.size * (1 + MARGIN) - (width - 2 * PADDING[0]))
    if cell.tokens and over > 0:
        word = max(cell.tokens, key=lambda token: token.width).text.strip()
        yield Diagnostic(
            f"'{word}' is {over} px wider than column {column} of this table, even at {cell.size / POINT:.0f} pt",
            span,
            hint="shorten it, or give the table fewer columns",
            code="table-overflow",
        )
