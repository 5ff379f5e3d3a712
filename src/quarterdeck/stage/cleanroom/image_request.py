"""A request that makes images or sets tags: recorded in the journal before it is sent, completed by the answer.

Images are the demo's by what the engine's answers say, not by the difference between before and after:
two rooms, or a speaker who builds at the same time, would get each other's.

The order: lock the tags, take stock of the engine's images and write the journal under its lock, then
send the request.  The facts are complete before the demo sees the end of the answer.

The answer is read one line of its JSON stream at a time, of builds, pulls, loads and imports, in Docker's words and
Podman's.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TypeAlias

from quarterdeck.files.locks import locked_folder
from quarterdeck.stage.cleanroom.images import ImageLedger
from quarterdeck.stage.cleanup.image_journal import RUNNING, STEP, ImageJournal, ImageState, matches, others
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.image_transfer import normalised


@asynccontextmanager
async def image_request(
    ledger: ImageLedger, *targets: str, reads_tags: bool = False, answer_tells: bool = True
) -> AsyncIterator[ImageRequest]:
    """While a request makes an image or sets the tags in ``targets`` (``web:*`` for any of a repository).

    ``reads_tags``: the engine may look up any of the demo's tags meanwhile.  ``answer_tells``: the
    engine's answer says which image the targets got; otherwise it is looked up.
    Raises EngineError if the journal can't be written.
    """
    names = [normalised(target) for target in targets]
    single = [name for name in names if not name.endswith(":*")]
    async with ledger.turn([*single, *(ledger.pins if reads_tags else ())]):
        try:
            before, elsewhere = await _begin(ledger, names, single)
        except OSError as error:
            raise ledger.unkept(error) from None
        work = ImageRequest(ledger, names, before, elsewhere, answer_tells=answer_tells)
        try:
            yield work
            await work.finish()
        finally:
            await asyncio.shield(asyncio.ensure_future(work.end()))


async def _begin(
    ledger: ImageLedger, targets: Sequence[str], single: Sequence[str]
) -> tuple[ImageState, list[ImageJournal]]:
    """Record the tags that will be set; returns the images there are and other demos' journals."""
    with ExitStack() as stack:
        await asyncio.to_thread(stack.enter_context, locked_folder(ledger.file.parent))
        try:
            before = await asyncio.to_thread(ledger.on_engine.state)
        except OSError as error:
            raise EngineError(f"the engine doesn't say which images there are: {error}") from None
        elsewhere = others(ledger.file, ledger.journal.engine)
        ledger.begin(before, {target: image_before(target, before, elsewhere) for target in single}, targets)
    try:
        await _hold(ledger, before, single)
    except BaseException:
        with suppress(OSError):
            ledger.end(targets)
        raise
    return before, elsewhere


async def _hold(ledger: ImageLedger, before: ImageState, references: Iterable[str]) -> None:
    """Keep the images that will lose these names, unless they are the demo's."""
    found = (before.references.get(reference) for reference in references)
    if losing := [image for image in dict.fromkeys(found) if image is not None and not ledger.owns(image)]:
        try:
            forgets = await asyncio.to_thread(ledger.on_engine.forgets)
            if forgets:
                _record_hold(ledger, losing)
                await asyncio.to_thread(ledger.on_engine.hold, losing)
        except OSError as error:
            raise EngineError(f"the engine doesn't keep an image whose name moves: {error}") from None


def _record_hold(ledger: ImageLedger, images: Iterable[str]) -> None:
    try:
        ledger.hold(images)
    except OSError as error:
        raise ledger.unkept(error) from None


