"""Five companies' PowerPoint templates, made for the tests: unlike our themes, and unlike each other.

Nordwind's is German, 1024 × 768 px, light, with a logo, a bar and a line of text on its master.
Halyard's is a widescreen ``.potx`` with two masters, dark by its colour map, with names of its own for layouts,
upper-case titles with autofit, a gradient, and placeholders without ``idx``.
Kestrel's has what agencies' templates have: a kicker above white titles on black, text without bullets on the first
level, a number as large as a section, a freeform as logo, fields, a shape beside the slide, a body that is too low in
the layout with the usual name, PowerPoint's layout for quotations, and another scheme of colours after its own.
Petrel's has what grows in years of use and in other programs: no layout for sections, a high title in the middle of its
box, a body as high as its text, columns without ``idx``, small bullets without room before their text, right-to-left
levels, a logo where the footer would stand, a date below the slide's edge, a logo in its group's colour, a title on a
freeform over another ground, and a dark layout by a colour map of its own.
Heron's is a presentation with macros that begins with its content, as many do: it has no cover; its titles are white on
white, its text is too small to be read, its date as large as a title; its layout with just a title is dark at the left.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw

from quarterdeck.compile.pptx.package.ooxml import DECLARATION, NAMESPACES

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.presentationml"
PX = 9525
NORDWIND = {
    **{"dk1": "1D1D1B", "lt1": "FFFFFF", "dk2": "00425F", "lt2": "E9F0F2", "accent1": "007A87", "accent2": "E2001A"},
    **{"accent3": "F5A300", "accent4": "5C6F7B", "accent5": "8BB8C0", "accent6": "3B7A3E"},
    **{"hlink": "005B8F", "folHlink": "5C4A7A"},
}
HALYARD = {
    **{"dk1": "15102A", "lt1": "F7F4FF", "dk2": "2A2148", "lt2": "CFC6EA", "accent1": "FFB84D", "accent2": "6EE7C8"},
    **{"accent3": "FF6B8B", "accent4": "8AB4FF", "accent5": "C59BFF", "accent6": "F2E94E"},
    **{"hlink": "8AD7FF", "folHlink": "C59BFF"},
}
DECK = """---
title: Container im Betrieb
author: Ada Beispiel
date: 24. November 2026
footer: Konferenz 2026
theme: {theme}
---
# Container im Betrieb

Ein Überblick

---
layout: section
---
# Grundlagen

Was ein Container ist

---
# Ein Container ist ein Prozess

- Er sieht **nur** seine eigenen Dateien
    - und sein eigenes Netz
- Er endet mit seinem Befehl

<!-- Langsam sprechen. -->

---
layout: two-columns
---
# Zwei Seiten

::: left
- Links
:::

::: right
- Rechts
:::

---
layout: comparison
---
# Gegenüber

::: left
## Container
- teilen sich den Kern
:::

::: right
## Maschinen
- haben jede einen eigenen
:::

---
layout: code
---
# Quelltext

```python
print("hello")
```

---
layout: image
---
# Bild

![Eine grüne Fläche](green.png)

Die Unterschrift

---
layout: quote
---
# Zitat

> Ein Schiff im Hafen ist sicher.

---
# Vorführung

```console
$ echo hallo
hallo
```

---
layout: blank
---
Nur Text.
"""
"""A deck with a slide of each layout, to be written on a template."""
Frame = tuple[float, float, float, float]


@dataclass(frozen=True)
class LayoutSource:
    """A layout to be made."""

    name: str
    shapes: str
    kind: str = ""
    extra: str = ""
    """Attributes of its root."""
    background: str = ""
    mapping: str = "<a:masterClrMapping/>"


def logo() -> bytes:
    """A mark: a ring and a bar, with nothing behind them."""
    image = Image.new("RGBA", (240, 80), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((4, 4, 76, 76), outline=(226, 0, 26, 255), width=14)
    pen.rectangle((96, 30, 236, 50), fill=(0, 66, 95, 255))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def xfrm(frame: Frame) -> str:
    """A place in px."""
    x, y, wide, high = (round(side * PX) for side in frame)
    return f'<a:xfrm><a:off x="{x}" y="{y}"/><a:ext cx="{wide}" cy="{high}"/></a:xfrm>'


def holder(number: int, ph: str, frame: Frame | None, *, body: str = "<a:bodyPr/>", style: str = "") -> str:
    """A placeholder; ``ph`` holds its attributes."""
    place = f"<p:spPr>{xfrm(frame)}</p:spPr>" if frame else "<p:spPr/>"
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Platzhalter {number}"/><p:cNvSpPr><a:spLocks noGrp="1"/>'
        f"</p:cNvSpPr><p:nvPr><p:ph {ph}/></p:nvPr></p:nvSpPr>{place}<p:txBody>{body}"
        f"<a:lstStyle>{style}</a:lstStyle><a:p><a:r><a:rPr/><a:t>Text</a:t></a:r></a:p></p:txBody></p:sp>"
    )


def drawn(number: int, frame: Frame, fill: str, preset: str = "rect", text: str = "") -> str:
    """A shape that isn't a placeholder."""
    words = (
        f'<p:txBody><a:bodyPr anchor="ctr"/><a:lstStyle/><a:p><a:pPr algn="r"/><a:r><a:rPr sz="1100" b="1">'
        f'<a:solidFill><a:schemeClr val="tx2"/></a:solidFill></a:rPr><a:t>{text}</a:t></a:r></a:p></p:txBody>'
        if text
        else ""
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Form {number}"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{xfrm(frame)}<a:prstGeom prst="{preset}"><a:avLst/></a:prstGeom>{fill}<a:ln><a:noFill/></a:ln>'
        f"</p:spPr>{words}</p:sp>"
    )


