"""What a demo's shells find: a fresh copy of its files, a home folder, an environment, perhaps a container."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from quarterdeck.diagnostics import Diagnostic, QuarterdeckError, Severity
from quarterdeck.files.folders import StageFolder, demo_files
from quarterdeck.model.demo import Demo, is_reserved
from quarterdeck.processes import kill_session
from quarterdeck.stage.shell.program import PAGERS

NO_PAGER = "cat"
"""The pager where a demo names none: a program that pages would wait for a key."""
PLUGIN_FOLDER = "cli-plugins"
"""Where the docker CLI looks for its plugins, below its configuration folder."""


def stage_environment(
    speaker: Mapping[str, str], *, home: Path, docker_config: Path, docker_host: str | None, extra: Mapping[str, str]
) -> dict[str, str]:
    """Return the environment of a demo's shells.

    Of the speaker's own environment only the PATH: no credentials, no settings of tools, no history.
    ``extra`` is the demo's ``env`` and ``secrets``.  It may override what only makes output the same
    everywhere, never what keeps the shell in its clean room.
    """
    defaults = {
        **dict.fromkeys(PAGERS, extra.get("PAGER", NO_PAGER)),
        "LESS": "",
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
    """Write a configuration folder for the docker CLI: without credentials, but with the speaker's own plugins."""
    folder.mkdir(parents=True, exist_ok=True)
    own = Path(speaker.get("DOCKER_CONFIG") or Path(speaker.get("HOME", "/"), ".docker"))
    plugins = own / PLUGIN_FOLDER
    config = {"cliPluginsExtraDirs": [str(plugins)]} if plugins.is_dir() else {}
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


STAYED: list[Path] = []
"""Folders of this process's demos that could not be removed; the command line reports them when it ends."""


def stayed() -> list[Diagnostic]:
    """Warnings about the folders that could not be removed."""
    return [folder_stays(folder) for folder in STAYED if folder.exists()]


def folder_stays(folder: Path) -> Diagnostic:
    """The warning about a folder that could not be removed."""
    return Diagnostic(
        f"{folder} could not be removed: a container wrote files of another user there",
        hint=f"sudo rm -r {folder}; a demo avoids it with docker run --user",
        code="files-left",
        severity=Severity.WARNING,
    )


class Workspace:
    """A temporary folder with a copy of the demo's files; :meth:`remove` deletes it when the run stops."""

    def __init__(
        self, demos: Sequence[Demo], speaker: Mapping[str, str], adopt: Callable[[Path], None] | None = None
    ) -> None:
        """``demos``: the last is the one that runs, those before it are what it continues.

        ``adopt`` is called with the folder before it is made.

        Raises:
            QuarterdeckError: when the files can't be copied.

        """
        self._temporary = StageFolder(adopt)
        self.root = self._temporary.path
        self.home = self.root / "home"
        self.docker_config = self.root / "docker"
        self.folder = self.root / demos[-1].name
        try:
            self.home.mkdir()
            self.folder.mkdir()
            write_docker_config(self.docker_config, speaker)
            for demo in demos:
                if demo.files is not None:
                    self._copy(demo.files, demo_files(demo.files, demo.path))
        except (OSError, shutil.Error) as error:
            self.remove()
            raise QuarterdeckError.of(
                f"can't copy the demo's files: {error}", demos[-1].span, code="no-workspace"
            ) from error

    def _copy(self, folder: Path, files: Iterable[Path]) -> None:
        for path in files:
            copy = self.folder / path.relative_to(folder)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copymode(path.parent, copy.parent)
            copy.unlink(missing_ok=True)
            shutil.copy2(path, copy, follow_symlinks=False)

    def remove(self) -> None:
        """Delete it.  What containers wrote as root, into a bind, stays, and is reported: see ``STAYED``."""
        self._temporary.remove()
        if self.root.exists():
            STAYED.append(self.root)


NAME = "stage"
"""The container's name, within the demo's own names."""
FOLDER = "/stage"
"""Where the demo's files are in it."""
START_SECONDS = 120.0
"""How long it may take; the image may have to be pulled."""


class StageContainer:
    """A container that waits, for shells to be opened in it.  The clean room removes it."""

    def __init__(self, image: str, environment: Mapping[str, str], folder: Path, variables: Mapping[str, str]) -> None:
        """``environment``: for the docker command; ``variables``: set in the container."""
        self._image = image
        self._environment = environment
        self._folder = folder
        self._variables = variables

    async def start(self) -> str:
        """Start it, and return its name.

        Raises:
            QuarterdeckError: when it can't be started.

        """
        variables = [part for name in self._variables for part in ("--env", name)]
        arguments = [
            *("docker", "run", "--detach", "--interactive", "--tty", "--name", NAME, "--hostname", NAME),
            *("--volume", f"{self._folder}:{FOLDER}", "--workdir", FOLDER, *variables),
            *("--entrypoint", "/bin/sh", self._image),
        ]
        try:
            process = await asyncio.create_subprocess_exec(
                *arguments,
                env=dict(self._environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            raise QuarterdeckError.of(
                f"can't run docker: {error}", hint="the docker command must be on the PATH", code="no-docker"
            ) from error
        try:
            async with asyncio.timeout(START_SECONDS):
                _, said = await process.communicate()
        except TimeoutError:
            kill_session(process.pid)
            await process.wait()
            said = f"not started within {START_SECONDS:g} s".encode()
        if process.returncode != 0:
            raise QuarterdeckError.of(
                f"the stage's container can't be started from {self._image}: {said.decode(errors='replace').strip()}",
                hint="is the image there? see 'images:' in the demo's front matter",
                code="no-stage-container",
            )
        return NAME
