"""Sweeps remove what is labelled, in an order that works, and say what they could not."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from docker.transport.basehttpadapter import BaseHTTPAdapter
from requests import PreparedRequest, Response

from quarterdeck.stage.cleanroom.http import dumps
from quarterdeck.stage.cleanup.image_journal import ImageJournal, MovedTag, write
from quarterdeck.stage.cleanup.sweep import SweepReport, sweep
from quarterdeck.stage.docker import transport
from quarterdeck.stage.docker.address import parse_address
from quarterdeck.stage.docker.connection import EngineError

ADDRESS = parse_address("unix:///engine.sock")
OURS = {"quarterdeck.show": "s"}


class Engine(BaseHTTPAdapter):
    """An engine that remembers what it was asked, in place of the connections to one."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.failing: set[str] = set()
        self.lists: dict[str, Any] = {
            "/containers/json": [], "/networks": [], "/volumes": {"Volumes": None}, "/images/json": [],
            "/version": {"ApiVersion": "1.41", "MinAPIVersion": "1.12"},
        }  # fmt: skip
        self.statuses: dict[str, tuple[int, str]] = {}

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        """The answer to a request."""
        path = unquote(request.path_url.partition("?")[0].removeprefix("/v1.41"))
        if path in self.failing:
            return self._answer(request, 500, {"message": "disk full"})
        if request.method == "GET":
            return self._answer(request, 200, self.lists[path])
        self.asked.append(f"{request.method} {path}")
        status, message = self.statuses.get(path, (201 if request.method == "POST" else 200, ""))
        return self._answer(request, status, {"message": message})

    @staticmethod
    def _answer(request: PreparedRequest, status: int, value: object) -> Response:
        response = Response()
        response.request, response.url, response.status_code = request, request.url or "", status
        response.raw = io.BytesIO(dumps(value))
        return response


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Engine:
    """In place of a real one."""
    engine = Engine()
    monkeypatch.setattr(transport, "Transport", lambda address: engine)
    return engine


def test_order_and_report(engine: Engine) -> None:
    """Containers, then networks, then volumes, each by its name in the report."""
    engine.lists["/containers/json"] = [{"Id": "c1", "Names": ["/qd01234567-web"], "Labels": OURS}]
    engine.lists["/networks"] = [{"Id": "n1", "Name": "front", "Labels": OURS}]
    engine.lists["/volumes"] = {"Volumes": [{"Name": "data", "Labels": OURS}]}
    assert sweep(ADDRESS, "s") == SweepReport(("qd01234567-web",), ("front",), ("data",))
    assert engine.asked == ["DELETE /containers/c1", "DELETE /networks/n1", "DELETE /volumes/data"]


def test_nothing(engine: Engine) -> None:
    """An empty report is false."""
    assert not sweep(ADDRESS, None)


def test_emptied_labels_are_not_ours(engine: Engine) -> None:
    """A speaker's container of an image that a demo committed has an empty label, and stays.

    So does one of an image that the speaker committed of a demo's container, which has a name of its own.
    """
    engine.lists["/containers/json"] = [
        {"Id": "d", "Names": ["/speakers"], "Labels": OURS},
        {"Id": "c", "Names": ["/qd01234567-speakers"], "Labels": {"quarterdeck.show": ""}},
    ]
    assert not sweep(ADDRESS, None)
    assert engine.asked == []


def test_faults(engine: Engine) -> None:
    """What can't be removed is told; what is being removed or is gone already is no fault."""
    engine.lists["/containers/json"] = [
        {"Id": i, "Names": [f"/qd01234567-{i}"], "Labels": OURS} for i in ("a", "b", "c")
    ]
    engine.statuses["/containers/a"] = (409, "removal of container a is already in progress")
    engine.statuses["/containers/b"] = (404, "no such container")
    engine.statuses["/containers/c"] = (500, "device or resource busy")
    assert sweep(ADDRESS, "s") == SweepReport(("qd01234567-b",), faults=("qd01234567-c: device or resource busy",))


def test_engine_that_fails(engine: Engine) -> None:
    """An engine that can't list is an error, not an empty sweep."""
    engine.failing.add("/containers/json")
    with pytest.raises(EngineError, match="disk full"):
        sweep(ADDRESS, "s")


def test_volumes_that_cannot_be_listed(engine: Engine) -> None:
    """They may still be there: the sweep doesn't end as if there were none."""
    engine.failing.add("/volumes")
    with pytest.raises(EngineError, match="/volumes: disk full"):
        sweep(ADDRESS, "s")


