"""The placeholders of a layout, with what they inherit from their master (ECMA-376 part 1, 19.3.1.36).

What is read here is measured, and slides inherit it: they write only what differs.  So a line is as high as PowerPoint
and LibreOffice make it, of which the higher is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree
from msgspec import Struct

from quarterdeck.model.theme import EMU_PER_PX, Box, TemplateLevel, TemplatePlaceholder
from quarterdeck.theme.elements.context import POINT
from quarterdeck.theme.template.colors import Scheme
from quarterdeck.theme.template.lettering import Typefaces, bullet, bullet_scale, line_metrics
from quarterdeck.theme.template.package import A, P

TITLES = ("title", "ctrTitle")
FEET: Mapping[str, str] = {"ftr": "footer", "dt": "date", "sldNum": "number"}
"""Types at the foot of a slide, and our slots."""
_INSETS: Mapping[str, int] = {"lIns": 91440, "tIns": 45720, "rIns": 91440, "bIns": 45720}
"""EMU between text and the edges of its box by default (21.1.2.1.1)."""
_ANCHORS: Mapping[str, str] = {"t": "top", "ctr": "middle", "b": "bottom"}
_ALIGNMENTS: Mapping[str, str] = {"l": "left", "ctr": "center", "r": "right"}
_USUAL: Mapping[str, tuple[str, ...]] = {
    "rot": ("0",),
    "vert": ("horz",),
    "wrap": ("square",),
    "numCol": ("0", "1"),
    "anchorCtr": ("0", "false"),
}
"""Values of a body's properties with which our text is measured."""
FILLS = tuple(f"{A}{name}" for name in ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill"))
LEVELS = 5
"""Levels of text that are read; lists that are deeper look like the last."""
_ASCENT_SHARE = 0.8
"""The share of a line set closer than solid that LibreOffice gives to the ascent."""
_PERCENT_OF_LINE = 1.2
"""The height of a line that spaces between paragraphs in per cent are counted in."""
_FULL = 100_000
"""A percentage of 100."""


class Holder(Struct, frozen=True):
    """A placeholder of a layout, with everything it inherits."""

    kind: str
    index: int | None
    frame: Box
    """The shape, px."""
    insets: tuple[float, float, float, float]
    """px at the left, top, right and bottom."""
    anchor: str
    look: TemplateLevel
    """How its outermost level is set."""
    fill: etree._Element | None
    """The ``p:spPr`` that fills it; None for a placeholder without a fill."""
    chain: tuple[etree._Element, ...]
    """Its shape on the layout, then the one on the master."""
    reader: LevelReader

    @property
    def box(self) -> Box:
        """The box of its text, within the insets."""
        left, top, right, bottom = self.insets
        frame = self.frame
        width, height = max(1.0, frame.width - left - right), max(1.0, frame.height - top - bottom)
        return Box(round(frame.x + left, 2), round(frame.y + top, 2), round(width, 2), round(height, 2))

    @property
    def align(self) -> str:
        """How text that runs from the left to the right is aligned there."""
        return "left" if self.look.rtl and self.look.align == "right" else self.look.align

    @property
    def area(self) -> float:
        """Its size in px²."""
        return self.frame.width * self.frame.height

    @property
    def grows(self) -> bool:
        """Whether PowerPoint makes it as high as its text."""
        fits = (shape.find(f"{P}txBody/{A}bodyPr") for shape in self.chain)
        own = next((body[0].tag for body in fits if body is not None and len(body)), "")
        return bool(own == f"{A}spAutoFit")

    @property
    def is_upright(self) -> bool:
        """Whether its text runs across."""
        return _body_property(self.chain, "vert") in (None, *_USUAL["vert"])

    @property
    def is_text(self) -> bool:
        """Whether it takes text."""
        return self.kind in ("", "body", "subTitle")

    def inherited(self) -> TemplatePlaceholder:
        """What slides inherit from it."""
        levels = tuple(self.reader.level(self.chain, self.kind, number) for number in range(1, LEVELS + 1))
        first = next((number for number, level in enumerate(levels[:3]) if level.bullet != ""), 0)
        usual = all(_body_property(self.chain, name) in (None, *values) for name, values in _USUAL.items())
        first = first if self.is_text else 0
        return TemplatePlaceholder(
            self.kind, self.index, self.box, self.insets, self.anchor, usual, levels, first=first, grows=self.grows
        )


class LevelReader(Struct, frozen=True):
    """Reads how a master's placeholders set text."""

    master: etree._Element
    scheme: Scheme
    typefaces: Typefaces

    def level(self, chain: Sequence[etree._Element], kind: str, number: int) -> TemplateLevel:
        """One level of text, counted from 1: each value from the nearest list style that has it."""
        name = f"lvl{number}pPr"
        family = {"title": "titleStyle", "body": "bodyStyle"}.get(_family(kind), "otherStyle")
        levels = [shape.find(f"{P}txBody/{A}lstStyle/{A}{name}") for shape in chain]
        levels.append(self.master.find(f"{P}txStyles/{P}{family}/{A}{name}"))
        paragraphs = [level for level in levels if level is not None]
        runs = [run for run in (level.find(f"{A}defRPr") for level in paragraphs) if run is not None]
        color = next((color for color in map(self._color, runs) if color is not None), self.scheme.colors["tx1"])
        family_name, font = self.typefaces.named(_child(runs, "latin"), heading=_family(kind) == "title")
        size = int(_first(runs, "sz") or 1800) / 100 * POINT
        leading, exact = _leading(_child(paragraphs, "lnSpc"), size, family_name)
        above = _space(_child(paragraphs, "spcBef"), size) + _space(_child(paragraphs, "spcAft"), size)
        mark, mark_color = bullet(paragraphs, self.scheme, color)
        return TemplateLevel(
            size=size,
            color=color,
            font=font,
            bold=_first(runs, "b") in ("1", "true"),
            italic=_first(runs, "i") in ("1", "true"),
            uppercase=_first(runs, "cap") == "all",
            align=_ALIGNMENTS.get(_first(paragraphs, "algn") or "l", "left"),
            leading=leading,
            exact=exact,
            above=above,
            indent=int(_first(paragraphs, "marL") or 0) / EMU_PER_PX,
            hanging=-int(_first(paragraphs, "indent") or 0) / EMU_PER_PX,
            bullet=mark,
            bullet_color=mark_color,
            bullet_scale=bullet_scale(paragraphs, size / POINT),
            rtl=_first(paragraphs, "rtl") in ("1", "true"),
        )

    def _color(self, run: etree._Element) -> str | None:
        """The colour of text; of a gradient, that of its first stop."""
        stops = (run.find(f"{A}solidFill"), run.find(f"{A}gradFill/{A}gsLst/{A}gs"))
        inks = (self.scheme.ink(stop) for stop in stops if stop is not None)
        return next((ink.color for ink in inks if ink is not None), None)


def holders(layout: etree._Element, master: etree._Element, scheme: Scheme, typefaces: Typefaces) -> tuple[Holder, ...]:
    """The placeholders of a layout that have a place, in the order they are drawn."""
    inherited = {_family(ph.get("type", "")): shape for shape, ph in reversed(list(_shapes(master)))}
    reader = LevelReader(master, scheme, typefaces)
    found = []
    for shape, ph in _shapes(layout):
        kind = ph.get("type", "")
        kind = "" if kind == "obj" else kind
        chain = tuple(each for each in (shape, inherited.get(_family(kind))) if each is not None)
        frame = next((box for box in map(_frame, chain) if box is not None), None)
        if frame is None:
            continue
        index = ph.get("idx")
        left, top, right, bottom = (
            round(int(_body_property(chain, name) or default) / EMU_PER_PX, 2) for name, default in _INSETS.items()
        )
        found.append(
            Holder(
                kind=kind,
                index=int(index) if index is not None else None,
                frame=frame,
                insets=(left, top, right, bottom),
                anchor=_ANCHORS.get(_body_property(chain, "anchor") or "t", "top"),
                look=reader.level(chain, kind, 1),
                fill=_filled(chain),
                chain=chain,
                reader=reader,
            )
        )
    return tuple(found)


def number_twins(layout: etree._Element) -> bool:
    """Give placeholders of the same type and ``idx``, as some programs write them, numbers of their own.

    Slides could fill only the first of them.  Returns whether there were any.
    """
    found = [ph for _, ph in _shapes(layout)]
    highest = max((int(ph.get("idx", "0")) for ph in found), default=0)
    seen: set[tuple[str, str]] = set()
    changed = False
    for ph in found:
        key = (ph.get("type", "obj"), ph.get("idx", "0"))
        if key in seen:
            highest = max(highest, _LEAST_NUMBER) + 1
            ph.set("idx", str(highest))
            changed = True
        seen.add(key)
    return changed


_LEAST_NUMBER = 12
"""The highest ``idx`` that PowerPoint's own layouts use, for their feet."""
_NOT_INHERITED = ("lang", "altLang", "dirty", "err", "noProof", "smtClean", "bmk", "lvl")


def adopt_prompts(root: etree._Element) -> bool:
    """Give the placeholders of a master or layout the list styles that their prompts show; whether there were any.

    LibreOffice writes masters without list styles.  In PowerPoint, text on them would not look like their prompts.
    """
    changed = False
    for shape, _ in _shapes(root):
        text = shape.find(f"{P}txBody")
        styles = text.find(f"{A}lstStyle") if text is not None else None
        if text is None or (styles is not None and len(styles)):
            continue
        if styles is None:
            styles = etree.Element(f"{A}lstStyle")
            text.insert(1, styles)
        for paragraph in text.iterfind(f"{A}p"):
            own = paragraph.find(f"{A}pPr")
            looks = (paragraph.find(f"{A}{path}") for path in (f"r/{A}rPr", f"fld/{A}rPr", "endParaRPr"))
            run = next((look for look in looks if look is not None), None)
            name = f"{A}lvl{int(own.get('lvl', '0') if own is not None else '0') + 1}pPr"
            if run is None or styles.find(name) is not None:
                continue
            level = _renamed(own if own is not None else etree.Element("none"), name)
            for known in level.findall(f"{A}defRPr"):
                level.remove(known)
            level.append(_renamed(run, f"{A}defRPr"))
            styles.append(level)
            changed = True
        styles[:] = sorted(styles, key=lambda level: str(level.tag))
    return changed


def _renamed(element: etree._Element, name: str) -> etree._Element:
    made = etree.Element(name, {str(k): str(v) for k, v in element.attrib.items() if k not in _NOT_INHERITED})
    made.extend(etree.fromstring(etree.tostring(child)) for child in element if "hlink" not in str(child.tag))
    return made


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


def _filled(chain: Sequence[etree._Element]) -> etree._Element | None:
    """The properties of the first shape that says how it is filled, unless it is not filled at all."""
    for look in (shape.find(f"{P}spPr") for shape in chain):
        fill = next((child for child in look if child.tag in FILLS), None) if look is not None else None
        if fill is not None:
            return None if fill.tag == f"{A}noFill" else look
    return None


def _body_property(chain: Sequence[etree._Element], name: str) -> str | None:
    for shape in chain:
        body = shape.find(f"{P}txBody/{A}bodyPr")
        if body is not None and body.get(name) is not None:
            return str(body.get(name))
    return None


def _first(elements: Sequence[etree._Element], attribute: str) -> str | None:
    return next((str(e.get(attribute)) for e in elements if e.get(attribute) is not None), None)


def _child(elements: Sequence[etree._Element], name: str) -> etree._Element | None:
    return next((found for found in (e.find(f"{A}{name}") for e in elements) if found is not None), None)


def _leading(spacing: etree._Element | None, size: float, family: str) -> tuple[float, bool]:
    """Line height as a multiple of the size, and whether it is given in points."""
    height, descent = line_metrics(family)
    points = spacing.find(f"{A}spcPts") if spacing is not None else None
    if points is not None:
        return int(points.get("val", "0")) / 100 * POINT / size, True
    percent = spacing.find(f"{A}spcPct") if spacing is not None else None
    share = _share(percent) if percent is not None else 1.0
    closer = _ASCENT_SHARE * share * height + descent if share < 1 else 0.0
    return max(share * height, closer), False


def _space(spacing: etree._Element | None, size: float) -> float:
    """Px between paragraphs."""
    points = spacing.find(f"{A}spcPts") if spacing is not None else None
    if points is not None:
        return int(points.get("val", "0")) / 100 * POINT
    percent = spacing.find(f"{A}spcPct") if spacing is not None else None
    return _share(percent) * size * _PERCENT_OF_LINE if percent is not None else 0.0


def _share(percent: etree._Element) -> float:
    value = percent.get("val", "100000")
    return float(value.rstrip("%")) / 100 if value.endswith("%") else int(value) / _FULL
