"""Reads PowerPoint files: text, notes, pictures, tables and charts, by placeholder and position.

Source of the format: ECMA-376, parts PresentationML and DrawingML; read with python-pptx.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from quarterdeck.compile.pptx.package.ooxml import COMPATIBILITY, MATH
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.text.source_file import presentable, shown_path
from quarterdeck.workshop.imports.foreign import (
    ForeignLine,
    Losses,
    NewDeck,
    NewSlide,
    Pictures,
)
from quarterdeck.workshop.imports.markdown import add_notes
from quarterdeck.workshop.imports.paragraphs import (
    escaped,
    frame_lines,
    is_bulleted,
    one_line,
    table_lines,
    table_row,
)

_PICTURES = frozenset({"png", "jpg", "jpeg", "gif", "webp", "bmp", "tiff", "svg"})
_TITLES = frozenset({"TITLE", "CENTER_TITLE", "VERTICAL_TITLE"})
_BODIES = frozenset({"BODY", "OBJECT", "VERTICAL_BODY"})
_FURNITURE = frozenset({"DATE", "FOOTER", "SLIDE_NUMBER", "HEADER"})
_CHARTS = {"BAR": "bar", "COLUMN": "column", "LINE": "line", "PIE": "pie", "DOUGHNUT": "doughnut", "AREA": "area"}
SUFFIXES = frozenset({".pptx", ".pptm", ".potx", ".potm", ".ppsx", ".ppsm"})
"""Presentations, templates and slide shows, each with or without macros."""
MAIN_CONTENT_TYPES = tuple(
    f"application/vnd.{kind}.main+xml"
    for kind in (
        "openxmlformats-officedocument.presentationml.template",
        "openxmlformats-officedocument.presentationml.slideshow",
        "ms-powerpoint.template.macroEnabled",
        "ms-powerpoint.slideshow.macroEnabled",
    )
)
"""The main parts that python-pptx doesn't know as presentations (ECMA-376 part 1, 13.3.6; MS-OFFMACRO2)."""
_DECORATIVE = ".//*[local-name()='decorative'][@val='1' or @val='true']"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_M = f"{{{MATH}}}"
_MC = f"{{{COMPATIBILITY}}}"
_OWN_SHAPE = re.compile(
    r"(?P<kind>Code title|Code|Line numbers|Formula|Run live)(?: \((?P<language>[^()]*)\))?(?: \d+)?"
)
"""The names that our own writer gives to shapes."""
_OWN_LAYOUTS = frozenset({"two-columns", "comparison", "statement", "quote", "closing", "image", "code"})
"""Layouts of ours that an import finds again by their names."""
_OWN_FURNITURE = frozenset({"Eyebrow", "Byline", "Part"})
"""Placeholders that our own slides have for what a deck says elsewhere: its sections, its author."""
_P14_SECTION = "{http://schemas.microsoft.com/office/powerpoint/2010/main}section"


@dataclass(frozen=True, slots=True)
class PlacedItem:
    """An item on a slide as Markdown, and its position in EMU."""

    texts: tuple[str, ...]
    left: int
    right: int
    top: int


def read_powerpoint(path: Path, deck: NewDeck, losses: Losses) -> None:
    """Fill ``deck`` from a PowerPoint file.

    Raises:
        QuarterdeckError: when it can't be read.

    """
    name = shown_path(path)
    try:
        presentation = opened(path)
        slides = list(presentation.slides)
    except Exception as error:  # noqa: BLE001  # python-pptx passes on whatever zip, XML and its own parts raise
        raise QuarterdeckError.of(
            f"{name} is not a readable PowerPoint file: {error}",
            hint="open it in PowerPoint or LibreOffice, and save it as .pptx",
            code="unreadable-file",
        ) from None
    properties = presentation.core_properties
    for key, value in (("title", properties.title), ("author", properties.author)):
        if value and value.strip() and value != "PowerPoint Presentation":
            deck.front[key] = presentable(value.strip())
    if presentation.part._element.findall(f".//{_P14_SECTION}"):
        losses.report(
            "the sections of the file were left out",
            ForeignLine("", f"{name}#sections", 1),
            "in a deck, slides with 'layout: section' start sections",
        )
    deck.is_theme = not any(slide._element.cSld.get("name") for slide in slides)  # ours have names, and our themes
    for number, slide in enumerate(slides, 1):
        at = ForeignLine("", f"{name}#slide={number}", 1)
        deck.slides.append(read_slide(slide, at, presentation.slide_width, deck, losses))


