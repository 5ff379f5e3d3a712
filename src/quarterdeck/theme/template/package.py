"""The template's file: its parts, their relationships and content types (ECMA-376 part 2), and its pictures.

Of pictures in formats of Windows, drawings (EMF, WMF) become SVG by LibreOffice, where it is on the machine; that takes
seconds, so the result is kept in the user's cache.  Bitmaps (TIFF, BMP) become PNG.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import posixpath
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lxml import etree
from msgspec import Struct, field

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.files.folders import cached_drawing
from quarterdeck.model.content import Asset
from quarterdeck.model.theme import TemplatePart

A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_COMPOUND = b"\xd0\xcf\x11\xe0"
"""How compound files begin ([MS-CFB] 2.2): presentations of PowerPoint 2003, and encrypted ones of today."""
MOST_BYTES = 400_000_000
"""Bytes unpacked; a larger file isn't accepted as a template."""
SAVE_HINT = "open it in PowerPoint and save it as a PowerPoint Presentation (.pptx) or Template (.potx)"


class Relation(Struct, frozen=True):
    """A relationship from one part to another."""

    id: str
    kind: str
    """The last word of its type: ``slideLayout``, ``image``."""
    target: str
    """The name of a part, or a URL where it is external."""
    external: bool


class Archive(Struct):
    """The template's file: reads its parts and follows their relationships."""

    file: str
    """As shown to the author."""
    parts: dict[str, bytes]
    changed: set[str] = field(default_factory=set)
    """Parts whose XML was changed."""
    _roots: dict[str, etree._Element] = field(default_factory=dict)
    _defaults: dict[str, str] = field(default_factory=dict)
    _overrides: dict[str, str] = field(default_factory=dict)

    def root(self, part: str) -> etree._Element:
        """The root of an XML part; changes to it last.  Raises :class:`QuarterdeckError` if it isn't XML."""
        if part not in self._roots:
            try:
                parser = etree.XMLParser(resolve_entities=False, no_network=True)
                self._roots[part] = etree.fromstring(self.parts[part], parser)
            except KeyError:
                raise self.fault(f"its part {part} is missing", hint="let PowerPoint repair and save it") from None
            except etree.XMLSyntaxError as error:
                raise self.fault(f"its part {part} is broken: {error.msg}", hint=SAVE_HINT) from None
        return self._roots[part]

    def relations(self, part: str) -> Iterator[Relation]:
        """The relationships of a part; "" is the package itself."""
        name = relationships_of(part)
        if name not in self.parts:
            return
        folder = posixpath.dirname(part)
        for item in self.root(name).iter(_RELATIONSHIP):
            external = item.get("TargetMode") == "External"
            target = item.get("Target", "")
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield Relation(item.get("Id", ""), item.get("Type", "").rpartition("/")[2], target, external)

    def related(self, part: str, kind: str) -> dict[str, str]:
        """The parts that one is related to in a certain way, by the relationship's id."""
        return {each.id: each.target for each in self.relations(part) if each.kind == kind and not each.external}

    def content_type(self, part: str) -> str:
        """The content type of a part (part 2, 10.1.2); "" for one that has none."""
        if not self._defaults:
            types = self.root("[Content_Types].xml")
            self._defaults = {
                i.get("Extension", "").lower(): i.get("ContentType", "") for i in types.iter(_TYPES + "Default")
            }
            self._overrides = {
                i.get("PartName", "").lstrip("/"): i.get("ContentType", "") for i in types.iter(_TYPES + "Override")
            }
        return self._overrides.get(part) or self._defaults.get(part.rpartition(".")[2].lower(), "")

    def add(self, part: str, content_type: str, data: bytes) -> None:
        """Add a part; its relationships are another."""
        self.content_type(part)
        self.parts[part] = data
        self._overrides[part] = content_type

    def fault(self, what: str, *, hint: str | None = None) -> QuarterdeckError:
        """An error that says why this file can't be a template."""
        return QuarterdeckError.of(f"can't use {self.file} as a template: {what}", hint=hint, code="bad-template")


def relationships_of(part: str) -> str:
    """The part that holds another's relationships (part 2, 9.3.3)."""
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


def open_archive(path: Path, shown: str) -> Archive:
    """Read a template's parts.

    Raises:
        QuarterdeckError: for a file that can't be read or isn't a package.

    """
    archive = Archive(shown, {})
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise QuarterdeckError.of(f"can't read the template {shown}: {reason}", code="unreadable-theme") from None
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MOST_BYTES:
                raise archive.fault("it is too large", hint=f"a template may have {MOST_BYTES // 10**6} MB")
            archive.parts.update({entry.filename: packed.read(entry) for entry in packed.infolist()})
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, zlib.error):
        what = (
            "it is protected by a password, or from PowerPoint 2003"
            if data.startswith(_COMPOUND)
            else "it isn't a PowerPoint file"
        )
        raise archive.fault(what, hint=SAVE_HINT) from None
    return archive


