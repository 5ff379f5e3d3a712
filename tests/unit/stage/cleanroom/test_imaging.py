"""Images are owned by difference."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from quarterdeck.stage.asking import EngineError
from quarterdeck.stage.cleanroom.imaging import ImageLedger, normalised
from quarterdeck.stage.journal import ImageState, read_all


class Images:
    """An engine's images, changed by the test."""

    def __init__(self) -> None:
        self.references = {"nginx:1.22": "n", "web:latest": "w"}

    async def state(self) -> ImageState:
        """As the engine lists them."""
        return ImageState(dict(self.references), tuple(dict.fromkeys(self.references.values())))


@pytest.fixture
def images() -> Images:
    """The speaker's images."""
    return Images()


@pytest.fixture
def ledger(images: Images, tmp_path: Path) -> ImageLedger:
    """A demo that declares nginx."""
    return ImageLedger("s", "d", "unix:///x", tmp_path / "s+d.json", images.state, ["docker.io/library/nginx:1.22"])


@pytest.mark.parametrize(
    ("written", "listed"),
    [
        ("nginx", "nginx:latest"),
        ("docker.io/library/nginx:1", "nginx:1"),
        ("docker.io/team/web", "team/web:latest"),
        ("localhost:5000/web", "localhost:5000/web:latest"),
        ("web@sha256:ab", "web@sha256:ab"),
    ],
)
def test_normalised(written: str, listed: str) -> None:
    """References are compared as the engine lists them."""
    assert normalised(written) == listed


async def test_what_appears_meanwhile_is_the_demos(ledger: ImageLedger, images: Images) -> None:
    """New images and tags, and moved tags."""
    async with ledger.making():
        images.references |= {"web:latest": "w2", "own:latest": "o"}
    assert ledger.owns("w2")
    assert ledger.owns("o")
    assert not ledger.owns("w")
    assert ledger.owns_reference("web")
    assert ledger.owns_reference("own:latest")
    assert not ledger.owns_reference("nginx:1.22")


async def test_made_images_are_the_demos_at_once(images: Images, tmp_path: Path) -> None:
    """The command after a build may come before the clean room has looked at what was built."""
    looking, look_on = asyncio.Event(), asyncio.Event()

    async def slowly() -> ImageState:
        if "own:latest" in images.references:
            looking.set()
            await look_on.wait()
        return await images.state()

    ledger = ImageLedger("s", "d", "unix:///x", tmp_path / "s+d.json", slowly, ())

    async def build() -> None:
        async with ledger.making():
            images.references["own:latest"] = "o"

    building = asyncio.ensure_future(build())
    await looking.wait()
    assert ledger.owns("o")
    look_on.set()
    await building
    assert ledger.owns("o")


async def test_full_disk(images: Images, tmp_path: Path) -> None:
    """A build that couldn't be cleaned up after a kill is not begun."""
    (tmp_path / "file").touch()
    ledger = ImageLedger("s", "d", "unix:///x", tmp_path / "file" / "s+d.json", images.state, ())
    with pytest.raises(EngineError, match="can't be kept"):
        async with ledger.making():
            pytest.fail("begun all the same")


async def test_what_others_make_is_not(ledger: ImageLedger, images: Images) -> None:
    """What the speaker pulls between two builds of the demo stays the speaker's."""
    async with ledger.making():
        images.references["own:latest"] = "o"
    images.references["redis:7"] = "r"
    async with ledger.making():
        images.references["own:2"] = "o2"
    assert not ledger.owns("r")
    assert not ledger.owns_reference("redis:7")
    assert ledger.owns("o")
    assert ledger.owns("o2")


async def test_moved_twice(ledger: ImageLedger, images: Images, tmp_path: Path) -> None:
    """A tag that is moved again still goes back to where it was first."""
    for target in ("w2", "w3"):
        async with ledger.making():
            images.references["web:latest"] = target
    ((_, journal),) = read_all(tmp_path)
    assert journal.before.references["web:latest"] == "w"
    assert set(journal.ids) == {"w2", "w3"}


async def test_journal_says_when_images_are_under_way(ledger: ImageLedger, tmp_path: Path) -> None:
    """A show that is killed in a build leaves a journal that says so."""
    async with ledger.making():
        assert [journal.under_way for _, journal in read_all(tmp_path)] == [True]
    assert [journal.under_way for _, journal in read_all(tmp_path)] == [False]


async def test_shown(ledger: ImageLedger, images: Images) -> None:
    """The list has what was declared, used or made, with no other tags."""
    nginx = {"Id": "n", "RepoTags": ["nginx:1.22", "speakers-own:1"]}
    web = {"Id": "w", "RepoTags": ["web:latest"]}
    assert ledger.shown(nginx) == {"Id": "n", "RepoTags": ["nginx:1.22"]}
    assert ledger.shown(web) is None
    ledger.use("w", "web")
    assert ledger.shown(web) == web
    async with ledger.making():
        images.references["own:latest"] = "o"
        assert ledger.shown({"Id": "fresh", "RepoTags": None}) is not None
    assert ledger.shown({"Id": "o", "RepoTags": ["own:latest"]}) is not None
    ledger.forget()
    assert ledger.shown(web) is None
