"""Demos: which lines match, which variables are the stage's own, which steps are in view."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.model.content import Paragraph
from quarterdeck.model.demo import BACKSTAGE, EXCEPTIONS, RUNNERS, Demo, Step, StepKind, is_reserved, line_matches


@pytest.mark.parametrize(
    ("expected", "actual", "matches"),
    [
        ("web [..] up", "web a1b2 up", True),
        ("[..]", "", True),
        ("a.c", "abc", False),
        ("[..]:80", "0.0.0.0:80 ", False),
        ("text  ", "text", True),
        ("[..] x [..]", "a x b x c", True),
    ],
)
def test_lines(expected: str, actual: str, matches: bool) -> None:
    """``[..]`` is any text, all else is itself; blanks at the end of what is expected don't count."""
    assert line_matches(expected, actual) is matches


@given(st.text(st.characters(exclude_categories=["Z", "C"]), max_size=30))
def test_a_line_matches_itself(line: str) -> None:
    """Whatever characters it has."""
    assert line_matches(line, line)


@pytest.mark.parametrize(
    ("name", "reserved"),
    [
        ("PATH", True),
        ("DOCKER_HOST", True),
        ("LD_PRELOAD", True),
        ("DOCKER_BUILDKIT", False),
        ("TOKEN", False),
        ("path", False),
    ],
)
def test_reserved_variables(name: str, reserved: bool) -> None:
    """A demo can't lead its stage out of the clean room."""
    assert is_reserved(name) is reserved


def step(number: int, kind: StepKind, terminal: int = 1) -> Step:
    """A step without commands."""
    return Step(f"step-{number}", kind, (), terminal)


def test_steps_in_view() -> None:
    """Those that take a key press, of an exercise its solution; checks are told apart."""
    kinds = [StepKind.SETUP, StepKind.SHOWN, StepKind.HIDDEN, StepKind.SOLUTION, StepKind.VERIFY, StepKind.CLEANUP]
    steps = tuple(step(number, kind) for number, kind in enumerate(kinds))
    demo = Demo("d", "D", steps, Path("d.md"), Path("d.cast"))
    assert [shown.kind for shown in demo.shown_steps] == [StepKind.SHOWN, StepKind.SOLUTION]
    assert [check.kind for check in demo.checks] == [StepKind.VERIFY]
    assert not demo.is_exercise
    assert Demo("d", "D", steps, Path("d.md"), Path("d.cast"), task=(Paragraph(()),)).is_exercise


def test_terminals() -> None:
    """The first is always there; the one backstage is never in view."""
    steps = (step(1, StepKind.SHOWN, 3), step(2, StepKind.VERIFY, BACKSTAGE))
    assert Demo("d", "D", steps, Path("d.md"), Path("d.cast")).terminals == (1, 3)


def test_tables() -> None:
    """Every exception says what it allows, and every runner reads its program from its input."""
    assert all(words and words[0].islower() for words in EXCEPTIONS.values())
    assert all("cat >" in command or command.split()[0] for command in RUNNERS.values())
    assert RUNNERS["py"] == RUNNERS["python"]
