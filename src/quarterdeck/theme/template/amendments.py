"""What a template's masters and layouts can't do as they are is added to our copy of them, not to every slide.

So slides still follow them: a cover where the template has none, a colour in which a title is seen, and type that isn't
smaller than can be read.  The template's own file is never changed.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

from lxml import etree

from quarterdeck.diagnostics import Diagnostic, Severity
from quarterdeck.model.theme import EMU_PER_PX, WIDTH, Box, Slot, TextStyle
from quarterdeck.theme.elements.context import POINT
from quarterdeck.theme.template.colors import Scheme
from quarterdeck.theme.template.grounds import Ground, is_seen
from quarterdeck.theme.template.match import Match
from quarterdeck.theme.template.package import A, Archive, P, R, relationships_of
from quarterdeck.theme.template.placeholders import FEET, FILLS, LEVELS, Holder
from quarterdeck.theme.template.text import type_sizes

COVER_NAME = "Title Slide"
_COVER_TITLE, _COVER_SUBTITLE, _COVER_BYLINE = Box(0, 176, 0, 208), Box(0, 396, 0, 110), Box(0, 518, 0, 40)
"""The heights of a cover's lines, and where they stand; their left and right are those of the template's titles."""
_COVER_SIZES = (40, 22, 15)
"""pt of a cover's title, at least, and of the lines below it."""
_COVER_TYPE = "application/vnd.openxmlformats-officedocument.presentationml.slideLayout+xml"
_LAYOUT_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/slideLayout"
_COLORS = ("tx1", "tx2", "bg1", "bg2", *(f"accent{n}" for n in range(1, 7)))


