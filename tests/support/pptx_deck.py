"""A deck with everything that a PPTX can hold, and short ways to look into what becomes of it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from PIL import Image as Pixels

from quarterdeck.compile.pptx.writer import write_pptx
from quarterdeck.model.content import (
    Admonition,
    Align,
    Asset,
    Block,
    Chart,
    Code,
    Column,
    Definition,
    DefinitionList,
    Footnotes,
    Heading,
    Image,
    Inline,
    InlineMath,
    LineSet,
    List,
    ListItem,
    Math,
    Media,
    Paragraph,
    Quote,
    Row,
    Run,
    Series,
    SlideLink,
    Table,
    WebLink,
)
from quarterdeck.model.deck import Background, Deck, Layout, Slide
from quarterdeck.model.demo import Command, Demo, ExpectedOutput, Step, StepKind
from quarterdeck.theme.file import load_theme
from quarterdeck.theme.placement.place import place
from support.ooxml_lint import A, Element, Pptx

SHOW_URL = "http://127.0.0.1:7777"
VECTOR = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="200" viewBox="0 0 400 200">'
    b'<rect width="400" height="200" fill="#1C6A86"/>'
    b'<text x="200" y="110" font-family="Arial" font-size="40" fill="white" text-anchor="middle">Container</text></svg>'
)


def words(*parts: str | Inline, fragment: int | None = None) -> Paragraph:
    """A paragraph."""
    return Paragraph(tuple(Run(part) if isinstance(part, str) else part for part in parts), fragment=fragment)


def bullets(*items: str, ordered: bool = False, start: int = 1, delimiter: str = ".") -> List:
    """A list."""
    return List(tuple(ListItem((words(item),)) for item in items), ordered=ordered, start=start, delimiter=delimiter)


def raster(kind: str = "PNG", color: str = "teal", size: tuple[int, int] = (40, 30)) -> Asset:
    """A picture of one colour."""
    file = io.BytesIO()
    Pixels.new("RGB", size, color).save(file, kind)
    return Asset(f"picture.{kind.lower()}", f"image/{kind.lower()}", file.getvalue(), *map(float, size))


def vector() -> Asset:
    """A drawing with a word in it."""
    return Asset("drawing.svg", "image/svg+xml", VECTOR, 400, 200)


def video() -> Asset:
    """What begins like an MP4."""
    return Asset("film.mp4", "video/mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(64), 640, 360)


def sound() -> Asset:
    """What begins like an MP3."""
    return Asset("sound.mp3", "audio/mpeg", b"ID3" + bytes(64))


def demo() -> Demo:
    """A demo of one step."""
    command = Command("$", ("docker run --detach nginx:1.22",), ExpectedOutput(("started",), given=True))
    steps = (Step("step-1", StepKind.SHOWN, (command,)),)
    return Demo("publish port", "Publishing a port", steps, Path("publish port.md"), Path("publish port.cast"))


def sized_table(*fragments: int | None) -> Table:
    """A table with a row for each fragment."""
    rows = tuple(
        Row(((Run(f"row {place}"),), (Run("1 MB", bold=True),)), fragment=fragment)
        for place, fragment in enumerate(fragments)
    )
    return Table((Column(), Column(Align.RIGHT)), Row(((Run("Name"),), (Run("Size"),))), rows)


def program(*highlights: tuple[int, int]) -> Code:
    """Code with line numbers, and a step for each of the stretches of lines."""
    return Code(
        "import os\n\nprint(os.getcwd())",
        "python",
        numbers=True,
        highlights=tuple(LineSet((lines,)) for lines in highlights),
        highlight_fragments=tuple(range(len(highlights) - 1)),
    )


def slide(*body: Block, id_: str = "one", title: str = "A title", layout: Layout = Layout.CONTENT) -> Slide:
    """A slide with something in its body."""
    return Slide(id_, layout, (Run(title),), {"body": body})


def deck_of(*slides: Slide, demos: Mapping[str, Demo] | None = None) -> Deck:
    """A deck."""
    return Deck("talk", Path(), "A talk", slides, demos or {}, lang="en-GB")


def built(deck: Deck, theme: str = "harbour") -> bytes:
    """The deck's PPTX."""
    loaded = load_theme(theme, Path())
    return write_pptx(deck, place(deck, loaded, {}).slides, loaded, show_url=SHOW_URL)


def opened(*slides: Slide) -> Pptx:
    """The parts of a deck of some slides."""
    return Pptx(built(deck_of(*slides)))


def first_slide(*body: Block) -> Element:
    """The only slide of a deck, with something in its body."""
    return opened(slide(*body)).xml("ppt/slides/slide1.xml")


def texts(root: Element) -> list[str]:
    """The text of each paragraph that isn't empty."""
    paragraphs = ("".join(t.text or "" for t in p.iter(f"{A}t")) for p in root.iter(f"{A}p"))
    return [text for text in paragraphs if text]


