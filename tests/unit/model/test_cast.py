"""Recordings as files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.cast import Cast, CastEvent, decode, encode

HEADER = '{"version": 3, "term": {"cols": 100, "rows": 24}}'

events = st.lists(
    st.tuples(st.integers(0, 10_000_000), st.sampled_from("oimx"), st.text(st.characters(exclude_categories=["Cs"]))),
    max_size=20,
).map(lambda found: tuple(CastEvent(ms / 1000, code, data) for ms, code, data in sorted(found)))


@given(events)
def test_a_recording_comes_back_as_it_was_written(recorded: tuple[CastEvent, ...]) -> None:
    """Any text, at millisecond times, survives the file."""
    cast = Cast("port", "abc", recorded, title="Ports")
    assert decode(encode(cast), "port.cast") == cast


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 1, "not JSON"),
        ("{}", 1, "not an asciicast v3"),
        ('{"version": 2}', 1, "not an asciicast v3"),
        (f'{HEADER}\n[0.1, "o"', 2, "not JSON"),
        (f'{HEADER}\n[0.1, "o", "x"]\n[-1, "o", "x"]', 3, "an event must be"),
        (f'{HEADER}\n[0.1, "o", 7]', 2, "an event must be"),
        (f'{HEADER}\n{{"o": 1}}', 2, "an event must be"),
        ("[" * 100_000, 1, "not JSON"),
    ],
)
def test_a_broken_recording_is_named_with_its_line(text: str, line: int, what: str) -> None:
    """The speaker is told where the file is broken, and how to get a new one."""
    with pytest.raises(QuarterdeckError) as raised:
        decode(text, "port.cast")
    (fault,) = raised.value.diagnostics
    assert fault.span is not None
    assert (fault.span.file, fault.span.line) == ("port.cast", line)
    assert what in fault.message
    assert "rehearse" in (fault.hint or "")


def test_events_are_given_to_the_step_they_belong_to() -> None:
    """What lies between two steps belongs to none."""
    marks = ["o:before", "m:step:a", "o:1", "m:end:a:passed", "o:between", "m:step:b", "o:2", "o:3"]
    cast = Cast("d", "h", tuple(CastEvent(0.0, *m.split(":", 1)) for m in marks))
    assert [(name, "".join(e.data for e in found)) for name, found in cast.steps()] == [("a", "1"), ("b", "23")]
