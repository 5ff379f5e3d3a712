"""Pictures, videos and sounds of a deck: each one once in the package, in a format PowerPoint reads.

Drawings (SVG) go in as PNG too, for programs that show no SVG.  resvg draws them, in 50 ms.  The browser on the
machine, where there is one, draws those that use more than resvg knows and those in fonts of the machine, so that the
PPTX shows what the HTML shows; it takes a second.  Both are cached.
"""

from __future__ import annotations

import importlib.util
import io
import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from quarterdeck import __version__
from quarterdeck.compile.pptx.package.opc import Package
from quarterdeck.compile.pptx.package.rasteriser import draw
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.installed import STATIC, browser_path, program_version
from quarterdeck.model.content import Asset
from quarterdeck.model.theme import Theme
from quarterdeck.theme.measure.fonts import TWINS, FontFile, font_files

if TYPE_CHECKING:
    from quarterdeck.browser import DrawingBrowser

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
SCALE = 2.0
"""Pixels of the PNG for each px of the slide: sharp on a projector of 2560 × 1440."""
LARGEST = 4096
"""Pixels of its longer side at most."""
CSS_DPI = 96.0
"""Pixels in an inch, for drawings measured in points or millimetres, as Graphviz's are; resvg assumes none."""
FALLBACK_SIZE = 640
"""px of the longer side of a drawing that names no size."""
_BEYOND_OWN_FONTS = re.compile("[^\u0000-\u058f\u1e00-\u2bff]")
"""Scripts that none of our fonts has; the machine's own may."""
_NAMES_FILES = re.compile(r"""href\s*=\s*["'](?!#|data:)|@import|url\(\s*["']?(?!["'#]|data:)""")
"""Where an SVG takes in another file."""
_FONT = re.compile(r"""font(?:-family)?\s*(?:=\s*(?:"[^"]*"|'[^']*')|:[^;<>]*)""")
"""Where an SVG names fonts: an attribute, or a declaration of CSS."""


class Picture(Struct, frozen=True):
    """The names of a picture's parts: the bitmap, and the SVG if it is one."""

    part: str
    vector: str | None = None
    """The part of the SVG that ``part`` is drawn from."""


class Files:
    """Puts files into the package as slides ask for them."""

    def __init__(self, package: Package, theme: Theme, widths: Mapping[bytes, float]) -> None:
        """Begin with none; ``widths`` are px of the slide that drawings take at most, by their data."""
        self._package = package
        self._theme = theme
        self._widths = widths
        self._browser: DrawingBrowser | None = None
        self._parts: dict[tuple[str, bytes], str] = {}
        self._pictures: dict[int, tuple[Asset, Picture]] = {}
        self.taken: list[tuple[Asset, Picture]] = []
        """The pictures that were asked for, since it was emptied."""
        self.tried: Asset | None = None
        """The picture that was made last: the one at fault, if that failed."""

    def close(self) -> None:
        """End the browser, if a drawing needed one."""
        if self._browser is not None:
            self._browser.close()

    def picture(self, asset: Asset) -> Picture:
        """The parts of a picture; raises :class:`QuarterdeckError` for one that can't be read."""
        known = self._pictures.get(id(asset))
        if known is None:
            self.tried = asset
            known = self._pictures[id(asset)] = (asset, self._picture(asset))
        self.taken.append(known)
        return known[1]

    def _picture(self, asset: Asset) -> Picture:
        match asset.media_type:
            case "image/svg+xml":
                drawn = self._derived("png", asset, lambda: self._drawing(asset))
                if needs_browser(asset.data):
                    return Picture(drawn)  # PowerPoint would draw the vectors without what resvg lacks, too
                return Picture(drawn, self._file("svg", asset.media_type, asset.data))
            case "image/png" | "image/jpeg" | "image/gif":
                return Picture(self._file(_EXTENSIONS[asset.media_type], asset.media_type, asset.data))
            case _:
                return Picture(self._derived("png", asset, lambda: _as_png(asset)))

    def _drawing(self, asset: Asset) -> bytes:
        from quarterdeck.browser import DrawingBrowser  # as costly as a dozen slides; decks without drawings need none

        self._browser = self._browser or DrawingBrowser()
        return rasterised(asset, self._theme, self._browser, self._widths.get(asset.data))

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


def needs_browser(svg: bytes) -> bool:
    """Whether a drawing uses features that resvg, and PowerPoint too, would leave out."""
    from quarterdeck.model.svg import features_beyond_resvg  # decks without drawings do without

    return bool(features_beyond_resvg(svg))


