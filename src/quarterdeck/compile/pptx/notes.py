"""Speaker notes: the notes master, and a notes page for each slide that has any.

Notes are text in one placeholder (19.3.1.26), so blocks become paragraphs: lists keep their
bullets, code its lines and font; of pictures the description is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from quarterdeck.compile.pptx.layouts import tree
from quarterdeck.compile.pptx.package.ooxml import NAMESPACES, Relationship
from quarterdeck.compile.pptx.package.opc import Relationships
from quarterdeck.compile.pptx.package.xml import DECLARATION, attribute, text
from quarterdeck.compile.pptx.shape import properties
from quarterdeck.compile.pptx.theme import PAPER_COLOR_MAP
from quarterdeck.model.content import (
    Admonition,
    Block,
    Callout,
    Chart,
    Code,
    DefinitionList,
    Diagram,
    Footnotes,
    Group,
    Heading,
    Image,
    Inline,
    InlineMath,
    LineBreak,
    List,
    Math,
    Media,
    Paragraph,
    Quote,
    Run,
    Table,
    WebLink,
)
from quarterdeck.model.placed import PlacedSlide
from quarterdeck.model.theme import Theme

MASTER_PART = "ppt/notesMasters/notesMaster1.xml"
_STEP = 228600
"""EMU that each level of a list is indented: a quarter of an inch."""
_SLIDE_FRAME = '<a:xfrm><a:off x="685800" y="1143000"/><a:ext cx="5486400" cy="3086100"/></a:xfrm>'
_TEXT_FRAME = '<a:xfrm><a:off x="685800" y="4400550"/><a:ext cx="5486400" cy="3600450"/></a:xfrm>'


def notes_master_xml(theme: Theme) -> str:
    """The notes master: the picture of the slide, and the notes under it."""
    levels = "".join(
        f'<a:lvl{level}pPr marL="{(level - 1) * _STEP}" algn="l"><a:defRPr sz="1200" kern="1200">'
        '<a:solidFill><a:schemeClr val="tx1"/></a:solidFill><a:latin typeface="+mn-lt"/><a:ea typeface="+mn-ea"/>'
        f'<a:cs typeface="+mn-cs"/></a:defRPr></a:lvl{level}pPr>'
        for level in range(1, 10)
    )
    shapes = (
        f'<p:sp><p:nvSpPr>{properties(2, "Slide Image")}<p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/>'
        '</p:cNvSpPr><p:nvPr><p:ph type="sldImg" idx="2"/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{_SLIDE_FRAME}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom><a:noFill/>'
        '<a:ln w="12700"><a:solidFill><a:prstClr val="black"/></a:solidFill></a:ln></p:spPr></p:sp>'
        f'<p:sp><p:nvSpPr>{properties(3, "Notes")}<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        '<p:nvPr><p:ph type="body" sz="quarter" idx="3"/></p:nvPr></p:nvSpPr>'
        f'<p:spPr>{_TEXT_FRAME}<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
        '<p:txBody><a:bodyPr vert="horz" lIns="91440" tIns="45720" rIns="91440" bIns="45720" rtlCol="0"/><a:lstStyle/>'
        "<a:p><a:r><a:t>Notes</a:t></a:r></a:p></p:txBody></p:sp>"
    )
    return (
        f'{DECLARATION}<p:notesMaster {NAMESPACES}><p:cSld><p:bg><p:bgRef idx="1001"><a:schemeClr val="bg1"/>'
        f"</p:bgRef></p:bg>{tree(shapes)}</p:cSld>{PAPER_COLOR_MAP}<p:notesStyle>{levels}</p:notesStyle></p:notesMaster>"
    )


def notes_xml(placed: PlacedSlide, theme: Theme, lang: str, relationships: Relationships) -> str:
    """The notes page of one slide."""
    blocks = placed.slide.notes
    writer = _Notes(theme.mono.name, lang, placed.notes_points, relationships)
    body = "".join(writer.block(block) for block in blocks) or "<a:p/>"
    shapes = (
        f'<p:sp><p:nvSpPr>{properties(2, "Slide Image")}<p:cNvSpPr><a:spLocks noGrp="1" noRot="1" noChangeAspect="1"/>'
        '</p:cNvSpPr><p:nvPr><p:ph type="sldImg"/></p:nvPr></p:nvSpPr><p:spPr/></p:sp>'
        f'<p:sp><p:nvSpPr>{properties(3, "Notes")}<p:cNvSpPr><a:spLocks noGrp="1"/></p:cNvSpPr>'
        '<p:nvPr><p:ph type="body" idx="1"/></p:nvPr></p:nvSpPr><p:spPr/>'
        f"<p:txBody><a:bodyPr/><a:lstStyle/>{body}</p:txBody></p:sp>"
    )
    return (
        f"{DECLARATION}<p:notes {NAMESPACES}><p:cSld>{tree(shapes)}</p:cSld>"
        "<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:notes>"
    )


class _Notes(Struct, frozen=True):
    """Writes blocks as paragraphs."""

    mono: str
    lang: str
    points: int
    """Said of every run: LibreOffice takes no sizes from the notes master."""
    relationships: Relationships

    def block(self, block: Block, depth: int = 0) -> str:
        """One block, inside so many lists."""
        match block:
            case Paragraph():
                return self._paragraph(block.inlines, self._level(depth))
            case Heading():
                return self._paragraph(block.inlines, self._level(depth), ' b="1"')
            case List():
                return "".join(self._items(block, depth))
            case Code():
                lines = block.text.split("\n")
                return "".join(self._paragraph((Run(line, code=True),), self._level(depth)) for line in lines)
            case Table():
                rows = (block.header, *block.rows)
                return "".join(self._paragraph(_joined(row.cells), self._level(depth)) for row in rows)
            case Quote():
                said = (Run("— "), *block.attribution) if block.attribution else ()
                return self._blocks(block.blocks, depth) + (self._paragraph(said, self._level(depth)) if said else "")
            case Admonition():
                return self._paragraph(block.title, self._level(depth), ' b="1"') + self._blocks(block.blocks, depth)
            case Callout():
                head = self._paragraph(block.title, self._level(depth), ' b="1"') if block.title else ""
                return head + self._blocks(block.blocks, depth)
            case Group():
                return self._blocks(block.blocks, depth)
            case DefinitionList():
                return "".join(
                    self._paragraph(item.term, self._level(depth), ' b="1"')
                    + "".join(self._blocks(meaning, depth + 1) for meaning in item.meanings)
                    for item in block.items
                )
            case Footnotes():
                return "".join(
                    self._paragraph((Run(f"{number}. "), *note), self._level(depth))
                    for number, note in enumerate(block.notes, start=1)
                )
            case Math(tex=tex):
                return self._paragraph((InlineMath(tex),), self._level(depth))
            case Image(alt=alt) | Media(alt=alt) | Chart(alt=alt) | Diagram(alt=alt):
                return self._paragraph((Run(f"[{alt}]"),), self._level(depth)) if alt else ""

    def _blocks(self, blocks: Sequence[Block], depth: int) -> str:
        return "".join(self.block(block, depth) for block in blocks)

    @staticmethod
    def _level(depth: int) -> str:
        level = f' lvl="{min(depth, 8)}"' if depth else ""
        return f'<a:pPr marL="{depth * _STEP}"{level} indent="0"/>'

    def _items(self, block: List, depth: int) -> Iterator[str]:
        for index, item in enumerate(block.items):
            if block.ordered:
                start = f' startAt="{block.start}"' if block.start != 1 else ""
                mark = f'<a:buFont typeface="+mj-lt"/><a:buAutoNum type="arabicPeriod"{start}/>'
            else:
                shown = "•" if item.checked is None else "☑" if item.checked else "☐"
                mark = f'<a:buFont typeface="Arial"/><a:buChar char="{shown}"/>'
            style = f'<a:pPr marL="{(depth + 1) * _STEP}" lvl="{min(depth, 8)}" indent="{-_STEP}">{mark}</a:pPr>'
            first, *rest = item.blocks or (Paragraph(()),)
            if isinstance(first, Paragraph):
                yield self._paragraph(first.inlines, style)
            else:
                yield self._paragraph((), style) + self.block(first, depth + 1)
            yield self._blocks(rest, depth + 1)
            del index

    def _paragraph(self, inlines: Sequence[Inline], style: str, looks: str = "") -> str:
        return f"<a:p>{style}{''.join(self._inline(inline, looks) for inline in inlines)}</a:p>"

    def _inline(self, inline: Inline, looks: str) -> str:
        match inline:
            case LineBreak():
                return "<a:br/>"
            case InlineMath(tex=tex):
                return self._inline(Run(tex, code=True), looks)
            case Run():
                return (
                    f"<a:r>{self._look(inline, looks)}<a:t>{text(inline.text.replace(chr(10), ' '))}</a:t></a:r>"
                    if inline.text
                    else ""
                )

    def _look(self, run: Run, looks: str) -> str:
        attributes = f' lang="{attribute(self.lang)}" sz="{self.points * 100}"{looks}'
        if run.bold and not looks:
            attributes += ' b="1"'
        if run.italic:
            attributes += ' i="1"'
        if run.strike:
            attributes += ' strike="sngStrike"'
        if run.superscript or run.subscript:
            attributes += f' baseline="{30000 if run.superscript else -25000}"'
        inside = f'<a:latin typeface="{attribute(self.mono)}"/>' if run.code else ""
        if isinstance(run.link, WebLink):
            target = self.relationships.outside(Relationship.HYPERLINK, run.link.url)
            inside += f'<a:hlinkClick r:id="{target}"/>'
        return f"<a:rPr{attributes}>{inside}</a:rPr>"


def _joined(cells: Sequence[tuple[Inline, ...]]) -> tuple[Inline, ...]:
    """The cells of a row as one line."""
    line: list[Inline] = []
    for place, cell in enumerate(cells):
        if place:
            line.append(Run("   "))
        line.extend(cell)
    return tuple(line)
