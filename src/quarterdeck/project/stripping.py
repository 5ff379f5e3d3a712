"""Demo scripts as attendees get them: without solutions, and without anything an author wrote for other authors."""

from __future__ import annotations

from pathlib import Path

import yaml

from quarterdeck.diagnostics import Diagnostics
from quarterdeck.model.demo import Demo, StepKind
from quarterdeck.source.markdown.comments import without_comments
from quarterdeck.text.passage import Passage
from quarterdeck.source.markdown.separators import split_front_matter
from quarterdeck.text.yaml import compose, plain_value

_KEPT = (StepKind.SETUP, StepKind.VERIFY, StepKind.CLEANUP)
_WIDTH = 110


def attendees_script(demo: Demo) -> str:
    """The script of a demo that can be read: an exercise's keeps its task, its hints, and what prepares and checks.

    Comments go, those of YAML too; of an exercise also all prose, which explains the solution.
    """
    whole = Passage.of_file(demo.path.read_text("utf-8-sig").replace("\r\n", "\n"), str(demo.path))
    matter, body = split_front_matter(whole, Diagnostics(), "the front matter")
    text = _exercise_steps(demo, whole) if demo.is_exercise else without_comments(body, Diagnostics()).text.text
    head = f"---\n{_plain(matter.text)}---\n" if matter is not None else ""
    return head + text.strip("\n") + "\n"


def _exercise_steps(exercise: Demo, script: Passage) -> str:
    """The steps that are no part of the solution, each as it is written."""
    kept = []
    for step in exercise.steps:
        if step.kind in _KEPT and step.span is not None:
            opening = script.lines[step.span.line - 1].strip()
            marks = opening[: len(opening) - len(opening.lstrip(opening[0]))]
            kept.append(f"{opening}\n{step.source}{marks}")
    return "\n\n".join(kept)


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as they are read."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def _plain(matter: str) -> str:
    """YAML with the same values, without its comments."""
    node = compose(matter)
    if node is None:
        return ""
    return yaml.dump(plain_value(node), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def script_place(demo: Demo) -> Path:
    """Where the script stands among others, by the demo's name: ``NAME.md``, or ``NAME/demo.md`` with its files."""
    return Path(demo.name, "demo.md") if demo.files is not None else Path(f"{demo.name}.md")
