"""SVG drawings in the theme's colours."""

from msgspec.structs import replace

from quarterdeck.model.content import Asset, Image
from quarterdeck.model.deck import Background
from quarterdeck.model.placed import PlacedImage
from quarterdeck.theme.colors import dressed
from support.placed_decks import HARBOUR, elements, placed, slide

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
