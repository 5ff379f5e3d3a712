"""The journal of a demo's images: what must be put right about them, in a file in case the show is killed.

Containers, networks and volumes carry labels; images can't (a label would show up in builds).  So the clean room
records what passes through it: the tags that the demo's requests set, and the images that the engine's answers say
were made.  Images are not told apart by comparing the engine's lists before and after: two rooms, or a speaker who
builds at the same time, would get each other's.

After a kill in the middle of a classic build the watchdog reads the rest of the answer.  An image without a name is the
demo's if the answer names it, if it was committed from a container that a step of the build ran in, or if it is built
on such an image: nothing else tells it from a bystander's.  With TLS nothing is left to read: a first step that is a
``COPY`` has no container, and that of another may not have been recorded yet, so such an image stays, a layer without a
name.  From version 1.45 of the API on engines name no containers; we ask in an earlier one where they speak it.  With
containerd's image store they never name one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from quarterdeck.files.atomic import PRIVATE, replace_file
from quarterdeck.stage.docker.image_transfer import normalised

NO_TAG = "<none>:<none>"
STEP = re.compile(rb'"stream":" ?-{2,3}(?:\\u003e|>) ([0-9a-f]{11,12})\b')
"""The image after a step of a classic build, in the engine's answer; Podman shortens ids to eleven digits."""
RUNNING = re.compile(rb'"stream":" ?-{2,3}(?:\\u003e|>) Running in ([0-9a-f]{12})\b')
HELD = "quarterdeck.invalid/held"
"""The repository of names that keep images in engines which forget those without one (containerd's image store)."""


def hold_on(image: str) -> str:
    """The name that keeps an image (``sha256:…``) whose own name a demo moves, for as long as the demo lasts."""
    return f"{HELD}:{image.removeprefix('sha256:')}"


def is_hold(reference: str) -> bool:
    """Whether a name only keeps an image, for a demo that moved its own name."""
    return reference.startswith(f"{HELD}:")


def names_of(image: Mapping[str, Any]) -> list[str]:
    """The names of an image as the engine lists or inspects it; those that only keep it are left out."""
    return [tag for tag in image.get("RepoTags") or () if tag != NO_TAG and not is_hold(tag)]


def digests_of(image: Mapping[str, Any]) -> list[str]:
    """The names with a digest of an image, ``web@sha256:…``; those that only keep it are left out."""
    return [digest for digest in image.get("RepoDigests") or () if not digest.startswith(f"{HELD}@")]


@dataclass(frozen=True, slots=True)
class ImageState:
    """The images of an engine."""

    references: Mapping[str, str]
    """``web:latest`` → id."""
    ids: tuple[str, ...]
    parents: Mapping[str, str] = field(default_factory=dict)
    """Id → id of the image that a step of a classic build started from."""
    held: frozenset[str] = frozenset()
    """Images that have a name which only keeps them."""

    @classmethod
    def of(cls, listed: list[dict[str, Any]]) -> ImageState:
        """From the answer to ``GET /images/json?all=1``."""
        references = {normalised(tag): str(image["Id"]) for image in listed for tag in names_of(image)}
        held = frozenset(str(image["Id"]) for image in listed if any(map(is_hold, image.get("RepoTags") or ())))
        parents = {str(image["Id"]): str(image["ParentId"]) for image in listed if image.get("ParentId")}
        return cls(references, tuple(dict.fromkeys(str(image["Id"]) for image in listed)), parents, held)


@dataclass(frozen=True, slots=True)
class MovedTag:
    """A tag that the demo set."""

    before: str
    """The image that had the tag before; empty if none had."""
    images: tuple[str, ...] = ()
    """The images that the demo gave the tag to."""


