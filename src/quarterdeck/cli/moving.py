"""How far the moving of many bytes has come, shown on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


def size(count: int) -> str:
    """``1.2 GB``, ``3.4 MB`` or ``56 kB``."""
    for limit, unit in ((1e9, "GB"), (1e6, "MB")):
        if count >= limit:
            return f"{count / limit:.1f} {unit}"
    return f"{count / 1e3:.0f} kB"


@contextmanager
def moving(what: str, total: int) -> Iterator[Callable[[str, int], None]]:
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
