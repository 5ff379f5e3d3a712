"""What a stage's shell knows of the speaker's machine."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from quarterdeck.cli import main
from quarterdeck.stage import workspace
from quarterdeck.stage.workspace import Workspace, write_docker_config
from support.staged import demo_of, on_stage, step

SPEAKER = {"AWS_SECRET_ACCESS_KEY": "xyz", "DOCKER_CONTEXT": "prod", "EDITOR": "vi", "PS1": "me> ", "LC_ALL": "de_DE"}


async def test_the_shell_knows_nothing_of_the_speaker() -> None:
    """No credentials, settings, aliases or history of the speaker's; a home folder of its own, and Docker's address."""
    async with on_stage(
        demo_of(step("env; alias; history | wc -l; ls -A ~; echo HOME=$HOME"), env={"GREETING": "hi"}), environ=SPEAKER
    ) as stage:
        (finished,) = await stage.play()
        lines = finished.answers[0].lines
    for name in SPEAKER:
        assert not any(line.startswith(f"{name}=") for line in lines)
    assert {"GREETING=hi", "TERM=xterm-256color", "LANG=C.UTF-8", "DOCKER_HOST=unix:///nowhere/docker.sock"} <= set(
        lines
    )
    assert not any("PROMPT_COMMAND" in line or "INPUTRC" in line for line in lines)
    assert any(line.startswith("HOME=") and "quarterdeck-" in line for line in lines)


@pytest.mark.parametrize(
    ("own", "pagers"),
    [
        ({}, ("cat", "cat", "cat", "cat", "")),
        ({"PAGER": "less"}, ("less", "less", "less", "less", "")),
        ({"GIT_PAGER": "less", "LESS": "-R"}, ("cat", "less", "cat", "cat", "-R")),
    ],
)
async def test_nothing_pages_unasked(own: dict[str, str], pagers: tuple[str, ...]) -> None:
    """Whatever the speaker's pager is: a program shows its output at once, unless the demo names a pager."""
    shown = 'printf \'%s\\n\' "$PAGER" "$GIT_PAGER" "$MANPAGER" "$SYSTEMD_PAGER" "$LESS-"'
    speaker = {"PAGER": "most", "LESS": "-S", "GIT_PAGER": "delta"}
    async with on_stage(demo_of(step(shown), env=own), environ=speaker) as stage:
        (finished,) = await stage.play()
    assert finished.answers[0].lines == (*pagers[:-1], f"{pagers[-1]}-")


async def test_a_demo_cannot_leave_the_clean_room_by_its_env() -> None:
    """Whatever a script sets: docker goes to the room's engine, and programs are the speaker's."""
    leaving = {
        "DOCKER_HOST": "unix:///run/docker.sock",
        "BASH_ENV": "./evil.sh",
        "PATH": "./bin",
        "LANG": "de_DE.UTF-8",
    }
    async with on_stage(demo_of(step("env"), env=leaving), environ={"PATH": os.environ["PATH"]}) as stage:
        (finished,) = await stage.play()
        lines = set(finished.answers[0].lines)
    assert {"DOCKER_HOST=unix:///nowhere/docker.sock", "LANG=de_DE.UTF-8"} <= lines
    assert not lines & {"BASH_ENV=./evil.sh", "PATH=./bin"}


def test_docker_plugins_are_found_but_no_credentials(tmp_path: Path) -> None:
    """Compose and buildx work with a fresh configuration; logins aren't taken over."""
    own = tmp_path / "own"
    (own / "cli-plugins").mkdir(parents=True)
    (own / "config.json").write_text('{"auths": {"registry": {"auth": "c2VjcmV0"}}}')
    write_docker_config(tmp_path / "stage", {"DOCKER_CONFIG": str(own)})
    written = json.loads((tmp_path / "stage" / "config.json").read_text())
    assert written == {"cliPluginsExtraDirs": [str(own / "cli-plugins")]}


def test_files_that_cannot_be_removed_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    """Containers write into binds as root; the folder that stays is named, with the command that removes it."""
    monkeypatch.setattr(workspace, "STAYED", [])
    gone = Workspace([demo_of(step("true"))], {})
    gone.remove()
    assert workspace.stayed() == []
    kept = Workspace([demo_of(step("true"))], {})
    with monkeypatch.context() as context:
        context.setattr(shutil, "rmtree", lambda *_, **__: None)  # as if it were root's
        kept.remove()
    (fault,) = workspace.stayed()
    assert str(kept.root) in fault.message
    assert f"sudo rm -r {kept.root}" in (fault.hint or "")
    kept.remove()
    assert workspace.stayed() == []


def test_the_command_line_reports_them_at_its_end(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """However the command ends."""
    monkeypatch.setattr(workspace, "STAYED", [tmp_path])
    monkeypatch.setattr(sys, "argv", ["quarterdeck", "help", "nonsense"])
    said = io.StringIO()
    monkeypatch.setattr(sys, "stderr", said)
    with pytest.raises(SystemExit):
        main()
    assert f"warning: {tmp_path} could not be removed" in said.getvalue()
