"""Images are the demo's by what its own requests made and set."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quarterdeck.stage.cleanroom import images as images_module
from quarterdeck.stage.cleanroom.image_request import (
    Failed,
    Names,
    News,
    Result,
    Runs,
    Step,
    image_request,
    read_line,
)
from quarterdeck.stage.cleanroom.images import ImageLedger
from quarterdeck.stage.cleanup.image_journal import HELD, ImageState, MovedTag, hold_on, read_all
from quarterdeck.stage.docker.connection import EngineError
from support.image_ledgers import NEW, NGINX, OWN, WEB, Images


async def test_what_a_classic_build_tells(ledger: ImageLedger, images: Images, tmp_path: Path) -> None:
    """Its steps and its result are the demo's, its base isn't; the journal knows each at once."""
    step = f"sha256:{'5' * 64}"
    async with image_request(ledger, "own") as work:
        images.references |= {"own:latest": OWN, "step:x": step}
        work.read(b'{"stream":" ---\\u003e ' + NGINX[7:19].encode() + b'\\n"}')
        work.read(b'{"stream":" ---\\u003e Running in 0123456789ab\\n"}')
        work.read(b'{"stream":" ---\\u003e ' + step[7:19].encode() + b'\\n"}')
        ((_, journal),) = read_all(tmp_path)
        assert journal.ids == (step[:19],)
        assert journal.containers == ("0123456789ab",)
        assert journal.under_way
        work.read(b'{"aux":{"ID":"' + OWN.encode() + b'"}}')
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
    async with image_request(ledger, "web") as work:
        images.references["stage:x"] = OWN
        work.read(b'{"aux":{"ID":"' + OWN.encode() + b'"}}')
        work.read(b'{"errorDetail":{"code":1},"error":"it failed"}')
    assert ledger.owns(OWN)
    assert ledger.pinned("web") is None
    assert not ledger.owns_reference("web")


async def test_what_others_make_meanwhile_is_not_the_demos(ledger: ImageLedger, images: Images) -> None:
    """A speaker's own build that ends during one of the demo's."""
    async with image_request(ledger, "own") as work:
        images.references |= {"own:latest": OWN, "speakers:1": NEW}
        work.read(b'{"aux":{"ID":"' + OWN.encode() + b'"}}')
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
    async with image_request(ledger) as work:
        images.references["app:1"] = NEW
        work.read(line)
    assert ledger.owns(NEW)
    assert ledger.pinned("app:1") == NEW


async def test_pull_of_all_tags(ledger: ImageLedger, images: Images) -> None:
    """Each tag of the repository that is new is the demo's."""
    async with image_request(ledger, "app:*", answer_tells=False):
        images.references |= {"app:1": NEW, "app:2": OWN, "other:1": f"sha256:{'6' * 64}"}
    assert ledger.owns_reference("app:1")
    assert ledger.owns_reference("app:2")
    assert not ledger.owns_reference("other:1")


async def test_what_was_up_to_date_is_not_the_demos(ledger: ImageLedger, images: Images) -> None:
    """Pulling an image that is there changes nothing, and leaves no journal but for a name that keeps the image."""
    for images.forgetful in (False, True):
        async with image_request(ledger, "nginx:1.22", answer_tells=False) as work:
            work.read(b'{"status":"Status: Image is up to date for nginx:1.22"}')
        assert not ledger.owns(NGINX)
        assert not ledger.owns_reference("nginx:1.22")
        assert ledger.file.exists() == images.forgetful
    assert ledger.journal.holds == (NGINX,)


async def test_build_that_was_cut_short(ledger: ImageLedger, images: Images, tmp_path: Path) -> None:
    """Its command is gone, and the engine goes on for a while: the journal still says so."""
    with pytest.raises(ConnectionResetError):
        async with image_request(ledger, "own") as work:
            images.references["step:x"] = NEW
            work.read(b'{"stream":" ---\\u003e ' + NEW[7:19].encode() + b'\\n"}')
            raise ConnectionResetError
    ((_, journal),) = read_all(tmp_path)
    assert journal.under_way
    assert journal.making == ()
    now = ImageState({}, (NGINX, WEB, NEW, OWN), {OWN: NEW})
    assert journal.settled(now, {}).ids == (NEW, OWN)


