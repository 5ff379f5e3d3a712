"""The paragraphs of PowerPoint as Markdown: lists, looks of words, formulas, tables, code in a monospaced font."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

from quarterdeck.compile.pptx.elements.omml import tex_of
from quarterdeck.compile.pptx.package.ooxml import MATH
from quarterdeck.text.source_file import presentable

_BREAK = re.compile(r" *\\\n *")
_SPECIAL = re.compile(r"([\\`*_\[\]<>{}$~|#&])")
_LIST_LIKE = re.compile(r"(\d+)([.)])(?=\s|\Z)|([-+:=])")
_MONOSPACED = re.compile(r"mono|courier|consolas|menlo|cousine|code", re.IGNORECASE)
_BOXES = {"☐": "- [ ]", "☑": "- [x]", "☒": "- [x]"}
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_M = f"{{{MATH}}}"
Report: TypeAlias = Callable[[str], None]
"""Reports that something was left out."""


def inline_markdown(paragraph: Any, owner: Any) -> str:
    """The text of an ``a:p`` as Markdown; ``owner`` is the slide or notes page that it is on."""
    from pptx.text.text import _Paragraph

    return inlines(_Paragraph(paragraph, owner), lambda what: None)


def is_bulleted(shape: Any) -> bool:
    """Whether the paragraphs of a placeholder are list items by default, as its layout says."""
    holder = getattr(shape, "_base_placeholder", None)
    return holder is None or not holder._element.xpath("./p:txBody/a:lstStyle/a:lvl1pPr/a:buNone")


def frame_lines(frame: Any, report: Report, *, bulleted: bool) -> list[str]:
    """The paragraphs of a text frame as Markdown; ``bulleted`` says whether they are list items by default."""
    if code := _code(frame):
        return code
    texts: list[str] = []
    before = ""
    levels: list[int] = []
    for paragraph in frame.paragraphs:
        said = inlines(paragraph, report)
        if next(paragraph._p.iter(f"{_M}oMathPara"), None) is not None and said.startswith("$"):
            said = f"$$\n{said.strip('$')}\n$$"
        if not said.strip():
            before = ""
            continue
        mark = _mark(paragraph, bulleted=bulleted)
        if not mark:
            texts += [
                "",
                _LIST_LIKE.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", said, count=1)
                if _LIST_LIKE.match(said)
                else said,
            ]
        else:
            if not before:
                texts.append("")
                levels.clear()
            while levels and levels[-1] >= paragraph.level:
                levels.pop()
            if paragraph.level > (levels[-1] if levels else 0) + 1:
                report("levels of a list that skip one were moved up")
            levels.append(paragraph.level)
            indent = "    " * (len(levels) - 1)  # a level that is skipped has no item to hold the next one
            texts.append(f"{indent}{mark} " + said.replace("\\\n", f"\\\n{indent}  "))
        before = mark
    return [line for text in texts for line in text.split("\n")][1:] if texts else []


def _code(frame: Any) -> list[str]:
    """A fence, for a frame whose whole text is in a monospaced font; otherwise empty."""
    runs = frame._txBody.findall(f".//{_A}r")
    fonts = [run.find(f"{_A}rPr/{_A}latin") for run in runs]
    if not runs or not all(font is not None and _MONOSPACED.search(font.get("typeface", "")) for font in fonts):
        return []
    lines = presentable(frame.text.replace("\x0b", "\n")).split("\n")
    return ["```", *lines, "```"] if len(lines) > 1 and "```" not in frame.text else []


def _mark(paragraph: Any, *, bulleted: bool) -> str:
    """The list marker of a paragraph; empty for plain text."""
    properties = paragraph._p.pPr
    if properties is not None:
        if properties.find(f"{_A}buNone") is not None:
            return ""
        if (number := properties.find(f"{_A}buAutoNum")) is not None:
            return f"{number.get('startAt', '1')}."
        if (bullet := properties.find(f"{_A}buChar")) is not None and bullet.get("char") in _BOXES:
            return _BOXES[bullet.get("char")]
        if bullet is not None or properties.find(f"{_A}buBlip") is not None:
            return "-"
    return "-" if bulleted else ""


@dataclass(frozen=True, slots=True)
class _Style:
    """The look of a run, as far as Markdown has it."""

    bold: bool = False
    italic: bool = False
    struck: bool = False
    code: bool = False
    raised: str = ""
    """``sup``, ``sub`` or nothing."""
    target: str = ""
    """The address of a link."""


def inlines(paragraph: Any, report: Report) -> str:
    """The text of a paragraph; neighbouring runs of one look are one, since their marks would run into each other."""
    parts: list[tuple[_Style | None, str]] = []
    for run in paragraph._p:
        if run.tag == f"{_A}br":
            parts.append((None, "\\\n"))
        elif (formula := next(run.iter(f"{_M}oMath"), None)) is not None:
            parts.append((None, f"${tex_of(formula)}$"))
        elif run.tag in (f"{_A}r", f"{_A}fld"):
            text = presentable((run.findtext(f"{_A}t") or "").replace("\x0b", "\n").replace("\n", " "))
            style = _style(run, paragraph, report)
            if parts and not text.strip() and parts[-1][0] is not None:
                style = parts[-1][0]  # blanks have no look
            if parts and parts[-1][0] == style:
                parts[-1] = (style, parts[-1][1] + text)
            else:
                parts.append((style, text))
    return "".join(text if style is None else _styled(style, text) for style, text in parts)


def _style(run: Any, paragraph: Any, report: Report) -> _Style:
    properties = run.find(f"{_A}rPr")
    if properties is None:
        return _Style()
    if properties.get("u", "none") != "none":
        report("underlines were left out")
    if properties.find(f"{_A}solidFill") is not None or properties.find(f"{_A}highlight") is not None:
        report("colours of text were left out")
    raised = int(properties.get("baseline", "0").rstrip("%"))
    font = properties.find(f"{_A}latin")
    bold, italic, struck = (
        properties.get(attribute, off) not in (off, "false")
        for attribute, off in (("b", "0"), ("i", "0"), ("strike", "noStrike"))
    )
    link = properties.find(f"{_A}hlinkClick")
    relation = (
        link.get("{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id")
        if link is not None
        else None
    )
    return _Style(
        bold,
        italic,
        struck,
        font is not None and _MONOSPACED.search(font.get("typeface", "")) is not None,
        "sup" if raised > 0 else "sub" if raised < 0 else "",
        _target(paragraph.part, relation) if relation else "",
    )


def _styled(style: _Style, text: str) -> str:
    inner = text.strip()
    if not inner:
        return text
    lead, trail = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    if style.code and "`" not in inner:
        said = f"`{inner}`"
    else:
        said = escaped(inner)
        for wanted, mark in ((style.bold, "**"), (style.italic, "*"), (style.struck, "~~")):
            said = f"{mark}{said}{mark}" if wanted else said
        if style.raised:
            said = f"[{said}]{{.{style.raised}}}"
    if style.target:
        said = f"[{said}](<{style.target}>)"
    return f"{lead}{said}{trail}"


def _target(part: Any, relation: str) -> str:
    """The address of a link to the outside; empty for other links."""
    found = part.rels.get(relation)
    return str(found.target_ref) if found is not None and found.is_external else ""


def table_lines(table: Any, report: Report) -> list[str]:
    """A table of python-pptx as a pipe table."""
    rows = [[_cell(cell, report) for cell in row.cells] for row in table.rows]
    if not rows:
        return []
    return [table_row(rows[0]), table_row("---" for _ in rows[0]), *map(table_row, rows[1:])]


def _cell(cell: Any, report: Report) -> str:
    return one_line(cell.text_frame, report)


def one_line(frame: Any, report: Report) -> str:
    """A text as Markdown on one line, for titles and cells: where a line or paragraph ends there is one blank."""
    return _BREAK.sub(" ", "\\\n".join(inlines(p, report) for p in frame.paragraphs)).strip()


def table_row(cells: Iterable[str]) -> str:
    """A row of a pipe table; its cells are Markdown."""
    return f"| {' | '.join(cells)} |"


def escaped(text: str) -> str:
    """Plain text as Markdown."""
    return _SPECIAL.sub(r"\\\1", presentable(text))
