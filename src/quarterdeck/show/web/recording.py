"""Records a show for those who missed it: the messages that its audience's pages were sent, with their times.

A recorder is one more page of the show, which never falls behind.  It writes a cast while the show runs, so that what
was shown is there even if the machine fails; the page that replays the show is made from the messages when it has
ended.  That page is the audience's page, which receives the messages again: so it shows what the room saw, whatever
pages learn to show.

Of the pages that containers serve it takes pictures when they are opened, by the browser on the machine; without one
the replay shows those of the demos' rehearsals.

A show is recorded only if ``--record`` asks for it: what a speaker types and shows may be for the room alone.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from quarterdeck.browser import BROWSER_FAULTS, PageCamera
from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.installed import browser_path
from quarterdeck.model.cast import Cast, CastEvent, encode_event, encode_header
from quarterdeck.model.deck import Slide
from quarterdeck.model.placed import PICTURE_SCALE, page_size
from quarterdeck.show.machine.plan import Renamed
from quarterdeck.show.machine.terminals import Terminals
from quarterdeck.show.prose import slide_lines
from quarterdeck.show.show import ShowListener
from quarterdeck.show.web.broadcast import Broadcast
from quarterdeck.show.web.hub import Client, Role
from quarterdeck.terminal.buffer import USUAL, Grid

CLEAR = "\x1b[0m\x1b[H\x1b[2J\x1b[3J"
"""SGR 0, CUP, ED 2 and 3 (ECMA-48; ED 3 is xterm's)."""
TITLE = "\x1b[1m{}\x1b[0m\r\n\r\n"

Message = Mapping[str, Any]


class ShowCast:
    """Converts messages to the events of a cast.

    Each demo is shown in the size that its terminals had: where it differs from the one before, the screen is resized
    (``r``).
    """

    def __init__(self, slide: Callable[[str], Slide | None], grid: Grid) -> None:
        """``slide`` finds a slide by its id; None for one that the deck no longer has.  ``grid``: the size at first."""
        self._slide = slide
        self._grid = grid
        self._terminals = Terminals()
        self._shown: tuple[object, ...] = ()
        """Slide, visible items, black or white in its place, demo and terminal that the screen shows."""
        self._caption = ""

    def events(self, time: float, message: Message) -> Iterator[CastEvent]:
        """The events of a message."""
        match message:
            case {"type": "output", "demo": demo, "terminal": terminal, "data": data}:
                self._terminals.write(demo, terminal, data)
                if (demo, terminal) == self._front:
                    yield CastEvent(time, "o", data)
            case {"type": "clear", "demo": demo}:
                self._terminals.clear(demo)
                if self._front and self._front[0] == demo:
                    yield CastEvent(time, "o", self._screen())
            case {"type": "state"}:
                yield from self._state(time, message)

    @property
    def _front(self) -> tuple[object, object] | None:
        """The demo and terminal that the screen shows."""
        match self._shown:
            case (_, _, None, str(demo), terminal):
                return demo, terminal
            case _:
                return None

    def _state(self, time: float, state: Message) -> Iterator[CastEvent]:
        slide, caption = self._slide(state["slide"]), state["caption"]
        if slide is not None and state["slide"] != (self._shown or ("",))[0]:
            yield CastEvent(time, "m", f"{state['index'] + 1} {slide.title_text or slide.id}")
        shown = (state["slide"], state["fragment"], state["blank"], state["demo"], state["terminal"])
        if slide is not None and slide.grids:
            grid = slide.grids[min(state["zoom"], len(slide.grids) - 1)]
            if grid != self._grid:
                self._grid = grid
                yield CastEvent(time, "r", f"{grid.columns}x{grid.rows}")
        if shown != self._shown:
            self._shown = shown
            yield CastEvent(time, "o", self._screen())
        if caption and caption != self._caption:
            yield CastEvent(time, "m", caption)
        self._caption = caption

    def _screen(self) -> str:
        """The output that draws the whole screen again."""
        id_, fragment, blank, demo, terminal = self._shown
        slide = self._slide(str(id_))
        if blank or slide is None:
            return CLEAR
        text = CLEAR + TITLE.format(slide.title_text)
        if demo is not None:
            return text + "".join(t.data for t in self._terminals.of(str(demo)) if t.terminal == terminal)
        visible = int(str(fragment))
        lines = (line.text for line in slide_lines(slide) if line.fragment is None or line.fragment < visible)
        return text + "\r\n".join(lines)


PAGE = "recorder"
"""What the hub knows it by; it doesn't count as watching."""
FORGOTTEN = frozenset({"reload", "files", "invitation", "seats", "ended", "beat"})
"""Types of messages that mean nothing afterwards: reloading, what the server offered, signs of life."""

PICTURE_SECONDS = 20.0
"""How long the end of a show waits for a picture that is being taken."""
LEAD_SECONDS = 3.0
"""The most that is recorded of the time before the first press, so that the first slide is seen too."""

log = logging.getLogger(__name__)


class ShowRecorder(ShowListener):
    """Receives what the audience's pages do, from the talk's first press on.

    The page that replays the show is made from the deck as it is in the end.  So when a slide gets another id, because
    its title was edited, what was told before is changed to that.
    """

    def __init__(
        self,
        broadcast: Broadcast,
        file: TextIO,
        now: Callable[[], float] = time.monotonic,
        camera: PageCamera | None = None,
    ) -> None:
        """``file`` gets the cast, line by line; ``camera`` takes pictures of pages, None takes none."""
        self._camera = camera
        self._pictures: dict[int, asyncio.Task[str | None]] = {}
        """``data:`` URLs of pages, by the number of their opening."""
        self.told: list[tuple[float, dict[str, Any]]] = []
        """Messages with their seconds; those before the talk began have 0."""
        show = self._show = broadcast.show
        self._now = now
        self._opened = now()
        self._zero: float | None = None
        """When the recording's time begins: shortly before the talk does."""
        self._file: TextIO | None = file
        self._renamed: deque[Renamed] = deque()
        """New names whose reload hasn't come yet: what comes before it has the old ones."""
        grid = next((slide.grids[0] for slide in show.deck.slides if slide.grids), USUAL)
        self._cast = ShowCast(lambda id_: next((s for s in show.deck.slides if s.id == id_), None), grid)
        self._before = 0.0
        header = Cast("", "", (), grid.columns, grid.rows, show.plan.title, {"show": show.deck.name})
        self._write(encode_header(header))

    async def receive(self, text: str) -> None:
        """Record one or more messages, a line each."""
        now = self._now()
        if self._zero is None and self._show.clock.began is not None:
            self._zero = max(self._opened, now - LEAD_SECONDS)
        at = round(now - self._zero, 3) if self._zero is not None else 0.0
        for line in text.split("\n"):
            message = json.loads(line)
            if message["type"] == "reload":
                self._rename()
            if message["type"] in FORGOTTEN:
                continue
            if message["type"] == "state":
                message["inviting"] = False  # nobody can follow a show that is over
            if message["type"] == "pages" and message["live"]:
                self._photograph(message)
            self.told.append((at, message))
            for event in self._cast.events(at, message):
                self._write(encode_event(event, self._before))
                self._before = event.time

    def on_deck(self, names: Renamed) -> None:
        """The deck was changed; every page is told next."""
        self._renamed.append(names)

    def close(self) -> None:
        """Nothing more comes."""
        while self._renamed:
            self._rename()

    def _rename(self) -> None:
        """Give slides and demos in what was told before the names that they have now."""
        names = self._renamed.popleft() if self._renamed else Renamed()
        if not (names.slides or names.demos):
            return
        for _, message in self.told:
            for part in (message, message.get("next") or {}):
                if "slide" in part:
                    part["slide"] = names.slide(part["slide"])
                if part.get("demo") is not None:
                    part["demo"] = names.demo(part["demo"])

    def _photograph(self, message: Message) -> None:
        """Begin to take a picture of each page that is new."""
        demo = self._show.deck.demos.get(message["demo"])
        size = page_size(max(1, len(demo.pages) if demo else 0, len(message["pages"])))
        for page in message["pages"]:
            if self._camera and page["number"] not in self._pictures:
                taking = _picture(self._camera, page["url"], size)
                self._pictures[page["number"]] = asyncio.create_task(taking)

    async def finish(self) -> None:
        """Wait for the last pictures, and put all into the messages."""
        if self._pictures:
            await asyncio.wait(self._pictures.values(), timeout=PICTURE_SECONDS)
        taken = {number: task.result() for number, task in self._pictures.items() if task.done()}
        for _, message in self.told:
            for page in message["pages"] if message["type"] == "pages" else ():
                if picture := taken.get(page["number"]):
                    page["picture"] = picture

    def _write(self, line: str) -> None:
        """One line of the cast, through to the system; a disk that is full ends the cast, not the talk."""
        if self._file is None:
            return
        try:
            self._file.write(f"{line}\n")
            self._file.flush()
        except OSError as error:
            self._file = None
            log.error("the show's recording can't be written any more (%s)", error.strerror)


async def _picture(camera: PageCamera, url: str, size: tuple[int, int]) -> str | None:
    """A picture of a page as a ``data:`` URL (RFC 2397); None if it can't be taken."""
    try:
        data = await asyncio.to_thread(camera.take, url, size, PICTURE_SCALE)
    except BROWSER_FAULTS as error:
        log.warning("there is no picture of %s: %s", url, error)
        return None
    return f"data:image/jpeg;base64,{base64.b64encode(data).decode('ascii')}"


def new_recording(folder: Path, name: str, when: datetime) -> TextIO:
    """A new, empty cast in a folder, named after the deck and the time; never one that is there.

    Raises:
        QuarterdeckError: when it can't be made.

    """
    stem = f"{name}-{when:%Y-%m-%d-%H%M}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(1, 1000):
            path = folder / f"{stem}{'' if number == 1 else f'-{number}'}.cast"
            if path.with_suffix(".html").exists():
                continue
            with contextlib.suppress(FileExistsError):
                return path.open("x", encoding="utf-8")
    except OSError as error:
        raise QuarterdeckError.of(
            f"can't record the show in {folder}: {error.strerror}",
            hint="choose another folder with --record, or make this one writable",
            code="unwritable-output",
        ) from None
    raise QuarterdeckError.of(f"there are too many recordings '{stem}' in {folder}", code="unwritable-output")


def close_recording(file: TextIO) -> None:
    """Close a cast.  What a full disk has no room for is left out: the fault was reported when it was written."""
    with contextlib.suppress(OSError):
        file.close()


@contextlib.asynccontextmanager
async def recording(
    broadcast: Broadcast, file: TextIO, now: Callable[[], float] = time.monotonic
) -> AsyncIterator[ShowRecorder]:
    """Record the show while the context is open."""
    program = browser_path()
    camera = PageCamera(program) if program else None
    recorder = ShowRecorder(broadcast, file, now, camera)
    broadcast.show.listeners.append(recorder)
    client = Client(Role.FOLLOWER, PAGE, projector=False)
    task = asyncio.create_task(broadcast.hub.serve(client, recorder.receive))
    try:
        yield recorder
    finally:
        await asyncio.sleep(0)  # what was sent in this turn is on its way
        client.leave()
        await asyncio.wait({task})
        broadcast.show.listeners.remove(recorder)
        recorder.close()
        await recorder.finish()
        if camera:
            await asyncio.to_thread(camera.close)
        if fault := task.exception():
            log.error("the show's recording ended too early", exc_info=fault)