class ImageRequest:
    """A request that makes images or sets tags, from before it is sent until the engine has answered.

    ``targets`` are the tags it sets, ``before`` the images there were, ``others`` the journals of other demos.
    """

    def __init__(
        self,
        ledger: ImageLedger,
        targets: Sequence[str],
        before: ImageState,
        others: Sequence[ImageJournal],
        *,
        answer_tells: bool,
    ) -> None:
        self._ledger = ledger
        self._targets = list(targets)
        self._before = before
        self._others = others
        self._answer_tells = answer_tells
        self._answered = False
        """Whether the engine has answered to the end."""
        self._ended = False
        self._found: list[str] = []
        """Tags and ids that the answer names, beside the targets."""
        self._result = ""
        """The last image that the answer names: each stage of a build names its own."""
        self._failed = False

    @property
    def targets(self) -> tuple[str, ...]:
        """The tags that the request sets, as far as is known."""
        return tuple(self._targets)

    def saw(self, identity: str) -> None:
        """The answer names an image, by its id or a shortened one: it is the demo's unless it was there before."""
        full = f"sha256:{identity.removeprefix('sha256:')}"
        old = any(i.startswith(full) for i in self._before.ids)
        shared = any(i.startswith(full) for journal in self._others for i in journal.ids)
        if not old or shared:
            self._ledger.made(full)

    def result(self, identity: str) -> None:
        """The image that the targets now mean."""
        self.saw(identity)
        for target in self._targets:
            self._ledger.tagged(target, identity)

    async def expect(self, names: Iterable[str]) -> None:
        """Tags that turn out to be set too; raises EngineError."""
        for reference in map(normalised, names):
            if reference not in self._targets:
                self._targets.append(reference)
                self._ledger.expect(reference, image_before(reference, self._before, self._others))
                await _hold(self._ledger, self._before, [reference])

    def read(self, line: bytes) -> bytes:
        """Take in one line of the engine's answer; returns it as it is."""
        match read_line(line):
            case Step(image):
                self.saw(image)
            case Runs(container):
                self._ledger.runs(container)
            case Result(image):
                self.saw(image)
                self._result = image
            case Names(references):
                self._found += references
            case Failed():
                self._failed = True
        return line

    async def finish(self) -> None:
        """The engine has answered to the end, but the demo hasn't seen the end yet."""
        self._answered = True
        if self._result and not self._failed:
            self.result(self._result)
        await self.end()

    async def end(self) -> None:
        """Look up the facts that the answer didn't give; a second call does nothing."""
        if self._ended:
            return
        self._ended = True
        ledger = self._ledger
        try:
            now = await asyncio.to_thread(ledger.on_engine.state)
        except (OSError, EngineError):
            with suppress(OSError):
                ledger.end((), answered=False)  # the journal still says that images are under way: the sweep looks
            return
        ledger.complete(now.ids)
        for name in self._found:
            if is_image_id(name):
                self.saw(name)
            else:
                self._look_up(normalised(name), now)
        if not (self._answer_tells and self._answered):
            for reference in now.references:
                if any(matches(reference, target) for target in self._targets):
                    self._look_up(reference, now)
        with suppress(OSError):
            ledger.end(self._targets, answered=self._answered)

    def _look_up(self, reference: str, now: ImageState) -> None:
        """A tag that may have been set: it was if it means another image than before, or another demo set it so."""
        current = now.references.get(reference)
        if current is None:
            return
        shared = any(current in j.tags[reference].images for j in self._others if reference in j.tags)
        if shared or current != self._before.references.get(reference):
            self.saw(current)
            self._ledger.tagged(reference, current, image_before(reference, self._before, self._others))


def image_before(reference: str, now: ImageState, others: Iterable[ImageJournal]) -> str:
    """The image that has a tag which isn't the demo's; if another demo has moved it, the one from before that."""
    for journal in others:
        if reference in journal.tags:
            return journal.tags[reference].before
    return now.references.get(reference, "")


_FULL_ID = re.compile(r"sha256:[0-9a-f]{64}")
_BUILT = re.compile(rb'\{"stream":"([0-9a-f]{64})\\n"\}\s*')
"""Podman's form of an ``aux`` message."""
_LOADED = re.compile(r"Loaded image(?:\(s\)| ID)?: (.+)")
_PULLED = re.compile(r"Status: (?:Downloaded newer image|Image is up to date) for (\S+)")
_WORDS = (b'"error"', b'"aux"', b"Loaded image", b'"status":"sha256:', b'"status":"Status: ')
"""Lines with one of these are worth decoding."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a classic build made, or found, an image: its id, shortened."""

    image: str


@dataclass(frozen=True, slots=True)
class Runs:
    """A step of a classic build runs in a container: its id, shortened."""

    container: str


@dataclass(frozen=True, slots=True)
class Result:
    """The image that was made: its full id.  Each stage of a build has its own; the last one gets the tags."""

    image: str


@dataclass(frozen=True, slots=True)
class Names:
    """Images that were loaded or pulled: tags or full ids."""

    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """The request failed."""


News: TypeAlias = Step | Runs | Result | Names | Failed


def read_line(line: bytes) -> News | None:
    """What one line of an engine's answer says about images; None for most lines."""
    if step := STEP.search(line):
        return Step(step[1].decode())
    if running := RUNNING.search(line):
        return Runs(running[1].decode())
    if built := _BUILT.fullmatch(line):
        return Result(f"sha256:{built[1].decode()}")
    if not any(word in line for word in _WORDS):
        return None
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return _read_message(message) if isinstance(message, dict) else None


def _read_message(message: dict[str, object]) -> News | None:
    aux, status, text = message.get("aux"), str(message.get("status", "")), str(message.get("stream", ""))
    if isinstance(aux, dict) and is_image_id(str(aux.get("ID"))):
        return Result(str(aux["ID"]))
    if is_image_id(status):
        return Result(status)
    if "error" in message:
        return Failed()
    if loaded := _LOADED.search(text.strip()):
        return Names(tuple(name.strip() for name in loaded[1].split(",")))
    if pulled := _PULLED.search(status):
        return Names((pulled[1],))
    return None


def is_image_id(text: str) -> bool:
    """Whether a text is an image's full id: ``sha256:`` and 64 digits."""
    return _FULL_ID.fullmatch(text) is not None
