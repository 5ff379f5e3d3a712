"""What ``doctor`` finds on a machine."""

import json
import os
from pathlib import Path

import pytest

from quarterdeck.project import doctor
from quarterdeck.project.doctor import TOOLS, Grade, examine
from support.fake_engine import FakeEngine, Said


async def test_what_is_missing_comes_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a bash, and without an engine and everything else."""
    bash = tmp_path / "bash"
    bash.write_text("#!/bin/sh\n")
    bash.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    findings = {f.what: f for f in await examine()}
    assert (findings["bash"].grade, findings["bash"].detail) == (Grade.GOOD, str(bash))
    assert findings["engine"].grade is Grade.CURED
    assert "recordings" in str(findings["engine"].remedy)
    for tool in TOOLS:
        if tool.what != "bash":
            assert (findings[tool.what].grade, findings[tool.what].remedy) == (Grade.CURED, tool.remedy)


async def test_any_of_several_programs_will_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Firefox is a browser too."""
    edge = tmp_path / "microsoft-edge"
    edge.write_text("#!/bin/sh\n")
    edge.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(tmp_path)]))
    assert {f.what: f.detail for f in await examine()}["browser"] == str(edge)


@pytest.mark.parametrize(
    ("settings", "grade", "detail"),
    [
        ({}, Grade.GOOD, "no logins, public images only"),
        ({"auths": {"lab:5000": {}, "https://index.docker.io/v1/": {}}}, Grade.GOOD, "logins for docker.io, lab:5000"),
        ({"credsStore": "vault"}, Grade.CURED, "not on the PATH: docker-credential-vault, which {} names"),
    ],
)
async def test_logins_for_registries(
    settings: object, grade: Grade, detail: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the docker CLI has stored, and whether the program that it asks is there: images are pulled with them."""
    file = tmp_path / "config.json"
    file.write_text(json.dumps(settings))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    (finding,) = [f for f in await examine() if f.what == "registries"]
    assert (finding.grade, finding.detail.startswith(detail.format(file))) == (grade, True)


async def test_broken_settings_of_docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is named; nothing else stops for it."""
    (tmp_path / "config.json").write_text("{")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    (finding,) = [f for f in await examine() if f.what == "registries"]
    assert finding.grade is Grade.CURED
    assert str(tmp_path / "config.json") in finding.detail


@pytest.mark.parametrize(
    ("inside", "seen", "remedy"),
    [
        (False, True, None),
        (False, False, "share it in the settings of Docker Desktop"),
        (True, False, "start this container with --volume {0}:{0}"),
    ],
)
async def test_an_engine_that_does_not_see_demos_files(
    inside: bool, seen: bool, remedy: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder is named, with what to do where Quarterdeck runs; the one made for the look is gone."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setattr(doctor, "IN_CONTAINER", (tmp_path if inside else tmp_path / "none",))
    fake = FakeEngine(tmp_path / "e.sock")
    fake.answer("GET", "/version", {"Version": "27.1", "ApiVersion": "1.46", "Os": "linux"})
    reason = "No such image" if seen else "bind source path does not exist: /x"
    fake.answer("POST", "/containers/create", Said({"message": reason}, 404 if seen else 400))
    monkeypatch.setenv("DOCKER_HOST", fake.address.url)
    try:
        (stage,) = [finding for finding in await examine() if finding.what == "stage"]
    finally:
        fake.close()
    assert stage.grade is (Grade.GOOD if seen else Grade.CURED)
    assert str(temporary) in stage.detail
    assert (stage.remedy or "").startswith(remedy.format(temporary) if remedy else "")
    assert (stage.remedy is None) == seen
    assert list(temporary.iterdir()) == []
