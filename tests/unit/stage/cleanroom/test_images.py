"""Images are the demo's by what its own requests made and set."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from quarterdeck.stage.cleanroom.images import ImageLedger
from quarterdeck.stage.cleanup.image_journal import ImageState, MovedTag, read_all
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.image_transfer import matches_reference, normalised, tagged

NGINX, WEB, OWN, NEW = (f"sha256:{digit * 64}" for digit in "1234")


class Images:
    """An engine's images, changed by the test."""

    def __init__(self) -> None:
        self.references = {"nginx:1.22": NGINX, "web:latest": WEB}

    def state(self) -> ImageState:
        """As the engine lists them."""
        return ImageState(dict(self.references), tuple(dict.fromkeys(self.references.values())))


@pytest.fixture
def images() -> Images:
    """The speaker's images."""
    return Images()


@pytest.fixture
def make(images: Images, tmp_path: Path) -> Callable[[str], ImageLedger]:
    """Makes the ledgers of demos on one engine; each declares nginx."""

    def ledger(demo: str) -> ImageLedger:
        file = tmp_path / f"s+{demo}.json"
        return ImageLedger("s", demo, "unix:///x", file, images.state, ["docker.io/library/nginx:1.22"])

    return ledger


@pytest.fixture
def ledger(make: Callable[[str], ImageLedger]) -> ImageLedger:
    """One demo's."""
    return make("d")


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


def test_repository_and_tag() -> None:
    """They come apart in some requests."""
    assert tagged("web", "") == "web:latest"
    assert tagged("localhost:5000/web", "2") == "localhost:5000/web:2"
    assert tagged("web", "sha256:ab") == "web@sha256:ab"


@pytest.mark.parametrize(
    ("pattern", "matches"),
    [("web", True), ("web:*", True), ("w?b:1", True), ("[uvw]eb", True), ("we", False), ("team/*", False), ("*", True)],
)
def test_reference_filter(pattern: str, *, matches: bool) -> None:
    """As the engine would match it."""
    assert matches_reference("web:1", pattern) is matches


async def test_what_a_classic_build_tells(ledger: ImageLedger, images: Images, tmp_path: Path) -> None:
    """Its steps and its result are the demo's, its base isn't; the journal knows each at once."""
    step = f"sha256:{'5' * 64}"
    async with ledger.making("own") as work:
        images.references |= {"own:latest": OWN, "step:x": step}
        work.hear(b'{"stream":" ---\\u003e ' + NGINX[7:19].encode() + b'\\n"}')
        work.hear(b'{"stream":" ---\\u003e Running in 0123456789ab\\n"}')
        work.hear(b'{"stream":" ---\\u003e ' + step[7:19].encode() + b'\\n"}')
        ((_, journal),) = read_all(tmp_path)
        assert journal.ids == (step[:19],)
        assert journal.containers == ("0123456789ab",)
        assert journal.under_way
        work.hear(b'{"aux":{"ID":"' + OWN.encode() + b'"}}')
        assert ledger.owns(OWN)
    assert ledger.pinned("own") == OWN
    assert ledger.owns(step)
    assert not ledger.owns(NGINX)
    ((_, journal),) = read_all(tmp_path)
    assert set(journal.ids) == {step, OWN}
    assert not journal.under_way
    assert not journal.containers


async def test_build_that_fails_in_its_second_stage(ledger: ImageLedger, images: Images) -> None:
    """The image of the first is the demo's, and the tag is what it was."""
    async with ledger.making("web") as work:
        images.references["stage:x"] = OWN
        work.hear(b'{"aux":{"ID":"' + OWN.encode() + b'"}}')
        work.hear(b'{"errorDetail":{"code":1},"error":"it failed"}')
    assert ledger.owns(OWN)
    assert ledger.pinned("web") is None
    assert not ledger.owns_reference("web")


async def test_what_others_make_meanwhile_is_not_the_demos(ledger: ImageLedger, images: Images) -> None:
    """A speaker's own build that ends during one of the demo's."""
    async with ledger.making("own") as work:
        images.references |= {"own:latest": OWN, "speakers:1": NEW}
        work.hear(b'{"aux":{"ID":"' + OWN.encode() + b'"}}')
    assert not ledger.owns(NEW)
    assert not ledger.owns_reference("speakers:1")


@pytest.mark.parametrize(
    "line",
    [
        b'{"stream":"Loaded image: app:1\\n"}',
        b'{"stream":"Loaded image(s): app:1"}',
        b'{"status":"Status: Downloaded newer image for app:1"}',
    ],
)
async def test_what_a_load_or_pull_tells(line: bytes, ledger: ImageLedger, images: Images) -> None:
    """The tag that the engine names, and its image."""
    async with ledger.making() as work:
        images.references["app:1"] = NEW
        work.hear(line)
    assert ledger.owns(NEW)
    assert ledger.pinned("app:1") == NEW


async def test_pull_of_all_tags(ledger: ImageLedger, images: Images) -> None:
    """Each tag of the repository that is new is the demo's."""
    async with ledger.making("app:*", telling=False):
        images.references |= {"app:1": NEW, "app:2": OWN, "other:1": f"sha256:{'6' * 64}"}
    assert ledger.owns_reference("app:1")
    assert ledger.owns_reference("app:2")
    assert not ledger.owns_reference("other:1")


async def test_what_was_up_to_date_is_not_the_demos(ledger: ImageLedger) -> None:
    """Pulling an image that is there changes nothing, and leaves no journal."""
    async with ledger.making("nginx:1.22", telling=False) as work:
        work.hear(b'{"status":"Status: Image is up to date for nginx:1.22"}')
    assert not ledger.owns(NGINX)
    assert not ledger.owns_reference("nginx:1.22")
    assert not ledger.file.exists()


