"""Speaker notes: the notes master, and a notes page for each slide that has any.

Notes are text in one placeholder (19.3.1.26); ``theme/placement/notes.py`` has made paragraphs of them.
"""

from __future__ import annotations

from msgspec import Struct

from quarterdeck.compile.pptx.layouts import tree
from quarterdeck.compile.pptx.package.ooxml import DECLARATION, NAMESPACES, Relationship, attribute, emu, text
from quarterdeck.compile.pptx.package.opc import Relationships
from quarterdeck.compile.pptx.shape import properties
from quarterdeck.compile.pptx.text_style import ALIGNMENTS, automatic_number
from quarterdeck.compile.pptx.theme import PAPER_COLOR_MAP
from quarterdeck.model.content import LineBreak, Run, WebLink
from quarterdeck.model.placed import NotesParagraph, PlacedSlide
from quarterdeck.model.theme import Theme
from quarterdeck.theme.placement.notes import STEP

NOTES_MASTER_PART = "ppt/notesMasters/notesMaster1.xml"
_SLIDE_FRAME = '<a:xfrm><a:off x="685800" y="1143000"/><a:ext cx="5486400" cy="3086100"/></a:xfrm>'
_TEXT_FRAME = '<a:xfrm><a:off x="685800" y="4400550"/><a:ext cx="5486400" cy="3600450"/></a:xfrm>'


def notes_master_xml(theme: Theme) -> str:
    """The notes master: the picture of the slide, and the notes under it."""
    levels = "".join(
        f'<a:lvl{level}pPr marL="{emu((level - 1) * STEP)}" algn="l"><a:defRPr sz="1200" kern="1200">'
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
    writer = _Writer(theme.mono.name, lang, placed.notes_points, relationships)
    body = "".join(map(writer.paragraph, placed.notes)) or "<a:p/>"
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


class _Writer(Struct, frozen=True):
    """Writes the paragraphs of one notes page."""

    mono: str
    lang: str
    points: int
    """The size of every run: LibreOffice takes no sizes from the notes master."""
    relationships: Relationships

    def paragraph(self, paragraph: NotesParagraph) -> str:
        """A paragraph of the notes (``a:p``)."""
        looks = ' b="1"' if paragraph.bold else ""
        runs = "".join(self._inline(inline, looks) for inline in paragraph.inlines)
        return f"<a:p>{_properties(paragraph)}{runs}</a:p>"

    def _inline(self, inline: Run | LineBreak, looks: str) -> str:
        match inline:
            case LineBreak():
                return "<a:br/>"
            case Run(text=""):
                return ""
            case Run():
                return f"<a:r>{self._look(inline, looks)}<a:t>{text(inline.text.replace(chr(10), ' '))}</a:t></a:r>"

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


def _properties(paragraph: NotesParagraph) -> str:
    """The properties of a paragraph (``a:pPr``, 21.1.2.2.7)."""
    left = emu(paragraph.depth * STEP)
    if paragraph.bullet or paragraph.start is not None:
        level = min(paragraph.depth - 1, 8)
        return f'<a:pPr marL="{left}" lvl="{level}" indent="{-emu(STEP)}">{_mark(paragraph)}</a:pPr>'
    start = f'<a:pPr marL="{left}"' + (f' lvl="{min(paragraph.depth, 8)}"' if paragraph.depth else "")
    if not paragraph.tabs:
        return f'{start} indent="0"/>'
    stops = "".join(f'<a:tab pos="{emu(stop.place)}" algn="{ALIGNMENTS[stop.align]}"/>' for stop in paragraph.tabs)
    return f"{start}><a:tabLst>{stops}</a:tabLst></a:pPr>"  # with an indent, LibreOffice drops the tab stops


def _mark(paragraph: NotesParagraph) -> str:
    """The bullet or number of a list's item."""
    if paragraph.start is None:
        return f'<a:buFont typeface="Arial"/><a:buChar char="{paragraph.bullet}"/>'
    return f'<a:buFont typeface="+mj-lt"/>{automatic_number(paragraph.start, paragraph.delimiter)}'