def read_slide(slide: Any, at: ForeignLine, width: int, deck: NewDeck, losses: Losses) -> NewSlide:
    """One slide of python-pptx, converted; its pictures go into ``deck``.  ``width`` is that of slides, in EMU."""
    return _SlideReader(slide, at, width, deck, losses).read()


def opened(file: Path | BinaryIO) -> Any:
    """The file as python-pptx's ``Presentation``; raises whatever that raises.

    python-pptx itself refuses templates and slide shows, which differ from a PPTX in one content type.
    """
    from pptx.opc.package import PartFactory
    from pptx.package import Package
    from pptx.parts.presentation import PresentationPart

    for kind in MAIN_CONTENT_TYPES:
        PartFactory.part_type_for.setdefault(kind, PresentationPart)
    main = Package.open(str(file) if isinstance(file, Path) else file).main_document_part
    if not isinstance(main, PresentationPart):
        raise ValueError(f"its main part is '{main.content_type}'")
    return main.presentation


def _as_shown(data: bytes, sides: Sequence[float], degrees: float) -> bytes | None:
    """A picture cropped by shares of its sides, from the left, and turned clockwise; None if it can't be read."""
    from PIL import Image, UnidentifiedImageError

    buffer = io.BytesIO()
    left, top, right, bottom = sides
    try:
        with Image.open(io.BytesIO(data)) as image:
            wide, high = image.size
            places = (wide * left, high * top, wide * (1 - right), high * (1 - bottom))
            cropped = image.convert("RGBA").crop(tuple(map(round, places)))  # type: ignore[arg-type]  # four numbers
            turned = cropped.rotate(-degrees, Image.Resampling.BICUBIC, expand=True) if degrees else cropped
            turned.save(buffer, "PNG")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return buffer.getvalue()


