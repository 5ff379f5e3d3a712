"""Sweeps an engine: removes what demos left there, by label, and images by their journal.

Used by a demo's reset, by the watchdog and by ``quarterdeck clean``.  Blocks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any

from quarterdeck.files.locks import remove_abandoned, running_shows
from quarterdeck.stage.cleanup.image_journal import read_all
from quarterdeck.stage.cleanup.image_restore import restore_images
from quarterdeck.stage.cleanup.labels import DEMO, OWNER, SHOW, expired, has_prefix, owner_of
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.docker.client import engine_client
from quarterdeck.stage.docker.connection import AT_ONCE, EngineError

REMOVAL_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep removed, by the engine's names, and what it could not."""

    containers: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    """Images removed, and tags taken off or given back."""
    faults: tuple[str, ...] = ()
    """Messages about objects that could not be removed."""
    pending: bool = False
    """Whether a build that was cut off may still make images."""

    def __bool__(self) -> bool:
        """Whether anything was found."""
        return bool(self.containers or self.networks or self.volumes or self.images or self.faults)

    def __add__(self, other: SweepReport) -> SweepReport:
        return SweepReport(
            self.containers + other.containers,
            self.networks + other.networks,
            self.volumes + other.volumes,
            self.images + other.images,
            self.faults + other.faults,
            self.pending or other.pending,
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose objects to remove: those of one demo, of one show, or of all shows."""

    show: str | None = None
    demo: str | None = None
    sparing: tuple[str, ...] = ()
    """Shows whose objects stay."""
    owner: str | None = None
    """Whose shows (:func:`owner_of`); objects of others are removed only once they have expired.  None: anybody's."""

    def filters(self) -> dict[str, list[str]]:
        """The filters that select the objects in the engine's lists."""
        labels = [SHOW if self.show is None else f"{SHOW}={self.show}"]
        if self.demo is not None:
            labels.append(f"{DEMO}={self.demo}")
        return {"label": labels}

    def covers(self, item: dict[str, Any]) -> bool:
        """Whether an object is to be removed.

        An empty label is what a commit leaves on an image, and its containers inherit it.
        """
        labels = item.get("Labels") or {}
        show = labels.get(SHOW)
        if not show or show in self.sparing:
            return False
        return self.owner in (None, labels.get(OWNER)) or expired(labels)

    def covers_container(self, container: dict[str, Any]) -> bool:
        """Whether a container is to be removed: a clean room named it; one on its way out may have no name any more."""
        names = container.get("Names") or ()
        return self.covers(container) and (not names or any(map(has_prefix, names)))


def leftovers_of(journals: Path) -> Scope:
    """What no running show needs: what ended shows with these journals made, and what has expired of others'."""
    return Scope(sparing=running_shows(journals), owner=owner_of(journals))


def sweep(
    address: EngineAddress, show: str | None, *, demo: str | None = None, journals: Path | None = None
) -> SweepReport:
    """Remove everything labelled with ``show`` (None: with any show), in one pass over the engine.

    Images are restored by the journals in that folder; without a folder they are left alone.
    Raises OSError or EngineError when the engine can't be asked.
    """
    return _sweep(address, Scope(show, demo), journals)


def sweep_leftovers(address: EngineAddress, journals: Path) -> SweepReport:
    """Remove :func:`leftovers_of` shows with these journals."""
    return _sweep(address, leftovers_of(journals), journals)


def _sweep(address: EngineAddress, scope: Scope, journals: Path | None) -> SweepReport:
    removed = _sweep_labelled(address, scope)
    if journals is not None:
        for file, journal in list(read_all(journals, scope.show, scope.demo)):
            if journal.engine == address.url and journal.show not in scope.sparing:
                images = restore_images(address, file, journal)
                removed += SweepReport(images=images.changed, faults=images.faults, pending=images.pending)
        remove_abandoned(journals, "*.turn")
    return removed


def _sweep_labelled(address: EngineAddress, scope: Scope) -> SweepReport:
    with engine_client(address) as engine:
        patient = engine.with_timeout(REMOVAL_SECONDS)
        faults: list[str] = []
        filters = scope.filters()
        containers = {
            str(c["Id"]): str((c.get("Names") or [c["Id"][:12]])[0]).removeprefix("/")
            for c in engine.containers(all=True, filters=filters)
            if scope.covers_container(c)
        }
        gone = _remove(containers, lambda identity: patient.remove_container(identity, v=True, force=True), faults)
        networks = {str(n["Id"]): str(n["Name"]) for n in engine.networks(filters=filters) if scope.covers(n)}
        gone_networks = _remove(networks, patient.remove_network, faults)
        volumes = [str(v["Name"]) for v in engine.volumes(filters=filters).get("Volumes") or () if scope.covers(v)]
        names = {name: name for name in volumes}
        gone_volumes = _remove(names, lambda name: patient.remove_volume(name, force=True), faults)
    return SweepReport(gone, gone_networks, gone_volumes, faults=tuple(faults))


def _remove(names: Mapping[str, str], remove: Callable[[str], object], faults: list[str]) -> tuple[str, ...]:
    """Remove objects, several at a time; return the names of those that are gone.

    ``names``: reference → name.  Why others couldn't be removed is added to ``faults``; one that the engine is removing
    already is neither gone nor a fault.
    """

    def name_if_gone(reference: str) -> str | None:
        try:
            remove(reference)
        except EngineError as error:
            if error.status != HTTPStatus.NOT_FOUND:
                if error.status != HTTPStatus.CONFLICT or "already in progress" not in error.reason:
                    faults.append(f"{names[reference]}: {error.reason}")
                return None
        return names[reference]

    if not names:
        return ()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return tuple(filter(None, pool.map(name_if_gone, names)))
