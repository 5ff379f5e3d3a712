"""One request that makes images or sets tags, and what the engine's answer says of it."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any

from quarterdeck.stage.asking import EngineError
from quarterdeck.stage.journal import ImageJournal, ImageState, locked, matches, others
from quarterdeck.stage.references import normalised

if TYPE_CHECKING:
    from quarterdeck.stage.cleanroom.imaging import ImageLedger

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
            await asyncio.to_thread(stack.enter_context, locked(ledger.file.parent))
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
