"""The panel of a slide's demo.

The panel holds the demo's last screen as text, for print and until the page's script replaces it by a terminal.
"""

from __future__ import annotations

import json

from msgspec import Struct, field

from quarterdeck.compile.html.markup import classes, escape, place, px
from quarterdeck.compile.html.pictures import DrawingContext
from quarterdeck.model.cast import Cast
from quarterdeck.model.demo import Command, Demo, last_pages
from quarterdeck.model.placed import PlacedPage, PlacedScreen, PlacedTerminal, TerminalRun
from quarterdeck.model.theme import Box


class RecordedStep(Struct):
    """The output of one shown step."""

    id: str
    outcome: str = ""
    events: list[tuple[float, int, str]] = field(default_factory=list)
    """Seconds since the step began, the terminal from 1, and output."""


class Recording(Struct):
    """A cast as the page plays it."""

    columns: int
    rows: int
    before: list[tuple[int, str]] = field(default_factory=list)
    """The output of each terminal before the first step: its prompt."""
    steps: list[RecordedStep] = field(default_factory=list)


def recording(demo: Demo, cast: Cast) -> Recording:
    """Sort a cast's output by the steps of its demo that are shown.

    Output after the end of a step, such as the next prompt, belongs to it.  Steps out of view are left out
    with what follows them, and so are steps that the demo no longer has.
    """
    shown = {step.id for step in demo.shown_steps}
    result = Recording(cast.columns, cast.rows)
    cast = cast.emphasized()
    current: RecordedStep | None = None
    began = 0.0
    hidden = False
    for event in cast.events:
        if event.code == "m" and event.data.startswith("step:"):
            step = event.data.removeprefix("step:")
            hidden = step not in shown
            if not hidden:
                current, began = RecordedStep(step), event.time
                result.steps.append(current)
        elif event.code == "m" and event.data.startswith("end:"):
            if current is not None and not hidden:
                current.outcome = event.data.rpartition(":")[2]
        elif (terminal := _terminal(event.code)) is not None and not hidden:
            if current is None:
                result.before.append((terminal, event.data))
            else:
                current.events.append((round(event.time - began, 3), terminal, event.data))
    return result


def _terminal(code: str) -> int | None:
    """The terminal that an event's output goes to: ``o`` is the first, ``o2`` the second; None for other events."""
    number = code.removeprefix("o")
    if number == code or not (number == "" or number.isdecimal()):
        return None
    return int(number or 1)


def embed_recording(demo: Demo, cast: Cast) -> str:
    """A recording as data of the page."""
    recorded = recording(demo, cast)
    opening = {step.id: step.open_url or "" for step in demo.shown_steps if step.id in cast.pictures}
    ids = [step.id for step in recorded.steps]
    opened = [(opening[id_], (id_, opening[id_])) for id_ in ids if id_ in opening]
    data = {
        "demo": demo.name,
        "columns": recorded.columns,
        "rows": recorded.rows,
        "before": recorded.before,
        "steps": [
            {
                "id": step.id,
                "outcome": step.outcome,
                "events": step.events,
                "pages": last_pages(page for page in opened if page[1][0] in ids[: place + 1]),
            }
            for place, step in enumerate(recorded.steps)
        ],
    }
    return (
        f'<script type="application/json" class="qd-cast" data-demo="{escape(demo.name)}">{script_json(data)}</script>'
    )


def script_json(data: object) -> str:
    """JSON for a ``script`` element: nothing in it ends the element or opens a comment."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


RECORDED = '<span class="qd-badge" data-kind="recorded">Recorded</span>'

CONTINUED = "\\"
"""The end of a shell's line that continues on the next."""