def solid(name: str, change: str = "") -> str:
    """A fill in a colour of the scheme."""
    return f'<a:solidFill><a:schemeClr val="{name}">{change}</a:schemeClr></a:solidFill>'


def picture(number: int, frame: Frame) -> str:
    """The logo, as the relationship ``rIdLogo`` of its part."""
    return (
        f'<p:pic><p:nvPicPr><p:cNvPr id="{number}" name="Logo"/><p:cNvPicPr/><p:nvPr userDrawn="1"/></p:nvPicPr>'
        '<p:blipFill><a:blip r:embed="rIdLogo"/><a:stretch><a:fillRect/></a:stretch></p:blipFill>'
        f'<p:spPr>{xfrm(frame)}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr></p:pic>'
    )


def tree(shapes: str, background: str = "") -> str:
    """The content of a ``p:cSld``."""
    return (
        f'{background}<p:spTree><p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>'
        f"<p:grpSpPr/>{shapes}</p:spTree>"
    )


def level(size: int, color: str, *, attributes: str = "", spacing: int = 100, font: str = "mn") -> str:
    """The first level of a list style; ``size`` in points."""
    return (
        f'<a:lvl1pPr algn="l"><a:lnSpc><a:spcPct val="{spacing * 1000}"/></a:lnSpc><a:defRPr sz="{size * 100}" '
        f'{attributes}>{solid(color)}<a:latin typeface="+{font}-lt"/></a:defRPr></a:lvl1pPr>'
    )


