"""Images: which are the demo's, which image each of its tags means, and which images it sees.

The demo's images are those that the engine's answers to its own requests name, and the tags that these
set: images that anybody else builds or pulls meanwhile, in a clean room or not, are never taken for them.
A tag that the demo set means the same image to it for as long as it lasts, even if another demo moves
the same tag.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from quarterdeck.files.locks import acquire, release
from quarterdeck.stage.cleanup.image_journal import (
    NO_TAG,
    ImageJournal,
    ImageState,
    MovedTag,
    digests_of,
    names_of,
    others,
    write,
)
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.image_transfer import normalised

TURN_SUFFIX = ".turn"
PATIENCE_SECONDS = 120.0
"""The longest that a build waits for tags that another demo holds."""
PAUSE_SECONDS = 0.05


class Images(Protocol):
    """The images of an engine; blocking, and raises OSError or EngineError."""

    def state(self) -> ImageState:
        """The images there are now."""

    def forgets(self) -> bool:
        """Whether the engine forgets images that lose their last name."""

    def hold(self, images: Iterable[str]) -> None:
        """Keep images that are about to lose their last name."""


class ImageLedger:
    """The images and tags of one demo, recorded in a journal that survives the process until all is put right."""

    def __init__(
        self, show: str, demo: str, engine: str, file: Path, on_engine: Images, declared: Iterable[str]
    ) -> None:
        self.file = file
        self.on_engine = on_engine
        self._under_way = 0
        self._unanswered = False
        """Whether a request was cut short: the engine may have gone on for a while."""
        self._empty = ImageJournal(show, demo, engine)
        self.journal = self._empty
        self._declared = frozenset(map(normalised, declared))
        self._locks: dict[Path, _Lock] = {}
        """The tags that the demo's requests hold, by the files that are locked for them."""
        self._used: dict[str, set[str]] = {}
        self.pins: dict[str, str] = {}
        """The demo's tags → the image that each means to it."""
        self.called: dict[str, str] = {}
        """Containers → the demo's tag that they were made from."""

    @asynccontextmanager
    async def turn(self, references: Iterable[str]) -> AsyncIterator[None]:
        """Hold these tags, so that no other demo moves them meanwhile; raises EngineError."""
        async with AsyncExitStack() as stack:
            files = {_file(self.file.parent, self.journal.engine, reference) for reference in references}
            try:
                await stack.enter_async_context(_held(sorted(files), self._locks))
            except OSError as error:
                raise self.unkept(error) from None
            yield

    def unkept(self, error: OSError) -> EngineError:
        """The error to raise when the journal can't be written."""
        return EngineError(f"the state of images can't be kept in {self.file.parent}: {error.strerror}")

    def begin(self, now: ImageState, targets: Mapping[str, str], making: Iterable[str]) -> None:
        """Record that images will be made: ``targets`` maps tags to the image that has each.  Raises OSError."""
        self._under_way += 1
        tags = dict(self.journal.tags)
        for reference, before in targets.items():
            tags.setdefault(reference, MovedTag(before))
        ours = set(self.journal.ids)
        known = dict.fromkeys([*(self.journal.known or ()), *(i for i in now.ids if i not in ours)])
        self.journal = replace(self.journal, tags=tags, making=(*self.journal.making, *making), known=tuple(known))
        try:
            write(self.journal, self.file)
        except BaseException:
            self.end(making)
            raise

    def expect(self, reference: str, before: str) -> None:
        """Record a tag that turns out to be set, too; ``before`` is the image that has it."""
        tags = {reference: MovedTag(before), **self.journal.tags}
        self.journal = replace(self.journal, tags=tags, making=(*self.journal.making, reference))
        self._keep()

    def hold(self, images: Iterable[str]) -> None:
        """Record that images will be kept by names of ours, until all is put right.  Raises OSError."""
        self.journal = replace(self.journal, holds=tuple(dict.fromkeys((*self.journal.holds, *images))))
        write(self.journal, self.file)

    def end(self, making: Iterable[str], *, answered: bool = True) -> None:
        """Record that images were made, or, if the request was never ``answered``, may still be.  Raises OSError."""
        self._under_way -= 1
        rest = list(self.journal.making)
        for target in making:
            if target in rest:  # a reset of the demo may have forgotten it meanwhile
                rest.remove(target)
        tags = {r: t for r, t in self.journal.tags.items() if t.images or r in rest}
        self._unanswered = self._unanswered or not answered
        known, containers = self.journal.known, self.journal.containers
        if not (self._under_way or self._unanswered):
            known, containers = None, ()
        self.journal = replace(self.journal, tags=tags, making=tuple(rest), known=known, containers=containers)
        self._store()

    def _store(self) -> None:
        """Write the journal, or remove its file if there is nothing to put right; raises OSError."""
        if self.journal == self._empty:
            self.file.unlink(missing_ok=True)
        else:
            write(self.journal, self.file)

    def made(self, identity: str) -> None:
        """Record an image that the demo has made (by a shortened id while its request is under way)."""
        if not self.owns(identity):
            self.journal = replace(self.journal, ids=(*self.journal.ids, identity))
            self._keep()

    def runs(self, container: str) -> None:
        """Record the container that a step of a build runs in (a shortened id); its image is the demo's."""
        self.journal = replace(self.journal, containers=(*self.journal.containers, container))
        self._keep()

    def complete(self, identities: Iterable[str]) -> None:
        """Replace shortened ids by the full ones among ``identities``."""
        full = list(identities)
        found = (next((f for f in full if f.startswith(i)), i) for i in self.journal.ids)
        self.journal = replace(self.journal, ids=tuple(dict.fromkeys(found)))

    def tagged(self, reference: str, identity: str, before: str = "") -> None:
        """Record a tag that the demo has given to an image, and the image that had it ``before``."""
        tag = self.journal.tags.get(reference, MovedTag(before))
        if identity not in tag.images:
            tag = replace(tag, images=(*tag.images, identity))
            self.journal = replace(self.journal, tags={**self.journal.tags, reference: tag})
            self._keep()
        self.pins[reference] = identity

    def untagged(self, reference: str) -> None:
        """Record that the demo has taken one of its tags off."""
        self.pins.pop(normalised(reference), None)

    def given_back(self, reference: str) -> None:
        """Record that a tag of the demo's means again the image that it meant before: nothing is left to put right."""
        name = normalised(reference)
        self.untagged(name)
        self.journal = replace(self.journal, tags={r: tag for r, tag in self.journal.tags.items() if r != name})
        self._keep()

    def share(self, identity: str, reference: str) -> None:
        """Record that the demo uses an image: if another demo has made it, it stays until both are done with it."""
        name = normalised(reference)
        for journal in others(self.file, self.journal.engine):
            if identity in journal.ids:
                self.made(identity)
            tag = journal.tags.get(name)
            if tag is not None and identity in tag.images and name not in self.journal.tags:
                self.tagged(name, identity, tag.before)

    def _keep(self) -> None:
        with suppress(OSError):  # the file still says that images are under way: the sweep looks for itself
            self._store()

    def forget(self) -> None:
        """Start afresh, after everything was put right."""
        self.journal = self._empty
        self._unanswered = False
        self._used.clear()
        self.pins.clear()
        self.called.clear()

    def use(self, identity: str, reference: str) -> None:
        """Record that the demo has used an image that was there before; from now on the demo sees it."""
        self._used.setdefault(identity, set()).add(normalised(reference))

    def owns(self, identity: str) -> bool:
        """Whether the demo made this image."""
        ids = self.journal.ids
        return identity in ids or (bool(self._under_way) and any(identity.startswith(i) for i in ids))

    def owns_reference(self, reference: str) -> bool:
        """Whether the demo set this tag."""
        return normalised(reference) in self.journal.tags

    def before(self, reference: str) -> str:
        """The image that had one of the demo's tags before the demo set it; empty if none had."""
        tag = self.journal.tags.get(normalised(reference))
        return tag.before if tag is not None else ""

    def pinned(self, reference: str) -> str | None:
        """The image that one of the demo's tags means to it; None for other references."""
        return self.pins.get(normalised(reference))

    def shown(self, image: Mapping[str, Any]) -> dict[str, Any] | None:
        """An entry of the image list as the demo sees it; None if it doesn't see the image."""
        identity = str(image["Id"])
        used, own = self._used.get(identity, set()), self.owns(identity)
        named = names_of(image)
        names = list(map(normalised, named))
        if not (own or used or identity in self.pins.values() or any(map(self._is_named, names))):
            return None
        tags = self.seen_tags(identity, named)
        if image.get("RepoDigests"):
            image = {**image, "RepoDigests": digests_of(image)}
        mine = [tag for tag in tags if (name := normalised(tag)) in used or self._is_named(name)]
        if own:
            return {**image, "RepoTags": tags or (image.get("RepoTags") and [NO_TAG])}
        if mine:
            return {**image, "RepoTags": mine}
        by_id = used and not any(normalised(t) in used for t in tags)
        return {**image, "RepoTags": tags or named or image.get("RepoTags")} if by_id else None

    def _is_named(self, name: str) -> bool:
        return name in self._declared or name in self.pins

    def candidates(self) -> set[str]:
        """References and ids of all images that the demo may see."""
        return {*self._declared, *self.pins.values(), *self._used, *self.journal.ids}

    def seen_tags(self, identity: str, tags: Iterable[str]) -> list[str]:
        """An image's tags as the demo sees them: its own tags mean the images that it gave them to."""
        named = names_of({"RepoTags": list(tags)})
        kept = {normalised(t): t for t in named if self.pins.get(normalised(t), identity) == identity}
        return [*kept.values(), *(tag for tag, image in self.pins.items() if image == identity and tag not in kept)]