def everything() -> Deck:
    """One of everything."""
    rich = words(
        Run("bold", bold=True),
        Run("italic", italic=True),
        Run("struck", strike=True),
        Run("code", code=True),
        Run("accent", classes=("accent",)),
        Run("2", superscript=True),
        Run("3", subscript=True),
        Run("out", link=WebLink("https://example.org/?a=1&b=2"), link_title="Away"),
        Run("across", link=SlideLink("table")),
        " & <plain> \x0b text",
    )
    nested = List(
        (
            ListItem((words("First"), List((ListItem((words("Nested"),)),))), fragment=0),
            ListItem((words("Second"),), fragment=1),
            ListItem((words("Done"),), checked=True),
        )
    )
    terms = DefinitionList((Definition((Run("Image"),), ((words("a template"),),)),))
    said = Quote((words("Simple things should be simple."),), (Run("Alan Kay"),))
    careful = Admonition("warning", (Run("Careful"),), (words("Ports are public."),))
    formula = Math(r"\sum_{i=0}^{n} \frac{x_i^2}{\sqrt{1+\alpha}} \le \int_0^1 f(x)\,dx", fragment=0)
    notes = (words("Say ", Run("this", bold=True), "."), bullets("one", "two"), Code("docker ps", "sh"))

    def chart(kind: str, *series: Series) -> Chart:
        return Chart(kind, ("1", "2.5", "7"), series or (Series("a", (1, 2, 3)),), title=kind, alt=f"A {kind}")

    two = (Series("a", (1.0, None, 3.0)), Series("b", (-2.0, 2.5, 1.0)))
    slides = (
        Slide("cover", Layout.TITLE, (Run("A talk"),), {"subtitle": (words("A subtitle"),)}, notes),
        Slide("first", Layout.SECTION, (Run("First part"),)),
        Slide(
            "text", Layout.CONTENT, (Run("Text"),), {"body": (rich, Heading(2, (Run("Below"),)), nested)}, fragments=2
        ),
        Slide("numbers", Layout.CONTENT, (Run("Numbers"),), {"body": (bullets("a", "b", ordered=True, start=3),)}),
        Slide("table", Layout.CONTENT, (Run("Table"),), {"body": (sized_table(None, 0, 0, 1),)}, fragments=2),
        Slide("code", Layout.CODE, (Run("Code"),), {"body": (program((1, 1), (3, 3)),)}, fragments=1),
        Slide(
            "columns", Layout.TWO_COLUMNS, (Run("Columns"),), {"left": (program(),), "right": (Image(vector(), "V"),)}
        ),
        Slide(
            "compared",
            Layout.COMPARISON,
            (Run("Compared"),),
            {
                "left-heading": (words("VMs"),),
                "left": (bullets("heavy"),),
                "right-heading": (words("Containers"),),
                "right": (terms,),
            },
            transition="fade",
        ),
        Slide(
            "picture",
            Layout.IMAGE,
            (Run("Picture"),),
            {"image": (Image(raster(), "A field", crop=(0.1, 0, 0.1, 0)),), "caption": (words("Teal"),)},
        ),
        Slide("quote", Layout.QUOTE, (Run("Quote"),), {"quote": (said,), "attribution": (words("Alan Kay"),)}),
        Slide("demo", Layout.DEMO, (Run("Demo"),), {"body": (words("Watch."),)}, notes, demo="publish port"),
        Slide("second", Layout.SECTION, (Run("Second part"),), background=Background(color="#225544")),
        Slide(
            "maths", Layout.CONTENT, (Run("Maths"),), {"body": (words("So ", InlineMath("e^x")), formula)}, fragments=1
        ),
        Slide("charts", Layout.TWO_COLUMNS, (Run("1"),), {"left": (chart("column", *two),), "right": (chart("pie"),)}),
        Slide(
            "more", Layout.TWO_COLUMNS, (Run("2"),), {"left": (chart("line", *two),), "right": (chart("bar", *two),)}
        ),
        Slide("most", Layout.TWO_COLUMNS, (Run("3"),), {"left": (chart("area"),), "right": (chart("scatter"),)}),
        Slide("ring", Layout.CONTENT, (Run("4"),), {"body": (chart("doughnut"),)}),
        Slide(
            "media",
            Layout.TWO_COLUMNS,
            (Run("Media"),),
            {
                "left": (Media(video(), "A film", autoplay=True, loop=True),),
                "right": (Media(sound(), "A sound", fragment=0),),
            },
            fragments=1,
        ),
        Slide(
            "ground",
            Layout.CONTENT,
            (Run("Ground"),),
            {"body": (careful, words("مرحبا بالعالم"), words("日本語 🙂"), Footnotes(((Run("A note"),),)))},
            background=Background(image=raster("WEBP", "navy", (128, 72))),
        ),
        Slide("hidden", Layout.BLANK, (), {"body": (Image(raster("GIF"), ""),)}, hidden=True),
    )
    demos = {"publish port": demo()}
    return Deck(
        "talk",
        Path(),
        "A talk & more",
        slides,
        demos,
        subtitle="Sub",
        author="Me",
        date="2026-11-23",
        lang="en-GB",
        footer="Footer & co",
    )
