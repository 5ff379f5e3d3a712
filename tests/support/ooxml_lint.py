"""What PowerPoint repairs or refuses, and the Open XML SDK's validator lets pass.

Each rule was found by breaking a file on purpose: the validator passed 13 of 25 such files.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections import Counter
from collections.abc import Iterator
from typing import Any, TypeAlias

from lxml import etree

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
P14 = "{http://schemas.microsoft.com/office/powerpoint/2010/main}"
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
PRESENTATION = "ppt/presentation.xml"

Element: TypeAlias = Any
"""An element of XML or HTML.

In lxml's stubs every child and attribute may be missing, and an XPath may find text or numbers.  A test that finds
nothing fails all the same.
"""


class Pptx:
    """A PPTX as its parts."""

    def __init__(self, data: bytes) -> None:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            self.names = archive.namelist()
            self.parts = {name: archive.read(name) for name in self.names}

    def xml(self, name: str) -> Element:
        """A part's root."""
        return etree.fromstring(self.parts[name])

    def matching(self, start: str) -> list[str]:
        """The XML parts whose names start so, in the order of their numbers."""
        found = [n for n in self.names if n.startswith(start) and n.endswith(".xml")]
        return sorted(found, key=lambda name: (len(name), name))

    def relationships(self, part: str) -> dict[str, tuple[str, str, bool]]:
        """Type, target and whether it is external, by id; targets inside are names of parts."""
        folder, base = posixpath.split(part)
        name = posixpath.join(folder, "_rels", f"{base}.rels")
        if name not in self.parts:
            return {}
        found = {}
        for item in self.xml(name).iter(f"{RELATIONSHIPS}Relationship"):
            external = item.get("TargetMode") == "External"
            target = item.get("Target", "")
            if not external:
                target = posixpath.normpath(posixpath.join(folder, target)).lstrip("/")
            found[item.get("Id", "")] = (item.get("Type", "").rpartition("/")[2], target, external)
        return found

    def related(self, part: str, kind: str) -> list[str]:
        """The parts that one is related to in a certain way."""
        return [target for type_, target, _ in self.relationships(part).values() if type_ == kind]


def lint(data: bytes) -> list[str]:
    """Every fault, as ``part: what``; empty for a file without any."""
    pptx = Pptx(data)
    return [fault for rule in RULES for fault in rule(pptx)]


def one_name_a_part(pptx: Pptx) -> Iterator[str]:
    """Names of parts are unique, whatever their case."""
    for name, count in Counter(name.lower() for name in pptx.names).items():
        if count > 1:
            yield f"{name}: stands in the package {count} times"


def every_part_has_a_type(pptx: Pptx) -> Iterator[str]:
    """Each part has a content type, and each content type its part."""
    types = pptx.xml("[Content_Types].xml")
    defaults = {(item.get("Extension") or "").lower() for item in types.iter(f"{TYPES}Default")}
    overrides = {(item.get("PartName") or "").lstrip("/") for item in types.iter(f"{TYPES}Override")}
    for name in pptx.names:
        if name == "[Content_Types].xml":
            continue
        extension = name.rpartition(".")[2].lower()
        plain = name.startswith("customXml/item")  # XML of no kind of its own, as PowerPoint writes it too
        if name not in overrides and (extension not in defaults or (extension == "xml" and not plain)):
            yield f"{name}: has no content type"
    yield from (f"{name}: has a content type and isn't there" for name in overrides - set(pptx.names))


def relationships_lead_somewhere(pptx: Pptx) -> Iterator[str]:
    """Targets exist, and each ``r:`` id that is used is defined."""
    for name in pptx.names:
        if not name.endswith(".xml") or name == "[Content_Types].xml":
            continue
        known = pptx.relationships(name)
        for target in (target for _, target, external in known.values() if not external):
            if target not in pptx.parts:
                yield f"{name}: is related to {target}, which isn't there"
        for element in pptx.xml(name).iter():
            for key, value in element.attrib.items():
                if str(key).startswith(R) and value and value not in known:
                    yield f"{name}: uses the relationship {value}, which it doesn't have"


def shape_ids_are_unique(pptx: Pptx) -> Iterator[str]:
    """``cNvPr`` ids are unique in a part; a choice and its fallback are the same shape."""
    for name in pptx.matching("ppt/slide") + pptx.matching("ppt/notes"):
        for shape, count in Counter(_shape_ids(pptx.xml(name))).items():
            if count > 1:
                yield f"{name}: {count} shapes have the id {shape}"


def master_and_layout_ids_are_unique(pptx: Pptx) -> Iterator[str]:
    """Masters and layouts share one space of ids."""
    ids = [item.get("id") for item in pptx.xml(PRESENTATION).iter(f"{P}sldMasterId")]
    for master in pptx.matching("ppt/slideMasters/"):
        ids += [item.get("id") for item in pptx.xml(master).iter(f"{P}sldLayoutId")]
    for number, count in Counter(ids).items():
        if count > 1:
            yield f"{PRESENTATION}: {count} masters and layouts have the id {number}"


def masters_are_complete(pptx: Pptx) -> Iterator[str]:
    """A slide master lists its layouts and has text styles; every master has a theme of its own."""
    themes: list[str] = []
    for master in pptx.matching("ppt/slideMasters/"):
        root = pptx.xml(master)
        known = pptx.relationships(master)
        listed = {known[i.get(f"{R}id")][1] for i in root.findall(f"{P}sldLayoutIdLst/{P}sldLayoutId")}
        if not listed:
            yield f"{master}: has no sldLayoutIdLst"
        own_layouts = {n for n in pptx.matching("ppt/slideLayouts/") if master in pptx.related(n, "slideMaster")}
        for layout in own_layouts - listed:
            yield f"{master}: doesn't list {layout}"
        if root.find(f"{P}txStyles") is None:
            yield f"{master}: has no txStyles"
    for master in pptx.matching("ppt/slideMasters/") + pptx.matching("ppt/notesMasters/"):
        own = pptx.related(master, "theme")
        if len(own) != 1:
            yield f"{master}: has {len(own)} themes"
        themes += own
    for theme, count in Counter(themes).items():
        if count > 1:
            yield f"{theme}: is the theme of {count} masters"


