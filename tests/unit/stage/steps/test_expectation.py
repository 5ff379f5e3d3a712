"""Expected output against what came out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.diagnostics import SourceSpan
from quarterdeck.stage.events import Answer
from quarterdeck.stage.steps.expectation import (
    Changed,
    Elided,
    Extra,
    Missing,
    Same,
    align,
    compare,
    may_become,
    output_matches,
)
from support.staged import FILE, typed

LINES = st.lists(st.sampled_from(["a", "b", "[..]", "a [..]", "..."]), max_size=6)
OUTPUT = st.lists(st.sampled_from(["a", "b", "a b", "c"]), max_size=7)


@pytest.mark.parametrize(
    ("expected", "actual", "matches"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a"], ["a", "b"], False),
        (["..."], [], True),
        (["a", "...", "d"], ["a", "b", "c", "d"], True),
        (["a", "...", "d"], ["a", "d"], True),
        (["a", "...", "d"], ["a", "d", "e"], False),
        (["...", "b", "..."], ["a", "b", "c"], True),
        (["...", "x", "..."], ["a", "b", "c"], False),
        (["a", "...", "a"], ["a"], False),
        (["id [..] up"], ["id 3fe2 up"], True),
        (["id [..] up"], ["id 3fe2 down"], False),
        (["a.c"], ["abc"], False),
        (["a  "], ["a"], True),
        ([], [], True),
        ([], ["a"], False),
    ],
)
def test_elisions(expected: list[str], actual: list[str], matches: bool) -> None:
    """``...`` stands for any lines and ``[..]`` for any text; everything else must be there as it is."""
    assert output_matches(expected, actual) is matches


@given(LINES, OUTPUT)
def test_both_ways_of_comparing_agree(expected: list[str], actual: list[str]) -> None:
    """A difference is shown exactly when there is one, and it accounts for every line once."""
    aligned = align(expected, actual)
    differs = any(isinstance(item, Changed | Missing | Extra) for item in aligned)
    assert differs is not output_matches(expected, actual)
    real: list[str] = []
    wanted: list[str] = []
    for item in aligned:
        match item:
            case Same(line, came) | Changed(line, came):
                wanted.append(line)
                real.append(came)
            case Elided(came_all):
                wanted.append("...")
                real += came_all
            case Missing(line):
                wanted.append(line)
            case Extra(came):
                real.append(came)
    assert (wanted, real) == (expected, actual)


def test_a_changed_last_line_is_not_swallowed() -> None:
    """After ``...`` a line that changed is shown as changed, so that an update keeps its place."""
    assert align(["a", "...", "d"], ["a", "b", "e"]) == [Same("a", "a"), Elided(("b",)), Changed("d", "e")]


def test_the_difference_is_readable_and_points_at_its_line() -> None:
    """The message shows what was expected and what came, and points at the first line that differs."""
    (fault,) = compare(typed("ls", "one", "two", "three"), Answer(("one", "2", "three", "four"), 0))
    assert fault.span == SourceSpan(FILE, 12, 1, 3)
    assert fault.message.splitlines()[1:] == ["    one", "  - two", "  + 2", "    three", "  + four"]


def test_a_long_difference_is_cut() -> None:
    """A thousand lines that nobody expected don't fill the screen."""
    (fault,) = compare(typed("ls", "one"), Answer(tuple(map(str, range(1000))), 0))
    assert len(fault.message.splitlines()) < 40
    assert "(and 977 more lines)" in fault.message, "all but those shown"


def test_a_wrong_status_says_what_the_command_said() -> None:
    """A command that failed is reported with its last words."""
    (fault,) = compare(typed("ls /x"), Answer(("ls: cannot access '/x'",), 2))
    assert "exit status 2, but 0 was expected" in fault.message
    assert "cannot access" in fault.message


def test_a_command_that_must_fail() -> None:
    """``expect=fail`` takes any status but 0."""
    assert compare(typed("false"), Answer((), 1), any_failure=True) == ()
    assert compare(typed("true"), Answer((), 0), any_failure=True)[0].code == "should-fail"


def test_a_running_command_has_no_status_yet() -> None:
    """A command that other lines are typed into isn't blamed for not having ended, unless it should have."""
    assert compare(typed("sh"), Answer(())) == ()
    assert "still running" in compare(typed("sh", status=3), Answer(()))[0].message


def test_a_command_that_should_fail_says_what_it_did() -> None:
    """As where another status is expected."""
    assert "  | pulled" in compare(typed("docker pull x"), Answer(("pulled",), 0), any_failure=True)[0].message


@pytest.mark.parametrize(
    ("expected", "actual", "may"),
    [
        (["a", "b"], [], True),
        (["a", "b"], ["a"], True),
        (["a", "b"], ["a", "x"], True),  # a last line may be redrawn, or go on
        (["a", "b"], ["x", "b"], False),
        (["a", "b"], ["a", "x", "y"], False),
        (["a", "b"], ["a", "b", "c"], False),
        (["a", "...", "z"], ["a", "b", "c"], True),
        (["a", "...", "z"], ["b", "c"], False),
        (["pid [..]", "ready"], ["pid 7"], True),
    ],
)
def test_output_that_may_become_as_expected(expected: list[str], actual: list[str], may: bool) -> None:
    """So far it is the beginning of what is expected: it is worth waiting for more."""
    assert may_become(expected, actual) is may
