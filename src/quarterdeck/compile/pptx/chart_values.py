"""The values of a chart, as its part keeps them beside the reference to their cells (21.2.2.120, 21.2.2.201)."""

from __future__ import annotations

from collections.abc import Sequence

from quarterdeck.compile.pptx.markup import attribute, text


def strings(values: Sequence[str]) -> str:
    """What the cells of a reference hold, for programs that don't open the workbook."""
    points = "".join(f'<c:pt idx="{place}"><c:v>{text(value)}</c:v></c:pt>' for place, value in enumerate(values))
    return f'<c:strCache><c:ptCount val="{len(values)}"/>{points}</c:strCache>'


def numbers(values: Sequence[float | None]) -> str:
    """The same for numbers; those that are missing leave a gap."""
    points = "".join(
        f'<c:pt idx="{place}"><c:v>{attribute(f"{value:.15g}")}</c:v></c:pt>'
        for place, value in enumerate(values)
        if value is not None
    )
    return f'<c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="{len(values)}"/>{points}</c:numCache>'
