"""Unpacks a pack on a machine without a network: its files into a folder, its images into the engine."""

from __future__ import annotations

import json
import posixpath
import tarfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.files.atomic import Output, report_others, write
from quarterdeck.source.template.render import PACK_MARK
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.image_transfer import image_facts, load, normalised, tag
from quarterdeck.workshop.pack.format import (
    FILES,
    MANIFEST,
    VERSION,
    BrokenPackError,
    PackReader,
    Progress,
    header,
    padding,
)


@dataclass(frozen=True, slots=True)
class PackedImage:
    """An image in a pack."""

    reference: str
    id: str
    content: str
    """Its layers and settings; see :class:`~quarterdeck.stage.docker.image_transfer.ImageFacts`."""
    members: tuple[Mapping[str, Any], ...]
    """The members of its ``docker save``, in order."""

    @property
    def size(self) -> int:
        """Bytes of its files, including those shared with other images."""
        return sum(member.get("size", 0) for member in self.members)


@dataclass(frozen=True, slots=True)
class PackContents:
    """The manifest of a pack."""

    deck: PurePosixPath
    """The path of the deck below the folder that the pack is unpacked to."""
    files: Mapping[str, str]
    """Checksums by path."""
    images: tuple[PackedImage, ...]
    manifest: bytes


def contents(reader: PackReader, name: str) -> PackContents:
    """Read the manifest of a pack.

    Raises:
        QuarterdeckError: when the pack is damaged, of another version, or has paths that leave its folder.

    """
    with _whole(name):
        manifest = reader.read(MANIFEST)
        try:
            told = json.loads(manifest)
            version = told["version"]
            deck, files, listed = PurePosixPath(told["deck"]), dict(told["files"]), dict(told["images"])
        except (ValueError, KeyError, TypeError) as error:
            raise BrokenPackError(f"{MANIFEST} is damaged: {error!r}") from None
        if version != VERSION:
            raise BrokenPackError(f"it has version {version}, but this Quarterdeck reads version {VERSION}")
        for path in (str(deck), *files):
            pure = PurePosixPath(path)
            if pure.is_absolute() or ".." in pure.parts or "\\" in path or "\0" in path:
                raise BrokenPackError(f"the path '{path}' leads out of its folder")
        images = tuple(_image(reader.read(member, checksum)) for member, checksum in listed.items())
        for image in images:
            _check_archive(reader, image)
    return PackContents(deck, files, images, manifest)


def _image(data: bytes) -> PackedImage:
    try:
        told = json.loads(data)
        return PackedImage(told["reference"], told["id"], told["content"], tuple(told["members"]))
    except (ValueError, KeyError, TypeError) as error:
        raise BrokenPackError(f"the list of an image is damaged: {error!r}") from None


def _check_archive(reader: PackReader, image: PackedImage) -> None:
    """Refuse an image whose archive gives other names than the pack does, which images of this machine may have.

    ``docker load`` finds names in three files (moby/moby, image/spec; OCI image layout, index.json).  Members are as
    long as they say: what came after would be read as further ones.
    """
    for member in image.members:
        name = str(member.get("name"))
        if not name.isprintable():
            raise BrokenPackError(f"the archive of {image.reference} has a member called {name!r}")
        if "sha256" in member and reader.size(str(member["sha256"])) != member.get("size"):
            raise BrokenPackError(f"the archive of {image.reference} has a wrong size for {name}")
        place = posixpath.normpath(f"/{name}").lstrip("/")
        if place not in NAMING:
            continue
        if "sha256" not in member or "link" in member or reader.size(str(member["sha256"])) > MOST_NAMES:
            raise BrokenPackError(f"the archive of {image.reference} has no plain {place}")
        try:
            named = set(NAMING[place](json.loads(b"".join(reader.blob(str(member["sha256"])))), image.reference))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BrokenPackError(f"{place} of {image.reference} is damaged: {error!r}") from None
        own = normalised(image.reference)
        if others := named - {own, f"localhost/{own}"}:  # the second is Podman's name for what was built there
            raise BrokenPackError(f"loading {image.reference} would also set the name {min(others)}")


def _of_manifest(images: Any, reference: str) -> Iterator[str]:
    """The names in ``manifest.json``."""
    return (normalised(str(tag)) for image in images for tag in image.get("RepoTags") or ())


