"""Pictures, videos and sounds are read once, with their size."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from quarterdeck.diagnostics import Diagnostics, SourceSpan
from quarterdeck.model.image_size import svg_size
from quarterdeck.source.assets import Assets

AT = SourceSpan("deck.md", 3, 5, 4)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("a.png", "image/png"), ("a.jpg", "image/jpeg"), ("a.gif", "image/gif"), ("a.webp", "image/webp")],
)
def test_rasters(tmp_path: Path, name: str, media_type: str) -> None:
    """The kinds of pictures that both outputs show, whatever their names say."""
    Image.new("RGB", (30, 20)).save(tmp_path / name)
    (tmp_path / name).rename(tmp_path / "picture with blanks.bin")
    found = Diagnostics()
    asset = Assets(tmp_path, found, tmp_path).load("picture%20with%20blanks.bin", AT)
    assert asset is not None
    assert (asset.media_type, asset.width, asset.height) == (media_type, 30, 20)
    assert not found.items


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


def test_video(tmp_path: Path) -> None:
    """Videos are known by their names."""
    (tmp_path / "a.mp4").write_bytes(b"film")
    asset = Assets(tmp_path, Diagnostics(), tmp_path).load("a.mp4", AT)
    assert asset is not None
    assert (asset.media_type, asset.data) == ("video/mp4", b"film")


def test_each_file_is_read_once(tmp_path: Path) -> None:
    """A picture on many slides is one asset."""
    (tmp_path / "a.svg").write_text("<svg/>")
    assets = Assets(tmp_path, Diagnostics(), tmp_path)
    assert assets.load("a.svg", AT) is assets.load("./a.svg", AT)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("b.png", "missing-file"),
        ("no/b.png", "missing-file"),
        ("broken.png", "bad-picture"),
        ("empty.svg", "bad-picture"),
        ("print.tiff", "bad-picture"),
        ("https://example.org/a.png", "remote-picture"),
        ("data:image/png;base64,AA", "remote-picture"),
        ("a%00b.png", "missing-file"),
        ("x" * 5000, "missing-file"),
        (".", "missing-file"),
    ],
)
def test_faults(tmp_path: Path, name: str, code: str) -> None:
    """A picture that can't be taken in is a fault where it is named."""
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (tmp_path / "empty.svg").write_text("")
    Image.new("RGB", (2, 2)).save(tmp_path / "print.tiff")
    found = Diagnostics()
    assert Assets(tmp_path, found, tmp_path).load(name, AT) is None
    (fault,) = found.errors
    assert (fault.code, fault.span) == (code, AT)


@pytest.mark.parametrize("name", ["../private.svg", "{outside}/private.svg", "link.svg"])
def test_outside_of_the_project(tmp_path: Path, name: str) -> None:
    """Another's deck can't put a private picture into what the speaker publishes, by no way of naming it."""
    project = tmp_path / "project"
    (project / "deck").mkdir(parents=True)
    for picture in (tmp_path / "private.svg", project / "shared.svg"):
        picture.write_text("<svg/>")
    (project / "deck" / "link.svg").symlink_to(tmp_path / "private.svg")
    (project / "private.svg").symlink_to(tmp_path / "private.svg")
    found = Diagnostics()
    assets = Assets(project / "deck", found, project)
    assert assets.load(name.format(outside=tmp_path), AT) is None
    (fault,) = found.errors
    assert (fault.code, fault.span) == ("picture-outside", AT)
    assert assets.load("../shared.svg", AT) is not None
