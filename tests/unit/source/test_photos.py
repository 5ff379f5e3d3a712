"""Pictures of pixels are upright and in RGB, whatever a camera or a print shop made of them."""

from __future__ import annotations

import io

import pytest
from PIL import ExifTags, Image, ImageCms, ImageSequence, PngImagePlugin

from quarterdeck.source.photos import PhotoError, read_photo, without_metadata

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
STORED: dict[int, Image.Transpose | None] = {
    1: None,
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera stores an upright picture for each orientation (EXIF 2.32, 4.6.4 A)."""


def upright() -> Image.Image:
    """48 × 32 pixels, each corner in a colour of its own."""
    picture = Image.new("RGB", (48, 32))
    for place, color in (((0, 0), RED), ((24, 0), GREEN), ((0, 16), BLUE), ((24, 16), WHITE)):
        picture.paste(color, (*place, place[0] + 24, place[1] + 16))
    return picture


def saved(picture: Image.Image, kind: str, **options: object) -> bytes:
    """The bytes of a file."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def stored(orientation: int, kind: str, **options: object) -> bytes:
    """The file of a camera that was held so."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    way = STORED[orientation]
    picture = upright() if way is None else upright().transpose(way)
    return saved(picture, kind, exif=exif, **options)


def corners(data: bytes) -> list[tuple[int, ...]]:
    """The colours of the corners, each channel dark (0) or light (255)."""
    with Image.open(io.BytesIO(data)) as picture:
        assert picture.mode == "RGB"
        pixels = picture.convert("RGB")
        places = [(x, y) for y in (4, pixels.height - 5) for x in (4, pixels.width - 5)]
        return [tuple(255 * (channel > 127) for channel in _pixel(pixels, place)) for place in places]


def _pixel(picture: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    value = picture.getpixel(place)
    assert isinstance(value, tuple)
    return tuple(round(channel) for channel in value)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_upright(orientation: int, kind: str) -> None:
    """Also mirrored ones, and no program turns it once more."""
    photo = read_photo(stored(orientation, kind))
    assert (photo.width, photo.height) == (48, 32)
    assert corners(photo.data) == [RED, GREEN, BLUE, WHITE]
    with Image.open(io.BytesIO(photo.data)) as picture:
        assert picture.size == (48, 32)
        assert picture.getexif().get(ExifTags.Base.Orientation, 1) == 1


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_what_is_upright_is_kept_byte_for_byte(kind: str) -> None:
    """Nothing is lost by encoding it again."""
    data = saved(upright(), kind)
    assert read_photo(data).data == data


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_the_same_photo_gives_the_same_bytes(kind: str) -> None:
    """A deck that is built twice is the same twice."""
    data = stored(6, kind)
    assert read_photo(data).data == read_photo(data).data != data


def test_a_phone_photo_with_a_second_picture_is_upright() -> None:
    """Phones put a small picture after the large one (MPO)."""
    photo = read_photo(stored(6, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))]))
    assert (photo.media_type, photo.width, photo.height) == ("image/jpeg", 48, 32)
    assert corners(photo.data) == [RED, GREEN, BLUE, WHITE]


def test_an_orientation_in_a_text_of_the_png_is_followed() -> None:
    """ImageMagick writes it there."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 3
    info = PngImagePlugin.PngInfo()
    block = exif.tobytes()
    info.add_text("Raw profile type exif", f"\nexif\n{len(block):8}\n{block.hex()}\n", zip=True)
    photo = read_photo(saved(upright().transpose(Image.Transpose.ROTATE_180), "PNG", pnginfo=info))
    assert corners(photo.data) == [RED, GREEN, BLUE, WHITE]


def test_transparency_survives_being_turned() -> None:
    """A screenshot with round corners keeps them."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    photo = read_photo(saved(Image.new("RGBA", (4, 2), (0, 0, 0, 0)), "PNG", exif=exif))
    with Image.open(io.BytesIO(photo.data)) as picture:
        assert (picture.mode, picture.size, picture.getpixel((0, 0))) == ("RGBA", (2, 4), (0, 0, 0, 0))


def test_a_profile_survives_being_turned() -> None:
    """A photo in Display P3 keeps its colours."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    photo = read_photo(stored(8, "JPEG", icc_profile=profile))
    with Image.open(io.BytesIO(photo.data)) as picture:
        assert picture.info["icc_profile"] == profile


@pytest.mark.parametrize("turned", [False, True])
def test_cmyk_becomes_rgb(turned: bool) -> None:
    """In the colours that programs without a profile show, and upright."""
    picture = upright() if not turned else upright().transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6 if turned else 1
    photo = read_photo(saved(picture.convert("CMYK"), "JPEG", exif=exif))
    assert corners(photo.data) == [RED, GREEN, BLUE, WHITE]


def test_a_broken_profile_of_inks_is_passed_over() -> None:
    """The colours are then those without a profile."""
    photo = read_photo(saved(upright().convert("CMYK"), "JPEG", icc_profile=b"no profile"))
    assert corners(photo.data) == [RED, GREEN, BLUE, WHITE]


def test_a_film_is_left_alone() -> None:
    """Turning it would stop it."""
    data = stored(6, "WEBP", save_all=True, append_images=[Image.new("RGB", (32, 48))])
    assert read_photo(data).data == data


@pytest.mark.parametrize("data", [b"", b"text", b"\xff\xd8\xff", stored(6, "JPEG")[:-200]])
def test_what_cannot_be_read_is_told(data: bytes) -> None:
    """Never a traceback."""
    with pytest.raises(PhotoError, match="is not a readable picture"):
        read_photo(data)


def test_a_tiff_is_refused_by_its_name() -> None:
    """With what to do about it."""
    with pytest.raises(PhotoError, match="TIFF") as caught:
        read_photo(saved(upright(), "TIFF"))
    assert caught.value.hint == "convert it to PNG"


def told(kind: str, **options: object) -> bytes:
    """A file with a word in its EXIF, in whatever else its format has for texts, and after its end."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = "whispered"
    return saved(upright(), kind, exif=exif, **options) + b"whispered"


def _texts() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "whispered")
    info.add_itxt("XML:com.adobe.xmp", "whispered")
    return info


PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
TOLD = {
    "png": told("PNG", pnginfo=_texts(), icc_profile=PROFILE),
    "jpeg": told("JPEG", comment=b"whispered", icc_profile=PROFILE),
    "jpeg, progressive, with restarts": told("JPEG", progressive=True, restart_marker_blocks=1, icc_profile=PROFILE),
    "webp": told("WEBP", xmp=b"whispered", icc_profile=PROFILE),
    "webp, lossless": told("WEBP", lossless=True, icc_profile=PROFILE),
    "webp, film": told("WEBP", save_all=True, append_images=[upright().rotate(90)], icc_profile=PROFILE),
}
FILM = saved(upright(), "GIF", save_all=True, append_images=[upright().rotate(180)], loop=0, comment=b"whispered")


def frames(data: bytes) -> list[bytes]:
    """The pixels of each frame."""
    with Image.open(io.BytesIO(data)) as picture:
        return [frame.convert("RGB").tobytes() for frame in ImageSequence.Iterator(picture)]


@pytest.mark.parametrize("data", [*TOLD.values(), FILM + b"whispered"], ids=[*TOLD, "gif, film"])
def test_what_a_file_says_beside_its_pixels_is_left_out(data: bytes) -> None:
    """The pixels are the same to the bit, and so are the profile of colours and the repeats of a film."""
    plain = without_metadata(data)
    assert b"whispered" in data
    assert b"whispered" not in plain
    assert frames(plain) == frames(data)
    assert without_metadata(plain) == plain
    with Image.open(io.BytesIO(plain)) as after, Image.open(io.BytesIO(data)) as before:
        assert after.info.get("icc_profile") == before.info.get("icc_profile")
        assert after.info.get("loop") == before.info.get("loop")


@pytest.mark.parametrize("data", [*TOLD.values(), FILM], ids=[*TOLD, "gif, film"])
def test_a_picture_that_is_cut_off_stays_as_it_is(data: bytes) -> None:
    """Whoever shows it says what is wrong with it; anything that isn't a picture stays too."""
    for end in range(0, len(data) - len(b"whispered") - 1, 97):
        assert len(without_metadata(data[:end])) <= end
    assert without_metadata(b"\xff\xd8\xff\xe0\x00\x02text") == b"\xff\xd8\xff\xe0\x00\x02text"
    assert without_metadata(b"text") == b"text"
