"""Putting images right after a demo, by its journal: tags go back, what the demo made goes.

An image stays if anybody else has an interest in it: another demo, which then removes it, or somebody
who gave it a tag, built on it or runs it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from quarterdeck.files.locks import locked_folder
from quarterdeck.stage.cleanup.image_journal import ImageJournal, ImageState, MovedTag, others
from quarterdeck.stage.cleanup.labels import SHOW
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.client import GONE, ask, look_up

REMOVAL_SECONDS = 30.0
_BUILT_ON = "dependent child"
_RUN_BY = re.compile(r"use.*container.*?\b([0-9a-f]{12,64})\b|used by ([0-9a-f]{12,64})\b")
"""Words of an engine's refusal to remove an image: somebody builds on it, or a container has it."""


def origins(address: EngineAddress, journal: ImageJournal, now: ImageState) -> dict[str, str]:
    """Image → the container that it was made of, where that can tell whose it is; raises OSError."""
    asked = journal.unexplained(now) if journal.containers else []
    answers = {image: ask(address, "GET", f"/images/{quote(image, safe=':')}/json") for image in asked}
    return {image: str(answer.json().get("Container", "")) for image, answer in answers.items() if answer.status == 200}


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put right."""

    changed: tuple[str, ...]
    """Images removed; tags taken off or given back."""
    faults: tuple[str, ...]


def image_state(address: EngineAddress) -> ImageState:
    """The images of the engine now; raises OSError or EngineError."""
    return ImageState.of(list(look_up(address, "/images/json", {"all": "1"})))


def restore_images(address: EngineAddress, file: Path, journal: ImageJournal) -> Restored:
    """Put right what the journal in ``file`` says, which is removed if all could be; raises OSError or EngineError."""
    image_state(address)  # an engine that doesn't answer is waited for without the lock
    with locked_folder(file.parent):
        work = Restoring(address, journal, image_state(address), others(file, journal.engine))
        restored = work.all()
        if not restored.faults:
            file.unlink(missing_ok=True)
    return restored


class Restoring:
    """One journal's work on an engine."""

    def __init__(
        self, address: EngineAddress, journal: ImageJournal, now: ImageState, others: Sequence[ImageJournal]
    ) -> None:
        self._address = address
        self._now = now
        self._under_way = journal.under_way
        self._journal = journal.settled(now, origins(address, journal, now))
        self._others = others
        self._changed: list[str] = []
        self._faults: list[str] = []
        self._tags = dict(now.references)
        """As they are after what was done."""

    def all(self) -> Restored:
        """Tags first: an image that still has one belongs to whoever set it."""
        for reference, tag in self._journal.tags.items():
            wanted = [other.tags[reference] for other in self._others if reference in other.tags]
            if wanted:
                self._leave(reference, tag, wanted)
            else:
                self._restore(reference, tag)
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

    def _leave(self, reference: str, tag: MovedTag, wanted: Sequence[MovedTag]) -> None:
        """Another demo set the tag too, and puts it right at its end; it only must not stand for our image."""
        current = self._tags.get(reference)
        if current in tag.images and self._is_ours(current) and not any(current in other.images for other in wanted):
            self._untag(reference)

    def _give_back(self, reference: str, image: str) -> None:
        repository, _, name = reference.rpartition(":")
        path = f"/images/{quote(image, safe=':')}/tag"
        answer = ask(self._address, "POST", path, query={"repo": repository, "tag": name})
        if answer.status == 201:
            self._changed.append(reference)
            self._tags[reference] = image
        else:
            self._faults.append(f"{reference}: {answer.message}")

    def _may_untag(self, reference: str, image: str) -> bool:
        """Taking the last tag off removes the image, which must not happen to one that isn't ours."""
        return self._is_ours(image) or any(i == image and r != reference for r, i in self._tags.items())

    def _is_ours(self, image: str) -> bool:
        return image in self._journal.ids and not any(image in other.ids for other in self._others)

    def _is_only_ours(self, image: str) -> bool:
        wanted = any(image in tag.images for other in self._others for tag in other.tags.values())
        return self._is_ours(image) and not wanted and image not in self._tags.values()

    def _untag(self, reference: str) -> None:
        answer = ask(self._address, "DELETE", f"/images/{quote(reference)}", query={"noprune": "1"})
        if answer.status in GONE:
            self._changed.append(reference)
            self._tags.pop(reference, None)
        else:
            self._faults.append(f"{reference}: {answer.message}")

    def _remove(self, ids: list[str]) -> None:
        """Children before parents, found by trying: an image with children is refused until they are gone."""
        refusals: dict[str, str] = {}
        while ids:
            refusals = {}
            for image in reversed(ids):
                path = f"/images/{quote(image, safe=':')}"
                answer = ask(self._address, "DELETE", path, query={"noprune": "1"}, timeout=REMOVAL_SECONDS)
                if answer.status in GONE:
                    self._changed.append(image)
                else:
                    refusals[image] = answer.message
                    self._remove_what_a_crash_left(image, answer.message)
            if len(refusals) == len(ids):
                break
            ids = [image for image in ids if image in refusals]
        self._faults += [f"{i}: {why}" for i, why in refusals.items() if not self._is_needed(why)]

    def _remove_what_a_crash_left(self, image: str, why: str) -> None:
        """An engine that crashed in a classic build keeps the container of the step, unlabelled; the next try counts.

        It is known by the whole id of an image that only the build could know then, as what it was made from.
        """
        if not self._under_way or (using := self._container_using(why)) is None:
            return
        path, container = using
        if container and container["Config"].get("Image") == image and not container["State"].get("Running"):
            ask(self._address, "DELETE", path, timeout=REMOVAL_SECONDS)

    def _container_using(self, why: str) -> tuple[str, dict[str, Any]] | None:
        """The container that a refusal names, its path and what the engine says of it: nothing if it is gone."""
        found = _RUN_BY.search(why)
        if found is None:
            return None
        path = f"/containers/{found[1] or found[2]}"
        answer = ask(self._address, "GET", f"{path}/json")
        return path, answer.json() if answer.status == 200 else {}

    def _is_needed(self, why: str) -> bool:
        """Whether the engine keeps an image for somebody else, who now answers for it.

        After a kill in a build it may be for that build itself, which the engine is about to end.
        """
        if self._under_way:
            return False
        if (using := self._container_using(why)) is None:
            return _BUILT_ON in why
        _, container = using
        return bool(container) and not (container["Config"].get("Labels") or {}).get(SHOW)
