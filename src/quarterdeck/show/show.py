"""One show: holds the state, carries commands to the stage, and tells pages and console what happens.

Everything here runs in one asyncio loop, and no method waits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from quarterdeck.model.deck import Deck
from quarterdeck.show.director import Director
from quarterdeck.show.machine.clock import Clock, Reading
from quarterdeck.show.machine.commands import Command, Fact, Key
from quarterdeck.show.machine.ink import Drawings, Ink, Point
from quarterdeck.show.machine.plan import ShowPlan, plan_show
from quarterdeck.show.machine.state import slide_of, terminal_in_front
from quarterdeck.show.machine.terminals import Terminals
from quarterdeck.show.machine.transitions import Change, advance, begin, replan
from quarterdeck.show.machine.views import outline, speaker_view, state_view
from quarterdeck.show.qrcode import qr_rows
from quarterdeck.show.takehome import TakeHome
from quarterdeck.show.web.hub import Client, Hub, Role
from quarterdeck.show.web.protocol import encode
from quarterdeck.stage.demo_run import REPLAY, Engine
from quarterdeck.stage.events import Cleared, Output, PageOpened, StageEvent, StepFinished, StepStarted, Typed

BATCH_SECONDS = 0.008
"""Output that follows other output within this time is sent together."""
BATCH_SECONDS_PER_PAGE = 0.00005
"""What each page adds to that, so that a hall full of followers doesn't cost the speaker time."""


@dataclass(frozen=True, slots=True)
class Performed:
    """A step that was run in the show, for the summary."""

    slide: str
    demo: str
    step: str
    outcome: str
    seconds: float


