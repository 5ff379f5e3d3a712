"""Sizes of SVGs."""

from __future__ import annotations

import pytest

from quarterdeck.model.image_size import svg_size


@pytest.mark.parametrize(
    ("tag", "size"),
    [
        ('<svg width="40" height="30px">', (40, 30)),
        ('<svg width="1in" height="72pt">', (96, 96)),
        ('<svg viewBox="0 0 200 100">', (200, 100)),
        ('<svg viewBox="-5 -5 20 10" width="40">', (40, 20)),
        ('<svg height="10" viewBox="0,0,20,40">', (5, 10)),
        ('<svg width="100%" viewBox="0 0 8 4">', (8, 4)),
        ("<svg>", (300, 150)),
        ('<svg viewBox="x" width="e">', (300, 150)),
    ],
)
def test_svg_size(tag: str, size: tuple[float, float]) -> None:
    """An SVG's size is that of its attributes, its view box, or the default."""
    assert svg_size(f"<?xml version='1.0'?>{tag}</svg>".encode()) == size


def test_what_is_not_an_svg_has_no_size() -> None:
    """Its data may be anything."""
    assert svg_size(b"<html></html>") is None
    assert svg_size(b"\xff\xd8") is None
