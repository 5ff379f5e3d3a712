"""Contrast: the formula, and that every built-in theme can be read."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from quarterdeck.model.content import Asset, Image
from quarterdeck.model.deck import Background, Layout
from quarterdeck.model.placed import PlacedImage
from quarterdeck.theme.colors import AA_LARGE, AA_TEXT, dressed, ground, inverted, mixed, ratio
from quarterdeck.theme.file import BUILT_IN, load_theme
from support.placed_decks import HARBOUR, elements, placed, slide

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
    for below in ("code-background", "code-highlight"):
        found += [(f"{kind} on {below}", color, colors[below]) for kind, color in theme.syntax.items()]
        found.append((f"code on {below}", colors["code-text"], colors[below]))
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


CONTENT = HARBOUR.layouts[Layout.CONTENT]


def test_a_dark_ground_of_the_authors_gets_light_text() -> None:
    """``background: deep`` on a content slide stays readable."""
    color, colors = ground(HARBOUR, CONTENT, Background("deep"))
    assert color == colors["background"] == HARBOUR.colors["deep"]
    assert colors["text"] == HARBOUR.colors["on-accent"]


def test_any_ground_gets_the_more_readable_text() -> None:
    """Any colour an author gives is met with the better of the two sets."""
    for given in ("#FFF4D0", "#203040", "#808080"):
        color, colors = ground(HARBOUR, CONTENT, Background(given))
        others = (HARBOUR.colors["text"], HARBOUR.colors["on-accent"])
        best = max(ratio(other, color) for other in others)
        assert ratio(colors["text"], color) >= min(best, AA_TEXT)


def test_a_picture_gets_light_text() -> None:
    """Text over a picture stands on a dark veil."""
    picture = Asset("a.png", "image/png", b"", 10, 10)
    _, colors = ground(HARBOUR, CONTENT, Background(image=picture))
    assert colors["text"] == HARBOUR.colors["on-accent"]


def test_covers_use_the_strong_set() -> None:
    """Title slides are light on navy."""
    color, colors = ground(HARBOUR, HARBOUR.layouts[Layout.TITLE], None)
    assert (color, colors["muted"]) == (HARBOUR.colors["deep"], HARBOUR.colors["on-accent-muted"])


DRAWING = (
    b'<svg fill="var(--qd-text, #123456)" stroke="var( --qd-hull,red )" color="var(--qd-hull)">'
    b"\xc3\xa9 var(--other)</svg>"
)
ASSET = Asset("a.svg", "image/svg+xml", DRAWING, 100, 50)


def test_a_token_becomes_its_colour() -> None:
    """A token that the theme doesn't have becomes what stands behind the comma; all else stays as it is."""
    made = dressed(ASSET, {"text": "#FFFFFF"}).data
    assert made == b'<svg fill="#FFFFFF" stroke="red" color="var(--qd-hull)">\xc3\xa9 var(--other)</svg>'


def test_other_pictures_are_left_alone() -> None:
    """Also a drawing that names no token, and bytes that are no text."""
    for asset in (replace(ASSET, media_type="image/png"), replace(ASSET, data=b"<svg>\xff</svg>")):
        assert dressed(asset, HARBOUR.colors) is asset
    assert dressed(replace(ASSET, data=b"\xff var(--qd-text)"), {"text": "#000000"}).data == b"\xff #000000"


def test_drawings_wear_the_colours_of_their_slide() -> None:
    """Those for strong grounds where the slide has one."""
    page = slide(Image(ASSET, "A drawing"))
    dark = replace(page, background=Background(color="deep"))
    for made, color in ((page, HARBOUR.colors["text"]), (dark, HARBOUR.colors["on-accent"])):
        (picture,) = elements(placed(made).slides[0], PlacedImage)
        assert f'fill="{color}"'.encode() in picture.asset.data
