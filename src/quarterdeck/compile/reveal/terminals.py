"""The panel of a slide's demo.

The panel holds the demo's last screen as text: it is what is printed, and what is seen until the
page's script has put a terminal in its place.
"""

from __future__ import annotations

from quarterdeck.compile.reveal.drawing import Drawing
from quarterdeck.compile.reveal.markup import classes, escape, place, px
from quarterdeck.compile.reveal.recordings import recording
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Command, Demo
from quarterdeck.model.placed import PlacedTerminal, TerminalRun

RECORDED = '<span class="qd-badge" data-kind="recorded">Recorded</span>'

CONTINUED = "\\"
"""What a shell's line that goes on ends with."""


def draw_terminal(terminal: PlacedTerminal, drawing: Drawing) -> str:
    """The panel of a demo: a bar with its title, steps and badge, and the screen."""
    demo = drawing.deck.demos[terminal.demo]
    font = f"font:{px(terminal.screen_size)}/{px(terminal.screen_line_height)} {drawing.family('mono')}"
    style = (
        f"{place(terminal.box)};background:{terminal.background};color:{terminal.color};"
        f"--bar:{px(terminal.bar)};--pad:{px(terminal.padding)}"
    )
    data = (
        f'data-demo="{escape(demo.name)}" data-columns="{terminal.columns}" data-rows="{terminal.rows}" '
        f'data-size="{terminal.size:g}" data-line-height="{terminal.line_height:g}" '
        f'data-background="{terminal.background}" data-color="{terminal.color}"'
    )
    dots = "".join(f'<i data-step="{escape(step.id)}"></i>' for step in demo.shown_steps)
    recorded = terminal.recorded and terminal.demo in drawing.casts
    badge = RECORDED if recorded else '<span class="qd-badge" hidden></span>'
    screen = "\n".join("".join(map(_run, line)) for line in terminal.screen)
    return (
        f'<figure class="qd-terminal" {data} style="{style}">'
        f'<figcaption class="qd-bar"><span class="qd-demo-title">{escape(demo.title)}</span>'
        '<span class="qd-tabs" hidden></span>'
        f'<span class="qd-status" role="status"></span><span class="qd-dots" aria-hidden="true">{dots}</span>'
        f"{badge}</figcaption>"
        f'<div class="qd-screens"{_invitation(demo)}>'
        f'<pre class="qd-screen" style="{font}">{screen}</pre></div></figure>'
    )


def _invitation(demo: Demo) -> str:
    """The first command, which the empty panel shows until it is typed; not text, so that nobody finds it twice."""
    for step in demo.shown_steps:
        for interaction in step.interactions:
            if isinstance(interaction, Command):
                first, *more = interaction.lines
                shown = f"{first.removesuffix(CONTINUED).rstrip()} …" if more else first
                return f' data-first="{escape(shown)}"'
    return ""


def _run(run: TerminalRun) -> str:
    style = f"color:{run.color}"
    if run.background is not None:
        style += f";background:{run.background}"
    if run.bold:
        style += ";font-weight:700"
    if run.italic:
        style += ";font-style:italic"
    if run.underline:
        style += ";text-decoration:underline"
    return f'<span style="{style}">{escape(run.text, quote=False)}</span>'


def draw_steps(demo: Demo, cast: Cast | None, first: int) -> str:
    """A fragment for each step that can be played, after the slide's own, so that one key plays everything.

    ``first`` is the place of the first in the slide's order of appearance.
    """
    recorded = {step.id for step in recording(demo, cast).steps} if cast is not None else set()
    playable = [step for step in demo.shown_steps if step.id in recorded]
    return "".join(
        f"<span{classes('qd-step', 'custom', fragment=first + index)} "
        f'data-demo="{escape(demo.name)}" data-step="{escape(step.id)}"></span>'
        for index, step in enumerate(playable)
    )
