"""The unseen marks in a shell's output."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.stage.shell.marks import Mark, MarkKind, MarkScanner, mark

NONCE = "5eed"
MARKS = {
    kind: mark(kind, NONCE, "7" if kind is MarkKind.ENDED else "").encode().decode("unicode_escape").encode()
    for kind in MarkKind
}


def joined(pieces: list[bytes | Mark]) -> list[bytes | Mark]:
    """Neighbouring output taken together."""
    out: list[bytes | Mark] = []
    for piece in pieces:
        if isinstance(piece, bytes) and out and isinstance(out[-1], bytes):
            out[-1] += piece
        else:
            out.append(piece)
    return out


@pytest.mark.slow
@given(st.lists(st.one_of(st.binary(max_size=9), st.sampled_from(sorted(MARKS))), max_size=12), st.data())
def test_marks_are_found_wherever_output_is_cut(parts: list[bytes | MarkKind], data: st.DataObject) -> None:
    """Output and marks come apart the same way, however reading cuts them; not a byte of output is lost."""
    raw = b"".join(part if isinstance(part, bytes) else MARKS[part] for part in parts)
    whole = MarkScanner(NONCE)
    expected = joined([*whole.feed(raw), whole.rest()])
    scanner = MarkScanner(NONCE)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6)))
    pieces: list[bytes | Mark] = []
    for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True):
        pieces += scanner.feed(raw[start:end])
    found = joined([*pieces, scanner.rest()])
    assert [p for p in found if p] == [p for p in expected if p]
    marks = [p.kind for p in found if isinstance(p, Mark)]
    assert marks == [p for p in parts if isinstance(p, MarkKind)]


def test_a_mark_that_a_demo_prints_is_output() -> None:
    """Shell integration marks of other programs, without the nonce, pass through as they are."""
    foreign = b"\x1b]133;D;0\x07\x1b]133;A;qd=other\x07"
    assert MarkScanner(NONCE).feed(foreign) == [foreign]


def test_the_status_is_read() -> None:
    """The mark at a command's end carries its status."""
    assert MarkScanner(NONCE).feed(MARKS[MarkKind.ENDED]) == [Mark(MarkKind.ENDED, 7)]