def draw_terminal(terminal: PlacedTerminal, drawing: DrawingContext) -> str:
    """The panel of a demo: a bar with its title, steps and badge, and a screen for each terminal."""
    demo = drawing.deck.demos[terminal.demo]
    style = (
        f"{place(terminal.box)};background:{terminal.background};color:{terminal.color};"
        f"--bar:{px(terminal.bar)};--pad:{px(terminal.padding)}"
    )
    levels = [[t.size, t.line_height, t.columns, t.rows] for t in (terminal.type, *terminal.larger)]
    data = (
        f'data-demo="{escape(demo.name)}" data-types="{escape(script_json(levels))}" '
        f'data-background="{terminal.background}" data-color="{terminal.output_color}"'
    )
    dots = "".join(f'<i data-step="{escape(step.id)}"></i>' for step in demo.shown_steps)
    recorded = terminal.recorded and terminal.demo in drawing.casts
    badge = RECORDED if recorded else '<span class="qd-badge" hidden></span>'
    screens = "".join(_screen(screen, terminal, drawing) for screen in terminal.screens)
    rules = "".join(f'<i class="qd-rule" style="{_shares(rule, terminal)}"></i>' for rule in terminal.rules)
    if terminal.page_count:
        data += f' data-pages="{terminal.page_count}"'
    return (
        f'<figure class="qd-terminal" {data} style="{style}">'
        f'<figcaption class="qd-bar"><span class="qd-demo-title">{escape(terminal.title)}</span>'
        '<span class="qd-tabs" hidden></span>'
        f'<span class="qd-status" role="status"></span><span class="qd-dots" aria-hidden="true">{dots}</span>'
        f"{badge}</figcaption>"
        f'<div class="qd-screens"{_invitation(demo)}>{screens}{rules}</div>'
        f"{_pages(terminal, drawing)}</figure>"
    )


def _pages(terminal: PlacedTerminal, drawing: DrawingContext) -> str:
    """The pictures of pages: those shown at the end in their places, the others out of view for the page's script."""
    last = "".join(_page(page, drawing) for page in terminal.pages if page.box)
    others = "".join(_picture(page, drawing) for page in terminal.pages if not page.box)
    count = f' style="--count:{terminal.page_count}"' if terminal.page_count > 1 else ""
    shown = f'<div class="qd-pages qd-at-end"{count}>{last}</div>' if last else ""
    return f"{shown}<div hidden>{others}</div>" if others else shown


def _page(page: PlacedPage, drawing: DrawingContext) -> str:
    return f'<div class="qd-page"><div class="qd-address">{escape(page.address)}</div>{_picture(page, drawing)}</div>'


def _picture(page: PlacedPage, drawing: DrawingContext) -> str:
    return (
        f'<img {drawing.pictures.attributes(page.picture)} alt="{escape(f"Page at {page.address}")}" '
        f'data-step="{escape(page.step)}">'
    )


def _screen(screen: PlacedScreen, terminal: PlacedTerminal, drawing: DrawingContext) -> str:
    """One terminal, as text until the page's script puts a live one in its place."""
    font = f"font:{px(terminal.type.size)}/{px(terminal.type.line_height)} {drawing.family('mono')}"
    lines = "\n".join("".join(map(_run, line)) for line in screen.lines)
    return (
        f'<div class="qd-room" data-terminal="{screen.terminal}" style="{_shares(screen.box, terminal)}">'
        f'<pre class="qd-screen" style="{font};color:{terminal.output_color}">{lines}</pre></div>'
    )


def _shares(box: Box, terminal: PlacedTerminal) -> str:
    """A place in shares of the room for all terminals, so that it holds when the panel takes the whole slide."""
    left, top = terminal.box.x + terminal.padding, terminal.box.y + terminal.bar + terminal.padding
    width = terminal.box.width - 2 * terminal.padding
    height = terminal.box.height - terminal.bar - 2 * terminal.padding
    shares = ((box.x - left) / width, (box.y - top) / height, box.width / width, box.height / height)
    return ";".join(
        f"{name}:{share:.4%}" for name, share in zip(("left", "top", "width", "height"), shares, strict=True)
    )


def _invitation(demo: Demo) -> str:
    """The first command, shown in the empty panel until it is typed; an attribute, so that no search finds it."""
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
