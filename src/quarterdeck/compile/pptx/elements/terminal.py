"""The panel of a slide's demo: its output as text, pictures of the pages it opened, a link to the running show."""

from __future__ import annotations

from msgspec.structs import replace

from quarterdeck.compile.pptx.canvas import Canvas, click
from quarterdeck.compile.pptx.elements.pictures import blip_fill
from quarterdeck.compile.pptx.package.ooxml import attribute, centipoints, extent, text
from quarterdeck.compile.pptx.shape import RECTANGLE, drawn, geometry, group, properties, rounded_top, text_box
from quarterdeck.compile.pptx.text_style import line_spacing, typeface
from quarterdeck.model.content import WebLink
from quarterdeck.model.placed import (
    ADDRESS,
    ADDRESS_GROUND,
    ADDRESS_TEXT,
    BAR_TEXT,
    PlacedPage,
    PlacedScreen,
    PlacedTerminal,
    TerminalRun,
)
from quarterdeck.model.theme import Box

CORNER = 10.0
"""px of the panel's corner."""
RUN_LIVE = "Run live"
PAPER = "#FFFFFF"
"""What a browser draws behind a page."""
LINK_WIDTH = 96.0
"""px reserved for the link at the right end of the bar."""


def add_terminal(canvas: Canvas, terminal: PlacedTerminal) -> None:
    """Draw the panel: the ground, the bar with the demo's title and the link, a screen for each terminal."""
    demo = canvas.production.deck.demos[terminal.demo]
    palette = canvas.production.palette
    box = terminal.box
    number = canvas.new_id()
    bar = Box(box.x, box.y, box.width, terminal.bar)
    members = [
        drawn(canvas.new_id(), "Panel", box, geometry("rounded", box, CORNER), palette.fill(terminal.background)),
    ]
    if terminal.bar:
        ground = palette.fill(canvas.colors.get("terminal-bar", terminal.background))
        members.append(drawn(canvas.new_id(), "Bar", bar, rounded_top(bar, CORNER), ground))
        members.append(_bar_text(canvas, terminal, bar, terminal.title))
        members.append(_live_link(canvas, terminal, bar))
    rule = palette.fill(canvas.colors.get("terminal-bar", terminal.color))
    members.extend(
        drawn(canvas.new_id(), "Rule", line, geometry("rectangle", line, 0.0), rule) for line in terminal.rules
    )
    members.extend(_screen(canvas, terminal, screen) for screen in terminal.screens)
    members.extend(_page(canvas, terminal, page, page.box) for page in terminal.pages if page.box)
    canvas.shapes.append(group(number, f"Demo {demo.name}", f"Terminal: {demo.title}", box, "".join(members)))


def _bar_text(canvas: Canvas, terminal: PlacedTerminal, bar: Box, title: str) -> str:
    box = Box(bar.x + terminal.padding, bar.y, bar.width - 2 * terminal.padding - LINK_WIDTH, bar.height)
    line = f"<a:p>{_bar_run(canvas, terminal.color, title, bold=True)}</a:p>"
    return text_box(canvas.new_id(), "Demo title", box, line, anchor="ctr")


def _live_link(canvas: Canvas, terminal: PlacedTerminal, bar: Box) -> str:
    """A link to the page of the show that runs this demo."""
    link = click(canvas, WebLink(canvas.production.live_url(terminal.demo)), f"Run {terminal.demo} on the stage")
    box = Box(bar.right - terminal.padding - LINK_WIDTH, bar.y, LINK_WIDTH, bar.height)
    line = f'<a:p><a:pPr algn="r"/>{_bar_run(canvas, terminal.color, RUN_LIVE, link)}</a:p>'
    return text_box(canvas.new_id(), RUN_LIVE, box, line, anchor="ctr")


def _bar_run(canvas: Canvas, color: str, words: str, link: str = "", *, bold: bool = False) -> str:
    fill = canvas.production.palette.fill(color)
    weight = ' b="1"' if bold else ""
    return (
        f'<a:r><a:rPr lang="{attribute(canvas.production.deck.lang)}" sz="{centipoints(BAR_TEXT)}"{weight}>{fill}'
        f"{typeface('body', canvas.production.theme)}{link}</a:rPr><a:t>{text(words)}</a:t></a:r>"
    )


def _page(canvas: Canvas, terminal: PlacedTerminal, page: PlacedPage, box: Box) -> str:
    """The picture of a page, under a bar with its address."""
    bar = Box(box.x, box.y, box.width, ADDRESS)
    ground = drawn(
        canvas.new_id(), "Address", bar, rounded_top(bar, CORNER), canvas.production.palette.fill(ADDRESS_GROUND)
    )
    inside = Box(bar.x + terminal.padding, bar.y, bar.width - 2 * terminal.padding, bar.height)
    line = f"<a:p>{_bar_run(canvas, ADDRESS_TEXT, page.address)}</a:p>"
    address = text_box(canvas.new_id(), "Page address", inside, line, anchor="ctr")
    room = Box(box.x, bar.bottom, box.width, box.height - ADDRESS)
    paper = drawn(canvas.new_id(), "Page", room, RECTANGLE, canvas.production.palette.fill(PAPER))
    whole = room.width * page.picture.height / page.picture.width
    below = replace(room, height=min(whole, room.height))
    crop = (0.0, 0.0, 0.0, 1 - room.height / whole) if whole > room.height else None
    blip = blip_fill(canvas.relationships, canvas.production.files.picture(page.picture), crop)
    number = canvas.new_id()
    return (
        f"{ground}{address}{paper}<p:pic><p:nvPicPr>{properties(number, f'Page {number}', f'Page at {page.address}')}"
        '<p:cNvPicPr><a:picLocks noChangeAspect="1"/></p:cNvPicPr><p:nvPr/></p:nvPicPr>'
        f"<p:blipFill>{blip}</p:blipFill><p:spPr>{extent(below)}{RECTANGLE}</p:spPr></p:pic>"
    )


def _screen(canvas: Canvas, terminal: PlacedTerminal, screen: PlacedScreen) -> str:
    """The lines of one terminal, a paragraph each."""
    theme, palette = canvas.production.theme, canvas.production.palette
    font = typeface("mono", theme)
    common = f'lang="en-US" sz="{centipoints(terminal.type.size)}"'
    start = f"<a:p><a:pPr>{line_spacing(terminal.type.line_height)}</a:pPr>"

    def look(element: str, run: TerminalRun) -> str:
        flags = "".join(
            flag
            for flag, wanted in ((' b="1"', run.bold), (' i="1"', run.italic), (' u="sng"', run.underline))
            if wanted
        )
        ground = f"<a:highlight>{palette.color(run.background)}</a:highlight>" if run.background else ""
        return f'<{element} {common}{flags} noProof="1">{palette.fill(run.color)}{ground}{font}</{element}>'

    empty = TerminalRun("", terminal.output_color)
    lines = "".join(
        start
        + "".join(f"<a:r>{look('a:rPr', run)}<a:t>{text(run.text)}</a:t></a:r>" for run in line)
        + f"{look('a:endParaRPr', empty)}</a:p>"
        for line in screen.lines or ((),)
    )
    name = "Screen" if screen is terminal.screens[0] else f"Screen {screen.terminal}"
    return text_box(canvas.new_id(), name, screen.box, lines)
