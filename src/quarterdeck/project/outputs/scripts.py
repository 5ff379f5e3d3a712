"""Demo scripts as outputs hold them: for attendees, without solutions and comments; in handouts, with recorded output.

An attendee's script is written from the steps that stay.  Cutting the others out instead would leak what the
cutting forgot; a search finds solutions that leak all the same.

A transcript elides what differs from run to run; on paper these numbers are what a slide was about.  Elided text comes
from the recording, and so does the output of a command of which the transcript has none.  Many elided lines stay
elided: nobody reads them.
"""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import yaml
from msgspec.structs import replace

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.model.cast import Cast, CastEvent, event_code
from quarterdeck.model.content import plain_text
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import (
    ANY_LINES,
    Command,
    Demo,
    ExpectedOutput,
    Interaction,
    Keys,
    Step,
    StepKind,
    prompt_pattern,
)
from quarterdeck.project.project import Project
from quarterdeck.source.demos.script import script_hash
from quarterdeck.source.markdown.separators import split_front_matter, without_comments
from quarterdeck.stage.shell.marks import PROMPT
from quarterdeck.stage.steps.expectation import Elided, Same, align, output_matches
from quarterdeck.terminal.screenshot import text_lines
from quarterdeck.text.passage import Passage
from quarterdeck.text.yaml import parse_yaml, plain_value

_KEPT = (StepKind.SETUP, StepKind.VERIFY, StepKind.CLEANUP)
_WIDTH = 110
NO_PAGES: Mapping[str, int] = {}
FEW = 6
"""Elided lines that are shown."""
MOST = 12
"""Lines of a command's output that are shown where its transcript has none."""


def attendees_script(demo: Demo) -> str:
    """The script of a demo for attendees: of an exercise, only task, hints, setup, checks and cleanup.

    Comments are removed, including those in YAML; of an exercise all prose too, since it explains the solution.
    """
    whole = Passage.of_file(demo.path.read_text("utf-8-sig").replace("\r\n", "\n"), str(demo.path))
    matter, body = split_front_matter(whole, Diagnostics(), "the front matter")
    text = _exercise_steps(demo, whole) if demo.is_exercise else without_comments(body, Diagnostics()).text.text
    head = f"---\n{_plain(matter)}---\n" if matter is not None else ""
    return head + text.strip("\n") + "\n"