async def test_moved_twice(ledger: ImageLedger, images: Images) -> None:
    """A tag that is moved again still goes back to where it was first."""
    for target in (OWN, NEW):
        async with image_request(ledger, "web") as work:
            images.references["web:latest"] = target
            work.result(target)
    assert ledger.journal.tags == {"web:latest": MovedTag(WEB, (OWN, NEW))}


async def test_images_that_lose_their_name_are_held(ledger: ImageLedger, images: Images) -> None:
    """An engine may forget an image without a name: the speaker's is kept before its name moves, the demo's own not."""
    async with image_request(ledger, "web", "new") as work:
        assert images.held == [WEB]
        images.references |= {"web:latest": OWN, "new:latest": OWN}
        work.result(OWN)
    async with image_request(ledger, "new") as work:
        await work.expect(["web", "nginx:1.22"])
        assert images.held == [WEB, NGINX]


async def test_two_demos_set_one_tag(make: Callable[[str], ImageLedger], images: Images) -> None:
    """It means to each what it set it to, and was for both what the speaker had."""
    one, two = make("one"), make("two")
    for ledger, image in ((one, OWN), (two, NEW)):
        async with image_request(ledger, "web") as work:
            images.references["web:latest"] = image
            work.result(image)
    assert one.pinned("web") == OWN
    assert two.pinned("web") == NEW
    assert {ledger.journal.tags["web:latest"].before for ledger in (one, two)} == {WEB}
    moved = {"Id": OWN, "RepoTags": ["<none>:<none>"]}
    assert one.shown(moved) == {"Id": OWN, "RepoTags": ["web:latest"]}
    held = {"Id": OWN, "RepoTags": [hold_on(OWN)], "RepoDigests": [f"{HELD}@{OWN}", f"web@{OWN}"]}
    assert one.shown(held) == {"Id": OWN, "RepoTags": ["web:latest"], "RepoDigests": [f"web@{OWN}"]}
    assert two.shown(moved) is None
    assert one.shown({"Id": NEW, "RepoTags": ["web:latest"]}) is None


async def test_two_demos_build_the_same(make: Callable[[str], ImageLedger], images: Images) -> None:
    """The second is answered from the cache of the first: the image belongs to both."""
    one, two = make("one"), make("two")
    for ledger in (one, two):
        async with image_request(ledger, "own") as work:
            images.references["own:latest"] = OWN
            work.read(b'{"aux":{"ID":"' + OWN.encode() + b'"}}')
        assert ledger.owns(OWN)


async def test_use_of_another_demos_image(make: Callable[[str], ImageLedger], images: Images) -> None:
    """One demo pulled it, the other found it there: it stays until both are done."""
    one, two = make("one"), make("two")
    async with image_request(one, "app:1", answer_tells=False):
        images.references["app:1"] = NEW
    two.share(NEW, "app:1")
    two.share(NGINX, "nginx:1.22")
    assert two.owns(NEW)
    assert two.owns_reference("app:1")
    assert not two.owns(NGINX)


async def test_hold_of_a_build_that_was_cut_off(make: Callable[[str], ImageLedger], images: Images) -> None:
    """The journal says whose name only keeps an image, though the build has set no tag."""
    one = make("one")
    with pytest.raises(ConnectionError):
        async with image_request(one, "web"):
            raise ConnectionError
    assert images.held == [WEB]
    ((_, journal),) = read_all(one.file.parent)
    assert journal.holds == (WEB,)
    assert journal.tags == {}


async def test_builds_on_one_tag_take_turns(make: Callable[[str], ImageLedger]) -> None:
    """A second demo's build of the same tag waits; one of another tag doesn't."""
    one, two, three = make("one"), make("two"), make("three")
    order = []
    async with image_request(one, "web"):
        async with image_request(three, "other"):
            order.append("three")
        waiting = asyncio.ensure_future(build(two, order))
        done, _ = await asyncio.wait([waiting], timeout=0.2)
        assert not done
        order.append("one")
    await waiting
    assert order == ["three", "one", "two"]
    assert not list(one.file.parent.glob("*.turn"))