LEFT_OUT = frozenset({"slide", "notesSlide", "notesMaster", "handoutMaster", "officeDocument"})
"""Kinds of parts that aren't copied."""


def kept_parts(archive: Archive, masters: Sequence[str]) -> tuple[TemplatePart, ...]:
    """The parts, with the relationships of each.

    Links of a layout to slides of the template would lead nowhere, and are taken out.
    """
    kept: list[TemplatePart] = []
    for part in _reached(archive, masters):
        lost = [
            each.id
            for each in archive.relations(part)
            if not each.external and _is_lost(archive, each.kind, each.target)
        ]
        data = archive.parts[part]
        if lost or part in archive.changed:
            _unlink(archive.root(part), lost)
            data = etree.tostring(archive.root(part), xml_declaration=True, encoding="UTF-8", standalone=True)
        kept.append(TemplatePart(part, archive.content_type(part), data))
        name = relationships_of(part)
        if name in archive.parts:
            kept.append(TemplatePart(name, archive.content_type(name), _relationships(archive, name, lost)))
    return tuple(kept)


def _reached(archive: Archive, masters: Sequence[str]) -> Iterator[str]:
    """Every part that the masters lead to."""
    waiting = list(masters)
    seen = set(masters)
    while waiting:
        part = waiting.pop(0)
        yield part
        for each in archive.relations(part):
            if each.external or each.target in seen or _is_lost(archive, each.kind, each.target):
                continue
            seen.add(each.target)
            waiting.append(each.target)


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
    if not lost and name not in archive.changed:
        return archive.parts[name]
    root = archive.root(name)
    for item in [item for item in root if item.get("Id") in lost]:
        root.remove(item)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


SHOWN = frozenset({"image/png", "image/jpeg", "image/gif", "image/svg+xml", "image/webp"})
"""Pictures that browsers show."""
BITMAPS = frozenset({"image/tiff", "image/bmp", "image/x-ms-bmp"})
DRAWINGS: Mapping[str, str] = {"image/x-emf": ".emf", "image/emf": ".emf", "image/x-wmf": ".wmf", "image/wmf": ".wmf"}
"""Drawings of Windows ([MS-EMF], [MS-WMF]), with the end of their files' names."""
_SECONDS = 60
_OUTER = re.compile(r'<svg\b[^>]*?\swidth="[^"]*"\sheight="[^"]*"\sviewBox="[^"]*"')
_BOUNDS = re.compile(
    r'<rect class="BoundingBox"[^>]*? x="(-?[\d.]+)" y="(-?[\d.]+)" width="([\d.]+)" height="([\d.]+)"/>'
)


def shown_picture(name: str, kind: str, data: bytes) -> Asset | None:
    """A picture of that media type as a browser can show it; None if it can't be converted."""
    kind = kind.replace("jpg", "jpeg")
    if kind in SHOWN:
        return Asset(name, kind, data)
    if kind in BITMAPS:
        png = _png(data)
        return Asset(name, "image/png", png) if png is not None else None
    if kind in DRAWINGS and (program := shutil.which("soffice")) is not None:
        described = (program, hashlib.sha256(data).hexdigest())
        with contextlib.suppress(ValueError):
            drawn = cached_drawing("svg", described, lambda: _drawn(program, data, DRAWINGS[kind]))
            return Asset(name, "image/svg+xml", drawn)
    return None


def _png(data: bytes) -> bytes | None:
    from PIL import Image, UnidentifiedImageError  # needed for templates with such pictures alone

    buffer = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.convert("RGBA").save(buffer, "PNG")
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError):
        return None
    return buffer.getvalue()


def _drawn(program: str, data: bytes, suffix: str) -> bytes:
    """The SVG that LibreOffice makes of a drawing; ValueError if it makes none."""
    import subprocess  # needed for such drawings alone

    with tempfile.TemporaryDirectory(prefix="quarterdeck-") as folder:
        source = Path(folder, f"drawing{suffix}")
        source.write_bytes(data)
        profile = f"-env:UserInstallation={Path(folder, 'profile').as_uri()}"
        command = [program, profile, "--headless", "--convert-to", "svg", "--outdir", folder, str(source)]
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=True, env={**os.environ})
            page = source.with_suffix(".svg").read_text("utf-8")
        except (OSError, subprocess.SubprocessError, UnicodeDecodeError) as error:
            raise ValueError(str(error)) from None
    return cut_out(page).encode()


def cut_out(page: str) -> str:
    """A drawing out of LibreOffice's page; ValueError where there is none on it."""
    bounds = _BOUNDS.search(page)
    if bounds is None or not float(bounds[3]) or not float(bounds[4]):
        raise ValueError("nothing is drawn")
    x, y, wide, high = bounds.groups()
    size = f' width="{float(wide) / 26.46:.2f}" height="{float(high) / 26.46:.2f}" viewBox="{x} {y} {wide} {high}"'

    def resized(outer: re.Match[str]) -> str:
        return re.sub(r'\s(?:width|height|viewBox)="[^"]*"', "", outer[0]) + size

    return _OUTER.sub(resized, page, count=1)
