"""A template's lettering: its typefaces with their substitutes in the HTML, and the bullets of its lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lxml import etree
from msgspec import Struct

from quarterdeck.diagnostics import Diagnostic, Severity
from quarterdeck.model.theme import FontFamily
from quarterdeck.theme.measure.fonts import TWINS
from quarterdeck.theme.template.colors import Scheme
from quarterdeck.theme.template.package import A, P

_LIKE: Mapping[str, str] = {
    "Helvetica": "Arimo",
    "Helvetica Neue": "Arimo",
    "Liberation Sans": "Arimo",
    "Arimo": "Arimo",
    "Carlito": "Carlito",
    "Cousine": "Cousine",
    "Gelasio": "Gelasio",
    "Liberation Mono": "Cousine",
    "Courier": "Cousine",
}
"""Families with the metrics of one that comes with Quarterdeck, besides those that Office has."""
_NARROW = ("candara", "corbel", "calibri", "carlito", "condensed", "narrow", "gill", "myriad", "lato")
"""Words in the names of families that run about as narrow as Calibri."""
_MONO = ("mono", "consolas", "courier", "code")
_SANS = ("sans", "unicode")
"""Words in the names of families that aren't monospaced, whatever else these say."""
FALLBACK = "Arial"
MAJOR, MINOR = "+mj-lt", "+mn-lt"
"""A theme's family for headings and for text, as slides name them (ST_TextTypeface, ECMA-376 part 1, 20.1.10.81)."""
_USUAL_METRICS = (1.2, 0.24)
_METRICS: Mapping[str, tuple[float, float]] = {
    "arimo": (1.149, 0.212),
    "carlito": (1.2207, 0.25),
    "cousine": (1.133, 0.3),
    "verdana": (1.215, 0.21),
    "segoe ui": (1.33, 0.25),
    "gelasio": (1.164, 0.236),
    "tahoma": (1.207, 0.207),
    "times new roman": (1.149, 0.216),
}
"""The height of a line set solid, and its descent, in em; a family that machines may lack has those of what replaces
it where that is higher."""


class Typefaces(Struct, frozen=True):
    """The families of a master."""

    major: str
    minor: str
    heading: str
    """The family that titles really have."""
    body: str

    def named(self, latin: etree._Element | None, *, heading: bool) -> tuple[str, str]:
        """The family that an ``a:latin`` names, and whether it is ours for ``heading`` or ``body``."""
        name = self._resolved(latin)
        ours = {"heading": self.heading, "body": self.body}
        usual, other = ("heading", "body") if heading else ("body", "heading")
        return name, other if ours[usual] != name == ours[other] else usual

    def _resolved(self, latin: etree._Element | None) -> str:
        name = latin.get("typeface", MINOR) if latin is not None else MINOR
        return {MAJOR: self.major, MINOR: self.minor}.get(name) or name or FALLBACK

    @property
    def references(self) -> dict[str, str]:
        """How slides name the families for ``heading`` and ``body``."""
        known = {self.minor: MINOR, self.major: MAJOR}
        heading = MAJOR if self.heading == self.major else known.get(self.heading, self.heading)
        return {"heading": heading, "body": known.get(self.body, self.body) if self.body != self.minor else MINOR}


def read_typefaces(theme: etree._Element, master: etree._Element) -> Typefaces:
    """The theme's families (``a:fontScheme``, 20.1.4.1.18), and those that the master sets titles and text in."""

    def latin(kind: str) -> str:
        found = theme.find(f"{A}themeElements/{A}fontScheme/{A}{kind}Font/{A}latin")
        return (found.get("typeface") if found is not None else "") or FALLBACK

    plain = Typefaces(latin("major"), latin("minor"), "", "")

    def used(style: str, kind: str) -> str:
        shapes = master.iterfind(f"{P}cSld/{P}spTree/{P}sp")
        own = next((s for s in shapes if s.find(f"{P}nvSpPr/{P}nvPr/{P}ph[@type='{kind}']") is not None), None)
        level = f"{A}lvl1pPr/{A}defRPr/{A}latin"
        found = own.find(f"{P}txBody/{A}lstStyle/{level}") if own is not None else None
        found = found if found is not None else master.find(f"{P}txStyles/{P}{style}/{level}")
        return plain.named(found, heading=True)[0]

    return Typefaces(plain.major, plain.minor, used("titleStyle", "title"), used("bodyStyle", "body"))


