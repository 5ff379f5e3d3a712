"""``rehearse --update``: rewrites the expected output in scripts from the real output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostic, Severity, SourceSpan
from quarterdeck.files.atomic import Output, write
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import ANY_LINES, ANY_TEXT, Command, Demo, ExpectedOutput, Interaction, Step, line_matches
from quarterdeck.project.rehearsal.casts import common, elided_lines
from quarterdeck.project.rehearsal.rehearse import DemoResult, StepResult
from quarterdeck.source.demos.prompts import FAMILIES, Family, own_families
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

_LOOKS_TYPED = re.compile(r"\$(?: |\Z)|\^(?: |\Z|[A-Z\\]\Z)")
"""Output that a transcript marks with a backslash, or it would be typed."""
_LOOKS_LIKE_THE_END = re.compile(r" {0,3}(?:`{3,}|~{3,})\s*\Z|\[exit \d{1,3}\]\Z")
"""Output that would end the block, or the expected output."""
_LINE_END = re.compile(r"(\r\n|\r|\n)")


Moves: TypeAlias = Mapping[tuple[str, int], int]
"""The present line of a script by its file and the line at which it was read."""


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
    moves = _moves(result.demo, demo)
    judged = tuple(_step_compared(s, steps[s.step.id], moves) for s in result.steps)
    cast = result.cast and _cast_compared(result.cast, demo, judged)
    return replace(result, demo=demo, cast=cast, steps=judged, fault=_moved(result.fault, moves))


def _moves(before: Demo, after: Demo) -> Moves:
    """Where the lines of the script that have something to say have gone, by file and old line."""
    now = {step.id: step for step in after.steps}
    moves: dict[tuple[str, int], int] = {}
    for old, new in ((step, now[step.id]) for step in before.steps if step.id in now):
        pairs = [(old.span, new.span), (old.ready and old.ready.span, new.ready and new.ready.span)]
        for was, is_now in zip(old.interactions, new.interactions, strict=False):
            pairs += [(was.span, is_now.span), (was.expected.span, is_now.expected.span)]
        moves |= {(a.file, a.line): b.line for a, b in pairs if a and b}
    return moves


def _moved(faults: Iterable[Diagnostic], moves: Moves) -> tuple[Diagnostic, ...]:
    """The faults at the lines where the text that they are about is now."""
    return tuple(replace(fault, span=fault.span and _moved_span(fault.span, moves)) for fault in faults)


def _moved_span(span: SourceSpan, moves: Moves) -> SourceSpan:
    before = [line for file, line in moves if file == span.file and line <= span.line]
    if not before:
        return span
    nearest = max(before)
    return replace(span, line=span.line + moves[span.file, nearest] - nearest)


def _cast_compared(cast: Cast, demo: Demo, steps: Iterable[StepResult]) -> Cast:
    """The recording, marked as one of the present script."""
    ends = {end_marker(s.step.id, Outcome.FAILED): end_marker(s.step.id, s.finished.outcome) for s in steps}
    events = tuple(replace(e, data=ends.get(e.data, e.data)) if e.code == "m" else e for e in cast.events)
    return replace(cast, script_hash=demo.script_hash, events=events)


def _step_compared(result: StepResult, step: Step, moves: Moves) -> StepResult:
    if result.first or result.passed or not result.went_on:
        faults = _moved(result.finished.faults, moves)
        return replace(result, step=step, finished=replace(result.finished, faults=faults))
    last = len(step.interactions) - 1
    faults = tuple(
        fault
        for place, (interaction, answer) in enumerate(zip(step.interactions, result.finished.answers, strict=True))
        for fault in compare(interaction, answer, any_failure=step.expect_failure and place == last)
    )
    outcome = Outcome.FAILED if faults else Outcome.PASSED
    return replace(result, step=step, finished=replace(result.finished, outcome=outcome, faults=faults))


def updated_output(expected: Sequence[str], actual: Sequence[str], script: str = "") -> tuple[str, ...]:
    """The expected lines updated to the actual ones; elisions that still match stay.

    ``script``: what the demo types; ports that it names are written, others elided.
    """
    if output_matches(expected, actual):
        return tuple(expected)
    stable = dict(zip(actual, elided_lines(actual, script), strict=True))
    lines: list[str] = []
    for item in align(expected, actual):
        match item:
            case Same(expected=line):
                lines.append(line)
            case Elided():
                lines.append(ANY_LINES)
            case Changed(actual=line) | Extra(actual=line):
                lines.append(stable[line])
            case Missing():
                pass
    return tuple(lines)


def settled_output(expected: ExpectedOutput, runs: Sequence[Sequence[str]], script: str = "") -> tuple[str, ...]:
    """Expected output that matches each of several runs; ``script`` as for :func:`updated_output`."""
    first, *others = runs
    if expected.on_screen:
        lines = _updated_screen(expected, first, script)
        for other in others:
            lines = _without_ends(_generalised((ANY_LINES, *lines, ANY_LINES), other))
        return lines
    lines = updated_output(expected.lines, first, script) if expected.given else tuple(elided_lines(first, script))
    for other in others:
        lines = _generalised(lines, other)
    return lines


def _updated_screen(expected: ExpectedOutput, screen: Sequence[str], script: str) -> tuple[str, ...]:
    """The lines of a screen that are expected, or else those most like them; all as they were if none is like any."""
    import difflib  # only faults need it

    if output_matches(expected.pattern, screen):
        return expected.lines
    stable = elided_lines(screen, script)
    chosen: dict[int, str] = {}
    for line in expected.lines:
        if line.strip() == ANY_LINES:
            continue
        same = next((n for n, actual in enumerate(screen) if line_matches(line, actual)), None)
        close = difflib.get_close_matches(line, screen, n=1)
        if same is not None:
            chosen[same] = line
        elif close:
            chosen.setdefault(screen.index(close[0]), stable[screen.index(close[0])])
    lines: list[str] = []
    for before, place in zip([-1, *sorted(chosen)], sorted(chosen), strict=False):
        lines += [ANY_LINES] * (bool(lines) and place > before + 1)
        lines.append(chosen[place])
    return tuple(lines) or expected.lines


def _without_ends(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without ``...`` above and below them, which goes without saying on a screen."""
    first, end = 0, len(lines)
    while first < end and lines[first] == ANY_LINES:
        first += 1
    while end > first and lines[end - 1] == ANY_LINES:
        end -= 1
    return tuple(lines[first:end])


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
    runs: dict[tuple[Path, str, int], tuple[Demo, Interaction, list[Sequence[str]]]] = {}
    for result in results:
        for step in result.steps:
            if step.first:
                continue  # expected output is that after the solution
            for place, interaction, answer in _good_answers(step.step, step.finished.answers):
                key = (result.demo.cast_path, step.step.id, place)
                runs.setdefault(key, (result.demo, interaction, []))[2].append(answer.lines)
    for demo, interaction, printed in runs.values():
        expected = interaction.expected
        lines = settled_output(expected, printed, _typed_text(demo))
        if expected.span is not None and lines != expected.lines:
            prompts = _nested_prompts(demo)
            before = tuple(_written(line, ()) for line in expected.lines)
            after = tuple(_written(line, prompts) for line in lines)
            yield Path(expected.span.file), LineEdit(expected.span.line - 1, before, after, expected.span.column - 1)


