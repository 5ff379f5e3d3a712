"""The flagship's demos, all of them, for real."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from support.commands import quarterdeck
from support.engines import changed, holdings
from support.flagship import FLAGSHIP

if TYPE_CHECKING:
    from quarterdeck.stage.docker.address import EngineAddress

pytestmark = pytest.mark.engine


def test_every_step_of_the_flagship_passes_and_leaves_nothing(engine: EngineAddress, tmp_path: Path) -> None:
    """``rehearse --yes --junit`` runs every step, also of the exercises of half a day, and leaves the engine as it was.

    An exercise's checks fail before its solution and pass after it, or the rehearsal fails.
    """
    for folder in ("decks", "demos"):
        shutil.copytree(FLAGSHIP.parent.parent / folder, tmp_path / folder)
    before = holdings(engine.url)
    ran = quarterdeck(
        "rehearse",
        "decks/docker",
        "--set",
        "form=workshop",
        "--jobs",
        "2",
        "--yes",
        "--junit",
        "out.xml",
        cwd=tmp_path,
        environ={"DOCKER_HOST": engine.url},
    )
    assert ran.status == 0, ran.out + ran.err
    cases = ET.parse(tmp_path / "out.xml").getroot().findall("./testsuite/testcase")
    assert len(cases) >= 15, "a deck of fifteen slides has a demo on each slide that makes a claim"
    exercises = {path.name.removesuffix(".cast") for path in (tmp_path / "demos").glob("try-*.cast")}
    ran_cases = {(case.get("classname", ""), case.get("name", "")) for case in cases}
    first = {(demo, name.split()[0]) for demo, name in ran_cases if name.endswith(" before the solution")}
    assert len(exercises) >= 8
    assert exercises == {demo for demo, _ in first}
    assert first < ran_cases, "each check is looked at a second time"
    assert not [c for c in cases if c.find("failure") is not None or c.find("error") is not None]
    assert not [c for c in cases if c.find("skipped") is not None]
    assert changed(engine.url, before) == []