def family(name: str) -> FontFamily:
    """The family of a template with its twin, or with the nearest one where it has none."""
    exact = TWINS.get(name) or _LIKE.get(name)
    if exact is not None:
        return FontFamily(name, exact)
    lower = name.lower()
    if any(word in lower for word in _MONO) and not any(word in lower for word in _SANS):
        return FontFamily(name, "Cousine")
    return FontFamily(name, "Carlito" if any(word in lower for word in _NARROW) else "Arimo")


def line_metrics(name: str) -> tuple[float, float]:
    """The height of a line set solid in a family, and its descent; both in em."""
    twin = TWINS.get(name) or _LIKE.get(name) or name
    return _METRICS.get(twin.lower(), _USUAL_METRICS)


def typeface_warnings(file: str, fonts: tuple[FontFamily, ...]) -> Iterator[Diagnostic]:
    """A warning for each family whose twin has other metrics, so that lines may break elsewhere."""
    for font in dict.fromkeys(fonts):
        if font.name not in TWINS and font.name not in _LIKE:
            yield Diagnostic(
                f"{file} uses the font {font.name}, which can't be embedded; the HTML shows {font.twin}",
                hint="text is measured in the substitute: leave some space, or use Arial, Calibri or Georgia",
                code="template-font",
                severity=Severity.WARNING,
            )


_KINDS = tuple(f"{A}{name}" for name in ("buNone", "buChar", "buAutoNum", "buBlip"))
_COLORS = tuple(f"{A}{name}" for name in ("buClrTx", "buClr"))
_SIZES = tuple(f"{A}{name}" for name in ("buSzTx", "buSzPct", "buSzPts"))
_FONTS = tuple(f"{A}{name}" for name in ("buFontTx", "buFont"))
_SYMBOLS: Mapping[str, str] = {
    **{"§": "▪", "Ø": "➢", "ü": "✓", "q": "❑", "v": "❖", "à": "→", "l": "●", "n": "■", "u": "◆", "w": "◆"},
    **{"o": "□", "¡": "○", "·": "•", "Ÿ": "•", "•": "•", "¨": "◻", "þ": "☑", "F": "☞", "è": "➔", "y": "●"},
}
"""Characters of the symbol fonts (Wingdings, Symbol) by those that fonts for text have."""
_SYMBOL_FONTS = ("wingdings", "symbol", "webdings", "zapf", "monotype sorts")
USUAL = "•"


def bullet(paragraphs: Sequence[etree._Element], scheme: Scheme, text: str) -> tuple[str | None, str]:
    """The mark of a level and its colour; ``paragraphs`` are its list styles from the nearest, ``text`` its colour.

    The mark is "" for none, and None for a number or picture, instead of which the HTML shows a dot.
    """
    kind = _nearest(paragraphs, _KINDS)
    color = _nearest(paragraphs, _COLORS)
    ink = scheme.ink(color) if color is not None and color.tag == f"{A}buClr" else None
    shown = ink.color if ink is not None else text
    if kind is None or kind.tag == f"{A}buNone":
        return "", shown
    if kind.tag != f"{A}buChar":
        return None, shown
    character = kind.get("char", USUAL)
    font = _nearest(paragraphs, _FONTS)
    name = font.get("typeface", "").lower() if font is not None else ""
    if any(word in name for word in _SYMBOL_FONTS):
        plain = chr(ord(character) & 0xFF) if len(character) == 1 and "\uf000" <= character <= "\uf0ff" else character
        return _SYMBOLS.get(plain, USUAL), shown
    return character.strip()[:1] or USUAL, shown


def bullet_scale(paragraphs: Sequence[etree._Element], points: float) -> float:
    """The size of a level's mark, as a share of that of its text in points (21.1.2.4.9 and 10)."""
    size = _nearest(paragraphs, _SIZES)
    if size is None or size.tag == f"{A}buSzTx":
        return 1.0
    value = size.get("val", "")
    number = float(value.removesuffix("%") or 100)
    if size.tag == f"{A}buSzPts":
        return number / 100 / points
    return number / 100 if value.endswith("%") else number / 100_000


def _nearest(paragraphs: Sequence[etree._Element], tags: tuple[str, ...]) -> etree._Element | None:
    return next((child for paragraph in paragraphs for child in paragraph if child.tag in tags), None)
