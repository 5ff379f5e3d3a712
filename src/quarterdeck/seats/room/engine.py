"""The engine of a seat: waits until it answers and has the workshop's images."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.model.demo import Demo
from quarterdeck.project.engines import reachable, seated_engine
from quarterdeck.stage.docker.address import EngineAddress
from quarterdeck.stage.live import DockerEngine
from quarterdeck.stage.shell.program import Seat

START_SECONDS = 60.0
"""How long the engine may take to answer."""
ASK_SECONDS = 1.0
AGAIN_SECONDS = 0.1


class SeatEngine:
    """The engine that this process reaches, for one exercise after the other."""

    def __init__(self, archives: Sequence[Path] = ()) -> None:
        """``archives``: images to be loaded first, as ``docker save`` writes them."""
        self._archives = list(archives)

    async def __call__(self, demos: Sequence[Demo], seat: Seat) -> DockerEngine:
        """The engine for an exercise; raises QuarterdeckError when there is none."""
        address = await _answering()
        while self._archives:
            await _load(self._archives[0], address)
            del self._archives[0]
        return seated_engine(address, demos, seat)


async def _answering() -> EngineAddress:
    end = time.monotonic() + START_SECONDS
    while True:
        try:
            return await reachable(ASK_SECONDS)
        except QuarterdeckError:
            if time.monotonic() > end:
                raise
        await asyncio.sleep(AGAIN_SECONDS)


async def _load(archive: Path, address: EngineAddress) -> None:
    command = ("docker", "--host", address.url, "load", "--quiet", "--input", str(archive))
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    output, _ = await process.communicate()
    if process.returncode:
        said = output.decode("utf-8", "replace").strip()
        raise QuarterdeckError.of(f"the image {archive.name} can't be loaded: {said}", code="image-not-loaded")