async def test_build_that_was_cut_short(ledger: ImageLedger, images: Images, tmp_path: Path) -> None:
    """Its command is gone, and the engine goes on for a while: the journal still says so."""
    with pytest.raises(ConnectionResetError):
        async with ledger.making("own") as work:
            images.references["step:x"] = NEW
            work.hear(b'{"stream":" ---\\u003e ' + NEW[7:19].encode() + b'\\n"}')
            raise ConnectionResetError
    ((_, journal),) = read_all(tmp_path)
    assert journal.under_way
    assert journal.making == ()
    now = ImageState({}, (NGINX, WEB, NEW, OWN), {OWN: NEW})
    assert journal.settled(now, {}).ids == (NEW, OWN)


async def test_moved_twice(ledger: ImageLedger, images: Images) -> None:
    """A tag that is moved again still goes back to where it was first."""
    for target in (OWN, NEW):
        async with ledger.making("web") as work:
            images.references["web:latest"] = target
            work.result(target)
    assert ledger.journal.tags == {"web:latest": MovedTag(WEB, (OWN, NEW))}


async def test_two_demos_set_one_tag(make: Callable[[str], ImageLedger], images: Images) -> None:
    """It means to each what it set it to, and was for both what the speaker had."""
    one, two = make("one"), make("two")
    for ledger, image in ((one, OWN), (two, NEW)):
        async with ledger.making("web") as work:
            images.references["web:latest"] = image
            work.result(image)
    assert one.pinned("web") == OWN
    assert two.pinned("web") == NEW
    assert {ledger.journal.tags["web:latest"].before for ledger in (one, two)} == {WEB}
    moved = {"Id": OWN, "RepoTags": ["<none>:<none>"]}
    assert one.shown(moved) == {"Id": OWN, "RepoTags": ["web:latest"]}
    assert two.shown(moved) is None
    assert one.shown({"Id": NEW, "RepoTags": ["web:latest"]}) is None


async def test_two_demos_build_the_same(make: Callable[[str], ImageLedger], images: Images) -> None:
    """The second is answered from the cache of the first: the image belongs to both."""
    one, two = make("one"), make("two")
    for ledger in (one, two):
        async with ledger.making("own") as work:
            images.references["own:latest"] = OWN
            work.hear(b'{"aux":{"ID":"' + OWN.encode() + b'"}}')
        assert ledger.owns(OWN)


async def test_use_of_another_demos_image(make: Callable[[str], ImageLedger], images: Images) -> None:
    """One demo pulled it, the other found it there: it stays until both are done."""
    one, two = make("one"), make("two")
    async with one.making("app:1", telling=False):
        images.references["app:1"] = NEW
    two.share(NEW, "app:1")
    two.share(NGINX, "nginx:1.22")
    assert two.owns(NEW)
    assert two.owns_reference("app:1")
    assert not two.owns(NGINX)


async def test_builds_on_one_tag_take_turns(make: Callable[[str], ImageLedger]) -> None:
    """A second demo's build of the same tag waits; one of another tag doesn't."""
    one, two, three = make("one"), make("two"), make("three")
    order = []
    async with one.making("web"):
        async with three.making("other"):
            order.append("three")
        waiting = asyncio.ensure_future(build(two, order))
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
        order.append("one")
    await waiting
    assert order == ["three", "one", "two"]
    assert not list(one.file.parent.glob("*.turn"))


async def build(ledger: ImageLedger, order: list[str]) -> None:
    """A build of ``web``."""
    async with ledger.making("web"):
        order.append("two")


async def test_full_disk(images: Images, tmp_path: Path) -> None:
    """A build that couldn't be cleaned up after a kill is not begun."""
    (tmp_path / "file").touch()
    ledger = ImageLedger("s", "d", "unix:///x", tmp_path / "file" / "s+d.json", images.state, ())
    with pytest.raises(EngineError, match="can't be kept"):
        async with ledger.making("web"):
            pytest.fail("begun all the same")


async def test_engine_that_goes_away(ledger: ImageLedger, images: Images, tmp_path: Path) -> None:
    """The journal goes on saying that images are under way."""

    def gone() -> ImageState:
        raise ConnectionRefusedError

    async with ledger.making("own"):
        images.references["own:latest"] = OWN
        ledger.lister = gone
    assert [journal.making for _, journal in read_all(tmp_path)] == [("own:latest",)]
    with pytest.raises(EngineError, match="doesn't say"):
        async with ledger.making("own"):
            pytest.fail("begun all the same")


async def test_shown(ledger: ImageLedger, images: Images) -> None:
    """The list has what was declared, used or made, with no other tags."""
    nginx = {"Id": NGINX, "RepoTags": ["nginx:1.22", "speakers-own:1"]}
    web = {"Id": WEB, "RepoTags": ["web:latest"]}
    assert ledger.shown(nginx) == {"Id": NGINX, "RepoTags": ["nginx:1.22"]}
    assert ledger.shown(web) is None
    ledger.use(WEB, "web")
    assert ledger.shown(web) == web
    async with ledger.making("own") as work:
        images.references["own:latest"] = OWN
        work.result(OWN)
    assert ledger.shown({"Id": OWN, "RepoTags": ["own:latest"]}) is not None
    ledger.untagged("own")
    assert ledger.shown({"Id": OWN, "RepoTags": None}) is not None
    ledger.forget()
    assert ledger.shown(web) is None
