"""The theme's colours as PowerPoint has them: twelve of them in a scheme, all others by value.

A colour that is in the scheme is written by its name there, so that choosing other theme colours
in PowerPoint changes the slides.
"""

from __future__ import annotations

from collections.abc import Mapping

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


class Palette:
    """Writes colours."""

    def __init__(self, theme: Theme) -> None:
        self._names: dict[str, str] = {}
        for name, color in _scheme(theme).items():
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
        """A solid fill."""
        key = (color, opacity)
        if key not in self._fills:
            self._fills[key] = f"<a:solidFill>{self.color(color, opacity)}</a:solidFill>"
        return self._fills[key]


def _scheme(theme: Theme) -> Mapping[str, str]:
    """The colours of the scheme by PowerPoint's names: ours, or the template's."""
    if theme.template is not None:
        return theme.template.scheme
    return {name: theme.colors[token] for name, token in SCHEME.items()}


def _digits(color: str) -> str:
    """``#rgb`` or ``#rrggbb`` as DrawingML writes it."""
    digits = color.lstrip("#").upper()
    return "".join(d * 2 for d in digits) if len(digits) == 3 else digits
