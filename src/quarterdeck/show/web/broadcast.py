"""What a show sends to its pages: to each that comes a snapshot of the present, then whatever happens.

Output of terminals is batched: the first is sent at once, what follows closely is sent together.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence

from quarterdeck.show.addresses import qr_rows
from quarterdeck.show.desklink import Room
from quarterdeck.show.machine.plan import Renamed
from quarterdeck.show.machine.state import Ink, Point
from quarterdeck.show.show import Show, ShowListener
from quarterdeck.show.web.documents import PageVersion, TakeHome
from quarterdeck.show.web.hub import Client, Hub, Role
from quarterdeck.show.web.protocol import (
    Asked,
    Beat,
    Download,
    Downloads,
    Invitation,
    PagesShown,
    Pointer,
    Printed,
    QuestionLine,
    Reload,
    Served,
    ShowEnded,
    Snapshot,
    State,
    StrokeDrawn,
    StrokeErased,
    TerminalsCleared,
    encode,
)
from quarterdeck.show.web.views import outline, seats_message, speaker_state, state_message

BEAT_SECONDS = 1.0
"""From one sign of life to the next."""
BATCH_SECONDS = 0.008
"""Output that follows other output within this time is sent with what follows."""
BATCH_SECONDS_PER_PAGE = 0.00005
"""What each page adds to that, so that many followers don't cost the speaker time."""


