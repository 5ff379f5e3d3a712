"""Restores an engine's images after a demo, by its journal: tags go back, images that the demo made are removed.

An image stays if others need it: another demo, which removes it later, or somebody who gave it a tag, built on it or
runs it.

After a crash of the engine in a classic build, the container of the interrupted step keeps an image in use, and has no
label.  It is the demo's if the engine named it in its answer to the build, or if it was made from an image of the demo
by the image's whole id, which nobody else could know.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarterdeck.files.locks import locked_folder
from quarterdeck.stage.cleanup.image_journal import ImageJournal, ImageState, MovedTag, hold_on, others, write
from quarterdeck.stage.cleanup.labels import SHOW, has_prefix
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.client import engine_client
from quarterdeck.stage.docker.connection import EngineError

if TYPE_CHECKING:
    from quarterdeck.stage.docker.transport import SdkClient

CONTAINERD_STORE = ["driver-type", "io.containerd.snapshotter.v1"]
"""An entry of ``DriverStatus`` in the answer to ``GET /info``."""
REMOVAL_SECONDS = 30.0
LATE_SECONDS = 5.0
"""How long after a build was cut off, or was found to have made another image, it is waited for."""
LATE = "~"
"""In the names of the journals that wait for it; no show's or demo's name has it there."""
_BUILT_ON = "dependent child"
_RUN_BY = re.compile(r"use.*container.*?\b([0-9a-f]{12,64})\b|used by ([0-9a-f]{12,64})\b")
"""Words of an engine's refusal to remove an image: somebody builds on it, or a container has it."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore changed, and what it couldn't."""

    changed: tuple[str, ...]
    """Images removed; tags taken off or given back."""
    faults: tuple[str, ...]
    pending: bool = False
    """Whether a classic build that was cut off may still commit an image."""


class EngineImages:
    """The images of one engine, listed and kept.  Its methods block; they raise OSError or EngineError."""

    def __init__(self, address: EngineAddress) -> None:
        self._address = address
        self._forgets: bool | None = None

    def state(self) -> ImageState:
        """The images that there are now."""
        with engine_client(self._address) as engine:
            return ImageState.of(engine.images(all=True))

    def forgets(self) -> bool:
        """Whether an image is lost whose last name is moved by BuildKit or an import: by containerd's image store."""
        if self._forgets is None:
            with engine_client(self._address) as engine:
                self._forgets = CONTAINERD_STORE in (engine.info().get("DriverStatus") or ())
        return self._forgets

    def hold(self, images: Iterable[str]) -> None:
        """Keep images that are about to lose their last name; :func:`restore_images` takes the hold off again."""
        with engine_client(self._address) as engine:
            for image in images:
                repository, _, tag = hold_on(image).rpartition(":")
                engine.tag(image, repository, tag)


def restore_images(address: EngineAddress, file: Path, journal: ImageJournal) -> Restored:
    """Restore what the journal in ``file`` says; delete the journal if nothing is left to do.

    A classic build that is cut off ends only with the step under way, and may commit that step's image after this.  So
    for ``LATE_SECONDS`` its journal stays, in another file: the demo may begin again.

    Raises OSError or EngineError when the engine can't be asked.
    """
    with engine_client(address) as engine:
        engine.images(all=True)  # an engine that doesn't answer is waited for without the lock
        with locked_folder(file.parent):
            work = _Restoration(engine, journal, ImageState.of(engine.images(all=True)), others(file, journal.engine))
            restored = work.all()
            if not restored.faults:
                restored = replace(restored, pending=_put_away(file, journal, found=bool(restored.changed)))
    return restored


def _put_away(file: Path, journal: ImageJournal, *, found: bool) -> bool:
    """Delete a journal, unless a build may still commit images of which it tells whose they are; whether it may."""
    if journal.under_way and journal.containers:
        since = time.time() if found and _is_late(file) else file.stat().st_mtime
        if time.time() - since < LATE_SECONDS:
            late = file if _is_late(file) else file.with_name(f"{file.stem}{LATE}{time.time_ns()}.json")
            if late != file:
                write(replace(journal, ids=(), tags={}, making=(), holds=()), late)
            os.utime(late, (since, since))
            if late != file:
                file.unlink(missing_ok=True)
            return True
    file.unlink(missing_ok=True)
    return False


def _is_late(file: Path) -> bool:
    """Whether a journal waits for the images of a build that was cut off."""
    return LATE in file.stem


