"""Pictures, diagrams and media."""

import pytest

from quarterdeck.model.content import Asset, Diagram, Image, Length, Media, Run
from quarterdeck.model.placed import Element, PlacedImage, PlacedMedia, PlacedText
from quarterdeck.model.theme import Box
from quarterdeck.theme.elements import figures
from quarterdeck.theme.elements.context import MeasuredBlock
from quarterdeck.theme.elements.figures import measured_diagram
from quarterdeck.theme.elements.pictures import MOST_ENLARGED, measured_image, measured_media
from support.placed_decks import context

PHOTO = Asset("p.jpg", "image/jpeg", b"", 400, 200)
DRAWING = Asset("d.svg", "image/svg+xml", b"", 400, 200)
FILM = Asset("f.mp4", "video/mp4", b"")
SOUND = Asset("s.mp3", "audio/mpeg", b"")


def drawn(block: MeasuredBlock, height: float = 400) -> tuple[Element, ...]:
    """The elements in a slot of some height."""
    return block.draw(Box(80, 160, 1120, height))


def image_box(image: Image, height: float = 400) -> Box:
    """Where a picture stands."""
    made = drawn(measured_image(image, context()), height)[0]
    assert isinstance(made, PlacedImage)
    return made.box


def test_pictures_keep_their_proportions() -> None:
    """Whatever the room, width and height are as in the file."""
    for height in (90, 300, 600):
        box = image_box(Image(DRAWING, "x"), height)
        assert box.width / box.height == pytest.approx(2)
        assert box.height <= height


def test_photos_are_enlarged_with_measure_drawings_freely() -> None:
    """A small photo doesn't become mush; a vector fills the slot."""
    assert image_box(Image(PHOTO, "x"), 900).width == MOST_ENLARGED * 400
    assert image_box(Image(DRAWING, "x"), 900).width == 1120


def test_a_width_is_a_share_or_px() -> None:
    """``{width=50%}`` is half the slot, ``{width=320px}`` is 320 px of the slide."""
    assert image_box(Image(PHOTO, "x", width=Length(50, "%"))).width == 560
    assert image_box(Image(PHOTO, "x", width=Length(320, "px"))).width == 320
    assert image_box(Image(PHOTO, "x", height=Length(100, "px"))).height == 100
    both = image_box(Image(PHOTO, "x", width=Length(100, "px"), height=Length(100, "px")))
    assert (both.width, both.height) == (100, 100)


def test_cropping_changes_the_proportions() -> None:
    """Half of the width cut off makes a square of a 2:1 picture."""
    box = image_box(Image(DRAWING, "x", crop=(0.25, 0, 0.25, 0)))
    assert box.width / box.height == pytest.approx(1)


def test_captions_stand_below_the_picture() -> None:
    """The picture makes room for its caption."""
    block = measured_image(Image(DRAWING, "x", caption=(Run("Figure 1"),)), context())
    image, caption = drawn(block, 300)
    assert isinstance(image, PlacedImage)
    assert isinstance(caption, PlacedText)
    assert image.box.bottom < caption.box.y
    assert caption.box.bottom == pytest.approx(460)


def test_pictures_are_placed_as_their_class_says() -> None:
    """Left by default, centre or right by class."""
    lefts = [image_box(Image(PHOTO, "x", width=Length(320, "px"), classes=c)).x for c in ((), ("center",), ("right",))]
    assert lefts == [80, 480, 880]


def test_a_diagram_is_its_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawn SVG, in the middle, with the author's text for those who can't see it."""
    monkeypatch.setattr(figures, "picture_of", lambda diagram, look: DRAWING)
    (made,) = drawn(measured_diagram(Diagram("dot", "a -> b", alt="a to b", width=Length(50, "%")), context()))
    assert isinstance(made, PlacedImage)
    assert (made.alt, made.asset, made.box.x) == ("a to b", DRAWING, 360)


def test_films_are_16_to_9_and_sounds_a_strip() -> None:
    """Both get a place that shows their controls."""
    (film,) = drawn(measured_media(Media(FILM, "x"), context()), 450)
    assert isinstance(film, PlacedMedia)
    assert film.box.width / film.box.height == pytest.approx(16 / 9)
    assert film.box.height == 450
    (sound,) = drawn(measured_media(Media(SOUND, "x"), context()))
    assert isinstance(sound, PlacedMedia)
    assert sound.box.height < 60
