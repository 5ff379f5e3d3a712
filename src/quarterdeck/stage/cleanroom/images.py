"""Images: which are the demo's, what its tags mean, and what it is shown.

The demo's are those that the engine's answers to its own requests say were made, and the tags that
these set: what anybody else builds or pulls meanwhile, in a clean room or not, is never taken for it.
A tag that the demo set means the same image to it for as long as it lasts, even if another demo moves
the same tag.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from quarterdeck.files.locks import locked_folder
from quarterdeck.stage.cleanroom.tag_locks import turn
from quarterdeck.stage.cleanup.image_journal import (
    NO_TAG,
    ImageJournal,
    ImageState,
    MovedTag,
    matches,
    others,
    write,
)
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.image_transfer import normalised

_STEP = re.compile(rb'"stream":" ?-{2,3}(?:\\u003e|>) ([0-9a-f]{11,12})\b')
"""The image after a step of a classic build; Podman shortens ids to eleven digits."""
_RUNNING = re.compile(rb'"stream":" ?-{2,3}(?:\\u003e|>) Running in ([0-9a-f]{12})\b')
_FULL_ID = re.compile(r"sha256:[0-9a-f]{64}")
_BUILT = re.compile(rb'\{"stream":"([0-9a-f]{64})\\n"\}\s*')
"""What Podman says in the place of an ``aux`` message."""
_LOADED = re.compile(r"Loaded image(?:\(s\)| ID)?: (.+)")
_PULLED = re.compile(r"Status: (?:Downloaded newer image|Image is up to date) for (\S+)")
_TELLING = (b'"error"', b'"aux"', b"Loaded image", b'"status":"sha256:', b'"status":"Status: ')
"""What is in the lines of an answer that tell of an image."""


class Making:
    """Lives from before the request is sent until the engine has answered."""

    def __init__(self, ledger: ImageLedger, targets: Sequence[str], *, telling: bool) -> None:
        self._ledger = ledger
        self._targets = list(targets)
        self._telling = telling
        self.answered = False
        """Whether the engine has answered to the end."""
        self._before = ImageState({}, ())
        self._others: list[ImageJournal] = []
        self._found: list[str] = []
        """Tags that the answer says were set, beside the targets."""
        self._built = ""
        """The image that the answer told of last: each stage of a build tells its own."""
        self._failed = False
        self._open = False

    async def begin(self) -> None:
        """Write down what will be set; raises OSError or EngineError."""
        ledger = self._ledger
        with ExitStack() as stack:
            await asyncio.to_thread(stack.enter_context, locked_folder(ledger.file.parent))
            try:
                self._before = await asyncio.to_thread(ledger.lister)
            except OSError as error:
                raise EngineError(f"the engine doesn't say which images there are: {error}") from None
            self._others = others(ledger.file, ledger.journal.engine)
            single = [target for target in self._targets if not target.endswith(":*")]
            ledger.begin(self._before, {target: self._image_before(target) for target in single}, self._targets)
        self._open = True

    def _image_before(self, reference: str) -> str:
        """What has a tag that isn't the demo's; if another demo has moved it, what had it before that."""
        for journal in self._others:
            if reference in journal.tags:
                return journal.tags[reference].before
        return self._before.references.get(reference, "")

    def saw(self, identity: str) -> None:
        """The answer tells of an image, by its id or a shortened one: whose is it?"""
        full = f"sha256:{identity.removeprefix('sha256:')}"
        old = any(i.startswith(full) for i in self._before.ids)
        shared = any(i.startswith(full) for journal in self._others for i in journal.ids)
        if not old or shared:
            self._ledger.made(full)

    def result(self, identity: str) -> None:
        """The image that the targets now name."""
        self.saw(identity)
        for target in self._targets:
            self._ledger.tagged(target, identity)

    def expect(self, names: str) -> None:
        """Tags that turn out to be set too, separated by commas."""
        for reference in map(normalised, filter(None, names.split(","))):
            if reference not in self._targets:
                self._targets.append(reference)
                self._ledger.expect(reference, self._image_before(reference))

    def hear(self, line: bytes) -> bytes:
        """Take in one line of the engine's answer; gives it back as it is."""
        if step := _STEP.search(line):
            self.saw(step[1].decode())
        elif running := _RUNNING.search(line):
            self._ledger.runs(running[1].decode())
        elif built := _BUILT.fullmatch(line):
            self._take(f"sha256:{built[1].decode()}")
        elif any(word in line for word in _TELLING):
            with suppress(ValueError):
                self._hear(json.loads(line))
        return line

    def _hear(self, message: dict[str, Any]) -> None:
        aux, status, text = message.get("aux"), str(message.get("status", "")), str(message.get("stream", ""))
        if isinstance(aux, dict) and _FULL_ID.fullmatch(str(aux.get("ID"))):
            self._take(aux["ID"])
        elif _FULL_ID.fullmatch(status):
            self._take(status)
        elif "error" in message:
            self._failed = True
        elif loaded := _LOADED.search(text.strip()):
            for name in loaded[1].split(","):
                self._found.append(name.strip())
        elif pulled := _PULLED.search(status):
            self._found.append(pulled[1])

    def _take(self, identity: str) -> None:
        self.saw(identity)
        self._built = identity

    async def finish(self) -> None:
        """The engine has answered to the end, which the demo doesn't know yet."""
        self.answered = True
        if self._built and not self._failed:
            self.result(self._built)
        await self.end()

    async def end(self) -> None:
        """Look up what the answer didn't say.  Done once."""
        if not self._open:
            return
        self._open = False
        ledger = self._ledger
        try:
            now = await asyncio.to_thread(ledger.lister)
        except (OSError, EngineError):
            return  # the journal still says that images are under way: the sweep looks for itself
        ledger.complete(now.ids)
        for name in self._found:
            if _FULL_ID.fullmatch(name):
                self.saw(name)
            else:
                self._look_up(normalised(name), now)
        if not (self._telling and self.answered):
            for reference in now.references:
                if any(matches(reference, target) for target in self._targets):
                    self._look_up(reference, now)
        with suppress(OSError):
            ledger.end(self._targets, answered=self.answered)

    def _look_up(self, reference: str, now: ImageState) -> None:
        """A tag that may have been set: it was if it means another image than before, or another demo set it so."""
        current = now.references.get(reference)
        if current is None:
            return
        shared = any(current in j.tags[reference].images for j in self._others if reference in j.tags)
        if shared or current != self._before.references.get(reference):
            self.saw(current)
            self._ledger.tagged(reference, current, self._image_before(reference))


