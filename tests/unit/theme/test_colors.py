"""Contrast: the formula, and that every built-in theme can be read."""

from pathlib import Path

import pytest

from quarterdeck.model.deck import Layout
from quarterdeck.theme.colors import AA_LARGE, AA_TEXT, inverted, mixed, ratio
from quarterdeck.theme.file import BUILT_IN, load_theme

ON_PAGE = ("text", "muted", "accent", "link", "note", "tip", "warning", "danger")
"""Tokens that text may have on the ground of a slide, and on its surfaces."""
AAA = 7.0


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#FFFFFF", 21.0), ("#777777", "#FFFFFF", 4.48), ("#336699", "#336699", 1.0)],
)
def test_the_ratio_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    """Known pairs have their known contrast, in either order."""
    assert ratio(one, other) == pytest.approx(expected, abs=0.01)
    assert ratio(other, one) == ratio(one, other)


def test_colours_mix_by_opacity() -> None:
    """A veil over a ground gives the colour that is seen."""
    assert mixed("#FFFFFF", "#000000", 0.5) == "#808080"
    assert mixed("#123456", "#FFFFFF", 1.0) == "#123456"


def pairs(name: str) -> list[tuple[str, str, str]]:
    """Each text colour of a theme with each ground it stands on, and what the pair is."""
    theme = load_theme(name, Path())
    colors, strong = theme.colors, inverted(theme.colors)
    found = [
        (f"{token} on {ground}", colors[token], colors[ground])
        for token in ON_PAGE
        for ground in ("background", "surface")
    ]
    found += [(f"{t} on strong {g}", strong[t], strong[g]) for t in ON_PAGE for g in ("background", "surface")]
    for ground in ("code-background", "code-highlight"):
        found += [(f"{kind} on {ground}", color, colors[ground]) for kind, color in theme.syntax.items()]
        found.append((f"code on {ground}", colors["code-text"], colors[ground]))
    found.append(("line numbers", colors["code-number"], colors["code-background"]))
    found.append(("title of a code panel", colors["muted"], colors["code-background"]))
    found += [(f"ANSI {i}", color, colors["terminal-background"]) for i, color in enumerate(theme.terminal) if i != 0]
    found.append(("terminal", colors["terminal-text"], colors["terminal-background"]))
    found.append(("terminal's bar", colors["terminal-text"], colors["terminal-bar"]))
    return found


@pytest.mark.parametrize("name", BUILT_IN)
def test_all_text_of_built_in_themes_reaches_aa(name: str) -> None:
    """Every text can be read on every ground it may stand on."""
    low = [f"{what}: {ratio(text, ground):.2f}" for what, text, ground in pairs(name) if ratio(text, ground) < AA_TEXT]
    assert low == []


def test_the_contrast_theme_reaches_aaa() -> None:
    """It keeps what its name promises."""
    low = [
        f"{what}: {ratio(text, ground):.2f}" for what, text, ground in pairs("contrast") if ratio(text, ground) < AAA
    ]
    assert low == []


@pytest.mark.parametrize("name", BUILT_IN)
def test_chart_colours_stand_out(name: str) -> None:
    """Graphics reach 3:1 on the slide's ground."""
    colors = load_theme(name, Path()).colors
    series = ["accent", *(f"accent-{number}" for number in range(2, 7))]
    assert [s for s in series if ratio(colors[s], colors["background"]) < AA_LARGE] == []


@pytest.mark.parametrize("name", BUILT_IN)
def test_covers_stand_on_a_strong_ground(name: str) -> None:
    """Text of covers is light on ``deep`` and on the sea, whose colours the pairs above are measured with."""
    theme = load_theme(name, Path())
    for layout in (Layout.TITLE, Layout.SECTION):
        assert theme.layouts[layout].inverse
        assert theme.layouts[layout].background == "deep"
