"""Images, owned by difference: who brought what, and what the demo is shown.

An image or tag is the demo's if it appeared while the demo itself was building, pulling, loading,
committing or tagging.  What appears at other times is somebody else's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from quarterdeck.stage.asking import EngineError
from quarterdeck.stage.journal import ImageJournal, ImageState, write

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

NO_TAG = "<none>:<none>"
Lister = Callable[[], Awaitable[ImageState]]


def normalised(reference: str) -> str:
    """A reference as the engine lists it: ``docker.io/library/nginx`` is ``nginx:latest``."""
    reference = reference.removeprefix("docker.io/").removeprefix("library/")
    if "@" in reference or ":" in reference.rpartition("/")[2]:
        return reference
    return f"{reference}:latest"


class ImageLedger:
    """The images of one demo; survives in a journal until they are put right."""

    def __init__(self, show: str, demo: str, engine: str, file: Path, lister: Lister, declared: Iterable[str]) -> None:
        self._file = file
        self._lister = lister
        self._lock = asyncio.Lock()
        self._making = 0
        self._empty = ImageJournal(show, demo, engine, ImageState({}, ()))
        self.journal = self._empty
        self._declared = frozenset(map(normalised, declared))
        self._used: dict[str, set[str]] = {}

    @asynccontextmanager
    async def making(self) -> AsyncIterator[None]:
        """What appears meanwhile is the demo's."""
        async with self._lock:
            if not self._making:
                self._settle(await self._lister())
            self._making += 1
        try:
            yield
        finally:
            await asyncio.shield(asyncio.ensure_future(self._made()))

    def _settle(self, now: ImageState) -> None:
        """Before the demo makes images: what is new and not the demo's is someone else's."""
        old = self.journal
        foreign = {r: i for r, i in now.references.items() if r not in old.references}
        kept = {r: i for r, i in old.before.references.items() if r in old.references}
        before = ImageState({**kept, **foreign}, tuple(i for i in now.ids if i not in old.ids))
        self.journal = ImageJournal(old.show, old.demo, old.engine, before, old.ids, old.references, True)
        try:
            write(self.journal, self._file)
        except OSError as error:
            raise EngineError(f"the state of images can't be kept in {self._file}: {error.strerror}") from None

    async def _made(self) -> None:
        """Until the journal knows what was made, all that is new counts as the demo's: its next command may need it."""
        async with self._lock:
            try:
                new = self.journal.with_new(await self._lister())
                still = self._making > 1
                self.journal = ImageJournal(
                    new.show, new.demo, new.engine, new.before, new.ids, new.references, under_way=still
                )
                write(self.journal, self._file)
            except (OSError, EngineError):
                return  # the file still says that images were under way: the sweep looks for itself
            finally:
                self._making -= 1

    def forget(self) -> None:
        """All was put right."""
        self.journal = self._empty
        self._used.clear()

    def use(self, identity: str, reference: str) -> None:
        """The demo has used an image that was there before: from now on it is listed."""
        self._used.setdefault(identity, set()).add(normalised(reference))

    def owns(self, identity: str) -> bool:
        """Whether the demo made this image."""
        if identity in self.journal.ids:
            return True
        return bool(self._making) and identity not in self.journal.before.ids

    def owns_reference(self, reference: str) -> bool:
        """Whether the demo set this tag."""
        return normalised(reference) in self.journal.references

    def shown(self, image: Mapping[str, Any]) -> dict[str, Any] | None:
        """An entry of the image list as the demo sees it; None if it doesn't."""
        identity = str(image["Id"])
        tags = [tag for tag in image.get("RepoTags") or () if tag != NO_TAG]
        used = self._used.get(identity, set())
        mine = [t for t in tags if t in self._declared or t in used or self.owns_reference(t)]
        if self.owns(identity):
            return {**image, "RepoTags": tags or image.get("RepoTags")}
        if mine:
            return {**image, "RepoTags": mine}
        by_id = used and not any(t in used for t in tags)
        return {**image, "RepoTags": tags or image.get("RepoTags")} if by_id else None