class Show:
    """A talk going on."""

    def __init__(
        self,
        deck: Deck,
        recorded: Collection[str],
        live: Engine,
        recordings: Engine,
        *,
        start: int = 0,
        clock: Clock | None = None,
        notice: str = "",
    ) -> None:
        self.deck = deck
        self.engine = live.name
        self.engine_fault: str | None = None
        """Why the engine can't run demos at present."""
        self.plan: ShowPlan = plan_show(deck, recorded, live=self.engine != REPLAY)
        self.clock = clock or Clock()
        self.terminals = Terminals()
        self.drawings = Drawings()
        self.hub = Hub(self.snapshot, self._count_pages)
        self.performed: list[Performed] = []
        self.notice = notice
        """What the speaker should know besides, until it is no longer so."""
        self.edition = 0
        """How often the deck was replaced."""
        self.page_name: Callable[[], str] = lambda: str(self.edition)
        """Names the audience's page as it is now: one that was made with another name loads anew."""
        self.takehome: TakeHome | None = None
        """What the audience may take home, once the last slide was shown."""
        self.is_takehome_open = False
        self.observers: list[Callable[[], None]] = []
        """Called after each change of state."""
        self._director = Director(deck.demos, live, recordings, self)
        self._pages: dict[str, str] = {}
        self._projector: Client | None = None
        """The page that shows what demos open."""
        self._pending: dict[tuple[str, int], list[str]] = {}
        self._flush_timer: asyncio.TimerHandle | None = None
        self._flushed = 0.0
        self._outline: str | None = None
        self._invitation: str | None = None
        change = begin(self.plan, start)
        self.state = change.state
        self._apply(change)

    def order(self, command: Command) -> None:
        """Do what the speaker says."""
        if command is Key.INVITE and self._invitation is None:
            return
        if command is Key.NEXT or self.clock.began is not None:
            self.clock.start()
        self._apply(advance(self.plan, self.state, command))

    def notify(self, notice: str) -> None:
        """Tell the speaker something; an empty text takes it away."""
        self.notice = notice
        self._publish()

    def tell_engine(self, fault: str | None) -> None:
        """Tell the speaker why the engine can't run demos now, or that it can again."""
        if fault != self.engine_fault:
            own = "" if self.engine_fault is None else _without(self.engine_fault)
            self.engine_fault = fault
            if fault is not None or self.notice == own:
                self.notice = "" if fault is None else _without(fault)
            self._publish()

    def restart_clock(self) -> None:
        """Count the talk's time from now."""
        self.clock.restart()
        self._publish()

    def invite(self, address: str) -> None:
        """Have the audience shown where to follow whenever the speaker wants it."""
        self._invitation = encode("invitation", address=address, code=qr_rows(address))

    def type(self, data: str) -> None:
        """Type into the terminal in front, when the speaker has taken it over; otherwise nothing happens."""
        if self.state.typing:
            self._director.type(data.encode(), terminal_in_front(self.plan, self.state))

    def point(self, x: float | None, y: float | None) -> None:
        """Show the audience where the speaker points."""
        self.hub.send(encode("point", x=x, y=y))

    def draw(self, slide: str, stroke: str, ink: Ink, points: Sequence[Point]) -> None:
        """Draw on a slide, on every page; beyond the bounds of drawings nothing is drawn."""
        if self.plan.index(slide) is not None and self.drawings.draw(slide, stroke, ink, points):
            self.hub.send(encode("draw", slide=slide, stroke=stroke, ink=ink, points=points))

    def erase(self, slide: str, *, whole: bool) -> None:
        """Take the last stroke of a slide away, or all."""
        stroke = None if whole else self.drawings.undo(slide)
        if stroke is not None or (whole and self.drawings.erase(slide)):
            self.hub.send(encode("erase", slide=slide, stroke=stroke))

    def hear(self, fact: Fact) -> None:
        """The director tells that an effect has come to its end."""
        self._apply(advance(self.plan, self.state, fact))

    def happen(self, demo: str, event: StageEvent) -> None:
        """The director tells what happens on the stage."""
        match event:
            case Output(terminal, data):
                self.terminals.write(demo, terminal, data)
                self._send_output(demo, terminal, data)
            case StepStarted(_, step):
                self.terminals.mark(demo, self._step_index(demo, step))
            case PageOpened(url):
                self._pages[demo] = url
                self._flush()
                self.hub.send(encode("page", demo=demo, url=url), self._shows_pages)
            case Cleared():
                self.terminals.clear(demo)
                self._send_terminals(demo)
            case StepFinished(name, step, outcome, _, duration):
                self.performed.append(Performed(slide_of(self.plan, self.state).id, name, step, outcome, duration))
            case Typed():
                pass  # it is echoed as output

    def rewind(self, demo: str, done: int) -> bool:
        """The director tells that a demo's terminals are as they were after ``done`` steps."""
        known = self.terminals.rewind(demo, done)
        if self._pages.pop(demo, None):
            self.hub.send(encode("page", demo=demo, url=None), self._shows_pages)
        self._send_terminals(demo)
        return known

    def replace(self, deck: Deck, recorded: Collection[str]) -> None:
        """Go on with a deck that was changed during the show; pages load it anew."""
        plan = plan_show(deck, recorded, live=self.plan.live)
        change = replan(self.plan, plan, self.state)
        self.deck, self.plan, self._outline = deck, plan, None
        self._director.demos = deck.demos
        self.edition += 1
        self._apply(change)
        self._forget_absent()
        self._flush()
        self.hub.send(encode("reload"))

    def reading(self) -> Reading:
        """What the clock says."""
        return self.clock.read(self.plan, self.state.slide)

    def snapshot(self, client: Client) -> Iterator[str]:
        """All that a page needs to be where the show is."""
        self._flush()
        yield encode("snapshot", title=self.plan.title, role=client.role, edition=self.page_name())
        if client.role is Role.SPEAKER:
            yield self._outline_text()
        for text in self.terminals.all():
            yield encode("output", demo=text.demo, terminal=text.terminal, data=text.data)
        for stroke in self.drawings.all():
            yield encode("draw", slide=stroke.slide, stroke=stroke.id, ink=stroke.ink, points=stroke.points)
        if self._shows_pages(client):
            for demo, url in self._pages.items():
                yield encode("page", demo=demo, url=url)
        if self._invitation:
            yield self._invitation
        if self.takehome and self.is_takehome_open:
            yield encode("files", files=self.takehome.offered())
        yield self._state_text(client.role)

    async def close(self) -> None:
        """Clear the stage."""
        if self._flush_timer:
            self._flush_timer.cancel()
        await self._director.close()

    def _apply(self, change: Change) -> None:
        self.state = change.state
        self.clock.visit(slide_of(self.plan, self.state).id)
        for effect in change.effects:
            self._director.perform(effect)
        self._open_takehome()
        self._publish()

    def _publish(self) -> None:
        self._flush()
        for role in {client.role for client in self.hub.clients}:
            self.hub.send(self._state_text(role), partial(_has_role, role))
        for observer in self.observers:
            observer()

    def _open_takehome(self) -> None:
        """The audience may take the deck home once it has seen its last slide."""
        if self.takehome is None or self.is_takehome_open or self.state.slide + 1 < len(self.plan.slides):
            return
        self.is_takehome_open = True
        self.hub.send(encode("files", files=self.takehome.offered()))

    def _shows_pages(self, client: Client) -> bool:
        return client is self._projector

    def _choose_projector(self) -> None:
        """Have what demos open loaded once: by one page, so that a counter in it counts the audience as one.

        It is the speaker's page that was opened last, a stage of PowerPoint's say; without one, the first of the
        audience's on this machine.
        """

        def rank(client: Client) -> tuple[bool, int]:
            speakers = client.role is Role.SPEAKER
            return speakers, client.joined if speakers else -client.joined

        before = self._projector
        self._projector = max((c for c in self.hub.clients if c.projector), key=rank, default=None)
        if before is self._projector:
            return
        for demo, url in self._pages.items():
            self.hub.send(encode("page", demo=demo, url=None), lambda client: client is before)
            self.hub.send(encode("page", demo=demo, url=url), self._shows_pages)

    def _count_pages(self) -> None:
        """A page has come or gone; only the speaker cares."""
        self._flush()
        self._choose_projector()
        self.hub.send(self._state_text(Role.SPEAKER), partial(_has_role, Role.SPEAKER))

    def _state_text(self, role: Role) -> str:
        view = state_view(self.plan, self.state)
        if role is Role.SPEAKER:
            view |= speaker_view(self.plan, self.state, self.reading(), self.hub.watching, self.engine)
            view |= {"notice": self.notice, "invites": self._invitation is not None}
        return encode("state", **view)

    def _forget_absent(self) -> None:
        """Let go of what demos printed and opened that the deck no longer has, and of drawings on such slides."""
        self.drawings.keep([slide.id for slide in self.plan.slides])
        for demo in {name for name, _ in self.terminals.logs} - self.deck.demos.keys():
            self.terminals.clear(demo)
        self._pages = {demo: url for demo, url in self._pages.items() if demo in self.deck.demos}
        self._pending = {key: parts for key, parts in self._pending.items() if key[0] in self.deck.demos}

    def _outline_text(self) -> str:
        if self._outline is None:
            self._outline = encode("outline", slides=outline(self.deck, self.plan))
        return self._outline

    def _step_index(self, demo: str, step: str) -> int:
        return next((i for i, s in enumerate(self.deck.demos[demo].shown_steps) if s.id == step), 0)

    def _send_terminals(self, demo: str) -> None:
        self._pending.clear()
        self.hub.send(encode("clear", demo=demo))
        for text in self.terminals.of(demo):
            self.hub.send(encode("output", demo=demo, terminal=text.terminal, data=text.data))

    def _send_output(self, demo: str, terminal: int, data: str) -> None:
        """At once when nothing was sent just before, else together with what follows."""
        self._pending.setdefault((demo, terminal), []).append(data)
        loop = asyncio.get_running_loop()
        pause = BATCH_SECONDS + BATCH_SECONDS_PER_PAGE * len(self.hub.clients)
        if self._flush_timer is not None:
            return
        if loop.time() - self._flushed >= pause:
            self._flush()
        else:
            self._flush_timer = loop.call_at(self._flushed + pause, self._flush)

    def _flush(self) -> None:
        if self._flush_timer is not None:
            self._flush_timer.cancel()
            self._flush_timer = None
        if not self._pending:
            return
        pending, self._pending = self._pending, {}
        for (demo, terminal), parts in pending.items():
            self.hub.send(encode("output", demo=demo, terminal=terminal, data="".join(parts)))
        self._flushed = asyncio.get_running_loop().time()


def _without(fault: str) -> str:
    return f"{fault}; until it does, demos go on from their recordings"


def _has_role(role: Role, client: Client) -> bool:
    return client.role is role
