"""The theme part: colours and fonts (``a:theme``, ECMA-376 part 1, 20.1.6.9)."""

from __future__ import annotations

from collections.abc import Mapping

from quarterdeck.compile.pptx.package.ooxml import DECLARATION, DRAWING, attribute
from quarterdeck.model.theme import Theme

SCHEME: Mapping[str, str] = {
    "tx1": "text",
    "bg1": "background",
    "tx2": "muted",
    "bg2": "surface",
    "accent1": "accent",
    "accent2": "accent-2",
    "accent3": "accent-3",
    "accent4": "accent-4",
    "accent5": "accent-5",
    "accent6": "accent-6",
    "hlink": "link",
}
"""PowerPoint's name (ST_SchemeColorVal, 20.1.10.54) and our token."""


GLOW_EDGE = 70711
"""Where an ellipse's edge is on the way from its middle to the corners of a square around it, in 1/100000."""


class Palette:
    """Writes colours: as a reference to the theme where it has them, so that they follow it."""

    def __init__(self, theme: Theme, scheme: Mapping[str, str] | None = None) -> None:
        self._names: dict[str, str] = {}
        for name, color in (scheme or _scheme(theme)).items():
            self._names.setdefault(_digits(color), name)
        self._fills: dict[tuple[str, float], str] = {}

    def color(self, color: str, opacity: float = 1.0) -> str:
        """A colour element for ``#rrggbb``."""
        digits = _digits(color)
        alpha = f'<a:alpha val="{round(opacity * 100000)}"/>' if opacity < 1 else ""
        name = self._names.get(digits)
        element, value = ("schemeClr", name) if name else ("srgbClr", digits)
        return f'<a:{element} val="{value}">{alpha}</a:{element}>' if alpha else f'<a:{element} val="{value}"/>'

    def fill(self, color: str, opacity: float = 1.0) -> str:
        """A solid fill, of an opacity from 0 to 1."""
        key = (color, opacity)
        if key not in self._fills:
            self._fills[key] = f"<a:solidFill>{self.color(color, opacity)}</a:solidFill>"
        return self._fills[key]

    def glow(self, color: str, opacity: float) -> str:
        """A fill of an ellipse that fades out from its middle to its edge.

        The gradient reaches the corners of the ellipse's box, which are further away than its edge.
        """
        middle, edge = self.color(color, opacity), self.color(color, 0.0)
        return (
            f'<a:gradFill rotWithShape="1"><a:gsLst><a:gs pos="0">{middle}</a:gs><a:gs pos="{GLOW_EDGE}">{edge}</a:gs>'
            f'<a:gs pos="100000">{edge}</a:gs></a:gsLst><a:path path="circle">'
            '<a:fillToRect l="50000" t="50000" r="50000" b="50000"/></a:path></a:gradFill>'
        )


def _scheme(theme: Theme) -> Mapping[str, str]:
    """The colours of the scheme by PowerPoint's names: ours, or the template's."""
    if theme.template is not None:
        return theme.template.scheme
    return {name: theme.colors[token] for name, token in SCHEME.items()}


def _digits(color: str) -> str:
    """``#rgb`` or ``#rrggbb`` as DrawingML writes it."""
    digits = color.lstrip("#").upper()
    return "".join(d * 2 for d in digits) if len(digits) == 3 else digits


_LIGHT: Mapping[str, str] = {"dk1": "tx1", "lt1": "bg1", "dk2": "tx2", "lt2": "bg2"}
_DARK: Mapping[str, str] = {"dk1": "bg1", "lt1": "tx1", "dk2": "bg2", "lt2": "tx2"}
_ORDER = (
    "dk1",
    "lt1",
    "dk2",
    "lt2",
    "accent1",
    "accent2",
    "accent3",
    "accent4",
    "accent5",
    "accent6",
    "hlink",
    "folHlink",
)

_PAPER: Mapping[str, str] = {"dk1": "000000", "lt1": "FFFFFF", "dk2": "44546A", "lt2": "E7E6E6"}
"""Notes are printed: black on white, whatever the slides look like."""

_PLAIN = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
_FORMATS = (
    '<a:fmtScheme name="Plain">'
    f"<a:fillStyleLst>{_PLAIN * 3}</a:fillStyleLst>"
    "<a:lnStyleLst>"
    + "".join(f'<a:ln w="{width}">{_PLAIN}</a:ln>' for width in (9525, 19050, 28575))
    + "</a:lnStyleLst>"
    f"<a:effectStyleLst>{'<a:effectStyle><a:effectLst/></a:effectStyle>' * 3}</a:effectStyleLst>"
    f"<a:bgFillStyleLst>{_PLAIN * 3}</a:bgFillStyleLst>"
    "</a:fmtScheme>"
)
"""The formats of new shapes in PowerPoint; three of each are required."""


def color_map(theme: Theme) -> str:
    """The master's ``p:clrMap``: on a dark theme text is light (19.3.1.6)."""
    names = _DARK if theme.dark else _LIGHT
    places = {place: name for name, place in names.items()}
    rest = " ".join(f'{name}="{name}"' for name in _ORDER[4:])
    return f'<p:clrMap bg1="{places["bg1"]}" tx1="{places["tx1"]}" bg2="{places["bg2"]}" tx2="{places["tx2"]}" {rest}/>'


PAPER_COLOR_MAP = (
    '<p:clrMap bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" ' + " ".join(f'{name}="{name}"' for name in _ORDER[4:]) + "/>"
)
"""The colour map of the notes master."""


def theme_xml(theme: Theme) -> str:
    """The theme part of the slides (``a:theme``)."""
    names = _DARK if theme.dark else _LIGHT
    colors = {name: theme.colors[SCHEME[place]] for name, place in names.items()}
    return _theme(theme.title, {**colors, **_accents(theme)}, theme)


def notes_theme_xml(theme: Theme) -> str:
    """The theme part of the notes pages."""
    return _theme(f"{theme.title} notes", {**_PAPER, **_accents(theme)}, theme)


def _accents(theme: Theme) -> dict[str, str]:
    accents = {name: theme.colors[SCHEME[name]] for name in _ORDER[4:10]}
    return {**accents, "hlink": theme.colors["link"], "folHlink": theme.colors["link"]}


def _theme(title: str, colors: Mapping[str, str], theme: Theme) -> str:
    scheme = "".join(f'<a:{name}><a:srgbClr val="{colors[name].lstrip("#").upper()}"/></a:{name}>' for name in _ORDER)
    fonts = "".join(
        f'<a:{kind}Font><a:latin typeface="{attribute(family.name)}"/><a:ea typeface=""/><a:cs typeface=""/>'
        f"</a:{kind}Font>"
        for kind, family in (("major", theme.heading), ("minor", theme.body))
    )
    name = attribute(title)
    return (
        f'{DECLARATION}<a:theme xmlns:a="{DRAWING}" name="{name}"><a:themeElements>'
        f'<a:clrScheme name="{name}">{scheme}</a:clrScheme><a:fontScheme name="{name}">{fonts}</a:fontScheme>'
        f"{_FORMATS}</a:themeElements><a:objectDefaults/><a:extraClrSchemeLst/></a:theme>"
    )
