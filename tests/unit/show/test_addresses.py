"""A code that phones read off a terminal."""

import segno

from quarterdeck.show.addresses import BLOCKS, BORDER, qr_lines

TEXT = "http://192.168.100.100:7777/remote#token=0123456789abcdefghijklmn"


def test_the_blocks_are_the_modules_of_the_code() -> None:
    """Read back, two rows a line, they are what the standard makes of the text."""
    halves = {character: pair for pair, character in BLOCKS.items()}
    rows: list[list[int]] = []
    for line in qr_lines(TEXT):
        rows += [[halves[character][0] for character in line], [halves[character][1] for character in line]]
    code = segno.make(TEXT, error="l", micro=False, boost_error=False)
    wanted = [list(row) for row in code.matrix_iter(border=BORDER)]
    assert rows[: len(wanted)] == wanted
    assert not any(map(any, rows[len(wanted) :]))


def test_an_address_fits_a_small_terminal() -> None:
    """With a frame around it, in 80 × 24 cells, beside the addresses."""
    lines = qr_lines(TEXT)
    assert len(lines) <= 21
    assert {len(line) for line in lines} == {37}