def _exercise_steps(exercise: Demo, script: Passage) -> str:
    """The source of the steps that are not part of the solution."""
    kept = []
    for step in exercise.steps:
        if step.kind in _KEPT and step.span is not None:
            opening = script.lines[step.span.line - 1].strip()
            marks = opening[: len(opening) - len(opening.lstrip(opening[0]))]
            kept.append(f"{opening}\n{step.source}{marks}")
    return "\n\n".join(kept)


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block, which is easy to read."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def _plain(matter: Passage) -> str:
    """The same YAML values without comments."""
    node = parse_yaml(matter, "the front matter", Diagnostics())
    if node is None:
        return ""
    return yaml.dump(plain_value(node), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def script_place(demo: Demo) -> Path:
    """The path of a script in a folder of demos: ``NAME.md``, or ``NAME/demo.md`` if the demo has files."""
    return Path(demo.name, "demo.md") if demo.files is not None else Path(f"{demo.name}.md")


_ATTENDEES = (StepKind.SETUP, StepKind.VERIFY, StepKind.CLEANUP)


def without_solution(exercise: Demo) -> Demo:
    """The exercise as it runs for an attendee: setup, checks and cleanup, without the author's narration."""
    steps = tuple(replace(step, narration=()) for step in exercise.steps if step.kind in _ATTENDEES)
    kept = replace(exercise, steps=steps, closing=())
    return replace(kept, script_hash=script_hash(kept))


SHORTEST = 12
"""The length of the shortest command that counts as part of a solution; ``docker ps`` doesn't."""
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


def held_back(exercises: Iterable[Demo]) -> dict[str, str]:
    """The lines of all solutions, each with the name of its exercise, except those in its task, hints or checks."""
    held: dict[str, str] = {}
    for exercise in exercises:
        told = _SPACE.sub(" ", " ".join(_texts((exercise.task, *exercise.hints))))
        checks = {line for check in exercise.checks for i in check.interactions for line in _lines(i)}
        for step in exercise.shown_steps:
            for interaction in step.interactions:
                for line in _lines(interaction):
                    if len(line) >= SHORTEST and line not in told and line not in checks:
                        held[line] = exercise.name
    return held


def leaks(files: Mapping[str, bytes], held: Mapping[str, str], shown: Iterable[Demo]) -> list[tuple[str, str]]:
    """The files that contain a line of a solution, each with the exercise's name; archives are searched too.

    ``held`` is what :func:`held_back` returns; ``shown`` are demos that attendees see, whose commands are not secret.
    """
    public = {line for demo in shown for step in demo.steps for i in step.interactions for line in _lines(i)}
    secret = {line: name for line, name in held.items() if line not in public}
    found: dict[tuple[str, str], None] = {}
    for file, data in _opened(files):
        text = data.decode("utf-8", "replace")
        read = (text, html.unescape(_TAG.sub("", text)))
        for line, name in secret.items():
            if any(line in version for version in read):
                found[file, name] = None
    return list(found)


def _opened(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    for name, data in files.items():
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from _opened({f"{name}/{inner}": archive.read(inner) for inner in archive.namelist()})
        else:
            yield name, data


def _lines(interaction: object) -> Iterator[str]:
    if isinstance(interaction, Keys):
        yield from (stripped for key in interaction.keys if not key.name and (stripped := key.sends.strip()))
    if isinstance(interaction, Command):
        yield from (stripped for line in interaction.lines if (stripped := line.strip().rstrip("\\").strip()))


def _texts(blocks: object) -> Iterator[str]:
    """The text of blocks, including nested ones."""
    if isinstance(blocks, tuple | list):
        for block in blocks:
            yield from _texts(block)
        return
    if inlines := getattr(blocks, "inlines", None):
        yield plain_text(inlines)
    if isinstance(text := getattr(blocks, "text", None), str):
        yield text
    for inner in ("blocks", "items"):
        yield from _texts(getattr(blocks, inner, ()))


def handout_page(project: Project, *, paper: str = "", pages: Mapping[str, int] = NO_PAGES) -> str:
    """The handout of a deck with its recordings; ``paper`` and ``pages`` are those of ``write_handout``."""
    from quarterdeck.compile.handout.document import write_handout

    deck = recorded_deck(project.deck, project.casts)
    pictures = {name: cast.pictures for name, cast in project.casts.items()}
    return write_handout(deck, project.theme, pictures, paper=paper, pages=pages)


def recorded_deck(deck: Deck, casts: Mapping[str, Cast]) -> Deck:
    """The deck with the output of recordings in its transcripts; those of stale recordings stay as they are."""

    def all_recorded(demos: Mapping[str, Demo]) -> dict[str, Demo]:
        return {name: recorded_demo(demo, casts[name]) if name in casts else demo for name, demo in demos.items()}

    return replace(deck, demos=all_recorded(deck.demos), exercises=all_recorded(deck.exercises))


def recorded_demo(demo: Demo, cast: Cast) -> Demo:
    """A demo with its recorded output."""
    if cast.script_hash != demo.script_hash:
        return demo
    events = dict(cast.steps())
    steps = (_recorded(step, events[step.id], cast) if step.id in events else step for step in demo.steps)
    return replace(demo, steps=tuple(steps))


def _recorded(step: Step, events: Sequence[CastEvent], cast: Cast) -> Step:
    if any(isinstance(interaction, Keys) for interaction in step.interactions):
        return step  # a full-screen program's output is no text to read
    interactions: list[Interaction] = []
    prompts = [i.prompt for i in step.interactions[1:]] + [""]
    outputs = _outputs(step, events)
    for interaction, prompt in zip(step.interactions, prompts, strict=True):
        printed = next(outputs, None)
        if printed is None:
            return step
        lines = _printed_lines(printed, (interaction.prompt, prompt), cast)
        interactions.append(replace(interaction, expected=_filled(interaction.expected, lines)))
    return replace(step, interactions=tuple(interactions))


def _outputs(step: Step, events: Sequence[CastEvent]) -> Iterator[str]:
    """What each interaction of a step printed, the echo of what was typed left out.

    Every line of a command was typed by itself; ends early where the recording has less than that.
    """
    typed, printed = event_code("i", step.terminal), event_code("o", step.terminal)
    parts: list[str] = []
    for event in events:
        if event.code == typed:
            parts.append("")
        elif event.code == printed and parts:
            parts[-1] += event.data
    for interaction in step.interactions:
        count = len(interaction.lines) if isinstance(interaction, Command) else 1
        own, parts = parts[:count], parts[count:]
        if len(own) < count:
            return
        yield own[-1].partition("\n")[2]


def _printed_lines(printed: str, prompts: Sequence[str], cast: Cast) -> list[str]:
    """The lines a reader saw, without the prompt after them: the shell's, or one of ``prompts``."""
    lines = text_lines(printed.removesuffix(PROMPT), cast.columns, cast.rows)
    if lines and any(prompt and re.fullmatch(prompt_pattern(prompt), lines[-1]) for prompt in prompts):
        lines.pop()
    return lines


def _filled(expected: ExpectedOutput, actual: Sequence[str]) -> ExpectedOutput:
    """The expected output with the real one in place of what is elided."""
    if not expected.given:
        shown = tuple(actual) if len(actual) <= MOST else (*actual[: MOST - 1], ANY_LINES)
        return replace(expected, lines=shown, given=bool(actual))
    if not output_matches(expected.lines, actual):
        return expected
    lines: list[str] = []
    for item in align(expected.lines, actual):
        match item:
            case Same(actual=line):
                lines.append(line)
            case Elided(actual=some):
                lines += some if len(some) <= FEW else [ANY_LINES]
            case _:
                return expected
    return replace(expected, lines=tuple(lines))