TAGS = {"web:latest": MovedTag("w", ("w2",)), "own:latest": MovedTag("", ("o",))}


def journal(tmp_path: Path, demo: str = "d", **changes: Any) -> Path:
    """A journal of a demo that moved ``web`` and made ``own``."""
    values: dict[str, Any] = {"ids": ("w2", "o"), "tags": TAGS, **changes}
    file = tmp_path / f"{demo}.json"
    write(ImageJournal("s", demo, ADDRESS.url, **values), file)
    return file


def images(engine: Engine, **references: str) -> None:
    """What the engine has now."""
    ids = dict.fromkeys(["w", "l", "u", *references.values()])
    engine.lists["/images/json"] = [
        {"Id": i, "RepoTags": [name.replace("_", ":") for name, target in references.items() if target == i]}
        for i in ids
    ]


def test_images_are_put_right(engine: Engine, tmp_path: Path) -> None:
    """A moved tag goes back, a new one comes off, new images go; the journal is done with."""
    file = journal(tmp_path)
    images(engine, web_latest="w2", own_latest="o", lone_1="l")
    report = sweep(ADDRESS, "s", journals=tmp_path)
    assert report.images == ("web:latest", "own:latest", "o", "w2")
    assert engine.asked == [
        "POST /images/w/tag",
        "DELETE /images/own:latest",
        "DELETE /images/o",
        "DELETE /images/w2",
    ]
    assert not file.exists()


def test_last_tag_of_an_old_image_stays(engine: Engine, tmp_path: Path) -> None:
    """Taking it off would remove the image, which was there before."""
    journal(tmp_path, ids=(), tags={"mine:latest": MovedTag("", ("u",))})
    images(engine, mine_latest="u", web_latest="w")
    sweep(ADDRESS, "s", journals=tmp_path)
    assert engine.asked == []


def test_tag_that_somebody_set_since(engine: Engine, tmp_path: Path) -> None:
    """The speaker has built ``web`` anew in the meantime: it stays theirs, and so does an image they gave a tag."""
    journal(tmp_path)
    images(engine, web_latest="w3", own_latest="o", speakers_1="o")
    sweep(ADDRESS, "s", journals=tmp_path)
    assert engine.asked == ["DELETE /images/own:latest"]


def test_image_that_another_demo_has_too(engine: Engine, tmp_path: Path) -> None:
    """What two demos made and tagged stays until both are done; then the tag goes back to what it was."""
    journal(tmp_path, "one")
    journal(tmp_path, "two", ids=("o", "w4"), tags={**TAGS, "web:latest": MovedTag("w", ("w4",))})
    images(engine, web_latest="w4", own_latest="o", dangling_1="w2")
    engine.lists["/images/json"][-1]["RepoTags"] = None
    assert sweep(ADDRESS, "s", demo="one", journals=tmp_path).images == ("w2",)
    images(engine, web_latest="w4", own_latest="o")
    assert sweep(ADDRESS, "s", demo="two", journals=tmp_path).images == ("web:latest", "own:latest", "w4", "o")


def test_image_that_somebody_builds_on_or_runs(engine: Engine, tmp_path: Path) -> None:
    """It is theirs from then on: no fault, and nothing to try again."""
    file = journal(tmp_path)
    images(engine, web_latest="w2", own_latest="o")
    engine.statuses["/images/o"] = (409, "unable to delete o (cannot be forced) - image has dependent child images")
    engine.statuses["/images/w2"] = (409, "image is being used by running container 0123456789ab")
    engine.lists["/containers/0123456789ab/json"] = {"Config": {"Labels": {}}}
    assert sweep(ADDRESS, "s", journals=tmp_path).faults == ()
    assert not file.exists()


@pytest.mark.parametrize(
    ("made_from", "running", "removed"), [("o", False, True), ("o", True, False), ("own", False, False)]
)
def test_container_that_a_crashed_build_left(
    engine: Engine, tmp_path: Path, made_from: str, *, running: bool, removed: bool
) -> None:
    """It was made from the id of an image that only the build knew, and has ended; any other is somebody's."""
    journal(tmp_path, ids=("o",), tags={}, making=("built:latest",), known=("w",))
    images(engine, web_latest="w", dangling_1="o")
    engine.lists["/images/json"][-1]["RepoTags"] = None
    engine.statuses["/images/o"] = (409, "image is being used by stopped container 0123456789ab")
    engine.lists["/containers/0123456789ab/json"] = {"Config": {"Image": made_from}, "State": {"Running": running}}
    assert sweep(ADDRESS, "s", journals=tmp_path).faults
    assert ("DELETE /containers/0123456789ab" in engine.asked) is removed


