"""A clean room's state without an engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from quarterdeck.model.demo import Permissions
from quarterdeck.stage.cleanroom.images import ImageLedger
from quarterdeck.stage.cleanroom.room import Room
from quarterdeck.stage.cleanup.image_journal import ImageState
from quarterdeck.stage.cleanup.labels import Stamp
from quarterdeck.stage.docker.address import parse_address
from support.image_ledgers import Images, make_ledger


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
