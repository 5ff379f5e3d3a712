"""Colours on the ground of a slide."""

from quarterdeck.model.content import Asset
from quarterdeck.model.deck import Background, Layout
from quarterdeck.theme.colors import AA_TEXT, ground, ratio
from support.placed_decks import HARBOUR

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
