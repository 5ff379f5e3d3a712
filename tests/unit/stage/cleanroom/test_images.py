"""A demo's tags, and the images that it is shown."""

from __future__ import annotations

import time

import pytest

from quarterdeck.stage.cleanroom.image_request import image_request
from quarterdeck.stage.cleanroom.images import ImageLedger
from quarterdeck.stage.docker.connection import EngineError
from quarterdeck.stage.docker.image_transfer import matches_reference, normalised, reference_pattern, tagged
from support.image_ledgers import NGINX, OWN, WEB, Images


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
    [
        ("web", True), ("web:*", True), ("w?b:1", True), ("[uvw]eb", True), ("we", False), ("team/*", False),
        ("*", True), ("[^a-v]eb", True), ("[^w]eb", False), ("w*b*", True), ("*w*1", True), ("*e*e*", False),
        ("", False), (r"w\eb", True), ("w.b", False),
    ],
)  # fmt: skip
def test_reference_filter(pattern: str, *, matches: bool) -> None:
    """As the engine would match it."""
    assert matches_reference("web:1", reference_pattern(pattern)) is matches


@pytest.mark.parametrize("pattern", ["[", "[]", "[z-a]", "[a--b]", "web\\", "[[:alpha:]]", "*" * 1000])
def test_reference_filter_that_is_none(pattern: str) -> None:
    """It is said so, as by the engine."""
    with pytest.raises(ValueError, match="pattern"):
        reference_pattern(pattern)


def test_reference_filter_with_many_stars() -> None:
    """It takes no longer than another."""
    begun = time.process_time()
    assert not matches_reference("a" * 250 + ":1", reference_pattern("*a" * 190 + "*b"))
    assert time.process_time() - begun < 1


async def test_tag_that_was_given_back(ledger: ImageLedger, images: Images) -> None:
    """Another demo that moves it later puts it right by itself."""
    async with image_request(ledger, "web") as work:
        images.references["web:latest"] = OWN
        work.result(OWN)
    assert ledger.before("web") == WEB
    ledger.given_back("web")
    assert not ledger.owns_reference("web")
    assert ledger.pinned("web") is None
    assert ledger.before("web") == ""


async def test_a_tag_is_never_moved_by_two_demos_at_once(
    ledger: ImageLedger, images: Images, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one is told, when it has waited for as long as it may."""
    second = ImageLedger("s", "second", ledger.journal.engine, ledger.file.with_name("second.json"), images, ())
    monkeypatch.setattr("quarterdeck.stage.cleanroom.images.PATIENCE_SECONDS", 0.0)
    async with ledger.turn(["web:latest"]):
        with pytest.raises(EngineError, match="another demo has been making an image with the same tag"):
            async with second.turn(["web:latest", "other:1"]):
                pass
        async with second.turn(["other:1"]):
            pass
    async with ledger.turn(["web:latest"]):
        pass


async def test_shown(ledger: ImageLedger, images: Images) -> None:
    """The list has what was declared, used or made, with no other tags."""
    nginx = {"Id": NGINX, "RepoTags": ["nginx:1.22", "speakers-own:1"]}
    web = {"Id": WEB, "RepoTags": ["web:latest"]}
    assert ledger.shown(nginx) == {"Id": NGINX, "RepoTags": ["nginx:1.22"]}
    assert ledger.shown(web) is None
    ledger.use(WEB, "web")
    assert ledger.shown(web) == web
    async with image_request(ledger, "own") as work:
        images.references["own:latest"] = OWN
        work.result(OWN)
    assert ledger.shown({"Id": OWN, "RepoTags": ["own:latest"]}) is not None
    ledger.untagged("own")
    assert ledger.shown({"Id": OWN, "RepoTags": None}) is not None
    ledger.forget()
    assert ledger.shown(web) is None
