"""Warnings about SVG drawings that can't look the same in both outputs on this machine."""

from __future__ import annotations

from collections.abc import Iterator

from quarterdeck.diagnostics import Diagnostic, Severity, SourceSpan
from quarterdeck.installed import browser_path
from quarterdeck.model.content import Asset, Image
from quarterdeck.model.deck import Deck, Slide
from quarterdeck.model.walk import every

SVG = "image/svg+xml"


def drawing_warnings(deck: Deck) -> Iterator[Diagnostic]:
    """A warning for each drawing that moves, and, without a browser, for each that needs one."""
    seen: set[int] = set()
    for slide in deck.slides:
        for asset, span in drawings(slide):
            if id(asset) not in seen:
                seen.add(id(asset))
                yield from _of_drawing(asset, span)


def drawings(slide: Slide) -> Iterator[tuple[Asset, SourceSpan | None]]:
    """The SVG drawings that an author put on a slide, and where."""
    if slide.background is not None and slide.background.image is not None and slide.background.image.media_type == SVG:
        yield slide.background.image, slide.span
    for block in every(block for blocks in slide.slots.values() for block in blocks):
        if isinstance(block, Image) and block.asset.media_type == SVG:
            yield block.asset, block.span


def _of_drawing(asset: Asset, span: SourceSpan | None) -> Iterator[Diagnostic]:
    from quarterdeck.theme.svg import features_beyond_resvg, imported_styles, is_moving  # lxml: decks without drawings

    features = features_beyond_resvg(asset.data)
    if features and browser_path() is None:
        yield Diagnostic(
            f"the PPTX can't show all of '{asset.path}' without a browser on this machine: it uses {_listed(features)}",
            span,
            "install Chromium or Chrome, or save the drawing as a PNG",
            "svg-feature",
            Severity.WARNING,
        )
    if is_moving(asset.data):
        yield Diagnostic(
            f"'{asset.path}' moves in the HTML; the PPTX shows it as it begins",
            span,
            "use a video, or several pictures that appear one by one",
            "svg-animation",
            Severity.WARNING,
        )
    if imported_styles(asset.data):
        yield Diagnostic(
            f"'{asset.path}' takes styles or fonts from another file, which pictures in a deck can't do",
            span,
            "save the drawing with its styles and fonts embedded",
            "svg-import",
            Severity.WARNING,
        )


def _listed(features: tuple[str, ...], most: int = 3) -> str:
    """The first few of some names."""
    shown = list(features[:most]) + ([f"{len(features) - most} more"] if len(features) > most else [])
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} and {shown[-1]}"