@dataclass(frozen=True, slots=True)
class ImageJournal:
    """One demo's images."""

    show: str
    demo: str
    engine: str
    """The engine's URL."""
    ids: tuple[str, ...] = ()
    """Images that the demo made."""
    tags: Mapping[str, MovedTag] = field(default_factory=dict)
    """``web:latest`` → which image had it before, and which got it."""
    making: tuple[str, ...] = ()
    """Tags that are being set at this moment; ``web:*`` for any of a repository."""
    known: tuple[str, ...] | None = None
    """While images are being made: the ids of those that existed when that began.  Otherwise None."""
    containers: tuple[str, ...] = ()
    """While images are being made: shortened ids of containers that steps of classic builds ran in."""
    holds: tuple[str, ...] = ()
    """Images that have a name which only keeps them (:func:`hold_on`), as long as this demo or another needs it."""

    @property
    def under_way(self) -> bool:
        """Whether an image was being made when this was written."""
        return self.known is not None

    def heard(self, answer: bytes) -> ImageJournal:
        """The journal with what more of a classic build's answer says; itself if no image was being made."""
        if self.known is None:
            return self
        steps = (f"sha256:{step[1].decode()}" for step in STEP.finditer(answer))
        made = [step for step in steps if not any(known.startswith(step) for known in self.known)]
        containers = [running[1].decode() for running in RUNNING.finditer(answer)]
        return replace(self, ids=(*self.ids, *made), containers=(*self.containers, *containers))

    def settled(self, now: ImageState, origins: Mapping[str, str]) -> ImageJournal:
        """The journal as it would be, had the engine's last answer been read; itself if no image was being made.

        ``origins``: image → the container that it was committed from, for the images of :meth:`unexplained`.
        """
        if self.known is None:
            return self
        fresh = dict.fromkeys(i for i in now.ids if i not in self.known)
        tags = dict(self.tags)
        ids = dict.fromkeys(i for i in now.ids if any(i.startswith(seen) for seen in self.ids))
        for reference, image in now.references.items():
            if image in fresh and any(matches(reference, target) for target in self.making):
                tag = tags.get(reference, MovedTag(""))
                tags[reference] = replace(tag, images=(*tag.images, image))
                ids[image] = None
        named = set(now.references.values())
        ids |= dict.fromkeys(i for i in self.unexplained(now) if (origins.get(i) or "-").startswith(self.containers))
        while grown := [i for i in fresh if i not in ids and i not in named and now.parents.get(i) in ids]:
            ids |= dict.fromkeys(grown)
        return replace(self, ids=tuple(ids), tags=tags, making=(), known=None, containers=())

    def unexplained(self, now: ImageState) -> list[str]:
        """Images without a name that appeared while images were being made: the demo's, or made by others meanwhile."""
        named = set(now.references.values())
        return [i for i in now.ids if self.known is not None and i not in self.known and i not in named]


def matches(reference: str, target: str) -> bool:
    """Whether a tag equals a target, or is in its repository if that is ``repository:*``."""
    return reference == target or (target.endswith(":*") and reference.rpartition(":")[0] == target[:-2])


def journal_file(folder: Path, show: str, demo: str) -> Path:
    """The file of one demo of one show."""
    return folder / f"{_safe(show)}+{_safe(demo)}.json"


def _safe(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", lambda match: f"%{ord(match[0]):x}", name)


def write(journal: ImageJournal, file: Path) -> None:
    """Write a journal so that a crash leaves the old or the new one intact; raises OSError.

    Not through to the disk: it is written between the messages of a build, when an fsync may take a second.
    """
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    replace_file(file, json.dumps(asdict(journal)).encode(), mode=PRIVATE, durable=False)


def others(file: Path, engine: str) -> list[ImageJournal]:
    """The journals of other demos on the same engine."""
    return [journal for path, journal in read_all(file.parent) if path != file and journal.engine == engine]


def read_all(folder: Path, show: str | None = None, demo: str | None = None) -> Iterator[tuple[Path, ImageJournal]]:
    """Yield the journals of a show and demo (None: of all) with their files; other files are skipped."""
    for file in sorted(folder.glob("*.json")):
        try:
            journal = _decode(json.loads(file.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError):
            continue
        if show in (None, journal.show) and demo in (None, journal.demo):
            yield file, journal


def _decode(value: dict[str, Any]) -> ImageJournal:
    tags = {str(reference): MovedTag(str(t["before"]), tuple(t["images"])) for reference, t in value["tags"].items()}
    return ImageJournal(
        str(value["show"]),
        str(value["demo"]),
        str(value["engine"]),
        tuple(value["ids"]),
        tags,
        tuple(value["making"]),
        None if value["known"] is None else tuple(value["known"]),
        tuple(value.get("containers", ())),
        tuple(value.get("holds", ())),
    )