async def test_requests_of_one_demo_hold_a_tag_together(
    make: Callable[[str], ImageLedger], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One buildx makes several, each of which may read the demo's tags; another demo waits until the last has ended."""
    monkeypatch.setattr(images_module, "PATIENCE_SECONDS", 600.0)
    one, two = make("one"), make("two")
    order: list[str] = []
    async with asyncio.timeout(60):
        async with image_request(one, "web", reads_tags=True):
            async with image_request(one, "web", reads_tags=True):
                order.append("both")
            waiting = asyncio.ensure_future(build(two, order))
            done, _ = await asyncio.wait([waiting], timeout=0.2)
            assert not done
        await waiting
    assert order == ["both", "two"]
    assert not list(one.file.parent.glob("*.turn"))


async def build(ledger: ImageLedger, order: list[str]) -> None:
    """A build of ``web``."""
    async with image_request(ledger, "web"):
        order.append("two")


async def test_full_disk(images: Images, tmp_path: Path) -> None:
    """A build that couldn't be cleaned up after a kill is not begun."""
    (tmp_path / "file").touch()
    ledger = ImageLedger("s", "d", "unix:///x", tmp_path / "file" / "s+d.json", images, ())
    with pytest.raises(EngineError, match="can't be kept"):
        async with image_request(ledger, "web"):
            pytest.fail("begun all the same")


async def test_engine_that_goes_away(ledger: ImageLedger, images: Images, tmp_path: Path) -> None:
    """The journal goes on saying that images are under way."""

    def gone() -> ImageState:
        raise ConnectionRefusedError

    async with image_request(ledger, "own"):
        images.references["own:latest"] = OWN
        images.state = gone  # type: ignore[method-assign]
    assert [journal.making for _, journal in read_all(tmp_path)] == [("own:latest",)]
    with pytest.raises(EngineError, match="doesn't say"):
        async with image_request(ledger, "own"):
            pytest.fail("begun all the same")


ID = "a1" * 32
FULL = f"sha256:{ID}"


@pytest.mark.parametrize(
    ("line", "news"),
    [
        (b'{"stream":" ---\\u003e a1a1a1a1a1a1\\n"}', Step("a1a1a1a1a1a1")),
        (b'{"stream":"--> a1a1a1a1a1a"}', Step("a1a1a1a1a1a")),
        (b'{"stream":" ---\\u003e Running in 0123456789ab\\n"}', Runs("0123456789ab")),
        (b'{"aux":{"ID":"' + FULL.encode() + b'"}}', Result(FULL)),
        (b'{"status":"' + FULL.encode() + b'"}', Result(FULL)),
        (b'{"stream":"' + ID.encode() + b'\\n"}\n', Result(FULL)),
        (b'{"stream":"Loaded image: app:1\\n"}', Names(("app:1",))),
        (b'{"stream":"Loaded image(s): app:1, app:2"}', Names(("app:1", "app:2"))),
        (b'{"stream":"Loaded image ID: ' + FULL.encode() + b'\\n"}', Names((FULL,))),
        (b'{"status":"Status: Downloaded newer image for app:1"}', Names(("app:1",))),
        (b'{"status":"Status: Image is up to date for app:1"}', Names(("app:1",))),
        (b'{"errorDetail":{"code":1},"error":"it failed"}', Failed()),
        (b'{"stream":"Step 1/2 : FROM web\\n"}', None),
        (b'{"aux":{"ID":"short"}}', None),
        (b'{"id":"moby.buildkit.trace","aux":"CgA="}', None),
        (b'"error"', None),
        (b'{"error"', None),
    ],
)
def test_lines(line: bytes, news: News | None) -> None:
    """Each form of each fact is recognised, and nothing else is taken for one."""
    assert read_line(line) == news


@given(
    st.binary(max_size=60)
    | st.builds(
        lambda value: json.dumps(value).encode(),
        st.dictionaries(
            st.sampled_from(["aux", "status", "stream", "error"]),
            st.none() | st.text(max_size=9) | st.lists(st.integers()),
        ),
    )
)
def test_any_line_is_read(line: bytes) -> None:
    """Whatever the engine says, reading it never fails."""
    read_line(line)
