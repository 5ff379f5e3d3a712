"""All that a venue without a network needs, in one file: the deck's project, its outputs, its demos' images."""

from __future__ import annotations

import glob
import hashlib
import json
import shutil
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from quarterdeck import __version__
from quarterdeck.diagnostics import Diagnostics, QuarterdeckError
from quarterdeck.files.atomic import PART, put_in_place, unwritable
from quarterdeck.files.folders import demo_files
from quarterdeck.project.outputs.formats import build
from quarterdeck.project.preflight import wanted_images
from quarterdeck.project.project import Project
from quarterdeck.project.watch import watched
from quarterdeck.source.template.render import project_root
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.image_transfer import ImageFacts, image_facts, saved
from quarterdeck.text.source_file import shown_path
from quarterdeck.workshop.pack.format import FILES, IMAGES, MANIFEST, VERSION, PackWriter, Progress

OUTPUTS = "out"
"""The folder of the outputs in a pack."""
PACKED_FORMATS = ("pptx", "html")


@dataclass(frozen=True, slots=True)
class PackPlan:
    """What goes into a pack."""

    deck: PurePosixPath
    """The deck's folder or file, from the project's root."""
    files: Mapping[str, bytes]
    """By path from the project's root, with ``/``."""
    images: tuple[ImageFacts, ...]

    @property
    def file_bytes(self) -> int:
        """The total size of the files."""
        return sum(map(len, self.files.values()))

    @property
    def image_bytes(self) -> int:
        """The approximate size of the images, with shared layers counted once, as the engine reports it."""
        return sum(int(str(step[-1])) for step in {step for image in self.images for step in image.steps})


def plan(project: Project, path: Path, engine: EngineAddress | None) -> PackPlan:
    """Collect what a deck needs; ``path`` is the deck's; without an ``engine`` the images are left out.

    Raises:
        QuarterdeckError: for a file that is outside the project or can't be read, an image that the engine
            lacks, or an engine that fails.

    """
    root = project_root(project.deck.folder)
    found = Diagnostics()
    files = {}
    for file in sorted(_files(project)):
        if not file.is_relative_to(root):
            hint = f"move it below {shown_path(root)}"
            found.error(f"{shown_path(file)} is outside the project", hint=hint, code="outside-project")
            continue
        try:
            files[file.relative_to(root).as_posix()] = file.read_bytes()
        except OSError as error:
            found.error(f"{shown_path(file)} can't be read: {error.strerror}", code="unreadable-file")
    for output in build(project, PACKED_FORMATS, Path(OUTPUTS)):
        files[output.path.as_posix()] = output.data
    images = _images(wanted_images(project), engine, found) if engine else ()
    found.raise_errors()
    return PackPlan(PurePosixPath(path.resolve().relative_to(root).as_posix()), files, images)


_TRANSLATED: Mapping[str, tuple[str, ...]] = {".md": (".md",), ".cast": (".cast", ".jpg")}
"""The endings of a file's translations, and of the pictures that belong to a recording's."""


def _files(project: Project) -> set[Path]:
    """Every file that the deck is made from, including its demos' folders and translations."""
    files = {path for path in watched([project]) if path.is_file()}
    files |= {
        translation
        for path in tuple(files)
        for suffix in _TRANSLATED.get(path.suffix, ())
        for translation in path.parent.glob(f"{glob.escape(path.stem)}.*{suffix}")
    }
    for demo in project.deck.scripts.values():
        files |= {path.resolve() for path in demo_files(demo.files, demo.path) if path.is_file()}
    return files


def _images(references: Iterable[str], engine: EngineAddress, found: Diagnostics) -> tuple[ImageFacts, ...]:
    images = []
    try:
        for reference in references:
            facts = image_facts(engine, reference)
            if facts is None:
                found.error(
                    f"the engine lacks the image {reference}",
                    hint=f"pack with --pull, or: docker pull {reference}",
                    code="missing-image",
                )
            else:
                images.append(facts)
    except (OSError, EngineError) as error:
        raise _engine_failed(engine, error) from None
    return tuple(images)


def pack(plan: PackPlan, target: Path, engine: EngineAddress | None, progress: Progress) -> int:
    """Write the pack, and return its size in bytes.

    It grows in a file with the suffix ``.part`` next to its place.  After an interruption the next call continues after
    the images that are complete in it.

    Raises:
        QuarterdeckError: when the engine fails, or the file can't be written or has no room.

    """
    part = target.with_name(target.name + PART)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _make_room(plan, part)
        with PackWriter(part) as writer:
            checksums = {}
            for number, image in enumerate(plan.images, 1):
                if engine is not None:
                    name = _packed_before(writer, image) or _add_image(writer, image, number, engine, progress)
                    checksums[name] = hashlib.sha256(writer.images[name]).hexdigest()
            for path, data in plan.files.items():
                writer.add(FILES + path, data)
            progress("files", plan.file_bytes)
            writer.add(MANIFEST, _manifest(plan, checksums))
            writer.finish()
        put_in_place(part, target)
        return target.stat().st_size
    except EngineError as error:
        assert engine is not None
        raise _engine_failed(engine, error) from None
    except OSError as error:
        raise unwritable(target, error) from None


def _make_room(plan: PackPlan, part: Path) -> None:
    there = part.stat().st_size if part.exists() else 0
    needed, free = plan.file_bytes + plan.image_bytes - there, shutil.disk_usage(part.parent).free
    if needed > free:
        raise QuarterdeckError.of(
            f"{part.parent} has {free / 1e6:,.0f} MB free, but the pack needs about {needed / 1e6:,.0f} MB",
            hint="choose another place with -o, or leave the images out with --no-images",
            code="no-room",
        )


def _packed_before(writer: PackWriter, image: ImageFacts) -> str | None:
    """The member of an image that an interrupted call has packed already; None if there is none."""
    for name, data in writer.images.items():
        packed = json.loads(data)
        if packed["reference"] == image.reference and packed["id"] == image.id:
            return name
    return None


def _add_image(writer: PackWriter, image: ImageFacts, number: int, engine: EngineAddress, progress: Progress) -> str:
    members = []
    with saved(engine, image.reference) as saving:
        for member, source in saving:
            if source is not None:
                progress(image.reference, member.size)
                try:
                    checksum = writer.add_blob(member.size, source)
                except EOFError:
                    raise EngineError(f"the image {image.reference} ended too early") from None
                members.append({"name": member.name, "size": member.size, "sha256": checksum})
            elif member.isdir():
                members.append({"name": member.name, "folder": True})
            elif member.issym() or member.islnk():
                members.append({"name": member.name, "link": member.linkname, "hard": member.type == tarfile.LNKTYPE})
    name = next(n for n in _member_names(number) if n not in writer.images)
    writer.add(
        name, _json({"reference": image.reference, "id": image.id, "content": image.content, "members": members})
    )
    return name


def _member_names(number: int) -> Iterator[str]:
    while True:
        yield f"{IMAGES}{number:04}.json"
        number += 1


def _manifest(plan: PackPlan, images: Mapping[str, str]) -> bytes:
    return _json(
        {
            "version": VERSION,
            "quarterdeck": __version__,
            "deck": str(plan.deck),
            "files": {path: hashlib.sha256(data).hexdigest() for path, data in plan.files.items()},
            "images": images,
        }
    )


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1, sort_keys=True).encode() + b"\n"


def _engine_failed(engine: EngineAddress, error: Exception) -> QuarterdeckError:
    return QuarterdeckError.of(
        f"the Docker engine at {engine.url} failed: {error}",
        hint="run this again when it is back, to continue",
        code="engine-down",
    )