@dataclass(slots=True)
class _Lock:
    """A locked file."""

    descriptor: int
    users: int = 0


@asynccontextmanager
async def _held(files: list[Path], locks: dict[Path, _Lock]) -> AsyncIterator[None]:
    """Hold the tags that the files are for.

    A build reads tags (``FROM web``) and sets some, at moments that the clean room doesn't know, so a demo has its tags
    to itself meanwhile.  Its own requests hold them together: one buildx has several that wait for each other.
    Raises OSError, and EngineError when another demo holds one for too long.
    """
    deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
    while not _acquired(files, locks):
        if asyncio.get_running_loop().time() > deadline:
            raise EngineError(f"another demo has been making an image with the same tag for {PATIENCE_SECONDS:g} s")
        await asyncio.sleep(PAUSE_SECONDS)
    try:
        yield
    finally:
        _release(files, locks)


def _file(folder: Path, engine: str, reference: str) -> Path:
    return folder / f"{hashlib.sha256(f'{engine} {reference}'.encode()).hexdigest()[:24]}{TURN_SUFFIX}"


def _acquired(files: list[Path], locks: dict[Path, _Lock]) -> bool:
    """Whether all are locked now, or none: a demo that waits for one holds no other.  Raises OSError."""
    for position, file in enumerate(files):
        if file not in locks:
            descriptor = None
            try:
                descriptor = acquire(file)
            finally:
                if descriptor is None:
                    _release(files[:position], locks)
            if descriptor is None:
                return False
            locks[file] = _Lock(descriptor)
        locks[file].users += 1
    return True


def _release(files: list[Path], locks: dict[Path, _Lock]) -> None:
    for file in files:
        locks[file].users -= 1
        if not locks[file].users:
            release(file, locks.pop(file).descriptor)