def timing_names_what_is_there(pptx: Pptx) -> Iterator[str]:
    """Time nodes have ids of their own; effects and builds name shapes and paragraphs of the slide."""
    for name in pptx.matching("ppt/slides/"):
        root = pptx.xml(name)
        for node, count in Counter(item.get("id") for item in root.iter(f"{P}cTn")).items():
            if count > 1:
                yield f"{name}: {count} time nodes have the id {node}"
        shapes = {shape.get("id"): shape for shape in root.iter(f"{P}cNvPr")}
        for target in root.iter(f"{P}spTgt", f"{P}bldP"):
            if target.get("spid") not in shapes:
                yield f"{name}: the timing names the shape {target.get('spid')}, which isn't there"
                continue
            count = _paragraphs(shapes[target.get("spid")])
            for span in target.iter(f"{P}pRg"):
                if not int(span.get("st", 0)) <= int(span.get("end", 0)) < count:
                    yield f"{name}: the timing names paragraph {span.get('end')} of {count}"


def builds_have_effects(pptx: Pptx) -> Iterator[str]:
    """Each entry of the build list belongs to an effect of the same shape and group, and the other way round."""
    for name in pptx.matching("ppt/slides/"):
        root = pptx.xml(name)
        builds = {(b.get("spid"), b.get("grpId")) for b in root.iter(f"{P}bldP")}
        effects = {
            (target.get("spid"), node.get("grpId"))
            for node in root.iter(f"{P}cTn")
            if node.get("grpId") is not None
            for target in node.iter(f"{P}spTgt")
        }
        yield from (f"{name}: shape {shape} is built without an effect" for shape, _ in builds - effects)
        yield from (f"{name}: shape {shape} has an effect without a build" for shape, _ in effects - builds)


def sections_hold_every_slide(pptx: Pptx) -> Iterator[str]:
    """Sections name each slide once, and have ids of their own."""
    root = pptx.xml(PRESENTATION)
    sections = list(root.iter(f"{P14}section"))
    if not sections:
        return
    slides = {item.get("id") for item in root.iter(f"{P}sldId")}
    held = Counter(item.get("id") for item in root.iter(f"{P14}sldId"))
    yield from (
        f"{PRESENTATION}: a section names the slide {slide}, which isn't there" for slide in held.keys() - slides
    )
    yield from (f"{PRESENTATION}: no section holds the slide {slide}" for slide in slides - held.keys())
    yield from (f"{PRESENTATION}: {n} sections hold the slide {slide}" for slide, n in held.items() if n > 1)
    for number, count in Counter(section.get("id") for section in sections).items():
        if count > 1:
            yield f"{PRESENTATION}: {count} sections have the id {number}"


def placeholders_are_of_the_layout(pptx: Pptx) -> Iterator[str]:
    """Each placeholder of a slide is one of its layout's, and is there once."""
    for name in pptx.matching("ppt/slides/"):
        layouts = pptx.related(name, "slideLayout")
        if len(layouts) != 1:
            yield f"{name}: has {len(layouts)} layouts"
            continue
        offered = {_placeholder(ph) for ph in pptx.xml(layouts[0]).iter(f"{P}ph")}
        shapes = {}
        for ph in pptx.xml(name).iter(f"{P}ph"):
            shape = ph.getparent().getparent().find(f"{P}cNvPr")
            shapes[shape.get("id")] = _placeholder(ph)
        for used, count in Counter(shapes.values()).items():
            if used not in offered:
                yield f"{name}: the placeholder {used} isn't in {layouts[0]}"
            if count > 1:
                yield f"{name}: {count} shapes fill the placeholder {used}"


def axes_are_paired(pptx: Pptx) -> Iterator[str]:
    """The axes that a chart uses are there, cross each other and have positive ids."""
    for name in pptx.matching("ppt/charts/"):
        root = pptx.xml(name)
        axes = [axis for kind in ("catAx", "valAx", "dateAx", "serAx") for axis in root.iter(f"{C}{kind}")]
        known = {axis.find(f"{C}axId").get("val") for axis in axes}
        used = {item.get("val") for item in root.iter(f"{C}axId", f"{C}crossAx")}
        yield from (f"{name}: names the axis {axis}, which isn't there" for axis in used - known)
        yield from (f"{name}: the axis {axis} has a negative id" for axis in known if str(axis).startswith("-"))


RULES = (
    one_name_a_part,
    every_part_has_a_type,
    relationships_lead_somewhere,
    shape_ids_are_unique,
    master_and_layout_ids_are_unique,
    masters_are_complete,
    timing_names_what_is_there,
    builds_have_effects,
    sections_hold_every_slide,
    placeholders_are_of_the_layout,
    axes_are_paired,
)


def _shape_ids(root: Element) -> Iterator[str]:
    for item in root.iter(f"{P}cNvPr"):
        if not any(parent.tag == f"{MC}Fallback" for parent in item.iterancestors()):
            yield item.get("id")


def _paragraphs(properties: Element) -> int:
    shape = properties.getparent().getparent()
    body = shape.find(f"{P}txBody")
    return 0 if body is None else len(body.findall(f"{A}p"))


def _placeholder(ph: Element) -> tuple[str, str | None]:
    return ph.get("type", "obj"), ph.get("idx")
