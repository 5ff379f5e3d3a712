"""A clean room's state without an engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quarterdeck.model.demo import Permissions
from quarterdeck.stage.cleanroom.images import ImageLedger
from quarterdeck.stage.cleanroom.room import Room
from quarterdeck.stage.cleanroom.server import CleanRoom
from quarterdeck.stage.cleanup.image_journal import ImageState
from quarterdeck.stage.cleanup.labels import Stamp
from quarterdeck.stage.docker.address import parse_address
from support.fake_engine import Demo, FakeEngine
from support.image_ledgers import Images, make_ledger
from support.room_policy import Policy


class NoImages(Images):
    """An engine without images."""

    def state(self) -> ImageState:
        """Nothing."""
        return ImageState({}, ())


@pytest.fixture
def room(tmp_path: Path) -> Callable[..., Room]:
    """Makes rooms with the exceptions given."""

    def make(*allow: str, url: str = "unix:///run/docker.sock") -> Room:
        ledger = ImageLedger("show", "demo", url, tmp_path / "journal.json", NoImages(), ())
        folder = tmp_path / "work"
        folder.mkdir(exist_ok=True)
        permissions = Permissions(frozenset(allow))
        return Room(
            parse_address(url), Stamp("show", "demo", "owner"), folder, permissions, ledger, tmp_path / "docker.sock"
        )

    return make


@pytest.fixture
def images() -> Images:
    """The speaker's images."""
    return Images()


@pytest.fixture
def make(images: Images, tmp_path: Path) -> Callable[[str], ImageLedger]:
    """Makes the ledgers of demos on one engine."""
    return lambda demo: make_ledger(images, tmp_path, demo)


@pytest.fixture
def ledger(make: Callable[[str], ImageLedger]) -> ImageLedger:
    """One demo's ledger."""
    return make("d")


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[FakeEngine]:
    """In place of a real one."""
    engine = FakeEngine(tmp_path / "e.sock")
    yield engine
    engine.close()


@pytest.fixture
def demos(engine: FakeEngine, tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Opens clean rooms with the exceptions given; all that they forward is held against the policy."""
    opened: list[Demo] = []

    def make(*allow: str, demo: str = "demo") -> Demo:
        folder = tmp_path / "work"
        folder.mkdir(exist_ok=True)
        room = CleanRoom(
            engine.address,
            show="show",
            demo=demo,
            folder=folder,
            permissions=Permissions(frozenset(allow)),
            images=["nginx:1.22"],
            journals=tmp_path / "journals",
        )
        asyncio.run(room.__aenter__())
        opened.append(Demo(room, engine, folder))
        return opened[-1]

    yield make
    for each in opened:
        policy = Policy(each.prefix, each.room.show, each.folder, each.room.permissions.allow)
        if len(opened) == 1:
            for request in engine.forwarded:
                assert not policy.violations(request), request
        asyncio.run(each.room.close())


@pytest.fixture
def demo(demos: Callable[..., Demo]) -> Demo:
    """A clean room without exceptions."""
    return demos()
