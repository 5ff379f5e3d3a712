"""Transcripts with what their recordings printed: what a handout shows of a demo.

A transcript elides what differs from run to run; on paper these numbers are what a slide was about.  Elided text comes
from the recording, and so does the output of a command of which the transcript has none.  Many elided lines stay
elided: nobody reads them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from quarterdeck.compile.handout.document import NO_PAGES, write_handout
from quarterdeck.model.cast import Cast, CastEvent, event_code
from quarterdeck.model.deck import Deck
from quarterdeck.model.demo import ANY_LINES, Command, Demo, ExpectedOutput, Interaction, Step, prompt_pattern
from quarterdeck.project.project import Project
from quarterdeck.stage.shell.marks import PROMPT
from quarterdeck.stage.steps.expectation import Elided, Same, align, output_matches
from quarterdeck.terminal.screenshot import text_lines

FEW = 6
"""Elided lines that are shown."""
MOST = 12
"""Lines of a command's output that are shown where its transcript has none."""


def handout_page(project: Project, *, paper: str = "", pages: Mapping[str, int] = NO_PAGES) -> str:
    """The handout of a deck with its recordings; ``paper`` and ``pages`` are those of ``write_handout``."""
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
    interactions: list[Interaction] = []
    prompts = [i.prompt for i in step.interactions[1:]] + [""]
    outputs = _outputs(step, events)
    for interaction, prompt in zip(step.interactions, prompts, strict=True):
        printed = next(outputs, None)
        if printed is None:
            return step
        lines = _lines(printed, (interaction.prompt, prompt), cast)
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


def _lines(printed: str, prompts: Sequence[str], cast: Cast) -> list[str]:
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
