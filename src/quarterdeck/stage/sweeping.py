"""Removing what demos left on an engine, by label; images by their journal.

Used by reset, by the watchdog and by ``quarterdeck clean``.  Containers go first, then networks,
then volumes, then images.  Blocking, and small, for the watchdog's sake.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from quarterdeck.stage.address import EngineAddress
from quarterdeck.stage.asking import Answer, EngineError, ask
from quarterdeck.stage.cleanroom.labels import DEMO, SHOW
from quarterdeck.stage.journal import ImageJournal, ImageState, read_all

AT_ONCE = 8
"""Containers removed at the same time."""
REMOVAL_SECONDS = 30.0
LIST_SECONDS = 10.0
GONE = frozenset({200, 204, 404})
"""Statuses after which an object is there no more."""


@dataclass(frozen=True, slots=True)
class SweepReport:
    """What a sweep removed, by the names the engine knows, and what it could not."""

    containers: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    """Removed, untagged or given back their tag."""
    faults: tuple[str, ...] = ()
    """Messages about what is still there."""

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
        )


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose leftovers: of one demo, of one show, or of all."""

    show: str | None = None
    demo: str | None = None

    def filters(self) -> str:
        """The ``filters`` parameter that selects them."""
        labels = [SHOW if self.show is None else f"{SHOW}={self.show}"]
        if self.demo is not None:
            labels.append(f"{DEMO}={self.demo}")
        return json.dumps({"label": labels})


def sweep(
    address: EngineAddress, show: str | None, *, demo: str | None = None, journals: Path | None = None
) -> SweepReport:
    """One pass over the engine: everything labelled with ``show`` (None: with any show) is removed.

    Images are put right from the journals in that folder; without one they are left alone.
    Raises OSError or EngineError when the engine can't be asked.
    """
    scope = Scope(show, demo)
    removed = _sweep_labelled(address, scope)
    if journals is not None:
        for file, journal in list(read_all(journals, show, demo)):
            if journal.engine == address.url:
                report = restore_images(address, journal)
                removed += report
                if not report.faults:
                    file.unlink(missing_ok=True)
    return removed


def _sweep_labelled(address: EngineAddress, scope: Scope) -> SweepReport:
    found = _listed(address, "/containers/json", {"all": "1", "filters": scope.filters()})
    containers = {str(c["Id"]): str((c.get("Names") or [c["Id"][:12]])[0]).removeprefix("/") for c in found if _ours(c)}
    faults: list[str] = []

    def remove(kind: str, reference: str, name: str, **query: str) -> str | None:
        path = f"/{kind}/{quote(reference, safe='')}"
        answer = ask(address, "DELETE", path, query=query, timeout=REMOVAL_SECONDS)
        if answer.status in GONE:
            return name
        if answer.status != 409 or "already in progress" not in message_of(answer):
            faults.append(f"{name}: {message_of(answer)}")
        return None

    def each(kind: str, items: Iterable[tuple[str, str]], **query: str) -> tuple[str, ...]:
        return _removed(items, lambda reference, name: remove(kind, reference, name, **query))

    gone = each("containers", containers.items(), force="1", v="1")
    networks = _listed(address, "/networks", {"filters": scope.filters()})
    gone_networks = each("networks", [(n["Id"], n["Name"]) for n in networks if _ours(n)])
    volumes = _asked(address, "/volumes", {"filters": scope.filters()})
    names = [str(v["Name"]) for v in volumes.get("Volumes") or () if _ours(v)]
    gone_volumes = each("volumes", [(name, name) for name in names], force="1")
    return SweepReport(gone, gone_networks, gone_volumes, faults=tuple(faults))


def _ours(item: dict[str, Any]) -> bool:
    """An empty label is what a commit leaves on an image, and its containers inherit it."""
    return bool((item.get("Labels") or {}).get(SHOW))


def _removed(items: Iterable[tuple[str, str]], remove: Callable[[str, str], str | None]) -> tuple[str, ...]:
    items = list(items)
    if not items:
        return ()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return tuple(name for name in pool.map(lambda item: remove(*item), items) if name)


def _listed(address: EngineAddress, path: str, query: dict[str, str]) -> list[dict[str, Any]]:
    return list(_asked(address, path, query) or ())


def _asked(address: EngineAddress, path: str, query: dict[str, str]) -> Any:
    answer = ask(address, "GET", path, query=query, timeout=LIST_SECONDS)
    if answer.status != 200:
        raise EngineError(f"the engine answers {answer.status} to {path}: {message_of(answer)}")
    return answer.json()


def message_of(answer: Answer) -> str:
    """The engine's own message in an error's body."""
    try:
        value = answer.json()
    except ValueError:
        return answer.body.decode("utf-8", "replace")[:200]
    return str(value.get("message", "")) if isinstance(value, dict) else ""


def image_state(address: EngineAddress) -> ImageState:
    """The images of the engine now."""
    return ImageState.of(_listed(address, "/images/json", {"all": "1"}))


def restore_images(address: EngineAddress, journal: ImageJournal) -> SweepReport:
    """Give moved tags back, take new tags off, remove new images; those of before stay."""
    now = image_state(address)
    if journal.under_way:
        journal = journal.with_new(now)
    before = journal.before
    changed: list[str] = []
    faults: list[str] = []
    for reference in journal.references:
        old, new = before.references.get(reference), now.references.get(reference)
        if old and old != new and old in now.ids:
            repository, _, tag = reference.rpartition(":")
            path = f"/images/{quote(old, safe=':')}/tag"
            answer = ask(address, "POST", path, query={"repo": repository, "tag": tag})
            if answer.status == 201:
                changed.append(reference)
            else:
                faults.append(f"{reference}: {message_of(answer)}")
        elif not old and new and _may_untag(reference, new, journal, now):
            answer = ask(address, "DELETE", f"/images/{quote(reference)}", query={"noprune": "1"})
            if answer.status in GONE:
                changed.append(reference)
            else:
                faults.append(f"{reference}: {message_of(answer)}")
    faults += _remove_images(address, [i for i in journal.ids if i in now.ids and i not in before.ids], changed)
    return SweepReport(images=tuple(changed), faults=tuple(faults))


def _may_untag(reference: str, image: str, journal: ImageJournal, now: ImageState) -> bool:
    """Taking the last tag off removes the image, which must not happen to one that was there before."""
    others = [r for r, i in now.references.items() if i == image and r != reference]
    return image not in journal.before.ids or bool(others)


def _remove_images(address: EngineAddress, ids: list[str], changed: list[str]) -> tuple[str, ...]:
    """Children before parents, found by trying: an image with children is refused until they are gone."""
    while ids:
        answers = {
            i: ask(
                address,
                "DELETE",
                f"/images/{quote(i, safe=':')}",
                query={"force": "1", "noprune": "1"},
                timeout=REMOVAL_SECONDS,
            )
            for i in reversed(ids)
        }
        gone = [i for i, answer in answers.items() if answer.status in GONE]
        changed += gone
        if not gone:
            return tuple(f"{i}: {message_of(answer)}" for i, answer in answers.items())
        ids = [i for i in ids if i not in gone]
    return ()