class Broadcast(ShowListener):
    """Sends what happens in a show to its pages."""

    def __init__(self, show: Show, audience_page: Callable[[], str], takehome: TakeHome | None = None) -> None:
        """``audience_page`` returns the audience's page as it is now."""
        self.show = show
        self.audience_page = audience_page
        self.hub = Hub(self.snapshot, self._pages_changed)
        self._version = PageVersion(audience_page)
        self._takehome = takehome
        self._ended = False
        """Whether the last slide was shown."""
        self._output = OutputBatch(self._send_output, self._batch_seconds)
        self._outline: str | None = None
        self._beating: asyncio.TimerHandle | None = None
        """The next sign of life; None while there is no page."""
        self._offer()
        show.listeners.append(self)

    @property
    def takehome(self) -> TakeHome | None:
        """What the audience may take home; None before the last slide was shown."""
        return self._takehome if self._ended else None

    def point(self, x: float | None, y: float | None) -> None:
        """Show the audience where the speaker points."""
        self.hub.send(encode(Pointer(x, y)))

    def snapshot(self, client: Client) -> Iterator[str]:
        """All that a page needs to be where the show is."""
        show = self.show
        self._output.flush()
        yield encode(Snapshot(show.plan.title, client.role.value, self._version(), time.monotonic()))
        if client.role is Role.SPEAKER:
            if self._outline is None:
                self._outline = encode(outline(show.deck, show.plan))
            yield self._outline
            yield self._question()
        for text in show.terminals.all():
            yield encode(Printed(text.demo, text.terminal, text.data))
        for stroke in show.drawings.all():
            yield encode(StrokeDrawn(stroke.slide, stroke.id, stroke.ink, stroke.points))
        for demo in show.pages.opened:
            yield self._pages(demo, framed=client.projector)
        if show.address is not None:
            yield encode(Invitation(show.address, qr_rows(show.address)))
        if show.room is not None:
            yield encode(seats_message(show.plan, show.room))
        if self.takehome is not None:
            yield self._downloads(self.takehome)
        yield encode(self._state(client.role))

    def end(self) -> None:
        """Tell every page that the show has ended, so that none looks for it."""
        if self._beating is not None:
            self._beating.cancel()
        self._output.flush()
        self.hub.send(encode(ShowEnded()))

    # Callbacks of the show

    def on_state(self) -> None:
        """Send the state, to the speaker's pages with notes and clock."""
        self._output.flush()
        for role in {client.role for client in self.hub.clients}:
            self._send_state(role)
        self._offer()

    def on_output(self, demo: str, terminal: int, data: str) -> None:
        """Send output, at once or with what follows."""
        self._output.add(demo, terminal, data)

    def on_terminals(self, demo: str) -> None:
        """Send what a demo's terminals show now."""
        self._output.forget(demo)
        self.hub.send(encode(TerminalsCleared(demo)))
        for text in self.show.terminals.of(demo):
            self._send_output(demo, text.terminal, text.data)

    def on_pages(self, demo: str) -> None:
        """Show what a demo has opened: the page itself to the audience on this machine, a picture or card to others.

        Containers answer on this machine only, and the speaker's small previews needn't load what the audience sees.
        """
        self._output.flush()
        self.hub.send(self._pages(demo, framed=True), lambda client: client.projector)
        self.hub.send(self._pages(demo, framed=False), lambda client: not client.projector)

    def on_stroke(self, slide: str, stroke: str, ink: Ink, points: Sequence[Point]) -> None:
        """Draw on every page."""
        self.hub.send(encode(StrokeDrawn(slide, stroke, ink, tuple(points))))

    def on_erase(self, slide: str, stroke: str | None) -> None:
        """Erase on every page."""
        self.hub.send(encode(StrokeErased(slide, stroke)))

    def on_question(self) -> None:
        """Ask the speaker, or no longer."""
        self.hub.send(self._question(), lambda client: client.role is Role.SPEAKER)

    def on_invitation(self, address: str) -> None:
        """Tell pages the address for followers."""
        self.hub.send(encode(Invitation(address, qr_rows(address))))

    def on_room(self, room: Room) -> None:
        """Tell pages how far the room is."""
        self.hub.send(encode(seats_message(self.show.plan, room)))

    def on_deck(self, names: Renamed) -> None:
        """Have every page load the new deck; what its demos printed before comes with the snapshot then."""
        self._outline = None
        self._output.flush()
        self.hub.send(encode(Reload()))

    def _state(self, role: Role) -> State:
        if role is Role.SPEAKER:
            return speaker_state(self.show, self.hub.watching)
        return state_message(self.show.plan, self.show.state, self.show.revision)

    def _send_state(self, role: Role) -> None:
        self.hub.send(encode(self._state(role)), lambda client: client.role is role)

    def _send_output(self, demo: str, terminal: int, data: str) -> None:
        self.hub.send(encode(Printed(demo, terminal, data)))

    def _batch_seconds(self) -> float:
        return BATCH_SECONDS + BATCH_SECONDS_PER_PAGE * len(self.hub.clients)

    def _offer(self) -> None:
        """The audience may take the deck home once it has seen the last slide."""
        if not self._ended and self.show.state.slide + 1 >= len(self.show.plan.slides):
            self._ended = True
            if self.takehome is not None:
                self.hub.send(self._downloads(self.takehome))

    def _downloads(self, takehome: TakeHome) -> str:
        return encode(Downloads(tuple(Download(name, label) for name, label in takehome.offered())))

    def _pages_changed(self) -> None:
        """A page has come or gone; only the speaker is told."""
        if self._beating is None:
            self._beating = asyncio.get_running_loop().call_later(BEAT_SECONDS, self._beat)
        self._output.flush()
        self._send_state(Role.SPEAKER)

    def _beat(self) -> None:
        """Give every page a sign of life, for as long as there is one."""
        self._beating = None
        if self.hub.clients:
            self.hub.send(encode(Beat(time.monotonic())))
            self._beating = asyncio.get_running_loop().call_later(BEAT_SECONDS, self._beat)

    def _question(self) -> str:
        asked = self.show.question
        if asked is None:
            return encode(Asked(0))
        return encode(Asked(asked.number, asked.text, tuple(QuestionLine(*line) for line in asked.lines)))

    def _pages(self, demo: str, *, framed: bool) -> str:
        live = self.show.serves(demo)
        shown = tuple(Served(page.url, page.number, page.id) for page in self.show.pages.of(demo))
        return encode(PagesShown(demo, shown, framed and live, live))


class OutputBatch:
    """Output of terminals on its way to the pages: at once if nothing was sent just before, else with what follows."""

    def __init__(self, send: Callable[[str, int, str], None], pause: Callable[[], float]) -> None:
        """``pause`` returns the seconds between two batches."""
        self._send = send
        self._pause = pause
        self._waiting: dict[tuple[str, int], list[str]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._sent = 0.0
        """The loop's time of the last batch."""

    def add(self, demo: str, terminal: int, data: str) -> None:
        """Send output now or soon."""
        self._waiting.setdefault((demo, terminal), []).append(data)
        if self._timer is not None:
            return
        loop = asyncio.get_running_loop()
        due = self._sent + self._pause()
        if loop.time() >= due:
            self.flush()
        else:
            self._timer = loop.call_at(due, self.flush)

    def flush(self) -> None:
        """Send what waits."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiting:
            waiting, self._waiting = self._waiting, {}
            for (demo, terminal), parts in waiting.items():
                self._send(demo, terminal, "".join(parts))
            self._sent = asyncio.get_running_loop().time()

    def forget(self, demo: str) -> None:
        """Drop what waits of a demo."""
        self._waiting = {key: parts for key, parts in self._waiting.items() if key[0] != demo}
