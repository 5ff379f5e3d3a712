"""Pictures, videos and sounds of a deck: each one once in the package, in a format PowerPoint reads."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from hashlib import sha256

from msgspec import Struct

from quarterdeck.browser import DrawingBrowser
from quarterdeck.compile.pptx.package.opc import Package
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.content import Asset
from quarterdeck.model.theme import Theme

_EXTENSIONS: Mapping[str, str] = {
    "image/png": "png",
    "image/jpeg": "jpeg",
    "image/gif": "gif",
    "image/svg+xml": "svg",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "video/quicktime": "mov",
    "audio/mpeg": "mp3",
    "audio/mp4": "m4a",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/x-wav": "wav",
}
"""Formats that go in as they are, and the extensions of their parts.  Any other picture becomes a PNG."""


class Picture(Struct, frozen=True):
    """The names of a picture's parts: the bitmap, and the SVG if it is one."""

    part: str
    vector: str | None = None
    """The part of the SVG that ``part`` is drawn from."""


class Files:
    """Puts files into the package as slides ask for them."""

    def __init__(self, package: Package, theme: Theme) -> None:
        self._package = package
        self._theme = theme
        self._browser = DrawingBrowser()
        self._parts: dict[tuple[str, bytes], str] = {}
        self._pictures: dict[int, tuple[Asset, Picture]] = {}
        self.taken: list[tuple[Asset, Picture]] = []
        """The pictures that were asked for, since it was emptied."""

    def close(self) -> None:
        """End the browser, if a drawing needed one."""
        self._browser.close()

    def picture(self, asset: Asset) -> Picture:
        """The parts of a picture; raises :class:`QuarterdeckError` for one that can't be read."""
        known = self._pictures.get(id(asset))
        if known is None:
            known = self._pictures[id(asset)] = (asset, self._picture(asset))
        self.taken.append(known)
        return known[1]

    def _picture(self, asset: Asset) -> Picture:
        match asset.media_type:
            case "image/svg+xml":
                from quarterdeck.compile.pptx.package.raster import needs_browser, rasterised

                drawn = self._derived("png", asset, lambda: rasterised(asset, self._theme, self._browser))
                if needs_browser(asset.data):
                    return Picture(drawn)  # PowerPoint would draw the vectors without what resvg lacks, too
                return Picture(drawn, self._file("svg", asset.media_type, asset.data))
            case "image/png" | "image/jpeg" | "image/gif":
                return Picture(self._file(_EXTENSIONS[asset.media_type], asset.media_type, asset.data))
            case _:
                return Picture(self._derived("png", asset, lambda: _as_png(asset)))

    def media(self, asset: Asset) -> str:
        """The part of a video or sound; raises :class:`QuarterdeckError` for a format PowerPoint can't play."""
        extension = _EXTENSIONS.get(asset.media_type)
        if extension is None or asset.media_type.startswith("image/"):
            raise QuarterdeckError.of(
                f"PowerPoint can't play {asset.path} ({asset.media_type})",
                hint="convert it to MP4 (H.264) or MP3",
                code="unknown-media",
            )
        return self._file(extension, asset.media_type, asset.data)

    def picture_of(self, data: bytes) -> str:
        """The part of a PNG that was made here."""
        return self._file("png", "image/png", data)

    def _derived(self, extension: str, asset: Asset, make: Callable[[], bytes]) -> str:
        key = (f"{extension} from {asset.media_type}", sha256(asset.data).digest())
        if key not in self._parts:
            self._parts[key] = self._file(extension, "image/png", make())
        return self._parts[key]

    def _file(self, extension: str, content_type: str, data: bytes) -> str:
        key = (extension, sha256(data).digest())
        if key not in self._parts:
            kind = "image" if content_type.startswith("image/") else "media"
            self._parts[key] = part = f"ppt/media/{kind}{self._package.count(f'ppt/media/{kind}')}.{extension}"
            self._package.add_file(part, content_type, data)
        return self._parts[key]


def _as_png(asset: Asset) -> bytes:
    from PIL import Image, UnidentifiedImageError  # 10 ms that decks without such pictures shouldn't pay

    try:
        with Image.open(io.BytesIO(asset.data)) as image:
            buffer = io.BytesIO()
            image.convert("RGBA").save(buffer, "PNG")
    except (UnidentifiedImageError, OSError) as error:
        raise QuarterdeckError.of(
            f"can't read the picture {asset.path}: {error}",
            hint="save it as PNG, JPEG, GIF, WebP or SVG",
            code="bad-picture",
        ) from None
    return buffer.getvalue()
