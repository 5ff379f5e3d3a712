"""Compares what a command printed with what its transcript expects."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, SourceSpan
from quarterdeck.model.demo import ANY_LINES, Command, ExpectedOutput, Interaction, Keys, line_matches
from quarterdeck.stage.events import Answer

DIFF_LINES = 24
"""Lines of a difference that are shown."""
WRONG_OUTPUT = "wrong-output"
"""The code of the fault of a command that ended as it should, but printed something else."""
LAST_WORDS = 5
"""Lines of a program's output that a message shows."""
MOST_CELLS = 400_000
"""Expected × real lines that are aligned; beyond it only the head of the output is."""


@dataclass(frozen=True, slots=True)
class Same:
    """A line that is as expected."""

    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Elided:
    """Lines that ``...`` matches."""

    actual: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changed:
    """A line that differs from the expected one."""

    expected: str
    actual: str


@dataclass(frozen=True, slots=True)
class Missing:
    """An expected line that didn't come."""

    expected: str


@dataclass(frozen=True, slots=True)
class Extra:
    """A line that wasn't expected."""

    actual: str


Aligned: TypeAlias = Same | Elided | Changed | Missing | Extra


def output_matches(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether all lines of the output are as expected."""
    groups: list[list[str]] = [[]]
    for line in expected:
        if line.strip() == ANY_LINES:
            groups.append([])
        else:
            groups[-1].append(line)
    first, *others = groups
    if not _group_at(first, actual, 0):
        return False
    if not others:
        return len(first) == len(actual)
    at = len(first)
    for group in others[:-1]:
        places = range(at, len(actual) - len(group) + 1)
        found = next((place for place in places if _group_at(group, actual, place)), None)
        if found is None:
            return False
        at = found + len(group)
    last = others[-1]
    return len(actual) - len(last) >= at and _group_at(last, actual, len(actual) - len(last))


def may_become(expected: Sequence[str], actual: Sequence[str]) -> bool:
    """Whether more output can make it as expected: so far it is the beginning, its last line perhaps unfinished."""
    for place, line in enumerate(expected):
        if line.strip() == ANY_LINES or place == len(actual):
            return True
        if not line_matches(line, actual[place]):
            return place == len(actual) - 1
    return False


def _group_at(group: Sequence[str], actual: Sequence[str], at: int) -> bool:
    return len(actual) - at >= len(group) and all(
        line_matches(line, actual[at + place]) for place, line in enumerate(group)
    )


def align(expected: Sequence[str], actual: Sequence[str]) -> list[Aligned]:
    """Pair the lines so that as few as possible differ.

    The least edit distance, where ``...`` matches any lines at no cost.
    """
    room = max(1, MOST_CELLS // (len(expected) + 1))
    actual, beyond = actual[:room], actual[room:]
    costs = _costs(expected, actual)
    aligned: list[Aligned] = []
    i, j = len(expected), len(actual)
    elided: list[str] = []
    while i or j:
        cost = costs[i][j]
        if i and expected[i - 1].strip() == ANY_LINES:
            if j and costs[i][j - 1] == cost and costs[i - 1][j] != cost:
                elided.append(actual[j - 1])
                j -= 1
                continue
            aligned.append(Elided(tuple(reversed(elided))))
            elided = []
            i -= 1
        elif i and j and line_matches(expected[i - 1], actual[j - 1]) and costs[i - 1][j - 1] == cost:
            aligned.append(Same(expected[i - 1], actual[j - 1]))
            i, j = i - 1, j - 1
        elif i and j and costs[i - 1][j - 1] + 1 == cost:
            aligned.append(Changed(expected[i - 1], actual[j - 1]))
            i, j = i - 1, j - 1
        elif j and costs[i][j - 1] + 1 == cost:
            aligned.append(Extra(actual[j - 1]))
            j -= 1
        else:
            aligned.append(Missing(expected[i - 1]))
            i -= 1
    aligned.reverse()
    return aligned + [Extra(line) for line in beyond]


def _costs(expected: Sequence[str], actual: Sequence[str]) -> list[list[int]]:
    """``costs[i][j]``: lines that differ between the first i expected and the first j real ones."""
    costs = [list(range(len(actual) + 1))]
    for line in expected:
        above = costs[-1]
        if line.strip() == ANY_LINES:
            row = [above[0]]
            for j in range(1, len(actual) + 1):
                row.append(min(above[j], row[-1]))
        else:
            row = [above[0] + 1]
            for j, real in enumerate(actual, start=1):
                if line_matches(line, real):
                    row.append(above[j - 1])
                else:
                    row.append(1 + min(above[j - 1], above[j], row[-1]))
        costs.append(row)
    return costs


def compare(interaction: Interaction, answer: Answer, *, any_failure: bool = False) -> tuple[Diagnostic, ...]:
    """Return what is wrong with an answer, at the lines of the demo script; nothing when it is as expected.

    ``any_failure``: the command must fail, with any status but 0.
    """
    expected = interaction.expected
    faults = []
    if fault := _status_fault(interaction, answer, any_failure):
        faults.append(fault)
    if expected.given and not output_matches(expected.pattern, answer.lines):
        faults.append(_output_fault(interaction, answer))
    return tuple(faults)


def _status_fault(interaction: Interaction, answer: Answer, any_failure: bool) -> Diagnostic | None:
    what, status = _name(interaction), answer.status
    said = f"; it printed{quoted(answer.lines)}" if answer.lines else ""
    if any_failure and isinstance(interaction, Command) and not interaction.nested:
        if status != 0:
            return None
        return Diagnostic(f"{what} should fail, but its status is 0{said}", interaction.span, code="should-fail")
    wanted = interaction.expected.status
    if wanted is None or status == wanted or (status is None and wanted == 0):
        return None
    hint = "end the expected output with the line '[exit N]' where another status is right"
    ended = "is still running" if status is None else f"ended with exit status {status}"
    message = f"{what} {ended}, but {wanted} was expected{said}"
    return Diagnostic(message, interaction.span, hint=hint, code="wrong-status")


def quoted(lines: Sequence[str]) -> str:
    """Return the last lines of some output as messages show them, each on a new line; nothing for none."""
    return "".join(f"\n  | {line}" for line in lines[-LAST_WORDS:])


def _output_fault(interaction: Interaction, answer: Answer) -> Diagnostic:
    expected = interaction.expected
    if expected.on_screen:
        return _screen_fault(interaction, answer)
    aligned = align(expected.lines, answer.lines)
    shown = difference(aligned)
    return Diagnostic(
        f"the output of {_name(interaction)} is not as expected (- expected, + real)\n" + "\n".join(shown),
        _first_difference(expected, aligned),
        hint="'...' alone on a line matches any lines, '[..]' any text; --update writes the real output to the script",
        code=WRONG_OUTPUT,
    )


def _screen_fault(interaction: Interaction, answer: Answer) -> Diagnostic:
    """The first expected line that isn't on the screen, and the screen; all lines are, but not in that order."""
    expected = interaction.expected
    missing = [
        place
        for place, line in enumerate(expected.lines)
        if line.strip() != ANY_LINES and not any(line_matches(line, actual) for actual in answer.lines)
    ]
    place = missing[0] if missing else 0
    what = f"'{expected.lines[place].strip()}' is not on" if missing else "the lines are not one below the other on"
    shown = "".join(f"\n  | {line}" for line in answer.lines[:DIFF_LINES])
    span = expected.span and replace(
        expected.span, line=expected.span.line + place, length=len(expected.lines[place]) or 1
    )
    return Diagnostic(
        f"{what} the screen after {_name(interaction)}; it shows{shown}",
        span,
        hint="'...' stands for lines between, '[..]' for any text; 'timeout=' on the step waits longer than 10 s",
        code=WRONG_OUTPUT,
    )


def difference(aligned: Iterable[Aligned]) -> list[str]:
    """Return the lines of a readable difference, with two lines that agree around those that don't."""
    lines: list[str] = []
    for item in aligned:
        match item:
            case Same(actual=actual):
                lines.append(f"    {actual}")
            case Elided():
                lines.append(f"    {ANY_LINES}")
            case Changed(expected=expected, actual=actual):
                lines += [f"  - {expected}", f"  + {actual}"]
            case Missing(expected=expected):
                lines.append(f"  - {expected}")
            case Extra(actual=actual):
                lines.append(f"  + {actual}")
    differing = [place for place, line in enumerate(lines) if not line.startswith("    ")]
    places = {place + away for place in differing for away in range(-2, 3)}
    near = [line for place, line in enumerate(lines) if place in places]
    if len(near) > DIFF_LINES:
        near = [*near[:DIFF_LINES], f"    (and {len(near) - DIFF_LINES} more lines)"]
    return near


def _first_difference(expected: ExpectedOutput, aligned: Iterable[Aligned]) -> SourceSpan | None:
    if expected.span is None:
        return None
    place = 0
    for item in aligned:
        match item:
            case Same() | Elided():
                place += 1
            case Changed() | Missing() | Extra():
                break
    at = min(place, max(0, len(expected.lines) - 1))
    length = len(expected.lines[at]) if expected.lines else 1
    return replace(expected.span, line=expected.span.line + at, length=max(1, length))


def _name(interaction: Interaction) -> str:
    if isinstance(interaction, Command):
        first, *more = interaction.lines
        return f"'{first}{' …' if more else ''}'"
    return f"'{interaction.text}'" if isinstance(interaction, Keys) else interaction.text