def theme_xml(name: str, colors: Mapping[str, str], major: str, minor: str) -> str:
    """A theme part; its second background fill is a gradient."""
    scheme = "".join(f'<a:{slot}><a:srgbClr val="{value}"/></a:{slot}>' for slot, value in colors.items())
    font = '<a:{0}Font><a:latin typeface="{1}"/><a:ea typeface=""/><a:cs typeface=""/></a:{0}Font>'
    plain = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    stops = '<a:gs pos="0"><a:schemeClr val="phClr"/></a:gs><a:gs pos="100000"><a:schemeClr val="phClr"/></a:gs>'
    gradient = f'<a:gradFill><a:gsLst>{stops}</a:gsLst><a:lin ang="0" scaled="0"/></a:gradFill>'
    line = f'<a:ln w="9525">{plain}</a:ln>'
    return (
        f'{DECLARATION}<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="{name}">'
        f'<a:themeElements><a:clrScheme name="{name}">{scheme}</a:clrScheme><a:fontScheme name="{name}">'
        f'{font.format("major", major)}{font.format("minor", minor)}</a:fontScheme><a:fmtScheme name="{name}">'
        f"<a:fillStyleLst>{plain * 3}</a:fillStyleLst><a:lnStyleLst>{line * 3}</a:lnStyleLst>"
        f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
        f"<a:bgFillStyleLst>{plain}{gradient}{plain}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    )


class TemplateFile:
    """Collects the parts of a template."""

    def __init__(self, size: tuple[float, float], main: str = "presentation") -> None:
        self.parts: dict[str, bytes] = {}
        self._overrides: dict[str, str] = {}
        self._size, self._main = size, main
        self._masters: list[tuple[int, str]] = []
        self._layouts = 0
        self._last_id = 2_147_483_648

    def add(self, name: str, content_type: str, xml: str, relationships: Sequence[tuple[str, str, str]] = ()) -> None:
        """A part, and its relationships as id, kind and target."""
        self.parts[name] = xml.encode()
        self._overrides[name] = content_type
        self._relate(name, relationships)

    def _relate(self, name: str, relationships: Sequence[tuple[str, str, str]]) -> None:
        folder, base = posixpath.split(name)
        items = "".join(
            f'<Relationship Id="{id_}" Type="{OFFICE}/{kind}" Target="{posixpath.relpath(target, folder or ".")}"/>'
            for id_, kind, target in relationships
        )
        self.parts[posixpath.join(folder, "_rels", f"{base}.rels")] = (
            f'{DECLARATION}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f"{items}</Relationships>"
        ).encode()

    def add_master(
        self, theme: str, shapes: str, color_map: str, styles: str, layouts: Sequence[LayoutSource], background: str
    ) -> None:
        """A master with its theme and layouts."""
        number = len(self._masters) + 1
        master, theme_part = f"ppt/slideMasters/slideMaster{number}.xml", f"ppt/theme/theme{number}.xml"
        self._last_id += 1
        self._masters.append((self._last_id, master))
        links = [("rIdTheme", "theme", theme_part), ("rIdLogo", "image", "ppt/media/image1.png")]
        ids = ""
        for layout in layouts:
            self._layouts += 1
            self._last_id += 1
            part = f"ppt/slideLayouts/slideLayout{self._layouts}.xml"
            links.append((f"rId{self._layouts}", "slideLayout", part))
            ids += f'<p:sldLayoutId id="{self._last_id}" r:id="rId{self._layouts}"/>'
            kind = f' type="{layout.kind}"' if layout.kind else ""
            xml = (
                f'{DECLARATION}<p:sldLayout {NAMESPACES}{kind}{layout.extra} preserve="1"><p:cSld name="{layout.name}">'
                f"{tree(layout.shapes, layout.background)}</p:cSld><p:clrMapOvr>{layout.mapping}</p:clrMapOvr>"
                "</p:sldLayout>"
            )
            own = [("rId1", "slideMaster", master), ("rIdLogo", "image", "ppt/media/image1.png")]
            self.add(part, f"{TYPE}.slideLayout+xml", xml, own)
        accents = " ".join(f'accent{n}="accent{n}"' for n in range(1, 7))
        xml = (
            f"{DECLARATION}<p:sldMaster {NAMESPACES}><p:cSld>{tree(shapes, background)}</p:cSld>"
            f'<p:clrMap {color_map} {accents} hlink="hlink" folHlink="folHlink"/><p:sldLayoutIdLst>{ids}'
            f"</p:sldLayoutIdLst><p:txStyles>{styles}</p:txStyles></p:sldMaster>"
        )
        self.add(master, f"{TYPE}.slideMaster+xml", xml, links)
        self.add(theme_part, "application/vnd.openxmlformats-officedocument.theme+xml", theme)

    def write(self, path: Path) -> Path:
        """The file, with a slide of the company's own that must not get into our decks."""
        slide = f"{DECLARATION}<p:sld {NAMESPACES}><p:cSld>{tree('')}</p:cSld></p:sld>"
        layout = [("rId1", "slideLayout", "ppt/slideLayouts/slideLayout1.xml")]
        self.add("ppt/slides/slide1.xml", f"{TYPE}.slide+xml", slide, layout)
        masters = "".join(f'<p:sldMasterId id="{number}" r:id="rIdM{number}"/>' for number, _ in self._masters)
        width, height = (round(side * PX) for side in self._size)
        xml = (
            f"{DECLARATION}<p:presentation {NAMESPACES}><p:sldMasterIdLst>{masters}</p:sldMasterIdLst>"
            '<p:sldIdLst><p:sldId id="256" r:id="rIdS"/></p:sldIdLst>'
            f'<p:sldSz cx="{width}" cy="{height}"/><p:notesSz cx="6858000" cy="9144000"/></p:presentation>'
        )
        links = [(f"rIdM{number}", "slideMaster", part) for number, part in self._masters]
        if "ppt/vbaProject.bin" in self.parts:
            links.append(("rIdVba", "vbaProject", "ppt/vbaProject.bin"))
        macros = "application/vnd.ms-powerpoint.presentation.macroEnabled"
        main = f"{macros if self._main == 'macroEnabled' else f'{TYPE}.{self._main}'}.main+xml"
        self.add("ppt/presentation.xml", main, xml, [*links, ("rIdS", "slide", "ppt/slides/slide1.xml")])
        self._relate("", [("rId1", "officeDocument", "ppt/presentation.xml")])
        self.parts["ppt/media/image1.png"] = logo()
        overrides = "".join(f'<Override PartName="/{n}" ContentType="{t}"/>' for n, t in self._overrides.items())
        rels = "application/vnd.openxmlformats-package.relationships+xml"
        self.parts["[Content_Types].xml"] = (
            f'{DECLARATION}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Default Extension="png" ContentType="image/png"/><Default Extension="rels" ContentType="{rels}"/>'
            f"{overrides}</Types>"
        ).encode()
        with zipfile.ZipFile(path, "w") as archive:
            for name, data in self.parts.items():
                archive.writestr(name, data)
        return path


def nordwind(folder: Path) -> Path:
    """The German one: 1024 × 768 px."""
    made = TemplateFile((1024, 768))
    title, body = (64.0, 96.0, 896.0, 80.0), (64.0, 200.0, 896.0, 472.0)
    small = level(10, "accent4")
    feet = holder(4, 'type="ftr" sz="quarter" idx="11"', (64, 716, 600, 30), style=small) + holder(
        5, 'type="sldNum" sz="quarter" idx="12"', (880, 716, 80, 30), style=small.replace('"l"', '"r"', 1)
    )
    shapes = (
        drawn(10, (0, 0, 1024, 64), solid("accent1"))
        + drawn(11, (0, 64, 1024, 6), solid("accent2"))
        + picture(12, (820, 12, 120, 40))
        + drawn(13, (560, 748, 400, 20), "<a:noFill/>", text="Nordwind AG · intern")
        + holder(2, 'type="title"', title, body='<a:bodyPr lIns="0" anchor="b"><a:normAutofit/></a:bodyPr>')
        + holder(3, 'type="body" idx="1"', body, body='<a:bodyPr lIns="0"><a:normAutofit/></a:bodyPr>')
        + feet
    )
    half = 'sz="half"'
    layouts = [
        LayoutSource(
            "01 Titelfolie",
            drawn(20, (0, 0, 1024, 500), solid("tx2"))
            + holder(2, 'type="ctrTitle"', (96, 200, 800, 160), style=level(40, "bg1", attributes='b="1"', font="mj"))
            + holder(3, 'type="subTitle" idx="1"', (96, 372, 800, 110), style=level(20, "bg2")),
            extra=' showMasterSp="0"',
        ),
        LayoutSource(
            "02 Kapiteltrenner",
            holder(2, 'type="title"', (96, 260, 800, 160), style=level(36, "accent1", attributes='b="1"', font="mj"))
            + holder(3, 'type="body" idx="13"', (96, 430, 800, 60), style=level(18, "tx2")),
        ),
        LayoutSource("03 Titel und Inhalt", holder(2, 'type="title"', None) + holder(3, 'idx="1"', None) + feet),
        LayoutSource(
            "04 Zwei Inhalte",
            holder(2, 'type="title"', None)
            + holder(3, f'{half} idx="1"', (64, 200, 432, 472))
            + holder(6, f'{half} idx="14"', (528, 200, 432, 472))
            + feet,
        ),
        LayoutSource(
            "05 Gegenüberstellung",
            holder(2, 'type="title"', None)
            + holder(3, 'type="body" idx="1"', (64, 200, 432, 48), style=level(20, "accent1", attributes='b="1"'))
            + holder(6, f'{half} idx="2"', (64, 256, 432, 416))
            + holder(7, 'type="body" sz="quarter" idx="3"', (528, 200, 432, 48))
            + holder(8, 'sz="quarter" idx="15"', (528, 256, 432, 416))
            + feet,
        ),
        LayoutSource(
            "06 Bildfolie",
            holder(2, 'type="title"', None)
            + holder(3, 'type="pic" idx="1"', (64, 200, 896, 400))
            + holder(6, 'type="body" idx="2"', (64, 612, 896, 60), style=level(14, "accent4"))
            + feet,
        ),
        LayoutSource("07 Nur Titel", holder(2, 'type="title"', None) + feet, kind="titleOnly"),
        LayoutSource("08 Leer", feet, kind="blank"),
    ]
    styles = (
        f"<p:titleStyle>{level(30, 'tx2', attributes='b=' + chr(34) + '1' + chr(34), spacing=90, font='mj')}"
        f"</p:titleStyle><p:bodyStyle>{level(24, 'tx1')}</p:bodyStyle><p:otherStyle>{level(18, 'tx1')}</p:otherStyle>"
    )
    ground = '<p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef></p:bg>'
    theme = theme_xml("Nordwind", NORDWIND, "Calibri", "Calibri")
    made.add_master(theme, shapes, 'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2"', styles, layouts, ground)
    return made.write(folder / "nordwind.pptx")


def halyard(folder: Path) -> Path:
    """The dark one: 13.33 × 7.5 inches, a ``.potx``."""
    made = TemplateFile((1280, 720), "template")
    swapped = 'bg1="dk1" tx1="lt1" bg2="dk2" tx2="lt2"'
    ground = f"<p:bg><p:bgPr>{solid('bg1')}<a:effectLst/></p:bgPr></p:bg>"
    stops = '<a:gs pos="0"><a:schemeClr val="accent5"/></a:gs><a:gs pos="100000"><a:schemeClr val="accent3"/></a:gs>'
    gradient = f'<a:gradFill><a:gsLst>{stops}</a:gsLst><a:lin ang="5400000" scaled="0"/></a:gradFill>'
    styles = (
        f"<p:titleStyle>{level(32, 'accent1', attributes='cap=' + chr(34) + 'all' + chr(34), font='mj')}</p:titleStyle>"
        f"<p:bodyStyle>{level(22, 'tx1')}</p:bodyStyle><p:otherStyle>{level(18, 'tx1')}</p:otherStyle>"
    )
    fit = '<a:bodyPr anchor="ctr"><a:normAutofit fontScale="90000" lnSpcReduction="10000"/></a:bodyPr>'
    shapes = (
        drawn(10, (0, 0, 28, 720), gradient)
        + drawn(11, (1190, 640, 40, 40), solid("accent1"), "ellipse")
        + holder(2, 'type="title"', (88, 40, 1060, 90), body=fit)
        + holder(3, 'type="body" idx="1"', (88, 160, 1060, 460), body="<a:bodyPr><a:normAutofit/></a:bodyPr>")
        + holder(4, 'type="sldNum" idx="4"', (1180, 640, 60, 40), style=level(12, "bg1").replace('"l"', '"ctr"', 1))
    )
    number = holder(4, 'type="sldNum" idx="12"', None, body='<a:bodyPr anchor="ctr"/>')
    other = [LayoutSource("Legacy", holder(2, 'type="title"', None))]
    layouts = [
        LayoutSource(
            "Opening",
            drawn(20, (88, 520, 400, 12), solid("accent2", '<a:lumMod val="75000"/>'), "roundRect")
            + holder(2, 'type="ctrTitle"', (88, 180, 900, 200), style=level(54, "tx1", font="mj"))
            + holder(3, 'type="subTitle" idx="1"', (88, 392, 900, 60), style=level(22, "accent2")),
        ),
        LayoutSource(
            "Divider",
            holder(2, 'type="title"', (88, 240, 900, 180), style=level(48, "bg1", font="mj"))
            + holder(3, 'type="body" idx="20"', (88, 430, 900, 80), style=level(22, "bg1")),
            background=f"<p:bg><p:bgPr>{solid('accent1')}<a:effectLst/></p:bgPr></p:bg>",
        ),
        LayoutSource("Story", holder(2, 'type="title"', None) + holder(3, 'idx="1"', None) + number),
        LayoutSource(
            "Story, side by side",
            holder(2, 'type="title"', None)
            + holder(3, 'idx="21"', (88, 160, 510, 460))
            + holder(6, 'idx="22"', (638, 160, 510, 460))
            + number,
        ),
        LayoutSource("Headline only", holder(2, 'type="title"', None) + number),
    ]
    made.add_master(theme_xml("Halyard", HALYARD, "Georgia", "Arial"), shapes, swapped, styles, layouts, ground)
    made.add_master(theme_xml("Old", NORDWIND, "Arial", "Arial"), shapes, swapped, styles, other, ground)
    return made.write(folder / "halyard.potx")


KESTREL = {
    **{"dk1": "1A1A1A", "lt1": "FFFFFF", "dk2": "264653", "lt2": "EDF2F4", "accent1": "2A9D8F", "accent2": "E76F51"},
    **{"accent3": "F4A261", "accent4": "457B9D", "accent5": "8D99AE", "accent6": "6D597A"},
    **{"hlink": "1D5FA8", "folHlink": "6D597A"},
}
NUMBER_FIELD = (
    '<a:fld id="{0B5F1528-21DE-4FAA-801E-634DDDAF4B2B}" type="slidenum"><a:rPr sz="1000"/><a:t>9</a:t></a:fld>'
)


def depth(number: int, size: int, *, left: float, hanging: float, bullet: str) -> str:
    """One level of a list style; ``size`` in points, lengths in px, ``bullet`` a character of Wingdings or ""."""
    mark = f'<a:buFont typeface="Wingdings"/><a:buChar char="{bullet}"/>' if bullet else "<a:buNone/>"
    return (
        f'<a:lvl{number}pPr marL="{round(left * PX)}" indent="{round(-hanging * PX)}" algn="l"><a:lnSpc>'
        f'<a:spcPct val="90000"/></a:lnSpc><a:spcBef><a:spcPts val="600"/></a:spcBef>{mark}'
        f'<a:defRPr sz="{size * 100}">{solid("tx1")}<a:latin typeface="+mn-lt"/></a:defRPr></a:lvl{number}pPr>'
    )


def freeform(number: int, frame: Frame) -> str:
    """A triangle with a curved side, as a custom geometry in units of its own."""
    path = (
        '<a:path w="100" h="100"><a:moveTo><a:pt x="0" y="100"/></a:moveTo><a:lnTo><a:pt x="tip" y="0"/></a:lnTo>'
        '<a:cubicBezTo><a:pt x="70" y="40"/><a:pt x="90" y="70"/><a:pt x="100" y="100"/></a:cubicBezTo><a:close/>'
        "</a:path>"
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Freeform"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{xfrm(frame)}<a:custGeom><a:avLst/><a:gdLst><a:gd name="tip" fmla="*/ 100 1 2"/></a:gdLst>'
        f'<a:ahLst/><a:cxnLst/><a:rect l="0" t="0" r="r" b="b"/><a:pathLst>{path}</a:pathLst></a:custGeom>'
        f"{solid('accent2')}</p:spPr></p:sp>"
    )


def kestrel(folder: Path) -> Path:
    """The one with traits of agencies' templates: 13.33 × 7.5 inches."""
    made = TemplateFile((1280, 720))
    black = '<a:solidFill><a:srgbClr val="101010"/></a:solidFill>'
    title = holder(2, 'type="title"', (80, 60, 960, 56), body='<a:bodyPr anchor="ctr"><a:normAutofit/></a:bodyPr>')
    title = title.replace(
        "</a:xfrm></p:spPr>", f'</a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>{black}</p:spPr>'
    )
    number = (
        '<p:sp><p:nvSpPr><p:cNvPr id="12" name="Number"/><p:cNvSpPr txBox="1"/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f'<p:spPr>{xfrm((1120, 680, 120, 28))}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr><p:txBody>'
        '<a:bodyPr/><a:lstStyle/><a:p><a:r><a:rPr sz="1000"/><a:t>Kestrel | </a:t></a:r>'
        f"{NUMBER_FIELD}</a:p></p:txBody></p:sp>"
    )
    shapes = (
        freeform(10, (1180, 20, 60, 60))
        + drawn(11, (1300, 100, 200, 900), solid("accent3"))
        + number
        + title
        + holder(3, 'type="body" idx="1"', (80, 150, 1120, 480), body="<a:bodyPr><a:normAutofit/></a:bodyPr>")
        + holder(4, 'type="ftr" sz="quarter" idx="3"', (80, 676, 600, 28), style=level(9, "accent4"))
    )
    styles = (
        f"<p:titleStyle>{level(28, 'bg1', attributes='b=' + chr(34) + '1' + chr(34), spacing=90, font='mj')}"
        f"</p:titleStyle><p:bodyStyle>{depth(1, 22, left=0, hanging=0, bullet='')}"
        f"{depth(2, 20, left=30, hanging=22, bullet='§')}{depth(3, 18, left=58, hanging=22, bullet='§')}</p:bodyStyle>"
        f"<p:otherStyle>{level(18, 'tx1')}</p:otherStyle>"
    )
    kicker = holder(7, 'type="body" idx="20"', (80, 20, 960, 36), style=level(12, "accent4"))
    foot = holder(4, 'type="ftr" sz="quarter" idx="11"', None)
    half, small = 'sz="half"', depth(2, 16, left=30, hanging=22, bullet="§")
    head = holder(2, 'type="title"', None)
    layouts = [
        LayoutSource(
            "Cover",
            holder(2, 'type="ctrTitle"', (80, 200, 900, 140), style=level(48, "accent3", font="mj"))
            + holder(3, 'type="subTitle" idx="1"', (80, 360, 900, 120), style=level(20, "accent4")),
        ),
        LayoutSource(
            "Divider",
            holder(2, 'type="title"', (480, 240, 700, 120), style=level(36, "bg1", font="mj"))
            + holder(3, 'type="body" idx="13"', (80, 240, 320, 200), style=level(115, "accent1")),
        ),
        LayoutSource("Title and Content", kicker + head + holder(3, 'idx="1"', (80, 150, 1120, 76)) + foot),
        LayoutSource("One content, with kicker", kicker + head + holder(3, 'idx="14"', (80, 150, 1120, 480)) + foot),
        LayoutSource(
            "Two contents",
            kicker
            + head
            + holder(3, f'{half} idx="15"', (80, 150, 536, 480), style=small)
            + holder(6, f'{half} idx="16"', (664, 150, 536, 480), style=small)
            + foot,
        ),
        LayoutSource(
            "Picture",
            kicker + head + holder(3, 'type="pic" idx="17"', (80, 150, 1120, 480)) + foot,
        ),
        LayoutSource(
            "Quote with Caption",
            holder(2, 'type="title"', (160, 120, 960, 320), style=level(40, "bg1", font="mj"))
            + holder(3, 'type="body" idx="18"', (160, 452, 960, 60), style=level(16, "accent4")),
        ),
        LayoutSource("Only title", kicker + head + foot),
        LayoutSource("Blank", foot, kind="blank"),
    ]
    pink = "".join(f'<a:{slot}><a:srgbClr val="FF00AA"/></a:{slot}>' for slot in KESTREL)
    other = (
        f'<a:extraClrSchemeLst><a:extraClrScheme><a:clrScheme name="Other">{pink}</a:clrScheme></a:extraClrScheme>'
        "</a:extraClrSchemeLst>"
    )
    theme = theme_xml("Kestrel", KESTREL, "Calibri", "Arial")
    theme = theme.replace("</a:themeElements>", f"</a:themeElements><a:objectDefaults/>{other}")
    ground = '<p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef></p:bg>'
    made.add_master(theme, shapes, 'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2"', styles, layouts, ground)
    return made.write(folder / "kestrel.pptx")


PETREL = {
    **{"dk1": "202124", "lt1": "FFFFFF", "dk2": "3B1E6B", "lt2": "ECE8F4", "accent1": "5A2CA0", "accent2": "C8E05A"},
    **{"accent3": "E0457B", "accent4": "2D7DD2", "accent5": "97CC04", "accent6": "F45D01"},
    **{"hlink": "2D5FA8", "folHlink": "6D597A"},
}
SWAPPED = (
    '<a:overrideClrMapping bg1="dk1" tx1="lt1" bg2="dk2" tx2="lt2" accent1="accent1" accent2="accent2" '
    'accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" hlink="hlink" folHlink="folHlink"/>'
)
"""The colour map of a dark layout of a light master."""


def outline(number: int, frame: Frame, points: Sequence[tuple[int, int]], fill: str) -> str:
    """A polygon, its corners in hundredths of its frame."""
    (x, y), *rest = points
    lines = "".join(f'<a:lnTo><a:pt x="{x}" y="{y}"/></a:lnTo>' for x, y in rest)
    path = f'<a:path w="100" h="100"><a:moveTo><a:pt x="{x}" y="{y}"/></a:moveTo>{lines}<a:close/></a:path>'
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="Outline"/><p:cNvSpPr/><p:nvPr userDrawn="1"/></p:nvSpPr>'
        f"<p:spPr>{xfrm(frame)}<a:custGeom><a:avLst/><a:gdLst/><a:ahLst/><a:cxnLst/>"
        f'<a:rect l="0" t="0" r="r" b="b"/><a:pathLst>{path}</a:pathLst></a:custGeom>{fill}</p:spPr></p:sp>'
    )


