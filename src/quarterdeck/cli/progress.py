"""Moving images out of an engine and into one: where it is, and how far that has come."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from quarterdeck.stage.docker.address import EngineAddress
    from quarterdeck.workshop.pack.format import Progress


def engine_for_images() -> EngineAddress:
    """The engine that images are taken from or loaded into; raises QuarterdeckError with a way to do without."""
    import asyncio

    from msgspec.structs import replace

    from quarterdeck.diagnostics import QuarterdeckError
    from quarterdeck.project.engines import reachable

    try:
        return asyncio.run(reachable())
    except QuarterdeckError as error:
        raise QuarterdeckError(
            replace(fault, hint=f"{fault.hint}; or leave the images out with --no-images")
            for fault in error.diagnostics
        ) from None


@contextmanager
def moving(what: str, total: int) -> Iterator[Progress]:
    """A bar on standard error, where that is a terminal; gives what tells it about a thing and bytes of it done."""
    if not sys.stderr.isatty():
        yield lambda thing, count: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(what, total=total)
        yield lambda thing, count: shown.update(task, advance=count, description=f"{what} {thing}")
