"""DrawingML colours → ``#rrggbb`` (``EG_ColorChoice``, ECMA-376 part 1, 20.1.2.3)."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Mapping

from lxml import etree
from msgspec import Struct

from quarterdeck.model.theme import Theme
from quarterdeck.theme.colors import AA_LARGE, AA_TEXT, channels, linear, luminance, mixed, ratio
from quarterdeck.theme.template.package import A, Archive, P

PRESETS: Mapping[str, str] = {"black": "#000000", "white": "#FFFFFF", "red": "#FF0000", "blue": "#0000FF"}
"""The preset colours (20.1.10.47) that templates use; others are seldom written."""
_MAPPED = ("bg1", "tx1", "bg2", "tx2")
_FULL = 100_000
"""A percentage of 100."""


class Paint(Struct, frozen=True):
    """A colour, and how much of it is seen."""

    color: str
    """``#rrggbb``."""
    opacity: float = 1.0


class Gradient(Struct, frozen=True):
    """Colours that run into each other (``a:gradFill``, 20.1.8.33)."""

    stops: tuple[tuple[float, Paint], ...]
    """Each with its place, 0 to 1."""
    angle: float
    """Degrees clockwise from left to right, where it runs straight."""
    center: tuple[float, float] | None
    """Where it begins, as shares of width and height, where it runs in all directions."""

    @property
    def mean(self) -> Paint:
        """The colour that stands for it where there can be only one."""
        inks = [paint for _, paint in self.stops]
        mean = [math.fsum(channel) / len(inks) for channel in zip(*(channels(k.color) for k in inks), strict=True)]
        opacity = math.fsum(ink.opacity for ink in inks) / len(inks)
        return Paint("#" + "".join(f"{round(channel):02X}" for channel in mean), opacity)


class Scheme(Struct, frozen=True):
    """A theme's colours by the names that slides use, through the master's colour map (``p:clrMap``, 19.3.1.6)."""

    colors: Mapping[str, str]
    """``#rrggbb`` by ``bg1``, ``tx1``, ``accent1`` and, unmapped, ``dk1``, ``lt1``."""

    def ink(self, parent: etree._Element | None, own: str | None = None) -> Paint | None:
        """The colour given in an element, None if there is none; ``own`` is the meaning of ``phClr`` there."""
        for child in parent if parent is not None else ():
            color = self._base(child, own)
            if color is not None:
                return _transformed(color, child)
        return None

    def gradient(self, look: etree._Element | None, own: str | None = None) -> Gradient | None:
        """The gradient that something is filled with, if it is."""
        fill = look.find(f"{A}gradFill") if look is not None else None
        if fill is None:
            return None
        read = [(int(stop.get("pos", "0")) / _FULL, self.ink(stop, own)) for stop in fill.iterfind(f"{A}gsLst/{A}gs")]
        stops = tuple(sorted(((place, ink) for place, ink in read if ink is not None), key=lambda stop: stop[0]))
        if not stops:
            return None
        line, path = fill.find(f"{A}lin"), fill.find(f"{A}path")
        center = None
        if path is not None:
            inner = path.find(f"{A}fillToRect")
            left, top, right, bottom = (int(inner.get(s, "0")) / _FULL if inner is not None else 0.5 for s in "ltrb")
            center = ((left + 1 - right) / 2, (top + 1 - bottom) / 2)
        return Gradient(stops, int(line.get("ang", "0")) / 60_000 if line is not None else 0.0, center)

    def _base(self, element: etree._Element, own: str | None) -> str | None:
        value = element.get("val", "")
        match str(element.tag).removeprefix(A):
            case "srgbClr":
                return f"#{value.upper()}"
            case "sysClr":
                return f"#{element.get('lastClr', '000000').upper()}"
            case "schemeClr":
                return own if value == "phClr" else self.colors.get(value)
            case "prstClr":
                return PRESETS.get(value)
            case _:
                return None


def read_scheme(archive: Archive, theme: str, master: str) -> Scheme:
    """The colours of a theme part as a master maps them."""
    colors: dict[str, str] = {}
    plain = Scheme({})
    for entry in archive.root(theme).iterfind(f"{A}themeElements/{A}clrScheme/*"):
        ink = plain.ink(entry)
        if ink is not None:
            colors[str(entry.tag).removeprefix(A)] = ink.color
    mapping = archive.root(master).find(f"{P}clrMap")
    if mapping is not None:
        mapped = {str(n): colors[str(v)] for n, v in mapping.attrib.items() if v in colors}
        colors |= mapped
    for name, default in zip(_MAPPED, ("lt1", "dk1", "lt2", "dk2"), strict=True):
        colors.setdefault(name, colors.get(default, "#FFFFFF" if name.startswith("bg") else "#000000"))
    return Scheme(colors)


def overridden(scheme: Scheme, layout: etree._Element) -> Scheme:
    """The scheme of a layout, which may map colours differently (``p:clrMapOvr``, 19.3.1.7)."""
    again = {name: scheme.colors[value] for name, value in color_map(layout).items() if value in scheme.colors}
    return Scheme({**scheme.colors, **again}) if again else scheme


def color_map(layout: etree._Element) -> dict[str, str]:
    """The colours of the theme that a layout maps differently from its master, by the names that slides use."""
    mapping = layout.find(f"{P}clrMapOvr/{A}overrideClrMapping")
    return {str(name): str(value) for name, value in mapping.attrib.items()} if mapping is not None else {}


