"""The format of packs."""

import hashlib
import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quarterdeck.workshop.pack.format import BLOBS, BLOCK, MANIFEST, BrokenPackError, PackReader, PackWriter

LAYER = bytes(range(256)) * 9


def write(path: Path, *layers: bytes) -> list[str]:
    """A whole pack of these blobs, an image and a manifest; gives the blobs' checksums."""
    with PackWriter(path) as writer:
        checksums = [writer.add_blob(len(layer), io.BytesIO(layer)) for layer in layers]
        if "images/0001.json" not in writer.images:
            writer.add("images/0001.json", b"{}")
        writer.add("files/deck.md", b"# One\n")
        writer.add(MANIFEST, b"{}\n")
        writer.finish()
    return checksums


def test_what_was_written_is_read(tmp_path: Path) -> None:
    """Files and blobs come back, and any tar reads a pack."""
    path = tmp_path / "a.qdpack"
    checksum, empty = write(path, LAYER, b"")
    with PackReader(path) as reader:
        assert b"".join(reader.blob(checksum)) == LAYER
        assert b"".join(reader.blob(empty)) == b""
        assert reader.read("files/deck.md", hashlib.sha256(b"# One\n").hexdigest()) == b"# One\n"
    with tarfile.open(path) as archive:
        names = archive.getnames()
    assert names == [BLOBS + checksum, BLOBS + empty, "images/0001.json", "files/deck.md", MANIFEST]


def test_what_images_share_is_written_once(tmp_path: Path) -> None:
    """The second image with the same layer adds no bytes."""
    once, twice = tmp_path / "once", tmp_path / "twice"
    write(once, LAYER)
    write(twice, LAYER, LAYER)
    assert once.read_bytes() == twice.read_bytes()


@pytest.mark.slow
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(cut=st.integers(0, 12 * BLOCK))
def test_a_pack_that_was_cut_off_is_gone_on_with(tmp_path: Path, cut: int) -> None:
    """Wherever the making was interrupted, the next one ends with the same bytes."""
    whole, again = tmp_path / "whole", tmp_path / "again"
    whole.unlink(missing_ok=True)
    write(whole, LAYER, b"other")
    again.write_bytes(whole.read_bytes()[:cut])
    write(again, LAYER, b"other")
    assert again.read_bytes() == whole.read_bytes()


def test_blobs_that_are_whole_are_kept(tmp_path: Path) -> None:
    """An interrupted pack isn't begun anew: what it has is found by its checksum, and the image known."""
    path = tmp_path / "a.part"
    with PackWriter(path) as writer:
        writer.add_blob(len(LAYER), io.BytesIO(LAYER))
        writer.add("images/0001.json", b"{}")
        size = path.stat().st_size
        with pytest.raises(EOFError):
            writer.add_blob(len(LAYER), io.BytesIO(b"half"))
    with PackWriter(path) as writer:
        assert writer.images == {"images/0001.json": b"{}"}
        assert path.stat().st_size == size
        writer.add_blob(len(LAYER), io.BytesIO(LAYER))
    assert path.stat().st_size == size


def test_a_damaged_blob_is_written_anew(tmp_path: Path) -> None:
    """A disk that lost bytes in a power cut doesn't spoil the pack."""
    path = tmp_path / "a.part"
    write(path, LAYER)
    good = path.read_bytes()
    path.write_bytes(good[:BLOCK] + b"\xff" + good[BLOCK + 1 :])
    write(path, LAYER)
    assert path.read_bytes() == good


def test_damage_is_told(tmp_path: Path) -> None:
    """No byte of a pack can change without being noticed."""
    path = tmp_path / "a.qdpack"
    (checksum,) = write(path, LAYER)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"# One", b"# Two").replace(LAYER, LAYER[:-1] + b"!"))
    with PackReader(path) as reader:
        with pytest.raises(BrokenPackError, match="damaged"):
            reader.read("files/deck.md", hashlib.sha256(b"# One\n").hexdigest())
        with pytest.raises(BrokenPackError, match="damaged"):
            list(reader.blob(checksum))
        with pytest.raises(BrokenPackError, match="lacks"):
            list(reader.blob("0" * 64))


@pytest.mark.parametrize("data", [b"", b"no tar at all" * 99, bytes(4 * BLOCK)])
def test_another_file_is_no_pack(data: bytes, tmp_path: Path) -> None:
    """A file that isn't a pack, or isn't whole, is refused."""
    path = tmp_path / "a.qdpack"
    path.write_bytes(data)
    with pytest.raises(BrokenPackError):
        PackReader(path)
