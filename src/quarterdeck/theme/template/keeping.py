"""The parts of a template that our PPTX takes over: all that its masters lead to, but no slides and no notes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml import etree

from quarterdeck.model.template import TemplatePart
from quarterdeck.theme.template.archive import Archive, R, relationships_of

LEFT_OUT = frozenset({"slide", "notesSlide", "notesMaster", "handoutMaster", "officeDocument"})
"""Kinds of parts that stay behind."""
_XML = frozenset({"slideMaster", "slideLayout"})


def kept_parts(archive: Archive, masters: Sequence[str], *, rewritten: bool) -> tuple[TemplatePart, ...]:
    """The parts, with the relationships of each; ``rewritten`` says that masters and layouts were changed.

    Links of a layout to slides of the template would lead nowhere, and are taken out.
    """
    kept: list[TemplatePart] = []
    for part, kind in _reached(archive, masters):
        lost = [
            each.id
            for each in archive.relations(part)
            if not each.external and _is_lost(archive, each.kind, each.target)
        ]
        data = archive.parts[part]
        if lost or (rewritten and kind in _XML):
            _unlink(archive.root(part), lost)
            data = etree.tostring(archive.root(part), xml_declaration=True, encoding="UTF-8", standalone=True)
        kept.append(TemplatePart(part, archive.content_type(part), data))
        name = relationships_of(part)
        if name in archive.parts:
            kept.append(TemplatePart(name, archive.content_type(name), _relationships(archive, name, lost)))
    return tuple(kept)


def _reached(archive: Archive, masters: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every part that the masters lead to, with the kind of the relationship that led there first."""
    waiting = [(part, "slideMaster") for part in masters]
    seen = set(masters)
    while waiting:
        part, kind = waiting.pop(0)
        yield part, kind
        for each in archive.relations(part):
            if each.external or each.target in seen or _is_lost(archive, each.kind, each.target):
                continue
            seen.add(each.target)
            waiting.append((each.target, each.kind))


def _is_lost(archive: Archive, kind: str, target: str) -> bool:
    return kind in LEFT_OUT or target not in archive.parts


def _unlink(root: etree._Element, lost: Sequence[str]) -> None:
    """Take out the elements that name relationships that are gone."""
    named = [
        element
        for element in root.iter()
        if any(str(key).startswith(R) and value in lost for key, value in element.attrib.items())
    ]
    for element in named:
        parent = element.getparent()
        if parent is not None:
            parent.remove(element)


def _relationships(archive: Archive, name: str, lost: Sequence[str]) -> bytes:
    if not lost:
        return archive.parts[name]
    root = archive.root(name)
    for item in [item for item in root if item.get("Id") in lost]:
        root.remove(item)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
