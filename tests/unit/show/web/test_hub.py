"""Every page hears everything, and none holds up another."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest

from quarterdeck.show.web import hub as hub_module
from quarterdeck.show.web.hub import FRAME_CHARACTERS, QUEUE_MESSAGES, Client, Hub, Role, frames


def follower() -> Client:
    """A page that only looks."""
    return Client(Role.FOLLOWER, "audience", projector=False)


class Talk:
    """What happened so far, as a hub's snapshot: one number."""

    def __init__(self) -> None:
        self.now = 0
        self.hub = Hub(self.snapshot)

    def snapshot(self, client: Client) -> Iterator[str]:
        """The present."""
        yield f"at {self.now}"

    def go_on(self) -> None:
        """Something happens."""
        self.now += 1
        self.hub.send(f"{self.now}")


def lines_into(heard: asyncio.Queue[str]) -> Callable[[str], Awaitable[None]]:
    """Takes what is delivered apart into messages."""

    async def deliver(text: str) -> None:
        for line in text.split("\n"):
            await heard.put(line)

    return deliver


async def test_a_page_begins_with_the_present_and_then_hears_everything() -> None:
    """A late page misses nothing and hears nothing twice."""
    talk = Talk()
    talk.go_on()
    heard: asyncio.Queue[str] = asyncio.Queue()
    serving = asyncio.create_task(talk.hub.serve(follower(), lines_into(heard)))
    assert await heard.get() == "at 1"
    for _ in range(3):
        talk.go_on()
    assert [await heard.get() for _ in range(3)] == ["2", "3", "4"]
    serving.cancel()


async def test_a_slow_page_delays_nobody_and_ends_up_at_the_present() -> None:
    """It loses the middle, gets a snapshot, and is right again; the quick one hears each message."""
    talk = Talk()
    gate = asyncio.Event()
    slow, quick = follower(), follower()
    slow_heard: asyncio.Queue[str] = asyncio.Queue()
    quick_heard: asyncio.Queue[str] = asyncio.Queue()

    async def deliver_slowly(text: str) -> None:
        await gate.wait()
        await lines_into(slow_heard)(text)

    tasks = [
        asyncio.create_task(talk.hub.serve(slow, deliver_slowly)),
        asyncio.create_task(talk.hub.serve(quick, lines_into(quick_heard))),
    ]
    assert await quick_heard.get() == "at 0"
    count = 3 * QUEUE_MESSAGES
    for _ in range(count):
        talk.go_on()
        assert await quick_heard.get() == str(talk.now)
    assert len(slow.queue) <= QUEUE_MESSAGES
    gate.set()
    async with asyncio.timeout(60):
        while await slow_heard.get() != f"at {count}":
            pass
    talk.go_on()
    assert await slow_heard.get() == str(count + 1)
    assert slow.resyncs == 1
    assert quick.resyncs == 0
    for task in tasks:
        task.cancel()


async def test_a_page_that_takes_nothing_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A dead connection doesn't stay for ever."""
    monkeypatch.setattr(hub_module, "STUCK_SECONDS", 0.05)
    talk = Talk()

    async def never(text: str) -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await talk.hub.serve(follower(), never)
    assert talk.hub.clients == set()


async def test_a_message_goes_only_to_the_pages_that_it_is_for() -> None:
    """The speaker's state never reaches a follower."""
    talk = Talk()
    speaker, other = Client(Role.SPEAKER, "presenter", projector=False), follower()
    heard: dict[Client, asyncio.Queue[str]] = {speaker: asyncio.Queue(), other: asyncio.Queue()}
    tasks = [asyncio.create_task(talk.hub.serve(client, lines_into(queue))) for client, queue in heard.items()]
    for queue in heard.values():
        await queue.get()
    talk.hub.send("secret", lambda client: client.role is Role.SPEAKER)
    talk.hub.send("public")
    assert await heard[speaker].get() == "secret"
    assert await heard[other].get() == "public"
    for task in tasks:
        task.cancel()


def test_messages_that_wait_go_together_but_not_without_bounds() -> None:
    """In order, a line each, and a long one alone."""
    assert list(frames(["a", "b"])) == ["a\nb"]
    long = "x" * (FRAME_CHARACTERS - 1)
    assert list(frames(["a", long, "b", "c"])) == [f"a\n{long}", "b\nc"]
    assert list(frames([])) == []