def _of_repositories(repositories: Any, reference: str) -> Iterator[str]:
    """The names in ``repositories``."""
    return (normalised(f"{name}:{tag}") for name, tags in repositories.items() for tag in tags)


def _of_index(index: Any, reference: str) -> Iterator[str]:
    """The names in ``index.json``; a tag alone is that of the reference."""
    tag = normalised(reference).rpartition(":")[2]
    for manifest in index["manifests"]:
        notes = manifest.get("annotations") or {}
        if full := notes.get("io.containerd.image.name"):
            yield normalised(str(full))
        short = notes.get("org.opencontainers.image.ref.name")
        if short and short != tag:
            yield normalised(str(short))


NAMING: Mapping[str, Callable[[Any, str], Iterator[str]]] = {
    "manifest.json": _of_manifest,
    "repositories": _of_repositories,
    "index.json": _of_index,
}
"""The files of an image's archive that give it names."""
MOST_NAMES = 4 << 20
"""Bytes of such a file."""


def unpack_files(reader: PackReader, packed: PackContents, folder: Path, name: str) -> None:
    """Write all files or none.

    Raises:
        QuarterdeckError: when one is damaged, or a different file has its name; no file is overwritten.

    """
    with _whole(name):
        outputs = [
            Output(folder / path, reader.read(FILES + path, checksum)) for path, checksum in packed.files.items()
        ]
    found = Diagnostics()
    for output in outputs:
        if not output.path.resolve().is_relative_to(folder.resolve()):
            found.error(
                f"a link in {folder} leads out of that folder: {output.path}", hint="remove it", code="link-outside"
            )
    found.raise_errors()
    report_others(outputs, found)
    found.raise_errors()
    write([*outputs, Output(folder / PACK_MARK, packed.manifest)])


def unpack_images(
    reader: PackReader, packed: PackContents, engine: EngineAddress, name: str, progress: Progress
) -> tuple[str, ...]:
    """Load the images that the engine lacks, and return the references of those that were loaded.

    After an interruption a second call continues.

    Raises:
        QuarterdeckError: when one is damaged, when the engine fails, or when it has other images with these names,
            which stay.

    """
    found = Diagnostics()
    loaded = []
    try:
        for image in packed.images:
            there = image_facts(engine, image.reference)
            if there is not None and image.content != there.content:
                found.error(
                    f"the engine has a different image called {image.reference}",
                    hint=f"rename it and run this again: docker tag {image.reference} "
                    f"{image.reference}-mine && docker rmi {image.reference}",
                    code="other-image",
                )
                progress(image.reference, image.size)
            elif there is not None:
                progress(image.reference, image.size)
            else:
                with _whole(name):
                    load(engine, _tar(reader, image, progress))
                _named(engine, image)
                loaded.append(image.reference)
    except (OSError, EngineError) as error:
        raise QuarterdeckError.of(
            f"the Docker engine at {engine.url} failed: {error}",
            hint="run this again when it is back, to continue",
            code="engine-down",
        ) from None
    found.raise_errors()
    return tuple(loaded)


def _named(engine: EngineAddress, image: PackedImage) -> None:
    """Make sure that the engine has the image under its name."""
    if image_facts(engine, image.reference) is None:
        tag(engine, image.id, image.reference)


def _tar(reader: PackReader, image: PackedImage, progress: Progress) -> Iterator[bytes]:
    """The image as ``docker save`` wrote it."""
    for member in image.members:
        name = str(member["name"])
        if member.get("folder"):
            yield header(name, 0, tarfile.DIRTYPE)
        elif "link" in member:
            yield header(name, 0, tarfile.LNKTYPE if member.get("hard") else tarfile.SYMTYPE, str(member["link"]))
        else:
            size = int(member["size"])
            yield header(name, size)
            for piece in reader.blob(str(member["sha256"])):
                progress(image.reference, len(piece))
                yield piece
            yield padding(size)
    yield bytes(2 * tarfile.BLOCKSIZE)


@contextmanager
def _whole(name: str) -> Iterator[None]:
    """Turn a BrokenPackError into the message for the user."""
    try:
        yield
    except BrokenPackError as error:
        raise broken(name, error) from None


def broken(name: str, error: Exception) -> QuarterdeckError:
    """The message about a pack that can't be used."""
    return QuarterdeckError.of(
        f"{name} can't be unpacked: {error}", hint="copy it here again, or pack the deck again", code="broken-pack"
    )
