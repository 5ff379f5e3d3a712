"""Formulas as Office has them: TeX → MathML (latex2mathml) → OMML (ECMA-376 part 1, 22.1), and OMML → TeX.

Presentation MathML and OMML have nearly the same constructs.  Where they differ, OMML wants more:
an n-ary operator contains its operand, and brackets contain everything between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from quarterdeck.compile.pptx.package.ooxml import MATH, attribute, text
from quarterdeck.theme.measure.formulas import formula_tree

if TYPE_CHECKING:
    from xml.etree import ElementTree

    from lxml.etree import _Element

_NARY = frozenset("∑∏∐∫∬∭∮∯∰⋀⋁⋂⋃⨀⨁⨂⨄⨆")
_INTEGRALS = frozenset("∫∬∭∮∯∰")
_ENDS_OPERAND = frozenset("=<>≤≥≠≈≡∼→⇒⇔∈,;:")
"""Operators that end the operand of an n-ary operator."""
_ACCENTS: Mapping[str, str] = {
    "^": "\u0302",
    "ˆ": "\u0302",
    "~": "\u0303",
    "˜": "\u0303",
    "→": "\u20d7",
    "⃗": "\u20d7",
    "˙": "\u0307",
    ".": "\u0307",
    "¨": "\u0308",
    "ˇ": "\u030c",
    "˘": "\u0306",
    "´": "\u0301",
    "`": "\u0300",
}
"""Characters over a base, and the combining ones that OMML's accents use."""
_BARS = frozenset("¯‾―_̲̅")
_BRACES = frozenset("⏞⏟︷︸⎴⎵⏜⏝")
_SCRIPTS: Mapping[str, str] = {
    "double-struck": '<m:scr m:val="double-struck"/>',
    "script": '<m:scr m:val="script"/>',
    "fraktur": '<m:scr m:val="fraktur"/>',
    "monospace": '<m:scr m:val="monospace"/>',
    "sans-serif": '<m:scr m:val="sans-serif"/>',
}
_STYLES: Mapping[str, str] = {"normal": "p", "bold": "b", "italic": "i", "bold-italic": "bi"}


@lru_cache(maxsize=1024)
def office_math(tex: str, look: str) -> str:
    """An ``m:oMath`` for a formula, whose runs have ``look`` (an ``a:rPr``) as their properties.

    The theme has measured the formula, so it can be read.
    """
    return f'<m:oMath xmlns:m="{MATH}">{_Writer(look).row(list(formula_tree(tex)))}</m:oMath>'


