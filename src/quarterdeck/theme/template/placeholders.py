"""The placeholders of a layout, with what they inherit from their master (ECMA-376 part 1, 19.3.1.36)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree
from msgspec import Struct

from quarterdeck.model.theme import EMU_PER_PX, Box, TemplatePlaceholder
from quarterdeck.theme.template.colors import Scheme
from quarterdeck.theme.template.package import A, P

TITLES = ("title", "ctrTitle")
FEET: Mapping[str, str] = {"ftr": "footer", "dt": "date", "sldNum": "number"}
"""Types at the foot of a slide, and our slots."""
_INSETS: Mapping[str, int] = {"lIns": 91440, "tIns": 45720, "rIns": 91440, "bIns": 45720}
"""EMU between text and the edges of its box by default (21.1.2.1.1)."""
_ANCHORS: Mapping[str, str] = {"t": "top", "ctr": "middle", "b": "bottom"}
_ALIGNMENTS: Mapping[str, str] = {"l": "left", "ctr": "center", "r": "right"}
_LINE = 1.17
"""The height of a line set solid in the usual fonts, as a multiple of the size."""


class TextLook(Struct, frozen=True):
    """How a placeholder sets its first level of text."""

    size: float
    """pt."""
    color: str
    """``#rrggbb``."""
    bold: bool
    italic: bool
    uppercase: bool
    align: str
    leading: float
    """Line height as a multiple of the size."""


class Holder(Struct, frozen=True):
    """A placeholder of a layout, with everything it inherits."""

    kind: str
    index: int | None
    frame: Box
    """The shape, px."""
    box: Box
    """The box of its text, within the insets."""
    anchor: str
    look: TextLook

    @property
    def reference(self) -> TemplatePlaceholder:
        """The type and ``idx`` by which a slide names it."""
        return TemplatePlaceholder(self.kind, self.index)

    @property
    def area(self) -> float:
        """Its size in px²."""
        return self.frame.width * self.frame.height


def holders(layout: etree._Element, master: etree._Element, scheme: Scheme) -> tuple[Holder, ...]:
    """The placeholders of a layout that have a place, in the order they are drawn."""
    inherited = {_family(ph.get("type", "")): shape for shape, ph in reversed(list(_shapes(master)))}
    found = []
    for shape, ph in _shapes(layout):
        kind = ph.get("type", "")
        kind = "" if kind == "obj" else kind
        chain = [each for each in (shape, inherited.get(_family(kind))) if each is not None]
        frame = next((box for box in map(_frame, chain) if box is not None), None)
        if frame is None:
            continue
        index = ph.get("idx")
        found.append(
            Holder(
                kind=kind,
                index=int(index) if index is not None else None,
                frame=frame,
                box=_inner(frame, chain),
                anchor=_ANCHORS.get(_body_property(chain, "anchor") or "t", "top"),
                look=_look(chain, master, kind, scheme),
            )
        )
    return tuple(found)


def _shapes(root: etree._Element) -> Iterator[tuple[etree._Element, etree._Element]]:
    for shape in root.iterfind(f"{P}cSld/{P}spTree/*"):
        holder = shape.find(f"*/{P}nvPr/{P}ph")
        if holder is not None:
            yield shape, holder


def _family(kind: str) -> str:
    """The master's placeholder that one of a layout inherits from."""
    if kind in TITLES:
        return "title"
    return kind if kind in FEET else "body"


def _frame(shape: etree._Element) -> Box | None:
    frame = shape.find(f"{P}spPr/{A}xfrm")
    offset, size = (frame.find(f"{A}off"), frame.find(f"{A}ext")) if frame is not None else (None, None)
    if offset is None or size is None:
        return None
    sides = (offset.get("x", "0"), offset.get("y", "0"), size.get("cx", "0"), size.get("cy", "0"))
    return Box(*(round(int(side) / EMU_PER_PX, 2) for side in sides))


def _body_property(chain: list[etree._Element], name: str) -> str | None:
    for shape in chain:
        body = shape.find(f"{P}txBody/{A}bodyPr")
        if body is not None and body.get(name) is not None:
            return str(body.get(name))
    return None


def _inner(frame: Box, chain: list[etree._Element]) -> Box:
    left, top, right, bottom = (
        int(_body_property(chain, name) or default) / EMU_PER_PX for name, default in _INSETS.items()
    )
    width, height = max(1.0, frame.width - left - right), max(1.0, frame.height - top - bottom)
    return Box(*(round(side, 2) for side in (frame.x + left, frame.y + top, width, height)))


def _look(chain: list[etree._Element], master: etree._Element, kind: str, scheme: Scheme) -> TextLook:
    """A value from the list styles, the nearest first; without one, as in LibreOffice's files, from the prompt."""
    family = {"title": "titleStyle", "body": "bodyStyle"}.get(_family(kind), "otherStyle")
    levels = [shape.find(f"{P}txBody/{A}lstStyle/{A}lvl1pPr") for shape in chain]
    levels.append(master.find(f"{P}txStyles/{P}{family}/{A}lvl1pPr"))
    prompts = [shape.find(f"{P}txBody/{A}p") for shape in chain]
    levels += [prompt.find(f"{A}pPr") for prompt in prompts if prompt is not None]
    paragraphs = [level for level in levels if level is not None]
    runs = [run for run in (level.find(f"{A}defRPr") for level in paragraphs) if run is not None]
    for prompt in (prompt for prompt in prompts if prompt is not None):
        runs += [*prompt.iterfind(f"{A}r/{A}rPr"), *prompt.iterfind(f"{A}endParaRPr")]
    inks = (scheme.ink(run.find(f"{A}solidFill")) for run in runs)
    ink = next((ink for ink in inks if ink is not None), None)
    return TextLook(
        size=int(_first(runs, "sz") or 1800) / 100,
        color=ink.color if ink else scheme.colors["tx1"],
        bold=_first(runs, "b") in ("1", "true"),
        italic=_first(runs, "i") in ("1", "true"),
        uppercase=_first(runs, "cap") == "all",
        align=_ALIGNMENTS.get(_first(paragraphs, "algn") or "l", "left"),
        leading=_leading(paragraphs),
    )


def _first(elements: list[etree._Element], attribute: str) -> str | None:
    return next((str(e.get(attribute)) for e in elements if e.get(attribute) is not None), None)


def _leading(paragraphs: list[etree._Element]) -> float:
    for paragraph in paragraphs:
        percent = paragraph.find(f"{A}lnSpc/{A}spcPct")
        if percent is not None:
            return min(1.6, max(1.05, int(percent.get("val", "100000").rstrip("%")) / 100_000 * _LINE))
    return _LINE
