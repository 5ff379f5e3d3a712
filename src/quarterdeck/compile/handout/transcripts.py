"""Demos as they are read: narration, the commands, and what they print."""

from __future__ import annotations

from collections.abc import Iterator

from quarterdeck.compile.handout.blocks import Sheet, write_blocks, write_code
from quarterdeck.compile.reveal.markup import escape
from quarterdeck.model.content import Code
from quarterdeck.model.demo import Command, Demo, ExpectedOutput, KeyPress, Step

ELISION, ANY_LINES = "[..]", "..."
"""What stands for any text and for any lines in expected output."""
TALL = 24
"""Lines from which on a transcript may be cut by the end of a page."""


def write_demo(demo: Demo, sheet: Sheet) -> str:
    """A demo as a passage of its slide."""
    return f'<div class="demo">{write_steps(demo, sheet)}</div>'


def write_steps(demo: Demo, sheet: Sheet) -> str:
    """The steps in view, and all prose between them, that before steps out of view too."""
    parts = [write_blocks(s.narration, sheet) + (_step(s, sheet) if s.in_view else "") for s in demo.steps]
    return "".join(parts) + write_blocks(demo.closing, sheet)


def _step(step: Step, sheet: Sheet) -> str:
    if step.runner is not None:
        return "".join(
            write_code(Code(i.text, step.runner, title=step.runner), sheet)
            for i in step.interactions
            if isinstance(i, Command)
        )
    lines = [line for interaction in step.interactions for line in _lines(interaction)]
    tall = " tall" if len(lines) > TALL else ""
    shown = "\n".join(lines)
    return f'<pre class="console{tall}"><code>{shown}</code></pre>'


def _lines(interaction: Command | KeyPress) -> Iterator[str]:
    match interaction:
        case Command(prompt=prompt, lines=typed):
            yield f"{_prompt(prompt)}<b>{escape(typed[0], quote=False)}</b>"
            yield from (f"{_prompt('>')}<b>{escape(line, quote=False)}</b>" for line in typed[1:])
        case KeyPress(key=key):
            yield f"<b>Ctrl-{escape(key)}</b>"
    yield from _output(interaction.expected)


def _prompt(prompt: str) -> str:
    return f"<i>{escape(prompt, quote=False)} </i>" if prompt else ""


def _output(expected: ExpectedOutput) -> Iterator[str]:
    for line in expected.lines:
        if line.strip() == ANY_LINES:
            yield "<u>⋮</u>"
        else:
            yield "<u>…</u>".join(escape(part, quote=False) for part in line.split(ELISION))