def petrel(folder: Path) -> Path:
    """The one that has been used for years: 13.33 × 7.5 inches."""
    made = TemplateFile((1280, 720))
    frame: Frame = (1180, 24, 60, 40)
    inner = xfrm(frame).replace("a:off", "a:chOff").replace("a:ext", "a:chExt").removeprefix("<a:xfrm>")
    group = (
        '<p:grpSp><p:nvGrpSpPr><p:cNvPr id="30" name="Logo"/><p:cNvGrpSpPr/><p:nvPr userDrawn="1"/></p:nvGrpSpPr>'
        f"<p:grpSpPr>{xfrm(frame).removesuffix('</a:xfrm>')}{inner}{solid('accent3')}</p:grpSpPr>"
        f"{outline(31, frame, ((0, 100), (50, 0), (100, 100)), '<a:grpFill/>')}</p:grpSp>"
    )
    number = holder(5, 'type="sldNum" sz="quarter" idx="12"', (1120, 668, 96, 32), style=level(10, "accent4"))
    date = holder(6, 'type="dt" sz="half" idx="10"', (60, 690, 300, 40), style=level(10, "accent4"))
    footer = holder(4, 'type="ftr" sz="quarter" idx="11"', (420, 660, 400, 44), style=level(10, "accent4"))
    growing = "<a:bodyPr><a:spAutoFit/></a:bodyPr>"
    shapes = (
        group
        + picture(13, (520, 660, 160, 44))
        + holder(2, 'type="title"', (60, 36, 1080, 140), body='<a:bodyPr anchor="ctr"><a:normAutofit/></a:bodyPr>')
        + holder(3, 'type="body" idx="1"', (60, 196, 1160, 220), body=growing)
        + date
        + footer
        + number
    )
    small = "".join(
        f'<a:lvl{n}pPr algn="l"><a:buSzPct val="45000"/><a:buFont typeface="Wingdings"/><a:buChar char="l"/>'
        f'<a:defRPr sz="{size * 100}">{solid("tx1")}<a:latin typeface="+mn-lt"/></a:defRPr></a:lvl{n}pPr>'
        for n, size in ((1, 22), (2, 20), (3, 18))
    )
    leftwards = small.replace('algn="l"', 'algn="r" rtl="1"')
    styles = (
        f"<p:titleStyle>{level(36, 'tx2', font='mj')}</p:titleStyle><p:bodyStyle>{small}</p:bodyStyle>"
        f"<p:otherStyle>{level(18, 'tx1')}</p:otherStyle>"
    )
    foot = "".join(
        holder(n, ph, None)
        for n, ph in (
            (4, 'type="ftr" sz="quarter" idx="11"'),
            (5, 'type="sldNum" sz="quarter" idx="12"'),
            (6, 'type="dt" sz="half" idx="10"'),
        )
    )
    title = holder(2, 'type="title"', None)
    ground = outline(21, (0, 0, 1280, 720), ((0, 0), (20, 0), (20, 100), (0, 100)), solid("accent2"))
    plain, fixed = "<a:bodyPr/>", "<a:bodyPr><a:normAutofit/></a:bodyPr>"
    layouts = [
        LayoutSource(
            "Cover",
            drawn(20, (0, 0, 1280, 720), solid("accent1"))
            + ground
            + holder(2, 'type="ctrTitle"', (320, 200, 880, 140), style=level(44, "accent2", font="mj"))
            + holder(3, 'type="subTitle" idx="1"', (320, 360, 880, 200), body=fixed, style=level(20, "bg1")),
            extra=' showMasterSp="0"',
        ),
        LayoutSource("Title and Content", title + holder(3, 'idx="1"', None) + foot),
        LayoutSource(
            "Two Content",
            title
            + holder(3, 'type="body"', (60, 196, 560, 440), body=plain)
            + holder(7, 'type="body"', (660, 196, 560, 440), body=plain)
            + foot,
        ),
        LayoutSource(
            "Comparison",
            title
            + holder(3, 'type="body" idx="1"', (60, 196, 560, 44), body=plain, style=level(20, "tx1"))
            + holder(7, 'sz="half" idx="2"', (60, 250, 560, 390), body=plain, style=leftwards)
            + holder(8, 'type="body" idx="3"', (660, 196, 560, 44), body=plain, style=level(20, "tx1"))
            + holder(9, 'sz="half" idx="4"', (660, 250, 560, 390), body=plain, style=leftwards)
            + foot,
            background=f"<p:bg><p:bgPr>{solid('bg1')}<a:effectLst/></p:bgPr></p:bg>",
            mapping=SWAPPED,
        ),
        LayoutSource("Title Only", title + foot, kind="titleOnly"),
        LayoutSource("Blank", foot, kind="blank"),
    ]
    theme = theme_xml("Petrel", PETREL, "Calibri", "Calibri")
    white = '<p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef></p:bg>'
    made.add_master(theme, shapes, 'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2"', styles, layouts, white)
    return made.write(folder / "petrel.pptx")


