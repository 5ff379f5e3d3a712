"""A deck with one of everything, made without the source package."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image as Pixels

from quarterdeck.compile.reveal.page import Purpose, write_html
from quarterdeck.model.cast import Cast, CastEvent
from quarterdeck.model.content import (
    Align,
    Asset,
    Chart,
    Code,
    Column,
    Definition,
    DefinitionList,
    Image,
    InlineMath,
    Length,
    LineSet,
    List,
    ListItem,
    Math,
    Paragraph,
    Row,
    Run,
    Series,
    SlideLink,
    Table,
    WebLink,
)
from quarterdeck.model.deck import Deck, Layout, Slide
from quarterdeck.model.demo import Command, Demo, Step, StepKind
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place

PROMPT = "\x1b[32m$\x1b[0m "
LONG_WAIT = 20.0
"""Seconds of silence in the recording, which nobody wants to sit through again."""


def text(*runs: str | Run | InlineMath, fragment: int | None = None) -> Paragraph:
    """A paragraph."""
    return Paragraph(tuple(Run(run) if isinstance(run, str) else run for run in runs), fragment=fragment)


def picture(color: str = "#2266aa") -> Asset:
    """A PNG of one colour."""
    file = io.BytesIO()
    Pixels.new("RGB", (640, 400), color).save(file, "PNG")
    return Asset("picture.png", "image/png", file.getvalue(), 640, 400)


def demo() -> Demo:
    """A demo with three shown steps and a hidden one."""
    commands = ("echo one", "rm -rf /tmp/old", "sleep 20; echo two", "echo three")
    kinds = (StepKind.SHOWN, StepKind.HIDDEN, StepKind.SHOWN, StepKind.SHOWN)
    steps = tuple(
        Step(f"step-{index + 1}", kind, (Command("$", (command,)),))
        for index, (command, kind) in enumerate(zip(commands, kinds, strict=True))
    )
    return Demo("counting", "Counting to three", steps, Path("counting.md"), Path("counting.cast"), script_hash="1")


def cast(*, third: str = "three\r\n") -> Cast:
    """A recording of the demo: each step types its command and prints a line."""
    printed = {"step-1": "one\r\n", "step-2": "hidden\r\n", "step-3": "two\r\n", "step-4": third}
    waits = {"step-3": LONG_WAIT}
    events = [CastEvent(0.0, "o", PROMPT)]
    clock = 1.0
    for step in demo().steps:
        events.append(CastEvent(clock, "m", f"step:{step.id}"))
        command = step.interactions[0]
        assert isinstance(command, Command)
        for letter in f"{command.text}\r\n":
            clock += 0.01
            events.append(CastEvent(round(clock, 3), "o", letter))
        clock += waits.get(step.id, 0.05)
        events.append(CastEvent(round(clock, 3), "o", printed[step.id]))
        events.append(CastEvent(round(clock, 3), "m", f"end:{step.id}:passed"))
        events.append(CastEvent(round(clock, 3), "o", PROMPT))
        clock += 1.0
    return Cast("counting", "1", tuple(events))


def deck() -> Deck:
    """The deck."""
    items = List(
        (
            ListItem((text("Runs: ", Run("bold", bold=True), " ", Run("code", code=True)),)),
            ListItem((text("Nested"), List((ListItem((text("inner"),)),))), fragment=0),
            ListItem((text("Last, ", InlineMath("x^2")),), fragment=1),
        )
    )
    terms = DefinitionList((Definition((Run("Image"),), ((text("a template"),),)),))
    program = Code(
        "one = 1\ntwo = 2\nthree = 3",
        "python",
        numbers=True,
        highlights=(LineSet(((1, 1),)), LineSet(((2, 3),))),
        highlight_fragments=(0,),
    )
    table = Table(
        (Column(), Column(Align.RIGHT)),
        Row(((Run("Name"),), (Run("Size"),))),
        (Row(((Run("alpine"),), (Run("8 MB"),))), Row(((Run("nginx"),), (Run("140 MB"),)), fragment=0)),
    )
    chart = Chart("column", ("2025", "2026"), (Series("a", (1.0, 2.0)), Series("b", (2.0, 3.0))), alt="Growth")
    links = text(
        "To ", Run("the list", link=SlideLink("lists")), " or ", Run("out", link=WebLink("https://example.org/"))
    )
    again = Image(picture(), "The same again", width=Length(30, "%"))
    slides = (
        Slide("cover", Layout.TITLE, (Run("An example & more"),), {"subtitle": (text("A subtitle"),)}),
        Slide("lists", Layout.CONTENT, (Run("Lists"),), {"body": (items,)}, (text("Say <this>."),), fragments=2),
        Slide("columns", Layout.TWO_COLUMNS, (Run("Columns"),), {"left": (terms,), "right": (links,)}),
        Slide("code", Layout.CODE, (Run("Code"),), {"body": (program,)}, fragments=1),
        Slide("table", Layout.CONTENT, (Run("Table"),), {"body": (table,)}, fragments=1),
        Slide("picture", Layout.IMAGE, (Run("Picture"),), {"image": (Image(picture(), "A blue field"),)}),
        Slide("math", Layout.CONTENT, (Run("Maths"),), {"body": (Math(r"\frac{a}{b}"), again)}),
        Slide("chart", Layout.CONTENT, (Run("Chart"),), {"body": (chart,)}),
        Slide(
            "counting",
            Layout.DEMO,
            (Run("Demo"),),
            {"body": (text("Watch.", fragment=0),)},
            demo="counting",
            fragments=1,
        ),
        Slide("end", Layout.BLANK, (), {"body": (text("The end."),)}),
    )
    return Deck("example", Path(), "An example & more", slides, {"counting": demo()}, lang="en-GB", footer="A footer")


def example_page(purpose: Purpose = Purpose.FILE, recorded: Cast | None = None) -> str:
    """The deck as an HTML page."""
    theme = load_theme("harbour", Path())
    casts = {"counting": recorded or cast()}
    return write_html(deck(), place(deck(), theme, casts).slides, theme, casts, purpose)