Lister = Callable[[], ImageState]
"""Asks the engine, blocking; raises OSError or EngineError."""


class ImageLedger:
    """The images of one demo; survives in a journal until they are put right."""

    def __init__(self, show: str, demo: str, engine: str, file: Path, lister: Lister, declared: Iterable[str]) -> None:
        self.file = file
        self.lister = lister
        self._under_way = 0
        self._unanswered = False
        """Whether a request was cut short: the engine may have gone on for a while."""
        self._empty = ImageJournal(show, demo, engine)
        self.journal = self._empty
        self._declared = frozenset(map(normalised, declared))
        self._used: dict[str, set[str]] = {}
        self.pins: dict[str, str] = {}
        """The demo's tags → the image that each means to it."""
        self.called: dict[str, str] = {}
        """Containers → the demo's tag that they were made from."""

    @asynccontextmanager
    async def making(self, *targets: str, reads_tags: bool = False, telling: bool = True) -> AsyncIterator[Making]:
        """While a request makes an image or sets the tags in ``targets`` (``web:*`` for any of a repository).

        ``reads_tags``: the engine may look up any of the demo's tags on the way.  ``telling``: the engine's
        answer says what became of the targets; otherwise it is looked up.
        Raises EngineError where it can't be kept in the journal.
        """
        names = [normalised(target) for target in targets]
        single = [name for name in names if not name.endswith(":*")]
        work = Making(self, names, telling=telling)
        async with self.turn([*single, *(self.pins if reads_tags else ())]):
            try:
                await work.begin()
            except OSError as error:
                raise self._unkept(error) from None
            try:
                yield work
                await work.finish()
            finally:
                await asyncio.shield(asyncio.ensure_future(work.end()))

    @asynccontextmanager
    async def turn(self, references: Iterable[str]) -> AsyncIterator[None]:
        """While no other demo moves these tags; raises EngineError."""
        async with AsyncExitStack() as stack:
            try:
                await stack.enter_async_context(turn(self.file.parent, self.journal.engine, references))
            except OSError as error:
                raise self._unkept(error) from None
            yield

    def _unkept(self, error: OSError) -> EngineError:
        return EngineError(f"the state of images can't be kept in {self.file.parent}: {error.strerror}")

    def begin(self, now: ImageState, targets: Mapping[str, str], making: Iterable[str]) -> None:
        """Before images are made: ``targets`` are tags with the image that has each.  Raises OSError."""
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
        """A tag that turns out to be set too."""
        tags = {reference: MovedTag(before), **self.journal.tags}
        self.journal = replace(self.journal, tags=tags, making=(*self.journal.making, reference))
        self._keep()

    def end(self, making: Iterable[str], *, answered: bool = True) -> None:
        """Images were made; or perhaps are being made yet, if that was never ``answered``.  Raises OSError."""
        self._under_way -= 1
        rest = list(self.journal.making)
        for target in making:
            rest.remove(target)
        tags = {r: t for r, t in self.journal.tags.items() if t.images or r in rest}
        self._unanswered = self._unanswered or not answered
        known, containers = self.journal.known, self.journal.containers
        if not (self._under_way or self._unanswered):
            known, containers = None, ()
        self.journal = replace(self.journal, tags=tags, making=tuple(rest), known=known, containers=containers)
        if self.journal == self._empty:
            self.file.unlink(missing_ok=True)
        else:
            write(self.journal, self.file)

    def made(self, identity: str) -> None:
        """The demo has made this image (perhaps a shortened id, while it is being made)."""
        if not self.owns(identity):
            self.journal = replace(self.journal, ids=(*self.journal.ids, identity))
            self._keep()

    def runs(self, container: str) -> None:
        """A step of a build runs in this container (a shortened id): the engine makes an image of it, and says so."""
        self.journal = replace(self.journal, containers=(*self.journal.containers, container))
        self._keep()

    def complete(self, identities: Iterable[str]) -> None:
        """Put full ids in the place of shortened ones."""
        full = list(identities)
        found = (next((f for f in full if f.startswith(i)), i) for i in self.journal.ids)
        self.journal = replace(self.journal, ids=tuple(dict.fromkeys(found)))

    def tagged(self, reference: str, identity: str, before: str = "") -> None:
        """The demo has given an image this tag, which another image had ``before``."""
        tag = self.journal.tags.get(reference, MovedTag(before))
        if identity not in tag.images:
            tag = replace(tag, images=(*tag.images, identity))
            self.journal = replace(self.journal, tags={**self.journal.tags, reference: tag})
            self._keep()
        self.pins[reference] = identity

    def untagged(self, reference: str) -> None:
        """The demo has taken its tag off again."""
        self.pins.pop(normalised(reference), None)

    def share(self, identity: str, reference: str) -> None:
        """The demo uses an image: if another demo has made it, it stays until both are done with it."""
        name = normalised(reference)
        for journal in others(self.file, self.journal.engine):
            if identity in journal.ids:
                self.made(identity)
            tag = journal.tags.get(name)
            if tag is not None and identity in tag.images and name not in self.journal.tags:
                self.tagged(name, identity, tag.before)

    def _keep(self) -> None:
        with suppress(OSError):  # the file still says that images are under way: the sweep looks for itself
            write(self.journal, self.file)

    def forget(self) -> None:
        """All was put right."""
        self.journal = self._empty
        self._unanswered = False
        self._used.clear()
        self.pins.clear()
        self.called.clear()

    def use(self, identity: str, reference: str) -> None:
        """The demo has used an image that was there before: from now on it is listed."""
        self._used.setdefault(identity, set()).add(normalised(reference))

    def owns(self, identity: str) -> bool:
        """Whether the demo made this image."""
        ids = self.journal.ids
        return identity in ids or (bool(self._under_way) and any(identity.startswith(i) for i in ids))

    def owns_reference(self, reference: str) -> bool:
        """Whether the demo set this tag."""
        return normalised(reference) in self.journal.tags

    def pinned(self, reference: str) -> str | None:
        """The image that a tag of the demo's means; None for what is no tag of its own."""
        return self.pins.get(normalised(reference))

    def shown(self, image: Mapping[str, Any]) -> dict[str, Any] | None:
        """An entry of the image list as the demo sees it; None if it doesn't."""
        identity = str(image["Id"])
        used, own = self._used.get(identity, set()), self.owns(identity)
        names = [normalised(tag) for tag in image.get("RepoTags") or ()]
        if not (own or used or identity in self.pins.values() or any(map(self._is_named, names))):
            return None
        tags = self.seen_tags(identity, image.get("RepoTags") or ())
        mine = [tag for tag in tags if (name := normalised(tag)) in used or self._is_named(name)]
        if own:
            return {**image, "RepoTags": tags or (image.get("RepoTags") and [NO_TAG])}
        if mine:
            return {**image, "RepoTags": mine}
        by_id = used and not any(normalised(t) in used for t in tags)
        return {**image, "RepoTags": tags or image.get("RepoTags")} if by_id else None

    def _is_named(self, name: str) -> bool:
        return name in self._declared or name in self.pins

    def candidates(self) -> set[str]:
        """All that may be shown, by ids and references."""
        return {*self._declared, *self.pins.values(), *self._used, *self.journal.ids}

    def seen_tags(self, identity: str, tags: Iterable[str]) -> list[str]:
        """An image's tags as the demo sees them: its own mean what it set them to."""
        kept = {normalised(t): t for t in tags if t != NO_TAG and self.pins.get(normalised(t), identity) == identity}
        return [*kept.values(), *(tag for tag, image in self.pins.items() if image == identity and tag not in kept)]