def _transformed(color: str, element: etree._Element) -> Paint:
    """The colour after its transforms, in the order they are written (20.1.2.3.1 and following)."""
    opacity = 1.0
    for change in element:
        share = int(change.get("val", _FULL)) / _FULL
        match str(change.tag).removeprefix(A):
            case "alpha":
                opacity = share
            case "shade":
                color = _in_light(color, share, towards=0.0)
            case "tint":
                color = _in_light(color, share, towards=1.0)
            case "lumMod":
                color = _in_hls(color, light=share)
            case "lumOff":
                color = _in_hls(color, lighter=share)
            case "satMod":
                color = _in_hls(color, saturation=share)
            case _:
                continue
    return Paint(color, opacity)


def _in_light(color: str, share: float, *, towards: float) -> str:
    """A share of the colour's light and the rest black (0) or white (1): shades and tints are counted in linear RGB."""
    light = (linear(channel / 255) * share + towards * (1 - share) for channel in channels(color))
    return "#" + "".join(f"{round(255 * _encoded(value)):02X}" for value in light)


def _encoded(light: float) -> float:
    """The sRGB value of linear light (IEC 61966-2-1)."""
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def _in_hls(color: str, *, light: float = 1.0, lighter: float = 0.0, saturation: float = 1.0) -> str:
    hue, lightness, saturated = colorsys.rgb_to_hls(*(channel / 255 for channel in channels(color)))
    lightness = min(1.0, max(0.0, lightness * light + lighter))
    rgb = colorsys.hls_to_rgb(hue, lightness, min(1.0, saturated * saturation))
    return "#" + "".join(f"{round(channel * 255):02X}" for channel in rgb)


DARK = 0.2
"""The greatest relative luminance of a ground that asks for light text."""
_STRONG = 7.0
"""The contrast of white text on the strong grounds that we choose."""
_STEPS = 10


FOOT_TOKENS = ("footer-text", "date-text", "number-text")


def is_dark(scheme: Scheme) -> bool:
    """Whether the template's slides are dark."""
    return luminance(scheme.colors["bg1"]) < DARK


def color_tokens(scheme: Scheme, text: str, title: str, footer: str, base: Theme) -> dict[str, str]:
    """The tokens; ``text``, ``title`` and ``footer`` are the colours that the template's placeholders have.

    Colours that no template has (messages, terminals) are ``base``'s.  A colour that can't be
    read on its ground is moved towards the colour of text until it can.
    """
    colors, ground = scheme.colors, scheme.colors["bg1"]
    surface = colors["bg2"]
    if ratio(text, surface) < AA_TEXT or ratio(surface, ground) > 2 or surface == ground:
        surface = mixed(text, ground, 0.06)
    deep = _deep(scheme)
    muted = colors["tx2"] if _reads(colors["tx2"], ground, surface) else mixed(text, ground, 0.72)
    accents = {f"accent-{n}": colors.get(f"accent{n}", colors["tx1"]) for n in range(2, 7)}
    accent = colors.get("accent1", colors["tx1"])
    return {
        **base.colors,
        **accents,
        "background": ground,
        "surface": surface,
        "text": text,
        "title-text": title,
        "subtitle-text": muted,
        **dict.fromkeys(FOOT_TOKENS, footer),
        "column-heading-text": text,
        "quote-text": text,
        "attribution-text": muted,
        "caption-text": muted,
        "byline-text": muted,
        "muted": muted,
        "accent": readable(accent, ground, text, AA_LARGE),
        "link": readable(colors.get("hlink", accent), ground, text),
        "rule": mixed(text, ground, 0.2),
        "deep": deep,
        "deeper": mixed("#000000", deep, 0.3),
        "beacon": accent,
        "on-accent": "#FFFFFF",
        "on-accent-muted": mixed("#FFFFFF", deep, 0.78),
        "on-accent-highlight": readable(mixed(accent, "#FFFFFF", 0.45), deep, "#FFFFFF"),
        "code-background": surface,
        "code-text": text,
        "code-number": readable(mixed(text, surface, 0.6), surface, text),
        "code-highlight": mixed(accent, surface, 0.22),
        **{name: readable(base.colors[name], ground, text) for name in ("note", "tip", "warning", "danger")},
    }


def syntax_colors(base: Theme, colors: Mapping[str, str]) -> dict[str, str]:
    """The colours of code, such that they are read on the template's surface."""
    return {
        token: readable(color, colors["code-background"], colors["code-text"]) for token, color in base.syntax.items()
    }


def readable(color: str, ground: str, text: str, least: float = AA_TEXT) -> str:
    """The colour, moved towards that of text as far as contrast with its ground needs it."""
    for step in range(_STEPS):
        moved = mixed(text, color, step / _STEPS) if step else color
        if ratio(moved, ground) >= least:
            return moved
    return text


def _reads(color: str, *grounds: str) -> bool:
    return all(ratio(color, ground) >= AA_TEXT for ground in grounds)


def _deep(scheme: Scheme) -> str:
    """A strong ground for white text: the template's dark colour or its first accent, darkened if need be."""
    for name in ("dk2", "accent1", "dk1"):
        color = scheme.colors.get(name, "#000000")
        if ratio("#FFFFFF", color) >= _STRONG and color != "#000000":
            return color
    return readable(scheme.colors.get("accent1", "#202020"), "#FFFFFF", "#000000", _STRONG)