class _SlideReader:
    """Reads one slide."""

    def __init__(self, slide: Any, at: ForeignLine, width: int, deck: NewDeck, losses: Losses) -> None:
        self._slide = slide
        self._at = at
        self._width = width
        self._deck = deck
        self._losses = losses
        self._told: set[str] = set()
        self._kind = slide.slide_layout._element.get("type", "")
        layout = slide.slide_layout.name.lower().replace(" ", "-")
        self._is_ours = bool(slide._element.cSld.get("name"))
        self._layout = layout if layout in _OWN_LAYOUTS and self._is_ours else ""
        """The slide's layout, if it is one of ours."""
        self._code = ""
        """Attributes of the code that comes next: its title, and whether its lines are numbered."""
        _choose_alternatives(slide.shapes._spTree)

    def read(self) -> NewSlide:
        """The slide, converted."""
        new = NewSlide(self._at)
        title, subtitle, items = self._parts()
        kind = self._kind
        if title:
            new.add(self._at, f"# {title}", "")
        if kind in ("title", "secHead") and not items:
            new.front["layout"] = "title" if kind == "title" and not self._deck.slides else "section"
            new.add(self._at, *subtitle)
        else:
            rest = [PlacedItem(tuple(subtitle), 0, self._width, 0), *items] if subtitle else items
            self._place(new, rest)
            if self._layout and (new.front or self._layout not in ("two-columns", "comparison")):
                new.front["layout"] = self._layout
        self._rest(new)
        return new

    def _parts(self) -> tuple[str, list[str], list[PlacedItem]]:
        title = ""
        subtitle: list[str] = []
        items: list[PlacedItem] = []
        for shape in self._shapes(self._slide.shapes):
            kind = shape.placeholder_format.type.name if shape.is_placeholder and shape.placeholder_format.type else ""
            own = self._is_ours and shape.is_placeholder and shape.name.rpartition(" ")[0] in _OWN_FURNITURE
            if kind in _FURNITURE or own:
                continue
            if kind in _TITLES and not title:
                title = one_line(shape.text_frame, self._once)
            elif kind == "SUBTITLE" or (kind == "BODY" and self._kind == "secHead" and not subtitle):
                subtitle = frame_lines(shape.text_frame, self._once, bulleted=False)
            elif texts := self._readable(shape, bulleted=kind in _BODIES and is_bulleted(shape)):
                left, top = int(shape.left or 0), int(shape.top or 0)
                items.append(PlacedItem(tuple(texts), left, left + int(shape.width or 0), top))
        return title, subtitle, sorted(items, key=lambda item: (item.top, item.left))

    def _shapes(self, shapes: Iterable[Any]) -> Iterator[Any]:
        for shape in shapes:
            if shape.shape_type is not None and shape.shape_type.name == "GROUP":
                yield from self._shapes(shape.shapes)
            else:
                yield shape

    def _readable(self, shape: Any, *, bulleted: bool) -> list[str]:
        """What a shape becomes; nothing, with a report, if it is damaged or its picture or chart is missing."""
        if getattr(shape, "rotation", 0) and shape._element.tag != f"{_P}pic":
            self._report(f"something that was turned stands upright: {shape.name}")
        try:
            return self._item(shape, bulleted=bulleted)
        except Exception:  # noqa: BLE001  # python-pptx and PIL pass on whatever a damaged part raises
            self._report(f"something damaged or missing was left out: {shape.name}")
            return []

    def _item(self, shape: Any, *, bulleted: bool) -> list[str]:
        if shape.has_text_frame:
            if own := _OWN_SHAPE.fullmatch(shape.name):
                return self._own(own["kind"], own["language"] or "", shape)
            if shape.text_frame.text.strip() or _has_formula(shape):
                return self._in_slot(shape, frame_lines(shape.text_frame, self._once, bulleted=bulleted))
            if not shape.is_placeholder and not shape._element.xpath(_DECORATIVE):
                self._report(f"a drawn shape was left out: {shape.name}")
            return []
        if getattr(shape, "has_table", False):
            return table_lines(shape.table, self._once)
        if getattr(shape, "has_chart", False):
            return self._chart(shape.chart, shape._element.xpath("string(.//p:cNvPr/@descr)"))
        if hasattr(type(shape), "image") or shape._element.tag == f"{_P}pic":
            return self._picture(shape)
        what = (
            "a diagram (SmartArt)" if "diagram" in shape._element.xpath("string(.//a:graphicData/@uri)") else "a shape"
        )
        self._report(f"{what} was left out: {shape.name}")
        return []

    def _own(self, kind: str, language: str, shape: Any) -> list[str]:
        """What our own writer calls a shape by its kind: code and what belongs to it, a formula, a link to the show."""
        text = presentable(shape.text_frame.text.replace("\x0b", "\n"))
        match kind:
            case "Formula":
                return ["$$", shape._element.xpath("string(.//p:cNvPr/@descr)"), "$$"]
            case "Code title":
                self._code += f' title="{text.replace(chr(34), chr(39))}"'
            case "Line numbers":
                first = text.split("\n", 1)[0].strip()
                self._code += " .numbers" if first in ("", "1") else f" start={first}"
            case "Code":
                attributes, self._code = self._code.strip(), ""
                marks = "````" if "```" in text else "```"
                info = f"{language} {{{attributes}}}" if attributes else language
                return [f"{marks}{info.strip()}", *text.split("\n"), marks]
        return []

    def _in_slot(self, shape: Any, texts: list[str]) -> list[str]:
        """The text of a placeholder of one of our layouts, as its slot wants it."""
        name = shape.name.rpartition(" ")[0]
        if self._layout == "comparison" and name in ("Left Heading", "Right Heading"):
            return [f"## {' '.join(texts)}"]
        if self._layout == "quote" and name == "Quote":
            return [f"> {text}".rstrip() for text in texts]
        if self._layout == "quote" and name == "Attribution":
            return [f"> — {' '.join(texts).lstrip('— ')}"]
        return texts

    def _picture(self, shape: Any) -> list[str]:
        try:
            image = shape.image
            ending, data = image.ext.lower(), image.blob
        except (KeyError, ValueError, AttributeError):  # linked, or a video
            self._report(f"a picture or video was left out: {shape.name}")
            return []
        if ending not in _PICTURES:
            self._report(f"a picture of the kind '{ending}' was left out: {shape.name}")
            return []
        for relation in shape._element.xpath(".//*[local-name()='svgBlip']/@r:embed"):
            ending, data = "svg", shape.part.related_part(relation).blob  # the other one stands in for it
        sides = (shape.crop_left, shape.crop_top, shape.crop_right, shape.crop_bottom)
        if any(sides) or shape.rotation:
            shown = None if self._is_ours or ending == "svg" else _as_shown(data, sides, shape.rotation)
            if shown is None and any(sides):
                self._report(f"a picture is shown whole, not cropped: {shape.name}")
            if shown is None and shape.rotation:
                self._report(f"something that was turned stands upright: {shape.name}")
            ending, data = ("png", shown) if shown is not None else (ending, data)
        path = Pictures([], self._deck, self._losses).keep(f"picture.{ending}", data)
        alt = escaped(shape._element.xpath("string(.//p:cNvPr/@descr)"))
        return [f"![{' '.join(alt.split())}](<{path}>)"]

    def _chart(self, chart: Any, alt: str) -> list[str]:
        kind = next((ours for name, ours in _CHARTS.items() if chart.chart_type.name.startswith(name)), None)
        try:
            plot = chart.plots[0]
            categories = [str(category) for category in plot.categories]
            series = [(str(one.name), list(one.values)) for one in plot.series]
        except (IndexError, KeyError, ValueError, AttributeError, NotImplementedError):
            self._report("a chart was left out")
            return []
        rows = [["", *(name for name, _ in series)]]
        for number, category in enumerate(categories):
            values = [values[number] if number < len(values) else None for _, values in series]
            rows.append([category, *("" if v is None else f"{v:g}" for v in values)])
        table = [
            table_row(map(escaped, rows[0])),
            table_row("---" for _ in rows[0]),
            *(table_row(map(escaped, r)) for r in rows[1:]),
        ]
        if kind is None or not categories or any("" in row[1:] for row in rows[1:]):
            self._report(f"a chart ({chart.chart_type.name.lower()}) became a table")
            return table
        title = chart.chart_title.text_frame.text if chart.has_title and chart.chart_title.has_text_frame else ""
        across, upright = _axis_titles(chart)
        if kind == "bar":
            across, upright = upright, across
        said = {"title": title, "alt": alt or title or "chart", "x": across, "y": upright}
        attributes = "".join(f' {key}="{_quoted(value)}"' for key, value in said.items() if value.strip())
        stacked = " .stacked" if "STACKED" in chart.chart_type.name else ""
        return [f"```chart {{type={kind}{attributes}{stacked}}}", *table, "```"]

    def _place(self, new: NewSlide, items: Sequence[PlacedItem]) -> None:
        """Put the items into two columns if they are arranged so, otherwise one below the other."""
        left = [item for item in items if item.right <= self._width * 0.55]
        right = [item for item in items if item.left >= self._width * 0.45]
        if left and right and len(left) + len(right) == len(items):
            new.front["layout"] = "two-columns"
            for name, column in (("left", left), ("right", right)):
                new.add(self._at, f"::: {name}", "", *_joined(column), ":::", "")
        else:
            new.add(self._at, *_joined(items))

    def _rest(self, new: NewSlide) -> None:
        """Add the notes, and report what our slides don't have."""
        element = self._slide._element
        if element.get("show") == "0":
            new.front["hide"] = True
        if element.find(f"{_P}timing") is not None and element.find(f"{_P}timing").findall(f".//{_P}cTn[@presetID]"):
            self._report("animations were left out")
        if element.xpath("./p:transition | ./*[local-name()='AlternateContent']//p:transition"):
            self._report("the transition was left out")
        if element.xpath("./p:cSld/p:bg"):
            self._report("the background was left out")
        if self._slide.has_notes_slide and (frame := self._slide.notes_slide.notes_text_frame) is not None:
            lines = [self._at.with_text(text) for text in frame_lines(frame, self._once, bulleted=False)]
            add_notes(new, lines, self._losses)

    def _report(self, what: str) -> None:
        self._losses.report(what, self._at)

    def _once(self, what: str) -> None:
        """Report something that a slide can have many of."""
        if what not in self._told:
            self._told.add(what)
            self._report(what)