@pytest.mark.parametrize(
    ("identity", "running", "removed"),
    [("0123456789ab" + "c" * 52, False, True), ("0123456789ab" + "c" * 52, True, False), ("d" * 64, False, False)],
)
def test_container_of_a_step_that_a_crashed_engine_left(
    engine: Engine, tmp_path: Path, identity: str, *, running: bool, removed: bool
) -> None:
    """The engine named it in its answer to the demo's build; one that only has that name is somebody's."""
    journal(tmp_path, ids=(), tags={}, known=("w", "l", "u"), containers=("0123456789ab", "ffffffffffff"))
    images(engine, web_latest="w")
    engine.lists["/containers/0123456789ab/json"] = {"Id": identity, "State": {"Running": running}}
    engine.failing.add("/containers/ffffffffffff/json")
    assert not sweep(ADDRESS, "s", journals=tmp_path).faults
    assert engine.asked == ([f"DELETE /containers/{identity}"] if removed else [])


def test_images_under_way(engine: Engine, tmp_path: Path) -> None:
    """After a kill in a build, what has the tag that was being set is the demo's; what else is new is not."""
    journal(tmp_path, ids=(), tags={}, making=("built:latest",), known=("w", "l", "u"))
    images(engine, web_latest="w", lone_1="l", built_latest="b", bystander_1="c")
    assert sweep(ADDRESS, "s", journals=tmp_path).images == ("built:latest", "b")


def test_a_build_that_was_cut_off_is_waited_for(engine: Engine, tmp_path: Path) -> None:
    """The engine finishes its step after the reset: the image goes with a later sweep, and the journal at last."""
    file = journal(tmp_path, ids=(), tags={}, known=("w", "l", "u"), containers=("c1",))
    images(engine, web_latest="w")
    engine.failing.add("/containers/c1/json")
    report = sweep(ADDRESS, "s", journals=tmp_path)
    assert report.pending
    assert not report
    assert not file.exists(), "the demo may begin again"
    images(engine, web_latest="w", bystander_1="b", late_1="late")
    engine.lists["/images/json"][-1]["RepoTags"] = None
    engine.lists["/images/late/json"] = {"Container": "c1234"}
    report = sweep(ADDRESS, "s", journals=tmp_path)
    assert (report.images, report.pending) == (("late",), True)
    (waiting,) = tmp_path.glob("*.json")
    os.utime(waiting, (0, 0))
    images(engine, web_latest="w", bystander_1="b")
    assert not sweep(ADDRESS, "s", journals=tmp_path).pending
    assert list(tmp_path.glob("*.json")) == []


def test_journal_of_another_engine_is_kept(engine: Engine, tmp_path: Path) -> None:
    """Its images are elsewhere."""
    file = journal(tmp_path)
    sweep(parse_address("unix:///other.sock"), "s", journals=tmp_path)
    assert file.exists()
    assert engine.asked == []


def test_journal_is_kept_while_an_image_is_in_use(engine: Engine, tmp_path: Path) -> None:
    """What couldn't be removed now is tried again by the next sweep."""
    file = journal(tmp_path)
    images(engine, web_latest="w", own_latest="o")
    engine.statuses["/images/o"] = (409, "image is being used by running container 0123456789ab")
    engine.lists["/containers/0123456789ab/json"] = {"Config": {"Labels": OURS}, "Name": "/qd01234567-web"}
    report = sweep(ADDRESS, "s", journals=tmp_path)
    assert report.faults == ("o: image is being used by running container 0123456789ab",)
    assert file.exists()
    engine.lists["/containers/0123456789ab/json"] = {"Config": {"Labels": OURS}, "Name": "/bystander"}
    assert sweep(ADDRESS, "s", journals=tmp_path).faults == (), "who runs an image of the demo's answers for it"
    assert not file.exists()


@pytest.mark.parametrize(
    ("path", "fault"),
    [("/images/w/tag", "web:latest: disk full"), ("/images/own:latest", "own:latest: disk full")],
)
def test_journal_is_kept_while_a_tag_is_wrong(engine: Engine, tmp_path: Path, path: str, fault: str) -> None:
    """A speaker's tag that couldn't be given back is told of, and not forgotten."""
    file = journal(tmp_path)
    images(engine, web_latest="w2", own_latest="o", lone_1="l")
    engine.failing.add(path)
    assert sweep(ADDRESS, "s", journals=tmp_path).faults == (fault,)
    assert file.exists()