class _Writer:
    """Writes MathML elements as OMML."""

    def __init__(self, look: str) -> None:
        self._look = look

    def row(self, elements: Sequence[ElementTree.Element]) -> str:
        """Neighbouring elements, from left to right."""
        written = []
        at = 0
        while at < len(elements):
            element = elements[at]
            at += 1
            if _nary(element) is None:
                written.append(self.element(element))
                continue
            end = at
            while end < len(elements) and not _ends_operand(elements[end]):
                end += 1
            written.append(self._nary(element, self.row(elements[at:end])))
            at = end
        return "".join(written)

    def element(self, element: ElementTree.Element) -> str:
        """One MathML element as OMML."""
        children = list(element)
        match _name(element):
            case "mi" | "mn" | "mo" | "mtext" | "ms":
                return self._token(element)
            case "mspace":
                return self._run(" ", '<m:nor m:val="1"/>') if _positive(element.get("width", "")) else ""
            case "mfrac":
                kind = '<m:fPr><m:type m:val="noBar"/></m:fPr>' if element.get("linethickness") in ("0", "0px") else ""
                return f"<m:f>{kind}{self._held('num', children[0])}{self._held('den', children[1])}</m:f>"
            case "msqrt":
                inside = self.row(children)
                return f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{inside}</m:e></m:rad>'
            case "mroot":
                return f"<m:rad>{self._held('deg', children[1])}{self._held('e', children[0])}</m:rad>"
            case "msup":
                return f"<m:sSup>{self._held('e', children[0])}{self._held('sup', children[1])}</m:sSup>"
            case "msub" if _is_operator_name(children[0]):
                return self._under(*children)
            case "msub":
                return f"<m:sSub>{self._held('e', children[0])}{self._held('sub', children[1])}</m:sSub>"
            case "msubsup":
                base, low, high = children
                parts = self._held("e", base) + self._held("sub", low) + self._held("sup", high)
                return f"<m:sSubSup>{parts}</m:sSubSup>"
            case "mover":
                return self._over(*children)
            case "munder":
                return self._under(*children)
            case "munderover":
                base, low, high = children
                lower = f"<m:limLow>{self._held('e', base)}{self._held('lim', low)}</m:limLow>"
                return f"<m:limUpp><m:e>{lower}</m:e>{self._held('lim', high)}</m:limUpp>"
            case "mtable":
                return self._matrix(children)
            case "menclose":
                return f"<m:borderBox><m:e>{self.row(children)}</m:e></m:borderBox>"
            case "mphantom":
                return f'<m:phant><m:phantPr><m:show m:val="0"/></m:phantPr><m:e>{self.row(children)}</m:e></m:phant>'
            case _:
                return self._fenced(children) or self.row(children)

    def _held(self, name: str, element: ElementTree.Element) -> str:
        """An element as an argument; a row that only groups is left out."""
        return f"<m:{name}>{self.element(element)}</m:{name}>"

    def _token(self, element: ElementTree.Element) -> str:
        content = element.text or ""
        if not content:
            return ""
        name, variant = _name(element), element.get("mathvariant", "")
        if name == "mtext":
            return self._run(content.replace("\u00a0", " "), '<m:nor m:val="1"/>')
        style = _STYLES.get(variant, "p" if len(content) > 1 else "")
        properties = _SCRIPTS.get(variant, "") + (f'<m:sty m:val="{style}"/>' if style else "")
        return self._run(content, properties)

    def _run(self, content: str, properties: str) -> str:
        inside = f"<m:rPr>{properties}</m:rPr>" if properties else ""
        return f'<m:r>{inside}{self._look}<m:t xml:space="preserve">{text(content)}</m:t></m:r>'

    def _nary(self, element: ElementTree.Element, operand: str) -> str:
        """A sum, product or integral with its limits and its operand."""
        symbol = _nary(element) or ""
        low = high = ""
        children = list(element)
        match _name(element):
            case "msub" | "munder":
                low = self.element(children[1])
            case "msup" | "mover":
                high = self.element(children[1])
            case "msubsup" | "munderover":
                low, high = self.element(children[1]), self.element(children[2])
        place = "subSup" if symbol in _INTEGRALS else "undOvr"
        hidden = ("" if low else '<m:subHide m:val="1"/>') + ("" if high else '<m:supHide m:val="1"/>')
        return (
            f'<m:nary><m:naryPr><m:chr m:val="{symbol}"/><m:limLoc m:val="{place}"/>{hidden}</m:naryPr>'
            f"<m:sub>{low}</m:sub><m:sup>{high}</m:sup><m:e>{operand}</m:e></m:nary>"
        )

    def _over(self, base: ElementTree.Element, over: ElementTree.Element) -> str:
        mark = over.text or ""
        if _name(over) == "mo" and mark in _ACCENTS:
            accent = f'<m:accPr><m:chr m:val="{_ACCENTS[mark]}"/></m:accPr>'
            return f"<m:acc>{accent}{self._held('e', base)}</m:acc>"
        if _name(over) == "mo" and mark and mark in _BARS:
            return f'<m:bar><m:barPr><m:pos m:val="top"/></m:barPr>{self._held("e", base)}</m:bar>'
        if _name(over) == "mo" and mark and mark in _BRACES:
            return self._brace(base, mark, "top", "bot")
        return f"<m:limUpp>{self._held('e', base)}{self._held('lim', over)}</m:limUpp>"

    def _under(self, base: ElementTree.Element, under: ElementTree.Element) -> str:
        mark = under.text or ""
        if _name(under) == "mo" and mark and mark in _BARS:
            return f'<m:bar><m:barPr><m:pos m:val="bot"/></m:barPr>{self._held("e", base)}</m:bar>'
        if _name(under) == "mo" and mark and mark in _BRACES:
            return self._brace(base, mark, "bot", "top")
        return f"<m:limLow>{self._held('e', base)}{self._held('lim', under)}</m:limLow>"

    def _brace(self, base: ElementTree.Element, mark: str, place: str, aligned: str) -> str:
        properties = f'<m:chr m:val="{attribute(mark)}"/><m:pos m:val="{place}"/><m:vertJc m:val="{aligned}"/>'
        return f"<m:groupChr><m:groupChrPr>{properties}</m:groupChrPr>{self._held('e', base)}</m:groupChr>"

    def _matrix(self, rows: Sequence[ElementTree.Element]) -> str:
        columns = max((len(row) for row in rows), default=0)
        align = next((cell.get("columnalign", "center") for row in rows for cell in row), "center")
        counted = f'<m:mcPr><m:count m:val="{max(1, columns)}"/><m:mcJc m:val="{align}"/></m:mcPr>'
        body = ""
        for row in rows:
            cells = [f"<m:e>{self.row(list(cell))}</m:e>" for cell in row]
            cells += ["<m:e/>"] * (columns - len(cells))
            body += f"<m:mr>{''.join(cells)}</m:mr>"
        return f"<m:m><m:mPr><m:mcs><m:mc>{counted}</m:mc></m:mcs></m:mPr>{body}</m:m>"

    def _fenced(self, children: Sequence[ElementTree.Element]) -> str | None:
        """A row between brackets that grow with it; the closing bracket may be missing."""
        if len(children) < 2 or not _is_fence(children[0]):
            return None
        closed = _is_fence(children[-1])
        first, last = (attribute(children[0].text or ""), attribute(children[-1].text or "") if closed else "")
        inside = self.row(children[1:-1] if closed else children[1:])
        properties = f'<m:begChr m:val="{first}"/><m:endChr m:val="{last}"/>'
        return f"<m:d><m:dPr>{properties}</m:dPr><m:e>{inside}</m:e></m:d>"