class _Restoration:
    """One journal's work on an engine."""

    def __init__(
        self, engine: SdkClient, journal: ImageJournal, now: ImageState, others: Sequence[ImageJournal]
    ) -> None:
        self._engine = engine
        self._patient = engine.with_timeout(REMOVAL_SECONDS)
        self._now = now
        self._under_way = journal.under_way
        self._steps = journal.containers
        self._journal = journal.settled(now, self._origins(journal))
        self._others = others
        self._changed: list[str] = []
        self._faults: list[str] = []
        self._tags = dict(now.references)
        """The engine's tags, kept up to date with what is done here."""

    def _origins(self, journal: ImageJournal) -> dict[str, str]:
        """Image → the container that it was committed from, of images of which nothing else tells whose they are."""
        found: dict[str, str] = {}
        for image in journal.unexplained(self._now) if journal.containers else ():
            with suppress(EngineError):
                found[image] = str(self._engine.inspect_image(image).get("Container", ""))
        return found

    def all(self) -> Restored:
        """Restore tags, then remove images: one that still has a tag belongs to whoever set it."""
        for reference, tag in self._journal.tags.items():
            wanted = [other.tags[reference] for other in self._others if reference in other.tags]
            if wanted:
                self._leave(reference, tag, wanted)
            else:
                self._restore(reference, tag)
        self._release_holds()
        self._remove_steps()
        self._remove([i for i in self._journal.ids if i in self._now.ids and self._is_only_ours(i)])
        return Restored(tuple(self._changed), tuple(self._faults))

    def _restore(self, reference: str, tag: MovedTag) -> None:
        current = self._tags.get(reference)
        if current is not None and current not in tag.images:
            return  # it was set by somebody else since
        if tag.before in self._now.ids:
            if current != tag.before:
                self._give_back(reference, tag.before)
        elif current is not None and self._may_untag(reference, current):
            self._untag(reference)

    def _release_holds(self) -> None:
        """Take off the names that only kept images, but where another demo has moved the only one, or has made it."""
        for image in self._now.held.intersection((*self._journal.holds, *self._journal.ids)):
            kept = (image in other.holds or image in other.ids for other in self._others)
            if image in self._tags.values() or not any(kept):
                self._untag(hold_on(image))

    def _leave(self, reference: str, tag: MovedTag, wanted: Sequence[MovedTag]) -> None:
        """Leave a tag that another demo has set, too, to that demo, but don't leave it on an image of ours."""
        current = self._tags.get(reference)
        if current in tag.images and self._is_ours(current) and not any(current in other.images for other in wanted):
            self._untag(reference)

    def _give_back(self, reference: str, image: str) -> None:
        repository, _, name = reference.rpartition(":")
        if refusal := _refusal(lambda: self._engine.tag(image, repository, name)):
            self._faults.append(f"{reference}: {refusal}")
        else:
            self._changed.append(reference)
            self._tags[reference] = image

    def _may_untag(self, reference: str, image: str) -> bool:
        """Whether a tag may be taken off: with its last tag, the engine removes an image, which must be ours then."""
        return self._is_ours(image) or any(i == image and r != reference for r, i in self._tags.items())

    def _is_ours(self, image: str) -> bool:
        return image in self._journal.ids and not any(image in other.ids for other in self._others)

    def _is_only_ours(self, image: str) -> bool:
        wanted = any(image in tag.images for other in self._others for tag in other.tags.values())
        return self._is_ours(image) and not wanted and image not in self._tags.values()

    def _untag(self, reference: str) -> None:
        if refusal := _removal_refusal(self._engine, reference):
            self._faults.append(f"{reference}: {refusal}")
        else:
            self._changed.append(reference)
            self._tags.pop(reference, None)

    def _remove(self, ids: list[str]) -> None:
        """Children before parents, found by trying: an image with children is refused until they are gone."""
        refusals: dict[str, str] = {}
        while ids:
            refusals = {}
            for image in reversed(ids):
                if refusal := _removal_refusal(self._patient, image):
                    refusals[image] = refusal
                    self._remove_container_of_crashed_build(image, refusal)
                else:
                    self._changed.append(image)
            if len(refusals) == len(ids):
                break
            ids = [image for image in ids if image in refusals]
        self._faults += [f"{i}: {why}" for i, why in refusals.items() if not self._is_needed(why)]

    def _remove_steps(self) -> None:
        """Remove the ended containers of a classic build's steps; the engine does it, unless it has crashed."""
        for step in self._steps:
            with suppress(EngineError):
                container = self._engine.inspect_container(step)
                if str(container["Id"]).startswith(step) and not container["State"].get("Running"):
                    self._patient.remove_container(container["Id"])

    def _remove_container_of_crashed_build(self, image: str, refusal: str) -> None:
        """As :meth:`_remove_steps` does, if the engine crashed before it named the container; the next try counts.

        It is known by the whole id of the image that it was made from, which only the build could know then.
        """
        if not self._under_way or (using := self._container_using(refusal)) is None:
            return
        name, container = using
        if container and container["Config"].get("Image") == image and not container["State"].get("Running"):
            with suppress(EngineError):
                self._patient.remove_container(name)

    def _container_using(self, refusal: str) -> tuple[str, dict[str, Any]] | None:
        """The id of the container that a refusal names, and its details: none if it is gone."""
        found = _RUN_BY.search(refusal)
        if found is None:
            return None
        name = found[1] or found[2]
        try:
            return name, self._engine.inspect_container(name)
        except EngineError:
            return name, {}

    def _is_needed(self, why: str) -> bool:
        """Whether the engine keeps an image for somebody else, who now answers for it.

        After a kill in a build it may be for that build itself, which the engine is about to end.
        """
        if self._under_way:
            return False
        if (using := self._container_using(why)) is None:
            return _BUILT_ON in why
        _, container = using
        labelled = bool(container) and (container["Config"].get("Labels") or {}).get(SHOW)
        return bool(container) and not (labelled and has_prefix(container["Name"]))


def _removal_refusal(engine: SdkClient, image: str) -> str:
    """Remove an image or a tag; return why the engine refuses, nothing if it doesn't or if it was gone already."""
    return _refusal(lambda: engine.remove_image(image, noprune=True))


def _refusal(request: Callable[[], object]) -> str:
    try:
        request()
    except EngineError as error:
        return "" if error.status == HTTPStatus.NOT_FOUND else error.reason
    return ""
