"""``rehearse --update``: rewrites the expected output in scripts from the real output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, Severity, SourceSpan
from quarterdeck.files.outputs import Output, write
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import ANY_LINES, ANY_TEXT, Demo, ExpectedOutput, Interaction, Step
from quarterdeck.project.rehearsal.casts import common, elided
from quarterdeck.project.rehearsal.rehearse import DemoResult, StepResult
from quarterdeck.stage.events import Answer, Outcome
from quarterdeck.stage.recorder import end_marker
from quarterdeck.stage.steps.expectation import (
    WRONG_OUTPUT,
    Changed,
    Elided,
    Extra,
    Missing,
    Same,
    align,
    compare,
    output_matches,
)

_LOOKS_TYPED = re.compile(r"\$ |\^[A-Z\\]\Z")
"""Output that a transcript marks with a backslash, or it would be typed."""
_LOOKS_LIKE_THE_END = re.compile(r" {0,3}(?:`{3,}|~{3,})\s*\Z|\[exit \d{1,3}\]\Z")
"""Output that would end the block, or the expected output."""
_LINE_END = re.compile(r"(\r\n|\r|\n)")


class LineEdit(Struct, frozen=True):
    """The replacement of some lines of a file."""

    first: int
    """The index of the first line that is replaced, from 0."""
    before: tuple[str, ...]
    """The lines that are replaced, as they were read."""
    after: tuple[str, ...]
    column: int
    """How far the block is indented, in characters."""


class Update(Struct):
    """The result of an update."""

    files: list[Path] = field(default_factory=list)
    """The scripts that were changed."""
    warnings: list[Diagnostic] = field(default_factory=list)
    """Warnings about output that could not be rewritten."""


def update_scripts(results: Sequence[DemoResult]) -> Update:
    """Rewrite the expected output of every command that ended with the expected status.

    Elisions that still match stay.  A command without expected output gets its real output.  Volatile text in new
    output is elided, and so is whatever differs between several rehearsals of a demo.

    Raises:
        QuarterdeckError: when a file can't be written; none is changed then.

    """
    edits: dict[Path, list[LineEdit]] = {}
    for path, edit in _edits(results):
        edits.setdefault(path, []).append(edit)
    update = Update()
    outputs = []
    for path, wanted in edits.items():
        before = path.read_bytes().decode("utf-8")
        after = _edited(before, wanted, path, update.warnings)
        if after != before:
            outputs.append(Output(path, after.encode()))
    write(outputs)
    update.files += [output.path for output in outputs]
    return update


def compared_again(results: Iterable[DemoResult], demos: Iterable[Demo]) -> tuple[DemoResult, ...]:
    """The results compared with the scripts as they are now, with recordings of those scripts."""
    now = {demo.cast_path: demo for demo in demos}
    return tuple(_compared(result, now[result.demo.cast_path]) for result in results)


def _compared(result: DemoResult, demo: Demo) -> DemoResult:
    steps = {step.id: step for step in demo.steps}
    judged = tuple(_step_compared(s, steps[s.step.id]) for s in result.steps)
    return replace(result, demo=demo, cast=result.cast and _cast_compared(result.cast, demo, judged), steps=judged)


def _cast_compared(cast: Cast, demo: Demo, steps: Iterable[StepResult]) -> Cast:
    """The recording, marked as one of the present script."""
    ends = {end_marker(s.step.id, Outcome.FAILED): end_marker(s.step.id, s.finished.outcome) for s in steps}
    events = tuple(replace(e, data=ends.get(e.data, e.data)) if e.code == "m" else e for e in cast.events)
    return replace(cast, script_hash=demo.script_hash, events=events)


def _step_compared(result: StepResult, step: Step) -> StepResult:
    if result.first or result.passed or not result.went_on:
        return replace(result, step=step)
    last = len(step.interactions) - 1
    faults = tuple(
        fault
        for place, (interaction, answer) in enumerate(zip(step.interactions, result.finished.answers, strict=True))
        for fault in compare(interaction, answer, any_failure=step.expect_failure and place == last)
    )
    outcome = Outcome.FAILED if faults else Outcome.PASSED
    return replace(result, step=step, finished=replace(result.finished, outcome=outcome, faults=faults))


def updated_output(expected: Sequence[str], actual: Sequence[str]) -> tuple[str, ...]:
    """The expected lines updated to the actual ones; elisions that still match stay."""
    if output_matches(expected, actual):
        return tuple(expected)
    lines: list[str] = []
    for item in align(expected, actual):
        match item:
            case Same(expected=line):
                lines.append(line)
            case Elided():
                lines.append(ANY_LINES)
            case Changed(actual=line) | Extra(actual=line):
                lines.append(elided(line))
            case Missing():
                pass
    return tuple(lines)


def settled_output(expected: ExpectedOutput, runs: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """Expected output that matches each of several runs."""
    first, *others = runs
    lines = updated_output(expected.lines, first) if expected.given else tuple(map(elided, first))
    for other in others:
        lines = _generalised(lines, other)
    return lines


def _generalised(lines: Sequence[str], actual: Sequence[str]) -> tuple[str, ...]:
    """The lines with elisions where another run differs."""
    if output_matches(lines, actual):
        return tuple(lines)
    general: list[str] = []
    for item in align(lines, actual):
        match item:
            case Same(expected=line):
                general.append(line)
            case Changed(expected=line, actual=real):
                general.append(common(line, real))
            case Elided() | Extra() | Missing():
                if general[-1:] != [ANY_LINES]:
                    general.append(ANY_LINES)
    return tuple(general)


def _edits(results: Iterable[DemoResult]) -> Iterator[tuple[Path, LineEdit]]:
    """The edits to make, each with its file; several rehearsals of an interaction give one."""
    runs: dict[tuple[Path, str, int], tuple[Interaction, list[Sequence[str]]]] = {}
    for result in results:
        for step in result.steps:
            if step.first:
                continue  # expected output is that after the solution
            for place, interaction, answer in _good_answers(step.step, step.finished.answers):
                key = (result.demo.cast_path, step.step.id, place)
                runs.setdefault(key, (interaction, []))[1].append(answer.lines)
    for interaction, printed in runs.values():
        expected = interaction.expected
        lines = settled_output(expected, printed)
        if expected.span is not None and lines != expected.lines:
            before, after = tuple(map(_written, expected.lines)), tuple(map(_written, lines))
            yield Path(expected.span.file), LineEdit(expected.span.line - 1, before, after, expected.span.column - 1)


def _good_answers(step: Step, answers: Sequence[Answer]) -> Iterator[tuple[int, Interaction, Answer]]:
    """The interactions whose output should be in the script, each with its position and answer.

    A program in a ``{run}`` fence has no transcript; a wrong status needs the author's attention; and a command in the
    background keeps printing.
    """
    if step.runner is not None:
        return
    last = len(step.interactions) - 1
    for place, (interaction, answer) in enumerate(zip(step.interactions, answers, strict=False)):
        faults = compare(interaction, answer, any_failure=step.expect_failure and place == last)
        if any(fault.code != WRONG_OUTPUT for fault in faults):
            return
        if interaction.expected.given or not (step.background and place == last):
            yield place, interaction, answer


def _written(line: str) -> str:
    """A line of output in the syntax of transcripts."""
    if _LOOKS_LIKE_THE_END.match(line):
        return ANY_TEXT
    if line.startswith("\\") and _LOOKS_TYPED.match(line[1:]):
        return ANY_TEXT + line[1:]  # with its backslash it would be read as an escaped one
    return f"\\{line}" if _LOOKS_TYPED.match(line) else line


def _edited(text: str, edits: Iterable[LineEdit], path: Path, warnings: list[Diagnostic]) -> str:
    """The text after all edits, made from the end so that line numbers stay valid; line ends are preserved."""
    parts = _LINE_END.split(text)
    lines, ends = parts[::2], [*parts[1::2], ""]
    for edit in sorted(edits, key=lambda e: e.first, reverse=True):
        where = slice(edit.first, edit.first + len(edit.before))
        if tuple(line[edit.column :].rstrip() for line in lines[where]) != edit.before:
            warnings.append(_not_as_read(path, edit))
            continue
        pad = lines[edit.first - 1][: edit.column]
        end = ends[edit.first - 1]
        lines[where] = [(pad + line).rstrip() for line in edit.after]
        ends[where] = [end] * len(edit.after)
    return "".join(line + end for line, end in zip(lines, ends, strict=True))


def _not_as_read(path: Path, edit: LineEdit) -> Diagnostic:
    return Diagnostic(
        "this expected output was not updated: the text here isn't the text that was compared",
        SourceSpan(str(path), edit.first + 1),
        hint="it contains a variable, or the file was changed in the meantime",
        code="not-updated",
        severity=Severity.WARNING,
    )