def add_cover(archive: Archive, master: str, bare: Match) -> None:
    """Add a layout for covers to a master that has none, like ``bare``, its layout with just a title.

    Its lines stand where they do on a cover, and look like the master's.
    """
    part = _new_part(archive)
    old, title = archive.root(bare.candidate.part), bare.slots["title"]
    root = etree.fromstring(etree.tostring(old))
    root.set("type", "title")
    root.set("preserve", "1")
    common = root.find(f"{P}cSld")
    tree = common.find(f"{P}spTree") if common is not None else None
    if common is None or tree is None:
        return
    common.set("name", COVER_NAME)
    for extension in root.findall(f"{P}extLst"):
        root.remove(extension)
    for shape in list(tree):
        holder = shape.find(f"*/{P}nvPr/{P}ph")
        if holder is not None and holder.get("type") not in FEET:
            tree.remove(shape)
    numbers = (int(each.get("id", "0")) for each in tree.iter(f"{P}cNvPr"))
    first = max(numbers, default=1) + 1
    size, align = title.look.size / POINT, {"center": "ctr", "right": "r"}.get(title.align, "l")
    lines = (
        ("Title", 'type="ctrTitle"', _COVER_TITLE, max(size, _COVER_SIZES[0]), "b"),
        ("Subtitle", 'type="subTitle" idx="1"', _COVER_SUBTITLE, _COVER_SIZES[1], "t"),
        ("Byline", 'type="body" sz="quarter" idx="13"', _COVER_BYLINE, _COVER_SIZES[2], "b"),
    )
    for place, (name, reference, at, points, anchor) in enumerate(lines):
        box = Box(title.box.x, at.y, min(title.box.width, WIDTH - title.box.x), at.height)
        tree.append(_line(first + place, name, reference, box, round(points), align, anchor))
    archive.add(part, _COVER_TYPE, etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
    given = archive.parts.get(relationships_of(bare.candidate.part))
    if given is not None:
        archive.parts[relationships_of(part)] = given
    _list_layout(archive, master, part)


def _line(number: int, name: str, reference: str, box: Box, points: int, align: str, anchor: str) -> etree._Element:
    x, y, wide, high = (round(side * EMU_PER_PX) for side in (box.x, box.y, box.width, box.height))
    return etree.fromstring(
        f'<p:sp xmlns:p="{P[1:-1]}" xmlns:a="{A[1:-1]}"><p:nvSpPr><p:cNvPr id="{number}" name="{name} {number}"/>'
        f'<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr><p:nvPr><p:ph {reference}/></p:nvPr></p:nvSpPr>'
        f'<p:spPr><a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm></p:spPr>'
        f'<p:txBody><a:bodyPr lIns="0" tIns="0" rIns="0" bIns="0" anchor="{anchor}"><a:normAutofit/></a:bodyPr>'
        f'<a:lstStyle><a:lvl1pPr marL="0" indent="0" algn="{align}"><a:spcBef><a:spcPts val="0"/></a:spcBef>'
        f'<a:buNone/><a:defRPr sz="{points * 100}"/></a:lvl1pPr></a:lstStyle><a:p><a:r><a:rPr lang="en-GB"/>'
        f"<a:t>{name}</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def _new_part(archive: Archive) -> str:
    names = (f"ppt/slideLayouts/slideLayout{number}.xml" for number in count(1))
    return next(name for name in names if name not in archive.parts)


def _list_layout(archive: Archive, master: str, part: str) -> None:
    """Add a layout to its master's list (19.3.1.41), with an id that no master and layout has."""
    root, relations = archive.root(master), archive.root(relationships_of(master))
    taken = {item.get("Id") for item in relations}
    id_ = next(f"rId{number}" for number in count(1) if f"rId{number}" not in taken)
    kind = f"{{{relations.nsmap.get(None) or next(iter(relations.nsmap.values()))}}}Relationship"
    target = posixpath.relpath(part, posixpath.dirname(master))
    etree.SubElement(relations, kind, {"Id": id_, "Type": _LAYOUT_KIND, "Target": target})
    archive.changed.update({master, relationships_of(master)})
    listed = root.find(f"{P}sldLayoutIdLst")
    if listed is not None:
        etree.SubElement(listed, f"{P}sldLayoutId", {"id": str(max(_ids(archive)) + 1), f"{R}id": id_})


def mend_ids(archive: Archive, master: str, layouts: Sequence[str]) -> None:
    """Give the layouts and shapes of a master numbers of their own, which some programs leave out or repeat.

    A master also gets styles of text, if only empty ones, without which PowerPoint repairs a file.
    """
    root = archive.root(master)
    unlisted = [item for item in root.iter(f"{P}sldLayoutId") if not item.get("id")]
    for item in unlisted:
        item.set("id", str(max(_ids(archive)) + 1))
    if root.find(f"{P}txStyles") is None:
        styles = etree.Element(f"{P}txStyles")
        for name in ("titleStyle", "bodyStyle", "otherStyle"):
            etree.SubElement(styles, f"{P}{name}")
        root.insert(len(root) - len(root.findall(f"{P}extLst")), styles)
        archive.changed.add(master)
    if unlisted:
        archive.changed.add(master)
    for part in (master, *layouts):
        extensions = archive.root(part).find(f"{P}extLst")
        if extensions is not None and "mod" in extensions.attrib:  # slides alone may have it
            del extensions.attrib["mod"]
            archive.changed.add(part)
        seen = set[str]()
        shapes = list(archive.root(part).iter(f"{P}cNvPr"))
        highest = max((int(shape.get("id", "0")) for shape in shapes), default=0)
        for shape in shapes:
            if shape.get("id", "") in seen:
                highest += 1
                shape.set("id", str(highest))
                archive.changed.add(part)
            seen.add(shape.get("id", ""))


def _ids(archive: Archive) -> Iterator[int]:
    """The ids of all masters and layouts."""
    for part in archive.parts:
        if part.endswith(".xml") and part.startswith(("ppt/presentation", "ppt/slideMasters/")):
            for item in archive.root(part).iter(f"{P}sldMasterId", f"{P}sldLayoutId"):
                yield int(item.get("id", "0"))
    yield 2_147_483_648  # the least that one may be


def amend_looks(
    archive: Archive,
    match: Match,
    slots: Mapping[str, Slot],
    styles: Mapping[str, TextStyle],
    ground: Ground,
    used: Mapping[str, str],
) -> Iterator[Diagnostic]:
    """Write into a layout how its text looks on our slides, where that isn't what slides inherit.

    ``styles`` are those of the layout, ``used`` the colours on it.  A colour that nobody could see is said.
    """
    feet = {FEET[h.kind]: h for h in match.candidate.holders if h.kind in FEET}
    for name, holder in {**feet, **match.slots}.items():
        if name not in slots or holder.kind == "pic":
            continue
        style = styles[slots[name].style]
        least, most = type_sizes(slots[name].style)
        levels = [holder.reader.level(holder.chain, holder.kind, number) for number in range(1, LEVELS + 1)]
        sizes = [round(level.size / POINT, 2) for level in levels]
        if not least <= sizes[0] <= most:
            archive.changed.add(match.candidate.part)
            for run, size in zip(_runs(holder), sizes, strict=False):
                run.set("sz", str(round(100 * min(max(size, least), most))))
        color, hidden = used[style.color], levels[0].color
        if color != hidden and not is_seen(hidden, holder, ground):
            archive.changed.add(match.candidate.part)
            for run, level in zip(_runs(holder), levels, strict=False):
                if level.color == hidden:
                    _fill(run, color, holder.reader.scheme)
            yield Diagnostic(
                f"{archive.file}: the {name} of '{match.candidate.name}' can't be seen: it is {hidden} on "
                f"{ground.under(holder.box)}; in the PPTX that layout has it in {color}",
                hint="give the layout another background, or its placeholder another colour",
                code="template-contrast",
                severity=Severity.WARNING,
            )


def _runs(holder: Holder) -> Iterator[etree._Element]:
    """How a layout's placeholder sets the text of each of its levels (``a:defRPr``), made where it is missing."""
    text = holder.chain[0].find(f"{P}txBody")
    if text is None:
        return
    styles = text.find(f"{A}lstStyle")
    if styles is None:
        styles = etree.Element(f"{A}lstStyle")
        text.insert(1, styles)
    for number in range(1, LEVELS + 1) if holder.is_text else (1,):
        name = f"{A}lvl{number}pPr"
        level = styles.find(name)
        if level is None:
            level = etree.Element(name)
            before = [each for each in styles if each.tag == f"{A}defPPr" or f"{A}lvl" < str(each.tag) < name]
            styles.insert(len(before), level)
        run = level.find(f"{A}defRPr")
        if run is None:
            run = etree.Element(f"{A}defRPr")
            level.insert(len(level) - len(level.findall(f"{A}extLst")), run)
        yield run


def _fill(run: etree._Element, color: str, scheme: Scheme) -> None:
    """Give text a colour, by its name in the theme where it has one."""
    for old in [each for each in run if each.tag in FILLS]:
        run.remove(old)
    name = next((name for name in _COLORS if scheme.colors.get(name) == color), None)
    fill = etree.Element(f"{A}solidFill")
    kind, value = ("schemeClr", name) if name is not None else ("srgbClr", color.removeprefix("#"))
    etree.SubElement(fill, f"{A}{kind}", {"val": value})
    run.insert(len(run.findall(f"{A}ln")), fill)
