"""Late pages and going back find each terminal as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.show.machine.terminals import TERMINAL_LIMIT, Log, Terminals


def test_going_back_restores_the_text_before_a_step() -> None:
    """Each number of steps done has its text, in every terminal of the demo."""
    terminals = Terminals()
    terminals.write("web", 1, "$ ")
    terminals.mark("web", 0)
    terminals.write("web", 1, "one\r\n$ ")
    terminals.mark("web", 1)
    terminals.write("web", 1, "two\r\n$ ")
    terminals.write("web", 2, "second\r\n")
    assert terminals.rewind("web", 2)
    assert [t.data for t in terminals.of("web")] == ["$ one\r\n$ two\r\n$ ", "second\r\n"]
    assert terminals.rewind("web", 1)
    assert [t.data for t in terminals.of("web")] == ["$ one\r\n$ ", ""]
    assert terminals.rewind("web", 0)
    assert list(terminals.of("web")) == []


def test_a_text_that_was_never_seen_is_not_made_up() -> None:
    """A demo entered in its middle says that its text is not known."""
    terminals = Terminals()
    assert not terminals.rewind("web", 2)


def test_demos_do_not_touch_each_others_terminals() -> None:
    """Clearing one leaves the other."""
    terminals = Terminals()
    terminals.write("web", 1, "web")
    terminals.write("data", 1, "data")
    terminals.clear("web")
    assert [t.demo for t in terminals.all()] == ["data"]


@pytest.mark.slow
@given(st.lists(st.text(st.sampled_from("ab\n"), min_size=1, max_size=50), max_size=60), st.integers(1, 8))
def test_the_end_of_the_output_is_always_kept(parts: list[str], times: int) -> None:
    """However much is printed, the memory is bounded, and what is kept is the newest."""
    log = Log()
    parts = [part * 500 * times for part in parts]
    for part in parts:
        log.append(part)
    whole = "".join(parts)
    assert whole.endswith(log.text())
    assert log.end == len(whole)
    assert len(log.text()) <= TERMINAL_LIMIT
    assert sum(map(len, log.parts)) == log.size
    if len(whole) <= TERMINAL_LIMIT:
        assert log.text() == whole


def test_positions_stay_right_after_the_front_was_dropped() -> None:
    """Going back works in a terminal that printed more than is kept."""
    log = Log()
    log.append("x\n" * TERMINAL_LIMIT)
    log.append("y\n" * TERMINAL_LIMIT)
    position = log.end
    log.append("later")
    log.truncate(position)
    assert log.text().endswith("y\n")
    assert log.end == position
