"""The container whose shell is a demo's stage: ``stage: {image: …}``."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from pathlib import Path

from quarterdeck.diagnostics import QuarterdeckError

NAME = "stage"
"""Its name, within the demo's own names."""
FOLDER = "/stage"
"""Where the demo's files stand in it."""
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
        """Start it; gives its name.

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
            )
        except OSError as error:
            raise QuarterdeckError.of(
                f"can't run docker: {error}", hint="the docker command must be on the PATH", code="no-docker"
            ) from error
        try:
            async with asyncio.timeout(START_SECONDS):
                _, said = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            said = f"not started within {START_SECONDS:g} s".encode()
        if process.returncode != 0:
            raise QuarterdeckError.of(
                f"the stage's container can't be started from {self._image}: {said.decode(errors='replace').strip()}",
                hint="is the image there? see 'images:' in the demo's front matter",
                code="no-stage-container",
            )
        return NAME