def _name(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _nary(element: ElementTree.Element) -> str | None:
    """The operator, if the element is an n-ary one, with limits or without."""
    if _name(element) in ("msub", "msup", "msubsup", "munder", "mover", "munderover"):
        element = element[0]
    content = element.text or ""
    return content if _name(element) == "mo" and content in _NARY else None


def _ends_operand(element: ElementTree.Element) -> bool:
    return _name(element) == "mo" and (element.text or "") in _ENDS_OPERAND


def _is_operator_name(element: ElementTree.Element) -> bool:
    """Whether it is ``lim``, ``max`` or the like, with its subscript below it."""
    content = element.text or ""
    return _name(element) == "mo" and len(content) > 1 and content.isalpha()


def _is_fence(element: ElementTree.Element) -> bool:
    return _name(element) == "mo" and element.get("fence") == "true"


def _positive(width: str) -> bool:
    return bool(width) and not width.startswith("-") and width[0] != "0"


_MATH = f"{{{MATH}}}"
_UNUSUAL = frozenset(r"\{}$%#&_^~")
_ACCENT_COMMANDS: Mapping[str, str] = {
    "\u0302": "hat",
    "\u0303": "tilde",
    "\u20d7": "vec",
    "\u0307": "dot",
    "\u0308": "ddot",
    "\u030c": "check",
    "\u0306": "breve",
    "\u0301": "acute",
    "\u0300": "grave",
    "\u0305": "overline",
    "\u0304": "bar",
}
_BRACE_COMMANDS: Mapping[str, str] = {"⏞": "overbrace", "⏟": "underbrace"}
_NARY_COMMANDS: Mapping[str, str] = {
    "∑": r"\sum",
    "∏": r"\prod",
    "∐": r"\coprod",
    "∫": r"\int",
    "∬": r"\iint",
    "∭": r"\iiint",
    "∮": r"\oint",
    "⋃": r"\bigcup",
    "⋂": r"\bigcap",
    "⋁": r"\bigvee",
    "⋀": r"\bigwedge",
}
_FUNCTIONS = frozenset(
    (
        *("arccos", "arcsin", "arctan", "arg", "cos", "cosh", "cot", "coth", "csc", "deg", "det", "dim", "exp", "gcd"),
        *("hom", "inf", "ker", "lg", "lim", "liminf", "limsup", "ln", "log", "max", "min", "Pr", "sec", "sin", "sinh"),
        *("sup", "tan", "tanh"),
    )
)
_ALPHABETS: Mapping[str, str] = {
    "double-struck": "mathbb",
    "script": "mathcal",
    "fraktur": "mathfrak",
    "monospace": "mathtt",
    "sans-serif": "mathsf",
}


def tex_of(math: _Element) -> str:
    """The TeX of an ``m:oMath`` or of what is in it: the way back, also for formulas that PowerPoint wrote.

    What TeX has no words for is read as its parts, one after the other.
    """
    return "".join(_tex(child) for child in math.iterchildren() if isinstance(child.tag, str)).strip()


def _tex(element: _Element) -> str:
    def part(name: str) -> str:
        found = element.find(f"{_MATH}{name}")
        return tex_of(found) if found is not None else ""

    def value(name: str, otherwise: str = "") -> str:
        found = element.find(f"{_MATH}{element.tag.removeprefix(_MATH)}Pr/{_MATH}{name}")
        return str(found.get(f"{_MATH}val", otherwise)) if found is not None else otherwise

    def scripts(base: str) -> str:
        return base + "".join(f"{mark}{{{part(name)}}}" for name, mark in (("sub", "_"), ("sup", "^")) if part(name))

    match element.tag.removeprefix(_MATH):
        case "r":
            return _tex_run(element)
        case "f" if value("type") == "noBar":
            return rf"{{{part('num')} \atop {part('den')}}}"
        case "f":
            return rf"\frac{{{part('num')}}}{{{part('den')}}}"
        case "rad":
            degree = f"[{part('deg')}]" if part("deg") else ""
            return rf"\sqrt{degree}{{{part('e')}}}"
        case "sSup" | "sSub" | "sSubSup":
            return scripts(_grouped(part("e")))
        case "nary":
            symbol = value("chr", "∫")
            return f"{scripts(_NARY_COMMANDS.get(symbol, symbol))} {part('e')}"
        case "limLow":
            return _limit(part("e"), "_", part("lim"))
        case "limUpp":
            return _limit(part("e"), "^", part("lim"))
        case "acc":
            return rf"\{_ACCENT_COMMANDS.get(value('chr', chr(0x302)), 'hat')}{{{part('e')}}}"
        case "bar":
            return rf"\{'overline' if value('pos', 'bot') == 'top' else 'underline'}{{{part('e')}}}"
        case "groupChr" if value("chr", "⏟") in _BRACE_COMMANDS:
            return rf"\{_BRACE_COMMANDS[value('chr', '⏟')]}{{{part('e')}}}"
        case "d":
            inner = element.find(f"{_MATH}e/{_MATH}m")
            if inner is not None and value("begChr") == "{" and not value("endChr"):
                return part("e").replace("{matrix}", "{cases}")
            separator = value("sepChr", "|")
            inside = separator.join(tex_of(e) for e in element.findall(f"{_MATH}e"))
            return rf"\left{_bracket(value('begChr', '('))} {inside} \right{_bracket(value('endChr', ')'))}"
        case "func":
            return f"{part('fName')} {part('e')}"
        case "m":
            rows = (" & ".join(map(tex_of, row.findall(f"{_MATH}e"))) for row in element.findall(f"{_MATH}mr"))
            lines = r" \\ ".join(rows)
            return rf"\begin{{matrix}}{lines}\end{{matrix}}"
        case "eqArr":
            lines = r" \\ ".join(tex_of(e) for e in element.findall(f"{_MATH}e"))
            return rf"\begin{{matrix}}{lines}\end{{matrix}}"
        case "phant":
            return rf"\phantom{{{part('e')}}}"
        case name if name.endswith("Pr"):
            return ""
        case _:
            return tex_of(element)


def _tex_run(run: _Element) -> str:
    words = "".join(t.text or "" for t in run.findall(f"{_MATH}t"))
    properties = run.find(f"{_MATH}rPr")
    kinds = {} if properties is None else {p.tag.removeprefix(_MATH): str(p.get(f"{_MATH}val", "")) for p in properties}
    said = "".join(f"\\{c}" if c in _UNUSUAL else c for c in words)
    if "nor" in kinds:
        return rf"\text{{{said}}}" if words.strip() else r"\ "
    if words.strip() in _FUNCTIONS:
        return rf"\{words.strip()} "
    if alphabet := _ALPHABETS.get(kinds.get("scr", "")):
        return rf"\{alphabet}{{{said}}}"
    if kinds.get("sty") in ("b", "bi") and words.strip():
        return rf"\mathbf{{{said}}}"
    if kinds.get("sty") == "p" and words.isalpha():
        return rf"\mathrm{{{said}}}"
    return said


def _limit(base: str, mark: str, limit: str) -> str:
    return f"{base.strip() if base.strip().startswith(chr(92)) else _grouped(base)}{mark}{{{limit}}}"


def _grouped(base: str) -> str:
    return base if len(base) == 1 else f"{{{base}}}"


def _bracket(character: str) -> str:
    return f"\\{character}" if character in "{}" and character else character or "."
