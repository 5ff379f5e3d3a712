"""``rehearse --update``: the expected output in the scripts, rewritten from what really came out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from quarterdeck.model.demo import Interaction
from quarterdeck.project.outputs import Output, write
from quarterdeck.project.rehearsing import DemoResult, StepResult
from quarterdeck.stage.comparing import Changed, Elided, Extra, Kept, Missing, align
from quarterdeck.stage.events import Answer
from quarterdeck.stage.patterns import ANY_LINES

PROMPT = "$ "


@dataclass(frozen=True, slots=True)
class Edit:
    """Lines of a file that give way to others."""

    first: int
    """The first line that goes, from 0."""
    count: int
    lines: tuple[str, ...]


def update_scripts(results: Iterable[DemoResult]) -> list[Path]:
    """Rewrite the expected output of every step that ran to its end; gives the files that changed.

    Elisions that still match are kept.  A command without expected output gets what it printed.

    Raises:
        QuarterdeckError: when a file can't be written; none is changed then.

    """
    edits: dict[Path, list[Edit]] = {}
    for result in results:
        for step in result.steps:
            for path, edit in _edits(step):
                edits.setdefault(path, []).append(edit)
    outputs = []
    for path, wanted in edits.items():
        before = path.read_bytes().decode("utf-8")
        after = _edited(before, wanted)
        if after != before:
            outputs.append(Output(path, after.encode()))
    write(outputs)
    return [output.path for output in outputs]


def updated_output(expected: tuple[str, ...], actual: tuple[str, ...]) -> tuple[str, ...]:
    """The expected lines as they should be now, each elision that still matches kept."""
    lines: list[str] = []
    for item in align(expected, actual):
        match item:
            case Kept(expected=line):
                lines.append(line)
            case Elided():
                lines.append(ANY_LINES)
            case Changed(actual=line) | Extra(actual=line):
                lines.append(_escaped(line))
            case Missing():
                pass
    return tuple(lines)


def _edits(step: StepResult) -> Iterator[tuple[Path, Edit]]:
    for interaction, answer in zip(step.step.interactions, step.finished.answers, strict=False):
        span = interaction.expected.span
        lines = _output_lines(interaction, answer)
        if span is not None and lines is not None:
            pad = " " * (span.column - 1)
            edit = Edit(span.line - 1, len(interaction.expected.lines), tuple(pad + line for line in lines))
            yield Path(span.file), edit


def _output_lines(interaction: Interaction, answer: Answer) -> tuple[str, ...] | None:
    """The new expected output, or None where it should stay as it is."""
    expected = interaction.expected
    if not expected.given:
        return tuple(map(_escaped, answer.lines)) or None
    new = updated_output(expected.lines, answer.lines)
    return None if new == expected.lines else new


def _escaped(line: str) -> str:
    """Output that looks like a typed line is marked as output."""
    return f"\\{line}" if line.startswith(PROMPT) else line


def _edited(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made, the last first, so that line numbers hold; its line ends are kept."""
    end = "\r\n" if "\r\n" in text else "\n"
    lines = text.split(end)
    for edit in sorted(edits, key=lambda e: e.first, reverse=True):
        lines[edit.first : edit.first + edit.count] = edit.lines
    return end.join(lines)
