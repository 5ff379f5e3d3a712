"""The colours and font of a diagram."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from quarterdeck.model.theme import Theme
from quarterdeck.theme.colors import luminance, mixed

TINT = 0.22
"""Share of a strong colour in an area that carries text."""


class DiagramLook(Struct, frozen=True):
    """Colours as ``#rrggbb``, and the font's name."""

    font: str
    twin: str
    """The free font that the first one is measured with."""
    text: str
    line: str
    """Of arrows."""
    edge: str
    """Around nodes."""
    fill: str
    """Of nodes that are filled."""
    ground: str
    """Behind the diagram."""
    rule: str
    """Around groups."""
    series: tuple[str, ...]
    """Colours that tell things apart."""
    dark: bool

    @property
    def fonts(self) -> str:
        """The font and its substitutes, as a CSS list of families."""
        return f"{self.font}, {self.twin}, sans-serif"

    def tint(self, index: int) -> str:
        """A light shade of a series' colour, that text can be read on."""
        return mixed(self.series[index % len(self.series)], self.ground, TINT)


def diagram_look(theme: Theme, colors: Mapping[str, str]) -> DiagramLook:
    """The look in a theme, with the colours that hold on a slide or a sheet of paper."""
    ground = colors["background"]
    series = tuple(colors[name] for name in ("accent-2", "accent", "accent-3", "accent-4", "accent-5", "accent-6"))
    return DiagramLook(
        font=theme.body.name,
        twin=theme.body.twin,
        text=colors["text"],
        line=colors["muted"],
        edge=series[0],
        fill=mixed(series[0], ground, TINT),
        ground=ground,
        rule=colors["rule"],
        series=series,
        dark=luminance(ground) < luminance(colors["text"]),
    )
