"""The environment of a stage's shells: clean, the same on every machine."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from quarterdeck.model.execution import is_reserved

PLUGIN_FOLDER = "cli-plugins"
"""Where the docker CLI looks for its plugins, below its configuration folder."""


def stage_environment(
    speaker: Mapping[str, str], *, home: Path, docker_config: Path, docker_host: str | None, extra: Mapping[str, str]
) -> dict[str, str]:
    """What the shell of a demo gets.

    Of the speaker's own environment only the PATH: no credentials, no settings of tools, no history.
    ``extra`` is the demo's ``env`` and ``secrets``.  It goes before what only makes output the same
    everywhere, never before what keeps the shell in its clean room.
    """
    defaults = {
        "LANG": "C.UTF-8",
        "DOCKER_CLI_HINTS": "false",
        "BASH_SILENCE_DEPRECATION_WARNING": "1",
    }
    own = {
        "PATH": speaker.get("PATH", "/usr/local/bin:/usr/bin:/bin"),
        "HOME": str(home),
        "SHELL": "/bin/bash",
        "TERM": "xterm-256color",
        "DOCKER_CONFIG": str(docker_config),
    }
    if docker_host is not None:
        own["DOCKER_HOST"] = docker_host
    return {**defaults, **{name: value for name, value in extra.items() if not is_reserved(name)}, **own}


def write_docker_config(folder: Path, speaker: Mapping[str, str]) -> None:
    """Make a configuration folder for the docker CLI: no credentials, but the speaker's own plugins."""
    folder.mkdir(parents=True, exist_ok=True)
    own = Path(speaker.get("DOCKER_CONFIG") or Path(speaker.get("HOME", "/"), ".docker"))
    plugins = own / PLUGIN_FOLDER
    config = {"cliPluginsExtraDirs": [str(plugins)]} if plugins.is_dir() else {}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