def _good_answers(step: Step, answers: Sequence[Answer]) -> Iterator[tuple[int, Interaction, Answer]]:
    """The interactions whose output should be in the script, each with its position and answer.

    A program in a ``{run}`` fence has no transcript; a wrong status needs the author's attention; a command in the
    background keeps printing; and of a screen the author chooses what counts.
    """
    if step.runner is not None:
        return
    last = len(step.interactions) - 1
    for place, (interaction, answer) in enumerate(zip(step.interactions, answers, strict=False)):
        faults = compare(interaction, answer, any_failure=step.expect_failure and place == last)
        if any(fault.code != WRONG_OUTPUT for fault in faults):
            return
        kept_printing = step.background and place == last
        if interaction.expected.given or not (kept_printing or interaction.expected.on_screen):
            yield place, interaction, answer


def _typed_text(demo: Demo) -> str:
    """Everything that a demo types."""
    interactions = (i for step in demo.steps for i in step.interactions)
    return "\n".join(i.text for i in interactions if isinstance(i, Command))


def _nested_prompts(demo: Demo) -> tuple[Family, ...]:
    """The prompts at which the demo types into programs; output that begins with one would be read as typed."""
    typed_at = {i.prompt for step in demo.steps for i in step.interactions if isinstance(i, Command) and i.nested}
    families = (*own_families(demo.prompts), *FAMILIES)
    return tuple(family for family in families if any(family.match(prompt) for prompt in typed_at))


def _written(line: str, prompts: Sequence[Family]) -> str:
    """A line of output in the syntax of transcripts."""
    if _LOOKS_LIKE_THE_END.match(line) or any(family.match(line) for family in prompts):
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
