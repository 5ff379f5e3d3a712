"""The scripts and style sheets that come with Quarterdeck."""

from __future__ import annotations

from functools import cache

from quarterdeck.diagnostics import QuarterdeckError
from quarterdeck.installed import STATIC


@cache
def static_text(name: str) -> str:
    """A file of the package's ``static`` folder.

    Raises:
        QuarterdeckError: where the static files were never made.

    """
    try:
        return (STATIC / name).read_text("utf-8")
    except FileNotFoundError:
        raise QuarterdeckError.of(
            f"this installation has no {name}",
            hint="install the package, or make the files in a checkout: python src/web/hatch_build.py",
            code="missing-static-files",
        ) from None
