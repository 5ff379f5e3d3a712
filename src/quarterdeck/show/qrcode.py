"""QR codes (ISO/IEC 18004) drawn in half blocks, two rows of modules a line: a phone reads them off a terminal."""

from __future__ import annotations

from collections.abc import Sequence

BORDER = 2
"""Modules of quiet zone; the standard wants four, phones do with two, and 80 × 24 cells are few."""
BLOCKS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}
"""The character for a dark upper and lower module."""
DARK, LIGHT = "#000000", "#ffffff"
"""Its colours, whatever the terminal's are: inverted codes are not read by every phone."""


QUIET_ZONE = 4
"""Modules of quiet zone that the standard wants (ISO/IEC 18004, 6.3.8)."""


def qr_rows(text: str) -> tuple[str, ...]:
    """The rows of a text's QR code with its quiet zone, ``1`` for a dark module."""
    import segno

    code = segno.make(text, error="m", micro=False)
    return tuple("".join(str(module & 1) for module in row) for row in code.matrix_iter(border=QUIET_ZONE))


def qr_lines(text: str) -> tuple[str, ...]:
    """The lines of a text's QR code, to be written dark on light."""
    import segno

    code = segno.make(text, error="l", micro=False, boost_error=False)
    rows: list[Sequence[int]] = [tuple(row) for row in code.matrix_iter(border=BORDER)]
    if len(rows) % 2:
        rows.append((0,) * len(rows[0]))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return tuple(
        "".join(BLOCKS[upper, lower] for upper, lower in zip(above, below, strict=True)) for above, below in pairs
    )
