"""A template's fonts, and what the HTML sets their text in."""

from __future__ import annotations

from collections.abc import Mapping

from lxml import etree

from quarterdeck.model.theme import FontFamily
from quarterdeck.theme.fonts import TWINS
from quarterdeck.theme.template.archive import A

_LIKE: Mapping[str, str] = {
    "Helvetica": "Arimo",
    "Helvetica Neue": "Arimo",
    "Liberation Sans": "Arimo",
    "Arimo": "Arimo",
    "Carlito": "Carlito",
    "Cousine": "Cousine",
    "Liberation Mono": "Cousine",
    "Courier": "Cousine",
}
"""Families with the metrics of one that comes with Quarterdeck, besides those that Office has."""
_NARROW = ("candara", "corbel", "calibri", "carlito", "condensed", "narrow", "gill", "myriad", "lato")
"""Words in the names of families that run about as narrow as Calibri."""
_MONO = ("mono", "consolas", "courier", "code")
FALLBACK = "Arial"


def family(name: str) -> FontFamily:
    """The family of a template with its twin, or with the nearest one where it has none."""
    exact = TWINS.get(name) or _LIKE.get(name)
    if exact is not None:
        return FontFamily(name, exact)
    lower = name.lower()
    if any(word in lower for word in _MONO):
        return FontFamily(name, "Cousine")
    return FontFamily(name, "Carlito" if any(word in lower for word in _NARROW) else "Arimo")


def has_twin(name: str) -> bool:
    """Whether the twin has the same metrics, so that lines break alike."""
    return name in TWINS or name in _LIKE


def theme_fonts(theme: etree._Element) -> tuple[FontFamily, FontFamily]:
    """The families of headings and of text (``a:fontScheme``, ECMA-376 part 1, 20.1.4.1.18)."""

    def latin(kind: str) -> FontFamily:
        found = theme.find(f".//{A}fontScheme/{A}{kind}Font/{A}latin")
        return family((found.get("typeface") if found is not None else "") or FALLBACK)

    return latin("major"), latin("minor")