def rasterised(asset: Asset, theme: Theme, browser: DrawingBrowser, shown: float | None = None) -> bytes:
    """A PNG of an SVG; raises :class:`QuarterdeckError` for one that can't be drawn.

    ``shown`` is how many px of the slide it is wide; None for as many as the drawing says itself.
    """
    own = asset.width or FALLBACK_SIZE
    longer = max(own, asset.height or FALLBACK_SIZE)
    scale = min(SCALE * (shown or own) / own, LARGEST / longer)
    width = round(own * scale)
    try:
        svg = asset.data.decode("utf-8-sig")
        program = browser_path()
        if program is not None and (needs_browser(asset.data) or _in_fonts_of_machine(svg, theme)):
            return _drawn_by_browser(asset, browser, program, scale, dark=theme.dark)
        return _drawn(with_twins(svg, theme), max(1, width), theme.body.twin, theme.mono.twin)
    except ValueError as error:
        raise QuarterdeckError.of(
            f"can't draw {asset.path}: {error}",
            hint="check that it is a complete SVG; one that takes too much can be saved as a PNG",
            code="bad-picture",
        ) from None


def _in_fonts_of_machine(svg: str, theme: Theme) -> bool:
    own = {family.name: family.twin for family in (theme.heading, theme.body, theme.mono)}
    from quarterdeck.model.svg import fonts_of_machine  # as above

    return _needs_system_fonts(svg) or fonts_of_machine(svg, {**TWINS, **own})


def _drawn_by_browser(asset: Asset, browser: DrawingBrowser, program: str, scale: float, *, dark: bool) -> bytes:
    from quarterdeck.browser import BROWSER_FAULTS, fonts_version
    from quarterdeck.files.folders import cached_drawing

    described = (
        *(__version__, program, program_version(program), fonts_version()),
        *(asset.data.decode("utf-8", "surrogateescape"), str(scale), str(dark)),
    )
    size = asset.width or FALLBACK_SIZE, asset.height or FALLBACK_SIZE
    try:
        return cached_drawing("png", described, lambda: browser.draw(asset.data, size, scale, program, dark=dark))
    except BROWSER_FAULTS as error:
        raise QuarterdeckError.of(
            f"{program} did not draw {asset.path}: {error}",
            hint="run it once by itself to see what is wrong; or save the drawing as a PNG",
            code="drawing-failed",
        ) from None


@lru_cache(maxsize=64)
def _drawn(svg: str, width: int, body: str, mono: str) -> bytes:
    """The PNG of an SVG; it is cached across runs if it depends only on the SVG and on our fonts."""
    from quarterdeck.files.folders import cached_drawing

    if _needs_system_fonts(svg) or _NAMES_FILES.search(svg):
        return _draw(svg, width, body, mono)
    described = (__version__, *_installed(), svg, str(width), body, mono)
    return cached_drawing("png", described, lambda: _draw(svg, width, body, mono))


@cache
def _installed() -> tuple[str, ...]:
    """A text that changes with this installation's fonts and its version of resvg."""
    resvg = importlib.util.find_spec("resvg_py")
    fonts = STATIC / "fonts" / "fonts.json"
    known = (fonts, Path(resvg.origin)) if resvg and resvg.origin else (fonts,)
    return tuple(f"{path} {path.stat().st_mtime_ns}" for path in known)


def _needs_system_fonts(svg: str) -> bool:
    return "<text" in svg and _BEYOND_OWN_FONTS.search(svg) is not None


def _draw(svg: str, width: int, body: str, mono: str) -> bytes:
    options: dict[str, object] = {"width": width, "dpi": CSS_DPI, "skip_system_fonts": True}
    if "<text" in svg:
        options |= {
            "font_files": [str(STATIC / "fonts" / file.ttf) for file in _plain_first()],
            "skip_system_fonts": not _needs_system_fonts(svg),
            **dict.fromkeys(("font_family", "sans_serif_family", "serif_family"), body),
            "monospace_family": mono,
        }
    return draw(svg, options)


@cache
def _plain_first() -> tuple[FontFile, ...]:
    """All font files; resvg takes the first of a family that has a letter, whatever its weight and style."""
    return tuple(sorted(font_files(), key=lambda f: (f.subset != "latin", f.style != "normal", f.weight)))


def with_twins(svg: str, theme: Theme) -> str:
    """The drawing with its fonts named as the free ones that are at hand; its words are left alone."""
    twins = {name.lower(): twin for name, twin in TWINS.items()}
    twins |= {family.name.lower(): family.twin for family in (theme.heading, theme.body, theme.mono)}
    return _FONT.sub(lambda font: _family(twins).sub(lambda name: twins[name[0].lower()], font[0]), svg)


def _family(twins: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, twins))})\b", re.IGNORECASE)