def _choose_alternatives(tree: Any) -> None:
    """Put what a slide has in alternatives where it can be read: formulas as such, all else for any program.

    PowerPoint and our writer hold shapes with formulas so (ECMA-376 part 3, 7.6), and python-pptx passes them over.
    """
    for both in list(tree.iter(f"{_MC}AlternateContent")):
        choice, fallback = both.find(f"{_MC}Choice"), both.find(f"{_MC}Fallback")
        has_formula = choice is not None and next(choice.iter(f"{_M}oMath"), None) is not None
        chosen = choice if has_formula or fallback is None else fallback
        for child in list(chosen) if chosen is not None else ():
            both.addprevious(child)
        both.getparent().remove(both)


def _has_formula(shape: Any) -> bool:
    return next(shape._element.iter(f"{_M}oMath"), None) is not None


def _axis_titles(chart: Any) -> tuple[str, str]:
    """The titles of the axes of categories and of values; empty where there are none."""
    titles = []
    for name in ("category_axis", "value_axis"):
        try:
            axis = getattr(chart, name)
            titles.append(axis.axis_title.text_frame.text if axis.has_title else "")
        except (ValueError, AttributeError):
            titles.append("")
    return titles[0], titles[1]


def _quoted(text: str) -> str:
    return " ".join(presentable(text).replace('"', "'").split())


def _joined(items: Iterable[PlacedItem]) -> Iterator[str]:
    for item in items:
        yield from item.texts
        yield ""