HERON = {
    **{"dk1": "14213D", "lt1": "FFFFFF", "dk2": "3D405B", "lt2": "F4F1DE", "accent1": "E07A5F", "accent2": "81B29A"},
    **{"accent3": "F2CC8F", "accent4": "5F797B", "accent5": "9D8189", "accent6": "B56576"},
    **{"hlink": "1D5FA8", "folHlink": "6D597A"},
}


def heron(folder: Path) -> Path:
    """The one that has no cover: 1024 × 768 px, a ``.pptm``."""
    made = TemplateFile((1024, 768), "macroEnabled")
    date = holder(6, 'type="dt" sz="half" idx="10"', (64, 716, 260, 40), style=level(36, "accent4"))
    shapes = (
        drawn(9, (0, 380, 500, 280), solid("dk2"))
        + picture(12, (920, 16, 60, 20))
        + holder(2, 'type="title"', (64, 60, 896, 80), body='<a:bodyPr anchor="b"><a:normAutofit/></a:bodyPr>')
        + holder(3, 'type="body" idx="1"', (64, 170, 896, 500), body="<a:bodyPr><a:normAutofit/></a:bodyPr>")
        + date
    )
    styles = (
        f"<p:titleStyle>{level(30, 'bg1', font='mj')}</p:titleStyle><p:bodyStyle>{level(9, 'tx1')}</p:bodyStyle>"
        f"<p:otherStyle>{level(18, 'tx1')}</p:otherStyle>"
    )
    foot = holder(6, 'type="dt" sz="half" idx="10"', None)
    title = holder(2, 'type="title"', None)
    layouts = [
        LayoutSource("Title and Content", title + holder(3, 'idx="1"', None) + foot, extra=' showMasterSp="0"'),
        LayoutSource(
            "Two Content",
            title + holder(3, 'idx="1"', (64, 170, 432, 500)) + holder(7, 'idx="2"', (528, 170, 432, 500)) + foot,
            extra=' showMasterSp="0"',
        ),
        LayoutSource("Title Only", title + foot, kind="titleOnly"),
    ]
    ground = '<p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/></p:bgRef></p:bg>'
    theme = theme_xml("Heron", HERON, "Arial", "Arial")
    made.add_master(theme, shapes, 'bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2"', styles, layouts, ground)
    macros = "application/vnd.ms-office.vbaProject"
    made.add("ppt/vbaProject.bin", macros, "a macro", [])
    return made.write(folder / "heron.pptm")
