"""The preflight asks a real engine."""

import asyncio
from pathlib import Path

import pytest

from quarterdeck.files.folders import journal_folder
from quarterdeck.files.locks import register_show
from quarterdeck.project.preflight import look_at_engine
from quarterdeck.stage.cleanup.labels import OWNER, SHOW, new_prefix, owner_of
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.requirements import why_not_started
from support.engine_api import ask

pytestmark = pytest.mark.engine


def test_what_an_engine_says(engine: EngineAddress) -> None:
    """Its version and clock, and the images it lacks."""
    state = asyncio.run(look_at_engine(["no-such/image:9", f"localhost/{'x' * 20}"]))
    assert engine.url in state.title
    assert state.missing == ("no-such/image:9", f"localhost/{'x' * 20}")
    assert abs(state.ahead) < 5


def test_a_container_is_really_started(engine: EngineAddress) -> None:
    """Of the first image that is there; it is gone afterwards, and one without a program to start is none the worse."""
    state = asyncio.run(look_at_engine(["no-such/image:9", "busybox:1.35"]))
    assert (state.tried, state.refusal) == ("busybox:1.35", None)
    left = ask(
        engine, "GET", "/containers/json", query={"all": "1", "filters": '{"label": ["quarterdeck.demo=trial"]}'}
    )
    assert left.json() == []
    assert "No such image" in str(why_not_started(engine, "no-such/image:9", {}, 30.0))


def test_what_a_cut_off_show_left_is_found(
    engine: EngineAddress, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless a show is running on this machine, whose it may be; what others or the speaker left isn't named."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    left, others, own = f"{new_prefix()}left", f"{new_prefix()}others", "left-behind"
    owner = owner_of(journal_folder())
    try:
        for name, whose in ((left, owner), (others, "somebody"), (own, owner)):
            body = {"Image": "busybox:1.35", "Labels": {SHOW: "former", OWNER: whose}}
            made = ask(engine, "POST", "/containers/create", query={"name": name}, body=body)
            assert made.status == 201, made.message
        assert {left, others, own} & set(asyncio.run(look_at_engine([])).leftovers) == {left}
        file = register_show(journal_folder(), "present")
        assert asyncio.run(look_at_engine([])).leftovers == ()
        file.unlink()
    finally:
        for name in (left, others, own):
            ask(engine, "DELETE", f"/containers/{name}", query={"force": "1"})
